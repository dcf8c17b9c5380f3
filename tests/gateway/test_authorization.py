"""Every field of every type, for each kind of viewer: what is shown, and what is denied."""

from collections import deque
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from db.statement import statement
from db.store import Store
from db.tables.accounts import Account
from resolvers import global_id
from resolvers.context import Context
from resolvers.declarations.noun import NOUNS
from resolvers.execution.compiled_executor import CompiledExecutor
from resolvers.feed import diary
from resolvers.readings import BOUND
from resolvers.viewer import Viewer, load_viewer
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import TODAY, SmallSchool, found

GUARDIAN, OTHER_GUARDIAN = "guardian of this child", "guardian of another"
STUDENT, CLASSMATE = "the student", "a classmate"
COURSE_TEACHER, OTHER_TEACHER = "the course's teacher", "another teacher"
CLASS_TEACHER, HEAD = "the class teacher", "the head"
DEPUTY, SECRETARY = "a deputy head", "a secretary"
OTHER_HEAD, NOBODY = "a head of another school", "nobody"
VIEWERS = (
    GUARDIAN, OTHER_GUARDIAN, STUDENT, CLASSMATE, COURSE_TEACHER, OTHER_TEACHER, CLASS_TEACHER,
    HEAD, DEPUTY, SECRETARY, OTHER_HEAD, NOBODY,
)  # fmt: skip
MEMBERS = frozenset(VIEWERS) - {OTHER_HEAD, NOBODY}
HEADS = frozenset({HEAD, DEPUTY})
IN_OFFICE = HEADS | {SECRETARY}
CONCERNED = frozenset({GUARDIAN, STUDENT, COURSE_TEACHER, CLASS_TEACHER}) | HEADS
ACQUAINTED = CONCERNED | IN_OFFICE
CLASS = CONCERNED | {CLASSMATE}
STAFF = frozenset({COURSE_TEACHER, CLASS_TEACHER}) | HEADS
KEEPERS = frozenset({CLASS_TEACHER}) | IN_OFFICE
OFFICE = (
    "School", "AcademicYear", "Period", "DayOff", "Subject", "WorkType", "GradeScale",
    "AttendanceCode", "GradingRule", "Room", "BellSchedule", "LessonPattern", "SwappedDay",
    "SitePage",
    "FaqEntry", "ForumBoard",
)  # fmt: skip

