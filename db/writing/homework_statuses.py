"""Writing what became of homework for students, for many of them at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Date,
    Integer,
    Uuid,
    bindparam,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from db.reading.parts import NOW, ORIGIN, SCHOOL, among, columns, table
from db.statement import statement
from db.store import Reader
from db.tables.feed import Outbox
from db.tables.history import BEFORE
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus, HomeworkStatusRevision
from db.writing.parts import ACCOUNT, ID, constant, insert_from, rows_of
from db.writing.versioned import CHANGE, Versioned
from domain.ids import uuid7

STATUSES = Versioned(
    HomeworkStatus, HomeworkStatusRevision, topic="HOMEWORK_STATUS", inserted_at="changed_at",
    changed_at="changed_at",
)  # fmt: skip
WRITTEN = ("state", "text", "comment")
"""The columns that a step changes."""


@statement(Homework)
def hold_homework() -> ClauseElement:
    """Hold homework until the transaction ends, so that each student has one status of it."""
    own = table(Homework)
    held = select(own.c.id).where(own.c.school_id == SCHOOL, own.c.id == ID)
    return held.with_for_update(key_share=True)


@statement(HomeworkStatus)
def statuses_of_homework() -> ClauseElement:
    """The statuses of homework, by `ids`."""
    own = table(HomeworkStatus)
    return select(*columns(HomeworkStatus)).where(
        own.c.school_id == SCHOOL, among(own.c.homework_id)
    )


@statement(HomeworkStatus)
def change_statuses() -> ClauseElement:
    """Change statuses that the transaction has read after it held their homework, each with its
    step of the history and its row of the feed."""
    own = table(HomeworkStatus)
    types: dict[str, TypeEngine[Any]] = {"id": Uuid(), "step": Uuid(), "seq": Integer()}
    types |= {name: own.c[name].type for name in WRITTEN}
    types |= {f"{name}{BEFORE}": own.c[name].type for name in WRITTEN}
    asked = select(rows_of(types, "rows")).cte("asked")
    values: dict[str, Any] = {name: asked.c[name] for name in WRITTEN}
    changed = (
        update(own)
        .where(own.c.school_id == SCHOOL, own.c.id == asked.c.id)
        .values(values | {"version": own.c.version + 1, "changed_at": NOW})
        .returning(
            own.c.id.label("changed_id"),
            own.c.version.label("made"),
            *(asked.c[name] for name in types if name not in ("id", *WRITTEN)),
        )
        .cte("changed")
    )
    same: dict[str, Any] = {"version": changed.c.made, "change": CHANGE, "at": NOW}
    before: dict[str, Any] = {f"{name}{BEFORE}": changed.c[f"{name}{BEFORE}"] for name in WRITTEN}
    of_step: dict[str, Any] = {
        "id": changed.c.step,
        STATUSES.key: changed.c.changed_id,
        "account_id": ACCOUNT,
    }
    row: dict[str, Any] = {
        "seq": changed.c.seq,
        "ref": changed.c.changed_id,
        "topic": constant(STATUSES.topic),
    }
    noted = insert_from(HomeworkStatusRevision, of_step | same | before)
    told = insert_from(Outbox, row | same | {"origin": ORIGIN})
    return select(changed.c.changed_id).add_cte(noted.cte("noted"), told.cte("told"))


@statement(HomeworkStatus)
def move_statuses() -> ClauseElement:
    """The day of what became of homework is the one by which it is due."""
    own = table(HomeworkStatus)
    day = bindparam("new_day", type_=Date)
    return update(own).values(day=day).where(own.c.school_id == SCHOOL, own.c.homework_id == ID)


@statement(HomeworkStatus)
def move_statuses_due_at() -> ClauseElement:
    """The same of all homework that is due at a lesson."""
    own, homework = table(HomeworkStatus), table(Homework)
    day = bindparam("new_day", type_=Date)
    return (
        update(own)
        .values(day=day)
        .where(
            own.c.school_id == SCHOOL,
            homework.c.school_id == SCHOOL,
            own.c.homework_id == homework.c.id,
            homework.c.due_lesson_id == ID,
        )
    )


async def change_all(
    reader: Reader,
    account: UUID,
    school: int,
    change: str,
    rows: Sequence[tuple[Any, Mapping[str, Any]]],
    seq: int,
) -> None:
    """Change records to what is written beside each; the feed tells of them from `seq` on."""
    if not rows:
        return
    await reader.run(
        change_statuses,
        school=school,
        account=account,
        change=change,
        id=[record.id for record, _ in rows],
        step=[uuid7() for _ in rows],
        seq=[seq + place for place, _ in enumerate(rows)],
        **{name: [to.get(name, record[name]) for record, to in rows] for name in WRITTEN},
        **{f"{name}{BEFORE}": [record[name] for record, _ in rows] for name in WRITTEN},
    )


async def moved(reader: Reader, school: int, homework: UUID, due_on: date) -> None:
    await reader.run(move_statuses, school=school, ref=homework, new_day=due_on)
