"""Rosters written: importing one changes nothing, and a new database writes the same again."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import asyncpg
import pytest

from db.roster import export_roster, school_numbers
from tests.conftest import Server
from tests.store.small_roster import Desk, Roster, changes


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


@pytest.fixture
async def demo_desk(school_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """The demo school, some of whose grades a teacher has touched in every way there is."""
    connection = await asyncpg.connect(school_url)
    try:
        await connection.execute(
            "WITH chosen AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM grade)"
            " UPDATE grade SET comment = CASE n WHEN 1 THEN E'One\\ntwo' WHEN 2 THEN '  ' ELSE"
            " 'She said: \"5, or 4\"' END,"
            " state = CASE n WHEN 3 THEN 'WITHDRAWN' ELSE state END, excused = n = 4,"
            " bonus = n = 5 FROM chosen WHERE chosen.id = grade.id AND n < 7"
        )
        await connection.execute(
            "UPDATE guardianship SET ends_on = current_date - 10"
            " WHERE id = (SELECT id FROM guardianship ORDER BY id LIMIT 1)"
        )
        await connection.execute(
            "UPDATE enrolment SET ends_on = current_date - 10, active = false"
            " WHERE id = (SELECT id FROM enrolment ORDER BY id LIMIT 1)"
        )
        await connection.execute(
            "UPDATE lesson SET topic = NULL WHERE id = (SELECT lesson_id FROM grade LIMIT 1)"
        )
        yield Desk(connection, tmp_path / "roster")
    finally:
        await connection.close()


@pytest.fixture
async def elsewhere(server: Server, empty_template: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Another database with nothing in it."""
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        try:
            yield Desk(connection, tmp_path / "elsewhere")
        finally:
            await connection.close()


async def exported(desk: Desk, path: Path) -> Path:
    await export_roster(desk.connection, await school_numbers(desk.connection), path)
    return path


def texts(path: Path) -> dict[str, str]:
    """The files of a folder or a zip, by name."""
    if path.is_dir():
        return {each.name: each.read_bytes().decode() for each in sorted(path.iterdir())}
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in sorted(archive.namelist())}