# Written by hand and apart from the declarations that they check: who may know of the record, and
# the fields that fewer of them may read.
BANKERS = frozenset({COURSE_TEACHER, OTHER_TEACHER}) | HEADS
"""Both teach the subject."""
SHOWN: dict[str, frozenset[str]] = {
    "School": MEMBERS,
    "AccessCode": KEEPERS,
    "Announcement": KEEPERS | {STUDENT, CLASSMATE, GUARDIAN},
    "AnnouncementRevision": KEEPERS,
    "SchoolEvent": KEEPERS | {STUDENT, CLASSMATE, GUARDIAN},
    "SchoolEventRevision": KEEPERS,
    "AuditEntry": frozenset({GUARDIAN, STUDENT, HEAD}),
    "DataExport": frozenset({GUARDIAN}),
    "AcademicYear": MEMBERS,
    "Period": MEMBERS,
    "Subject": MEMBERS,
    "WorkType": MEMBERS,
    "GradeScale": MEMBERS,
    "ClassGroup": MEMBERS,
    "Course": MEMBERS,
    "Teacher": MEMBERS,
    "ChildRestriction": HEADS | {STUDENT, GUARDIAN},
    "ChildRestrictionRevision": HEADS | {STUDENT, GUARDIAN},
    "FaqEntry": MEMBERS,
    "ForumAnswer": MEMBERS,
    "ForumAnswerRevision": HEADS | {STUDENT},
    "ForumBoard": MEMBERS,
    "ForumTopic": MEMBERS,
    "ForumTopicRevision": HEADS | {STUDENT},
    "Lesson": MEMBERS,
    "Homework": CLASS,
    "Comment": CLASS,
    "CommentRevision": HEADS | {STUDENT},
    "Page": CLASS,
    "PageRevision": HEADS,
    "Post": CLASS,
    "PostRevision": HEADS | {STUDENT},
    "Conversation": frozenset({COURSE_TEACHER, GUARDIAN}),
    "ConversationRevision": frozenset({COURSE_TEACHER}),
    "Message": frozenset({COURSE_TEACHER, GUARDIAN}),
    "MessageRevision": frozenset({COURSE_TEACHER}),
    "GlossaryTerm": MEMBERS - {SECRETARY},
    "GlossaryTermRevision": MEMBERS - {SECRETARY},
    "Material": CLASS,
    "MaterialRevision": CLASS,
    "ModerationCase": HEADS | {STUDENT},
    "ModerationCaseRevision": HEADS,
    "Student": ACQUAINTED,
    "Guardian": KEEPERS | {STUDENT, GUARDIAN},
    "Grade": CONCERNED,
    "GradeRevision": CONCERNED,
    "HomeworkStatus": CONCERNED,
    "HomeworkStatusRevision": CONCERNED,
    "PeriodGrade": CONCERNED,
    "PeriodGradeRevision": CONCERNED,
    "GradingRule": MEMBERS,
    "Quiz": CLASS,
    "QuizRevision": CLASS,
    "QuizTry": CONCERNED,
    "QuizTryRevision": CONCERNED,
    "QuizQuestion": BANKERS,
    "QuizQuestionRevision": BANKERS,
    "Survey": KEEPERS | {STUDENT, CLASSMATE, GUARDIAN},
    "SurveyRevision": KEEPERS,
    "Remark": CONCERNED,
    "DiarySignature": CONCERNED - {STUDENT},
    "DiarySignatureRevision": STAFF,
    "RemarkRevision": CONCERNED,
    "Attendance": CONCERNED,
    "AttendanceRevision": CONCERNED,
    "AttendanceCode": MEMBERS,
    "AbsenceNotice": KEEPERS | {STUDENT, GUARDIAN},
    "AbsenceNoticeRevision": KEEPERS | {STUDENT, GUARDIAN},
    "HomeworkRevision": CLASS,
    "LessonRevision": STAFF | IN_OFFICE,
    "Webhook": frozenset({HEAD}),
    "WebhookDelivery": frozenset({HEAD}),
    "DayOff": MEMBERS,
    "Room": MEMBERS,
    "BellSchedule": MEMBERS,
    "SwappedDay": MEMBERS,
    "LessonPattern": MEMBERS,
    "SitePage": MEMBERS,
    "Notice": frozenset({STUDENT, GUARDIAN}),
    "Timetable": MEMBERS,
    **{f"{noun}Revision": IN_OFFICE for noun in OFFICE},
}
FEWER: dict[str, frozenset[str]] = {
    "Page.history": HEADS,
    "PostRevision.by": HEADS,
    "CommentRevision.by": HEADS,
    "Post.history": HEADS | {STUDENT},
    "Comment.history": HEADS | {STUDENT},
    "School.students": IN_OFFICE,
    "School.guardians": IN_OFFICE,
    "School.messageRest": STAFF | {OTHER_TEACHER, SECRETARY},
    "School.webhooks": frozenset({HEAD}),
    "Conversation.history": frozenset({COURSE_TEACHER}),
    "Message.history": frozenset({COURSE_TEACHER}),
    "School.audit": frozenset({HEAD}),
    "Announcement.history": KEEPERS,
    "ClassGroup.announcements": KEEPERS | {STUDENT, CLASSMATE, GUARDIAN},
    "Course.announcements": CLASS | IN_OFFICE,
    "Announcement.readings": KEEPERS,
    "SchoolEvent.history": KEEPERS,
    "SchoolEvent.replies": KEEPERS,
    "Student.dataExports": frozenset({GUARDIAN, STUDENT, HEAD}),
    "Student.erasures": frozenset({HEAD}),
    "Student.erasurePlan": frozenset({HEAD}),
    "School.auditYears": IN_OFFICE,
    "School.heldWords": IN_OFFICE,
    "School.moderation": HEADS,
    "ForumAnswer.history": HEADS | {STUDENT},
    "ForumTopic.history": HEADS | {STUDENT},
    "ModerationCase.history": HEADS,
    "ModerationCase.reports": HEADS,
    "Student.restrictions": HEADS | {STUDENT, GUARDIAN},
    "Student.writings": frozenset({STUDENT, GUARDIAN}),
    "ForumAnswerRevision.by": HEADS,
    "ForumTopicRevision.by": HEADS,
    "ChildRestrictionRevision.by": HEADS,
    "School.fileMebibytes": IN_OFFICE,
    "Student.audit": frozenset({GUARDIAN, STUDENT, HEAD}),
    "AuditEntry.byId": frozenset({HEAD}),
    "AuditEntry.origin": frozenset({HEAD}),
    "School.yearPlan": IN_OFFICE,
    "School.mergePlan": HEADS,
    "School.office": IN_OFFICE,
    "School.awaySitePages": IN_OFFICE,
    "Course.teacherHistory": IN_OFFICE,
    "ClassGroup.leaderHistory": IN_OFFICE,
    "School.secondFactorRequired": STAFF | {OTHER_TEACHER, SECRETARY},
    "School.openLessons": IN_OFFICE,
    "School.replacedLessons": STAFF | {OTHER_TEACHER, SECRETARY},
    "Teacher.openLessons": IN_OFFICE | {COURSE_TEACHER},
    "ClassGroup.openLessons": KEEPERS,
    "Lesson.rows": STAFF,
    "Course.journal": STAFF,
    "Course.withdrawnGrades": frozenset({COURSE_TEACHER}) | HEADS,
    "Course.withdrawnMaterials": frozenset({COURSE_TEACHER}) | HEADS,
    "Lesson.withdrawnHomework": frozenset({COURSE_TEACHER}) | HEADS,
    "School.withdrawnAnnouncements": IN_OFFICE,
    "GradeRevision.by": STAFF,
    "ConversationRevision.by": frozenset(),
    "MessageRevision.by": frozenset(),
    "GlossaryTermRevision.by": STAFF | {OTHER_TEACHER},
    "MaterialRevision.by": STAFF,
    "Course.materials": CLASS,
    "Material.openings": STAFF,
    "Student.materials": (KEEPERS - {SECRETARY}) | {STUDENT, GUARDIAN},
    "Course.lessonMaterials": frozenset({COURSE_TEACHER}) | HEADS,
    "Subject.glossary": MEMBERS - {SECRETARY},
    "Subject.materials": MEMBERS - {SECRETARY},
    **{f"{noun}.history": IN_OFFICE for noun in OFFICE},
    "ClassGroup.timetable": MEMBERS - {OTHER_GUARDIAN},
    "Student.timetable": KEEPERS | {STUDENT, GUARDIAN},
    "Room.timetable": STAFF | {OTHER_TEACHER, SECRETARY},
    "Timetable.by": STAFF | {OTHER_TEACHER, SECRETARY},
    "Timetable.reason": IN_OFFICE,
    "Lesson.freeTeachers": IN_OFFICE,
    "Lesson.freeRooms": IN_OFFICE,
    "LessonReplacement.by": STAFF | IN_OFFICE,
    "LessonReplacement.reason": STAFF | IN_OFFICE,
    "ClassGroup.homeworkDue": MEMBERS - {OTHER_GUARDIAN},
    "HomeworkRevision.by": STAFF,
    "HomeworkStatusRevision.by": STAFF,
    "RemarkRevision.by": STAFF,
    "QuizRevision.by": STAFF,
    "Survey.answers": HEADS,
    "Survey.history": KEEPERS,
    "QuizTryRevision.by": STAFF,
    "Course.quizzes": CLASS,
    "Subject.quizQuestions": BANKERS,
    "Quiz.questions": frozenset({COURSE_TEACHER}) | HEADS,
    "QuizTry.pointsSoFar": frozenset({COURSE_TEACHER}) | HEADS,
    "QuizTry.proposed": frozenset({COURSE_TEACHER}) | HEADS,
    "Grade.seen": STAFF,
    "Remark.seen": STAFF,
    "DiarySignature.history": STAFF,
    "Student.diarySignatures": CONCERNED - {STUDENT},
    "PeriodGradeRevision.by": STAFF,
    "Student.reportCard": CONCERNED,
    "ReportCard.totals": CONCERNED - {COURSE_TEACHER},
    "Course.results": STAFF,
    "Course.figures": STAFF,
    "Course.toldFigures": CLASS,
    "ClassGroup.figures": KEEPERS - {SECRETARY},
    "ClassGroup.distributionChart": KEEPERS - {SECRETARY},
    "ClassGroup.attendanceChart": KEEPERS - {SECRETARY},
    "Course.distributionChart": STAFF,
    "Attendance.notice": KEEPERS | {STUDENT, GUARDIAN},
    "AttendanceRevision.by": STAFF,
    "AbsenceNoticeRevision.by": KEEPERS,
    "Student.absenceNotices": KEEPERS | {STUDENT, GUARDIAN},
    "ClassGroup.absenceNotices": KEEPERS,
    "ClassGroup.attendanceCounts": KEEPERS - {SECRETARY},
    "Course.attendanceCounts": STAFF,
    "Lesson.history": STAFF | IN_OFFICE,
    "Student.bornOn": KEEPERS | {STUDENT, GUARDIAN},
    "Student.middleName": KEEPERS | {STUDENT, GUARDIAN},
    "Student.identifier": KEEPERS | {STUDENT, GUARDIAN},
    "Student.beginsOn": KEEPERS | {STUDENT, GUARDIAN},
    "Student.endsOn": KEEPERS | {STUDENT, GUARDIAN},
    "Student.email": KEEPERS | {STUDENT, GUARDIAN},
    "Student.phone": KEEPERS | {STUDENT, GUARDIAN},
    "Student.guardians": KEEPERS | {STUDENT, GUARDIAN},
    "Student.enrolmentHistory": KEEPERS | {STUDENT, GUARDIAN},
    "Student.enrolments": KEEPERS | {STUDENT, GUARDIAN},
    "Student.years": KEEPERS | {STUDENT, GUARDIAN},
    "Student.guardianships": KEEPERS,
    "Student.accessCodes": KEEPERS,
    "Guardian.accessCodes": KEEPERS,
    "Guardian.leavingHistory": KEEPERS | {GUARDIAN},
    "Teacher.leavingHistory": IN_OFFICE | {COURSE_TEACHER},
    "Teacher.accessCodes": IN_OFFICE,
    "ClassGroup.accessCodes": KEEPERS,
    "Student.homework": (KEEPERS - {SECRETARY}) | {STUDENT, GUARDIAN},
    "Student.homeworkCompletion": (KEEPERS - {SECRETARY}) | {STUDENT, GUARDIAN},
    "Guardian.middleName": KEEPERS | {GUARDIAN},
    "Guardian.beginsOn": KEEPERS | {GUARDIAN},
    "Guardian.endsOn": KEEPERS | {GUARDIAN},
    "Guardian.email": KEEPERS | {GUARDIAN},
    "Guardian.phone": KEEPERS | {GUARDIAN},
    "Teacher.middleName": IN_OFFICE | {COURSE_TEACHER},
    "Teacher.beginsOn": IN_OFFICE | {COURSE_TEACHER},
    "Teacher.endsOn": IN_OFFICE | {COURSE_TEACHER},
    "Teacher.email": IN_OFFICE | {COURSE_TEACHER},
    "Teacher.phone": IN_OFFICE | {COURSE_TEACHER},
}
MARKS = frozenset({
    "Student.remarks", "Student.diary", "Student.grades", "Student.averages", "Lesson.homework",
    "Student.attendance", "Student.attendanceCounts", "Student.missed", "Lesson.homeworkDue",
    "Lesson.attendance", "Lesson.grades", "Student.finalGrades", "Student.progress",
    "Student.yearAverages", "Student.progressChart", "Student.attendanceChart", "Lesson.materials",
})  # fmt: skip
"""Lists in which a secretary finds nothing, as of whatever has to do with marks."""
STRANGERS = frozenset({OTHER_GUARDIAN, OTHER_TEACHER})
"""Members who have nobody in the class."""

