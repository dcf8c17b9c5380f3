"""Notices of absence: announced by a guardian, accepted or refused, and what they excuse."""

from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import Any

import pytest

from domain.attendance import AbsenceReason, AttendanceKind
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.absence_notices import (
    AcceptAbsence,
    AnnounceAbsence,
    ChangeAbsence,
    accept_absence,
    announce_absence,
    change_absence,
    refuse_absence,
    withdraw_absence,
)
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import ask, delivered, listening
from tests.store.staff_room import (
    CLASS_TEACHER,
    GUARDIAN,
    HEAD,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)
from tests.store.test_attendance import (
    EVERYBODY,
    STRANGERS,
    absent,
    correct,
    kinds,
    mark,
    row,
    take,
)
from tests.store.test_attendance import room as room

K, R = AttendanceKind, AbsenceReason
KEEPERS = (CLASS_TEACHER, HEAD)


async def announce(room: StaffRoom, who: str = GUARDIAN, **other: Any) -> Outcome:
    key = other.pop("key", None)
    usual: dict[str, Any] = {
        "student": room.id("Student"),
        "starts_on": YESTERDAY,
        "ends_on": TOMORROW,
        "because": R.ILLNESS,
        "text": " A cold. ",
    }
    asked = AnnounceAbsence(**(usual | other))
    return await announce_absence(room.store, await room.viewer(who), asked, key)


async def announced(room: StaffRoom, **other: Any) -> str:
    outcome = await announce(room, **other)
    assert outcome.errors == []
    return room.id("AbsenceNotice", outcome.record.id)


async def accept(
    room: StaffRoom, id_: str, who: str = CLASS_TEACHER, version: int = 1, reason: str | None = None
) -> Outcome:
    asked = AcceptAbsence(id_, version, reason)
    return await accept_absence(room.store, await room.viewer(who), asked)


async def refuse(room: StaffRoom, id_: str, who: str = CLASS_TEACHER, version: int = 1) -> Outcome:
    asked = Edit(id_, version, "Again?")
    return await refuse_absence(room.store, await room.viewer(who), asked)


async def withdraw(room: StaffRoom, id_: str, who: str = GUARDIAN, version: int = 1) -> Outcome:
    asked = Edit(id_, version, "She is well")
    return await withdraw_absence(room.store, await room.viewer(who), asked)


async def change(
    room: StaffRoom, id_: str, who: str = GUARDIAN, version: int = 1, **new: Any
) -> Outcome:
    asked = ChangeAbsence(id_, version, "Longer", **(new or {"ends_on": TODAY}))
    return await change_absence(room.store, await room.viewer(who), asked)


@pytest.mark.parametrize("who", [GUARDIAN, *KEEPERS])
async def test_a_guardian_or_who_keeps_the_register_announces_an_absence(
    room: StaffRoom, feed: Feed, who: str
) -> None:
    id_ = await announced(room, who=who)
    query = """query ($id: ID!) { node(id: $id) { ... on AbsenceNotice {
      from to because text state version history { change } } } }"""
    for reader in (GUARDIAN, STUDENT, CLASS_TEACHER, HEAD):
        assert (await ask(room, feed, reader, query, id=id_))["node"] == {
            "from": str(YESTERDAY), "to": str(TOMORROW), "because": "ILLNESS", "text": "A cold.",
            "state": "ANNOUNCED", "version": 1, "history": [{"change": "ANNOUNCED"}],
        }  # fmt: skip
    for reader in (TEACHER, *STRANGERS):
        assert (await ask(room, feed, reader, query, id=id_))["node"] is None
    assert await room.events() == [(0, "ABSENCE_NOTICE", "ANNOUNCED", 1)]


@pytest.mark.parametrize(
    ("who", "code"),
    [(STUDENT, "FORBIDDEN"), (TEACHER, "FORBIDDEN"), *((who, "NOT_FOUND") for who in STRANGERS)],
)
async def test_nobody_else_announces_changes_or_decides(
    room: StaffRoom, who: str, code: str
) -> None:
    id_ = await announced(room)
    before = await room.written()
    assert told(await announce(room, who)) == [(code, ("student",))]
    unseen = "NOT_FOUND" if who == TEACHER else code
    for outcome in (
        await accept(room, id_, who), await refuse(room, id_, who),
        await withdraw(room, id_, who), await change(room, id_, who),
    ):  # fmt: skip
        assert told(outcome) == [(unseen, ("id",))]
    assert await room.written() == before


