"""Grades of periods as users meet them: proposed, decided, overridden, locked; report cards."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.tables.grades import Grade
from db.tables.periods import AcademicYear, Period
from db.tables.schools import WorkType
from domain.grading_rules import Exams, GradingMethod, OverdueMarks
from domain.ids import uuid7
from domain.period_grades import PeriodGradeState
from domain.works import WorkTypeKind
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.grading_rules import (
    ChangeGradingRule,
    CreateGradingRules,
    GradingRuleToCreate,
    MarksToDrop,
    PointsOfMark,
    ShareOfCategory,
    TermsOfGrading,
    change_grading_rule,
    create_grading_rules,
    put_away_grading_rule,
)
from resolvers.mutations.period_decision_rows import PeriodGradeToDecide
from resolvers.mutations.period_decisions import DecidePeriodGrades, decide_period_grades
from resolvers.mutations.period_grades import (
    OverridePeriodGrade,
    override_period_grade,
    withdraw_period_grade,
)
from resolvers.mutations.transferred_grades import (
    EnterTransferredGrades,
    TransferredGrade,
    enter_transferred_grades,
)
from resolvers.searching import Searching
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import Client, delivered, listening
from tests.store.office_room import act, ask
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
    told,
)

CONCERNED = (STUDENT, GUARDIAN, TEACHER, CLASS_TEACHER, HEAD)
CARD = """
  query ($id: ID!, $year: ID!) { student(id: $id) { reportCard(year: $year) {
    academicYear { name } totals { average gpa }
    rows { course { title } results { periodName average exact proposal provisional value change
      notAttested grade { value state proposed because overridden version }
      yearParts { number share contribution exact period { name } } } } } } }
"""


@pytest.fixture
async def room(room: StaffRoom) -> StaffRoom:
    """The school without decided grades and rules, and with marks of our own alone."""
    for name in ("period_grade", "grading_rule", "attendance", "grade"):
        await room.rows(f"DELETE FROM {name}")
    return room


async def mark(room: StaffRoom, value: str, who: str = "student", **more: Any) -> str:
    """The global id of a mark at today's lesson; `-`, `+` and such as the five-point scale has."""
    student = await room.rows("SELECT id FROM student WHERE given_name = $1", who)
    ids: Any = {name: room.small.records[noun] for name, noun in (
        ("course_id", "Course"), ("lesson_id", "Lesson"), ("work_type_id", "WorkType"),
        ("grade_scale_id", "GradeScale"), ("teacher_id", "Teacher"))}  # fmt: skip
    usual: Any = {"day": TODAY, "value": value, "number": Decimal(value), "weight": Decimal(1)}
    id_ = uuid7()
    await room.add(
        Grade(school_id=HERE, id=id_, student_id=student[0]["id"], **(ids | usual | more))
    )
    return room.id("Grade", id_)


async def row(room: StaffRoom, value: str | None, who: str = "student", **more: Any) -> Any:
    return PeriodGradeToDecide(await room.student(who), value, **more)


async def decide(
    room: StaffRoom, *rows: PeriodGradeToDecide, who: str = TEACHER, period: str = "", **more: Any
) -> Outcome:
    key = more.pop("key", None)
    asked = DecidePeriodGrades(room.id("Course"), period or room.id("Period"), list(rows), **more)
    return await decide_period_grades(room.store, await room.viewer(who), asked, key)


async def rule(room: StaffRoom, who: str = HEAD, **terms: Any) -> Outcome:
    course, levels = terms.pop("course", None), terms.pop("grade_levels", [])
    new = GradingRuleToCreate("Ours", TermsOfGrading(**terms), course, levels)
    asked = CreateGradingRules(room.id("School"), [new])
    return await create_grading_rules(room.store, await room.viewer(who), asked)


async def card(room: StaffRoom, who: str = GUARDIAN) -> Any:
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear")}
    found = await ask(room, who, CARD, **ids)
    return found["student"]["reportCard"]


async def results(room: StaffRoom, who: str = GUARDIAN) -> Any:
    """Those of the quarter and of the year."""
    (course,) = (await card(room, who))["rows"]
    return course["results"]


async def the_grade(room: StaffRoom) -> Any:
    (found,) = await room.rows("SELECT * FROM period_grade WHERE state <> 'WITHDRAWN'")
    return found


