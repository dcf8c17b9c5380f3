"""`gradebook import-roster` and `export-roster`: what they say, and the code they end with."""

import asyncio
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from db.roster import archive
from db.roster.archive import read_files
from db.roster.not_carried import LEFT_OUT, unexplained
from db.tables import metadata
from domain.oneroster import findings
from gateway.command import app
from tests.complaints import complaints
from tests.store.small_roster import Roster, in_term, put_files

__all__ = ["in_term"]


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", database_url)
    return database_url


def gradebook(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def count(url: str, table: str) -> int:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(f"SELECT count(*) FROM {table}")
        finally:
            await connection.close()

    return int(asyncio.run(run()))


def test_a_roster_is_imported_and_exported_again(database: str, tmp_path: Path) -> None:
    result = gradebook("import-roster", Roster().to(tmp_path / "in"))
    assert (result.exit_code, complaints(result)) == (0, "")
    assert result.stdout.splitlines()[-1] == "Written."
    result = gradebook("export-roster", tmp_path / "out.zip")
    assert (result.exit_code, complaints(result)) == (0, "")
    assert result.stdout.splitlines()[0] == "orgs: 1"
    assert result.stdout.splitlines()[-1] == f"Wrote {tmp_path / 'out.zip'}."
    result = gradebook("import-roster", tmp_path / "out.zip")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Nothing had to change.")


def test_an_export_is_of_a_year_and_says_what_it_does_not_carry(
    database: str, tmp_path: Path
) -> None:
    gradebook("import-roster", Roster().to(tmp_path / "in"))
    result = gradebook("export-roster", tmp_path / "out", "--year", "2025/26")
    assert (result.exit_code, complaints(result)) == (0, "")
    lines = result.stdout.splitlines()
    begins = lines.index("Not in it, as a roster has no place for it:")
    assert lines[begins + 1 : begins + 4] == [
        "  homework, and what became of it for each student",
        "  files that hang on records, and their bytes",
        "  materials, and who has opened them",
    ]
    assert lines[-2:] == ["gradebook backup carries all of it.", f"Wrote {tmp_path / 'out'}."]
    unknown = gradebook("export-roster", tmp_path / "none", "--year", "1999")
    assert (unknown.exit_code, complaints(unknown)) == (
        1, "There is no academic year 1999; there is 2025/26.\n",
    )  # fmt: skip
    assert not (tmp_path / "none").exists()
    nowhere = gradebook("export-roster", tmp_path / "none", "--school", "Nowhere")
    assert (nowhere.exit_code, complaints(nowhere).split(".")[0]) == (
        1,
        "There is no school Nowhere",
    )
    name = Roster().row("orgs", "o1")["name"]
    for arguments in ((), ("--year", "all"), ("--school", "1"), ("--school", name)):
        gradebook("export-roster", tmp_path / "every", *arguments)
        assert read_files(tmp_path / "every") == read_files(tmp_path / "out")


def test_every_table_is_exported_or_said_to_be_left_out() -> None:
    """A new table belongs in `db/roster/not_carried.py`, unless an export writes it."""
    assert unexplained() == set()
    assert {table for tables in LEFT_OUT.values() for table in tables} <= metadata.tables.keys()


def test_a_dry_run_ends_well_and_writes_nothing(database: str, tmp_path: Path) -> None:
    result = gradebook("import-roster", Roster().to(tmp_path / "in"), "--dry-run")
    last = result.stdout.splitlines()[-1]
    assert (result.exit_code, last) == (0, "This would change; nothing is written.")
    assert count(database, "school") == 0


def test_bad_rows_end_with_a_failure_unless_they_may_be_skipped(
    database: str, tmp_path: Path
) -> None:
    path = Roster().put("results", "x1", score="-1").to(tmp_path / "in")
    result = gradebook("import-roster", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "results.csv, line 2, score: -1 is not from 0 to 20",
        "Nothing is written: 1 bad row. Mend them, or give --skip-bad-rows.",
    ]
    assert gradebook("import-roster", path, "--dry-run").exit_code == 1
    result = gradebook("import-roster", path, "--skip-bad-rows")
    last = result.stdout.splitlines()[-1]
    assert (result.exit_code, last) == (0, "Written, and 1 bad row left out.")


@pytest.mark.usefixtures("in_term")
def test_deletions_that_are_refused_end_with_a_failure(database: str, tmp_path: Path) -> None:
    gradebook("import-roster", Roster().to(tmp_path / "in"))
    fewer = Roster().drop("results", "x1").to(tmp_path / "in")
    result = gradebook("import-roster", fewer)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == [
        "grades: 1 of 2 are no longer listed, more than a tenth",
        "Nothing is written. If this is meant, give --allow-deletions.",
    ]
    assert gradebook("import-roster", fewer, "--dry-run").exit_code == 1
    assert gradebook("import-roster", fewer, "--allow-deletions").exit_code == 0


def no_zip(path: Path) -> str:
    path.write_bytes(b"sourcedId,name\r\n")
    return "is not a zip that can be read: File is not a zip file"


def half_a_zip(path: Path) -> str:
    Roster().zip(path)
    path.write_bytes(path.read_bytes()[:-40])
    return "is not a zip that can be read: File is not a zip file"


def empty_zip(path: Path) -> str:
    zipped(path, {})
    return "holds no CSV files"


def climbing_zip(path: Path) -> str:
    zipped(path, {"../users.csv": "sourcedId\r\n", "/etc/orgs.csv": "sourcedId\r\n"})
    return "holds no CSV files"


def zip_of_two_folders(path: Path) -> str:
    zipped(path, {"a/users.csv": "sourcedId\r\n", "b/orgs.csv": "sourcedId\r\n"})
    return "holds CSV files in several folders"


def zip_of_too_many(path: Path) -> str:
    zipped(path, {f"{number}.csv": "" for number in range(201)})
    return "holds more than 200 files"


def bomb(path: Path) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("users.csv", b"\0" * (3 << 20))
    return "users.csv unpacks to more than 2 MiB"


def zip_of_one_file_twice(path: Path) -> str:
    zipped(path, {"a/users.csv": "sourcedId\r\n", "a\\users.csv": "sourcedId\r\n"})
    return "holds a/users.csv 2 times"


def zip_of_two_rosters(path: Path) -> str:
    zipped(path, {"users.csv": "sourcedId\r\n", "old/users.csv": "sourcedId\r\n"})
    return "holds CSV files in several folders (., old): keep the one that is meant"


def zip_of_two_spellings(path: Path) -> str:
    zipped(path, {"users.csv": "sourcedId\r\n", "Users.csv": "sourcedId\r\n"})
    return "both Users.csv and users.csv are there: keep the one that is meant"


def climbing_with_backslashes(path: Path) -> str:
    zipped(path, {"..\\users.csv": "sourcedId\r\n", "C:\\orgs.csv": "sourcedId\r\n"})
    return "holds no CSV files"


def zip_of_endless_entries(path: Path) -> str:
    zipped(path, {f"{number}{'x' * 200}": "" for number in range(12_000)})
    return "holds too many files"


def packed_oddly(path: Path) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("users.csv", "sourcedId\r\n")
    return "users.csv is packed in a way that is not read: use deflate"


def nothing_but_faults(path: Path) -> str:
    zipped(path, {"orgs.csv": "sourcedId,name,type\r\n" + "o\r\n" * 20})
    return "more than 9 rows are bad; the last is orgs.csv, line 10: has 1 cells where"


def encrypted(path: Path) -> str:
    zipped(path, {"users.csv": "sourcedId\r\n"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return "users.csv is encrypted"


def zipped(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)


@pytest.mark.parametrize(
    "make",
    [no_zip, half_a_zip, empty_zip, climbing_zip, zip_of_two_folders, zip_of_too_many, bomb,
     encrypted, zip_of_one_file_twice, zip_of_two_rosters, zip_of_two_spellings,
     climbing_with_backslashes, zip_of_endless_entries, packed_oddly, nothing_but_faults],
)  # fmt: skip
def test_what_is_no_roster_is_said_in_one_line(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any
) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 2 << 20)
    monkeypatch.setattr(findings, "MOST_BAD_ROWS", 9)
    path = tmp_path / "roster.zip"
    reason = make(path)
    result = gradebook("import-roster", path)
    assert result.exit_code == 1
    assert complaints(result).startswith(f"{path} cannot be read as a roster: ")
    assert complaints(result).count("\n") == 1
    assert reason in result.stderr
    assert count(database, "school") == 0


def test_a_folder_without_csv_is_said_in_one_line(database: str, tmp_path: Path) -> None:
    folder = put_files(tmp_path / "in", {"readme.txt": "Nothing here"})
    result = gradebook("import-roster", folder)
    assert result.exit_code == 1
    assert complaints(result) == f"{folder} cannot be read as a roster: in holds no CSV files\n"


def test_a_folder_is_held_to_the_same_limits_as_a_zip(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 1 << 20)
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    folder = put_files(tmp_path / "in", {"users.csv": b"\n" * (2 << 20)})
    refused = f"{folder} cannot be read as a roster: "
    result = gradebook("import-roster", folder)
    assert complaints(result) == f"{refused}in: users.csv is larger than 1 MiB\n"
    put_files(folder, dict.fromkeys("abcd", ""))
    result = gradebook("import-roster", folder)
    assert complaints(result) == f"{refused}in holds more than 3 files and folders\n"


def test_what_separates_the_cells_may_be_told(database: str, tmp_path: Path) -> None:
    texts = Roster().texts()
    texts["orgs.csv"] = "sourcedId;name;type\r\no1;Hill School;school\r\no2;Dale; upper;school\r\n"
    folder = put_files(tmp_path / "in", texts)
    result = gradebook("import-roster", folder, "--skip-bad-rows")
    assert result.stdout.splitlines()[0] == (
        "orgs.csv, line 1: is separated by semicolons, it seems, but not every row has as many"
        ' cells as the header: give --delimiter ";"'
    )
    result = gradebook("import-roster", folder, "--skip-bad-rows", "--delimiter", ";")
    assert result.stdout.splitlines()[:2] == [
        "In the time zone UTC, as --zone says no other: Hill School.",
        "orgs.csv, line 3: has 4 cells where the header has 3",
    ]
    assert result.stdout.splitlines()[-1] == "Written, and 1 bad row left out."
    assert gradebook("import-roster", folder, "--delimiter", "tab").exit_code == 1
    result = gradebook("import-roster", folder, "--delimiter", "x")
    assert result.exit_code == 2
    assert "it is one of , ; | or tab" in " ".join(result.stderr.replace("│", " ").split())


def test_a_path_that_is_not_there_is_said(database: str, tmp_path: Path) -> None:
    result = gradebook("import-roster", tmp_path / "nothing")
    assert result.exit_code == 2
    assert "does not exist" in " ".join(result.stderr.replace("│", " ").split())


def test_a_link_out_of_the_folder_is_not_followed(database: str, tmp_path: Path) -> None:
    folder = Roster().only("orgs").to(tmp_path / "in")
    secret = put_files(tmp_path / "out", {"users.csv": "sourcedId\r\n"})
    (folder / "users.csv").symlink_to(secret / "users.csv")
    result = gradebook("import-roster", folder)
    assert result.exit_code == 0
    assert not [
        line for line in result.stdout.splitlines() if line.lstrip(" │").startswith("users")
    ]


def test_an_export_where_nothing_may_be_written_is_said_in_one_line(
    database: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "out", tmp_path / "nothing" / "out.zip"):
        result = gradebook("export-roster", path)
        assert result.exit_code == 1
        assert complaints(result).startswith(f"{path} cannot be written: ")
        assert complaints(result).count("\n") == 1


def test_a_school_that_is_not_there_is_not_exported(database: str, tmp_path: Path) -> None:
    result = gradebook("export-roster", tmp_path / "out", "--school", 7)
    assert result.exit_code == 1
    assert complaints(result) == (
        "There is no school 7. `gradebook schools` lists them; `gradebook new-school` or"
        " `gradebook import-roster` makes one.\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_process_of_its_own_imports_and_draws_no_bar_where_there_is_no_terminal(
    database: str, tmp_path: Path
) -> None:
    path = Roster().zip(tmp_path / "roster.zip")
    command = [sys.executable, "-c", "from gateway.command import main; main()"]
    done = subprocess.run(
        [*command, "import-roster", str(path)],
        capture_output=True,
        text=True,
        env=os.environ.copy(),
    )
    assert (done.returncode, complaints(done)) == (0, "")
    assert done.stdout.endswith("\nWritten.\n")


def test_a_bar_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    from gateway.command import roster

    screen = io.StringIO()
    terminal = Console(file=screen, force_terminal=True, width=80)
    monkeypatch.setattr(roster, "Console", lambda **_: terminal)
    with roster.bars() as progress:
        assert progress is not None
        progress("students", 0, 2)
        progress("students", 2, 2)
    assert "students" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_a_language_is_given_to_new_schools_and_may_be_changed(
    database: str, tmp_path: Path
) -> None:
    path = Roster().to(tmp_path / "in")
    result = gradebook("import-roster", path, "--language", "germanic")
    assert result.exit_code == 1
    assert complaints(result).startswith("germanic is no language that is known.")
    assert gradebook("import-roster", path, "--language", "DE").exit_code == 0
    result = gradebook("set-language", "pt_BR", "--school", "Hill School")
    said = "The names of Hill School are sorted by pt-BR.\n"
    assert (result.exit_code, result.stdout) == (0, said)
    assert gradebook("set-language", "?", "--school", "Hill School").exit_code == 1
    assert count(database, "school WHERE sorted_by LIKE 'pt-BR %'") == 1