IN_LISTS: dict[str, tuple[str, str, frozenset[str]]] = {
    "Student.courses": ("CourseOfStudent", "Course", ACQUAINTED),
    "Course.students": ("StudentOfCourse", "Student", ACQUAINTED),
    "Student.classGroups": ("ClassGroupOfStudent", "ClassGroup", ACQUAINTED),
    "ClassGroup.students": ("StudentOfClassGroup", "Student", ACQUAINTED),
    "AcademicYear.classGroups": ("ClassGroupOfSchool", "ClassGroup", MEMBERS),
    "AcademicYear.courses": ("CourseOfSchool", "Course", MEMBERS),
    "Teacher.classGroups": ("ClassGroupOfSchool", "ClassGroup", frozenset()),  # they lead another
    "Teacher.courses": ("CourseOfSchool", "Course", MEMBERS),
    "Teacher.lessons": ("LessonOfTeacher", "Lesson", MEMBERS),
}
"""Of fields that show fewer records than their viewers may know of: which, and to whom."""

OPEN = frozenset(
    {
        f"{tie}.{day}"
        for tie in ("Enrolment", "Teaching", "Guardianship")
        for day in ("beginsOn", "endsOn")
    }
    | {"Guardianship.restriction", "HeldRole.beginsOn", "HeldRole.endsOn"}
    | {f"TieStep.{of}" for of in ("restriction", "teacher", "classGroup", "course")}
    | {"TieStep.beginsOn", "TieStep.endsOn"}
    | {"Enrolment.course", "Teaching.standsInFor", "JournalRow.from", "JournalRow.to"}
    | {"Progress.trend", "ProgressPoint.period", "ScaleMark.share"}
    | {"HomeworkLoad.homework", "StudentHomework.status"}
    | {f"ErasurePlan.{of}" for of in ("erasableFrom", "items", "fingerprint")}
    | {f"{of}.slot" for of in ("AttendanceSummary", "GroupAttendance")}
    | {f"GroupAttendance.{of}" for of in ("course", "subject")}
    | {"Correspondent.id", "Correspondent.about", "ConversationPerson.readAt"}
    | {"EventReply.student"}
    | {"YearPlan.leaving", "YearPlan.notes", "PlannedCourse.students"}
)
"""What a tie that holds for good leaves open, in a class group, of somebody's own; and what the
plan of a year has nothing of where nobody leaves and a whole class takes its course; and what a
count of attendance is not of; what became of a classmate's homework, of which there is nothing; and
homework that a load does not show; a trend of too few marks, the period of a week, the share of a
scale that does not convert, and whom somebody of the staff replied for; the office is written to as
one, and nobody has read a conversation yet."""