async def test_a_card_shows_the_exact_average_and_the_proposal_before_and_after_the_decision(
    room: StaffRoom,
) -> None:
    for value in ("5", "4", "5"):
        await mark(room, value)
    quarter, year = await results(room)
    assert (quarter["periodName"], quarter["average"], quarter["exact"]) == (
        "Quarter", "4.67", "14/3",
    )  # fmt: skip
    assert (quarter["proposal"], quarter["value"]) == ("5", None)
    assert (quarter["provisional"], quarter["grade"], year["average"]) == (True, None, None)
    outcome = await decide(room, await row(room, "5"))
    assert outcome.errors == []
    assert await room.events() == [(0, "PERIOD_GRADE", "DECIDED", 1)]
    quarter, year = await results(room)
    assert quarter["grade"] == {
        "value": "5", "state": "GRADED", "proposed": "5", "because": None, "overridden": False,
        "version": 1,
    }  # fmt: skip
    assert (year["average"], year["proposal"], year["provisional"]) == ("5.00", "5", False)
    assert year["yearParts"] == [
        {"number": "5", "share": "1", "contribution": "5", "exact": "5",
         "period": {"name": "Quarter"}},
    ]  # fmt: skip
    for who in (STUDENT, CLASS_TEACHER, HEAD):
        assert await results(room, who) == [quarter, year], who
    assert (await card(room))["totals"] == [
        {"average": "4.67", "gpa": "5.00"}, {"average": "4.67", "gpa": "5.00"},
    ]  # fmt: skip
    # A school counts in points of its own, such as of four.
    assert (await rule(room, gpa=[PointsOfMark("5", Decimal("3.7"))])).errors == []
    assert (await card(room))["totals"] == [
        {"average": "4.67", "gpa": "3.70"}, {"average": "4.67", "gpa": "3.70"},
    ]  # fmt: skip


async def test_strangers_find_no_card_and_a_teacher_no_totals(room: StaffRoom, feed: Feed) -> None:
    await mark(room, "5")
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear")}
    for who in (CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER, STRANGER):
        assert (await ask(room, who, CARD, **ids))["student"] is None, who
    answer = await (await Client(room, feed, TEACHER).sign_in()).ask(CARD, **ids)
    assert answer["data"]["student"]["reportCard"]["totals"] is None
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]


async def test_a_class_is_decided_at_once_and_each_bad_row_is_told(room: StaffRoom) -> None:
    await mark(room, "5")
    await mark(room, "3", "classmate")
    other = PeriodGradeToDecide(await room.student("other_student"), "5")
    before = await room.written()
    wrong = await decide(
        room,
        await row(room, "4"),
        await row(room, "6", "classmate"),
        other,
        await row(room, "4"),
        who=HEAD,
    )
    assert told(wrong) == [
        ("BAD_INPUT", ("rows", "0", "because")),
        ("OUTSIDE_SCALE", ("rows", "1", "value")),
        ("STUDENT_NOT_IN_COURSE", ("rows", "2", "student")),
        ("BAD_INPUT", ("rows", "3", "student")),
    ]
    assert wrong.errors[0].message == "Say why: the rule proposes 5."
    no_mark = await decide(room, await row(room, None))
    assert told(no_mark) == [("BAD_INPUT", ("rows", "0", "value"))]
    for who in (CLASS_TEACHER, GUARDIAN, STUDENT):
        refused = await decide(room, await row(room, "5"), who=who)
        assert told(refused) in ([("FORBIDDEN", ("course",))], [("NOT_FOUND", ("course",))]), who
    assert await room.written() == before
    new = [await row(room, "4", because="Was ill for long"), await row(room, "3", "classmate")]
    outcome = await decide(room, *new, key="once")
    assert outcome.errors == []
    again = await decide(room, *new, key="once")
    assert [each.version for each in again.records] == [1, 1]
    kept = await room.rows(
        "SELECT given_name, value, proposed, average, because FROM period_grade g"
        " JOIN student s ON s.id = g.student_id ORDER BY 1"
    )
    assert [tuple(each) for each in kept] == [
        ("classmate", "3", "3", Decimal(3), None),
        ("student", "4", "5", Decimal(5), "Was ill for long"),
    ]


async def test_what_is_not_named_gets_what_is_proposed(room: StaffRoom) -> None:
    await rule(room, minimum_marks=2)
    await mark(room, "5")
    await mark(room, "4")
    await mark(room, "5", "classmate")
    outcome = await decide(room, accept_proposals=True)
    assert sorted((each.state, each.value) for each in outcome.records if each.value) == [
        ("GRADED", "5")
    ]
    assert [each.state for each in outcome.records if each.value is None] == ["NOT_ATTESTED"]
    assert (await decide(room, accept_proposals=True)).errors == []
    assert {each["version"] for each in await room.rows("SELECT version FROM period_grade")} == {1}


