"""Schools founded, listed and removed by command, and what a roster leaves to be done."""

import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from db.roster.lacking import NONE_OF, SOME_OF
from db.store import Store
from db.tables import metadata
from db.tables.accounts import Account
from db.templates import TEMPLATES, BadTemplate, read
from domain import clock
from domain.calendar import within
from domain.errors import Problem
from gateway.command import app
from gateway.command.serve import prepare
from gateway.settings import Settings
from resolvers.mutations.grades import GiveGrade, give_grade
from resolvers.sessions import sign_in
from resolvers.viewer import load_viewer
from schema.build import schema
from tests.complaints import complaints
from tests.conftest import TODAY
from tests.gateway.test_command import sql
from tests.store.small_roster import IN_TERM, Roster

NEW = ("--zone", "Europe/Riga", "--language", "lv", "--template", "russian-school")
REMOVING = "gradebook remove-school 1, then gradebook remove-school 2."


def gradebook(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def demo_database(school_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", school_url)
    return school_url


def rows_of(url: str, school: int) -> dict[str, int]:
    """How many rows of the school each table holds, where it holds any."""
    tables = [table for table in metadata.sorted_tables if table.name != "table_change"]
    names = [table.name for table in tables if "school_id" in table.c]
    each = [f"SELECT '{name}' AS name, count(*) FROM {name} WHERE school_id = $1" for name in names]
    found = sql(url, " UNION ALL ".join(each), school)
    return {row["name"]: row["count"] for row in found if row["count"]}


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_makes_a_school_that_is_ready_to_use(database: str, template: str) -> None:
    arguments = ("--zone", "Europe/Riga", "--language", "lv", "--template", template)
    result = gradebook("new-school", "School 5", *arguments)
    assert (result.exit_code, complaints(result)) == (0, "")
    assert result.stdout.startswith("School 5 is school 1, in Europe/Riga: ")
    chosen = read(template, TODAY)
    counts = rows_of(database, 1)
    assert counts == {
        "school": 1,
        "academic_year": 1,
        "period": len(chosen.periods),
        "subject": len(chosen.subjects),
        "work_type": len(chosen.work),
        "grade_scale": len(chosen.scales),
        "attendance_code": len(chosen.attendance),
        "audit_note": 1,
        **({"grading_rule": 1} if template == "russian-school" else {}),
    }
    [school] = sql(
        database,
        "SELECT s.*, g.name AS scale FROM school s JOIN grade_scale g"
        " ON (g.school_id, g.id) = (s.school_id, s.grade_scale_id)",
    )
    assert (school["language"], school["scale"]) == ("lv", chosen.scales[0].name)
    [year] = sql(database, "SELECT * FROM academic_year")
    assert year["ends_on"] >= TODAY
    loose = "SELECT count(*) FROM subject WHERE sort_key = ''"
    assert sql(database, loose)[0][0] == 0


def test_a_template_is_of_the_year_that_today_is_in_or_of_the_next() -> None:
    years = {
        date(2026, 9, 1): "2026/27",
        date(2027, 5, 31): "2026/27",
        date(2027, 6, 1): "2027/28",
        date(2026, 1, 15): "2025/26",
        date(2026, 8, 1): "2026/27",
    }
    for today, name in years.items():
        chosen = read("russian-school", today)
        assert chosen.year.name == name, today
        assert all(within(period, chosen.year) for period in chosen.periods)
    first = read("russian-school", date(2026, 10, 1))
    assert [(str(each.starts_on), str(each.ends_on)) for each in first.periods[2:4]] == [
        ("2026-11-05", "2026-12-30"), ("2027-01-12", "2027-03-22"),
    ]  # fmt: skip
    with pytest.raises(BadTemplate, match="There is no template mars: there are french-lycee, "):
        read("mars", TODAY)


def test_periods_of_a_template_nest(database: str) -> None:
    gradebook("new-school", "School 5", *NEW)
    query = (
        "SELECT p.name, a.name AS around FROM period p LEFT JOIN period a"
        " ON (a.school_id, a.id) = (p.school_id, p.parent_id) ORDER BY p.starts_on, p.ends_on DESC"
    )
    assert [tuple(row) for row in sql(database, query)] == [
        ("Год", None), ("1 четверть", "Год"), ("2 четверть", "Год"), ("3 четверть", "Год"),
        ("4 четверть", "Год"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("School 5", "--zone", "Mars/Olympus", *NEW[2:]), "'Mars/Olympus' is not a time zone"),
        (("School 5", *NEW[:3], "xx-klingon", *NEW[4:]), "is no language that is known"),
        (("School 5", *NEW[:5], "mars"), "There is no template mars"),
        ((" ", *NEW), "A school's name has 1 to 200 characters."),
        (("Old", *NEW), "There is a school Old already."),
    ],
)
def test_a_school_that_cannot_be_made_leaves_nothing(
    database: str, arguments: tuple[str, ...], message: str
) -> None:
    sql(database, "INSERT INTO school (name, time_zone) VALUES ('Old', 'UTC')")
    result = gradebook("new-school", *arguments)
    assert (result.exit_code, message in complaints(result)) == (1, True), complaints(result)
    assert rows_of(database, 1) == {"school": 1}
    assert len(sql(database, "SELECT FROM school")) == 1


def test_schools_are_listed_with_their_sizes(database: str, tmp_path: Path) -> None:
    assert gradebook("schools").stdout.startswith("There is no school: ")
    gradebook("new-school", "School 5", *NEW)
    gradebook("import-roster", str(Roster().to(tmp_path / "in")))
    lines = [line.split("│")[1:] for line in gradebook("schools").stdout.splitlines()]
    cells = [[cell.strip() for cell in line] for line in lines if line]
    assert [line[:4] for line in cells] == [
        ["1", "School 5", "Europe/Riga", "0"], ["2", "Hill School", "UTC", "2"],
    ]  # fmt: skip


def test_a_roster_says_in_one_list_what_a_first_lesson_still_needs(
    database: str, tmp_path: Path
) -> None:
    result = gradebook("import-roster", str(Roster().to(tmp_path / "in")))
    assert result.stdout.endswith("Written.\n")
    lines = result.stdout.splitlines()[:-1]
    begins = lines.index("Hill School still needs for a first lesson:")
    needs = {line.split(": ")[0].strip(): line.split(": ")[1] for line in lines[begins + 1 :]}
    assert needs["somebody who may administer it"] == "gradebook create-admin LOGIN --school 1"
    assert needs["its time zone, for it is in UTC"] == "gradebook set-zone 1 ZONE"
    assert "students" not in needs
    again = gradebook("import-roster", str(tmp_path / "in"), "--dry-run")
    assert "still needs" not in again.output


@pytest.mark.parametrize("template", TEMPLATES)
def test_people_and_courses_alone_leave_a_template_lessons_and_a_head_to_add(
    database: str, tmp_path: Path, template: str
) -> None:
    arguments = ("--zone", "Europe/Riga", "--language", "lv", "--template", template)
    gradebook("new-school", "Hill School", *arguments)
    plain = _of_this_year(template)
    result = gradebook("import-roster", str(plain.to(tmp_path / "in")))
    lines = result.stdout.splitlines()
    assert lines[lines.index("Hill School still needs for a first lesson:") + 1 :] == [
        "  somebody who may administer it: gradebook create-admin LOGIN --school 1",
        "  lessons of today or later: the mutation generateLessons or addLesson, or lineItems.csv",
        "Written.",
    ]
    plain.files["enrollments"] = [
        row for row in plain.files["enrollments"] if row["classSourcedId"] == "h1"
    ]
    result = gradebook("import-roster", str(plain.to(tmp_path / "in")), "--allow-deletions")
    lines = result.stdout.splitlines()
    assert lines[lines.index("Hill School still needs for a first lesson:") + 3 :] == [
        "  teachers of 1 of its 1 courses: the mutation assignTeacher, or enrollments.csv",
        "  students of 1 of its 1 courses: the mutation enrolStudent, or enrollments.csv",
        "Written.",
    ]


def _of_this_year(template: str) -> Roster:
    """People and courses, and no gradebook files."""
    year = read(template, TODAY).year
    plain = Roster().only(
        "orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments"
    )
    for session in plain.files["academicSessions"]:
        session["startDate"], session["endDate"] = str(year.starts_on), str(year.ends_on)
    return plain


def test_each_mutation_that_is_named_to_fill_a_school_is_one() -> None:
    said = " ".join(how for *_, how in (*NONE_OF, *SOME_OF))
    named = re.findall(r"the mutation (\w+)", said)
    assert len(named) == 11
    mutations = schema._schema.mutation_type
    assert mutations is not None
    assert set(named) <= mutations.fields.keys()


def test_who_has_left_and_years_that_are_over_are_not_counted_among_a_schools_sizes(
    database: str, tmp_path: Path
) -> None:
    with clock.at(IN_TERM):
        gradebook("import-roster", str(Roster().to(tmp_path / "in")))
        assert sizes() == ["2", "2", "1", "1", "2"]
        fewer = str(Roster().drop("users", "s2").drop("roles", "r-s2").to(tmp_path / "in"))
        gradebook("import-roster", fewer, "--allow-deletions", "--skip-bad-rows")
        assert sizes() == ["1", "2", "1", "1", "2"]
    with clock.at(datetime(2026, 9, 1, tzinfo=UTC)):
        assert sizes() == ["1", "2", "0", "0", "2"]


def sizes() -> list[str]:
    (row,) = [line for line in gradebook("schools").stdout.splitlines() if "Hill School" in line]
    return [cell.strip() for cell in row.split("│")[4:-1]]


def test_a_roster_fills_the_new_school_that_is_called_as_its_own(
    database: str, tmp_path: Path
) -> None:
    gradebook("new-school", "Hill School", *NEW)
    result = gradebook("import-roster", str(Roster().to(tmp_path / "in")))
    assert "Hill School is taken as school 1, which is called so" in result.stdout
    for table in ("academic_year", "subject"):
        twice = f"SELECT lower(name) FROM {table} WHERE active GROUP BY 1 HAVING count(*) > 1"
        assert sql(database, twice) == [], table
    assert [tuple(row) for row in sql(database, "SELECT school_id, time_zone FROM school")] == [
        (1, "Europe/Riga")
    ]
    again = gradebook("import-roster", str(tmp_path / "in"))
    assert "Nothing had to change." in again.stdout


def test_what_a_template_has_is_the_rosters_where_it_tells_the_same(
    database: str, tmp_path: Path
) -> None:
    arguments = ("--zone", "Europe/Riga", "--language", "lv", "--template", "us-district")
    gradebook("new-school", "Hill School", *arguments)
    year = read("us-district", TODAY).year
    roster = Roster()
    for session, days in zip(roster.files["academicSessions"], (270, 120), strict=True):
        session["startDate"] = str(year.starts_on)
        session["endDate"] = str(year.starts_on + timedelta(days))
    before = rows_of(database, 1)
    assert gradebook("import-roster", str(roster.to(tmp_path / "in"))).exit_code == 0
    after = rows_of(database, 1)
    for name in ("academic_year", "period", "subject"):
        assert after[name] == before[name], name
    told = "SELECT name FROM {} WHERE sourced_id = $1"
    for name, sourced_id, called in (
        ("academic_year", "y1", "2025/26"), ("period", "q1", "Autumn"),
        ("subject", "c1", "Physics"),
    ):  # fmt: skip
        assert [row[0] for row in sql(database, told.format(name), sourced_id)] == [called]


async def test_a_lesson_is_taught_in_a_school_made_by_template(
    database: str, tmp_path: Path
) -> None:
    """With people and a course: a mark is given in the school's own scale."""
    import asyncio

    def made() -> None:
        gradebook("new-school", "Hill School", *NEW)
        gradebook("import-roster", str(Roster().to(tmp_path / "in")))

    await asyncio.to_thread(made)
    store = await Store.connect(database, connections=2)
    try:
        from db.tables.accounts import Membership
        from resolvers import global_id
        from tests.gateway.small_school import insert

        head = Account(login="head", password_hash="-", display_name="The head")
        async with store.pool.acquire() as connection:
            await insert(connection, head, Membership(school_id=1, account_id=head.id, role="HEAD"))
        [pair] = await store.pool.fetch(
            "SELECT e.student_id, e.course_id FROM enrolment e"
            " WHERE e.school_id = 1 AND e.course_id IS NOT NULL LIMIT 1"
        )
        lesson = await store.pool.fetchval(
            "INSERT INTO lesson (school_id, id, course_id, day, starts_at, ends_at, status,"
            " version, active) VALUES (1, gen_random_uuid(), $1, $2, now(), now() + interval"
            " '45 minutes', 'HELD', 1, true) RETURNING id",
            pair["course_id"],
            TODAY,
        )
        await store.pool.execute(
            "UPDATE enrolment SET begins_on = NULL, ends_on = NULL WHERE school_id = 1"
        )
        await store.pool.execute("UPDATE course SET grade_scale_id = NULL WHERE school_id = 1")
        kind = await store.pool.fetchval("SELECT id FROM work_type WHERE kind = 'TEST'")
        viewer = await load_viewer(store, head)
        grade = GiveGrade(
            global_id.make("Student", 1, pair["student_id"]),
            global_id.make("Lesson", 1, lesson),
            global_id.make("WorkType", 1, kind),
            "5-",
        )
        outcome = await give_grade(store, viewer, grade)
        assert outcome.errors == []
        assert (outcome.record.value, str(outcome.record.weight)) == ("5-", "3.00")
    finally:
        await store.close()


def test_a_removed_school_is_exported_first_and_leaves_no_row(
    demo_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder = demo_database, tmp_path / "out"
    monkeypatch.setenv("GRADEBOOK_DATA", str(tmp_path / "data"))
    before, other = rows_of(url, 1), rows_of(url, 2)
    assert before["grade"] > 1_000
    kept = tmp_path / "data" / "files"
    (of_school,) = sql(url, "SELECT id, size FROM file WHERE school_id = 1 ORDER BY id LIMIT 1")
    (kept / "1").mkdir(parents=True)
    (kept / "1" / str(of_school[0])).write_bytes(b"x" * of_school[1])
    wrong = gradebook("remove-school", "1", "--export", str(folder), typed="Seaside School\n")
    assert (wrong.exit_code, "That is not its name." in complaints(wrong)) == (1, True)
    assert (rows_of(url, 1), folder.exists()) == (before, False)
    result = gradebook("remove-school", "1", "--export", str(folder), typed="Lindenhof School\n")
    assert result.exit_code == 0, result.output
    assert (rows_of(url, 1), rows_of(url, 2)) == ({}, other)
    for name, count in before.items():
        text = (folder / "tables" / f"{name}.csv").read_text()
        assert text.count("\n") >= count + 1, name
    assert (folder / "roster" / "users.csv").exists()
    told = f"{before['file']} files, of which {before['file'] - 1} lack their bytes."
    assert told in result.stdout
    (copied,) = (folder / "files").iterdir()
    assert (copied.stem, copied.stat().st_size) == (str(of_school[0]), of_school[1])
    assert (
        sql(url, "SELECT count(*) FROM stray_bytes WHERE due_at <= now()")[0][0] == before["file"]
    )
    left = "SELECT count(*) FROM account WHERE id NOT IN (SELECT account_id FROM membership)"
    assert sql(url, left)[0][0] == 0
    assert sql(url, "SELECT count(*) FROM account")[0][0] > 0
    full = gradebook("remove-school", "2", "--export", str(folder), "--name", "Seaside School")
    assert (full.exit_code, "is not empty" in complaints(full)) == (1, True)
    assert rows_of(url, 2) == other


async def prepared(url: str, data: Path, *, demo: bool) -> Any:
    return await prepare(Settings(data=data, database_url=url), url, demo)


async def may_sign_in(url: str) -> bool:
    store = await Store.connect(url, connections=1)
    try:
        return (await sign_in(store, "head", "demo")).viewer.account.login == "head"
    except Problem:
        return False
    finally:
        await store.close()


async def told_of_rights(url: str) -> int:
    """How often every process was told to read all rights anew."""
    connection = await asyncpg.connect(url)
    try:
        told = "SELECT count(*) FROM table_change WHERE school_id = 0 AND name = '*'"
        return int(await connection.fetchval(told))
    finally:
        await connection.close()


async def test_demo_accounts_are_let_in_only_where_the_demo_was_asked_for(
    school_url: str, tmp_path: Path
) -> None:
    before = await told_of_rights(school_url)
    await prepared(school_url, tmp_path, demo=False)
    assert not await may_sign_in(school_url)
    assert await told_of_rights(school_url) == before + 1  # whoever has come in by them is out
    await prepared(school_url, tmp_path, demo=True)
    assert await may_sign_in(school_url)


def test_the_demo_refuses_a_database_with_a_real_school(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATA", str(tmp_path))
    gradebook("new-school", "School 5", *NEW)
    result = gradebook("serve", "--demo", "--port", "0")
    assert result.exit_code == 1
    assert "This database holds a real school, School 5, which the demo never" in result.stderr
    assert gradebook("demo").exit_code == 1
    assert rows_of(database, 2) == {}


def test_a_new_school_refuses_the_demos_database(demo_database: str) -> None:
    result = gradebook("new-school", "School 5", *NEW)
    assert (result.exit_code, "holds the demo school" in complaints(result)) == (1, True)
    assert REMOVING in complaints(result)
    assert len(sql(demo_database, "SELECT FROM school")) == 2


def test_a_roster_of_a_real_school_refuses_the_demos_database(
    demo_database: str, tmp_path: Path
) -> None:
    before = rows_of(demo_database, 1), rows_of(demo_database, 2)
    for arguments in ((), ("--dry-run",), ("--skip-bad-rows", "--allow-deletions")):
        roster = str(Roster().to(tmp_path / "in"))
        result = gradebook("import-roster", roster, *arguments)
        assert result.exit_code == 1
        assert complaints(result).startswith(
            f"{roster} is not imported: Hill School is a real school, and this database holds the"
            " demo school, which never mixes with one. Give it another database"
        )
        assert REMOVING in complaints(result)
        assert complaints(result).count("\n") == 1
    assert (rows_of(demo_database, 1), rows_of(demo_database, 2)) == before
    assert len(sql(demo_database, "SELECT FROM school")) == 2
    assert gradebook("export-roster", str(tmp_path / "out")).exit_code == 0
    again = gradebook("import-roster", str(tmp_path / "out"))
    assert (again.exit_code, "Nothing had to change." in again.stdout) == (0, True)


def test_make_clean_asks_before_it_deletes_data(tmp_path: Path) -> None:
    makefile = Path(__file__).parents[2] / "Makefile"

    def clean(*arguments: str, typed: str = "") -> str:
        (tmp_path / ".gradebook").mkdir(exist_ok=True)
        (tmp_path / ".venv").mkdir(exist_ok=True)
        command = ["make", "-f", str(makefile), "clean", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, input=typed, capture_output=True, text=True, check=True
        )
        assert not (tmp_path / ".venv").exists()
        return done.stdout

    for typed in ("", "no\n", "y\n"):
        assert "The data stays." in clean(typed=typed)
        assert (tmp_path / ".gradebook").exists()
    clean(typed="yes\n")
    assert not (tmp_path / ".gradebook").exists()
    clean("YES=1")
    assert not (tmp_path / ".gradebook").exists()