OF_ANOTHER = frozenset(
    {f"AccessCode.{field}" for field in ("guardian", "teacher", "code")}
    | {f"Lesson.{field}" for field in ("replaces", "replacedBy", "joinedTo")}
    | {"GradeScale.step", "GradeScale.passingFrom", "GradeScale.extraCredit"}
    | {"School.awaySitePages"}
    | {"School.mergePlan", "Lesson.withdrawnHomework"}
    | {f"{of}.{day}" for of in ("Student", "Guardian", "Teacher") for day in ("beginsOn", "endsOn")}
    | {"LessonRevision.joinedToBefore", "Student.dataExports", "Material.subject", "School.reports"}
    | {"ClassGroup.page", "Guardian.page", "Teacher.page"}
    | {f"Page.{of}" for of in ("teacher", "guardian", "classGroup", "subject")}
    | {
        "School.messageBlocks",
        "School.messageRest",
        "School.conversationDraft",
        "Conversation.draft",
    }
    | {"Announcement.course", "Announcement.readAt", "SchoolEvent.course"}
    | {"Survey.course", "Survey.results", "Survey.chart"}
    | {f"{of}.moderation" for of in ("Comment", "ForumAnswer", "Message", "Post")}
    | {"ForumTopicRevision.acceptedBefore", "ModerationCase.html"}
)
"""What an access code of a student, which is not just being made, has none of; nor has a lesson in
whose place nothing is held; nor who has asked for no export; nor an announcement to a class
group, which nobody of these has read; nor an answer that nobody has reported, nor a topic that had
 no accepted answer before; nor is anything but a post in Markdown; nor who blocks nobody, never
 rests, and has begun to write nothing; and they have always been in the school, and stay."""