async def test_a_guardian_does_not_decide_nor_a_teacher_change_what_a_guardian_wrote(
    room: StaffRoom,
) -> None:
    id_ = await announced(room)
    before = await room.written()
    for outcome in (await accept(room, id_, GUARDIAN), await refuse(room, id_, GUARDIAN)):
        assert told(outcome) == [("FORBIDDEN", ("id",))]
    for outcome in (await withdraw(room, id_, CLASS_TEACHER), await change(room, id_, HEAD)):
        assert told(outcome) == [("FORBIDDEN", ("id",))]
    assert await room.written() == before


@pytest.mark.parametrize(
    ("other", "path"),
    [
        ({"ends_on": YESTERDAY - timedelta(1)}, "to"),
        ({"ends_on": YESTERDAY + timedelta(190)}, "to"),
        ({"text": "a\0"}, "text"),
        ({"student": "x"}, "student"),
    ],
)
async def test_what_is_wrong_with_a_notice_is_refused_at_its_place(
    room: StaffRoom, other: dict[str, Any], path: str
) -> None:
    before = await room.written()
    assert told(await announce(room, **other)) == [("BAD_INPUT", (path,))]
    assert await room.written() == before
    assert (await announce(room, ends_on=YESTERDAY + timedelta(189))).errors == []


async def test_accepted_it_excuses_what_is_entered_and_lessons_not_yet_taken(
    room: StaffRoom, feed: Feed
) -> None:
    await absent(room)  # today
    untaken, taken = await room.lesson(YESTERDAY), await room.lesson(YESTERDAY)
    await take(room, lesson=taken)  # at which she was there
    await room.lesson(YESTERDAY, "CANCELLED")
    outside = await room.lesson(YESTERDAY - timedelta(1))
    await take(room, await row(room), lesson=outside)
    id_ = await announced(room)
    assert await kinds(room) == [("student", "ABSENT", 1)] * 2
    outcome = await accept(room, id_)
    assert (outcome.errors, outcome.record.state, outcome.record.version) == ([], "ACCEPTED", 2)
    assert await kinds(room) == [
        ("student", "ABSENT", 1), ("student", "ILL", 1), ("student", "ILL", 2),
    ]  # fmt: skip
    rows = await room.rows(
        "SELECT lesson_id, notice_id, token FROM attendance WHERE kind = 'ILL' ORDER BY day"
    )
    notice = global_id.read(id_)[2]
    assert [tuple(each) for each in rows] == [
        (global_id.read(untaken)[2], notice, "I"), (room.small.records["Lesson"], notice, "I"),
    ]  # fmt: skip
    events = [event[:3] for event in await room.events()]
    assert sorted(events[-3:]) == [
        (0, "ABSENCE_NOTICE", "ACCEPTED"), (1, "ATTENDANCE", "TAKEN"),
        (2, "ATTENDANCE", "CHANGED"),
    ]  # fmt: skip
    query = """query ($id: ID!, $day: Date!) { student(id: $id) {
      attendance(from: $day, to: $day) { kind notice { id } } } }"""
    found = await ask(room, feed, GUARDIAN, query, id=room.id("Student"), day=str(TODAY))
    assert found["student"]["attendance"] == [{"kind": "ILL", "notice": {"id": id_}}]


async def test_once_accepted_attendance_taken_later_is_excused_unless_she_came(
    room: StaffRoom,
) -> None:
    lesson = await room.lesson(TODAY)
    id_ = await announced(room, starts_on=TODAY, because=R.FAMILY)
    assert (await accept(room, id_)).errors == []
    await room.rows("DELETE FROM attendance_revision")
    await room.rows("DELETE FROM attendance")  # as if the lessons had been to come
    assert (await take(room, await row(room, "classmate"))).errors == []
    assert await kinds(room) == [("classmate", "ABSENT", 1), ("student", "EXCUSED", 1)]
    assert (await take(room, await row(room, kind=K.ABSENT), lesson=lesson)).errors == []
    assert (await kinds(room))[-1] == ("student", "EXCUSED", 1)
    assert (await take(room, await row(room, kind=K.PRESENT), lesson=lesson)).errors == []
    assert (await kinds(room))[-1] == ("student", "PRESENT", 2)
    day = await mark(room)
    assert [each.kind for each in day.records] == ["EXCUSED", "EXCUSED"]