async def test_decisions_are_corrected_taken_back_and_made_again_with_a_history(
    room: StaffRoom, feed: Feed
) -> None:
    await mark(room, "4")
    live = "subscription { periodGradeChanged { change periodGrade { value } } }"
    async with AsyncExitStack() as stack:
        listeners = {
            who: await stack.enter_async_context(listening(room, feed, who, live))
            for who in (*CONCERNED, CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER, STRANGER)
        }
        assert (await decide(room, await row(room, "4", expected_version=0))).errors == []
        await delivered(room, feed)  # an event has the grade of when it is told
        why = "Won the contest"
        late = await decide(room, await row(room, "5", because=why, expected_version=0))
        assert told(late) == [("CONFLICT", ("rows", "0", "expectedVersion"))]
        assert (await decide(room, await row(room, "5", because=why))).errors == []
        id_ = room.id("PeriodGrade", (await the_grade(room))["id"])
        viewer = await room.viewer()
        await delivered(room, feed)
        gone = await withdraw_period_grade(room.store, viewer, Edit(id_, 2, "Not yet"))
        assert (gone.errors, gone.record.value) == ([], None)
        await delivered(room, feed)
    twice = await withdraw_period_grade(room.store, viewer, Edit(id_, 3, "Not yet"))
    assert told(twice) == [("WITHDRAWN", ("id",))]
    heard = {who: listener.events for who, listener in listeners.items() if listener.answers}
    steps = [("DECIDED", "4"), ("CHANGED", "5"), ("WITHDRAWN", None)]
    events = [{"change": step, "periodGrade": {"value": value}} for step, value in steps]
    assert heard == dict.fromkeys(CONCERNED, events)
    assert (await results(room))[0]["grade"] is None
    assert (await decide(room, await row(room, "4"))).errors == []
    of_steps = await room.rows(
        "SELECT change, state_before, value_before, because_before FROM period_grade_revision"
        " ORDER BY version"
    )
    assert [tuple(each) for each in of_steps] == [
        ("DECIDED", None, None, None),
        ("CHANGED", "GRADED", "4", None),
        ("WITHDRAWN", "GRADED", "5", why),
        ("CHANGED", "WITHDRAWN", "5", why),
    ]


async def test_a_period_is_open_to_teachers_for_its_days_of_grace_and_then_to_the_head(
    room: StaffRoom,
) -> None:
    await mark(room, "5")
    five = await row(room, "5")
    quarter = room.small.records["Period"]
    await room.rows("UPDATE period SET locked = true, open_until = $1", TODAY)
    assert (await decide(room, five)).errors == []
    await room.rows("UPDATE period SET open_until = $1", TODAY - timedelta(1))
    locked = [("PERIOD_LOCKED", ("period",))]
    assert told(await decide(room, five, reason="Late")) == locked
    assert told(await decide(room, five, who=HEAD)) == locked
    four = await row(room, "4", because="An error in the register")
    assert (await decide(room, four, who=HEAD, reason="Found late")).errors == []
    await room.rows("UPDATE period SET open_until = NULL")
    assert told(await decide(room, four, who=HEAD, reason="Found late")) == locked
    # A year that is locked locks its quarters; a neighbour that ends on the same day does not.
    await room.rows("UPDATE period SET locked = (id <> $1)", quarter)
    assert told(await decide(room, four)) == locked
    await room.rows("UPDATE period SET locked = false")
    await room.lock(TODAY)
    assert (await decide(room, four)).errors == []
    await room.rows("UPDATE period SET starts_on = $1, ends_on = $1 WHERE id = $2",
                    TODAY + timedelta(5), quarter)  # fmt: skip
    assert told(await decide(room, four)) == [("BAD_INPUT", ("period",))]


async def test_the_head_overrides_and_the_teacher_changes_it_no_more(room: StaffRoom) -> None:
    await mark(room, "3")
    assert (await decide(room, await row(room, "3"))).errors == []
    id_ = room.id("PeriodGrade", (await the_grade(room))["id"])
    asked = OverridePeriodGrade(id_, 1, "The council has decided", value="4")
    refused = await override_period_grade(room.store, await room.viewer(), asked)
    assert told(refused) == [("FORBIDDEN", ("id",))]
    done = await override_period_grade(room.store, await room.viewer(HEAD), asked)
    assert (done.errors, done.record.value, done.record.overridden) == ([], "4", True)
    assert done.record.because == "The council has decided"
    back = await decide(room, await row(room, "3"))
    assert told(back) == [("FORBIDDEN", ("rows", "0", "student"))]
    gone = await withdraw_period_grade(room.store, await room.viewer(), Edit(id_, 2, "No"))
    assert told(gone) == [("WRONG_STATE", ("id",))]
    _, year = await results(room)
    assert year["average"] == "4.00"  # of the grade as it was overridden


