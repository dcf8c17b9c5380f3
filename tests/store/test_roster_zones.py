"""The days of a roster in the zones of its schools, and schools that move to another."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from db.roster import BadOption, export_roster
from db.store import Reader
from db.writing.zones import set_zone
from domain.periods import UnknownZone
from gateway.command import app
from tests.complaints import complaints
from tests.store.small_roster import Desk, Roster, changes

NEW_YORK = "America/New_York"
RIGA = "Europe/Riga"
TAKEN = "instants are written where days belong; the day is taken"
MOVED = "instants are written where days belong; the day that it is in the school's zone is taken"


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 10, day, hour, minute, tzinfo=UTC)


def of_instants() -> Roster:
    """Each column of days has an instant that is of the day before in New York."""
    roster = Roster()
    for name in ("y1", "q1"):
        roster.put("academicSessions", name, startDate="2025-09-01T04:00:00Z")
    roster.put("academicSessions", "q1", endDate="2025-12-24T04:59:59Z")
    roster.put("enrollments", "e1", beginDate="2025-09-02T03:30:00Z")
    roster.put("enrollments", "e1", endDate="2026-11-10T04:59:59Z")
    roster.put("roles", "r-s1", beginDate="2025-09-03T03:00:00Z", endDate="2026-07-01T03:59:59Z")
    roster.put("demographics", "s1", birthDate="2013-05-02T03:15:00.000Z")
    roster.put("lineItems", "l1", assignDate="2025-09-26T03:00:00Z", dueDate="2025-10-02T03:59:59Z")
    roster.put("results", "x1", scoreDate="2025-10-03T02:30:00Z")
    return roster


DAYS = (
    "SELECT y.starts_on, p.starts_on, p.ends_on, e.begins_on, e.ends_on, s.begins_on, s.ends_on,"
    " s.born_on, l.day, i.assigned_on, i.due_on, g.given_at FROM student s"
    " JOIN academic_year y ON y.school_id = s.school_id"
    " JOIN period p ON p.school_id = s.school_id"
    " JOIN enrolment e ON (e.school_id, e.student_id) = (s.school_id, s.id)"
    " AND e.sourced_id = 'e1'"
    " JOIN grade g ON (g.school_id, g.student_id) = (s.school_id, s.id)"
    " JOIN lesson l ON (l.school_id, l.id) = (g.school_id, g.lesson_id)"
    " JOIN line_item i ON (i.school_id, i.id) = (l.school_id, l.id)"
)


async def test_an_instant_is_the_day_that_it_is_in_the_schools_zone(
    desk: Desk, tmp_path: Path
) -> None:
    report = await desk.brought(of_instants(), zones={"": NEW_YORK})
    assert await desk.rows(DAYS) == [
        (
            date(2025, 9, 1), date(2025, 9, 1), date(2025, 12, 23),
            date(2025, 9, 1), date(2026, 11, 9), date(2025, 9, 2), date(2026, 6, 30),
            date(2013, 5, 1), date(2025, 10, 1), date(2025, 9, 25), date(2025, 10, 1), at(2, 4),
        )
    ]  # fmt: skip
    assert f"enrollments.csv: endDate {MOVED}" in report.notices
    before = await desk.tables()
    assert changes(await desk.brought(of_instants())) == {}
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    assert await desk.tables() == before


async def test_days_that_are_only_written_as_instants_are_those_days_in_every_zone(
    desk: Desk,
) -> None:
    roster = Roster().put("demographics", "s1", birthDate="2013-05-01T00:00:00.000Z")
    roster.put("enrollments", "e1", beginDate="2025-09-01T00:00:00+03:00")
    roster.put("enrollments", "e1", endDate="2026-06-30T23:59:59.999Z")
    report = await desk.brought(roster, zones={"": NEW_YORK})
    assert await desk.rows(
        "SELECT born_on, e.begins_on, e.ends_on FROM student s JOIN enrolment e"
        " ON student_id = s.id AND e.sourced_id = 'e1'"
    ) == [(date(2013, 5, 1), date(2025, 9, 1), date(2026, 6, 30))]
    assert report.notices == [
        f"enrollments.csv: beginDate {TAKEN}",
        f"enrollments.csv: endDate {TAKEN}",
        f"demographics.csv: birthDate {TAKEN}",
    ]


async def test_days_that_the_zone_turns_round_are_bad_and_those_that_it_sets_right_are_not(
    desk: Desk,
) -> None:
    roster = Roster()
    roster.put(
        "enrollments", "e1", beginDate="2025-11-10T05:00:00Z", endDate="2025-11-10T04:59:59Z"
    )
    roster.put("enrollments", "e2", beginDate="2025-11-10T03:00:00Z", endDate="2025-11-09")
    roster.add(
        "academicSessions",
        "q1",
        "q2",
        startDate="2025-11-10T05:00:00Z",
        endDate="2025-11-10T04:59:59Z",
    )
    roster.put("roles", "r-s2", beginDate="2025-11-10T05:00:00Z", endDate="2025-11-10T04:59:59Z")
    report = await desk.bring(roster, zones={"": NEW_YORK})
    assert [str(row) for row in report.bad_rows][:3] == [
        "academicSessions.csv, line 4, endDate: is before the startDate",
        "roles.csv, line 5, endDate: is before the beginDate",
        "enrollments.csv, line 2, endDate: is before the beginDate",
    ]


async def test_each_school_has_its_own_zone_by_sourced_id_or_name(desk: Desk) -> None:
    roster = of_instants().add("orgs", "o1", "o2", name="Dale School").add("orgs", "o1", "o3")
    roster.put("classes", "k1", courseSourcedId="").add("classes", "h1", "h2", schoolSourcedId="o2")
    await desk.brought(roster, zones={"o1": NEW_YORK, "Dale School": RIGA, "": "Asia/Tokyo"})
    assert await desk.rows(
        "SELECT sourced_id, time_zone, (SELECT ends_on FROM period p"
        " WHERE p.school_id = school.school_id) FROM school ORDER BY 1"
    ) == [
        ("o1", NEW_YORK, date(2025, 12, 23)),
        ("o2", RIGA, date(2025, 12, 24)),
        ("o3", "Asia/Tokyo", None),
    ]


async def test_a_zone_that_there_is_not_and_a_school_that_there_is_not_are_refused(
    desk: Desk,
) -> None:
    with pytest.raises(UnknownZone, match="'Mars/Olympus' is not a time zone"):
        await desk.bring(Roster(), zones={"": "Mars/Olympus"})
    with pytest.raises(BadOption, match="the roster has no school o9 to give a time zone"):
        await desk.bring(Roster(), zones={"o9": RIGA})
    assert await desk.rows("SELECT count(*) FROM school") == [(0,)]


WHOLE = "SELECT day, starts_at, ends_at, version FROM lesson ORDER BY sourced_id"


async def test_lessons_of_whole_days_follow_a_school_that_moves_and_hours_stay(
    desk: Desk, tmp_path: Path
) -> None:
    roster = Roster().add("lineItems", "l1", "l2")
    await desk.brought(roster)
    await desk.connection.execute(
        "UPDATE lesson SET starts_at = '2025-10-01 08:00Z', ends_at = '2025-10-01 08:45Z'"
        " WHERE sourced_id = 'l2'"
    )
    report = await desk.brought(roster, zones={"": NEW_YORK})
    assert changes(report) == {"time zones": (0, 1, 0), "lessons": (0, 1, 0)}
    day = date(2025, 10, 1)
    assert await desk.rows(WHOLE) == [
        (day, at(1, 4), at(2, 4), 2),
        (day, at(1, 8), at(1, 8, 45), 1),
    ]
    assert await desk.rows("SELECT given_at FROM grade WHERE sourced_id = 'x1'") == [(at(2, 4),)]
    assert await desk.rows("SELECT count(*) FROM outbox WHERE topic = 'RIGHTS'") == [(2,)]
    before = await desk.tables()
    assert changes(await desk.brought(roster, zones={"": NEW_YORK})) == {}
    assert changes(await desk.brought(roster)) == {}
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    assert await desk.tables() == before


async def test_a_school_with_summer_time_moves_back_and_everything_is_as_it_was(
    desk: Desk,
) -> None:
    roster = Roster().add("lineItems", "l1", "l2", dueDate="2025-10-26")
    roster.add("lineItems", "l1", "l3", dueDate="2026-03-29")
    await desk.brought(roster, zones={"": RIGA})
    before = await desk.rows("SELECT id, day, starts_at, ends_at FROM lesson ORDER BY 1")
    assert await desk.rows("SELECT ends_at - starts_at = '25h' FROM lesson ORDER BY day") == [
        (False,), (True,), (False,),
    ]  # fmt: skip
    await desk.brought(roster, zones={"": "Pacific/Auckland"})
    assert await desk.rows("SELECT id, day, starts_at, ends_at FROM lesson ORDER BY 1") != before
    await desk.brought(roster, zones={"": RIGA})
    assert await desk.rows("SELECT id, day, starts_at, ends_at FROM lesson ORDER BY 1") == before


async def test_a_school_that_moves_keeps_nobody_from_writing(desk: Desk, database_url: str) -> None:
    await desk.brought(Roster())
    other = await asyncpg.connect(database_url)
    try:
        async with desk.connection.transaction():
            assert await set_zone(Reader(desk.connection), 1, RIGA) == 1
            await other.execute("SET lock_timeout = '5s'")
            await other.execute(
                "INSERT INTO subject (school_id, id, name) VALUES (1, gen_random_uuid(), 'Music')"
            )
    finally:
        await other.close()
    assert await desk.rows("SELECT time_zone FROM school") == [(RIGA,)]


def gradebook(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_the_commands_take_zones_and_say_where_none_was_told(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", database_url)
    path = Roster().to(tmp_path / "in")
    result = gradebook("import-roster", path)
    assert result.stdout.splitlines()[0] == (
        "In the time zone UTC, as --zone says no other: Hill School."
    )
    result = gradebook("set-zone", "Hill School", NEW_YORK)
    assert (result.exit_code, result.stdout) == (
        0,
        "Hill School is in America/New_York now; lessons of whole days moved: 1.\n",
    )
    assert rows(
        database_url, "SELECT time_zone, starts_at FROM school JOIN lesson USING (school_id)"
    ) == [(NEW_YORK, at(1, 4))]
    assert rows(database_url, "SELECT count(*) FROM outbox WHERE topic = 'RIGHTS'") == [(2,)]
    result = gradebook("set-zone", 1, NEW_YORK)
    assert result.stdout == "Hill School is in America/New_York already.\n"
    result = gradebook("import-roster", path, "--zone", f"o1={RIGA}")
    assert (result.exit_code, result.stdout.splitlines()[1]) == (
        0,
        "time zones: 0 created, 1 changed, 0 made inactive, 0 unchanged",
    )
    for command in (("set-zone", "1", "Nowhere"), ("import-roster", path, "--zone", "o1=Nowhere")):
        result = gradebook(*command)
        assert (result.exit_code, complaints(result)) == (
            1,
            "'Nowhere' is not a time zone such as Europe/Riga.\n",
        )
    result = gradebook("import-roster", path, "--zone", "o7=Europe/Riga")
    assert (result.exit_code, complaints(result)) == (
        1,
        f"{path} is not imported: the roster has no school o7 to give a time zone.\n",
    )
