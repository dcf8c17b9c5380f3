"""Revising, withdrawing and restoring grades: history, conflicts, and retries."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.tables.schools import WorkType
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.mutations.grades import (
    ReviseGrade,
    give_grade,
    restore_grade,
    revise_grade,
    withdraw_grade,
)
from tests.gateway.small_school import HERE, TODAY
from tests.store.staff_room import (
    GUARDIAN,
    HEAD,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    YESTERDAY,
    StaffRoom,
    told,
)


async def given(room: StaffRoom, **other: Any) -> Any:
    """A grade just given by the course's teacher."""
    outcome = await give_grade(room.store, await room.viewer(), room.grade(**other))
    assert outcome.errors == []
    return outcome.record


def step(room: StaffRoom, grade: Any, version: int = 1, reason: str = "A slip") -> Edit:
    return Edit(room.id("Grade", grade.id), version, reason)


def revision(room: StaffRoom, grade: Any, version: int = 1, **new: Any) -> ReviseGrade:
    return ReviseGrade(room.id("Grade", grade.id), version, "A slip", **new)


async def history(room: StaffRoom, grade: Any) -> list[tuple[Any, ...]]:
    rows = await room.rows(
        "SELECT version, change, reason, value_before, state_before, comment_before"
        " FROM grade_revision WHERE grade_id = $1 ORDER BY version",
        grade.id,
    )
    return [tuple(row) for row in rows]


async def test_a_revision_keeps_what_was_before_who_did_it_and_why(room: StaffRoom) -> None:
    grade, head = await given(room, comment="Good"), await room.viewer(HEAD)
    kind = WorkType(school_id=HERE, name="Quiz", kind="QUIZ", weight=Decimal(1))
    await room.add(kind)
    asked = revision(
        room,
        grade,
        value="3+",
        weight=Decimal("0.5"),
        work_type=room.id("WorkType", kind.id),
        comment=None,
    )
    outcome = await revise_grade(room.store, head, asked)
    new = outcome.record
    assert outcome.errors == []
    assert (new.value, new.number, new.weight) == ("3+", Decimal("3.3"), Decimal("0.5"))
    assert (new.work_type_id, new.comment, new.version) == (kind.id, None, 2)
    assert await history(room, grade) == [
        (1, "GIVEN", None, None, None, None),
        (2, "REVISED", "A slip", "5", "GIVEN", "Good"),
    ]
    (last,) = await room.rows(
        "SELECT * FROM grade_revision WHERE version = 2 AND grade_id = $1", grade.id
    )
    assert (last["account_id"], last["weight_before"], last["work_type_id_before"]) == (
        head.account.id,
        Decimal(2),
        grade.work_type_id,
    )
    assert await room.events() == [(0, "GRADE", "GIVEN", 1), (0, "GRADE", "REVISED", 2)]


async def test_what_a_revision_leaves_out_stays(room: StaffRoom) -> None:
    grade = await given(room, value="4", comment="Good")
    outcome = await revise_grade(room.store, await room.viewer(), revision(room, grade, value="2"))
    new = outcome.record
    assert (new.value, new.comment, new.weight) == ("2", "Good", grade.weight)


async def test_whether_a_grade_counts_and_when_it_is_due_are_revised_with_history(
    room: StaffRoom,
) -> None:
    grade, viewer = await given(room, value=None, due_on=TODAY), await room.viewer()
    asked = revision(room, grade, excused=True, bonus=True, due_on=TODAY + timedelta(7))
    new = (await revise_grade(room.store, viewer, asked)).record
    assert (new.excused, new.bonus, new.due_on, new.state) == (
        True, True, TODAY + timedelta(7), "DUE",
    )  # fmt: skip
    (step,) = await room.rows(
        "SELECT excused_before, bonus_before, due_on_before FROM grade_revision WHERE version = 2"
    )
    assert tuple(step) == (False, False, TODAY)
    never = await revise_grade(room.store, viewer, revision(room, grade, 2, due_on=None))
    assert (never.errors, never.record.state, never.record.due_on) == ([], "GIVEN", None)