async def test_a_year_is_decided_of_its_periods_and_exams_and_the_head_overrides_it(
    room: StaffRoom,
) -> None:
    exam = WorkType(school_id=HERE, name="Oral exam", kind="EXAM", weight=Decimal(1))
    await room.add(exam)
    assert (await rule(room, exams=Exams.SHARE, exam_share=Decimal("0.5"))).errors == []
    await mark(room, "5")
    await mark(room, "3", work_type_id=exam.id)
    assert (await decide(room, await row(room, "5"))).errors == []
    (of_year,) = await room.rows("SELECT id FROM period WHERE kind = 'YEAR' AND school_id = 1")
    quarter, year = await results(room)
    assert (quarter["average"], year["average"], year["proposal"]) == ("5.00", "4.00", "4")
    assert [(part["number"], part["share"]) for part in year["yearParts"]] == [
        ("5", "0.5"), ("3", "0.5"),
    ]  # fmt: skip
    in_year = {"period": room.id("Period", of_year["id"])}
    assert told(await decide(room, await row(room, "5"), **in_year)) == [
        ("BAD_INPUT", ("rows", "0", "because"))
    ]
    done = await decide(room, await row(room, "4"), **in_year)
    assert (done.errors, done.record.proposed) == ([], "4")
    asked = OverridePeriodGrade(
        room.id("PeriodGrade", done.record.id), 1, "The council has decided", value="5"
    )
    for who in (TEACHER, CLASS_TEACHER, GUARDIAN):
        refused = await override_period_grade(room.store, await room.viewer(who), asked)
        assert told(refused) == [("FORBIDDEN", ("id",))], who
    assert (await override_period_grade(room.store, await room.viewer(HEAD), asked)).errors == []
    _, year = await results(room)
    assert (year["value"], year["average"], year["proposal"]) == ("5", "4.00", "4")
    assert year["grade"] == {
        "value": "5", "state": "GRADED", "proposed": "4", "because": "The council has decided",
        "overridden": True, "version": 2,
    }  # fmt: skip


async def test_the_schools_rule_is_its_own_and_a_courses_goes_before_it(room: StaffRoom) -> None:
    await mark(room, "5")
    await mark(room, "4")
    shares = [ShareOfCategory(WorkTypeKind.TEST, Decimal(1))]
    for who in (TEACHER, GUARDIAN):
        assert told(await rule(room, who)) == [("FORBIDDEN", ("school",))], who
    assert (await results(room))[0]["proposal"] == "5"
    await rule(room, minimum_marks=3)
    assert (await results(room))[0]["notAttested"] == ["TOO_FEW_MARKS"]
    await rule(room, grade_levels=["7"], minimum_marks=2)
    assert (await results(room))[0]["proposal"] == "5"
    made = await rule(
        room,
        course=room.id("Course"),
        method=GradingMethod.CATEGORIES,
        categories=shares,
        drops=[MarksToDrop(WorkTypeKind.TEST, worst=1)],
    )
    assert made.errors == []
    assert (await results(room))[0]["average"] == "5.00"
    id_ = room.id("GradingRule", made.record.id)
    terms = TermsOfGrading(exams=Exams.SHARE, exam_share=Decimal("0.5"))
    changed = await change_grading_rule(
        room.store, await room.viewer(HEAD), ChangeGradingRule(id_, 1, "No", definition=terms)
    )
    assert changed.errors == []
    assert (await results(room))[0]["average"] == "4.50"
    await put_away_grading_rule(room.store, await room.viewer(HEAD), Edit(id_, 2, "No"))
    await rule(room, overdue=OverdueMarks.NOT_ATTESTED, grade_levels=["8"])
    assert (await results(room))[0]["proposal"] == "5"
    query = """query ($id: ID!) { course(id: $id) { school { gradingRules { name gradeLevels
      definition { method minimumMarks categories { kind share } } course { title }
      history { change definitionBefore { exams } } } } } }"""
    found = await ask(room, HEAD, query, id=room.id("Course"))
    rules = found["course"]["school"]["gradingRules"]
    assert [each["definition"]["minimumMarks"] for each in rules] == [3, 2, 0]
    assert [each["gradeLevels"] for each in rules] == [[], ["7"], ["8"]]
    bad = await rule(room, method=GradingMethod.CATEGORIES)
    assert told(bad) == [("BAD_INPUT", ("gradingRules", "0", "definition"))]


async def test_two_who_decide_at_once_follow_each_other(room: StaffRoom) -> None:
    await mark(room, "5")
    rows = await row(room, "5"), await row(room, "4", because="Sees it otherwise")
    both = await asyncio.gather(decide(room, rows[0]), decide(room, rows[1], who=HEAD))
    assert [each.errors for each in both] == [[], []]
    assert len(await room.rows("SELECT 1 FROM period_grade")) == 1


async def test_a_year_back_is_read_as_todays(room: StaffRoom) -> None:
    """Years follow each other; a card of a year without the student is none."""
    await mark(room, "5")
    assert (await decide(room, await row(room, "5"))).errors == []
    last = AcademicYear(school_id=HERE, name="Last", starts_on=TODAY - timedelta(500),
                        ends_on=TODAY - timedelta(200))  # fmt: skip
    days: Any = {"starts_on": last.starts_on, "ends_on": last.ends_on}
    of_last = Period(school_id=HERE, academic_year_id=last.id, name="All", kind="YEAR", **days)
    await room.add(last, of_last)
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear", last.id)}
    empty = (await ask(room, GUARDIAN, CARD, **ids))["student"]["reportCard"]
    assert (empty["rows"], empty["totals"]) == ([], [])
    await room.rows("UPDATE academic_year SET ends_on = $1 WHERE name <> 'Last'",
                    TODAY - timedelta(1))  # fmt: skip
    await room.rows("UPDATE grade SET day = $1", TODAY - timedelta(1))
    (quarter, _) = await results(room)
    assert (quarter["average"], quarter["value"]) == ("5.00", "5")
    # What the student had in each year stands beside the other, the first year first.
    for value in ("3", "4"):
        await mark(room, value, day=last.starts_on)
    query = """query ($id: ID!) { student(id: $id) { yearAverages(by: WHOLE) {
      academicYear { name } average { value exact count } } } }"""
    found = (await ask(room, GUARDIAN, query, id=room.id("Student")))["student"]["yearAverages"]
    assert [(each["academicYear"]["name"], each["average"]) for each in found] == [
        ("Last", {"value": "3.50", "exact": "7/2", "count": 2}),
        ("This year", {"value": "5.00", "exact": "5", "count": 1}),
    ]