ALWAYS_SEEN = frozenset(
    {
        "MergePlan", "MergeMove",
        "Session", "Profile", "AccountStep", "Calendar", "NoticeConnection", "NoticeEdge",
        "NoticeSettings", "NoticeWay", "PushDevice",
        "Account", "Viewer", "Membership", "PageInfo", "Average", "Query", "Mutation",
        "PublicPage",
        "SignInNotice", "CodeChallenge", "SecondFactor", "TrustedDevice",
        "PublicEvent", "Identity", "PendingIdentity", "Passkey",
        "Subscription", "DiaryChanges", "UserError",
        "GradingTerms", "CategoryShare", "DroppedMarks", "PercentThreshold", "MarkPoints",
        "PeriodResult", "Contribution", "YearPart", "WhatIf", "Needed", "NeededMarks", "NeededMark",
        "Forecast", "Trend", "ReportCardTotal", "CourseFigures", "MarkCount", "ToldFigures",
        "RegistrationByCode", "Rounding", "MarkThreshold", "GradeScalePreview",
        "MarkPreview", "QuizMark", "QuestionOfQuiz", "QuestionOfTry",
        "SurveyQuestion", "SurveyOption", "SurveyQuestionResults", "SurveyResults", "SurveyAnswer",
        "SurveyAnswerGiven",
        "Dictionary", "DictionaryEntry", "StudiedWord", "StudiedWordConnection",
        "StudiedWordEdge", "TranslatorState", "TranslatedText",
        "MessageBlock", "MessageRest", "ConversationDraft", "ConversationConnection",
        "ConversationEdge",
    }
)  # fmt: skip
"""Types whose fields are for whoever asks: what they hold is guarded where it is a record."""
HERE = "in tests/gateway/test_authorization.py"
ARGUMENTS = {"from": "$day", "to": "$day", "first": "10"}
MADE_UP = f'"{global_id.make("Student", 1, UUID(int=1))}"'
REQUIRED = {
    "question": "0",
    "target": '"4"',
    "grades": "[]",
    "kept": MADE_UP,
    "duplicate": MADE_UP,
}
"""Arguments that are given where a field can't do without."""


