"""Backups: every row of every table comes back, or nothing changes."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table

from db.audit import chain_all, verify
from db.backup import BackupError, NotABackup, NotEmpty, back_up, programs, restore
from db.backup.archive import opened, seal
from db.backup.making import NOT_CARRIED
from db.migrations import known_revisions
from db.store import Store
from db.tables import metadata
from domain.origin import ORIGIN
from resolvers.mutations.grades import give_grade
from tests.cluster import on_one_postgresql
from tests.conftest import Server
from tests.gateway.small_school import HERE, found
from tests.store.office_room import done
from tests.store.staff_room import HEAD, TEACHER, StaffRoom
from tests.store.test_renewed import at, filled
from tests.tables import texts

pytestmark = on_one_postgresql("a cluster is backed up node by node, as README says")
TABLES = [table.name for table in metadata.sorted_tables]
Rows = Mapping[str, list[str]]
NONE: Rows = {name: [] for name in NOT_CARRIED}
CONSTRAINTS = """
    SELECT string_agg(conname || pg_get_constraintdef(oid), ';' ORDER BY conname)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = """
    SELECT string_agg(indexdef, ';' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public'
"""
BY_TYPE = {
    bytes: "'\\x00ff'", str: "'text'", datetime: "'2030-01-01'", int: "7", bool: "true",
    object: "'{}'", list: "'{}'", date: "'2030-01-01'", time: "'12:00'",
}  # fmt: skip

NOT_BESIDE_ANOTHER = {("survey_participation", "student_id")}
"""Columns that are null where another is not."""


async def rows_of(url: str) -> Rows:
    """Every row of every table, as text; the feed's epoch aside."""
    connection = await asyncpg.connect(url)
    try:
        found = await texts(connection.fetch, dict.fromkeys(TABLES, ""))
        epochs = [str(row[0]) for row in await connection.fetch("SELECT epoch FROM feed_key")]
    finally:
        await connection.close()
    (key,), (epoch,) = found["feed_key"], epochs
    return found | {"feed_key": [key.replace(epoch, "epoch")]}


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def run(url: str, *commands: str) -> Any:
    """The value that the last of the commands tells."""
    connection = await asyncpg.connect(url)
    try:
        for command in commands[:-1]:
            await connection.execute(command)
        return await connection.fetchval(commands[-1])
    finally:
        await connection.close()


def a_row_of(table: Table) -> str:
    """An INSERT of one row, of the school 1 and of the first record of each that it leads to."""
    values = {}
    for column in table.c:
        if (table.name, column.name) in NOT_BESIDE_ANOTHER:
            continue
        targets = [key.column for key in column.foreign_keys if key.column.name != "school_id"]
        if column.name == "school_id":
            values[column.name] = "1"
        elif targets:
            of = targets[0].table
            where = " WHERE school_id = 1" if "school_id" in of.c else ""
            values[column.name] = f'(SELECT {targets[0].name} FROM "{of.name}"{where} LIMIT 1)'
        elif not column.nullable and column.server_default is None:
            values[column.name] = BY_TYPE.get(column.type.python_type, "gen_random_uuid()")
    names = ", ".join(f'"{name}"' for name in values)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(values.values())})'


@pytest.fixture
async def small(database_url: str) -> str:
    """A database with a row in every table, and text that COPY has to escape."""
    connection = await asyncpg.connect(database_url)
    try:
        await found(connection)
        await connection.execute(
            "UPDATE homework SET text = E'A tab\\t, a back\\\\slash\\n\\\\.\\nand \"Прописи\" 😀'"
        )
        for table in metadata.sorted_tables:
            if not await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{table.name}")'):
                await connection.execute(a_row_of(table))
    finally:
        await connection.close()
    return database_url


@pytest.fixture
async def empty(server: Server) -> AsyncIterator[str]:
    async with server.copy("template0") as url:
        yield url