async def bring(
    room: StaffRoom, *grades: TransferredGrade, who: str = CLASS_TEACHER, key: str | None = None
) -> Outcome:
    asked = EnterTransferredGrades(room.id("Student"), "School No. 5", list(grades))
    return await enter_transferred_grades(room.store, await room.viewer(who), asked, key)


async def test_what_a_student_brings_from_elsewhere_is_marked_so_and_counts_in_the_year(
    room: StaffRoom,
) -> None:
    first = Period(
        school_id=HERE,
        academic_year_id=room.small.records["AcademicYear"],
        name="First",
        kind="QUARTER",
        starts_on=TODAY - timedelta(100),
        ends_on=TODAY - timedelta(40),
    )
    await room.add(first)
    await room.rows("UPDATE period SET starts_on = $1 WHERE name = 'Quarter'",
                    TODAY - timedelta(39))  # fmt: skip
    subject, course = room.id("Subject"), room.id("Course")
    of_first = room.id("Period", first.id)
    grades = [
        TransferredGrade(of_first, "4", course=course),
        TransferredGrade(of_first, "5", subject=subject),
        TransferredGrade(of_first, state=PeriodGradeState.EXEMPT, subject=subject, course=course),
    ]
    for who in (TEACHER, GUARDIAN):
        assert told(await bring(room, grades[0], who=who)) == [("FORBIDDEN", ("student",))], who
    twice = [("ALREADY_THERE", ("grades", "2", "period"))]
    assert told(await bring(room, *grades)) == twice
    outcome = await bring(room, *grades[:2], key="once")
    assert [each.elsewhere for each in outcome.records] == ["School No. 5"] * 2
    assert len((await bring(room, *grades[:2], key="once")).records) == 2
    assert told(await bring(room, grades[1])) == [("ALREADY_THERE", ("grades", "0", "period"))]
    assert told(await bring(room, TransferredGrade(of_first, "7", course=course))) == [
        ("OUTSIDE_SCALE", ("grades", "0", "value"))
    ]
    assert told(await bring(room, TransferredGrade(of_first, "5"))) == [
        ("BAD_INPUT", ("grades", "0", "subject"))
    ]
    steps = await room.rows("SELECT change FROM period_grade_revision")
    assert [each["change"] for each in steps] == ["TRANSFERRED"] * 2
    await mark(room, "5")
    assert (await decide(room, await row(room, "5"))).errors == []
    (_, quarter, year) = await results(room)
    assert (quarter["value"], year["average"], year["proposal"]) == ("5", "4.50", "5")
    query = """query ($id: ID!, $year: ID!) { student(id: $id) {
      reportCard(year: $year) { transferred { value elsewhere subject { name } course { title } } }
      finalGrades { value } } }"""
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear")}
    found = (await ask(room, GUARDIAN, query, **ids))["student"]
    brought = {"elsewhere": "School No. 5", "subject": {"name": "Mathematics"}}
    assert found["reportCard"]["transferred"] == [
        {"value": "4", "course": {"title": "Maths 7B"}, **brought},
        {"value": "5", "course": None, **brought},
    ]
    assert found["finalGrades"] == []
    await room.rows("UPDATE period_grade SET period_id = (SELECT id FROM period"
                    " WHERE kind = 'YEAR' LIMIT 1) WHERE course_id IS NULL")  # fmt: skip
    found = (await ask(room, STUDENT, query, **ids))["student"]
    assert found["finalGrades"] == [{"value": "5"}]


FIGURES = """
  query ($id: ID!, $period: ID!) { course(id: $id) {
    toldFigures(period: $period) { average worst best }
    figures(period: $period) { students graded decided notAttested average worst best success
      quality distribution { mark count } }
    results(period: $period) { student { givenName } result { value average } } } }
"""