@statement(Account)
def every_account() -> Any:
    from sqlalchemy import select

    from db.reading.parts import table

    return select(table(Account))


@pytest.fixture(scope="module")
async def small(server: Any, empty_template: str) -> AsyncIterator[tuple[Store, SmallSchool]]:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        school = await found(connection)
        await connection.execute(  # over as soon as the day has begun, and not closed
            "UPDATE lesson SET closed = false, starts_at = day::timestamp AT TIME ZONE 'UTC',"
            " ends_at = day::timestamp AT TIME ZONE 'UTC'"
        )
        await connection.close()
        store = await Store.connect(url, connections=2)
        yield store, school
        await store.close()


KNOWN: dict[UUID, Viewer] = {}
"""The viewers by their accounts; nothing here changes who they are."""


async def viewer_named(store: Store, school: SmallSchool, kind: str) -> Viewer | None:
    if kind == NOBODY:
        return None
    id_ = school.accounts[kind]
    if id_ not in KNOWN:
        accounts = await store.fetch(every_account)
        KNOWN[id_] = await load_viewer(store, next(one for one in accounts if one.id == id_))
    return KNOWN[id_]


async def ask(store: Store, viewer: Viewer | None, query: str, **variables: object) -> Any:
    result = await graphql(
        schema._schema,
        query,
        context_value=Context(store, viewer),
        variable_values={"day": TODAY.isoformat(), **variables},
        executor_class=CompiledExecutor,
    )
    return result.formatted


def object_types() -> dict[str, GraphQLObjectType]:
    return {
        name: type_
        for name, type_ in schema._schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
    }


def outcomes() -> frozenset[str]:
    """Types made of declarations: payloads, and the events of nouns."""
    events = {f"{topic.noun}Change" for topic in diary()}
    return frozenset({name for name in object_types() if name.endswith("Payload")} | events)


def selection(name: str, field: GraphQLField) -> str:
    given = [f"{arg}: {ARGUMENTS[arg]}" for arg in field.args if arg in ARGUMENTS]
    given += required(field)
    return f"{name}({', '.join(given)})" if given else name


def required(field: GraphQLField) -> list[str]:
    return [
        f"{arg}: {REQUIRED[arg]}"
        for arg, of in field.args.items()
        if arg in REQUIRED and is_required_argument(of)
    ]


def whole_selection(name: str, field: GraphQLField) -> str:
    below = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return selection(name, field) + below


RECORDS = sorted({"School", *NOUNS})
Path = tuple[tuple[str, str], ...]
"""Fields from a record on, each by its name and as it is asked for."""


def paths() -> dict[str, tuple[str, Path]]:
    """How to reach the types that are no nouns: from a record of a noun, by the shortest way."""
    found: dict[str, tuple[str, Path]] = {}
    queue: deque[tuple[str, str, Path]] = deque((noun, noun, ()) for noun in RECORDS)
    while queue:
        noun, owner, path = queue.popleft()
        for name, field in object_types()[owner].fields.items():
            of = get_named_type(field.type).name
            if of in object_types().keys() - found.keys() - {*RECORDS} - ALWAYS_SEEN:
                found[of] = noun, (*path, (name, selection(name, field)))
                queue.append((noun, of, found[of][1]))
    return found


THROUGH = paths()


def shown_to(noun: str) -> frozenset[str]:
    assert noun in SHOWN, (
        f"Nobody wrote down who may know that a {noun} exists: add it to SHOWN {HERE}."
    )
    return SHOWN[noun]


