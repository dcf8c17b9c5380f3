"""What an import tells: the steps of grades, in their history and the feed, and changed rights."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    select,
)

from db.roster.sql import execute, table

ROSTER = UUID(int=0)
"""Stands in a history for the account: it was a roster's doing, and nobody's."""
EVERYBODY = UUID(int=0)
"""Stands in the feed for an account: the rights of the whole school."""
BY_ROSTER: dict[str, Any] = {
    "reason": literal("Roster"),
    "account_id": literal(ROSTER),
    "at": func.now(),
}
CHANGEABLE = (
    "value",
    "weight",
    "state",
    "work_type_id",
    "comment",
    "excused",
    "bonus",
    "due_on",
)
"""What the history of a grade keeps of how it was."""
HELD_BY = {
    "class_group",
    "course",
    "enrolment",
    "guardian",
    "guardianship",
    "student",
    "teacher",
    "teaching",
}
"""The tables that say who may see whom."""
HOLDING = {"active", "begins_on", "ends_on", "class_teacher_id", "class_group_id", "course_id"}


def moves_rights(name: str, owned: Collection[str]) -> bool:
    """Whether a change of these columns may change what somebody sees."""
    return name in HELD_BY and not HOLDING.isdisjoint(owned)


async def tell_rights(connection: Any, school_ids: Collection[int]) -> None:
    """Told before any grade is, so that none is handed on by rights that are over."""
    if school_ids:
        same = {"topic": "RIGHTS", "change": "CHANGED", "ref": EVERYBODY, "version": 1}
        rows = [
            same | {"school_id": school, "seq": seq, "at": func.now()}
            for seq, school in enumerate(sorted(school_ids))
        ]
        await execute(connection, insert(table("outbox")).values(rows))


def step(grade: Table, *, version: ColumnElement[int], change: ColumnElement[str]) -> Select[Any]:
    """The steps of grades, to be given their FROM and WHERE."""
    return select(grade.c.school_id, grade.c.id, version.label("version"), change.label("change"))


async def bring(connection: Any, added: Insert) -> None:
    """Add the new grades, each with the first step of its history; those that stand are told."""
    grade, revision = table("grade"), table("grade_revision")
    named = (grade.c[name] for name in ("school_id", "id", "version", "active"))
    new = added.returning(*named).cte("new")
    kept: dict[str, Any] = {
        "school_id": new.c.school_id,
        "id": new.c.id,  # its own id names the grade's first step too, so none has to be made
        "grade_id": new.c.id,
        "version": new.c.version,
        "change": case((new.c.active, "GIVEN"), else_="WITHDRAWN"),
        **BY_ROSTER,
    }
    first = insert(revision).from_select(list(kept), select(*kept.values()), include_defaults=False)
    given = select(new.c.school_id, new.c.id, new.c.version, literal("GIVEN").label("change"))
    told = _told(given.where(new.c.active), "GRADE")
    await execute(connection, told.add_cte(first.cte("first")))


def revised(grade: Table, incoming: Table, changed: ColumnElement[bool]) -> Select[Any]:
    change = case(
        (and_(grade.c.active, ~incoming.c.active), "WITHDRAWN"),
        (and_(~grade.c.active, incoming.c.active), "RESTORED"),
        else_="REVISED",
    )
    steps = step(grade, version=grade.c.version + 1, change=change)
    return steps.select_from(grade.join(incoming, changed))


def put_away(grade: Table, absent: ColumnElement[bool]) -> Select[Any]:
    change = literal("WITHDRAWN")
    return step(grade, version=grade.c.version + 1, change=change).where(absent)


def said_gone(grade: Table) -> ColumnElement[bool]:
    """Whether a roster's last word on the grade was that it is gone; if it stands, somebody has
    restored it since."""
    revision = table("grade_revision")
    last = select(revision.c.change).where(
        revision.c.school_id == grade.c.school_id,
        revision.c.grade_id == grade.c.id,
        revision.c.account_id == ROSTER,
    )
    last = last.order_by(revision.c.version.desc()).limit(1).correlate(grade)
    # Two steps lead there, and few grades have any: the others need not be looked up.
    return and_(grade.c.version > 2, last.scalar_subquery() == "WITHDRAWN")


def moved(grade: Table, lesson: Table, elsewhere: ColumnElement[bool]) -> Select[Any]:
    steps = step(grade, version=grade.c.version + 1, change=literal("REVISED"))
    return steps.select_from(grade.join(lesson, elsewhere))


async def note(connection: Any, steps: Select[Any]) -> None:
    """Write the steps down, before they are taken."""
    await _keep_history(connection, steps)
    await execute(connection, _told(steps, "GRADE"))


async def _keep_history(connection: Any, steps: Select[Any]) -> None:
    grade, revision, step = table("grade"), table("grade_revision"), steps.subquery("step")
    kept: dict[str, Any] = {
        "school_id": step.c.school_id,
        "id": func.gen_random_uuid(),
        "grade_id": step.c.id,
        "version": step.c.version,
        "change": step.c.change,
        **BY_ROSTER,
        **{f"{name}_before": grade.c[name] for name in CHANGEABLE},
    }
    same = and_(grade.c.school_id == step.c.school_id, grade.c.id == step.c.id)
    source = select(*kept.values()).select_from(grade.join(step, same))
    await execute(
        connection, insert(revision).from_select(list(kept), source, include_defaults=False)
    )


def _told(steps: Select[Any], topic: str) -> Insert:
    """Rows of the feed, numbered on from what this transaction has told already."""
    outbox, step = table("outbox"), steps.subquery("step")
    before = select(func.coalesce(func.max(outbox.c.seq), -1)).where(
        outbox.c.xid == func.pg_current_xact_id()
    )
    told = {
        "school_id": step.c.school_id,
        "seq": before.scalar_subquery() + func.row_number().over(order_by=step.c.id),
        "topic": literal(topic),
        "change": step.c.change,
        "ref": step.c.id,
        "version": step.c.version,
        "at": func.now(),
    }
    return insert(outbox).from_select(list(told), select(*told.values()), include_defaults=False)
