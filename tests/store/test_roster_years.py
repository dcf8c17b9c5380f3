"""Rosters of one September after another: a new year opens, and nothing of the old ones is lost."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from db.roster import UnknownYear, export_roster
from db.sort_keys import renew_keys
from domain import clock
from domain.presets import FIVE_POINT
from tests.conftest import Server, connected
from tests.store.septembers import Ids, Septembers, called, picture, set_homework
from tests.store.small_roster import Desk, Roster, changes

YEARS = (2023, 2024, 2025)


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


@pytest.fixture
async def elsewhere(server: Server, empty_template: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        try:
            yield Desk(connection, tmp_path / "elsewhere")
        finally:
            await connection.close()


Taught = tuple[Desk, Septembers, list[Roster]]
"""Where three years with gradebooks were brought in, their school, and the files of November."""


@pytest.fixture(scope="module")
async def kept(
    server: Server, empty_template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Callable[[Ids], Awaitable[tuple[str, Septembers, list[Roster]]]]]:
    """The name of a database with the three years, to copy from, made when it is first wanted."""
    made: dict[Ids, tuple[str, Septembers, list[Roster]]] = {}
    async with AsyncExitStack() as stack:

        async def of(ids: Ids) -> tuple[str, Septembers, list[Roster]]:
            if ids not in made:
                url = await stack.enter_async_context(server.copy(empty_template))
                school = Septembers(ids)
                async with connected(url) as connection:
                    desk = Desk(connection, tmp_path_factory.mktemp("roster") / "roster")
                    files = await three_years(desk, school, gradebook=True)
                made[ids] = urlsplit(url).path[1:], school, files
            return made[ids]

        yield of


@pytest.fixture
async def taught(
    server: Server,
    kept: Callable[[Ids], Awaitable[tuple[str, Septembers, list[Roster]]]],
    tmp_path: Path,
) -> AsyncIterator[Callable[[Ids], Awaitable[Taught]]]:
    """The three years in a database of the test's own, and a school and files to be bent."""
    async with AsyncExitStack() as stack:

        async def of(ids: Ids) -> Taught:
            template, school, files = await kept(ids)
            url = await stack.enter_async_context(server.copy(template))
            connection = await stack.enter_async_context(connected(url))
            return Desk(connection, tmp_path / "roster"), deepcopy(school), deepcopy(files)

        yield of


def on(year: int, month: int, day: int) -> Any:
    return clock.at(datetime(year, month, day, 9, tzinfo=UTC))


async def brought(desk: Desk, roster: Roster) -> None:
    """An import without --allow-deletions, which the same file again does not change."""
    report = await desk.brought(roster)
    assert (report.bad_rows, report.refusals) == ([], [])
    assert changes(await desk.brought(roster)) == {}


async def three_years(desk: Desk, school: Septembers, *, gradebook: bool) -> list[Roster]:
    """Each year has its file in September, and one with the marks in November, which is
    returned."""
    files = []
    for year in YEARS:
        school.turn(year)
        with on(year, 9, 1):
            await brought(desk, school.roster(year, marks=False, gradebook=gradebook))
        with on(year, 11, 20):
            if gradebook:
                await brought(desk, school.roster(year, marks=True))
            await set_homework(desk, year)
            files.append(school.roster(year, marks=gradebook, gradebook=gradebook))
    return files


async def assert_kept(desk: Desk, school: Septembers, *, homework: bool = True) -> None:
    for year in YEARS:
        facts = school.facts[year]
        for noun in ("classes", "places", "teachings", "guardians", "lessons", "grades"):
            assert await picture(desk, noun, year) == sorted(getattr(facts, noun)), (year, noun)
        heads = {(teacher, title[-2:]) for teacher, title in facts.teachings}
        assert await picture(desk, "heads", year) == sorted(heads)
        subjects = {(title, title.split()[0]) for (title,) in facts.classes if " " in title}
        assert await picture(desk, "subjects", year) == sorted(subjects)
        assert await picture(desk, "periods", year) == [("Autumn", f"{year}-09-01")]
        if homework:
            set_ = sorted((title, f"Read {day}") for title, day in facts.lessons)
            assert await picture(desk, "homework", year) == set_


LEFT = "SELECT given_name, ends_on FROM student WHERE active AND ends_on IS NOT NULL"


