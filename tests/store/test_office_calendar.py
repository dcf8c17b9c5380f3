"""A school's calendar as its office sets it up: years, periods, locks, days off."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.mutations.grades import ReviseGrade, give_grade, revise_grade, withdraw_grade
from tests.cluster import until_somebody_waits
from tests.gateway.small_school import HERE, TODAY
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.staff_room import GUARDIAN, HEAD, STRANGER, STUDENT, TEACHER, StaffRoom, told

NEXT = date(TODAY.year + 3, 9, 1)
YEAR = {"name": "Next", "startsOn": str(NEXT), "endsOn": str(NEXT + timedelta(270))}


def day(number: int) -> str:
    """Of the next year, from 0."""
    return str(NEXT + timedelta(number))


def edit(of: Any, **more: Any) -> dict[str, Any]:
    return {"id": of["id"], "expectedVersion": of.get("version", 1), "reason": "So it is", **more}


async def a_year(room: StaffRoom) -> str:
    (year,) = await done(room, "createAcademicYears", school=SCHOOL, academicYears=[YEAR])
    return str(year["id"])


def a_period(year: str, name: str, first: int, last: int, kind: str = "OTHER") -> dict[str, Any]:
    days = {"startsOn": day(first), "endsOn": day(last)}
    return {"academicYear": year, "name": name, "kind": kind, **days}


async def test_a_year_with_nested_periods_is_set_up_in_two_requests(room: StaffRoom) -> None:
    year = await a_year(room)
    made = await done(
        room,
        "createPeriods",
        "name version locked academicYear { name } parent { name }",
        school=SCHOOL,
        periods=[
            a_period(year, "Quarter 1", 0, 60, "QUARTER"),
            a_period(year, "Half", 0, 120, "HALF_YEAR"),
            a_period(year, "Quarter 2", 61, 120, "QUARTER"),
            a_period(year, "Whole", 0, 270, "YEAR"),
        ],
    )
    assert [(each["name"], each["parent"] and each["parent"]["name"]) for each in made] == [
        ("Quarter 1", "Half"), ("Half", "Whole"), ("Quarter 2", "Half"), ("Whole", None),
    ]  # fmt: skip
    assert made[0]["academicYear"] == {"name": "Next"}
    (late,) = await done(
        room, "createPeriods", "parent { name }", school=SCHOOL,
        periods=[a_period(year, "Late", 130, 140)],
    )  # fmt: skip
    assert late == {"parent": {"name": "Whole"}}
    topics = [(topic, change) for _, topic, change, _ in await room.events()]
    assert topics == [("ACADEMIC_YEAR", "CREATED")] + [("PERIOD", "CREATED")] * 5


async def test_each_bad_row_is_told_with_its_path_and_none_is_made(room: StaffRoom) -> None:
    year = await a_year(room)
    refused = await why(
        room,
        "createPeriods",
        school=SCHOOL,
        periods=[
            a_period(year, "Fine", 0, 60),
            a_period(year, "Across", 50, 70),
            a_period(year, "Early", -1, 10),
            a_period(year, "Long", 200, 300),
            a_period(year, "FINE", 90, 95),
            a_period(global_id.make("AcademicYear", HERE, global_id.NIL), "Nowhere", 1, 2),
        ],
    )
    assert sorted(refused) == [
        ("ALREADY_THERE", "periods.4.name"),
        ("NOT_FOUND", "periods.5.academicYear"),
        ("OUTSIDE_YEAR", "periods.2.startsOn"),
        ("OUTSIDE_YEAR", "periods.3.endsOn"),
        ("OVERLAPS", "periods.1.startsOn"),
    ]
    backwards = [a_period(year, "", 0, 1), a_period(year, "Back", 5, 4)]
    assert await why(room, "createPeriods", school=SCHOOL, periods=backwards) == [
        ("BAD_INPUT", "periods.0.name"), ("BAD_INPUT", "periods.1.endsOn"),
    ]  # fmt: skip
    assert await why(room, "createPeriods", school=SCHOOL, periods=[]) == [("BAD_INPUT", "periods")]


async def test_years_do_not_overlap_nor_leave_their_periods_out(room: StaffRoom) -> None:
    year = await a_year(room)
    after = {"name": "After", "startsOn": day(270), "endsOn": day(400)}
    twice = [{**after, "startsOn": day(271)}, {**after, "startsOn": day(300), "name": "Again"}]
    for years, path in (([after], "0"), (twice, "1")):
        refused = await why(room, "createAcademicYears", school=SCHOOL, academicYears=years)
        assert refused == [("OVERLAPS", f"academicYears.{path}.startsOn")]
    same = [{"name": "NEXT", "startsOn": day(271), "endsOn": day(300)}]
    assert await why(room, "createAcademicYears", school=SCHOOL, academicYears=same) == [
        ("ALREADY_THERE", "academicYears.0.name")
    ]
    now = {"id": room.id("AcademicYear"), "version": 1}
    assert await why(room, "changeAcademicYear", **edit(now, endsOn=day(0))) == [
        ("BAD_INPUT", "endsOn")
    ]
    assert await why(room, "changeAcademicYear", **edit(now, endsOn=str(NEXT - timedelta(1)))) == [
        ("BAD_INPUT", "endsOn")
    ]  # longer than two years
    assert await why(room, "changeAcademicYear", **edit(now, endsOn=str(TODAY))) == [
        ("OUTSIDE_YEAR", "endsOn")
    ]
    assert await why(room, "putAwayAcademicYear", **edit(now)) == [("IN_USE", "id")]
    next_year = {"id": year, "version": 1}
    changed = await done(
        room, "changeAcademicYear",
        "id name endsOn version history { change by nameBefore endsOnBefore }",
        **edit(next_year, endsOn=day(280), name="The next"),
    )  # fmt: skip
    assert (changed["name"], changed["endsOn"], changed["version"]) == ("The next", day(280), 2)
    assert changed["history"] == [
        {"change": "CREATED", "by": HEAD, "nameBefore": None, "endsOnBefore": None},
        {"change": "CHANGED", "by": HEAD, "nameBefore": "Next", "endsOnBefore": day(270)},
    ]
    assert ("RIGHTS", "CHANGED") in [(topic, change) for _, topic, change, _ in await room.events()]
    assert await why(room, "changeAcademicYear", **edit(next_year, name="x")) == [
        ("CONFLICT", "expectedVersion")
    ]
    away = await done(room, "putAwayAcademicYear", "id active version", **edit(changed))
    assert (away["active"], away["version"]) == (False, 3)
    days = {"school": SCHOOL, "academicYears": [YEAR]}
    assert len(await done(room, "createAcademicYears", **days)) == 1
    assert await why(room, "changeAcademicYear", **edit(away, name="Back")) == [
        ("OVERLAPS", "startsOn")
    ]


async def test_a_period_keeps_to_what_is_around_beside_and_within_it(room: StaffRoom) -> None:
    year = await a_year(room)
    half, one, two = await done(
        room, "createPeriods", "id version", school=SCHOOL,
        periods=[
            a_period(year, "Half", 0, 120), a_period(year, "One", 0, 60),
            a_period(year, "Two", 61, 110),
        ],
    )  # fmt: skip
    for of, change, code, path in (
        (one, {"endsOn": day(61)}, "OVERLAPS", "startsOn"),
        (two, {"endsOn": day(121)}, "OUTSIDE_YEAR", "endsOn"),
        (half, {"endsOn": day(109)}, "OUTSIDE_YEAR", "endsOn"),
        (half, {"startsOn": day(-1)}, "OUTSIDE_YEAR", "startsOn"),
        (one, {"endsOn": day(-1)}, "BAD_INPUT", "endsOn"),
        (one, {"name": " tWo "}, "ALREADY_THERE", "name"),
    ):
        assert await why(room, "changePeriod", **edit(of, **change)) == [(code, path)]
    assert await why(room, "removePeriod", **edit(half)) == [("IN_USE", "id")]
    shorter = await done(
        room, "changePeriod", "id version kind endsOn", **edit(one, endsOn=day(50), kind="MODULE")
    )
    assert (shorter["kind"], shorter["endsOn"]) == ("MODULE", day(50))
    gone = await done(room, "removePeriod", "id active version", **edit(shorter))
    assert (gone["active"], gone["version"]) == (False, 3)
    taken = edit(gone, endsOn=day(61))
    assert await why(room, "changePeriod", **taken) == [("OVERLAPS", "startsOn")]
    assert await why(room, "changePeriod", **edit(gone, name="Two")) == [("ALREADY_THERE", "name")]
    back = await done(room, "changePeriod", "active parent { id }", **edit(gone, name="Back"))
    assert back == {"active": True, "parent": {"id": half["id"]}}


async def test_a_period_is_locked_unlocked_and_its_days_stay_meanwhile(room: StaffRoom) -> None:
    period = {"id": room.id("Period"), "version": 1}
    locked = await done(
        room, "lockPeriod", "id version locked openUntil history { change reason lockedBefore }",
        **edit(period),
    )  # fmt: skip
    assert (locked["locked"], locked["openUntil"]) == (True, None)
    assert locked["history"] == [{"change": "LOCKED", "reason": "So it is", "lockedBefore": False}]
    for kind in (TEACHER, HEAD):
        given = await give_grade(room.store, await room.viewer(kind), room.grade())
        assert told(given) == [("PERIOD_LOCKED", ("lesson",))]
    for name, more in (("changePeriod", {"name": "x"}), ("removePeriod", {})):
        assert await why(room, name, **edit(locked, **more)) == [("PERIOD_LOCKED", "id")]
    opened = await done(room, "unlockPeriod", "locked openUntil version", **edit(locked))
    assert opened == {"locked": False, "openUntil": None, "version": 3}
    assert (await give_grade(room.store, await room.viewer(), room.grade())).errors == []


async def test_in_days_of_grace_teachers_write_and_afterwards_the_head_with_a_reason(
    room: StaffRoom,
) -> None:
    period = {"id": room.id("Period"), "version": 1}
    locked = await done(room, "lockPeriod", "id version openUntil", **edit(period, graceDays=1))
    assert locked["openUntil"] == str(TODAY)
    assert (await give_grade(room.store, await room.viewer(), room.grade())).errors == []
    locked = await done(room, "lockPeriod", "id version openUntil", **edit(locked, graceDays=0))
    assert locked["openUntil"] == str(TODAY - timedelta(1))
    for kind in (TEACHER, HEAD):  # who gives a grade says no reason
        given = await give_grade(room.store, await room.viewer(kind), room.grade())
        assert told(given) == [("PERIOD_LOCKED", ("lesson",))]
    change = ReviseGrade(room.id("Grade"), 1, "The paper was found", value="5")
    revised = await revise_grade(room.store, await room.viewer(), change)
    assert told(revised) == [("PERIOD_LOCKED", ("id",))]
    revised = await revise_grade(room.store, await room.viewer(HEAD), change)
    assert (told(revised), revised.record.value) == ([], "5")
    await done(room, "lockPeriod", **edit(locked))
    step = Edit(room.id("Grade"), 2, "Another reason")
    withdrawn = await withdraw_grade(room.store, await room.viewer(HEAD), step)
    assert told(withdrawn) == [("PERIOD_LOCKED", ("id",))]
    for days in (-1, 367):
        assert await why(room, "lockPeriod", **edit(locked, graceDays=days)) == [
            ("BAD_INPUT", "graceDays")
        ]


async def test_a_lock_waits_for_a_grade_that_is_being_given(room: StaffRoom, room_url: str) -> None:
    from db.writing.periods import periods_to_write_in

    async with room.store.transaction() as writing:
        await writing.fetch(periods_to_write_in, school=HERE)
        period = {"id": room.id("Period"), "version": 1}
        locking = asyncio.ensure_future(done(room, "lockPeriod", "locked", **edit(period)))
        await until_somebody_waits(room_url)
        assert not locking.done()
    assert await locking == {"locked": True}


async def test_days_off_are_the_schools_or_a_class_groups(room: StaffRoom) -> None:
    await room.rows("DELETE FROM day_off")
    holiday = {"name": "Autumn", "startsOn": day(50), "endsOn": day(58)}
    trip = {**holiday, "name": "Trip", "startsOn": day(51), "classGroup": room.id("ClassGroup")}
    made = await done(
        room, "addDaysOff", "id name version classGroup { name }",
        school=SCHOOL, daysOff=[holiday, trip],
    )  # fmt: skip
    assert [each["classGroup"] for each in made] == [None, {"name": "7B"}]
    shown = "query ($id: ID!) { school(id: $id) { daysOff { name startsOn } } }"
    for kind in (GUARDIAN, STUDENT):
        answer = await ask(room, kind, shown, id=SCHOOL)
        assert [each["name"] for each in answer["school"]["daysOff"]] == ["Autumn", "Trip"]
    nowhere = {**trip, "classGroup": global_id.make("ClassGroup", HERE, global_id.NIL)}
    back = {**holiday, "endsOn": day(0)}
    assert await why(room, "addDaysOff", school=SCHOOL, daysOff=[holiday, nowhere]) == [
        ("NOT_FOUND", "daysOff.1.classGroup")
    ]
    assert await why(room, "addDaysOff", school=SCHOOL, daysOff=[holiday, back]) == [
        ("BAD_INPUT", "daysOff.1.endsOn")
    ]
    assert await why(room, "changeDayOff", **edit(made[0], endsOn=day(0))) == [
        ("BAD_INPUT", "endsOn")
    ]
    later = await done(room, "changeDayOff", "id version endsOn", **edit(made[0], endsOn=day(60)))
    assert later["endsOn"] == day(60)
    assert (await done(room, "removeDayOff", "active", **edit(later))) == {"active": False}
    answer = await ask(room, HEAD, shown, id=SCHOOL)
    assert [each["name"] for each in answer["school"]["daysOff"]] == ["Trip"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TEACHER, "FORBIDDEN"), (GUARDIAN, "FORBIDDEN"), (STUDENT, "FORBIDDEN"),
        (STRANGER, "NOT_FOUND"),
    ],
)  # fmt: skip
async def test_nobody_but_the_office_touches_the_calendar(
    room: StaffRoom, kind: str, code: str
) -> None:
    for name, rows in (
        ("createAcademicYears", {"academicYears": [YEAR]}),
        ("createPeriods", {"periods": [a_period(room.id("AcademicYear"), "P", 0, 1)]}),
        ("addDaysOff", {"daysOff": [YEAR]}),
    ):
        assert await why(room, name, kind, school=SCHOOL, **rows) == [(code, "school")]
    period, year = ({"id": room.id(noun)} for noun in ("Period", "AcademicYear"))
    for name, of in (
        ("lockPeriod", period), ("unlockPeriod", period), ("removePeriod", period),
        ("putAwayAcademicYear", year),
    ):  # fmt: skip
        assert await why(room, name, kind, **edit(of)) == [(code, "id")]
    for name, of in (("changePeriod", period), ("changeAcademicYear", year)):
        assert await why(room, name, kind, **edit(of, name="x")) == [(code, "id")]


async def test_a_retry_with_the_same_key_makes_the_year_once(room: StaffRoom) -> None:
    given = {"school": SCHOOL, "academicYears": [YEAR], "idempotencyKey": "k"}
    first = await done(room, "createAcademicYears", **given)
    assert await done(room, "createAcademicYears", **given) == first
    assert len(await room.rows("SELECT FROM academic_year")) == 2
    other = {**given, "academicYears": [{**YEAR, "name": "Other"}]}
    answer = await act(room, "createAcademicYears", **other)
    assert [error["code"] for error in answer["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_two_offices_at_once_make_one_of_two_years_that_overlap(room: StaffRoom) -> None:
    answers = await asyncio.gather(
        *(act(room, "createAcademicYears", school=SCHOOL, academicYears=[YEAR]) for _ in range(2))
    )
    codes = sorted(error["code"] for answer in answers for error in answer["errors"])
    assert codes == ["OVERLAPS"]
