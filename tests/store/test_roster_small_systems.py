"""What small systems leave unsaid, or say the other way: read where its meaning is sure."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.roster import export_roster
from tests.store.small_roster import Desk, Roster, changes, in_term, put_files

__all__ = ["in_term"]

OTHER_WAY = (
    "users.csv: a guardian's row names the child, and not the child's the guardian; they are tied"
)
SHARED = (
    "enrollments.csv: a teacher is taken as one of the class's school, though their role is of"
    " another org"
)
BY_COLUMN = (
    "academicSessions.csv: a session without a year as its parent is of the year of its schoolYear"
)
BY_DAYS = "academicSessions.csv: a session without a year as its parent is of the year of its days"
FROM_CLASS = "classes.csv: the course of a class is in no file; its subject is told from the class"


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


async def unmoved(desk: Desk, roster: Roster, tmp_path: Path) -> None:
    """The roster again, and an export of what it brought, change nothing."""
    before = await desk.tables()
    assert changes(await desk.brought(roster)) == {}
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    assert changes(await desk.brought(roster)) == {}
    assert await desk.tables() == before


def the_other_way() -> Roster:
    """The guardian's row names both children; theirs name nobody."""
    roster = Roster().put("users", "s1", agentSourcedIds="")
    return roster.put("users", "g1", agentSourcedIds="s1,s2")


TIES = (
    "SELECT s.sourced_id, g.sourced_id, t.ends_on < current_date FROM guardianship t"
    " JOIN student s ON s.id = student_id JOIN guardian g ON g.id = guardian_id ORDER BY 1"
)
HELD = [("s1", "g1", None), ("s2", "g1", None)]


async def test_a_guardian_may_name_the_children(desk: Desk, tmp_path: Path) -> None:
    report = await desk.brought(the_other_way())
    assert report.notices == [f"{OTHER_WAY} (2 times)"]
    assert await desk.rows(TIES) == HELD
    await unmoved(desk, the_other_way(), tmp_path)
    both = the_other_way().put("users", "s1", agentSourcedIds="g1")
    assert (await desk.brought(both)).notices == [OTHER_WAY]


async def test_a_tie_that_a_guardian_named_ends_when_theirs_says_so_and_not_by_a_childs_delta(
    desk: Desk,
) -> None:
    await desk.brought(the_other_way())
    of_child = the_other_way().only("users").delta().drop("users", "t1", "t2", "s2", "g1")
    assert changes(await desk.brought(of_child.put("users", "s1", givenName="Adele"))) == {
        "students": (0, 1, 0)
    }
    of_guardian = the_other_way().only("users").delta().drop("users", "t1", "t2", "s1", "s2")
    assert changes(await desk.brought(of_guardian)) == {}
    await desk.brought(of_guardian.put("users", "g1", agentSourcedIds="s2"))
    assert await desk.rows(TIES) == [("s1", "g1", True), ("s2", "g1", None)]
    await desk.brought(of_guardian.put("users", "g1", agentSourcedIds="s1,s2"))
    assert await desk.rows(TIES) == HELD
    whole = the_other_way().put("users", "g1", agentSourcedIds="s1")
    await desk.brought(whole.put("users", "s1", givenName="Adele"), allow_deletions=True)
    assert await desk.rows(TIES) == [("s1", "g1", None), ("s2", "g1", True)]


async def test_a_guardian_of_a_district_is_one_where_the_named_children_are(desk: Desk) -> None:
    roster = the_other_way().add("orgs", "o1", "d1", type="district", name="District")
    await desk.brought(roster.put("roles", "r-g1", orgSourcedId="d1"))
    assert await desk.rows(TIES) == HELD


async def test_m_and_f_are_read(desk: Desk, tmp_path: Path) -> None:
    roster = Roster().put("demographics", "s1", sex="F").add("demographics", "s1", "s2", sex="m")
    report = await desk.brought(roster)
    assert report.notices == [
        "demographics.csv: sex F is read as female",
        "demographics.csv: sex m is read as male",
    ]
    query = "SELECT sex FROM student ORDER BY sourced_id"
    assert await desk.rows(query) == [("FEMALE",), ("MALE",)]