def readers_of(noun: str, name: str, all_: frozenset[str]) -> frozenset[str]:
    return FEWER.get(f"{noun}.{name}", all_)


def unforeseen(noun: str, name: str, kind: str, is_denied: bool) -> str:
    """What to write down where a field is read by others than is written."""
    field = f"{noun}.{name}"
    if field in FEWER:
        return f"{field} is {'not ' if is_denied else ''}for {kind}: FEWER says otherwise {HERE}."
    return (
        f"Nobody wrote down that {field} is not for {kind}, who may know of a {noun}: add it to "
        f"FEWER {HERE}, with those who may read it."
    )


@pytest.mark.parametrize("noun", RECORDS)
async def test_a_record_is_shown_to_those_concerned_and_does_not_exist_for_the_rest(
    small: tuple[Store, SmallSchool], noun: str
) -> None:
    store, school = small
    id_ = school.id(noun)
    query = "query ($id: ID!) { node(id: $id) { __typename id } }"
    for kind in VIEWERS:
        answer = await ask(store, await viewer_named(store, school, kind), query, id=id_)
        shown = {"__typename": noun, "id": id_} if kind in shown_to(noun) else None
        assert answer == {"data": {"node": shown}}, kind


@pytest.mark.parametrize("noun", RECORDS)
async def test_a_field_answers_its_audience_and_forbids_the_others(
    small: tuple[Store, SmallSchool], noun: str
) -> None:
    store, school = small
    fields = object_types()[noun].fields
    text = " ".join(whole_selection(name, field) for name, field in fields.items())
    day = ", $day: Date!" if "$day" in text else ""
    query = f"query ($id: ID!{day}) {{ node(id: $id) {{ ... on {noun} {{ {text} }} }} }}"
    for kind in sorted(shown_to(noun)):
        viewer = await viewer_named(store, school, kind)
        answer = await ask(store, viewer, query, id=school.id(noun))
        errors = {error["path"][1]: error for error in answer.get("errors", ())}
        assert len(errors) == len(answer.get("errors", ())), (kind, errors)
        for name in fields:
            is_denied = kind not in readers_of(noun, name, SHOWN[noun])
            assert (name in errors) == is_denied, unforeseen(noun, name, kind, not is_denied)
            value = answer["data"]["node"][name]
            if is_denied:
                assert value is None, (name, kind)
                assert errors[name]["path"] == ["node", name]
                assert errors[name]["message"] == "You may not read this field."
            elif f"{noun}.{name}" not in OF_ANOTHER and not hides_students(f"{noun}.{name}", kind):
                assert value not in (None, []), (name, kind, value)


def hides_students(field: str, kind: str) -> bool:
    """Lists that leave out what this viewer may not know of."""
    if field in ("ClassGroup.students", "Course.students"):
        return kind in STRANGERS
    if field.endswith(".viewerMay"):  # told apart in tests/gateway/test_permissions.py
        return True
    if field in MARKS and kind == SECRETARY:
        return True
    if field in ("Homework.students", "Course.toldFigures"):  # for all; of a period that is over
        return True
    hidden = {
        "ForumTopic.moderation": MEMBERS - HEADS - {STUDENT},
        "Lesson.homework": STRANGERS,
        "Lesson.homeworkDue": STRANGERS,
        "Lesson.materials": STRANGERS,
        "Lesson.attendance": {*STRANGERS, CLASSMATE},
        "Lesson.grades": {*STRANGERS, CLASSMATE},
        "Message.waitsUntil": {GUARDIAN},
        "Page.student": {CLASSMATE},
        "Student.page": {SECRETARY},
        "Quiz.tries": {CLASSMATE},
        "Quiz.results": {CLASSMATE},
    }
    return kind in hidden.get(field, ())


