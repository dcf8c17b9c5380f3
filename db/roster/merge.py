"""Merges rows into a table: copied to a temporary table, compared as sets, then inserted, updated
or made inactive."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Select,
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
from sqlmodel import AutoString

from db.reading.parts import NOW
from db.roster import history
from db.roster.report import Changes
from db.roster.sql import execute, fetch, incoming_table, of_schools, table
from db.sort_keys import NAMES

OURS = "gradebook:"
"""The prefix of sourced ids that this project makes for what a roster leaves out."""


@dataclass(slots=True)
class Batch:
    """Rows for one table. `owned` columns follow the roster; `initial` columns are only set on
    insert."""

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


async def merge(connection: Any, batch: Batch, changes: Changes) -> set[int]:
    """Merge the batch into its table; returns the schools in which anything changed.

    The rows stay in the temporary table `incoming` until the next batch.
    """
    target = table(batch.name)
    incoming = await copy_to_temporary_table(connection, batch, target)
    same = and_(target.c.school_id == incoming.c.school_id, target.c.id == incoming.c.id)
    differs = or_(*(_differs(target.c[name], incoming.c[name]) for name in batch.owned))
    schools = await _count(connection, batch, changes, (target, incoming), (same, differs))
    there = select(target.c.id).where(same).exists()
    if batch.name == "grade":
        revised = history.revisions(target, incoming, and_(same, differs))
        await history.insert_revisions(connection, "grade", revised)
    if batch.name == "lesson":
        other = and_(same, _differs(target.c.topic, incoming.c.topic))
        await history.insert_revisions(
            connection, "lesson", history.topic_changes(target, incoming, other)
        )
    if batch.name == "period":
        changing = select(target.c.id).select_from(target.join(incoming, and_(same, differs)))
        await _lock_rows(connection, changing, target)
    values: dict[str, Any] = {name: incoming.c[name] for name in batch.owned}
    if not set(NAMES.get(batch.name, ())).isdisjoint(batch.owned):
        values["sort_key"] = b""  # `renew_keys` makes it at the end
    if batch.counted:
        values["version"] = target.c.version + 1
    if "changed_at" in target.c:
        values["changed_at"] = NOW
    await execute(connection, update(target).values(values).where(same, differs))
    new = select(*incoming.c).where(not_(there)).order_by(incoming.c.id)
    added = insert(target).from_select(list(batch.columns), new, include_defaults=False)
    await (history.insert_grades if batch.name == "grade" else execute)(connection, added)
    return schools


def _differs(old: Column[Any], new: Column[Any]) -> ColumnElement[bool]:
    """Whether the values differ. A roster cannot write line breaks or outer blanks, so they are
    ignored."""
    other = old.is_distinct_from(new)
    if not isinstance(old.type, AutoString):
        return other
    one_line = func.regexp_replace(func.replace(old, "\r", ""), "\n", " ", "g")
    trimmed = func.regexp_replace(one_line, r"^\s+|\s+$", "", "g")
    return and_(other, func.coalesce(trimmed, "") != func.coalesce(new, ""))


async def _lock_rows(connection: Any, changing: Select[Any], target: Table) -> None:
    """Lock rows before the update, in the same order as writers of grades lock them."""
    await fetch(connection, changing.order_by(target.c.id).with_for_update(of=target))


async def copy_to_temporary_table(connection: Any, batch: Batch, target: Table) -> Table:
    await connection.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    names = ", ".join(batch.columns)
    await connection.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS"  # noqa: S608 - names of our columns
        f" SELECT {names} FROM {batch.name} WHERE school_id IS NULL WITH NO DATA"
    )
    await connection.copy_records_to_table(
        "incoming", records=batch.rows.values(), columns=list(batch.columns)
    )
    await connection.execute("ANALYZE incoming")
    return incoming_table(target.name, batch.columns)


async def _count(
    connection: Any,
    batch: Batch,
    changes: Changes,
    tables: tuple[Table, Table],
    conditions: tuple[ColumnElement[bool], Any],
) -> set[int]:
    target, incoming = tables
    same, differs = conditions
    gone: ColumnElement[bool] = false()
    if "active" in batch.owned:
        gone = and_(target.c.active, not_(incoming.c.active))
    there = target.c.id.is_not(None)
    counts = select(
        incoming.c.school_id,
        func.count().filter(not_(there)).label("created"),
        func.count().filter(there, differs, not_(gone)).label("changed"),
        func.count().filter(there, gone).label("gone"),
        func.count().filter(there, not_(differs)).label("same"),
    ).select_from(incoming.outerjoin(target, same))
    schools = set()
    for found in await fetch(connection, counts.group_by(incoming.c.school_id)):
        changes.created += found["created"]
        changes.changed += found["changed"]
        changes.made_inactive += found["gone"]
        changes.unchanged += found["same"]
        if found["created"] or found["changed"] or found["gone"]:
            schools.add(found["school_id"])
    return schools


async def count_active(
    connection: Any, name: str, school_ids: list[int], within: ColumnElement[bool]
) -> int:
    """The number of active records of the schools that came from a roster, `within` a condition."""
    target = table(name)
    found = select(func.count()).select_from(target)
    rows = await fetch(connection, found.where(of_roster(target, school_ids), within))
    return int(rows[0][0])


async def deactivate_absent(
    connection: Any,
    name: str,
    school_ids: list[int],
    excluded: set[str],
    within: ColumnElement[bool],
) -> list[int]:
    """Make records inactive that the last batch does not list, `within` a condition; returns the
    school of each."""
    target = table(name)
    values: dict[str, Any] = {"active": False}
    if "version" in target.c:
        values["version"] = target.c.version + 1
    if "changed_at" in target.c:
        values["changed_at"] = NOW
    absent = and_(is_absent(target, school_ids, excluded), within)
    if name == "grade":
        values["state"] = "WITHDRAWN"
        absent = and_(absent, not_(history.is_withdrawn_by_roster(target)))
        await history.insert_revisions(connection, "grade", history.withdrawals(target, absent))
    if name == "period":
        await _lock_rows(connection, select(target.c.id).where(absent), target)
    away = update(target).values(values).where(absent).returning(target.c.school_id)
    return [row["school_id"] for row in await fetch(connection, away)]


def is_absent(target: Table, school_ids: list[int], excluded: set[str]) -> ColumnElement[bool]:
    """The condition of active records from a roster that the last batch does not list."""
    incoming = incoming_table(target.name, ("school_id", "id"))
    listed = (
        select(incoming.c.id)
        .where(incoming.c.school_id == target.c.school_id, incoming.c.id == target.c.id)
        .exists()
    )
    named = target.c.sourced_id == func.any(literal(sorted(excluded), ARRAY(String)))
    return and_(of_roster(target, school_ids), not_(listed), not_(named))


def of_roster(target: Table, school_ids: list[int]) -> ColumnElement[bool]:
    return and_(
        of_schools(target, school_ids),
        target.c.sourced_id.is_not(None),
        not_(target.c.sourced_id.startswith(OURS, autoescape=True)),
        target.c.active,
        true() if target.name != "grade" else target.c.state != "WITHDRAWN",
    )