async def test_a_mark_that_was_owed_is_given_by_a_revision(room: StaffRoom) -> None:
    grade = await given(room, value=None, due_on=TODAY)
    outcome = await revise_grade(room.store, await room.viewer(), revision(room, grade, value="4"))
    assert (outcome.record.state, outcome.record.value) == ("GIVEN", "4")
    assert outcome.record.due_on is None


@pytest.mark.parametrize(
    ("before", "new", "path"),
    [
        ({}, {"due_on": TODAY}, "dueOn"),
        ({}, {"value": "4", "due_on": TODAY}, "dueOn"),
        ({"value": None, "due_on": TODAY}, {"due_on": YESTERDAY}, "dueOn"),
        ({"value": None, "due_on": TODAY}, {"due_on": None}, "value"),
        ({"value": None, "excused": True}, {"excused": False}, "value"),
    ],
)
async def test_a_revision_is_held_to_the_rule_of_giving(
    room: StaffRoom, before: dict[str, Any], new: dict[str, Any], path: str
) -> None:
    grade = await given(room, **before)
    written = await room.written()
    outcome = await revise_grade(room.store, await room.viewer(), revision(room, grade, **new))
    assert told(outcome) == [("BAD_INPUT", (path,))]
    assert await room.written() == written


async def test_a_grade_that_a_roster_left_without_a_mark_may_still_get_a_comment(
    room: StaffRoom,
) -> None:
    grade = await given(room)
    await room.rows("UPDATE grade SET value = NULL, number = NULL WHERE id = $1", grade.id)
    asked = revision(room, grade, comment="Ask again")
    outcome = await revise_grade(room.store, await room.viewer(), asked)
    assert (outcome.errors, outcome.record.comment) == ([], "Ask again")


async def test_a_withdrawn_grade_is_restored_as_it_was_and_stays_in_the_history(
    room: StaffRoom,
) -> None:
    viewer = await room.viewer()
    for grade, state in (
        (await given(room), "GIVEN"),
        (await given(room, value=None, due_on=TODAY), "DUE"),
    ):
        withdrawn = await withdraw_grade(room.store, viewer, step(room, grade))
        assert (withdrawn.record.state, withdrawn.record.version) == ("WITHDRAWN", 2)
        restored = await restore_grade(room.store, viewer, step(room, grade, 2, "Too soon"))
        assert (restored.record.state, restored.record.version) == (state, 3)
        assert [row[:3] for row in await history(room, grade)] == [
            (1, "GIVEN", None),
            (2, "WITHDRAWN", "A slip"),
            (3, "RESTORED", "Too soon"),
        ]
    assert [event[2] for event in await room.events()] == ["GIVEN"] * 2 + [
        "WITHDRAWN",
        "RESTORED",
    ] * 2


async def test_a_withdrawn_grade_is_neither_revised_nor_withdrawn_again(room: StaffRoom) -> None:
    viewer, grade = await room.viewer(), await given(room)
    assert told(await restore_grade(room.store, viewer, step(room, grade))) == [
        ("NOT_WITHDRAWN", ("id",))
    ]
    await withdraw_grade(room.store, viewer, step(room, grade))
    before = await room.written()
    revised = await revise_grade(room.store, viewer, revision(room, grade, 2, value="4"))
    assert (told(revised), revised.record.state) == ([("WITHDRAWN", ("id",))], "WITHDRAWN")
    again = await withdraw_grade(room.store, viewer, step(room, grade, 2))
    assert told(again) == [("WITHDRAWN", ("id",))]
    stale = await withdraw_grade(room.store, viewer, step(room, grade, 1))
    assert told(stale) == [("CONFLICT", ("expectedVersion",))]
    assert await room.written() == before


async def test_an_edit_of_an_old_version_is_a_conflict_that_shows_what_stands(
    room: StaffRoom,
) -> None:
    viewer, grade = await room.viewer(), await given(room)
    await revise_grade(room.store, viewer, revision(room, grade, value="4"))
    before = await room.written()
    outcome = await revise_grade(room.store, viewer, revision(room, grade, value="3"), "key")
    assert told(outcome) == [("CONFLICT", ("expectedVersion",))]
    assert (outcome.record.value, outcome.record.version) == ("4", 2)
    assert await room.written() == before


