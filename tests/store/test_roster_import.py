"""A roster brought in: where everything lands, and that nothing happens that is not meant."""

import asyncio
import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import asyncpg
import pytest

from db.sort_keys import NAMES
from tests.store.small_roster import Desk, Roster, changes, put_files


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


async def test_everything_of_a_roster_lands_in_the_tables(desk: Desk) -> None:
    report = await desk.brought(Roster())
    assert report.lines() == [
        "schools: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "academic years: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "periods: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "subjects: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "class groups: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "courses: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "students: 2 created, 0 changed, 0 made inactive, 0 unchanged",
        "teachers: 2 created, 0 changed, 0 made inactive, 0 unchanged",
        "guardians: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "guardianships: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "demographics: 0 created, 1 changed, 0 made inactive, 0 unchanged",
        "enrolments: 4 created, 0 changed, 0 made inactive, 0 unchanged",
        "teachings: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "class teachers: 0 created, 1 changed, 0 made inactive, 0 unchanged",
        "work types: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "grade scales: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "lessons: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "line items: 1 created, 0 changed, 0 made inactive, 0 unchanged",
        "grades: 2 created, 0 changed, 0 made inactive, 0 unchanged",
        "Written.",
    ]


LANDED: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "the school": (
        "SELECT name, time_zone, sourced_id, active FROM school",
        [("Hill School", "UTC", "o1", True)],
    ),
    "the term within its year": (
        ("SELECT p.name, kind, p.starts_on, p.ends_on, y.name FROM period p"
        " JOIN academic_year y ON y.id = academic_year_id"),
        [("Autumn", "TERM", date(2025, 9, 1), date(2025, 12, 24), "2025/26")],
    ),
    "the homeroom with its class teacher": (
        "SELECT g.name, family_name FROM class_group g JOIN teacher t ON t.id = class_teacher_id",
        [("7B", "Dahl")],
    ),
    "the class with its subject and teacher": (
        ("SELECT c.title, s.name, family_name, main FROM course c JOIN subject s"
        " ON s.id = subject_id JOIN teaching ON course_id = c.id JOIN teacher t"
        " ON t.id = teacher_id"),
        [("Physics 7B", "Physics", "Berg", True)],
    ),
    "the students with what demographics say": (
        "SELECT given_name, family_name, email, grade_level, born_on, sex FROM student ORDER BY 1",
        [
            ("Ada", "Kern", "ada@example.org", "07", date(2013, 5, 1), "FEMALE"),
            ("Ben", "Lind", None, None, None, None),
        ],
    ),
    "whose guardian is whose": (
        ("SELECT g.given_name, s.given_name, t.ends_on FROM guardianship t JOIN guardian g"
        " ON g.id = guardian_id JOIN student s ON s.id = student_id"),
        [("Eva", "Ada", None)],
    ),
    "who is in which class": (
        ("SELECT given_name, name, title FROM enrolment e"
        " JOIN student s ON s.school_id = e.school_id AND s.id = student_id"
        " LEFT JOIN class_group g ON g.school_id = e.school_id AND g.id = class_group_id"
        " LEFT JOIN course c ON c.school_id = e.school_id AND c.id = course_id ORDER BY 1, 2"),
        [
            ("Ada", "7B", None),
            ("Ada", None, "Physics 7B"),
            ("Ben", "7B", None),
            ("Ben", None, "Physics 7B"),
        ],
    ),
    "the line item as a lesson of its due day": (
        "SELECT day, topic, status, assigned_on, due_on FROM lesson JOIN line_item USING (id)",
        [(date(2025, 10, 1), "Forces", "HELD", date(2025, 9, 25), date(2025, 10, 1))],
    ),
    "the results as grades": (
        ("SELECT given_name, value, number, state, g.weight, t.kind, day, comment, g.version"
        " FROM grade g JOIN student s ON s.id = student_id JOIN work_type t"
        " ON t.id = work_type_id ORDER BY 1"),
        [
            (
                "Ada", "17.5", Decimal("17.5"), "GIVEN", Decimal(2), "TEST", date(2025, 10, 1),
                "Careful work", 1,
            ),
            ("Ben", None, None, "DUE", Decimal(2), "TEST", date(2025, 10, 1), None, 1),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LANDED)
async def test_it_lands_where_it_belongs(desk: Desk, what: str) -> None:
    query, rows = LANDED[what]
    await desk.brought(Roster())
    assert await desk.rows(query) == rows


async def test_the_same_roster_again_touches_no_row(desk: Desk) -> None:
    await desk.brought(Roster())
    before = await desk.tables()
    report = await desk.brought(Roster())
    assert changes(report) == {}
    assert report.lines()[-1] == "Nothing had to change."
    assert await desk.tables() == before


async def test_a_dry_run_tells_what_would_change_and_writes_nothing(desk: Desk) -> None:
    before = await desk.tables()
    report = await desk.bring(Roster(), dry_run=True)
    assert not report.written
    assert report.lines()[-1] == "This would change; nothing is written."
    assert await desk.tables() == before
    assert changes(report) == changes(await desk.brought(Roster()))
    assert (await desk.bring(Roster(), dry_run=True)).lines()[-1] == "Nothing would change."


async def test_a_dry_run_with_bad_rows_tells_what_the_sound_ones_would_change(desk: Desk) -> None:
    roster = Roster().put("enrollments", "e1", role="-")
    report = await desk.bring(roster, dry_run=True)
    assert len(report.bad_rows) == 1
    assert report.lines()[-1] == (
        "Nothing would be written: 1 bad row. With --skip-bad-rows this would change."
    )
    assert changes(report) == changes(await desk.brought(roster, skip_bad_rows=True))


def bom(roster: Roster, folder: Path) -> Path:
    return put_files(
        folder, {name: b"\xef\xbb\xbf" + text.encode() for name, text in roster.texts().items()}
    )


def shuffled(roster: Roster, folder: Path) -> Path:
    for noun, rows in roster.files.items():
        names = {name: None for row in rows for name in row}
        roster.columns[noun] = sorted(names, reverse=True)
    return roster.to(folder)


def zipped(roster: Roster, folder: Path) -> Path:
    return roster.zip(folder.with_suffix(".zip"))


def in_a_folder(roster: Roster, folder: Path) -> Path:
    return roster.zip(folder.with_suffix(".zip"), "export 2025/")


def unix_lines(roster: Roster, folder: Path) -> Path:
    texts = {name: text.replace("\r\n", "\n") + "\n\n" for name, text in roster.texts().items()}
    return put_files(folder, texts)


def of_1_2_1(roster: Roster, folder: Path) -> Path:
    roster.version = "1.2.1"
    return roster.to(folder)


def without_manifest(roster: Roster, folder: Path) -> Path:
    (roster.to(folder) / "manifest.csv").unlink()
    return folder


def of_semicolons(roster: Roster, folder: Path) -> Path:
    return put_files(folder, {name: respelt(text, ";") for name, text in roster.texts().items()})


def of_tabs_in_utf_16(roster: Roster, folder: Path) -> Path:
    texts = {name: respelt(text, "\t") for name, text in roster.texts().items()}
    return put_files(folder, {name: text.encode("utf-16") for name, text in texts.items()})


def respelt(text: str, delimiter: str) -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(StringIO(text, newline="")))
    return out.getvalue()


