"""What is read of the past: after a change of class, of what was taught to its end, after leaving;
and that whoever only reads on changes nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from graphql import graphql

from db.tables.grades import Grade
from db.tables.homework import Homework
from db.tables.remarks import Remark
from domain.attendance import AbsenceReason, AttendanceKind
from domain.audience import CONCERNED, HEADS, Audience
from domain.clock import now
from domain.events import EventKind
from domain.ids import uuid7
from domain.materials import MaterialKind
from domain.moderation import Activity
from domain.pages import Reaction
from domain.quizzes import QuizQuestionKind
from domain.remarks import RemarkKind
from domain.ties import kept_since
from resolvers.context import Context
from resolvers.declarations.editing import Edit
from resolvers.declarations.mutation import MUTATIONS
from resolvers.declarations.people import Leaving
from resolvers.moderation import Report
from resolvers.mutations.absence_notices import AcceptAbsence, AnnounceAbsence, ChangeAbsence
from resolvers.mutations.access_codes import CreateAccessCodes, RevokeAccessCodes
from resolvers.mutations.announcements import (
    AnnounceToClassGroup,
    AnnounceToCourse,
    ReadAnnouncement,
)
from resolvers.mutations.attendance import CorrectAttendance, MarkAbsent, TakeAttendance
from resolvers.mutations.diary_signatures import MarkSeen, SignDiaryWeek
from resolvers.mutations.enrolments import MoveStudent, move_student
from resolvers.mutations.events import AddClassGroupEvent, AddCourseEvent
from resolvers.mutations.glossaries import AddGlossaryTerm, ChangeGlossaryTerm
from resolvers.mutations.grades import GiveGrades, ReviseGrade
from resolvers.mutations.homework import ChangeHomework, SetHomework
from resolvers.mutations.homework_closing import CloseHomework, OpenHomework
from resolvers.mutations.homework_statuses import (
    AcceptHomework,
    HandInHomework,
    MarkHomeworkMissing,
    ReturnHomework,
    TickHomework,
)
from resolvers.mutations.lesson_closing import CloseLesson
from resolvers.mutations.lessons import SetLessonTopic
from resolvers.mutations.materials import (
    AddCourseMaterial,
    AddLessonMaterial,
    AddSubjectMaterial,
    ChangeMaterial,
    OpenMaterial,
)
from resolvers.mutations.moderation import RestrictChild
from resolvers.mutations.pages import (
    BeginClassPage,
    BeginGuardianPage,
    BeginStudentPage,
    BeginSubjectPage,
    ChangePage,
    FollowPage,
)
from resolvers.mutations.period_decisions import DecidePeriodGrades
from resolvers.mutations.posts import CommentOnPost, ReactToPost, WritePost
from resolvers.mutations.quiz_questions import AddQuizQuestion, ChangeQuizQuestion
from resolvers.mutations.quiz_tries import (
    AnswerQuiz,
    BeginQuiz,
    GradeQuiz,
    HandInQuiz,
    QuizGradeToGive,
)
from resolvers.mutations.quizzes import ChangeQuiz, CreateQuiz
from resolvers.mutations.remarks import AddRemark, ReplyToRemark
from resolvers.mutations.students import set_student_leaving
from resolvers.mutations.surveys import AskClassGroup, AskCourse
from resolvers.mutations.transferred_grades import EnterTransferredGrades, TransferredGrade
from resolvers.passwords import hash_password
from schema.build import schema
from tests.executors import EXECUTORS
from tests.gateway.small_school import HERE, TODAY
from tests.store.office import class_group, done, in_year, uuid
from tests.store.office_room import ask
from tests.store.staff_room import (
    GUARDIAN,
    OTHER_TEACHER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)

CLASS_TEACHER, THE_HEAD, CLASSMATE = "the class teacher", "the head", "a classmate"
MONTH = {"from": str(TODAY - timedelta(30)), "to": str(YESTERDAY)}
DIARY = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
    displayName
    diary(from: $from, to: $to) { date lessons {
      lesson { id topic teacher { displayName } homework { text } } grades { value } } }
    grades(from: $from, to: $to) { value lesson { id } teacher { displayName } }
    averages(from: $from, to: $to) { average { value } }
  } }
"""
JOURNAL = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) {
    journal(from: $from, to: $to) {
      lessons { id homework { text } }
      rows { from to left student { displayName } average { value } grades { value } } } } }
