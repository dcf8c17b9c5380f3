"""How a roster writes ends: as the last day or the day after it, told, guessed and kept."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from db.roster import export_roster
from gateway.command import app
from tests.store.small_roster import Desk, Roster, changes

EXCLUSIVE = (
    "academicSessions.csv: a session ends on the day on which the next begins, so every endDate,"
    " also of enrollments and roles, is read as the day after the last"
    " (--end-days inclusive says otherwise)"
)
SHARED = (
    "academicSessions.csv: a session ends on the day on which the next begins, and both have that"
    " day (--end-days exclusive says otherwise)"
)
IN_THE_NEW = "enrollments.csv: a student who changes class on a day is in the new one on it"


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


def of_quarters(*last_days: str) -> Roster:
    """Quarters that begin at the year's beginning, and then as told; the last as the year ends."""
    roster = Roster().put("academicSessions", "q1", endDate=last_days[0])
    for number, first in enumerate(last_days[1::2], 2):
        last = [*last_days[2::2], "2026-06-30"][number - 2]
        name = f"q{number}"
        roster.add("academicSessions", "q1", name, title=name, startDate=first, endDate=last)
    roster.put("enrollments", "e4", beginDate="2025-09-01", endDate="2026-06-30")
    return roster


def touching() -> Roster:
    return of_quarters("2025-10-27", "2025-10-27", "2025-12-29", "2025-12-29")


ENDS = (
    "SELECT p.ends_on FROM period p UNION ALL SELECT y.ends_on FROM academic_year y"
    " UNION ALL SELECT e.ends_on FROM enrolment e WHERE e.sourced_id = 'e4' ORDER BY 1"
)
LAST_DAYS = [(date(2025, 10, 26),), (date(2025, 12, 28),), *[(date(2026, 6, 29),)] * 3]
AS_WRITTEN = [(date(2025, 10, 27),), (date(2025, 12, 29),), *[(date(2026, 6, 30),)] * 3]


async def test_ends_are_exclusive_where_every_next_session_begins_on_that_very_day(
    desk: Desk, tmp_path: Path
) -> None:
    report = await desk.brought(touching())
    assert report.notices == [f"{EXCLUSIVE} (2 times)"]
    assert await desk.rows(ENDS) == LAST_DAYS
    before = await desk.tables()
    assert changes(await desk.brought(touching())) == {}
    await export_roster(desk.connection, [1], tmp_path / "out")
    report = await desk.brought(tmp_path / "out")
    assert (changes(report), report.notices) == ({}, [])
    assert await desk.tables() == before


async def test_a_delta_is_read_as_the_whole_roster_was(desk: Desk) -> None:
    await desk.brought(touching())
    delta = touching().only("enrollments").delta().drop("enrollments", "e1", "e2", "e3", "e5", "e6")
    assert changes(await desk.brought(delta)) == {}
    await desk.brought(delta.put("enrollments", "e4", endDate="2026-03-01"))
    assert await desk.rows("SELECT ends_on FROM enrolment WHERE sourced_id = 'e4'") == [
        (date(2026, 2, 28),)
    ]


async def test_a_delta_that_tells_of_two_sessions_says_nothing_of_how_ends_are_written(
    desk: Desk,
) -> None:
    await desk.brought(Roster())
    delta = touching().only("academicSessions").delta().drop("academicSessions", "y1", "q2")
    delta.put("academicSessions", "q1", endDate="2025-12-29")
    assert (await desk.brought(delta)).notices == [SHARED]
    assert await desk.rows("SELECT ends_on FROM period ORDER BY 1") == [
        (date(2025, 12, 29),),
        (date(2026, 6, 30),),
    ]
    assert await desk.rows("SELECT end_days FROM school") == [(None,)]


async def test_sessions_of_which_one_is_a_bad_row_say_nothing_of_how_ends_are_written(
    desk: Desk,
) -> None:
    roster = touching().put("academicSessions", "q3", type="quarter")
    report = await desk.brought(roster, skip_bad_rows=True)
    assert SHARED in report.notices
    assert await desk.rows("SELECT end_days FROM school") == [(None,)]