async def test_every_row_of_every_table_comes_back(small: str, empty: str, tmp_path: Path) -> None:
    file, before = tmp_path / "school.backup", await rows_of(small)
    assert [name for name in TABLES if not before[name]] == []
    manifest = await back_up(small, file)
    assert (file.stat().st_mode & 0o777, inside(tmp_path)) == (0o600, [file])
    assert manifest.schools == ("Here", "Elsewhere")
    assert manifest.rows == {
        **{name: len(before[name]) for name in TABLES if name not in NOT_CARRIED},
        "alembic_version": 1,
    }
    assert await restore(empty, file) == manifest
    assert await rows_of(empty) == {**before, **NONE}
    epochs = [await run(url, "SELECT epoch FROM feed_key") for url in (small, empty)]
    assert epochs[0] != epochs[1]
    numbers = [await run(url, "SELECT nextval('school_school_id_seq')") for url in (small, empty)]
    assert numbers[0] == numbers[1]
    with pytest.raises(BackupError, match="is there already"):
        await back_up(small, file)
    assert opened(file) == manifest


async def test_a_change_that_the_audit_was_not_told_of_is_told_to_it_after_the_restore(
    room: StaffRoom, room_url: str, empty: str, tmp_path: Path
) -> None:
    """As one in the moment of the backup is: the live feed's rows are not carried."""
    await done(room, "changeStudent", id=room.id("Student"), phone="1")
    await chain_all(room.store)
    ORIGIN.set("192.0.2.7")
    given = await give_grade(room.store, await room.viewer(TEACHER), room.grade())
    await done(room, "changeStudent", id=room.id("Student"), phone="2")
    await back_up(room_url, tmp_path / "school.backup")
    await restore(empty, tmp_path / "school.backup")
    store = await Store.connect(empty, connections=2)
    try:
        await chain_all(store)
        rows = await store.pool.fetch(
            "SELECT change, noun, ref, version, student_id, account_id, origin FROM audit_entry"
            " WHERE school_id = $1 AND noun IN ('Grade', 'Student') ORDER BY number", HERE,
        )  # fmt: skip
        verdict = await verify(store, HERE)
    finally:
        await store.close()
    student, head = room.small.records["Student"], room.small.accounts[HEAD]
    teacher = room.small.accounts[TEACHER]
    assert sorted(tuple(row) for row in rows[1:]) == [
        ("CHANGED", "Student", student, None, student, head, "192.0.2.7"),
        ("GIVEN", "Grade", given.record.id, 1, student, teacher, "192.0.2.7"),
    ]
    assert (len(rows), verdict.faults) == (3, [])


async def test_what_the_database_gets_besides_its_rows_is_as_migrations_make_it(
    small: str, empty: str, tmp_path: Path
) -> None:
    await back_up(small, tmp_path / "file")
    await restore(empty, tmp_path / "file")
    for query in (CONSTRAINTS, INDEXES):
        assert await run(empty, query) == await run(small, query)


async def test_a_database_that_is_not_empty_is_replaced_only_if_that_is_said(
    small: str, school_url: str, tmp_path: Path
) -> None:
    file, before = tmp_path / "file", await rows_of(school_url)
    await back_up(small, file)
    with pytest.raises(NotEmpty):
        await restore(school_url, file)
    assert await rows_of(school_url) == before
    await restore(school_url, file, replace=True)
    assert await rows_of(school_url) == {
        **await rows_of(small),
        **NONE,
    }


@pytest.mark.parametrize("kind", ["cut", "one byte less", "empty", "foreign", "changed", "plain"])
async def test_a_file_that_is_cut_off_foreign_or_changed_changes_nothing(
    small: str, empty: str, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "file"
    await back_up(small, file)
    whole = file.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    file.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "one byte less": whole[:-1],
            "empty": b"",
            "foreign": b"PK\x03\x04" + bytes(10_000),
            "changed": bytes(changed),
            "plain": whole[: whole.rindex(b'\n{"made_at"')],  # of pg_dump alone
        }[kind]
    )
    with pytest.raises(NotABackup, match="damaged" if kind == "changed" else "no backup"):
        await restore(empty, file)
    assert await run(empty, "SELECT count(*) FROM pg_class WHERE relname = 'school'") == 0