def of_two_schools(role_at: str = "o1") -> Roster:
    """The teacher of physics has a class in another school too, and a role in one org alone."""
    roster = Roster().add("orgs", "o1", "d1", type="district", name="District")
    roster.put("orgs", "o1", parentSourcedId="d1")
    roster.add("orgs", "o1", "o2", name="Dale School")
    roster.add("classes", "k1", "k2", schoolSourcedId="o2")
    roster.add("enrollments", "e5", "e9", classSourcedId="k2", schoolSourcedId="o2")
    return roster.put("roles", "r-t1", orgSourcedId=role_at)


TEACHES = (
    "SELECT o.sourced_id, t.active FROM teaching x JOIN teacher t ON t.id = x.teacher_id"
    " JOIN school o ON o.school_id = x.school_id WHERE x.active ORDER BY 1"
)


@pytest.mark.parametrize("role_at", ["o1", "o2", "d1"])
async def test_a_teacher_is_one_of_every_school_where_they_have_a_class(
    desk: Desk, tmp_path: Path, role_at: str
) -> None:
    report = await desk.brought(of_two_schools(role_at))
    times = " (2 times)" if role_at == "d1" else ""
    assert f"{SHARED}{times}" in report.notices
    assert await desk.rows(TEACHES) == [("o1", True), ("o2", True)]
    before = await desk.tables()
    assert changes(await desk.brought(of_two_schools(role_at))) == {}
    await export_roster(desk.connection, [1, 2], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    assert await desk.tables() == before


async def test_a_class_is_where_it_is_also_if_its_teacher_is_told_with_their_own_school(
    desk: Desk,
) -> None:
    roster = of_two_schools().put("enrollments", "e9", schoolSourcedId="o1")
    report = await desk.brought(roster)
    assert "enrollments.csv: a teacher's school is another than the class's" in report.notices
    assert await desk.rows(TEACHES) == [("o1", True), ("o2", True)]


async def test_a_delta_may_lend_a_teacher_and_whoever_is_no_teacher_anywhere_is_still_bad(
    desk: Desk,
) -> None:
    await desk.brought(of_two_schools().drop("enrollments", "e9"))
    delta = of_two_schools().only("enrollments").delta()
    delta.drop("enrollments", "e1", "e2", "e3", "e4", "e6")
    assert changes(await desk.brought(delta)) == {"teachers": (1, 0, 0), "teachings": (1, 0, 0)}
    assert changes(await desk.brought(delta)) == {}
    report = await desk.bring(delta.put("enrollments", "e9", userSourcedId="s1"))
    assert str(report.bad_rows[0]) == (
        "enrollments.csv, line 3, userSourcedId: there is no user s1, and the roster has no file"
        " of them"
    )


def without_years(school_year: str = "2026") -> Roster:
    """Two terms, a quarter within the first, and a class of each; no session is a schoolYear."""
    roster = Roster().drop("academicSessions", "y1")
    roster.put("academicSessions", "q1", parentSourcedId="", schoolYear=school_year)
    roster.add("academicSessions", "q1", "q2", startDate="2026-01-08", endDate="2026-06-19")
    roster.add("academicSessions", "q1", "p1", type="gradingPeriod", parentSourcedId="q1")
    roster.put("academicSessions", "p1", title="First", endDate="2025-10-24")
    return roster.put("classes", "k1", termSourcedIds="q2")


YEARS = "SELECT sourced_id, name, starts_on, ends_on, active FROM academic_year ORDER BY 1"


@pytest.mark.parametrize(
    ("school_year", "name", "title", "notice"),
    [
        ("2026", "gradebook:year-2026", "2025/26", BY_COLUMN),
        ("2025-2026", "gradebook:year-2025-2026", "2025-2026", BY_COLUMN),
        ("", "gradebook:year-from-2025", "2025/26", BY_DAYS),
    ],
)
async def test_terms_without_a_year_are_of_the_year_of_their_column_or_days(
    desk: Desk, tmp_path: Path, school_year: str, name: str, title: str, notice: str
) -> None:
    roster = without_years(school_year)
    report = await desk.brought(roster)
    assert (report.bad_rows, report.notices) == ([], [f"{notice} (2 times)"])
    assert await desk.rows(YEARS) == [(name, title, date(2025, 9, 1), date(2026, 6, 19), True)]
    assert await desk.rows(
        "SELECT p.name, u.name FROM period p"
        " LEFT JOIN period u ON (u.school_id, u.id) = (p.school_id, p.parent_id)"
        " WHERE p.academic_year_id = (SELECT id FROM academic_year) ORDER BY 1, 2"
    ) == [("Autumn", None), ("Autumn", None), ("First", "Autumn")]
    assert await desk.rows(
        "SELECT count(*) FROM course c JOIN class_group g USING (academic_year_id)"
    ) == [(1,)]
    await unmoved(desk, roster, tmp_path)


async def test_each_year_has_its_terms_and_a_delta_lengthens_the_one_that_was_made(
    desk: Desk,
) -> None:
    roster = (
        without_years("").drop("academicSessions", "q2").put("classes", "k1", termSourcedIds="")
    )
    roster.add("academicSessions", "q1", "q9", startDate="2024-09-02", endDate="2024-12-20")
    roster.put("classes", "h1", termSourcedIds="q9,q1")
    await desk.brought(roster)
    older = ("gradebook:year-from-2024", "2024", date(2024, 9, 2), date(2024, 12, 20), True)
    name = "gradebook:year-from-2025"
    assert await desk.rows(YEARS) == [
        older, (name, "2025", date(2025, 9, 1), date(2025, 12, 24), True),
    ]  # fmt: skip
    delta = without_years("").only("academicSessions").delta().drop("academicSessions", "q1", "p1")
    await desk.brought(delta)
    assert await desk.rows(YEARS) == [
        older, (name, "2025/26", date(2025, 9, 1), date(2026, 6, 19), True),
    ]  # fmt: skip


@pytest.mark.usefixtures("in_term")
async def test_a_made_year_goes_when_the_roster_has_years_itself(desk: Desk) -> None:
    await desk.brought(without_years())
    roster = without_years()
    roster.add("academicSessions", "q1", "y1", type="schoolYear", endDate="2026-06-30")
    report = await desk.brought(roster)
    assert report.notices == []
    assert [(row[0], row[4]) for row in await desk.rows(YEARS)] == [
        ("gradebook:year-2026", False),
        ("y1", True),
    ]


async def test_a_term_that_overhangs_the_year_of_its_column_is_of_it(desk: Desk) -> None:
    roster = Roster().put("academicSessions", "q1", parentSourcedId="", startDate="2025-08-20")
    report = await desk.brought(roster)
    assert (report.notices, await desk.rows("SELECT count(*) FROM academic_year")) == ([], [(1,)])


async def test_sessions_that_may_be_of_no_year_are_refused_with_what_to_do(desk: Desk) -> None:
    roster = without_years("")
    roster.put("academicSessions", "q2", endDate="2029-06-30").put(
        "classes", "k1", termSourcedIds=""
    )
    report = await desk.bring(roster)
    assert str(report.bad_rows[0]) == (
        "academicSessions.csv, line 3, schoolYear: there is no schoolYear that it belongs to, and"
        " it is longer than one: add a session of type schoolYear, or fill in the column schoolYear"
    )
    roster = without_years("1").put("academicSessions", "q2", endDate="2029-06-30")
    assert str((await desk.bring(roster)).bad_rows[0]) == (
        "academicSessions.csv, line 2, schoolYear: the sessions of the schoolYear 1 last from"
        " 2025-09-01 to 2029-06-30, longer than a year: add sessions of type schoolYear, and name"
        " them as parents"
    )


def without_courses() -> Roster:
    """Two classes of one course that is in no file, and one without any course."""
    roster = Roster()
    del roster.files["courses"]
    roster.put("classes", "k1", subjects="Physics,Science").add("classes", "k1", "k2", title="P 2")
    roster.add("classes", "k1", "k3", courseSourcedId="", title="Choir", subjects="")
    return roster.add("classes", "k1", "k4", courseSourcedId="c4", title="Art 7B", subjects="")


SUBJECTS = (
    "SELECT c.title, s.name, s.sourced_id, s.active FROM course c JOIN subject s"
    " ON s.id = subject_id ORDER BY 1"
)


async def test_a_class_whose_course_is_in_no_file_tells_its_subject_itself(
    desk: Desk, tmp_path: Path
) -> None:
    report = await desk.brought(without_courses())
    assert (report.bad_rows, report.notices) == ([], [f"{FROM_CLASS} (4 times)"])
    assert await desk.rows(SUBJECTS) == [
        ("Art 7B", "Art 7B", "c4", True),
        ("Choir", "Choir", "gradebook:subject-Choir", True),
        ("P 2", "Physics", "c1", True),
        ("Physics 7B", "Physics", "c1", True),
    ]
    assert await desk.rows("SELECT count(*) FROM grade") == [(2,)]
    await unmoved(desk, without_courses(), tmp_path)


async def test_a_course_that_its_file_leaves_out_is_told_by_the_class_until_the_file_has_it(
    desk: Desk, tmp_path: Path
) -> None:
    roster = without_courses()
    roster.files["courses"] = [{"sourcedId": "c4", "title": "Art", "orgSourcedId": "o1"}]
    roster.put("classes", "h1", courseSourcedId="c7")
    report = await desk.brought(roster)
    assert report.notices == [
        f"{FROM_CLASS} (3 times)",
        "classes.csv: the course of a homeroom is in no file, and is not needed",
    ]
    assert (await desk.rows(SUBJECTS))[0] == ("Art 7B", "Art", "c4", True)
    await unmoved(desk, roster, tmp_path)
    roster.add("courses", "c4", "c1", title="Natural science")
    assert changes(await desk.brought(roster)) == {"subjects": (0, 1, 0)}
    assert (await desk.rows(SUBJECTS))[3] == ("Physics 7B", "Natural science", "c1", True)


async def test_a_course_that_is_a_bad_row_is_no_course_that_a_class_could_tell(
    desk: Desk,
) -> None:
    report = await desk.bring(Roster().put("courses", "c1", title=""))
    assert [str(row) for row in report.bad_rows][:2] == [
        "courses.csv, line 2, title: is blank",
        "classes.csv, line 3, courseSourcedId: the course c1 is itself a bad row (line 2)",
    ]


BROKEN = {
    "the guardian": ("users", "Eva,Kern", "Eva,Kern, Jr."),
    "the guardian's name": ("users", "\r\ng1,", "\r\n,"),
    "the guardian's role": ("roles", "\r\nr-g1,", "\r\n,"),
    "the year": ("academicSessions", "2025/26", "2025,26"),
    "the course": ("courses", "\r\nc1,", "\r\n,"),
    "all courses": ("courses", "sourcedId,", '"sourcedId,'),
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_what_a_bad_row_may_say_is_not_taken_for_unsaid(desk: Desk, broken: str) -> None:
    roster = the_other_way().put("academicSessions", "q1", parentSourcedId="")
    await desk.brought(roster)
    before = await desk.tables()
    noun, sound, bad = BROKEN[broken]
    texts = roster.texts()
    assert sound in texts[f"{noun}.csv"]
    texts[f"{noun}.csv"] = texts[f"{noun}.csv"].replace(sound, bad)
    report = await desk.brought(put_files(desk.folder, texts), skip_bad_rows=True)
    assert report.bad_rows[0].file == f"{noun}.csv"
    assert (changes(report), await desk.tables()) == ({}, before)


async def test_a_course_that_may_be_a_row_without_a_name_is_told_by_no_class(desk: Desk) -> None:
    report = await desk.bring(Roster().put("courses", "c1", sourcedId=""))
    assert [str(row) for row in report.bad_rows][:2] == [
        "courses.csv, line 2, sourcedId: is blank",
        "classes.csv, line 3, courseSourcedId: there is no course c1",
    ]