async def test_of_two_concurrent_edits_one_is_made_and_the_other_sees_it(room: StaffRoom) -> None:
    grade = await given(room)
    teacher, head = await room.viewer(), await room.viewer(HEAD)
    outcomes = await asyncio.gather(
        revise_grade(room.store, teacher, revision(room, grade, value="4")),
        revise_grade(room.store, head, revision(room, grade, value="3")),
        withdraw_grade(room.store, head, step(room, grade)),
    )
    made = [outcome for outcome in outcomes if not outcome.errors]
    (winner,) = made
    for outcome in outcomes:
        assert outcome.record.version == 2
        assert outcome.record.state == winner.record.state
        assert outcome.record.value == winner.record.value
    assert len(await history(room, grade)) == 2
    assert len(await room.events()) == 2


async def test_an_edit_waits_for_an_open_one_and_then_is_a_conflict(room: StaffRoom) -> None:
    grade, viewer = await given(room), await room.viewer()
    async with room.store.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE grade SET version = 2, value = '1' WHERE id = $1", grade.id
        )
        waiting = asyncio.create_task(
            revise_grade(room.store, viewer, revision(room, grade, value="4"))
        )
        await asyncio.sleep(0.2)
        assert not waiting.done()
    outcome = await waiting
    assert told(outcome) == [("CONFLICT", ("expectedVersion",))]
    assert (outcome.record.value, outcome.record.version) == ("1", 2)


async def test_retries_of_every_edit_with_a_key_do_nothing_twice(room: StaffRoom) -> None:
    viewer, grade = await room.viewer(), await given(room)
    edits: list[tuple[Callable[..., Awaitable[Outcome]], Edit]] = [
        (revise_grade, revision(room, grade, 1, value="4")),
        (withdraw_grade, step(room, grade, 2)),
        (restore_grade, step(room, grade, 3)),
    ]
    for version, (act, asked) in enumerate(edits, 2):
        outcomes = await asyncio.gather(
            *(act(room.store, viewer, asked, f"key {version}") for _ in range(3))
        )
        assert [outcome.errors for outcome in outcomes] == [[], [], []]
        assert {outcome.record.version for outcome in outcomes} == {version}
    late = await revise_grade(room.store, viewer, revision(room, grade, 1, value="4"), "key 2")
    assert (late.errors, late.record.version) == ([], 4)
    reused = await withdraw_grade(room.store, viewer, step(room, grade, 4), "key 2")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]
    assert len(await room.events()) == 4


BAD: dict[str, tuple[dict[str, Any], tuple[str, tuple[str, ...]]]] = {
    "outside the scale": ({"value": "10"}, ("OUTSIDE_SCALE", ("value",))),
    "no value": ({"value": None}, ("BAD_INPUT", ("value",))),
    "no weight": ({"weight": None}, ("BAD_INPUT", ("weight",))),
    "a negative weight": ({"weight": Decimal(-1)}, ("BAD_INPUT", ("weight",))),
    "no kind": ({"work_type": None}, ("BAD_INPUT", ("workType",))),
    "a malformed kind": ({"work_type": "x"}, ("BAD_INPUT", ("workType",))),
    "an unknown kind": (
        {"work_type": global_id.make("WorkType", HERE, uuid7())},
        ("NOT_FOUND", ("workType",)),
    ),
    "nothing": ({}, ("BAD_INPUT", ())),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_revision_gets_one_error_and_changes_nothing(
    room: StaffRoom, case: str
) -> None:
    (new, expected), grade = BAD[case], await given(room)
    before = await room.written()
    outcome = await revise_grade(room.store, await room.viewer(), revision(room, grade, **new), "k")
    assert told(outcome) == [expected]
    assert await room.written() == before


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (STUDENT, "FORBIDDEN"),
        (GUARDIAN, "FORBIDDEN"),
        ("the class teacher", "FORBIDDEN"),
        ("a classmate", "NOT_FOUND"),
        (OTHER_TEACHER, "NOT_FOUND"),
        (STRANGER, "NOT_FOUND"),
    ],
)
async def test_who_may_not_change_a_grade_changes_nothing(
    room: StaffRoom, kind: str, code: str
) -> None:
    grade, viewer = await given(room), await room.viewer(kind)
    before = await room.written()
    outcomes = [
        await revise_grade(room.store, viewer, revision(room, grade, value="5+"), "k"),
        await withdraw_grade(room.store, viewer, step(room, grade), "k"),
        await restore_grade(room.store, viewer, step(room, grade, 9), "k"),
    ]
    for outcome in outcomes:
        assert (told(outcome), outcome.records) == ([(code, ("id",))], [])
    assert await room.written() == before