"""


async def a_month(room: StaffRoom) -> None:
    """Thirty days of maths for 7B, until yesterday, each with homework and a mark for Ada."""
    ours: dict[str, Any] = {"school_id": HERE, "course_id": room.small.records["Course"]}
    teacher = room.small.records["Teacher"]
    for number in range(1, 31):
        day = TODAY - timedelta(number)
        lesson = uuid(await room.lesson(day))
        await room.rows("UPDATE lesson SET topic = $1, teacher_id = $2 WHERE id = $3",
                        f"Topic {number}", teacher, lesson)  # fmt: skip
        await room.add(
            Homework(
                **ours,
                id=uuid7(),
                lesson_id=lesson,
                lesson_day=day,
                due_on=day,
                text=f"Page {number}",
            ),
            Grade(
                **ours,
                id=uuid7(),
                student_id=room.small.records["Student"],
                lesson_id=lesson,
                work_type_id=room.small.records["WorkType"],
                grade_scale_id=room.small.records["GradeScale"],
                teacher_id=teacher,
                day=day,
                value="4",
                number=Decimal(4),
            ),
        )


async def diary(room: StaffRoom, kind: str, **span: str) -> Any:
    return (await ask(room, kind, DIARY, id=room.id("Student"), **(MONTH | span)))["student"]


async def journal(room: StaffRoom, kind: str, **span: str) -> Any:
    found = await ask(room, kind, JOURNAL, id=room.id("Course"), **(MONTH | span))
    return found["course"]["journal"]


async def led_by(room: StaffRoom, group: str, teacher: str) -> None:
    await room.rows(
        "UPDATE class_group SET class_teacher_id = (SELECT id FROM teacher WHERE given_name = $1"
        " LIMIT 1) WHERE name = $2",
        teacher,
        group,
    )


async def test_a_month_stays_on_every_screen_when_the_child_changes_class(room: StaffRoom) -> None:
    await in_year(room)
    await a_month(room)
    await led_by(room, "8A", "other_teacher")
    before = {who: await diary(room, who) for who in (STUDENT, GUARDIAN, THE_HEAD, CLASS_TEACHER)}
    assert len({day["date"] for day in before[GUARDIAN]["diary"]}) == 30
    entries = [entry for day in before[GUARDIAN]["diary"] for entry in day["lessons"]]
    assert [len(entry["grades"]) for entry in entries] == [1] * 30
    assert [len(entry["lesson"]["homework"]) for entry in entries] == [1] * 30
    assert before[STUDENT] == before[GUARDIAN] == before[THE_HEAD] == before[CLASS_TEACHER]
    whole = {who: await journal(room, who) for who in (TEACHER, THE_HEAD, CLASS_TEACHER)}
    assert await diary(room, OTHER_TEACHER) is None
    await done(room, move_student, MoveStudent(room.id("Student"), await class_group(room, "8A")))
    for who, screen in before.items():
        assert await diary(room, who) == screen, who
    # Who leads them now reads their past; who taught them reads on in the journal.
    assert await diary(room, OTHER_TEACHER) == before[THE_HEAD]
    for who, rows in whole.items():
        assert await journal(room, who) == rows, who
    to_come = await journal(room, TEACHER, to=str(TOMORROW))
    lines = {row["student"]["displayName"]: (row["from"], row["to"], row["left"])
             for row in to_come["rows"]}  # fmt: skip
    assert set(lines.values()) == {(None, None, False), (None, str(YESTERDAY), False)}


async def test_of_the_old_class_nothing_is_seen_from_the_day_of_the_move_on(
    room: StaffRoom,
) -> None:
    await in_year(room)
    await a_month(room)
    group = await class_group(room, "8A")
    day = TODAY - timedelta(10)
    await done(room, move_student, MoveStudent(room.id("Student"), group, day))
    for who in (STUDENT, GUARDIAN, THE_HEAD):
        screen = await diary(room, who)
        assert [each["date"] for each in screen["diary"]] == [
            str(TODAY - timedelta(number)) for number in range(30, 10, -1)
        ], who
    query = "query ($id: ID!) { node(id: $id) { id } }"
    rows = await room.rows("SELECT id, lesson_day FROM homework WHERE text LIKE 'Page %'")
    for row in rows:
        if row["lesson_day"] == TODAY:
            continue  # the small school's own
        id_ = room.id("Homework", row["id"])
        for who in (STUDENT, GUARDIAN):
            shown = (await ask(room, who, query, id=id_))["node"]
            assert (shown is not None) == (row["lesson_day"] < day), row["lesson_day"]
        assert (await ask(room, CLASSMATE, query, id=id_))["node"] is not None


async def year_ends(room: StaffRoom, day: date) -> None:
    await in_year(room)
    await room.rows("UPDATE academic_year SET ends_on = $1", day)
    await room.rows("UPDATE course SET academic_year_id = NULL")  # they have their class group's


async def calls(room: StaffRoom) -> dict[str, Any]:
    """Of every mutation by which people who are tied to a record change it, an input that is right
    for the course's teacher; but for what the office alone may do."""
    ours: dict[str, Any] = {"school_id": HERE, "id": uuid7()}
    homework, remark = uuid7(), uuid7()
    to_close, to_reopen = await room.lesson(YESTERDAY), await room.lesson(YESTERDAY)
    await room.rows("UPDATE lesson SET closed = true WHERE id = $1", uuid(to_reopen))
    await room.add(
        Homework(
            **ours | {"id": homework},
            lesson_id=room.small.records["Lesson"],
            course_id=room.small.records["Course"],
            lesson_day=YESTERDAY,
            due_on=TODAY,
            text="Gone",
            withdrawn=True,
        ),
        Remark(
            **ours | {"id": remark},
            student_id=room.small.records["Student"],
            course_id=room.small.records["Course"],
            author_id=room.small.accounts[THE_HEAD],
            kind="WORK",
            day=YESTERDAY,
            text="Well done",
        ),
    )
    for table, column in (("grade", "day"), ("lesson", "day"), ("homework", "lesson_day")):
        await room.rows(f"UPDATE {table} SET {column} = $1", YESTERDAY)
    await room.rows("UPDATE quiz_try SET grade_id = NULL")
    gone = await room.rows("SELECT id FROM grade WHERE state = 'WITHDRAWN'")
    lesson = await room.lesson(YESTERDAY)
    version: dict[str, Any] = {"expected_version": 1, "reason": "A slip"}
    literature: dict[str, Any] = {"kind": MaterialKind.LITERATURE, "title": "An atlas"}
    grade = room.grade(lesson=lesson)
    return {
        "set_homework": SetHomework(lesson, "Page 9", due_on=TOMORROW),
        "change_homework": ChangeHomework(id=room.id("Homework"), text="Page 10", **version),
        "withdraw_homework": Edit(room.id("Homework"), 2, "A slip"),
        "restore_homework": Edit(room.id("Homework", homework), **version),
        "add_course_event": AddCourseEvent(
            course=room.id("Course"),
            kind=EventKind.EXAM,
            title="Test",
            starts_at=now(),
            ends_at=now() + timedelta(hours=1),
            to_students=True,
        ),
        "announce_to_course": AnnounceToCourse(
            course=room.id("Course"), title="Test", text="On Monday", to_students=True
        ),
        "add_course_material": AddCourseMaterial(course=room.id("Course"), **literature),
        "add_lesson_material": AddLessonMaterial(lesson=lesson, **literature),
        "add_subject_material": AddSubjectMaterial(subject=room.id("Subject"), **literature),
        "add_glossary_term": AddGlossaryTerm(
            subject=room.id("Subject"), term="Root", meaning="Корень"
        ),
        "change_glossary_term": ChangeGlossaryTerm(
            id=room.id("GlossaryTerm"), meaning="Solution", **version
        ),
        "withdraw_glossary_term": Edit(room.id("GlossaryTerm"), 2, "A slip"),
        "restore_glossary_term": Edit(room.id("GlossaryTerm"), 3, "A slip"),
        "change_material": ChangeMaterial(id=room.id("Material"), title="Atlas", **version),
        "withdraw_material": Edit(room.id("Material"), 2, "A slip"),
        "restore_material": Edit(room.id("Material"), 3, "A slip"),
        "add_quiz_question": AddQuizQuestion(
            room.id("Subject"), QuizQuestionKind.TEXT, "2 + 2?", accepted=["4"]
        ),
        "create_quiz": CreateQuiz(
            room.id("Course"), "Sums", [room.id("QuizQuestion")], now(), now() + timedelta(1)
        ),
        "change_quiz": ChangeQuiz(id=room.id("Quiz"), title="Squares", **version),
        "withdraw_quiz": Edit(room.id("Quiz"), 2, "A slip"),
        "grade_quiz": GradeQuiz(
            [
                QuizGradeToGive(
                    room.id("Student"),
                    lesson,
                    room.id("WorkType"),
                    "5",
                    quiz_try=room.id("QuizTry"),
                )
            ]
        ),
        "set_lesson_topic": SetLessonTopic(lesson, 1, "Fractions"),
        "close_lesson": CloseLesson(to_close, 1, "Fractions", "A drill"),
        "reopen_lesson": Edit(to_reopen, 1, "A slip"),
        "give_grade": grade,
        "give_grades": GiveGrades([grade]),
        "revise_grade": ReviseGrade(id=room.id("Grade"), value="3", **version),
        "withdraw_grade": Edit(room.id("Grade"), 2, "A slip"),
        "restore_grade": Edit(room.id("Grade", gone[0]["id"]), **version),
        "add_remark": AddRemark(room.id("Student"), kind=RemarkKind.WORK, text="Well done"),
        "reply_to_remark": ReplyToRemark(room.id("Remark", remark), "Thank you"),
    }