async def test_a_class_is_told_together_and_to_families_only_what_tells_of_nobody(
    room: StaffRoom, feed: Feed
) -> None:
    group = (await room.rows("SELECT id FROM class_group WHERE name = '7B'"))[0]["id"]
    await room.rows("UPDATE period SET ends_on = $1", TODAY - timedelta(1))
    for value, who in (("5", "student"), ("3", "classmate")):
        await mark(room, value, who, day=TODAY - timedelta(1))
    ids = {"id": room.id("Course"), "period": room.id("Period")}
    whole = (await ask(room, HEAD, FIGURES, **ids))["course"]
    assert whole["figures"] == [{
        "students": 2, "graded": 2, "decided": 0, "notAttested": 0, "average": "4.00",
        "worst": "3", "best": "5", "success": "1", "quality": "0.5",
        "distribution": [{"mark": "5", "count": 1}, {"mark": "3", "count": 1}],
    }]  # fmt: skip
    assert whole["toldFigures"] is None
    assert {each["result"]["average"] for each in whole["results"]} == {"5.00", "3.00"}
    assert (await ask(room, TEACHER, FIGURES, **ids))["course"] == whole
    client = await Client(room, feed, GUARDIAN).sign_in()
    denied = await client.ask(FIGURES, **ids)
    assert denied["data"]["course"] == {"toldFigures": None, "figures": None, "results": None}
    await room.rows(
        "INSERT INTO student (school_id, id, given_name, family_name, active)"
        " SELECT 1, md5(n::text)::uuid, 'More' || n, 'Adler', true FROM generate_series(1, 4) n"
    )
    await room.rows(
        "INSERT INTO enrolment (school_id, id, student_id, class_group_id, active)"
        " SELECT 1, md5('in' || n)::uuid, md5(n::text)::uuid, $1, true"
        " FROM generate_series(1, 4) n", group,
    )  # fmt: skip
    for n, value in enumerate("4453", 1):
        await mark(room, value, f"More{n}", day=TODAY - timedelta(1))
    only_told = "query ($id: ID!, $period: ID!) { course(id: $id) { toldFigures(period: $period)"
    only_told += " { average worst best } } }"
    undecided = await client.ask(only_told, **ids)
    assert undecided["data"]["course"]["toldFigures"] is None
    assert (await decide(room, accept_proposals=True)).errors == []
    told_now = await client.ask(only_told, **ids)
    assert told_now["data"]["course"]["toldFigures"] == {
        "average": "4.0", "worst": "3", "best": "5",
    }  # fmt: skip
    # Were all others alike, a family would know each of their marks.
    await room.rows("UPDATE period_grade SET value = '5', number = 5 WHERE value <> '3'")
    await room.rows("UPDATE period_grade SET value = '5', number = 5 WHERE id = (SELECT id FROM"
                    " period_grade WHERE value = '3' LIMIT 1)")  # fmt: skip
    assert (await client.ask(only_told, **ids))["data"]["course"]["toldFigures"] is None
    await room.rows("UPDATE period SET ends_on = $1", TODAY)
    assert (await client.ask(only_told, **ids))["data"]["course"]["toldFigures"] is None


PROGRESS = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
    courses: progress(from: $from, to: $to, step: DAY, window: 2) { course { title }
      subject { name } trend { perMonth direction count } points { date count movingAverage soFar
        average { value exact contributions { value exact share counts whyNot } } } }
    whole: progress(from: $from, to: $to, by: WHOLE, step: PERIOD) { course { title }
      points { period { name } soFar average { value } } }
    months: progress(from: $from, to: $to, by: SUBJECT, step: MONTH) { points { count } }
    yearAverages(by: WHOLE) { academicYear { name } subject { name } average { value count } } } }
"""


async def test_progress_is_told_day_by_day_with_a_trend_and_by_periods_and_years(
    room: StaffRoom, feed: Feed
) -> None:
    days = [TODAY - timedelta(n) for n in (30, 20, 10, 0)]
    for value, day in zip("3445", days, strict=True):
        await mark(room, value, day=day)
    await mark(room, "2", day=TODAY, excused=True)
    span = {"from": str(days[0]), "to": str(TODAY)}
    found = (await ask(room, GUARDIAN, PROGRESS, id=room.id("Student"), **span))["student"]
    (course,) = found["courses"]
    assert (course["course"]["title"], course["subject"]["name"]) == ("Maths 7B", "Mathematics")
    assert course["trend"] == {"perMonth": "1.80", "direction": "BETTER", "count": 4}
    assert [(p["date"], p["average"]["value"], p["soFar"], p["movingAverage"]) for p in
            course["points"]] == [
        (str(days[0]), "3.00", "3.00", "3.00"), (str(days[1]), "4.00", "3.50", "3.50"),
        (str(days[2]), "4.00", "3.67", "4.00"), (str(days[3]), "5.00", "4.00", "4.50"),
    ]  # fmt: skip
    (whole,) = found["whole"]
    assert whole["course"] is None
    assert whole["points"] == [
        {"period": {"name": "Quarter"}, "soFar": "4.00", "average": {"value": "4.00"}}
    ]
    assert sum(each["count"] for each in found["months"][0]["points"]) == 4
    assert found["yearAverages"] == [
        {"academicYear": {"name": "This year"}, "subject": None,
         "average": {"value": "4.00", "count": 4}},
    ]  # fmt: skip
    # Who teaches one course is shown that course's alone.
    client = await Client(room, feed, TEACHER).sign_in()
    shown = (await client.ask(PROGRESS, id=room.id("Student"), **span))["data"]["student"]
    assert shown["courses"] == found["courses"]
    assert (shown["whole"], shown["yearAverages"], shown["months"]) == ([], [], [])
    for who in (CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER):
        assert (await ask(room, who, PROGRESS, id=room.id("Student"), **span))["student"] is None
    bad = PROGRESS.replace("window: 2", "window: 0")
    answer = await client.ask(bad, id=room.id("Student"), **span)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"


COMPARED = """
  query ($id: ID!, $year: ID!, $from: Date!, $to: Date!) { student(id: $id) {
    weeks: progress(from: $from, to: $to, step: WEEK) {
      points { date count soFar average { value } } }
    reportCard(year: $year) { rows { results { periodName average change } } } } }