async def test_what_was_imported_comes_out_as_a_roster_of_every_file(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.brought(Roster())
    lines = await export_roster(desk.connection, [1], tmp_path / "out")
    assert lines == {
        "orgs": 1,
        "academicSessions": 2,
        "courses": 1,
        "classes": 2,
        "users": 5,
        "roles": 5,
        "enrollments": 6,
        "demographics": 1,
        "categories": 1,
        "lineItems": 1,
        "results": 2,
    }
    written = texts(tmp_path / "out")
    assert written["orgs.csv"] == (
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\r\n"
        "o1,,,Hill School,school,,\r\n"
    )
    assert written["manifest.csv"].startswith(
        "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\n"
        "file.academicSessions,bulk\r\nfile.categories,bulk\r\nfile.classResources,absent\r\n"
    )
    assert written["results.csv"].splitlines()[1:] == [
        "x1,,,l1,s1,fully graded,17.5,2025-10-02,Careful work,,k1,,,,",
        "x2,,,l1,s2,not submitted,,2025-10-02,,,k1,,,,true",
    ]


async def test_importing_an_export_touches_no_row(desk: Desk, tmp_path: Path) -> None:
    await desk.brought(Roster())
    before = await desk.tables()
    report = await desk.brought(await exported(desk, tmp_path / "out.zip"))
    assert (changes(report), report.notices) == ({}, [])
    assert await desk.tables() == before


async def test_importing_an_export_of_a_school_that_no_roster_made_touches_no_row(
    demo_desk: Desk, tmp_path: Path
) -> None:
    before = await demo_desk.tables()
    report = await demo_desk.brought(await exported(demo_desk, tmp_path / "out"))
    assert report.bad_rows == []
    assert changes(report) == {}
    assert await demo_desk.tables() == before


async def test_a_zip_holds_what_a_folder_holds(demo_desk: Desk, tmp_path: Path) -> None:
    folder = await exported(demo_desk, tmp_path / "out")
    assert texts(await exported(demo_desk, tmp_path / "out.zip")) == texts(folder)


async def test_a_new_database_writes_what_it_was_given(
    demo_desk: Desk, elsewhere: Desk, tmp_path: Path
) -> None:
    first = await exported(demo_desk, tmp_path / "first")
    report = await elsewhere.brought(first)
    assert report.bad_rows == []
    second = texts(await exported(elsewhere, tmp_path / "second"))
    for name, text in texts(first).items():
        assert second[name] == text
    assert changes(await elsewhere.brought(first)) == {}


async def test_a_small_roster_goes_through_a_new_database_byte_for_byte(
    desk: Desk, elsewhere: Desk, tmp_path: Path
) -> None:
    await desk.brought(Roster())
    first = await exported(desk, tmp_path / "first")
    await elsewhere.brought(first)
    assert texts(await exported(elsewhere, tmp_path / "second")) == texts(first)


async def test_user_names_are_unique_and_stay(desk: Desk, tmp_path: Path) -> None:
    roster = Roster().put("users", "s2", email="ada@example.org")
    await desk.brought(roster)
    header, *rows = [line.split(",") for line in _users(await exported(desk, tmp_path / "out"))]
    names = [row[header.index("username")] for row in rows]
    assert len(set(names)) == 5
    await desk.brought(roster.put("users", "s2", email="ben@example.org"))
    again = [line.split(",") for line in _users(await exported(desk, tmp_path / "again"))]
    assert [row[header.index("username")] for row in again[1:]] == names


def _users(path: Path) -> list[str]:
    return texts(path)["users.csv"].splitlines()


async def test_who_is_gone_but_has_grades_is_written_as_gone(desk: Desk, tmp_path: Path) -> None:
    await desk.brought(Roster())
    await desk.brought(Roster().put("users", "s1", status="inactive"), allow_deletions=True)
    before = await desk.tables()
    out = await exported(desk, tmp_path / "out")
    assert next(line for line in _users(out) if ",Ada," in line).split(",")[:2] == ["s1", ""]
    assert changes(await desk.brought(out)) == {}
    assert await desk.tables() == before


async def test_only_the_schools_that_are_asked_for_are_written(
    demo_desk: Desk, tmp_path: Path
) -> None:
    await export_roster(demo_desk.connection, [2], tmp_path / "out")
    written = texts(tmp_path / "out")
    assert [line.split(",")[3] for line in written["orgs.csv"].splitlines()[1:]] == [
        "Seaside School"
    ]
    before = await demo_desk.tables()
    assert changes(await demo_desk.brought(tmp_path / "out")) == {}
    assert await demo_desk.tables() == before


async def test_usernames_and_the_days_of_roles_come_out_as_they_came_in(
    desk: Desk, tmp_path: Path
) -> None:
    roster = Roster().put("users", "s1", username="ada.kern").put("users", "s2", username="s2")
    roster.put("roles", "r-s1", beginDate="2025-09-01", endDate="2026-06-30")
    await desk.brought(roster)
    assert await desk.rows("SELECT username FROM student ORDER BY sourced_id") == [
        ("ada.kern",),
        (None,),
    ]
    before = await desk.tables()
    files = texts(await exported(desk, tmp_path / "out"))
    users = list(csv.DictReader(files["users.csv"].splitlines()))
    assert {row["sourcedId"]: row["username"] for row in users}["s1"] == "ada.kern"
    assert {row["sourcedId"]: row["username"] for row in users}["s2"] == "s2"
    (role,) = [
        row
        for row in csv.DictReader(files["roles.csv"].splitlines())
        if row["userSourcedId"] == "s1"
    ]
    assert (role["beginDate"], role["endDate"]) == ("2025-09-01", "2026-06-30")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    assert changes(await desk.brought(roster.copy().only("users"))) == {}
    assert await desk.tables() == before