@pytest.mark.parametrize("ids", ["new", "by level", "by cohort"])
async def test_three_septembers_with_gradebooks_lose_nothing(
    taught: Callable[[Ids], Awaitable[Taught]], ids: Ids
) -> None:
    desk, school, _ = await taught(ids)
    await assert_kept(desk, school)
    assert dict(await desk.rows(LEFT)) == school.left
    assert len(school.left) == 12
    gone = "SELECT given_name, begins_on, ends_on FROM teacher WHERE ends_on IS NOT NULL ORDER BY 1"
    assert await desk.rows(gone) == [
        ("t24", date(2023, 9, 1), date(2024, 6, 30)),
        ("t25", date(2023, 9, 1), date(2025, 6, 30)),
    ]
    goes_on = school.cohorts[2023][0]
    begun = "SELECT begins_on, ends_on FROM student WHERE given_name = $1"
    assert await desk.rows(begun, goes_on) == [(date(2023, 9, 1), None)]
    assert await desk.rows("SELECT name FROM subject WHERE active ORDER BY 1") == [
        ("Maths",),
        ("Reading",),
    ]
    for table in ("student", "teacher", "guardian", "class_group", "course", "lesson", "grade"):
        assert await desk.rows(f"SELECT count(*) FROM {table} WHERE NOT active") == [(0,)]


async def test_three_septembers_without_gradebooks_lose_nothing_of_the_diary(desk: Desk) -> None:
    school = Septembers("by level")
    for year in YEARS:
        school.turn(year)
        with on(year, 9, 1):
            await brought(desk, school.roster(year, marks=False, gradebook=False))
        await _marked_in_the_diary(desk, school, year)
        await set_homework(desk, year)
    await assert_kept(desk, school)


async def _marked_in_the_diary(desk: Desk, school: Septembers, year: int) -> None:
    """A lesson in each course of the year, and a mark of each student in it."""
    await desk.connection.execute(
        "INSERT INTO grade_scale (school_id, id, name, definition, sourced_id)"
        " SELECT school_id, gen_random_uuid(), 'Points', $1, 'own' FROM school"
        " ON CONFLICT DO NOTHING",
        json.dumps(FIVE_POINT.to_data()),
    )
    await desk.connection.execute(
        "INSERT INTO work_type (school_id, id, name, kind, weight, version, sourced_id)"
        " SELECT school_id, gen_random_uuid(), 'Test', 'TEST', 1, 1, 'gradebook:test' FROM school"
        " ON CONFLICT DO NOTHING"
    )
    day = date(year, 10, 1)
    await desk.connection.execute(
        "INSERT INTO lesson (school_id, id, course_id, day, starts_at, ends_at, status, version)"
        " SELECT c.school_id, gen_random_uuid(), c.id, $2::date, $2::date, $2::date, 'HELD', 1"
        " FROM course c JOIN academic_year y ON y.school_id = c.school_id"
        " AND y.id = academic_year_id WHERE y.name = $1",
        called(year), day,
    )  # fmt: skip
    await desk.connection.execute(
        "INSERT INTO grade (school_id, id, student_id, course_id, lesson_id, work_type_id,"
        " grade_scale_id, day, value, weight, state, excused, bonus, given_at, changed_at, version)"
        " SELECT l.school_id, gen_random_uuid(), e.student_id, l.course_id, l.id, w.id, s.id, day,"
        " '5', 1, 'GIVEN', false, false, now(), now(), 1 FROM lesson l"
        " JOIN enrolment e ON e.school_id = l.school_id AND e.course_id = l.course_id"
        " JOIN work_type w ON w.school_id = l.school_id"
        " JOIN grade_scale s ON s.school_id = l.school_id WHERE day = $1",
        day,
    )
    facts = school.facts[year]
    courses = {title for (title,) in facts.classes if " " in title}
    facts.lessons = {(title, str(day)) for title in courses}
    facts.grades = {(who, title, str(day), "5") for who, title in facts.places if title in courses}


async def test_who_comes_back_is_the_same_student_and_their_earlier_years_stay(
    taught: Callable[[Ids], Awaitable[Taught]],
) -> None:
    desk, school, _ = await taught("new")
    (who,) = [name for name, day in school.left.items() if day.year == 2024 and _is_leaver(name)]
    before = await desk.rows("SELECT id FROM student WHERE given_name = $1", who)
    again = school.roster(2025, marks=True)
    again.add("users", school.cohorts[2023][0], who, givenName=who, agentSourcedIds=f"g{who[1:]}")
    again.add("users", "t28", f"g{who[1:]}", givenName=f"g{who[1:]}")
    again.add("roles", "r-t28", f"r-{who}", userSourcedId=who, role="student")
    again.add("roles", "r-t28", f"r-g{who[1:]}", userSourcedId=f"g{who[1:]}", role="guardian")
    again.add("enrollments", f"e-h-2025-4-{school.cohorts[2022][0]}", "e-again", userSourcedId=who)
    with on(2025, 11, 25):
        await brought(desk, again)
    now = "SELECT id FROM student WHERE given_name = $1 AND active AND ends_on IS NULL"
    assert await desk.rows(now, who) == before
    school.facts[2025].places.add((who, "4A"))
    school.facts[2025].guardians.add((who, f"g{who[1:]}"))
    await assert_kept(desk, school)
    back = "SELECT begins_on, ends_on FROM guardian WHERE given_name = $1"
    assert await desk.rows(back, f"g{who[1:]}") == [(date(2023, 9, 1), None)]