async def test_ends_are_inclusive_where_only_some_sessions_share_a_day_and_it_is_said(
    desk: Desk,
) -> None:
    roster = of_quarters("2025-10-27", "2025-10-27", "2025-12-29", "2026-01-12")
    report = await desk.brought(roster)
    assert report.notices == [SHARED]
    assert await desk.rows(ENDS) == AS_WRITTEN


async def test_ends_are_as_they_are_told_and_what_was_told_is_kept(
    desk: Desk, tmp_path: Path
) -> None:
    report = await desk.brought(touching(), end_days="inclusive")
    assert report.notices == [f"{SHARED} (2 times)"]
    assert await desk.rows(ENDS) == AS_WRITTEN
    assert changes(await desk.brought(touching())) == {}
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    report = await desk.brought(touching(), end_days="exclusive")
    assert changes(report) == {
        "academic years": (0, 1, 0),
        "periods": (0, 3, 0),
        "enrolments": (0, 1, 0),
    }
    assert await desk.rows(ENDS) == LAST_DAYS
    await export_roster(desk.connection, [1], tmp_path / "again")
    assert changes(await desk.brought(tmp_path / "again")) == {}
    assert changes(await desk.brought(touching())) == {}


async def test_sessions_that_share_no_day_are_told_exclusive_by_option_alone(desk: Desk) -> None:
    roster = Roster().put("roles", "r-s1", beginDate="2025-09-01", endDate="2026-06-30")
    assert (await desk.brought(roster)).notices == []
    assert await desk.rows("SELECT ends_on FROM period") == [(date(2025, 12, 24),)]
    assert (await desk.brought(roster, end_days="exclusive")).notices == []
    assert await desk.rows("SELECT ends_on FROM period") == [(date(2025, 12, 23),)]
    assert await desk.rows("SELECT ends_on FROM student WHERE sourced_id = 's1'") == [
        (date(2026, 6, 29),)
    ]


async def test_a_summer_between_years_and_terms_of_other_years_say_nothing(desk: Desk) -> None:
    roster = touching()
    roster.add("academicSessions", "y1", "y0", startDate="2024-09-01", endDate="2025-06-28")
    roster.put("academicSessions", "y0", title="2024/25", schoolYear="2025")
    assert (await desk.brought(roster)).notices == [f"{EXCLUSIVE} (2 times)"]


async def test_instants_that_end_within_a_day_end_in_it_and_midnight_as_the_rule_says(
    desk: Desk,
) -> None:
    roster = Roster().put("enrollments", "e1", endDate="2025-11-10T04:59:59Z")
    roster.put("enrollments", "e2", endDate="2025-11-10T05:00:00Z")
    await desk.brought(roster, zones={"": "America/New_York"}, end_days="exclusive")
    query = "SELECT ends_on FROM enrolment WHERE ends_on IS NOT NULL ORDER BY sourced_id"
    assert await desk.rows(query) == [(date(2025, 11, 9),), (date(2025, 11, 9),)]
    await desk.brought(roster, end_days="inclusive")
    assert await desk.rows(query) == [(date(2025, 11, 9),), (date(2025, 11, 10),)]


async def test_an_enrolment_that_ends_as_it_begins_has_no_day_where_ends_are_exclusive(
    desk: Desk, tmp_path: Path
) -> None:
    roster = Roster().put("enrollments", "e2", beginDate="2025-11-10", endDate="2025-11-10")
    report = await desk.brought(roster, end_days="exclusive")
    assert report.notices == ["enrollments.csv: what ends on the day on which it begins has no day"]
    query = "SELECT begins_on, ends_on, active FROM enrolment WHERE sourced_id = 'e2'"
    day = date(2025, 11, 10)
    assert await desk.rows(query) == [(day, day, False)]
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    await desk.brought(roster, end_days="inclusive")
    assert await desk.rows(query) == [(day, day, True)]


