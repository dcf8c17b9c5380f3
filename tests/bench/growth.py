"""How cost grows: the three answers in a school of many times the data, over more connections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import asyncpg
import typer

from db.tables import metadata
from tests.bench.operations import Operation
from tests.bench.rounds import Result, Rounds, compared
from tests.bench.school import Signed
from tests.bench.servers import Server

PEOPLE = {"teacher", "student", "guardian"}
ONCE = {"membership"}
"""What is of people, and of their accounts too, of which there are no copies."""


def multiplied() -> tuple[str, ...]:
    """The tables of people and of all that leads to them, each after those that it leads to."""
    found = {*PEOPLE}
    for each in metadata.sorted_tables:
        leads = {key.column.table.name for key in each.foreign_keys}
        if leads & found and each.name not in ONCE and not each.name.endswith("_revision"):
            found.add(each.name)
    return tuple(each.name for each in metadata.sorted_tables if each.name in found)


MULTIPLIED = multiplied()
SHARED = {
    column.name
    for name in MULTIPLIED
    for column in metadata.tables[name].columns
    if column.foreign_keys
    and all(k.column.table.name not in MULTIPLIED for k in column.foreign_keys)
}
"""Columns that lead to what the whole school shares."""
FIRST_BITS = 0x018B
"""The first sixteen bits of every id of the demo school, which tell the copies apart."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A result in a school of `times` the data."""

    times: int
    result: Result


async def grown(
    url: str,
    asked: Sequence[Operation],
    tokens: Signed,
    servers: Sequence[Server],
    rounds: Rounds,
    times: Iterable[int],
    at_once: Sequence[int],
) -> list[Grown]:
    found, have = [], 1
    for factor in sorted(times):
        begun = perf_counter()
        await multiply(url, have, factor)
        have = factor
        typer.echo(f"{factor} times the data: filled in {perf_counter() - begun:.0f} s", err=True)
        for connections in at_once:
            for operation in asked:
                with_so_many = replace(rounds, connections=connections)
                results = await compared(operation, tokens.token(operation), servers, with_so_many)
                found += [Grown(factor, result) for result in results]
    return found


async def multiply(url: str, have: int, factor: int) -> None:
    """Copy the first school's people, lessons and grades until there are `factor` of each.

    Copied in the database, for the demo school's own making would hold twenty million rows in
    memory; foreign keys are not checked, and indexes are made anew at the end.
    """
    if factor <= have:
        return
    connection = await asyncpg.connect(url)
    indexes = await connection.fetch(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made"
        " FROM pg_index WHERE indrelid = ANY($1::text[]::regclass[]) AND NOT indisunique",
        MULTIPLIED,
    )
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    for table in MULTIPLIED:
        for copy in range(have, factor):
            await connection.execute(await _copying(connection, table, copy))
    await connection.execute("SET maintenance_work_mem = '1GB'")
    for index in indexes:
        await connection.execute(index["made"])
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _copying(connection: Any, table: str, copy: int) -> str:
    """Ids of the copy begin with other bits; what the whole school shares keeps its own."""
    columns = await connection.fetch(
        "SELECT column_name AS name, data_type = 'uuid' AS is_id FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position",
        table,
    )
    bits = f"{FIRST_BITS + copy:04x}"
    names = ", ".join(column["name"] for column in columns)
    values = ", ".join(
        f"overlay({column['name']}::text PLACING '{bits}' FROM 1)::uuid"
        if column["is_id"] and column["name"] not in SHARED
        else column["name"]
        for column in columns
    )
    ends = f"{FIRST_BITS:04x}ffff-ffff-ffff-ffff-ffffffffffff"
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}"
        f" WHERE school_id = 1 AND id <= '{ends}'"
    )