async def test_a_hidden_grade_is_refused_in_the_words_of_a_missing_one(room: StaffRoom) -> None:
    grade, viewer = await given(room), await room.viewer(OTHER_TEACHER)
    hidden = await withdraw_grade(room.store, viewer, step(room, grade))
    missing = Edit(global_id.make("Grade", HERE, uuid7()), 1, "A slip")
    assert hidden == await withdraw_grade(room.store, viewer, missing)


async def test_a_grade_of_a_locked_period_stands_even_for_the_head(room: StaffRoom) -> None:
    lesson = await room.lesson(YESTERDAY)
    grade, head = await given(room, lesson=lesson), await room.viewer(HEAD)
    await room.lock(YESTERDAY)
    before = await room.written()
    revised = await revise_grade(room.store, head, revision(room, grade, value="1"))
    assert told(revised) == [("PERIOD_LOCKED", ("id",))]
    assert told(await withdraw_grade(room.store, head, step(room, grade))) == [
        ("PERIOD_LOCKED", ("id",))
    ]
    assert await room.written() == before


@pytest.mark.parametrize("reason", ["", "  ", "a" * 501, "a\0"])
async def test_an_edit_needs_a_reason(room: StaffRoom, reason: str) -> None:
    grade = await given(room)
    before = await room.written()
    outcome = await withdraw_grade(
        room.store, await room.viewer(), step(room, grade, reason=reason)
    )
    assert told(outcome) == [("BAD_INPUT", ("reason",))]
    assert await room.written() == before


async def test_giving_again_by_id_after_a_revision_answers_the_revised_grade(
    room: StaffRoom,
) -> None:
    viewer, id_ = await room.viewer(), str(uuid7())
    grade = await given(room, id=id_)
    await revise_grade(room.store, viewer, revision(room, grade, value="4"))
    before = await room.written()
    again = await give_grade(room.store, viewer, room.grade(id=id_))
    assert (again.errors, again.record.value, again.record.version) == ([], "4", 2)
    other = await give_grade(room.store, viewer, room.grade(id=id_, value="4"))
    assert told(other) == [("CONFLICT", ("id",))]
    assert await room.written() == before


async def test_a_failure_after_the_change_rolls_all_of_it_back(room: StaffRoom) -> None:
    grade, viewer = await given(room), await room.viewer()
    before = await room.written()

    def fail(name: str) -> None:
        if name in ("grades_by_id", "grade_insertion"):
            raise OSError("The connection broke.")

    room.store.watchers.append(fail)
    with pytest.raises(OSError, match="broke"):
        await revise_grade(room.store, viewer, revision(room, grade, value="4"), "key")
    with pytest.raises(OSError, match="broke"):
        await give_grade(room.store, viewer, room.grade(), "another key")
    assert await room.written() == before


async def test_a_key_is_of_one_mutation_though_another_takes_the_same_input(
    room: StaffRoom,
) -> None:
    viewer, grade = await room.viewer(), await given(room)
    asked = step(room, grade)
    assert (await withdraw_grade(room.store, viewer, asked, "key")).errors == []
    before = await room.written()
    outcome = await restore_grade(room.store, viewer, asked, "key")
    assert told(outcome) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]
    assert await room.written() == before
