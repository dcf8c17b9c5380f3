"""What a cluster of workers asks of the tables and of every statement. Nothing here needs one: the
whole suite runs on a cluster where `GRADEBOOK_TEST_WORKERS` names its workers."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table, UniqueConstraint

from db import cluster
from db.availability import is_unavailable
from db.backup import BackupError, back_up
from db.cluster import Place, place_of
from db.reading.horizon import horizon_of_cluster
from db.requirements import Unsuitable, check_server
from db.statement import registry
from db.store import Store
from db.tables import metadata
from tests.checks import shards
from tests.cluster import on_one_postgresql, pretend, worker_of
from tests.conftest import Server

for package in ("db.reading", "db.writing"):
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        import_module(module.name)

OVER_WORKERS = {
    "accounts_alone": "whether an account is anything in another school, when a student is erased",
    "access_code_by_hash": "asked before any school is known, by 80 random bits alone",
    "begin_places": "one worker makes the notices of all schools",
    "begin_chains": "one worker begins the audits of all schools",
    "chains_behind": "one worker adds to the audits of all schools",
    "drop_old_notices": "the notices of all schools age alike",
    "drop_old_deliveries": "the logs of all schools age alike, once an hour",
    "drop_old_events": "the feed of all schools has one order, and ages in it, once an hour",
    "due_exports": "one worker makes the exports of all schools",
    "due_reminders": "one worker reminds of the events of all schools",
    "due_webhooks": "one worker sends for the webhooks of all schools",
    "every_school": "the schools themselves, for their clocks",
    "expire_exports": "the exports of all schools age alike",
    "memberships_of_account": "signing in: the schools follow from the account alone",
    "newest_row": "the feed of all schools has one order, and one end",
    "oldest_row": "the feed of all schools has one order, and is dropped in it",
    "places_behind": "one worker makes the notices of all schools",
    "places_to_look_ahead": "one worker makes the notices of all schools",
    "places_of_chains": "a backup is of all schools",
    "rights_after": "rights that end in any school end at once",
    "rows_after": "the feed's batch: one reader for a whole process",
    "rows_of_schools_after": "the feed's batch: what one viewer of several schools has missed",
    "schools_by_id": "the schools of one viewer",
    "schools_with_messages_due": "one worker delivers in all schools",
    "schools_called": "a school is looked for by its name",
    "schools_of_accounts": "asked of what was counted of accounts, by the accounts alone",
    "steps_of_account": "what became of an account, with the names of its schools",
    "terms_of_audit": "one worker prunes the audits of all schools",
    "waiting_queues": "what waits in all schools is counted for whoever runs the gateway",
}
NOT_ON_A_CLUSTER = {
    "changes_since": "no answers are kept there",
    "courses_ever_had": "no answers are kept there",
    "horizon": "it has its own",
    "viewers_by_sessions": "three statements are read in its place",
}
COORDINATOR_ALONE = {"horizon_of_cluster": "it reads no distributed table"}
STABLE = {
    "concat": "of numbers and texts, which no setting changes",
    "concat_ws": "as concat",
    "date_part": "of times without a time zone",
    "timezone": "of an instant and a named zone, which is immutable",
    "extract": "of dates, which have no time zone",
    "jsonb_agg": "of numbers and texts",
    "jsonb_build_array": "of numbers and texts",
}
"""Functions that PostgreSQL calls stable, and why workers may evaluate them all the same."""
CALL = re.compile(r"\b([a-z_][a-z_0-9]*)\(")


def test_tables_go_where_their_columns_say() -> None:
    places = {name: place_of(table) for name, table in metadata.tables.items()}
    of_schools = {name for name, table in metadata.tables.items() if "school_id" in table.c}
    by_place = {place: {n for n in places if places[n] is place} for place in Place}
    assert by_place[Place.DISTRIBUTED] == of_schools - set(cluster.KEEP_LOCAL)
    assert by_place[Place.REFERENCE] == {"account"}
    assert {"session", "sign_in_tries", "table_change"} <= by_place[Place.LOCAL]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_cluster_can_check_every_key(table: Table) -> None:
    """A worker knows its own schools alone."""
    if place_of(table) is not Place.DISTRIBUTED:
        for key in table.foreign_keys:  # the coordinator does not know them
            assert place_of(key.column.table) is not Place.DISTRIBUTED
        return
    unique = [list(each.columns) for each in table.indexes if each.unique]
    unique += [
        list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)
    ]
    for columns in [list(table.primary_key.columns), *unique]:
        names = [column.name for column in columns]
        assert "school_id" in names or (table.name, names[0]) in cluster.WITHOUT_CONSTRAINTS


def test_no_statement_leaves_the_worker_of_its_school() -> None:
    found: set[str] = set()
    for statement in registry:
        tree = shards.read(statement.silent.text)
        assert not shards.inserts_what_it_writes(tree), statement.name
        if shards.unbound(tree):
            found.add(statement.name)
    assert found - set(NOT_ON_A_CLUSTER) == set(OVER_WORKERS)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("SELECT 1 FROM grade WHERE grade.school_id = $1", []),
        ("SELECT 1 FROM grade WHERE grade.id = $1", ["grade"]),
        ("SELECT 1 FROM grade g JOIN lesson l ON l.id = g.lesson_id WHERE g.school_id = $1",
         ["lesson"]),
        ("SELECT 1 FROM grade g JOIN lesson l USING (school_id) WHERE l.school_id = $1", []),
        (("SELECT 1 FROM student s WHERE s.school_id = $1"
         " AND NOT EXISTS (SELECT 1 FROM grade g WHERE g.school_id = s.school_id)"), []),
        (("SELECT EXISTS (SELECT 1 FROM grade g WHERE g.school_id = s.school_id)"
         " FROM student s WHERE s.school_id = $1"), ["grade"]),
        (("WITH one AS (SELECT school_id FROM student WHERE student.school_id = $1 GROUP BY 1)"
         " SELECT 1 FROM one JOIN grade ON grade.school_id = one.school_id"), ["grade"]),
        ("UPDATE grade SET weight = 1 FROM lesson WHERE lesson.school_id = $1", ["grade"]),
        (("DELETE FROM grade USING lesson WHERE (grade.school_id, grade.lesson_id) ="
         " (lesson.school_id, lesson.id) AND lesson.school_id = $1"), []),
        ("INSERT INTO grade (id) VALUES ($1)", ["grade"]),
    ],
)  # fmt: skip
def test_what_leaves_the_worker_is_seen(text: str, tables: list[str]) -> None:
    assert shards.unbound(shards.read(text)) == tables


async def test_no_worker_evaluates_what_only_the_coordinator_knows(server: Server) -> None:
    called = {
        name: set(CALL.findall(statement.silent.text))
        for statement in registry
        if (name := statement.name) not in NOT_ON_A_CLUSTER.keys() | COORDINATOR_ALONE.keys()
    }
    connection = await asyncpg.connect(server.url)
    try:
        rows = await connection.fetch(
            "SELECT proname FROM pg_proc WHERE proname = ANY($1) GROUP BY proname"
            " HAVING bool_or(provolatile <> 'i')",
            sorted(set().union(*called.values()) - set(STABLE)),
        )
    finally:
        await connection.close()
    unstable = {row["proname"] for row in rows}
    assert {name: found & unstable for name, found in called.items() if found & unstable} == {}


@on_one_postgresql("a cluster is one")
async def test_a_database_that_is_no_cluster_is_not_distributed(connection: Any) -> None:
    assert not await cluster.is_distributed(connection)
    with pytest.raises(cluster.NotDistributed, match="no cluster"):
        await cluster.distribute(connection)


async def test_a_worker_serves_no_gateway_and_is_not_distributed(database_url: str) -> None:
    """It counts transactions for itself: the feed would miss what was written through it."""
    await pretend(database_url, group=1)
    connection: Any = await asyncpg.connect(worker_of(database_url))
    try:
        with pytest.raises(Unsuitable, match="address of the coordinator"):
            await check_server(database_url, connection)
        with pytest.raises(cluster.NotDistributed, match="address of the coordinator"):
            await cluster.distribute(connection)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("said", "away"),
    [
        ("failure on connection marked as essential: localhost:7434", True),
        ("cache lookup failed for relation 16384", False),
    ],
)
def test_a_worker_that_has_ended_is_an_outage_and_no_fault(said: str, away: bool) -> None:
    assert is_unavailable(asyncpg.InternalServerError(said)) is away


@on_one_postgresql("it makes the catalog of a cluster by hand")
async def test_an_unfinished_transaction_of_several_workers_holds_the_feed_back(
    database_url: str,
) -> None:
    """The record that Citus keeps of one is made by hand: of a transaction that has ended."""
    store = await Store.connect(database_url, connections=2)
    try:
        await store.pool.execute("CREATE TABLE pg_dist_transaction (gid text)")
        free: Any = await store.first(horizon_of_cluster)
        async with store.pool.acquire() as connection, connection.transaction():
            number = await connection.fetchval("SELECT pg_current_xact_id()::text")
            await connection.execute("INSERT INTO pg_dist_transaction VALUES ('citus_0')")
        await store.pool.execute("SELECT pg_current_xact_id()")
        held: Any = await store.first(horizon_of_cluster)
        await store.pool.execute("DELETE FROM pg_dist_transaction")
        again: Any = await store.first(horizon_of_cluster)
    finally:
        await store.close()
    assert (free.waits, held.waits, again.waits) == (False, True, False)
    assert int(free.xid) <= int(held.xid) == int(number) < int(again.xid)


async def test_a_cluster_is_not_backed_up_by_the_half_that_its_coordinator_has(
    database_url: str, tmp_path: Path
) -> None:
    await pretend(database_url)
    with pytest.raises(BackupError, match=r"pg_basebackup .* citus_create_restore_point"):
        await back_up(database_url, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