def changing(day: str = "2025-11-10") -> Roster:
    """Ada leaves 7B for 7C, and one course in physics for another, on one day."""
    roster = Roster().add("classes", "h1", "h2", title="7C").add("classes", "k1", "k2")
    roster.put("enrollments", "e1", endDate=day).put("enrollments", "e3", endDate=day)
    roster.add("enrollments", "e1", "e7", classSourcedId="h2", beginDate="2025-11-10", endDate="")
    roster.add("enrollments", "e3", "e8", classSourcedId="k2", beginDate="2025-11-10", endDate="")
    return roster


PLACES = (
    "SELECT sourced_id, begins_on, ends_on, active FROM enrolment"
    " WHERE sourced_id IN ('e1', 'e3', 'e7', 'e8') ORDER BY 1"
)
CHANGED = [
    ("e1", None, date(2025, 11, 9), True),
    ("e3", None, date(2025, 11, 9), True),
    ("e7", date(2025, 11, 10), None, True),
    ("e8", date(2025, 11, 10), None, True),
]


async def test_a_student_who_changes_class_on_a_day_is_in_one_class_on_it(
    desk: Desk, tmp_path: Path
) -> None:
    report = await desk.brought(changing())
    assert report.notices == [f"{IN_THE_NEW} (2 times)"]
    assert await desk.rows(PLACES) == CHANGED
    before = await desk.tables()
    assert changes(await desk.brought(changing())) == {}
    await export_roster(desk.connection, [1], tmp_path / "out")
    report = await desk.brought(tmp_path / "out")
    assert (changes(report), report.notices) == ({}, [])
    assert await desk.tables() == before
    assert (await desk.brought(changing("2025-11-09"))).notices == []
    assert await desk.tables() == before


async def test_a_change_of_class_may_be_told_in_two_deltas_in_either_order(desk: Desk) -> None:
    whole = changing()
    await desk.brought(whole.copy().drop("enrollments", "e7", "e8"))
    begun = whole.copy().only("enrollments").delta()
    begun.drop("enrollments", "e1", "e2", "e3", "e4", "e5", "e6")
    assert changes(await desk.brought(begun)) == {"enrolments": (2, 2, 0)}
    assert await desk.rows(PLACES) == CHANGED
    left = whole.copy().only("enrollments").delta()
    left.drop("enrollments", "e2", "e4", "e5", "e6", "e7", "e8")
    assert changes(await desk.brought(left)) == {}
    assert await desk.rows(PLACES) == CHANGED


async def test_a_class_of_one_day_gives_way_and_other_subjects_and_longer_overlaps_stay(
    desk: Desk,
) -> None:
    roster = changing().put("enrollments", "e1", beginDate="2025-11-10")
    roster.add("courses", "c1", "c2", title="Music").put("classes", "k2", courseSourcedId="c2")
    roster.put("enrollments", "e2", endDate="2025-11-12")
    roster.add("enrollments", "e7", "e9", userSourcedId="s2")
    await desk.brought(roster)
    assert await desk.rows(PLACES.replace("'e8'", "'e8', 'e2'")) == [
        ("e1", date(2025, 11, 10), date(2025, 11, 10), False),
        ("e2", None, date(2025, 11, 12), True),
        ("e3", None, date(2025, 11, 10), True),
        ("e7", date(2025, 11, 10), None, True),
        ("e8", date(2025, 11, 10), None, True),
    ]


def test_the_command_takes_how_ends_are_written(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", database_url)
    path = str(touching().to(tmp_path / "in"))
    for option, last_line in (
        (["--end-days", "exclusive"], "Written."),
        ([], "Nothing had to change."),
        (["--end-days", "inclusive"], "Written."),
    ):
        result = CliRunner().invoke(app, ["import-roster", path, *option])
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, last_line)
    result = CliRunner().invoke(app, ["import-roster", path, "--end-days", "open"])
    assert result.exit_code == 2
    assert "'exclusive', 'inclusive'" in " ".join(result.stderr.replace("│", " ").split())
