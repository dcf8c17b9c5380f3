"""Steps of an import in histories and in the feed, and changes of rights in the feed."""

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

from db.reading.parts import NOW, ORIGIN
from db.roster.sql import execute, table
from db.tables.feed import RIGHTS

ROSTER = UUID(int=0)
"""The account of steps that a roster made."""
EVERYBODY = UUID(int=0)
"""The account id in the feed that means everybody in the school."""
BY_ROSTER: dict[str, Any] = {
    "reason": literal("Roster"),
    "account_id": literal(ROSTER),
    "at": NOW,
}
KEPT = {
    "grade": (
        "value",
        "weight",
        "state",
        "work_type_id",
        "comment",
        "excused",
        "bonus",
        "due_on",
        "late_days",
    ),
    "lesson": ("topic",),
}
"""The columns whose previous values each history keeps."""
HELD_BY = {
    "academic_year",
    "class_group",
    "course",
    "enrolment",
    "guardian",
    "guardianship",
    "student",
    "teacher",
    "teaching",
}
"""The tables that decide who may see whom."""
HOLDING = {
    "active", "enabled", "begins_on", "ends_on", "class_teacher_id", "class_group_id", "course_id",
    "academic_year_id",
}  # fmt: skip


def may_change_rights(name: str, owned: Collection[str]) -> bool:
    """Whether a change of these columns may change somebody's rights."""
    return name in HELD_BY and not HOLDING.isdisjoint(owned)


async def publish_rights(connection: Any, school_ids: Collection[int]) -> None:
    """Publish that the schools' rights have changed. Rows of grades come later, so that they are
    delivered by the new rights."""
    if school_ids:
        same = {"topic": RIGHTS, "change": "CHANGED", "ref": EVERYBODY, "version": 1}
        rows = [
            same | {"school_id": school, "seq": seq, "at": NOW, "origin": ORIGIN}
            for seq, school in enumerate(sorted(school_ids))
        ]
        await execute(connection, insert(table("outbox")).values(rows))


def step(record: Table, change: ColumnElement[str]) -> Select[Any]:
    """The next steps of grades or lessons; the caller adds FROM and WHERE."""
    version = (record.c.version + 1).label("version")
    return select(record.c.school_id, record.c.id, version, change.label("change"))


async def insert_grades(connection: Any, added: Insert) -> None:
    """Insert new grades, with the first step of their histories, and publish those that are
    active."""
    grade, revision = table("grade"), table("grade_revision")
    named = (grade.c[name] for name in ("school_id", "id", "version", "active"))
    new = added.returning(*named).cte("new")
    kept: dict[str, Any] = {
        "school_id": new.c.school_id,
        "id": new.c.id,  # the first step has the same id as its grade
        "grade_id": new.c.id,
        "version": new.c.version,
        "change": case((new.c.active, "GIVEN"), else_="WITHDRAWN"),
        **BY_ROSTER,
    }
    first = insert(revision).from_select(list(kept), select(*kept.values()), include_defaults=False)
    given = select(new.c.school_id, new.c.id, new.c.version, literal("GIVEN").label("change"))
    rows = _outbox_rows(given.where(new.c.active), "GRADE")
    await execute(connection, rows.add_cte(first.cte("first")))


def revisions(grade: Table, incoming: Table, changed: ColumnElement[bool]) -> Select[Any]:
    change = case(
        (and_(grade.c.active, ~incoming.c.active), "WITHDRAWN"),
        (and_(~grade.c.active, incoming.c.active), "RESTORED"),
        else_="REVISED",
    )
    return step(grade, change).select_from(grade.join(incoming, changed))


def topic_changes(lesson: Table, incoming: Table, changed: ColumnElement[bool]) -> Select[Any]:
    return step(lesson, literal("TOPIC_SET")).select_from(lesson.join(incoming, changed))


def withdrawals(grade: Table, absent: ColumnElement[bool]) -> Select[Any]:
    return step(grade, literal("WITHDRAWN")).where(absent)


def is_withdrawn_by_roster(grade: Table) -> ColumnElement[bool]:
    """Whether the last step by a roster has withdrawn the grade. If it is not withdrawn now,
    somebody has restored it since."""
    revision = table("grade_revision")
    last = select(revision.c.change).where(
        revision.c.school_id == grade.c.school_id,
        revision.c.grade_id == grade.c.id,
        revision.c.account_id == ROSTER,
    )
    last = last.order_by(revision.c.version.desc()).limit(1).correlate(grade)
    # It takes two steps, so the subquery is skipped for the many grades with fewer.
    return and_(grade.c.version > 2, last.scalar_subquery() == "WITHDRAWN")


def moves(grade: Table, lesson: Table, elsewhere: ColumnElement[bool]) -> Select[Any]:
    return step(grade, literal("REVISED")).select_from(grade.join(lesson, elsewhere))


def last_of_roster(revision: Table, of: str) -> ColumnElement[int | None]:
    """The record's version after the last step by a roster; `revision` is a step of the record."""
    past = revision.alias("past")
    last = select(func.max(past.c.version)).where(
        past.c.school_id == revision.c.school_id,
        past.c[of] == revision.c[of],
        past.c.account_id == ROSTER,
    )
    return last.correlate(revision).scalar_subquery()


async def insert_revisions(connection: Any, name: str, steps: Select[Any]) -> None:
    """Insert the steps into the history and the feed, before the records themselves change."""
    source, revision, step = table(name), table(f"{name}_revision"), steps.subquery("step")
    kept: dict[str, Any] = {
        "school_id": step.c.school_id,
        "id": func.gen_random_uuid(),
        f"{name}_id": step.c.id,
        "version": step.c.version,
        "change": step.c.change,
        **BY_ROSTER,
        **{f"{column}_before": source.c[column] for column in KEPT[name]},
    }
    same = and_(source.c.school_id == step.c.school_id, source.c.id == step.c.id)
    rows = select(*kept.values()).select_from(source.join(step, same))
    await execute(
        connection, insert(revision).from_select(list(kept), rows, include_defaults=False)
    )
    await execute(connection, _outbox_rows(steps, name.upper()))


def _outbox_rows(steps: Select[Any], topic: str) -> Insert:
    """INSERT rows of the feed, numbered after those that this transaction has already inserted."""
    outbox, step = table("outbox"), steps.subquery("step")
    before = select(func.coalesce(func.max(outbox.c.seq), -1)).where(
        outbox.c.xid == func.pg_current_xact_id()
    )
    rows = {
        "school_id": step.c.school_id,
        "seq": before.scalar_subquery() + func.row_number().over(order_by=step.c.id),
        "topic": literal(topic),
        "change": step.c.change,
        "ref": step.c.id,
        "version": step.c.version,
        "at": NOW,
        "origin": ORIGIN,
    }
    return insert(outbox).from_select(list(rows), select(*rows.values()), include_defaults=False)
