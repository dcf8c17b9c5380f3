"""Rosters that are odd and yet sound, or nearly: what becomes of them."""

from pathlib import Path
from typing import Any

import pytest

from tests.store.small_roster import Desk, Roster, changes, in_term

__all__ = ["in_term"]


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


async def again(desk: Desk, roster: Roster) -> dict[str, tuple[int, int, int]]:
    return changes(await desk.brought(roster))


async def test_somebody_may_be_student_and_guardian_and_teacher(desk: Desk) -> None:
    roster = Roster().add("roles", "r-s1", "r-s1-g", role="guardian")
    roster.add("roles", "r-s1", "r-s1-t", role="teacher").put("users", "s2", agentSourcedIds="s1")
    await desk.brought(roster)
    assert await desk.rows(
        "SELECT (SELECT count(*) FROM student), (SELECT count(*) FROM guardian),"
        " (SELECT count(*) FROM teacher), (SELECT count(*) FROM guardianship)"
    ) == [(2, 2, 3, 2)]
    assert await again(desk, roster) == {}


async def test_a_class_of_two_terms_is_of_their_year(desk: Desk) -> None:
    roster = Roster().add("academicSessions", "q1", "q2", title="Spring", endDate="2026-06-30")
    roster.put("academicSessions", "q2", startDate="2026-01-07")
    roster.put("classes", "k1", termSourcedIds="q1,q2")
    await desk.brought(roster)
    assert await desk.rows(
        "SELECT y.name FROM course JOIN academic_year y ON y.id = academic_year_id"
    ) == [("2025/26",)]
    assert await again(desk, roster) == {}


async def test_an_enrolment_in_a_class_of_another_school_is_bad(desk: Desk) -> None:
    roster = Roster().add("orgs", "o1", "o2", name="Dale School")
    roster.put("enrollments", "e4", schoolSourcedId="o2")
    assert (await desk.bring(roster)).lines()[0] == (
        "enrollments.csv, line 5, schoolSourcedId: the class is of another school"
    )


async def test_orgs_in_a_circle_have_no_school_and_say_so(desk: Desk) -> None:
    roster = Roster().add("orgs", "o1", "d1", type="department", parentSourcedId="d2")
    roster.add("orgs", "o1", "d2", type="department", parentSourcedId="d1")
    report = await desk.brought(roster)
    assert report.bad_rows == []
    assert await desk.rows("SELECT name FROM school") == [("Hill School",)]


async def test_a_district_above_two_schools_shares_a_teacher(desk: Desk) -> None:
    roster = Roster().add("orgs", "o1", "d1", type="district", name="District")
    roster.put("orgs", "o1", parentSourcedId="d1")
    roster.add("orgs", "o1", "o2", name="Dale School")
    roster.add("roles", "r-t1", "r-t1-2", orgSourcedId="o2")
    report = await desk.brought(roster)
    assert report.notices == ["orgs.csv: a district is no school of its own"]
    assert await desk.rows("SELECT count(*) FROM teacher WHERE sourced_id = 't1'") == [(2,)]
    assert await again(desk, roster) == {}


async def test_a_user_without_a_role_is_left_out_and_told(desk: Desk) -> None:
    roster = Roster().add("users", "s2", "s9", givenName="Nobody")
    report = await desk.brought(roster)
    assert report.notices == ["users.csv: a user without a role that is taken is not brought in"]
    assert await desk.rows("SELECT count(*) FROM student") == [(2,)]


async def test_a_user_told_twice_is_told_where_and_never_merged(desk: Desk) -> None:
    roster = Roster()
    roster.files["users"].append(roster.row("users", "s1") | {"givenName": "Eda"})
    report = await desk.bring(roster)
    assert report.lines()[0] == "users.csv, line 7, sourcedId: s1 is already on line 4"
    await desk.brought(roster, skip_bad_rows=True)
    assert await desk.rows("SELECT given_name FROM student ORDER BY 1") == [("Ada",), ("Ben",)]


async def test_two_names_that_differ_in_case_are_two_people(desk: Desk) -> None:
    roster = Roster().add("users", "s2", "S2", givenName="Bo")
    roster.add("roles", "r-s2", "r-S2", userSourcedId="S2")
    await desk.brought(roster)
    assert await desk.rows("SELECT count(*) FROM student") == [(3,)]
    assert await again(desk, roster) == {}


async def test_a_guardian_whose_role_ends_sees_the_child_no_longer(desk: Desk) -> None:
    await desk.brought(Roster())
    roster = Roster().put("users", "g1", status="inactive")
    await desk.brought(roster, allow_deletions=True)
    assert await desk.rows(
        "SELECT active, t.ends_on < current_date FROM guardian g JOIN guardianship t"
        " ON guardian_id = g.id"
    ) == [(False, True)]
    assert await again(desk, roster) == {}
    await desk.brought(Roster())
    assert await desk.rows("SELECT ends_on FROM guardianship") == [(None,)]


async def test_a_delta_that_ends_a_guardian_alone_ends_the_tie(desk: Desk) -> None:
    await desk.brought(Roster())
    delta = Roster().only("users").delta().drop("users", "t1", "t2", "s1", "s2")
    await desk.brought(delta.put("users", "g1", status="tobedeleted"))
    assert await desk.rows("SELECT ends_on < current_date FROM guardianship") == [(True,)]


@pytest.mark.usefixtures("in_term")
async def test_a_teacher_who_is_gone_teaches_nothing_though_an_enrolment_stays(
    desk: Desk,
) -> None:
    await desk.brought(Roster())
    roster = Roster().put("users", "t1", status="tobedeleted")
    await desk.brought(roster, allow_deletions=True)
    assert await desk.rows("SELECT active FROM teaching") == [(False,)]
    assert await again(desk, roster) == {}
    delta = Roster().only("users").delta().drop("users", "g1", "t1", "s1", "s2")
    await desk.brought(delta.put("users", "t2", status="tobedeleted"))
    assert await desk.rows("SELECT class_teacher_id FROM class_group") == [(None,)]
    assert await again(desk, delta) == {}


async def test_a_delta_of_the_child_alone_keeps_the_guardian(desk: Desk) -> None:
    await desk.brought(Roster())
    delta = Roster().only("users").delta().drop("users", "t1", "t2", "s2", "g1")
    assert await again(desk, delta.put("users", "s1", givenName="Adele")) == {"students": (0, 1, 0)}
    assert await desk.rows("SELECT ends_on FROM guardianship") == [(None,)]