def _is_leaver(name: str) -> bool:
    return int(name[1:]) <= 5  # of the first class of the first year; the fourth has graduated


@pytest.mark.parametrize("ids", ["new", "by level", "by cohort"])
async def test_a_file_of_an_earlier_year_takes_nothing_from_the_later_ones(
    taught: Callable[[Ids], Awaitable[Taught]], ids: Ids
) -> None:
    desk, _, old = await taught(ids)
    before = await desk.tables()
    with on(2025, 12, 1):
        for roster in old:
            assert changes(await desk.brought(roster)) == {}
    assert await desk.tables() == before


async def test_a_file_of_an_earlier_year_does_not_say_how_people_are_today(
    taught: Callable[[Ids], Awaitable[Taught]],
) -> None:
    desk, school, (first, *_, last) = await taught("by level")
    who = school.cohorts[2023][0]
    today = {"grades": "03", "familyName": "Married", "email": "today@school.example"}
    last.put("users", who, **today)
    first.put("users", who, grades="01", familyName="Maiden", email="then@school.example")
    known = "SELECT grade_level, family_name, email FROM student WHERE given_name = $1"
    with on(2025, 12, 1):
        await brought(desk, last)
        before = await desk.tables()
        assert changes(await desk.brought(first)) == {}
    assert await desk.tables() == before
    assert await desk.rows(known, who) == [("03", "Married", "today@school.example")]


async def test_within_a_year_what_is_missing_is_missed(desk: Desk) -> None:
    school = Septembers("new")
    for year in YEARS[:2]:
        school.turn(year)
        with on(year, 9, 1):
            await brought(desk, school.roster(year, marks=False))
    short = school.roster(2024, marks=False)
    gone = school.cohorts[2024] + school.cohorts[2023]
    for noun, column in (
        ("users", "sourcedId"), ("roles", "userSourcedId"), ("enrollments", "userSourcedId"),
    ):  # fmt: skip
        short.files[noun] = [row for row in short.files[noun] if row[column] not in gone]
    before = await desk.tables()
    with on(2024, 10, 1):
        report = await desk.bring(short)
    assert report.refusals == [
        f"students: {len(gone)} of 20 are no longer listed, more than a tenth",
        f"enrolments: {len(gone) * 3} of 60 are no longer listed, more than a tenth",
    ]
    assert await desk.tables() == before


async def test_a_year_that_the_office_has_opened_is_the_rosters_when_it_comes(desk: Desk) -> None:
    school = Septembers("new")
    school.turn(2023)
    with on(2023, 9, 1):
        await brought(desk, school.roster(2023, marks=False))
    school.turn(2024)
    await _opened_by_the_office(desk, school.cohorts[2023])
    for counted in ("class_group", "course", "enrolment", "teaching"):
        assert await desk.rows(f"SELECT count(*) FROM {counted} WHERE sourced_id IS NULL") > [(0,)]
    with on(2024, 9, 1):
        await brought(desk, school.roster(2024, marks=False))
    for noun in ("classes", "places", "teachings"):
        for year in (2023, 2024):
            assert await picture(desk, noun, year) == sorted(getattr(school.facts[year], noun))