def of_others(room: StaffRoom, lesson: str) -> dict[str, Any]:
    """Mutations by ties whose own tests show that such inputs are right. A course's teacher knows
    of no notice."""
    notice = room.id("AbsenceNotice")
    version: dict[str, Any] = {"expected_version": 1, "reason": "A slip"}
    homework, student = room.id("Homework"), room.id("Student")
    subject = room.id("Subject")
    return {
        "add_class_group_event": AddClassGroupEvent(
            class_group=room.id("ClassGroup"),
            kind=EventKind.TRIP,
            title="Trip",
            starts_at=now(),
            ends_at=now() + timedelta(hours=1),
            to_families=True,
        ),
        "announce_to_class_group": AnnounceToClassGroup(
            class_group=room.id("ClassGroup"), title="Trip", text="On Monday", to_families=True
        ),
        "read_announcement": ReadAnnouncement(room.id("Announcement")),
        "announce_absence": AnnounceAbsence(
            room.id("Student"), TODAY, TODAY, AbsenceReason.ILLNESS
        ),
        "change_absence": ChangeAbsence(notice, text="Ill", **version),
        "withdraw_absence": Edit(notice, 1, "A slip"),
        "take_attendance": TakeAttendance(lesson, []),
        "decide_period_grades": DecidePeriodGrades(room.id("Course"), room.id("Period")),
        "withdraw_period_grade": Edit(room.id("PeriodGrade"), 1, "A slip"),
        "enter_transferred_grades": EnterTransferredGrades(
            student, "School No. 5", [TransferredGrade(room.id("Period"), "5", subject=subject)]
        ),
        "mark_absent": MarkAbsent(student, TODAY),
        "tick_homework": TickHomework(homework, student),
        "hand_in_homework": HandInHomework(homework, student, "Done"),
        "accept_homework": AcceptHomework(homework, [student]),
        "return_homework": ReturnHomework(homework, [student], "Once more"),
        "mark_homework_missing": MarkHomeworkMissing(homework, [student]),
        "create_access_codes": CreateAccessCodes(room.id("School"), [student]),
        "revoke_access_codes": RevokeAccessCodes([room.id("AccessCode")]),
        "accept_absence": AcceptAbsence(notice, 1),
        "change_quiz_question": ChangeQuizQuestion(
            id=room.id("QuizQuestion"), text="3 + 1?", **version
        ),
        "withdraw_quiz_question": Edit(room.id("QuizQuestion"), 1, "A slip"),
        "ask_class_group": AskClassGroup(
            class_group=room.id("ClassGroup"), title="Lunch", to_families=True, questions=[]
        ),
        "ask_course": AskCourse(
            course=room.id("Course"), title="Lunch", to_students=True, questions=[]
        ),
        "begin_quiz": BeginQuiz(room.id("Quiz")),
        "answer_quiz": AnswerQuiz(room.id("QuizTry"), []),
        "hand_in_quiz": HandInQuiz(room.id("QuizTry")),
        "open_material": OpenMaterial(room.id("Material")),
        "begin_student_page": BeginStudentPage(student=student),
        "begin_guardian_page": BeginGuardianPage(guardian=room.id("Guardian")),
        "begin_class_page": BeginClassPage(class_group=room.id("ClassGroup")),
        "begin_subject_page": BeginSubjectPage(subject=subject),
        "change_page": ChangePage(room.id("Page"), 1, "A slip", about="I"),
        "follow_page": FollowPage(room.id("Page")),
        "write_post": WritePost(page=room.id("Page"), text="Won"),
        "react_to_post": ReactToPost(room.id("Post"), Reaction.LIKE),
        "report_post": Report(room.id("Post"), "Rude"),
        "report_comment": Report(room.id("Comment"), "Rude"),
        "comment_on_post": CommentOnPost(post=room.id("Post"), text="Bravo"),
        "withdraw_comment": Edit(room.id("Comment"), 1, "A slip"),
        "restrict_child": RestrictChild(student, Activity.FORUM, "Homework first"),
        "lift_child_restriction": Edit(room.id("ChildRestriction"), 1, "A slip"),
        "sign_diary_week": SignDiaryWeek(student, TODAY),
        "mark_seen": MarkSeen(student, [room.id("Grade")]),
        "refuse_absence": Edit(notice, 1, "A slip"),
        "close_homework": CloseHomework(lesson, 1),
        "open_homework": OpenHomework(lesson, 1),
        "correct_attendance": CorrectAttendance(
            room.id("Attendance"), 1, "A slip", kind=AttendanceKind.ILL
        ),
    }