async def test_refused_after_all_what_it_excused_is_no_longer_but_what_others_decided_is(
    room: StaffRoom,
) -> None:
    await absent(room)
    other = await room.lesson(YESTERDAY)
    id_ = await announced(room)
    await accept(room, id_)
    (mine,) = await room.rows(
        "SELECT id FROM attendance WHERE lesson_id = $1", global_id.read(other)[2]
    )
    await correct(room, room.id("Attendance", mine["id"]), kind=K.ELSEWHERE)
    outcome = await refuse(room, id_, version=2)
    assert (outcome.errors, outcome.record.state) == ([], "REFUSED")
    assert await kinds(room) == [("student", "ELSEWHERE", 2), ("student", "ABSENT", 3)]
    assert await room.rows("SELECT 1 FROM attendance WHERE notice_id IS NOT NULL") == []
    assert (await take(room, await row(room), reason="Really")).errors == []
    assert (await kinds(room))[-1] == ("student", "ABSENT", 3)


async def test_what_is_settled_is_neither_changed_nor_decided_again(room: StaffRoom) -> None:
    refused, gone, accepted = await announced(room), await announced(room), await announced(room)
    assert (await refuse(room, refused)).record.state == "REFUSED"
    assert (await withdraw(room, gone)).record.state == "WITHDRAWN"
    assert (await change(room, accepted, ends_on=TODAY)).record.ends_on == TODAY
    assert told(await accept(room, accepted)) == [("CONFLICT", ("expectedVersion",))]
    assert (await accept(room, accepted, version=2)).errors == []
    before = await room.written()
    for id_, version in ((refused, 2), (gone, 2), (accepted, 3)):
        for outcome in (
            await accept(room, id_, version=version), await withdraw(room, id_, version=version),
            await change(room, id_, version=version),
        ):  # fmt: skip
            assert told(outcome) == [("WITHDRAWN", ("id",))]
    assert told(await refuse(room, gone, version=2)) == [("WITHDRAWN", ("id",))]
    assert await room.written() == before


async def test_nothing_is_excused_in_a_locked_period(room: StaffRoom) -> None:
    past = await room.lesson(YESTERDAY)
    await take(room, await row(room), lesson=past)
    id_ = await announced(room, starts_on=YESTERDAY - timedelta(1))
    await room.lock(YESTERDAY)
    before = await room.written()
    assert told(await accept(room, id_)) == [("PERIOD_LOCKED", ("id",))]
    assert told(await announce(room)) == [("PERIOD_LOCKED", ("from",))]
    assert await room.written() == before


async def test_a_retry_announces_once(room: StaffRoom) -> None:
    own = str(uuid7())
    first = [await announce(room, key="k") for _ in range(2)]
    assert len({outcome.record.id for outcome in first}) == 1
    again = [await announce(room, id=own) for _ in range(2)]
    assert {str(outcome.record.id) for outcome in again} == {own}
    assert len(await room.events()) == 2


async def test_family_and_keepers_hear_of_a_notice_live_and_find_it(
    room: StaffRoom, feed: Feed
) -> None:
    live = "subscription { absenceNoticeChanged { change absenceNotice { id state } } }"
    async with AsyncExitStack() as stack:
        listeners = {
            who: await stack.enter_async_context(listening(room, feed, who, live))
            for who in EVERYBODY
        }
        id_ = await announced(room)
        await delivered(room, feed)
        await accept(room, id_, reason="Get well soon")
        await delivered(room, feed)
    heard = {who: listener.events for who, listener in listeners.items() if listener.answers}
    steps = [
        {"change": "ANNOUNCED", "absenceNotice": {"id": id_, "state": "ANNOUNCED"}},
        {"change": "ACCEPTED", "absenceNotice": {"id": id_, "state": "ACCEPTED"}},
    ]
    assert heard == dict.fromkeys((GUARDIAN, STUDENT, *KEEPERS), steps)
    lists = """query ($id: ID!, $from: Date!, $to: Date!) { node(id: $id) {
      ... on Student { absenceNotices(from: $from, to: $to) { id } }
      ... on ClassGroup { absenceNotices(from: $from, to: $to) { id } } } }"""
    span: dict[str, tuple[date, date]] = {"in": (TODAY, TODAY), "out": (TODAY - timedelta(9),) * 2}
    for of, who in (("Student", GUARDIAN), ("ClassGroup", CLASS_TEACHER)):
        for name, (first, last) in span.items():
            asked = {"id": room.id(of), "from": str(first), "to": str(last)}
            found = await ask(room, feed, who, lists, **asked)
            assert found["node"]["absenceNotices"] == ([{"id": id_}] if name == "in" else [])


async def test_a_notice_of_nobody_is_not_found(room: StaffRoom) -> None:
    nobody = global_id.make("AbsenceNotice", HERE, uuid7())
    assert told(await accept(room, nobody)) == [("NOT_FOUND", ("id",))]
