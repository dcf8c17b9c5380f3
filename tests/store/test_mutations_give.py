"""Giving grades: who may, what is refused, and that a retry does nothing twice."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from db.tables.students import Student
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.mutations.grades import GiveGrades, give_grade, give_grades
from resolvers.mutations.homework import SetHomework, set_homework
from resolvers.mutations.lessons import SetLessonTopic, set_lesson_topic
from tests.gateway.small_school import HERE, TODAY
from tests.store.staff_room import (
    GUARDIAN,
    HEAD,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)


@pytest.mark.parametrize("kind", [TEACHER, HEAD])
async def test_a_grade_is_given_with_its_history_and_one_event(room: StaffRoom, kind: str) -> None:
    viewer = await room.viewer(kind)
    seen: list[str] = []
    room.store.watchers.append(seen.append)
    outcome = await give_grade(room.store, viewer, room.grade(value=" 4- ", comment=" Nearly "))
    room.store.watchers.clear()
    assert seen == ["periods_to_write_in", "preconditions_of_grades", "grade_insertion"]
    grade = outcome.record
    assert outcome.errors == []
    assert (grade.value, grade.number, grade.weight) == ("4-", Decimal("3.7"), Decimal(2))
    assert (grade.state, grade.version, grade.day, grade.comment) == ("GIVEN", 1, TODAY, "Nearly")
    (step,) = await room.rows("SELECT * FROM grade_revision WHERE grade_id = $1", grade.id)
    assert (step["version"], step["change"], step["account_id"], step["value_before"]) == (
        1,
        "GIVEN",
        viewer.account.id,
        None,
    )
    assert await room.events() == [(0, "GRADE", "GIVEN", 1)]


async def test_a_mark_may_be_owed(room: StaffRoom) -> None:
    new = room.grade(value=None, due_on=TOMORROW)
    outcome = await give_grade(room.store, await room.viewer(), new)
    grade = outcome.record
    assert (grade.state, grade.value, grade.number, grade.due_on) == ("DUE", None, None, TOMORROW)


async def test_a_course_without_a_scale_is_graded_by_the_schools_five_point(
    room: StaffRoom,
) -> None:
    await room.store.pool.execute("UPDATE course SET grade_scale_id = NULL")
    viewer = await room.viewer()
    for _ in range(2):
        outcome = await give_grade(room.store, viewer, room.grade(value="5+"))
        assert outcome.record.number == Decimal(5)
    (row,) = await room.rows("SELECT count(*) FROM grade_scale WHERE name = 'Five-point'")
    assert row["count"] == 1


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "a value outside the scale": ({"value": "6"}, ("OUTSIDE_SCALE", "value")),
    "a value of nothing": ({"value": ""}, ("OUTSIDE_SCALE", "value")),
    "no value": ({"value": None}, ("BAD_INPUT", "value")),
    "a value that is due": ({"due_on": TOMORROW}, ("BAD_INPUT", "dueOn")),
    "due before": ({"value": None, "due_on": YESTERDAY}, ("BAD_INPUT", "dueOn")),
    "a weight of nothing": ({"weight": Decimal(0)}, ("BAD_INPUT", "weight")),
    "a weight that is none": ({"weight": Decimal("NaN")}, ("BAD_INPUT", "weight")),
    "too fine a weight": ({"weight": Decimal("1.001")}, ("BAD_INPUT", "weight")),
    "an endless comment": ({"comment": "a" * 4001}, ("BAD_INPUT", "comment")),
    "a comment of no characters": ({"comment": "a\0b"}, ("BAD_INPUT", "comment")),
    "half a character": ({"comment": "\ud800"}, ("BAD_INPUT", "comment")),
    "a malformed student": ({"student": "?"}, ("BAD_INPUT", "student")),
    "a malformed lesson": ({"lesson": ""}, ("BAD_INPUT", "lesson")),
    "a lesson's id for a student": (
        {"student": global_id.make("Lesson", HERE, uuid7())},
        ("BAD_INPUT", "student"),
    ),
    "an unknown student": (
        {"student": global_id.make("Student", HERE, uuid7())},
        ("NOT_FOUND", "student"),
    ),
    "an unknown lesson": (
        {"lesson": global_id.make("Lesson", HERE, uuid7())},
        ("NOT_FOUND", "lesson"),
    ),
    "an unknown kind": (
        {"work_type": global_id.make("WorkType", HERE, uuid7())},
        ("NOT_FOUND", "workType"),
    ),
    "another school's student": (
        {"student": global_id.make("Student", 2, uuid7())},
        ("NOT_FOUND", "student"),
    ),
    "another school's lesson": (
        {"lesson": global_id.make("Lesson", 2, uuid7())},
        ("NOT_FOUND", "lesson"),
    ),
    "no UUID": ({"id": "grade-1"}, ("BAD_INPUT", "id")),
    "a random UUID": ({"id": "0b6b8c0e-3f0d-4b63-9d3a-5f1d9a1f4f10"}, ("BAD_INPUT", "id")),
}


@pytest.mark.parametrize("case", WRONG)
async def test_bad_input_gets_one_error_and_changes_nothing(
    still_room: StaffRoom, case: str
) -> None:
    other, (code, field) = WRONG[case]
    before = await still_room.written()
    outcome = await give_grade(
        still_room.store, await still_room.viewer(), still_room.grade(**other), "key"
    )
    assert (outcome.records, told(outcome)) == ([], [(code, (field,))])
    assert await still_room.written() == before


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (STUDENT, "FORBIDDEN"),
        (GUARDIAN, "FORBIDDEN"),
        (OTHER_TEACHER, "FORBIDDEN"),
        ("the class teacher", "FORBIDDEN"),
        (STRANGER, "NOT_FOUND"),
    ],
)
async def test_who_may_not_give_grades_changes_nothing(
    still_room: StaffRoom, kind: str, code: str
) -> None:
    before = await still_room.written()
    outcome = await give_grade(
        still_room.store, await still_room.viewer(kind), still_room.grade(), "key"
    )
    assert told(outcome) == [(code, ("lesson",))]
    assert await still_room.written() == before


@pytest.mark.parametrize("kind", [TEACHER, HEAD])
async def test_a_locked_period_is_closed_even_to_the_head(room: StaffRoom, kind: str) -> None:
    await room.lock(TODAY)
    before = await room.written()
    outcome = await give_grade(room.store, await room.viewer(kind), room.grade())
    assert told(outcome) == [("PERIOD_LOCKED", ("lesson",))]
    assert await room.written() == before


async def test_nothing_is_written_at_a_lesson_that_was_put_away(room: StaffRoom) -> None:
    viewer, lesson = await room.viewer(), await room.lesson(TODAY)
    id_ = global_id.parse(lesson, "Lesson")[1]
    await room.rows("UPDATE lesson SET active = false WHERE id = $1", id_)
    before = await room.written()
    homework = SetHomework(lesson, "Page 13", due_on=TODAY)
    for outcome in (
        await give_grade(room.store, viewer, room.grade(lesson=lesson)),
        await set_homework(room.store, viewer, homework),
        await set_lesson_topic(room.store, viewer, SetLessonTopic(lesson, 1, "Roots")),
    ):
        assert told(outcome) == [("LESSON_CANCELLED", ("lesson",))]
    assert await room.written() == before


async def test_no_grade_is_given_at_a_cancelled_lesson_or_one_to_come(room: StaffRoom) -> None:
    viewer = await room.viewer()
    cancelled = await room.lesson(TODAY, "CANCELLED")
    to_come = await room.lesson(TOMORROW)
    before = await room.written()
    outcome = await give_grade(room.store, viewer, room.grade(lesson=cancelled))
    assert told(outcome) == [("LESSON_CANCELLED", ("lesson",))]
    outcome = await give_grade(room.store, viewer, room.grade(lesson=to_come))
    assert told(outcome) == [("LESSON_IN_FUTURE", ("lesson",))]
    assert await room.written() == before


async def test_who_does_not_take_the_course_is_told_from_the_unknown_where_they_are_known(
    room: StaffRoom,
) -> None:
    newcomer = Student(school_id=HERE, given_name="Newcomer", family_name="Nowhere")
    await room.add(newcomer)
    before = await room.written()
    for kind, code in ((HEAD, "STUDENT_NOT_IN_COURSE"), (TEACHER, "NOT_FOUND")):
        viewer = await room.viewer(kind)
        new = room.grade(student=room.id("Student", newcomer.id))
        assert told(await give_grade(room.store, viewer, new)) == [(code, ("student",))]
    assert await room.written() == before


async def test_who_has_left_the_course_is_still_graded_for_the_days_before(
    room: StaffRoom,
) -> None:
    yesterday = await room.lesson(YESTERDAY)
    await room.store.pool.execute(
        "UPDATE enrolment SET ends_on = $1 WHERE student_id = $2",
        YESTERDAY,
        room.small.records["Student"],
    )
    viewer = await room.viewer()
    assert (await give_grade(room.store, viewer, room.grade(lesson=yesterday))).errors == []
    outcome = await give_grade(room.store, await room.viewer(HEAD), room.grade())
    assert told(outcome) == [("STUDENT_NOT_IN_COURSE", ("student",))]


async def test_a_retry_with_the_key_answers_the_grade_as_it_is(room: StaffRoom) -> None:
    viewer = await room.viewer()
    first = await give_grade(room.store, viewer, room.grade(), "key")
    before = await room.written()
    again = await give_grade(room.store, viewer, room.grade(), "key")
    assert (again.record.id, again.errors) == (first.record.id, [])
    assert await room.written() == before


async def test_a_key_is_of_one_request_and_of_one_account(room: StaffRoom) -> None:
    viewer = await room.viewer()
    first = await give_grade(room.store, viewer, room.grade(), "key")
    before = await room.written()
    for other in (room.grade(value="4"), room.grade(comment="Good")):
        outcome = await give_grade(room.store, viewer, other, "key")
        assert told(outcome) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]
    outcome = await give_grades(room.store, viewer, GiveGrades([room.grade()]), "key")
    assert told(outcome) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]
    assert await room.written() == before
    by_head = await give_grade(room.store, await room.viewer(HEAD), room.grade(), "key")
    assert by_head.record.id != first.record.id


async def test_of_concurrent_retries_with_one_key_exactly_one_acts(room: StaffRoom) -> None:
    viewer = await room.viewer()
    outcomes = await asyncio.gather(
        *(give_grade(room.store, viewer, room.grade(), "key") for _ in range(6))
    )
    assert len({outcome.record.id for outcome in outcomes}) == 1
    assert await room.events() == [(0, "GRADE", "GIVEN", 1)]


async def test_a_refused_request_leaves_its_key_free(room: StaffRoom) -> None:
    viewer = await room.viewer()
    assert (await give_grade(room.store, viewer, room.grade(value="6"), "key")).errors
    assert (await give_grade(room.store, viewer, room.grade(value="5"), "key")).errors == []


async def test_a_retry_with_an_id_of_ones_own_answers_the_same_grade(room: StaffRoom) -> None:
    viewer, id_ = await room.viewer(), uuid7()
    new = room.grade(id=str(id_), value="4+")
    assert (await give_grade(room.store, viewer, new)).record.id == id_
    await room.lock(TODAY)
    before = await room.written()
    again = await give_grade(room.store, viewer, new)
    assert (again.record.id, again.errors) == (id_, [])
    assert await room.written() == before


async def test_of_concurrent_retries_with_one_id_exactly_one_acts(room: StaffRoom) -> None:
    viewer, new = await room.viewer(), room.grade(id=str(uuid7()))
    outcomes = await asyncio.gather(*(give_grade(room.store, viewer, new) for _ in range(6)))
    assert [outcome.errors for outcome in outcomes] == [[]] * 6
    assert await room.events() == [(0, "GRADE", "GIVEN", 1)]


async def test_an_id_in_use_is_a_conflict_that_shows_the_grade_to_whom_may_know_it(
    room: StaffRoom,
) -> None:
    viewer, new = await room.viewer(), room.grade(id=str(uuid7()))
    given = (await give_grade(room.store, viewer, new)).record
    before = await room.written()
    for other in ({"value": "2"}, {"bonus": True}, {"excused": True}, {"comment": "Good"}):
        changed = await give_grade(room.store, viewer, room.grade(id=new.id, **other))
        assert (told(changed), changed.record.value) == ([("CONFLICT", ("id",))], "5"), other
    by_head = await give_grade(room.store, await room.viewer(HEAD), new)
    assert (told(by_head), by_head.record.id) == ([("CONFLICT", ("id",))], given.id)
    elsewhere = room.grade(
        id=new.id,
        lesson=await room.lesson(TODAY, course="Maths 8A"),
        student=await room.student("other_student"),
    )
    before |= {"lesson": (await room.written())["lesson"]}
    hidden = await give_grade(room.store, await room.viewer(OTHER_TEACHER), elsewhere)
    assert (hidden.errors, hidden.records) == (changed.errors, [])
    assert await room.written() == before


@pytest.mark.parametrize("kind", [GUARDIAN, STUDENT, OTHER_TEACHER, STRANGER])
async def test_who_may_not_give_the_grade_does_not_learn_that_its_id_is_in_use(
    room: StaffRoom, kind: str
) -> None:
    used, unused = room.grade(id=str(uuid7())), room.grade(id=str(uuid7()))
    await give_grade(room.store, await room.viewer(), used)
    viewer = await room.viewer(kind)
    refused = await give_grade(room.store, viewer, used)
    assert refused == await give_grade(room.store, viewer, unused)
    assert [code for code, _ in told(refused)] in (["FORBIDDEN"], ["NOT_FOUND"])


async def test_a_whole_class_is_graded_at_once_in_the_order_asked(room: StaffRoom) -> None:
    both = [room.id("Student"), await room.student("classmate")]
    news = [
        room.grade(student=student, value=value) for student, value in zip(both, "35", strict=True)
    ]
    seen: list[str] = []
    viewer = await room.viewer()
    room.store.watchers.append(seen.append)
    outcome = await give_grades(room.store, viewer, GiveGrades(news), "test of 7B")
    assert [grade.value for grade in outcome.records] == ["3", "5"]
    assert await room.events() == [(0, "GRADE", "GIVEN", 1), (1, "GRADE", "GIVEN", 1)]
    assert seen == [
        "write_receipt",
        "periods_to_write_in",  # before the scales are read, which nobody changes meanwhile
        "preconditions_of_grades",
        "grade_insertion",
    ]
    again = await give_grades(room.store, viewer, GiveGrades(news), "test of 7B")
    assert [grade.id for grade in again.records] == [grade.id for grade in outcome.records]


async def test_one_bad_grade_of_many_means_none_and_every_bad_one_is_named(
    room: StaffRoom,
) -> None:
    news = [room.grade(), room.grade(value="7"), room.grade(), room.grade(value="x")]
    before = await room.written()
    outcome = await give_grades(room.store, await room.viewer(), GiveGrades(news), "key")
    assert told(outcome) == [
        ("OUTSIDE_SCALE", ("grades", "1", "value")),
        ("OUTSIDE_SCALE", ("grades", "3", "value")),
    ]
    assert await room.written() == before


async def test_many_are_neither_none_nor_too_many_nor_twice_the_same(room: StaffRoom) -> None:
    viewer, id_ = await room.viewer(), str(uuid7())
    for news in ([], [room.grade()] * (MOST_AT_ONCE + 1)):
        outcome = await give_grades(room.store, viewer, GiveGrades(news))
        assert told(outcome) == [("BAD_INPUT", ("grades",))]
    outcome = await give_grades(
        room.store, viewer, GiveGrades([room.grade(id=id_), room.grade(id=id_)])
    )
    assert told(outcome) == [("BAD_INPUT", ("grades", "1", "id"))]
    assert await room.events() == []


async def test_a_batch_with_ids_may_be_retried_in_parts_and_in_another_order(
    room: StaffRoom,
) -> None:
    viewer = await room.viewer()
    news = [room.grade(id=str(uuid7())) for _ in range(8)]
    outcomes = await asyncio.gather(
        give_grades(room.store, viewer, GiveGrades(news)),
        give_grades(room.store, viewer, GiveGrades(news[::-1])),
        give_grades(room.store, viewer, GiveGrades(news[4:])),
    )
    assert [outcome.errors for outcome in outcomes] == [[], [], []]
    assert [str(grade.id) for grade in outcomes[0].records] == [new.id for new in news]
    assert len(await room.events()) == 8