OF_TIES = CONCERNED & ~HEADS
EXPORTS = frozenset({
    "export_student_data", "export_student_report", "export_class_report", "export_course_report",
})  # fmt: skip
"""Who reads on may have all of what they read, too: it changes nothing of the diary."""
OF_THEIR_OWN = frozenset({"begin_teacher_page"})
"""What a teacher may do as long as they work at the school, whatever they still teach."""


async def test_whoever_reads_on_may_call_no_mutation_that_a_tie_lets_them_call(
    room: StaffRoom,
) -> None:
    await year_ends(room, TODAY + timedelta(100))
    inputs = await calls(room)
    by_tie = {name for name, each in MUTATIONS.items() if each.by & OF_TIES}
    by_tie -= EXPORTS | OF_THEIR_OWN
    elsewhere = of_others(room, inputs["set_lesson_topic"].lesson)
    assert by_tie == {*inputs, *elsewhere}
    left = (
        ("UPDATE academic_year SET ends_on = $1", YESTERDAY, (TEACHER, CLASS_TEACHER), OF_TIES),
        ("UPDATE course SET active = $1", False, (TEACHER,), Audience.COURSE_TEACHER),
        ("UPDATE student SET ends_on = $1 WHERE given_name = 'student'", YESTERDAY,
         (STUDENT, GUARDIAN), Audience.GUARDIAN | Audience.SELF),
    )  # fmt: skip
    for change, value, who_reads, audience in left:
        await room.rows(change, value)
        before = await room.written()
        for kind in who_reads:
            viewer = await room.viewer(kind)
            assert "Page" in str(await seen(room, kind)), kind
            for name, given in (inputs | elsewhere).items():
                if MUTATIONS[name].by & audience and kind != STUDENT:
                    (code,) = {
                        code for code, _ in told(await MUTATIONS[name](room.store, viewer, given))
                    }
                    unknown = name in elsewhere and code == "NOT_FOUND"
                    assert code == "FORBIDDEN" or unknown, (kind, name)
                    assert await room.written() == before, (kind, name)
        await room.rows("UPDATE academic_year SET ends_on = $1", TODAY + timedelta(100))
        await room.rows("UPDATE course SET active = true")
        await room.rows("UPDATE student SET ends_on = NULL")
    # Each of the inputs is right, so that nothing but the rights has refused it.
    for name, given in inputs.items():
        assert told(await MUTATIONS[name](room.store, await room.viewer(TEACHER), given)) == [], (
            name
        )


