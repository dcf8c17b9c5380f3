"""The command `gradebook`, run in this process on a database of its own."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import typer
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from gateway.command import app
from gateway.command import demo as demo_command
from gateway.command import schema as schema_command
from gateway.command.database import with_connection
from gateway.graphiql import DemoAccount
from gateway.settings import Settings
from tests.complaints import complaints
from tests.gateway.processes import Client, serving
from tests.store.small_roster import Roster

HEADS = """
    SELECT login, display_name, password_hash, role, school.name AS school
    FROM account JOIN membership ON account_id = account.id JOIN school USING (school_id)
"""


def gradebook(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


def sql(url: str, text: str, *parameters: object) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(text, *parameters))
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", database_url)
    return database_url


def add_school(url: str, name: str) -> None:
    sql(url, "INSERT INTO school (name, time_zone) VALUES ($1, 'UTC')", name)


def test_an_administrator_is_made_with_a_password_from_stdin(database: str) -> None:
    add_school(database, "School 5")
    arguments = ("create-admin", "Head", "--school", "School 5", "--password-stdin")
    result = gradebook(*arguments, typed="correct horse\n")
    assert (result.exit_code, result.stdout) == (0, "Head may now administer School 5.\n")
    [row] = sql(database, HEADS)
    assert (row["login"], row["role"], row["school"]) == ("head", "HEAD", "School 5")
    assert PasswordHasher().verify(row["password_hash"], "correct horse")


def test_the_password_is_asked_for_twice(database: str) -> None:
    add_school(database, "School 5")
    typed = "correct horse\nanother horse\ncorrect horse\ncorrect horse\n"
    result = gradebook("create-admin", "head", "--school", "School 5", typed=typed)
    assert result.exit_code == 0
    assert "do not match" in result.output
    assert "correct horse" not in result.output


@pytest.mark.parametrize(
    ("login", "school", "password", "message"),
    [
        ("head", "School 6", "correct horse", "There is no school School 6."),
        ("head", "School 5", "short", "A password needs at least 8 characters."),
        ("head", "School 5", "x" * 300, "A password may have at most 256 characters."),
        ("head", "School 5", "qwertyuiop", "This password is known"),
        ("head", "School 5", "School 5", "A password may not be the login"),
        ("headmaster", "School 5", "Headmaster!", "A password may not be the login"),
        ("head", "School 5", "", "Standard input has no password in its first line."),
        ("taken", "School 5", "correct horse", "The login taken is taken."),
        ("head", "Twin", "correct horse", "Several schools are called Twin."),
        (" ", "School 5", "correct horse", "A login may not be empty."),
    ],
)
def test_an_administrator_that_cannot_be_made_leaves_nothing(
    database: str, login: str, school: str, password: str, message: str
) -> None:
    for name in ("School 5", "Twin", "Twin"):
        add_school(database, name)
    gradebook(
        "create-admin", "taken", "--school", "School 5", "--password-stdin", typed="long enough\n"
    )
    arguments = ("create-admin", login, "--school", school, "--password-stdin")
    result = gradebook(*arguments, typed=f"{password}\n")
    assert result.exit_code == 1
    assert message in result.stderr
    assert [row["login"] for row in sql(database, HEADS)] == ["taken"]


@pytest.mark.parametrize(
    ("school", "message"),
    [
        ("School 6", "There is no school School 6."),
        ("School 5", "There is nobody to ask for a password. Without a terminal give it with"),
    ],
)
def test_the_school_is_looked_for_before_anybody_is_asked(
    database: str, school: str, message: str
) -> None:
    add_school(database, "School 5")
    result = gradebook("create-admin", "head", "--school", school, typed="")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(message)
    assert ("--password-stdin < FILE" in complaints(result)) == (school == "School 5")
    assert ("Password" in result.stdout) == (school == "School 5")


WHO_AM_I = "{ viewer { account { login } memberships { roles school { name } } } }"


def test_commands_work_beside_a_gateway_that_serves_its_own_database(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADEBOOK_DATABASE_URL", raising=False)
    monkeypatch.setenv("GRADEBOOK_DATA", str(data))

    async def head() -> Any:
        async with Client.signed_in(gateway.host, "head", "correct horse") as client:
            return (await client.ask(WHO_AM_I))["viewer"]

    with serving() as gateway:
        assert gradebook("import-roster", str(Roster().to(tmp_path / "in"))).exit_code == 0
        arguments = ("create-admin", "Head", "--school", "Hill School", "--password-stdin")
        result = gradebook(*arguments, typed="correct horse\n")
        assert (result.exit_code, complaints(result)) == (0, "")
        assert asyncio.run(head()) == {
            "account": {"login": "head"},
            "memberships": [{"roles": ["HEAD"], "school": {"name": "Hill School"}}],
        }
        second = gradebook("serve", "--port", "0")
        assert second.exit_code == 1
        assert f"is in use by the server of process {gateway.process.pid}." in second.stderr
        assert asyncio.run(head())["account"] == {"login": "head"}


def test_migrate_may_be_run_again(database: str) -> None:
    result = gradebook("migrate")
    assert (result.exit_code, result.stdout) == (0, "The database has the newest tables.\n")


def test_a_database_that_cannot_be_reached_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", "postgresql://127.0.0.1:1/nothing")
    result = gradebook("migrate")
    assert result.exit_code == 1
    assert complaints(result) == "The database cannot be used: nothing answers at this address.\n"
    assert "Traceback" not in result.output


def test_a_database_that_ends_meanwhile_is_said_in_one_line(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(connection: Any) -> None:
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(typer.Exit):
        with_connection(work, Settings(database_url=database))
    (told, line) = capsys.readouterr().err.splitlines()
    assert told.startswith("Database: postgresql://")
    assert line.startswith("The database has ended meanwhile: ")


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = gradebook("serve", "--port", str(port))
    assert result.exit_code == 1
    assert complaints(result) == (
        f"Cannot listen at 127.0.0.1:{port}: Address already in use. Choose another with --port.\n"
    )


def test_the_schema_is_printed_written_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "schema.graphql"
    monkeypatch.setattr(schema_command, "snapshot", lambda: file)
    assert gradebook("schema", "--check").exit_code == 1
    assert gradebook("schema", "--write").exit_code == 0
    assert file.read_text() == gradebook("schema").stdout
    assert gradebook("schema", "--check").exit_code == 0


def test_a_breaking_change_of_the_schema_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text("type Query { kept: String gone: String }\n")
    monkeypatch.setattr(schema_command, "snapshot", lambda: file)
    monkeypatch.setattr(schema_command, "current", lambda: "type Query { kept: String new: Int }\n")
    result = gradebook("schema", "--check")
    assert result.exit_code == 1
    assert "Breaking: Field Query.gone was removed." in result.stderr
    assert complaints(result).count("Breaking") == 1


def test_the_schema_s_changes_since_another_version_are_listed_for_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old.graphql"
    file.write_text("type Query { kept: String gone: Int } enum Kind { A }\n")
    now = 'type Query { "Told." kept: String new: Int } enum Kind { A B }\n'
    monkeypatch.setattr(schema_command, "current", lambda: now)
    result = gradebook("schema", "--changes", str(file))
    assert result.stdout.splitlines() == [
        "- Breaking: Field Query.gone was removed.",
        "- Mind: Enum value Kind.B was added.",
        "- New: Field Query.new was added.",
    ]
    missing = gradebook("schema", "--changes", str(tmp_path / "none"))
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (1, True)


def test_a_later_start_still_knows_the_demo_accounts(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    assert demo_command.remembered(settings) == ()
    accounts = (DemoAccount("anna", "secret", "A student of 7B"),)
    demo_command.remember(settings, accounts)
    assert demo_command.remembered(settings) == accounts
    assert (settings.data / demo_command.NOTES).stat().st_mode & 0o077 == 0