"""


async def test_a_period_is_compared_with_the_one_before_and_weeks_begin_on_mondays(
    room: StaffRoom,
) -> None:
    monday = TODAY - timedelta(TODAY.weekday())
    before = monday - timedelta(14)
    days: Any = {"starts_on": before - timedelta(9), "ends_on": before + timedelta(6)}
    year = room.small.records["AcademicYear"]
    named: Any = {"academic_year_id": year, "name": "First", "kind": "QUARTER"}
    await room.add(Period(school_id=HERE, **named, **days))
    await room.rows(
        "UPDATE period SET starts_on = $1 WHERE name = 'Quarter'", before + timedelta(7)
    )
    for value, day in (("3", before), ("4", before + timedelta(2)), ("5", monday)):
        await mark(room, value, day=day)
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear")}
    span = {"from": str(before), "to": str(TODAY)}
    found = (await ask(room, GUARDIAN, COMPARED, **ids, **span))["student"]
    (weeks,) = found["weeks"]
    assert weeks["points"] == [
        {"date": str(before), "count": 2, "soFar": "3.50", "average": {"value": "3.50"}},
        {"date": str(monday), "count": 1, "soFar": "4.00", "average": {"value": "5.00"}},
    ]
    results = found["reportCard"]["rows"][0]["results"]
    assert [(each["periodName"], each["average"], each["change"]) for each in results] == [
        ("First", "3.50", None), ("Quarter", "5.00", "1.50"), ("Year", None, None),
    ]  # fmt: skip


ASKED = """
  query ($id: ID!, $year: ID!, $gone: ID!) { student(id: $id) {
    averages(from: "%s", to: "%s") { average { value exact
      contributions { grade { id value } number weight share contribution exact counts whyNot } } }
    reportCard(year: $year) { rows { results { average change forecast { likely lowest highest
        likelyMark marksToCome method }
      contributions { grade { value } share exact whyNot }
      whatIf(grades: [{value: "3"}, {value: "5", weight: "2"}]) { average exact proposal }
      without: whatIf(grades: [], without: [$gone]) { average proposal notAttested }
      needed(target: "5", works: [{weight: "1"}, {weight: "2", kind: TEST}]) { reachable more
        inTheWay lists { marks { value weight kind } } } } } } } }
""" % (TODAY, TODAY)  # noqa: UP031


async def test_an_average_explains_itself_and_says_what_may_become_of_it(
    room: StaffRoom, feed: Feed
) -> None:
    for value, weight in (("4", 1), ("4", 2), ("5", 1)):
        gone = await mark(room, value, weight=Decimal(weight))
    await mark(room, "2", excused=True)
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear"), "gone": gone}
    found = (await ask(room, STUDENT, ASKED, **ids))["student"]
    average = found["averages"][0]["average"]
    assert (average["value"], average["exact"]) == ("4.25", "17/4")
    assert [(c["grade"]["value"], c["weight"], c["share"], c["contribution"], c["exact"],
             c["whyNot"]) for c in average["contributions"]] == [
        ("4", "1.00", "0.25", "1", "1", None), ("4", "2.00", "0.5", "2", "2", None),
        ("5", "1.00", "0.25", "1.25", "5/4", None), ("2", "1.00", None, "0", "0", "EXCUSED"),
    ]  # fmt: skip
    quarter, year = found["reportCard"]["rows"][0]["results"]
    assert [each["exact"] for each in quarter["contributions"]] == ["1", "2", "5/4", "0"]
    assert quarter["average"] == average["value"]
    assert quarter["whatIf"] == {"average": "4.29", "exact": "30/7", "proposal": "4"}
    assert quarter["without"] == {"average": "4.00", "proposal": "4", "notAttested": []}
    assert quarter["needed"] == {
        "reachable": True, "more": False, "inTheWay": [],
        "lists": [{"marks": [{"value": "5", "weight": "2", "kind": "TEST"}]}],
    }  # fmt: skip
    assert quarter["forecast"]["likely"] == "4.25"
    assert (quarter["forecast"]["lowest"], quarter["forecast"]["method"]) == ("4.13", "QUARTILES")
    assert (year["needed"], year["forecast"], year["change"]) == (None, None, None)
    client = await Client(room, feed, STUDENT).sign_in()
    for bad in ('target: "9"', 'target: "5", works: [{weight: "0"}]'):
        answer = await client.ask(ASKED.replace('target: "5", works: [{weight: "1"}, {weight: "2", '
                                                'kind: TEST}]', bad), **ids)  # fmt: skip
        assert {each["extensions"]["code"] for each in answer["errors"]} == {"BAD_INPUT"}, bad


LATE = """
  query ($id: ID!, $year: ID!) { student(id: $id) { reportCard(year: $year) { rows { results {
    average exact proposal notAttested rule { name definition { latePercent } }
    contributions { grade { lateDays } number latePercent exact }
    needed(target: "5") { reachable gaveUp longest inTheWay } } } } } }