@pytest.mark.parametrize("noun", THROUGH)
async def test_what_hangs_on_a_record_is_shown_to_its_audience(
    small: tuple[Store, SmallSchool], noun: str
) -> None:
    store, school = small
    owner, path = THROUGH[noun]
    (first, _), *_ = path
    fields = object_types()[noun].fields
    asked = " { ".join([*(text for _, text in path)])
    inner = " ".join(whole_selection(name, field) for name, field in fields.items())
    day = ", $day: Date!" if "$day" in asked + inner else ""
    query = (
        f"query ($id: ID!{day}) {{ node(id: $id) "
        f"{{ ... on {owner} {{ {asked} {{ {inner} {'}' * len(path)} }} }} }}"
    )
    for kind in VIEWERS:
        viewer = await viewer_named(store, school, kind)
        answer = await ask(store, viewer, query, id=school.id(owner))
        errors = [error["path"] for error in answer.get("errors", ())]
        if kind not in shown_to(owner):
            assert answer == {"data": {"node": None}}, kind
        elif f"{owner}.{first}" in MARKS and kind == SECRETARY:
            assert answer == {"data": {"node": {first: []}}}
        elif kind in (all_ := readers_of(owner, first, SHOWN[owner])):
            for name in fields:
                value = value_at(answer["data"]["node"], path, name)
                is_denied = kind not in readers_of(noun, name, all_)
                assert (name in {each[-1] for each in errors}) == is_denied, unforeseen(
                    noun, name, kind, not is_denied
                )
                if f"{noun}.{name}" not in OPEN:
                    assert (value in (None, [])) == is_denied, (name, kind)
            assert {each[-1] for each in errors} <= fields.keys()
        else:
            assert answer["data"]["node"][first] is None, kind
            assert errors == [["node", first]]


def value_at(found: Any, path: Path, name: str) -> Any:
    for step in [*(each for each, _ in path), name]:
        found = found[0] if isinstance(found, list) else found
        found = found[step]
    return found


def narrowed() -> dict[str, str]:
    """What fields call their records, if they show fewer than their viewers may know of."""
    return {
        f"{name}.{field}": bound.known_as
        for name, type_ in object_types().items()
        for field, of in type_.fields.items()
        if (bound := of.extensions[BOUND]).known_as is not None
    }


@pytest.mark.parametrize(("field", "relation"), narrowed().items())
async def test_a_list_shows_a_record_to_those_who_may_know_that_it_is_there(
    small: tuple[Store, SmallSchool], field: str, relation: str
) -> None:
    assert field in IN_LISTS, (
        f"Nobody wrote down whom {field} shows what is known as a {relation}: add it to IN_LISTS "
        f"{HERE}."
    )
    known_as, of, readers = IN_LISTS[field]
    assert known_as == relation
    store, school = small
    noun, name = field.split(".")
    text = selection(name, object_types()[noun].fields[name])
    day = ", $day: Date!" if "$day" in text else ""
    query = f"query ($id: ID!{day}) {{ node(id: $id) {{ ... on {noun} {{ {text} {{ id }} }} }} }}"
    for kind in shown_to(noun):
        viewer = await viewer_named(store, school, kind)
        answer = await ask(store, viewer, query, id=school.id(noun))
        ids = [each["id"] for each in answer["data"]["node"][name]]
        assert (school.id(of) in ids) == (kind in readers), kind


@pytest.mark.parametrize("name", sorted(object_types().keys() - outcomes() - {*RECORDS}))
def test_every_type_is_reached_from_a_record_or_is_for_whoever_asks(name: str) -> None:
    assert name in THROUGH or name in ALWAYS_SEEN, (
        f"No field of a noun leads to a {name}: declare one, or add it to ALWAYS_SEEN {HERE}."
    )


def test_nothing_is_written_down_of_what_is_not_there() -> None:
    types = object_types()
    assert SHOWN.keys() <= {*RECORDS}
    assert types.keys() >= ALWAYS_SEEN
    assert IN_LISTS.keys() == narrowed().keys()
    assert [
        each for each in FEWER if each.split(".")[1] not in types[each.split(".")[0]].fields
    ] == []


def test_what_nobody_wrote_down_is_said_in_a_sentence_that_tells_what_to_add() -> None:
    with pytest.raises(AssertionError, match=r"who may know that a Locker exists: add it to SHOWN"):
        shown_to("Locker")
    told = unforeseen("Remark", "text", STUDENT, is_denied=True)
    assert told == (
        "Nobody wrote down that Remark.text is not for the student, who may know of a Remark: add "
        "it to FEWER in tests/gateway/test_authorization.py, with those who may read it."
    )


def test_what_a_mutation_answers_is_a_payload_with_errors() -> None:
    for field in object_types()["Mutation"].fields.values():
        payload = get_named_type(field.type)
        assert payload.name.endswith("Payload")
        assert "errors" in payload.fields


def test_a_field_that_some_may_not_read_is_nullable() -> None:
    for where in FEWER:
        noun, name = where.split(".")
        assert not isinstance(object_types()[noun].fields[name].type, GraphQLNonNull)
