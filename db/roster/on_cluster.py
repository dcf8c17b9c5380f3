"""An import on a cluster. Its statements join, number and compare rows of all its schools at once,
which no worker can: so these rows are copied to the coordinator, into temporary tables that stand
before the others, and what the import has changed there is written back."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table

from db.cluster import is_distributed
from db.roster.history import HELD_BY
from db.roster.zones import BadOption
from db.sort_keys import NAMES
from db.tables import metadata
from domain.oneroster import Saying

ADDED_TO = frozenset({"outbox", "audit_note"})
"""Tables of which the import reads no row that it has not inserted itself."""
COPIED = frozenset(NAMES) | HELD_BY | ADDED_TO | {
    "grade", "grade_revision", "grade_scale", "lesson", "lesson_revision", "line_item",
    "membership", "period", "school", "work_type",
}  # fmt: skip
Key = tuple[Any, ...]
Rows = Mapping[Key, Any]


class ChangedMeanwhile(BadOption):
    """Somebody else has changed a record that the import changes."""


@asynccontextmanager
async def on_coordinator(connection: Any, schools: Collection[int]) -> AsyncIterator[None]:
    """On a cluster, run the block on copies of the rows, and write back what it changes."""
    if not await is_distributed(connection):
        yield
        return
    schema = await connection.fetchval("SELECT quote_ident(current_schema())")
    tables = [each for each in metadata.sorted_tables if each.name in COPIED]
    tables.sort(key=lambda each: each.name == "school")  # it is there, and refers to a scale
    async with connection.transaction():  # so that no row seems to be of this transaction itself
        for each in tables:
            await _copy(connection, schema, each.name, sorted(schools))
    await connection.execute("DISCARD PLANS")  # of statements that have read the other tables
    yield
    for each in tables:
        await _write_back(connection, schema, each)
    for each in tables:
        await connection.execute(f"DROP TABLE pg_temp.{each.name}, pg_temp.{each.name}_before")
    await connection.execute("DISCARD PLANS")


async def _copy(connection: Any, schema: str, name: str, schools: list[int]) -> None:
    await connection.execute(
        f"CREATE TEMPORARY TABLE {name} (LIKE {schema}.{name} INCLUDING DEFAULTS INCLUDING INDEXES)"
        " ON COMMIT DROP"
    )
    if name not in ADDED_TO:
        await connection.execute(
            f"INSERT INTO pg_temp.{name} SELECT * FROM {schema}.{name} WHERE school_id = ANY($1)",  # noqa: S608
            schools,
        )
    await connection.execute(
        f"CREATE TEMPORARY TABLE {name}_before ON COMMIT DROP AS TABLE pg_temp.{name}"
    )
    await connection.execute(f"ANALYZE pg_temp.{name}")


async def _write_back(connection: Any, schema: str, table: Table) -> None:
    name, keys = table.name, [column.name for column in table.primary_key]
    names = [column.name for column in table.c]
    columns = ", ".join(names)
    now, before = (f"SELECT {columns} FROM pg_temp.{each}" for each in (name, f"{name}_before"))  # noqa: S608
    was = _by_key(keys, await connection.fetch(f"{before} EXCEPT {now}"))
    await _check_unchanged(connection, schema, table, was)
    if "sourced_id" in names:
        await _free_ids(connection, schema, name)
    set_ = ", ".join(f"{each} = excluded.{each}" for each in names if each not in keys)
    await connection.execute(
        f"INSERT INTO {schema}.{name} ({columns}) SELECT * FROM ({now} EXCEPT {before}) AS new"  # noqa: S608
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {set_}"
    )


async def _free_ids(connection: Any, schema: str, name: str) -> None:
    """Take roster ids from the records that have others by now: the rows are written in no order,
    and another record may have the id."""
    freed = await connection.fetch(
        f"SELECT before.school_id, array_agg(before.id) AS ids FROM pg_temp.{name}_before AS before"  # noqa: S608
        f" JOIN pg_temp.{name} AS now ON now.school_id = before.school_id AND now.id = before.id"
        " WHERE before.sourced_id <> COALESCE(now.sourced_id, '') GROUP BY before.school_id"
    )
    for row in freed:
        await connection.execute(
            f"UPDATE {schema}.{name} SET sourced_id = NULL WHERE school_id = $1 AND id = ANY($2)",  # noqa: S608
            row["school_id"],
            row["ids"],
        )


async def _check_unchanged(connection: Any, schema: str, table: Table, was: Rows) -> None:
    """Lock the rows that will change, and raise ChangedMeanwhile if they are no longer as they
    were copied."""
    keys = [column.name for column in table.primary_key]
    columns = ", ".join(column.name for column in table.c)
    is_now: dict[Key, Any] = {}
    for school in sorted({row["school_id"] for row in was.values()}):
        of_school = [row for row in was.values() if row["school_id"] == school]
        ids = [row["id"] for row in of_school] if "id" in keys else None
        rows = await connection.fetch(
            f"SELECT {columns} FROM {schema}.{table.name} WHERE school_id = $1"  # noqa: S608
            + (" AND id = ANY($2) ORDER BY id" if ids else "")
            + " FOR UPDATE",
            *(each for each in (school, ids) if each is not None),
        )
        is_now |= _by_key(keys, rows)
    if is_now != was:
        raise ChangedMeanwhile(Saying.CHANGED_MEANWHILE(table=table.name))


def _by_key(keys: list[str], rows: list[Any]) -> dict[Key, Any]:
    return {tuple(row[key] for key in keys): row for row in rows}