async def seen(room: StaffRoom, kind: str) -> Any:
    query = "query ($id: ID!) { node(id: $id) { ... on Homework { text } } }"
    return (await ask(room, kind, query, id=room.id("Homework")))["node"]


@pytest.mark.parametrize("kind", [TEACHER, CLASS_TEACHER])
async def test_who_held_to_the_end_reads_for_the_term_of_keeping_and_no_longer(
    room: StaffRoom, kind: str
) -> None:
    kept = kept_since(TODAY, 5)
    await room.rows("UPDATE academic_year SET starts_on = $1", kept - timedelta(300))
    await room.rows("UPDATE homework SET lesson_day = $1", kept - timedelta(100))
    for ends, reads in ((YESTERDAY, True), (kept, True), (kept - timedelta(1), False)):
        await year_ends(room, ends)
        assert (await seen(room, kind) is not None) == reads, ends
        rights = (await room.viewer(kind)).schools[HERE]
        assert room.small.records["Course"] not in {
            id_ for ids in rights.of_today.values() for id_ in ids
        }
    assert await seen(room, THE_HEAD) is not None
    assert await seen(room, GUARDIAN) is not None  # whose child is there


async def test_who_was_replaced_before_the_end_reads_nothing(room: StaffRoom) -> None:
    end = YESTERDAY
    await year_ends(room, end)
    teaching = "UPDATE teaching SET ends_on = $1"
    for last, reads in ((end, True), (end - timedelta(1), False), (TODAY, True)):
        await room.rows(teaching, last)
        assert (await seen(room, TEACHER) is not None) == reads, last


SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) {
    token viewer { account { login } schools { id } } notice { code message } errors { code } } }
"""


async def test_an_account_without_any_tie_left_is_told_so_as_it_signs_in(room: StaffRoom) -> None:
    await room.rows("UPDATE account SET password_hash = $1", await hash_password("a long password"))
    given = {"login": STUDENT, "password": "a long password"}

    async def sign_in() -> Any:
        return (await ask(room, None, SIGN_IN, input=given))["signIn"]

    assert (await sign_in())["notice"] is None
    await done(room, set_student_leaving, Leaving(room.id("Student"), YESTERDAY))
    here = await sign_in()
    assert (here["notice"], len(here["viewer"]["schools"])) == (None, 1)
    await room.rows("UPDATE school SET keeping_years = 0")
    gone = await sign_in()
    assert gone["token"] is not None
    assert gone["errors"] == []
    assert gone["viewer"] == {"account": {"login": STUDENT}, "schools": []}
    assert gone["notice"]["code"] == "NO_SCHOOL"
    assert "ask the school's office" in gone["notice"]["message"]


async def test_rights_that_end_with_the_term_of_keeping_end_with_the_schools_day(
    room: StaffRoom,
) -> None:
    kept = kept_since(TODAY, 5)
    await room.rows("UPDATE student SET ends_on = $1 WHERE given_name = 'student'", kept)
    for kind in (STUDENT, GUARDIAN):
        viewer = await room.viewer(kind)
        assert viewer.schools[HERE].of_today == {}
        assert viewer.until.date() == TOMORROW
    await room.rows(
        "UPDATE student SET ends_on = $1 WHERE given_name = 'student'", kept - timedelta(1)
    )
    for kind in (STUDENT, GUARDIAN):
        viewer = await room.viewer(kind)
        assert viewer.schools == {}
        assert viewer.held == {HERE}  # and may be somebody again


TODAYS = """
  query ($id: ID!, $from: Date!, $to: Date!) { school {
      academicYears { classGroups { name } courses { title } } subjects { name } }
    student(id: $id) { diary(from: $from, to: $to) { lessons { lesson { topic
      subject { name } teacher { displayName lessons(from: $from, to: $to) { topic }
        timetable(from: $from, to: $to) { lessons { topic } }
        courses { title } } } } } } }