async def _opened_by_the_office(desk: Desk, goes_on: list[str]) -> None:
    """2024/25 with a class, a course and a teacher of it, and who goes on from the first class."""
    for query in (
        (
            "INSERT INTO academic_year (school_id, id, name, starts_on, ends_on) SELECT"
            " school_id, gen_random_uuid(), '2024/25', '2024-09-01', '2025-05-31' FROM school"
        ),
        (
            "INSERT INTO class_group (school_id, id, academic_year_id, name) SELECT school_id,"
            " gen_random_uuid(), id, '2a ' FROM academic_year WHERE sourced_id IS NULL"
        ),
        (
            "INSERT INTO course (school_id, id, academic_year_id, class_group_id, subject_id,"
            " title, whole_class) SELECT g.school_id, gen_random_uuid(), g.academic_year_id, g.id,"
            " s.id,'Numbers', false FROM class_group g JOIN subject s ON s.school_id = g.school_id"
            " WHERE g.name = '2a ' AND s.name = 'Maths'"
        ),
        (
            "INSERT INTO teaching (school_id, id, course_id, teacher_id, main) SELECT c.school_id,"
            " gen_random_uuid(), c.id, t.id, true FROM course c"
            " JOIN teacher t ON t.school_id = c.school_id"
            " WHERE c.title = 'Numbers' AND t.given_name = 't26'"
        ),
        (
            "INSERT INTO enrolment (school_id, id, student_id, class_group_id, course_id,"
            " begins_on) SELECT e.school_id, gen_random_uuid(), e.student_id, g.id, NULL,"
            " '2024-09-01' FROM enrolment e JOIN class_group o"
            " ON o.school_id = e.school_id AND o.id = e.class_group_id AND o.name = '1A'"
            " JOIN class_group g ON g.school_id = e.school_id AND g.name = '2a '"
            " JOIN student s ON s.school_id = e.school_id AND s.id = e.student_id"
            " AND s.given_name = ANY($1)"
        ),
    ):
        await desk.connection.execute(query, *([goes_on] if "$1" in query else []))
    await renew_keys(desk.connection)


@pytest.mark.parametrize("ids", ["new", "by level", "by cohort"])
async def test_an_export_of_each_year_makes_the_same_school_of_an_empty_one(
    taught: Callable[[Ids], Awaitable[Taught]], elsewhere: Desk, tmp_path: Path, ids: Ids
) -> None:
    desk, school, _ = await taught(ids)
    with on(2025, 12, 1):
        for year in YEARS:
            path = tmp_path / str(year)
            await export_roster(desk.connection, [1], path, called(year))
            report = await elsewhere.brought(path)
            assert report.bad_rows == []
            assert changes(await elsewhere.brought(path)) == {}
        await assert_kept(elsewhere, school, homework=False)
        assert dict(await elsewhere.rows(LEFT)) == school.left
        before = await desk.tables()
        assert changes(await desk.brought(tmp_path / "2025")) == {}
        assert await desk.tables() == before
        with pytest.raises(UnknownYear) as error:
            await export_roster(desk.connection, [1], tmp_path / "none", "2019/20")
    said = "There is no academic year 2019/20; there is 2023/24, 2024/25, 2025/26"
    assert str(error.value) == said


BEGUN = (
    "SELECT DISTINCT x.begins_on FROM {} x"
    " LEFT JOIN course c ON c.school_id = x.school_id AND c.id = x.course_id{}"
    " JOIN academic_year y ON y.school_id = x.school_id AND y.id = {} WHERE y.name = $1"
)
OF_STUDENTS = BEGUN.format(
    "enrolment",
    " LEFT JOIN class_group g ON g.school_id = x.school_id AND g.id = x.class_group_id",
    "COALESCE(c.academic_year_id, g.academic_year_id)",
)  # fmt: skip
OF_TEACHERS = BEGUN.format("teaching", "", "c.academic_year_id")


async def test_what_has_no_first_day_begins_with_a_year_that_is_to_come(desk: Desk) -> None:
    school = Septembers("new")
    school.turn(2023)
    with on(2023, 9, 1):
        await brought(desk, school.roster(2023, marks=False))
    school.turn(2024)
    with on(2024, 6, 1):
        await brought(desk, school.roster(2024, marks=False))
    for when in (on(2024, 6, 1), on(2024, 10, 1)):
        with when:
            await brought(desk, school.roster(2024, marks=False))
        for query in (OF_STUDENTS, OF_TEACHERS):
            assert await desk.rows(query, called(2024)) == [(date(2024, 9, 1),)]
            assert await desk.rows(query, called(2023)) == [(None,)]


async def test_who_left_with_a_year_leaves_on_its_new_last_day(desk: Desk) -> None:
    school = Septembers("new")
    await three_years(desk, school, gradebook=False)
    moved, again = date(2025, 7, 10), school.roster(2025, marks=False, gradebook=False)
    session = {"sourcedId": "y2024", "title": called(2024), "endDate": str(moved)}
    again.files["academicSessions"].append(again.files["academicSessions"][0] | session | {
        "startDate": "2024-09-01", "schoolYear": "2025",
    })  # fmt: skip
    with on(2025, 11, 25):
        await brought(desk, again)
    expected = {who: moved if day == date(2025, 6, 30) else day for who, day in school.left.items()}
    assert moved in expected.values()
    assert dict(await desk.rows(LEFT)) == expected
    teachers = "SELECT given_name, ends_on FROM teacher WHERE ends_on IS NOT NULL ORDER BY 1"
    assert await desk.rows(teachers) == [("t24", date(2024, 6, 30)), ("t25", moved)]