def in_capitals(roster: Roster, folder: Path) -> Path:
    return put_files(folder, {name.upper(): text for name, text in roster.texts().items()})


def on_windows(roster: Roster, folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with ZipFile(path, "w") as archive:
        archive.writestr("export\\", b"")
        for name, text in roster.texts().items():
            archive.writestr(ZipInfo(f"export\\of 2025\\{name}"), text)
        archive.writestr("export\\reports\\absences.csv", "sourcedId\r\n")
    return path


def deep_in_folders(roster: Roster, folder: Path) -> Path:
    outer = folder.with_name("deep")
    inner = outer / "export" / "of 2025"
    inner.mkdir(parents=True)
    roster.to(inner)
    return outer


def of_letters_for_sexes(roster: Roster, folder: Path) -> Path:
    return roster.put("demographics", "s1", sex="F").to(folder)


WRITINGS = (
    bom, shuffled, zipped, in_a_folder, unix_lines, of_1_2_1, without_manifest, of_semicolons,
    of_tabs_in_utf_16, in_capitals, on_windows, deep_in_folders, of_letters_for_sexes,
)  # fmt: skip


@pytest.mark.parametrize("writing", WRITINGS)
async def test_however_it_is_written_it_says_the_same(
    desk: Desk, writing: Callable[[Roster, Path], Path]
) -> None:
    await desk.brought(Roster())
    before = await desk.tables()
    report = await desk.brought(writing(Roster(), desk.folder))
    assert changes(report) == {}
    assert await desk.tables() == before


def of_1_1() -> Roster:
    """As 1.1 has it: users tell their role and orgs, and line items their grading period."""
    roster = Roster(version="1.1")
    for role in roster.files.pop("roles"):
        roster.put("users", role["userSourcedId"], role=role["role"], orgSourcedIds="o1")
    item = roster.row("lineItems", "l1")
    item["gradingPeriodSourcedId"] = item.pop("academicSessionSourcedId")
    roster.columns["lineItems"] = list(item)
    return roster


async def test_a_roster_of_1_1_tells_the_same_without_roles(desk: Desk) -> None:
    await desk.brought(of_1_1())
    before = await desk.tables()
    report = await desk.brought(of_1_1())
    assert (changes(report), report.notices) == ({}, [])
    assert await desk.tables() == before
    assert changes(await desk.brought(Roster())) == {}


async def test_a_change_of_the_roster_changes_its_record_only(desk: Desk) -> None:
    await desk.brought(Roster())
    roster = Roster().put("users", "s2", familyName="Lindqvist").put("results", "x1", score="18")
    report = await desk.brought(roster)
    assert changes(report) == {"students": (0, 1, 0), "grades": (0, 1, 0)}
    assert await desk.rows("SELECT family_name FROM student WHERE sourced_id = 's2'") == [
        ("Lindqvist",)
    ]
    assert await desk.rows("SELECT value, version FROM grade WHERE sourced_id = 'x1'") == [
        ("18", 2)
    ]
    steps = "SELECT version, change, value_before FROM grade_revision WHERE version > 1"
    assert await desk.rows(steps) == [(2, "REVISED", "17.5")]


async def test_of_two_imports_at_once_the_second_finds_nothing_to_change(
    desk: Desk, database_url: str
) -> None:
    other = Desk(await asyncpg.connect(database_url), desk.folder)
    path = Roster().to(desk.folder)
    try:
        reports = await asyncio.gather(desk.brought(path), other.brought(path))
    finally:
        await other.connection.close()
    assert sorted(report.lines()[-1] for report in reports) == [
        "Nothing had to change.",
        "Written.",
    ]


async def test_names_get_their_keys_by_the_language_of_the_school(desk: Desk) -> None:
    roster = Roster().put("users", "s1", familyName="Öberg").put("users", "s2", familyName="Zorn")
    await desk.brought(roster, language="sv")
    order = "SELECT family_name, search_key FROM student ORDER BY sort_key"
    assert await desk.rows(order) == [("Zorn", " zorn ben"), ("Öberg", " oberg ada")]
    await desk.brought(roster.put("users", "s2", familyName="Öz"), language="de")
    assert await desk.rows(order) == [("Öberg", " oberg ada"), ("Öz", " oz ben")]
    assert await desk.rows("SELECT language FROM school") == [("sv",)]
    empty = "SELECT count(*) FROM {} WHERE sort_key = ''"
    for table in NAMES:
        assert await desk.rows(empty.format(table)) == [(0,)]