"""
LISTS = "{ school { teachers { totalCount } classGroups { totalCount } courses { totalCount } } }"


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_who_has_left_reads_their_diary_and_not_what_goes_on_at_the_school(
    room: StaffRoom, executor: Any
) -> None:
    await in_year(room)
    (other,) = await room.rows("SELECT id, title FROM course WHERE title <> 'Maths 7B' LIMIT 1")
    lesson = uuid(await room.lesson(YESTERDAY))
    elsewhere = uuid(await room.lesson(YESTERDAY, course=other["title"]))
    teacher = room.small.records["Teacher"]
    await room.rows(
        "UPDATE lesson SET topic = CASE id WHEN $1 THEN 'Ours' ELSE 'Theirs' END, teacher_id = $2"
        " WHERE id = ANY($3)", lesson, teacher, [lesson, elsewhere],
    )  # fmt: skip
    asked = {"id": room.id("Student"), "from": str(YESTERDAY), "to": str(YESTERDAY)}

    async def answered(query: str, **variables: object) -> Any:
        context = Context(room.store, await room.viewer(GUARDIAN))
        return await graphql(
            schema._schema, query, context_value=context, variable_values=variables,
            executor_class=executor,
        )  # fmt: skip

    async def seen_of() -> tuple[Any, ...]:
        data = (await answered(TODAYS, **asked)).data
        (year,) = data["school"]["academicYears"]
        (day,) = data["student"]["diary"]
        (entry,) = [each["lesson"] for each in day["lessons"] if each["lesson"]["topic"] == "Ours"]
        lessons = sorted(each["topic"] for each in entry["teacher"]["lessons"])
        days = entry["teacher"]["timetable"]
        assert lessons == sorted(each["topic"] for day in days for each in day["lessons"])
        names = {each["name"] for each in year["classGroups"]}
        return names, other["title"] in {each["title"] for each in year["courses"]}, lessons

    names, others, lessons = await seen_of()
    assert (len(names) > 1, others, lessons) == (True, True, ["Ours", "Theirs"])
    assert (await answered(LISTS)).errors is None
    await done(room, set_student_leaving, Leaving(room.id("Student"), YESTERDAY))
    assert await seen_of() == ({"7B"}, False, ["Ours"])
    hidden = await answered(LISTS)
    assert hidden.data == {"school": {"teachers": None, "classGroups": None, "courses": None}}
    assert {error.message for error in hidden.errors} == {"You may not read this field."}
