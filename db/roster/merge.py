"""Rows against a table: copied beside it, compared as sets, created, changed or made inactive."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    and_,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from db.roster.report import Changes
from db.roster.sql import execute, fetch, of_schools, table

OURS = "gradebook:"
"""How the sourced ids begin that this project makes for what a roster leaves unsaid."""


@dataclass(slots=True)
class Batch:
    """Rows of one table: `owned` columns follow the roster, `initial` ones only start with it."""

    name: str
    owned: tuple[str, ...]
    initial: tuple[str, ...] = ()
    counted: bool = False
    rows: dict[tuple[int, UUID], tuple[Any, ...]] = field(default_factory=dict)

    def add(self, school_id: int, id_: UUID, owned: tuple[Any, ...], *initial: Any) -> None:
        self.rows[school_id, id_] = (school_id, id_, *owned, *initial)

    @property
    def columns(self) -> tuple[str, ...]:
        return ("school_id", "id", *self.owned, *self.initial)


async def merge(connection: Any, batch: Batch, changes: Changes) -> None:
    """Bring the table to the batch; the rows stay beside it, in `incoming`, until the next one."""
    target = table(batch.name)
    incoming = await copied(connection, batch, target)
    same = and_(target.c.school_id == incoming.c.school_id, target.c.id == incoming.c.id)
    differs = or_(*(target.c[name].is_distinct_from(incoming.c[name]) for name in batch.owned))
    await _count(connection, batch, changes, (target, incoming), (same, differs))
    if batch.name == "grade":
        await _keep_history(connection, target, incoming, and_(same, differs))
    values: dict[str, Any] = {name: incoming.c[name] for name in batch.owned}
    if batch.counted:
        values["version"] = target.c.version + 1
    if "changed_at" in target.c:
        values["changed_at"] = func.now()
    await execute(connection, update(target).values(values).where(same, differs))
    there = select(target.c.id).where(same).exists()
    await execute(
        connection,
        insert(target).from_select(
            list(batch.columns), select(*incoming.c).where(not_(there)).order_by(incoming.c.id)
        ),
    )


async def copied(connection: Any, batch: Batch, target: Table) -> Table:
    await connection.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    incoming = Table(
        "incoming", MetaData(), *(Column(name, target.c[name].type) for name in batch.columns)
    )
    names = ", ".join(batch.columns)
    await connection.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS"  # noqa: S608 - names of our columns
        f" SELECT {names} FROM {batch.name} WHERE school_id IS NULL WITH NO DATA"
    )
    await connection.copy_records_to_table(
        "incoming", records=batch.rows.values(), columns=list(batch.columns)
    )
    await connection.execute("ANALYZE incoming")
    return incoming


async def _count(
    connection: Any,
    batch: Batch,
    changes: Changes,
    tables: tuple[Table, Table],
    conditions: tuple[ColumnElement[bool], Any],
) -> None:
    target, incoming = tables
    same, differs = conditions
    gone: ColumnElement[bool] = false()
    if "active" in batch.owned:
        gone = and_(target.c.active, not_(incoming.c.active))
    there = target.c.id.is_not(None)
    counts = select(
        func.count().filter(not_(there)).label("created"),
        func.count().filter(there, differs, not_(gone)).label("changed"),
        func.count().filter(there, gone).label("gone"),
        func.count().filter(there, not_(differs)).label("same"),
    ).select_from(incoming.outerjoin(target, same))
    (found,) = await fetch(connection, counts)
    changes.created += found["created"]
    changes.changed += found["changed"]
    changes.made_inactive += found["gone"]
    changes.unchanged += found["same"]


async def _keep_history(connection: Any, grade: Table, incoming: Table, changed: Any) -> None:
    """A revision of every grade that is about to change; nobody's account stands behind it."""
    revision = table("grade_revision")
    kept = {
        "school_id": grade.c.school_id,
        "id": func.gen_random_uuid(),
        "grade_id": grade.c.id,
        "version": grade.c.version + 1,
        "change": literal("REVISED"),
        "reason": literal("Roster"),
        "account_id": literal(UUID(int=0)),
        "at": func.now(),
        "value_before": grade.c.value,
        "weight_before": grade.c.weight,
        "state_before": grade.c.state,
        "work_type_id_before": grade.c.work_type_id,
        "comment_before": grade.c.comment,
        "excused_before": grade.c.excused,
        "bonus_before": grade.c.bonus,
        "due_on_before": grade.c.due_on,
    }
    source = select(*kept.values()).select_from(grade.join(incoming, changed))
    await execute(connection, insert(revision).from_select(list(kept), source))


async def active_of_roster(connection: Any, name: str, school_ids: list[int]) -> int:
    """How many active records of the schools a roster has brought."""
    target = table(name)
    found = select(func.count()).select_from(target)
    rows = await fetch(connection, found.where(_of_roster(target, school_ids)))
    return int(rows[0][0])


async def make_absent_inactive(
    connection: Any, name: str, school_ids: list[int], spared: set[str]
) -> int:
    """Put away what the last batch did not list; how many that were."""
    target = table(name)
    incoming = Table(
        "incoming", MetaData(), *(Column(n, target.c[n].type) for n in ("school_id", "id"))
    )
    listed = (
        select(incoming.c.id)
        .where(incoming.c.school_id == target.c.school_id, incoming.c.id == target.c.id)
        .exists()
    )
    named = target.c.sourced_id == func.any(literal(sorted(spared), ARRAY(String)))
    values: dict[str, Any] = {"active": False}
    if "version" in target.c:
        values["version"] = target.c.version + 1
    absent = and_(_of_roster(target, school_ids), not_(listed), not_(named))
    return await execute(connection, update(target).values(values).where(absent))


def _of_roster(target: Table, school_ids: list[int]) -> ColumnElement[bool]:
    return and_(
        of_schools(target, school_ids),
        target.c.sourced_id.is_not(None),
        not_(target.c.sourced_id.startswith(OURS, autoescape=True)),
        target.c.active,
        true() if target.name != "grade" else target.c.state != "WITHDRAWN",
    )