def resealed(file: Path, **other: object) -> None:
    """The same archive with a description that says something else."""
    manifest, whole = opened(file), file.read_bytes()
    file.write_bytes(whole[: whole.rindex(b'\n{"made_at"')])
    seal(file, replace(manifest, **other))  # type: ignore[arg-type]


async def test_a_folder_that_is_not_there_is_named(small: str, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "backup"
    said = f"{file} cannot be written: there is no folder {file.parent}"
    with pytest.raises(BackupError, match=re.escape(said)):
        await back_up(small, file)


async def test_a_backup_of_a_newer_version_is_refused(
    small: str, empty: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    await run(small, "UPDATE alembic_version SET version_num = '9999' RETURNING 1")
    assert (await back_up(small, file)).revision == "9999"
    with pytest.raises(BackupError, match="newer version of Gradebook"):
        await restore(empty, file)
    resealed(file, revision=max(known_revisions()))
    with pytest.raises(BackupError, match="database is of a newer version"):
        await restore(small, file, replace=True)
    await restore(empty, file)
    assert await run(empty, "SELECT count(*) FROM school") == 2


async def test_what_fails_in_the_middle_leaves_what_was_there(
    small: str, school_url: str, tmp_path: Path
) -> None:
    file, before = tmp_path / "file", await rows_of(school_url)
    manifest = await back_up(small, file)
    resealed(file, rows={**manifest.rows, "grade": 77})
    with pytest.raises(BackupError, match="does not hold the rows that it promises"):
        await restore(school_url, file, replace=True)
    assert await rows_of(school_url) == before
    broken = ("SET session_replication_role = replica", "DELETE FROM work_type", "SELECT 1")
    await run(small, *broken)  # past its foreign keys
    await back_up(small, tmp_path / "broken")
    with pytest.raises(BackupError, match="Nothing was changed, because the database refused:"):
        await restore(school_url, tmp_path / "broken", replace=True)
    assert await rows_of(school_url) == before


async def test_a_backup_of_older_tables_is_brought_to_the_newest(
    server: Server, empty: str, tmp_path: Path
) -> None:
    async with server.copy("template0") as old:
        await at(old, "0016")
        connection = await asyncpg.connect(old)
        try:
            await filled(connection)
        finally:
            await connection.close()
        assert (await back_up(old, tmp_path / "file")).revision == "0016"
    await restore(empty, tmp_path / "file")
    assert await run(empty, "SELECT version_num FROM alembic_version") != "0016"
    assert await run(empty, "SELECT count(*) FROM student WHERE search_key <> ''") == 4


async def test_a_database_of_something_else_is_not_backed_up(empty: str, tmp_path: Path) -> None:
    await run(empty, "CREATE TABLE school (name text)", "SELECT 1")
    with pytest.raises(BackupError, match="holds nothing of Gradebook"):
        await back_up(empty, tmp_path / "file")
    assert inside(tmp_path) == []


def test_the_programs_are_new_enough_or_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = programs.program("pg_dump", at_least=18)
    assert (ours.major, ours.path.name) == (18, "pg_dump")
    (newer := tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 77.1 (x)'")
    newer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.program("pg_dump", at_least=70) == programs.Program(newer, 77)
    with pytest.raises(BackupError) as caught:
        programs.program("pg_dump", at_least=99)
    told = str(caught.value)
    assert told.startswith("This takes pg_dump of PostgreSQL 99 or newer. Found: version ")
    assert "postgresql-client-99" in told


def test_a_password_is_no_argument_of_a_program() -> None:
    url = "postgresql://ann%40x:p%3A%40ss@[::1]:5433/diary?ssl=require&host=%2Ftmp%2Fx"
    address, environment = programs.connection_of(url)
    assert address == "postgresql://ann%40x@[::1]:5433/diary?sslmode=require&host=%2Ftmp%2Fx"
    assert environment["PGPASSWORD"] == "p:@ss"
    assert programs.connection_of("postgresql:///diary")[0] == "postgresql:///diary"
