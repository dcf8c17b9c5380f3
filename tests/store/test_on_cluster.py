"""What only a real cluster shows: `tests/README.md` says how tests get one."""

import asyncio
import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asyncpg import PostgresError

from db.cluster import is_distributed
from db.roster import importer
from db.roster.audited import note_import
from db.roster.on_cluster import ChangedMeanwhile
from db.statement import Statement, registry
from db.store import ON_A_CLUSTER, set_codecs
from domain.ids import uuid7
from resolvers.feed import Feed
from resolvers.mutations.grades import give_grade
from tests.cluster import workers
from tests.conftest import connected
from tests.gateway.small_school import HERE
from tests.store.listening import Listener, delivered, listening
from tests.store.small_roster import Desk, Roster, changes, in_term
from tests.store.staff_room import GUARDIAN, StaffRoom
from tests.store.test_cluster import NOT_ON_A_CLUSTER, OVER_WORKERS

__all__ = ["in_term"]
pytestmark = pytest.mark.skipif(not workers(), reason="there is no cluster here")

FOLLOW = """
  subscription ($after: String) { gradeChanged(after: $after) { cursor grade { id } } }
"""
SHARD = """
    SELECT shardid, nodename AS host, nodeport AS port FROM citus_shards
    WHERE table_name = 'outbox'::regclass
      AND shardid = get_shard_id_for_distribution_column('outbox', $1::int)
"""
OTHER_NODE = """
    SELECT nodename AS host, nodeport AS port FROM pg_dist_node
    WHERE shouldhaveshards AND (nodename, nodeport) <> ($1::text, $2::int) LIMIT 1
"""

VALUES = {
    "bool": True, "bytea": b"x", "date": date(2030, 1, 1), "int2": 1, "int4": 1, "int8": 1,
    "interval": timedelta(1), "json": {}, "jsonb": {}, "numeric": Decimal(1), "text": "1",
    "time": time(9), "timestamptz": datetime(2030, 1, 1, tzinfo=UTC), "uuid": UUID(int=7),
    "varchar": "1", "xid8": 1,
}  # fmt: skip
"""One of each type, for a plan."""
TASKS = re.compile(r"Task Count: (\d+)")


async def tasks(connection: Any, statement: Statement[Any]) -> int:
    """How many shards the planner would ask at most."""
    text = statement.silent.text
    prepared = await connection.prepare(text)
    values = [
        [VALUES[kind.name.removesuffix("[]")]] if kind.kind == "array" else VALUES[kind.name]
        for kind in prepared.get_parameters()
    ]
    plan = await connection.fetch(f"EXPLAIN (COSTS OFF) {text}", *values)
    return max((int(found) for row in plan for found in TASKS.findall(row[0])), default=0)


async def test_no_statement_is_refused_or_planned_for_more_than_one_shard(connection: Any) -> None:
    assert await is_distributed(connection)
    await set_codecs(connection)
    await connection.execute(f"SET plan_cache_mode = {ON_A_CLUSTER['plan_cache_mode']}")
    await connection.execute("SET citus.enable_repartition_joins = off")  # as where it is served
    refused, over_workers = {}, set()
    for statement in registry:
        if statement.name in NOT_ON_A_CLUSTER:
            continue
        try:
            if await tasks(connection, statement) > 1:
                over_workers.add(statement.name)
        except PostgresError as error:
            refused[statement.name] = str(error)
    assert refused == {}
    assert over_workers <= OVER_WORKERS.keys()


async def given(room: StaffRoom, count: int) -> list[str]:
    """Ids of grades that are given, one after the other; each again until that is answered."""
    teacher, ids = await room.viewer(), [uuid7() for _ in range(count)]
    for id_ in ids:
        while True:
            with suppress(TimeoutError):  # writers wait while the last rows are copied
                outcome = await give_grade(room.store, teacher, room.grade(id=str(id_)))
                assert outcome.errors == []
                break
    return [room.id("Grade", each) for each in ids]


async def moved(room: StaffRoom, how: str) -> tuple[Any, Any]:
    """Move the school's shards to another worker; from where, and to where."""
    async with room.store.pool.acquire() as connection:
        shard = await connection.fetchrow(SHARD, HERE)
        there = await connection.fetchrow(OTHER_NODE, shard["host"], shard["port"])
        # What an earlier move has left there is dropped once nobody reads it any more.
        while await connection.fetchval("SELECT count(*) FROM pg_dist_cleanup"):
            await connection.execute("CALL citus_cleanup_orphaned_resources()")
            await asyncio.sleep(0.1)
        await connection.execute(
            "SELECT citus_move_shard_placement($1, $2, $3, $4, $5, $6::citus.shard_transfer_mode)",
            shard["shardid"], shard["host"], shard["port"], there["host"], there["port"], how,
            timeout=600,
        )  # fmt: skip
        now = await connection.fetchrow(SHARD, HERE)
    assert (now["host"], now["port"]) == (there["host"], there["port"])
    return (shard["host"], shard["port"]), (now["host"], now["port"])


def told(listener: Listener) -> list[str]:
    return [event["grade"]["id"] for event in listener.events]


async def test_nothing_is_lost_or_told_twice_while_a_school_moves_to_another_worker(
    room: StaffRoom, feed: Feed
) -> None:
    async with listening(room, feed, GUARDIAN, FOLLOW) as listener:
        ids = await given(room, 2)
        for how in ("block_writes", "force_logical"):
            _, more = await asyncio.gather(moved(room, how), given(room, 5))
            ids += more + await given(room, 1)
        await delivered(room, feed)
        assert told(listener) == ids
        cursors = [event["cursor"] for event in listener.events]
    for place in (0, 3, len(ids) - 2):  # of before, while and after it moved
        async with listening(room, feed, GUARDIAN, FOLLOW, after=cursors[place]) as again:
            await delivered(room, feed)
            assert told(again) == ids[place + 1 :]


@pytest.mark.usefixtures("in_term")
async def test_a_roster_is_imported_unless_somebody_changes_the_same_records_meanwhile(
    database_url: str, connection: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(connection, tmp_path)
    await desk.brought(Roster())
    noted = "SELECT noun, count(*) FROM audit_note GROUP BY noun ORDER BY noun"
    before = dict(await desk.rows(noted))
    assert changes(await desk.brought(Roster())) == {}
    renamed = Roster().put("users", "s1", givenName="Adah")
    assert changes(await desk.brought(renamed)) == {"students": (0, 1, 0)}
    assert dict(await desk.rows(noted)) == before | {
        "School": before["School"] + 2,
        "Student": before["Student"] + 1,  # but for whom nothing else is of these transactions
    }
    told = await desk.rows("SELECT topic, count(DISTINCT xid) FROM outbox GROUP BY topic")
    assert ("GRADE", 1) in told

    async def interrupted(*given: Any) -> None:
        async with connected(database_url) as other:
            await other.execute("UPDATE student SET email = 'new@example.org'")
        await note_import(*given)

    monkeypatch.setattr(importer, "note_import", interrupted)
    with pytest.raises(ChangedMeanwhile, match="changed a student meanwhile"):
        await desk.bring(Roster())
    assert await desk.rows("SELECT given_name, email FROM student ORDER BY 1") == [
        ("Adah", "new@example.org"),
        ("Ben", "new@example.org"),
    ]