"""


async def test_late_work_and_work_that_must_be_passed_are_explained(room: StaffRoom) -> None:
    ids = {"id": room.id("Student"), "year": room.id("AcademicYear")}
    exam = await mark(room, "5")
    (grade,) = await room.rows("SELECT version FROM grade")
    asked = {"id": exam, "expectedVersion": grade["version"], "reason": "It came late"}
    for days, codes in ((367, ["BAD_INPUT"]), (-1, ["BAD_INPUT"]), (2, [])):
        answer = await act(room, "reviseGrade", "lateDays", TEACHER, **asked, lateDays=days)
        assert [error["code"] for error in answer["errors"]] == codes
    assert answer["found"] == {"lateDays": 2}
    (before,) = await room.rows("SELECT late_days_before FROM grade_revision WHERE version = 2")
    assert before["late_days_before"] == 0
    terms: Any = {"late_percent": Decimal(10), "must_pass": [WorkTypeKind.TEST]}
    usual = (await ask(room, GUARDIAN, LATE, **ids))["student"]["reportCard"]
    assert usual["rows"][0]["results"][0]["rule"] is None
    assert (await rule(room, **terms)).errors == []
    of_late = (await ask(room, GUARDIAN, LATE, **ids))["student"]["reportCard"]
    quarter = of_late["rows"][0]["results"][0]
    assert (quarter["average"], quarter["exact"], quarter["proposal"]) == ("4.20", "21/5", "4")
    assert quarter["rule"] == {"name": "Ours", "definition": {"latePercent": "10"}}
    assert quarter["contributions"] == [
        {"grade": {"lateDays": 2}, "number": "4.2", "latePercent": "20", "exact": "21/5"}
    ]
    assert quarter["needed"] == {
        "reachable": True, "gaveUp": False, "longest": 20, "inTheWay": [],
    }  # fmt: skip
    await mark(room, "2")
    failed = (await ask(room, GUARDIAN, LATE, **ids))["student"]["reportCard"]
    quarter = failed["rows"][0]["results"][0]
    assert (quarter["proposal"], quarter["notAttested"]) == (None, ["NOT_PASSED"])
    assert quarter["needed"]["inTheWay"] == ["NOT_PASSED"]


async def test_the_searches_of_one_request_take_so_long_and_no_longer(room: StaffRoom) -> None:
    searching = Searching()
    asked: list[float] = []

    def search(seconds: float) -> bool:
        asked.append(seconds)
        searching.left -= 2
        return seconds > 0

    assert [await searching.run(search, 0.5) for _ in range(3)] == [True, True, False]
    assert asked[0] == 0.5
    assert 0 < asked[1] <= 0.5
    assert asked[2] == 0


async def test_a_scale_is_told_whole(room: StaffRoom) -> None:
    query = """query ($id: ID!) { course(id: $id) { gradeScale { kind marks step passingFrom
      minimum maximum wholeMarks { mark number share passing markClass } } } }"""
    scale = (await ask(room, GUARDIAN, query, id=room.id("Course")))["course"]["gradeScale"]
    assert (scale["kind"], scale["step"], scale["minimum"], scale["maximum"]) == (
        "MARKS", None, "1", "5",
    )  # fmt: skip
    told_ = [(m["mark"], m["number"], m["passing"], m["markClass"]) for m in scale["wholeMarks"]]
    assert told_[:5] == [
        ("5+", "5", True, "EXCELLENT"), ("5", "5", True, "EXCELLENT"),
        ("5-", "4.7", True, "EXCELLENT"), ("4+", "4.3", True, "GOOD"), ("4", "4", True, "GOOD"),
    ]  # fmt: skip
    assert told_[-1] == ("1-", "1", False, "FAILING")
    assert [each[0] for each in told_] == scale["marks"][::-1]
    points = {"maximum": "20", "step": "0.5", "passingFrom": "10"}
    made = await act(
        room, "createGradeScales",
        "kind marks step passingFrom minimum maximum wholeMarks { mark passing markClass }", HEAD,
        school=room.id("School"), gradeScales=[{"name": "Of 20", "points": points}],
    )  # fmt: skip
    assert made["errors"] == []
    (of_points,) = made["found"]
    assert of_points == {"kind": "POINTS", "marks": [], "minimum": "0", "wholeMarks": []} | points
