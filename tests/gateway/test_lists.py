"""A list that grows is read a page at a time, or of a span of days; any other is short for good."""

from collections.abc import Iterator

from graphql import (
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
)

from schema.build import schema

SPANS = {"from", "to", "period", "year"}
OF_ONE_CLASS = {
    "AcademicYear.classGroups", "AcademicYear.courses", "AcademicYear.periods",
    "AcademicYear.daysOff", "ClassGroup.courses", "ClassGroup.students", "ClassGroup.accessCodes",
    "Course.students", "Course.teachers", "Course.teachings", "Homework.students",
    "Homework.statuses", "HomeworkLoad.homework", "Journal.lessons", "Journal.rows",
    "JournalRow.grades", "JournalRow.attendance", "JournalRow.averages", "Lesson.homework",
    "Lesson.homeworkDue", "Lesson.attendance", "Lesson.grades", "Lesson.rows", "LessonRow.grades",
    "Lesson.withdrawnHomework",
    "Announcement.files",
    "Page.avatar", "Post.files", "Post.reactions",
    "SchoolEvent.ownReplies",
    "Lesson.materials", "Homework.materials", "Material.files", "Material.openings",
    "DiaryDay.lessons", "DiaryEntry.grades", "Remark.replies", "TimetableDay.lessons",
    "Homework.files", "HomeworkStatus.files", "AbsenceNotice.files",
    "Lesson.freeRooms", "Lesson.freeTeachers", "Lesson.replacedBy", "Grade.seen", "Remark.seen",
    "Quiz.tries", "Quiz.results", "QuizTry.questions", "Quiz.questions", "Quiz.marks",
    "Survey.questions", "SurveyResults.questions", "SurveyQuestionResults.options",
    "SurveyAnswer.answers",
    "ForumBoard.pinned",
    "ClassGroup.leaderHistory", "Conversation.people", "Message.files", "School.correspondents",
    "Course.lessonPatterns", "Course.teacherHistory",
}  # fmt: skip
"""No longer than a year, a class, a course, a lesson or a journal's span."""
OF_ONE_PERSON = {
    "Guardian.children", "Guardian.accessCodes", "Student.guardians", "Student.guardianships",
    "Student.enrolments", "Student.accessCodes", "Student.years", "Teacher.courses",
    "Teacher.classGroups", "Teacher.accessCodes", "Viewer.children", "Viewer.schools",
    "Viewer.profiles", "Viewer.sessions", "Viewer.memberships", "SecondFactor.trustedDevices",
    "Account.doneByOthers", "Student.finalGrades", "Student.yearAverages", "Student.erasures",
    "Student.restrictions", "MergePlan.moves",
    "Student.dataExports", "Erasure.items", "ErasurePlan.items", "Viewer.passkeys",
    "Viewer.identities", "Viewer.calendars", "Viewer.dictionaries", "Viewer.lookUp",
    "NoticeSettings.devices", "NoticeSettings.ways",
    "Student.enrolmentHistory",
    "Teacher.leavingHistory", "Guardian.leavingHistory",
}  # fmt: skip
OF_A_SCHOOLS_SETTINGS = {
    "Query.publicEvents",
    "School.academicYears", "School.subjects", "School.workTypes", "School.gradeScales",
    "School.attendanceTokens", "School.homeworkLimits", "School.webhooks", "School.office",
    "School.reports", "School.messageBlocks", "School.faq", "School.forumBoards",
    "SchoolRevision.homeworkLimitsBefore", "Rounding.marks", "GradeScalePreview.marks",
    "GradeScalePreview.errors", "RegistrationByCode.errors", "School.rooms",
    "School.legalTerms", "School.sitePages", "School.awaySitePages", "Query.publicPages",
    "SchoolRevision.legalTermsBefore",
    "School.bellSchedules", "School.gradingRules", "BellSchedule.bells",
    "BellScheduleRevision.bellsBefore", "GradeScale.wholeMarks", "GradingTerms.categories",
    "GradingTerms.drops", "GradingTerms.gpa", "GradingTerms.thresholds",
}  # fmt: skip
"""Some dozens."""
OF_A_PLAN = {
    "PlannedClassGroup.sources", "PlannedClassGroup.students", "PlannedCourse.teachers",
    "PlannedCourse.students", "YearPlan.periods", "YearPlan.daysOff", "YearPlan.classGroups",
    "YearPlan.courses", "YearPlan.leaving",
}  # fmt: skip
OF_A_REPORT = {
    "ReportCard.rows", "ReportCard.totals", "ReportCard.transferred", "ReportCardRow.results",
    "Average.contributions", "PeriodResult.contributions", "PeriodResult.yearParts",
    "CourseFigures.distribution", "Needed.lists", "NeededMarks.marks", "Progress.points",
}  # fmt: skip
SHORT = OF_A_REPORT | OF_ONE_CLASS | OF_ONE_PERSON | OF_A_SCHOOLS_SETTINGS | OF_A_PLAN
HERE = "in tests/gateway/test_lists.py"
LOGS = {"AuditEntryConnection", "NoticeConnection", "WebhookDeliveryConnection"}
"""How much there was in all nobody asks of these, and counting it is dear."""
BACK = {
    "Page.posts", "Post.comments", "School.feed", "School.pages",
    "School.announcements", "ClassGroup.announcements", "Course.announcements",
    "School.withdrawnAnnouncements", "Course.withdrawnMaterials",
    "Announcement.readings", "School.events", "SchoolEvent.replies", "School.surveys",
    "Survey.answers",
    "School.openLessons", "ClassGroup.openLessons", "Teacher.openLessons", "Student.homework",
    "Course.materials", "Course.lessonMaterials", "Subject.materials", "Course.quizzes",
    "Subject.quizQuestions", "Student.materials",
    "School.conversations", "Conversation.messages",
    "ForumBoard.topics", "ForumTopic.answers", "School.moderation", "Student.writings",
    "Subject.glossary", "Viewer.words",
}  # fmt: skip
"""Pages in which a client scrolls back."""


def object_types() -> Iterator[GraphQLObjectType]:
    for name, type_ in schema._schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            yield type_


def test_a_list_of_records_is_paged_or_of_a_span_or_a_history_or_short() -> None:
    found = {
        f"{type_.name}.{name}"
        for type_ in object_types()
        for name, field in type_.fields.items()
        if isinstance(get_nullable_type(field.type), GraphQLList)
        and isinstance(get_named_type(field.type), GraphQLObjectType)
        and name not in ("edges", "history")
        and not SPANS & field.args.keys()
        and not type_.name.endswith("Payload")
    }
    assert found - SHORT == set(), f"Have these paged (schema/README.md), or add them {HERE}."
    assert SHORT - found == set(), f"These are no such lists: take them out {HERE}."


def test_a_page_is_asked_for_by_its_first_or_its_last_edges_and_counted() -> None:
    back = set()
    for type_ in object_types():
        for name, field in type_.fields.items():
            page = get_named_type(field.type)
            if not page.name.endswith("Connection"):
                continue
            assert {"first", "after"} <= field.args.keys(), f"{type_.name}.{name}"
            assert get_nullable_type(field.args["first"].type) is GraphQLInt
            if {"last", "before"} <= field.args.keys():
                back.add(f"{type_.name}.{name}")
            assert ("totalCount" in page.fields) is (page.name not in LOGS)
    assert back == BACK, f"What differs is paged backwards too, or no more: say so in BACK {HERE}."
