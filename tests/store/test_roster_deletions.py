"""What a roster of the year no longer lists: it ends or is put away, is never deleted, and never
many at once by mistake."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.sort_keys import renew_keys
from tests.store.small_roster import Desk, Roster, changes, in_term

__all__ = ["in_term"]
pytestmark = pytest.mark.usefixtures("in_term")

YESTERDAY = date(2025, 10, 14)
ACTIVE = "SELECT sourced_id, active FROM {} ORDER BY 1"


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


def of_many(students: int = 20) -> Roster:
    """The usual roster with more students, who are in the class and have a result each."""
    roster = Roster()
    for number in range(3, students + 1):
        name = f"s{number}"
        roster.add("users", "s2", name, username=name)
        roster.add("roles", "r-s2", f"r-{name}", userSourcedId=name)
        roster.add("enrollments", "e4", f"e-{name}", userSourcedId=name)
        roster.add("results", "x2", f"x-{name}", studentSourcedId=name)
    return roster


def without(roster: Roster, *students: str) -> Roster:
    """The roster as if the students had never been."""
    for name in students:
        roster.drop("users", name).drop("roles", f"r-{name}")
        for noun, column in (("enrollments", "userSourcedId"), ("results", "studentSourcedId")):
            rows = roster.files[noun]
            roster.files[noun] = [row for row in rows if row[column] != name]
    return roster


async def test_who_is_absent_from_a_bulk_file_has_left_and_keeps_what_they_had(
    desk: Desk,
) -> None:
    await desk.brought(of_many())
    report = await desk.brought(without(of_many(), "s20"))
    assert changes(report) == {"students": (0, 0, 1), "enrolments": (0, 0, 1)}
    assert "students: 0 created, 0 changed, 0 made inactive, 1 ended, 19 unchanged" in (
        report.lines()
    )
    left = await desk.rows("SELECT active, ends_on FROM student WHERE sourced_id = 's20'")
    left += await desk.rows("SELECT active, ends_on FROM enrolment WHERE sourced_id = 'e-s20'")
    assert left == [(True, YESTERDAY)] * 2
    assert await desk.rows("SELECT active, state FROM grade WHERE sourced_id = 'x-s20'") == [
        (True, "DUE")
    ]
    assert await desk.rows("SELECT count(*) FROM student WHERE ends_on IS NULL") == [(19,)]
    before = await desk.tables()
    assert changes(await desk.brought(without(of_many(), "s20"))) == {}
    assert await desk.tables() == before


async def test_who_has_not_come_yet_and_is_absent_is_put_away(desk: Desk) -> None:
    roster = of_many().put("roles", "r-s20", beginDate="2025-11-03")
    await desk.brought(roster.put("enrollments", "e-s20", beginDate="2025-11-03"))
    report = await desk.brought(without(of_many(), "s20"))
    assert changes(report) == {"students": (0, 0, 1), "enrolments": (0, 0, 1), "grades": (0, 0, 1)}
    gone = await desk.rows("SELECT active, ends_on FROM student WHERE sourced_id = 's20'")
    gone += await desk.rows("SELECT active, ends_on FROM enrolment WHERE sourced_id = 'e-s20'")
    assert gone == [(False, None)] * 2


async def test_a_place_that_is_no_longer_listed_has_ended_and_its_days_stay(desk: Desk) -> None:
    roster = of_many()
    roster.put("enrollments", "e-s19", endDate="2025-09-20")
    await desk.brought(roster)
    roster.drop("enrollments", "e-s19", "e-s20").drop("results", "x-s20")
    assert changes(await desk.brought(roster)) == {
        "enrolments": (0, 0, 1),
        "grades": (0, 0, 1),
    }
    query = "SELECT active, ends_on FROM enrolment WHERE sourced_id IN ('e-s19', 'e-s20')"
    assert await desk.rows(f"{query} ORDER BY sourced_id") == [
        (True, date(2025, 9, 20)),
        (True, YESTERDAY),
    ]


async def test_whoever_comes_back_is_the_same_record_again(desk: Desk) -> None:
    await desk.brought(of_many())
    before = await desk.rows("SELECT id FROM student WHERE sourced_id = 's20'")
    await desk.brought(without(of_many(), "s20"))
    report = await desk.brought(of_many())
    assert changes(report) == {
        "students": (0, 1, 0),
        "enrolments": (0, 1, 0),
    }
    query = "SELECT id FROM student WHERE sourced_id = 's20' AND active AND ends_on IS NULL"
    assert await desk.rows(query) == before


async def test_more_than_a_tenth_vanishing_is_refused_and_nothing_written(desk: Desk) -> None:
    await desk.brought(of_many())
    before = await desk.tables()
    report = await desk.bring(without(of_many(), "s18", "s19", "s20"))
    assert report.lines()[-3:] == [
        "students: 3 of 20 are no longer listed, more than a tenth",
        "enrolments: 3 of 22 are no longer listed, more than a tenth",
        "Nothing is written. If this is meant, give --allow-deletions.",
    ]
    assert await desk.tables() == before
    report = await desk.brought(without(of_many(), "s18", "s19", "s20"), allow_deletions=True)
    assert changes(report)["students"] == (0, 0, 3)


async def test_exactly_a_tenth_may_vanish(desk: Desk) -> None:
    await desk.brought(of_many())
    report = await desk.brought(without(of_many(), "s19", "s20"))
    assert changes(report)["students"] == (0, 0, 2)


async def test_an_empty_bulk_file_is_no_reason_to_put_everybody_away(desk: Desk) -> None:
    await desk.brought(of_many())
    roster = of_many()
    roster.files["users"], roster.files["roles"] = [], []
    report = await desk.bring(roster, skip_bad_rows=True)
    assert not report.written
    assert "students: 20 of 20 are no longer listed, more than a tenth" in report.refusals


async def test_a_file_that_is_not_there_puts_nothing_away(desk: Desk) -> None:
    await desk.brought(Roster())
    before = await desk.tables()
    report = await desk.brought(Roster().only("orgs", "courses"))
    assert changes(report) == {}
    assert await desk.tables() == before


async def test_a_delta_touches_what_it_lists_and_nothing_else(desk: Desk) -> None:
    await desk.brought(Roster())
    delta = Roster().only("users", "results").delta()
    delta.drop("users", "t1", "t2", "s1", "g1").drop("results", "x2")
    delta.put("users", "s2", givenName="Benedikt")
    delta.put("results", "x1", status="tobedeleted")
    report = await desk.brought(delta)
    assert changes(report) == {"students": (0, 1, 0), "grades": (0, 0, 1)}
    assert await desk.rows("SELECT given_name FROM student WHERE active ORDER BY 1") == [
        ("Ada",),
        ("Benedikt",),
    ]
    assert await desk.rows(ACTIVE.format("grade")) == [("x1", False), ("x2", True)]


async def test_a_delta_brings_new_records_that_lean_on_known_ones(desk: Desk) -> None:
    await desk.brought(Roster())
    delta = Roster().add("users", "s2", "s3", givenName="Cleo")
    delta.add("roles", "r-s2", "r-s3", userSourcedId="s3")
    delta.add("enrollments", "e4", "e7", userSourcedId="s3")
    delta.add("results", "x1", "x3", studentSourcedId="s3")
    delta.only("users", "roles", "enrollments", "results")
    for noun, last in (("users", "s3"), ("roles", "r-s3"), ("enrollments", "e7")):
        delta.files[noun] = [delta.row(noun, last)]
    delta.files["results"] = [delta.row("results", "x3")]
    report = await desk.brought(delta.delta())
    assert changes(report) == {
        "students": (1, 0, 0),
        "enrolments": (1, 0, 0),
        "grades": (1, 0, 0),
    }
    assert await desk.rows("SELECT count(*) FROM student WHERE active") == [(3,)]


@pytest.mark.parametrize("status", ["tobedeleted", "inactive"])
async def test_a_role_deleted_in_a_delta_ends_the_part_and_a_role_again_begins_it(
    desk: Desk, status: str
) -> None:
    await desk.brought(Roster())
    delta = Roster().only("roles").delta().drop("roles", "r-t1", "r-t2", "r-s1", "r-g1")
    delta.put("roles", "r-s2", status=status)
    assert changes(await desk.brought(delta)) == {"students": (0, 0, 1)}
    delta.put("roles", "r-s2", status="active")
    assert changes(await desk.brought(delta)) == {"students": (0, 1, 0)}


async def test_a_delta_that_ends_a_user_ends_every_part_of_theirs(desk: Desk) -> None:
    await desk.brought(Roster())
    delta = Roster().only("users").delta().drop("users", "t1", "t2", "s1", "s2")
    delta.put("users", "g1", status="tobedeleted")
    assert changes(await desk.brought(delta)) == {
        "guardians": (0, 0, 1),
        "guardianships": (0, 1, 0),
    }


async def test_a_guardian_no_longer_named_is_one_no_longer_and_the_tie_is_kept(
    desk: Desk,
) -> None:
    await desk.brought(of_many())
    roster = of_many().put("users", "s1", agentSourcedIds="")
    refused = await desk.bring(roster)
    assert refused.refusals == ["guardianships: 1 of 1 are no longer listed, more than a tenth"]
    await desk.brought(roster, allow_deletions=True)
    assert await desk.rows("SELECT ends_on FROM guardianship") == [(YESTERDAY,)]
    assert changes(await desk.brought(roster)) == {}
    await desk.brought(of_many())
    assert await desk.rows("SELECT ends_on FROM guardianship") == [(None,)]


async def test_rows_that_are_bad_are_not_absent(desk: Desk) -> None:
    await desk.brought(Roster())
    roster = Roster().put("users", "s2", givenName="").put("results", "x2", scoreDate="soon")
    report = await desk.brought(roster, skip_bad_rows=True)
    assert changes(report) == {}
    assert await desk.rows(ACTIVE.format("student")) == [("s1", True), ("s2", True)]
    assert await desk.rows(ACTIVE.format("grade")) == [("x1", True), ("x2", True)]


async def test_what_the_diary_made_itself_is_nothing_that_a_roster_puts_away(desk: Desk) -> None:
    await desk.brought(Roster())
    await desk.connection.execute(
        "INSERT INTO student (school_id, id, given_name, family_name, active)"
        " SELECT school_id, gen_random_uuid(), 'Own', 'Child', true FROM school"
    )
    await desk.connection.execute(
        "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)"
        " SELECT g.school_id, gen_random_uuid(), s.id, g.id, 'GUARDIAN'"
        " FROM guardian g JOIN student s USING (school_id) WHERE s.given_name = 'Own'"
    )
    await renew_keys(desk.connection)
    before = await desk.tables()
    assert changes(await desk.brought(Roster())) == {}
    assert await desk.tables() == before


async def test_a_roster_says_that_ties_to_guardians_of_the_diarys_own_outlive_it(
    desk: Desk,
) -> None:
    await desk.brought(Roster())
    await desk.connection.execute(
        "INSERT INTO guardian (school_id, id, given_name, family_name, active)"
        " SELECT school_id, gen_random_uuid(), 'Own', 'Parent', true FROM school"
    )
    await desk.connection.execute(
        "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)"
        " SELECT g.school_id, gen_random_uuid(), s.id, g.id, 'GUARDIAN'"
        " FROM guardian g JOIN student s USING (school_id) WHERE g.given_name = 'Own'"
    )
    await renew_keys(desk.connection)
    before = await desk.tables()
    report = await desk.brought(Roster())
    said = "users.csv: a tie to a guardian of the diary's own is not named, and stays as it was"
    assert (changes(report), report.notices) == ({}, [f"{said} (2 times)"])
    assert await desk.tables() == before
