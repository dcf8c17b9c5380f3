"""Tables distributed over the workers of a Citus cluster, each school on one of them.

Where a table goes follows from its declaration: one with a `school_id` is distributed by it; what
such a table refers to otherwise is a reference table, of which every node has a copy; all others
stay on the coordinator, where they are written as fast as on one PostgreSQL.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table

from db.tables import metadata

SHARDS = 32
FIRST = "school"
"""The table that is distributed first: all others refer to it."""
OLDEST = (12, 0)
KEEP_LOCAL: Mapping[str, str] = {
    "table_change": "it is read only where answers are kept, as they are not on a cluster",
}
"""Tables with a `school_id` that stay on the coordinator, and why."""
WITHOUT_CONSTRAINTS: Mapping[tuple[str, str], str] = {
    ("school", "sourced_id"): "no worker knows the schools of the others; imports look first",
}
"""Unique columns that a cluster does not check, and why, by table."""
WITHOUT_TRIGGERS: Mapping[str, str] = {
    "audit_entry": "a trigger on a worker cannot read another table; the chain of entries still"
    " shows each change",
}
"""Tables whose triggers a cluster does not have, and why."""


ALL_VISIBLE = "citus.override_table_visibility TO off"
"""Citus hides shards from whoever looks into the catalog, by a function called for each table: that
takes seconds where asyncpg asks for a type, in each new connection."""


class Place(StrEnum):
    DISTRIBUTED = "distributed"
    REFERENCE = "reference"
    LOCAL = "local"


class NotDistributed(Exception):
    """The database cannot be distributed, or is not as it should be; the message says why."""


@dataclass(frozen=True)
class ForeignKey:
    table: str
    name: str
    definition: str


def place_of(table: Table) -> Place:
    """Where the table goes on a cluster."""
    if _is_distributed(table):
        return Place.DISTRIBUTED
    return Place.REFERENCE if table.name in _references() else Place.LOCAL


def _is_distributed(table: Table) -> bool:
    return "school_id" in table.c and table.name not in KEEP_LOCAL


def _references() -> set[str]:
    """Tables to which distributed ones refer, and those to which they refer themselves."""
    found: set[str] = set()
    waiting = [table for table in metadata.sorted_tables if _is_distributed(table)]
    while waiting:
        for key in waiting.pop().foreign_keys:
            target = key.column.table
            if not _is_distributed(target) and target.name not in found:
                found.add(target.name)
                waiting.append(target)
    return found


IS_CLUSTER = "SELECT to_regclass('pg_catalog.pg_dist_partition')"
DISTRIBUTED = (
    "SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass('outbox'))"
)
IS_WORKER = "SELECT groupid <> 0 FROM pg_dist_local_group"
OF_A_WORKER = "It is a worker of a cluster: give the address of the coordinator"
SEQUENTIALLY = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"
"""Tables with foreign keys to reference tables are changed one shard after another."""


async def is_distributed(connection: Any) -> bool:
    """Whether the tables are distributed: that of the feed is."""
    if await connection.fetchval(IS_CLUSTER) is None:
        return False
    return bool(await connection.fetchval(DISTRIBUTED))


async def is_worker(connection: Any) -> bool:
    """Whether it leads to a worker of a cluster. One may write there too, but with transaction
    numbers of its own, so that the feed would miss changes."""
    if await connection.fetchval(IS_CLUSTER) is None:
        return False
    return bool(await connection.fetchval(IS_WORKER))


async def distribute(connection: Any, shards: int = SHARDS) -> list[str]:
    """Distribute the tables that are not yet, all of them or none; returns their names.

    Raises NotDistributed if the server is no coordinator of a cluster.
    """
    await _check_coordinator(connection)
    name = await connection.fetchval("SELECT quote_ident(current_database())")
    await connection.execute(f"ALTER DATABASE {name} SET {ALL_VISIBLE}")
    await connection.execute(f"SET {ALL_VISIBLE}")
    async with connection.transaction():
        await connection.execute(SEQUENTIALLY)
        actual = await places(connection)
        missing = {
            table.name: place_of(table)
            for table in metadata.sorted_tables
            if place_of(table) != actual[table.name]
        }
        if not missing:
            return []
        keys = [key for key in await _foreign_keys(connection) if _concerns(key, missing)]
        for key in keys:
            await connection.execute(f'ALTER TABLE "{key.table}" DROP CONSTRAINT "{key.name}"')
        await _drop_what_a_cluster_lacks(connection)
        for name, place in sorted(missing.items(), key=lambda each: each[0] != FIRST):
            await connection.execute(placing(name, place, shards))
        for key in keys:
            await connection.execute(
                f'ALTER TABLE "{key.table}" ADD CONSTRAINT "{key.name}" {key.definition}'
            )
    return list(missing)


async def check(connection: Any) -> dict[Place, list[str]]:
    """The tables by where they are. Raises NotDistributed if one is elsewhere than it should be, if
    distributed ones are not divided alike, or if a foreign key is missing."""
    actual = await places(connection)
    wrong = [
        f"{table.name} is {actual[table.name]}, not {place_of(table)}"
        for table in metadata.sorted_tables
        if actual[table.name] != place_of(table)
    ]
    groups = await connection.fetch(
        "SELECT DISTINCT colocationid FROM pg_dist_partition WHERE partmethod = 'h'"
        " AND logicalrelid = ANY($1::regclass[])",
        [name for name, place in actual.items() if place is Place.DISTRIBUTED],
    )
    if len(groups) > 1:
        wrong.append("not all distributed tables are divided alike")
    there = {(key.table, key.definition) for key in await _foreign_keys(connection)}
    wrong += [
        f"{table} refers to {target} by no foreign key"
        for table, target, start in declared_keys()
        if not any(of == table and made.startswith(start) for of, made in there)
    ]
    if wrong:
        raise NotDistributed("; ".join(wrong))
    return {place: [name for name, found in actual.items() if found is place] for place in Place}


def declared_keys() -> Iterator[tuple[str, str, str]]:
    """Of each foreign key its table, the table that it leads to, and how PostgreSQL begins to write
    its definition."""
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            target = key.referred_table.name
            columns = ", ".join(key.column_keys)
            yield table.name, target, f"FOREIGN KEY ({columns}) REFERENCES {target}("


async def places(connection: Any) -> dict[str, Place]:
    """Where each table is."""
    rows = await connection.fetch(
        "SELECT relname, partmethod::text AS by, repmodel::text AS copies FROM pg_dist_partition"
        " JOIN pg_class ON pg_class.oid = logicalrelid"
        " WHERE relnamespace = current_schema()::regnamespace"
    )
    found = {}
    for row in rows:
        if row["by"] == "h":
            found[row["relname"]] = Place.DISTRIBUTED
        elif row["copies"] == "t":
            found[row["relname"]] = Place.REFERENCE
    return {table.name: found.get(table.name, Place.LOCAL) for table in metadata.sorted_tables}


async def _check_coordinator(connection: Any) -> None:
    if await connection.fetchval(IS_CLUSTER) is None:
        raise NotDistributed(
            "It is no cluster: its administrator first runs CREATE EXTENSION citus on each node"
        )
    if await is_worker(connection):
        raise NotDistributed(OF_A_WORKER)
    version = await connection.fetchval(
        "SELECT extversion FROM pg_extension WHERE extname = 'citus'"
    )
    if tuple(map(int, version.partition("-")[0].split("."))) < OLDEST:
        raise NotDistributed(f"It is Citus {version}, and {OLDEST[0]} is needed at least")
    nodes = await connection.fetch("SELECT groupid, shouldhaveshards FROM pg_dist_node")
    if not any(node["shouldhaveshards"] for node in nodes):
        raise NotDistributed("It has no workers: SELECT citus_add_node('HOST', PORT) adds one")
    if not any(node["groupid"] == 0 for node in nodes):
        raise NotDistributed(
            "Its workers do not know the coordinator:"
            " SELECT citus_set_coordinator_host('HOST', PORT) tells them"
        )


async def _foreign_keys(connection: Any) -> list[ForeignKey]:
    rows = await connection.fetch(
        "SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid) AS made"
        " FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
        " WHERE contype = 'f' AND conparentid = 0"
        " AND connamespace = current_schema()::regnamespace AND relname = ANY($1)",
        list(metadata.tables),
    )
    return [ForeignKey(row["relname"], row["conname"], row["made"]) for row in rows]


def _concerns(key: ForeignKey, tables: Mapping[str, Place]) -> bool:
    target = key.definition.partition(" REFERENCES ")[2].partition("(")[0]
    return key.table in tables or target.strip('"') in tables


async def _drop_what_a_cluster_lacks(connection: Any) -> None:
    unique = await connection.fetch(
        "SELECT relname, attname, conname FROM pg_constraint"
        " JOIN pg_class ON pg_class.oid = conrelid"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE contype = 'u' AND cardinality(conkey) = 1"
        " AND connamespace = current_schema()::regnamespace"
    )
    for row in unique:
        if (row["relname"], row["attname"]) in WITHOUT_CONSTRAINTS:
            await connection.execute(
                f'ALTER TABLE "{row["relname"]}" DROP CONSTRAINT "{row["conname"]}"'
            )
    triggers = await connection.fetch(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND relname = ANY($1)",
        list(WITHOUT_TRIGGERS),
    )
    for row in triggers:
        await connection.execute(f'DROP TRIGGER "{row["tgname"]}" ON "{row["relname"]}"')


def placing(table: str, place: Place, shards: int = SHARDS) -> str:
    """The SQL that puts the table there. All distributed ones are divided as the first is."""
    if place is Place.REFERENCE:
        return f"SELECT create_reference_table('{table}')"
    if place is Place.LOCAL:
        return f"SELECT undistribute_table('{table}')"
    alike = "'none', shard_count => " + str(shards) if table == FIRST else f"'{FIRST}'"
    return f"SELECT create_distributed_table('{table}', 'school_id', colocate_with => {alike})"
