"""Many records with a history changed at once, each from the version that stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ClauseElement, Integer, Uuid, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from db.reading.parts import NOW, ORIGIN, SCHOOL, columns, table
from db.reading.records import named
from db.statement import Statement
from db.store import Reader
from db.tables.feed import Outbox
from db.tables.history import BEFORE
from db.writing.parts import ACCOUNT, constant, insert_from, rows_of
from db.writing.versioned import CHANGE, REASON, Row, Versioned, apart, as_text, version_of, whole
from domain.ids import uuid7

T = TypeVar("T", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Changing(Generic[T]):
    """As `Versioned.change`, of many records in one statement: each with its step and its row of
    the feed."""

    written: Versioned[T]
    statement: Statement[T] = field(init=False)

    def __post_init__(self) -> None:
        silent = "" if self.written.tells else "_untold"
        name = f"{table(self.written.model).name}_updates{silent}"
        told = self.written.told if self.written.tells else ()
        made = named(name, self.written.model, self._statement, *told)
        object.__setattr__(self, "statement", made)

    async def change(
        self,
        reader: Reader,
        account: UUID,
        school: int,
        change: str,
        reason: str | None,
        records: Sequence[tuple[T, Row]],
        seq: int = 0,
    ) -> list[T]:
        """The records with the columns of their rows changed; one that is of another version by now
        is left out. The feed tells of them in their order, from `seq` on among the rows of the
        transaction."""
        if not records:
            return []
        written, found = self.written, [(record, row) for record, row in records]
        given: dict[str, list[Any]] = {
            "id": [_of(record, "id") for record, _ in found],
            "expected": [version_of(record) for record, _ in found],
            "step": [uuid7() for _ in found],
        }
        if written.tells:
            given["seq"] = [seq + place for place, _ in enumerate(found)]
        for name in written.changeable:
            new = (row.get(name, _of(record, name)) for record, row in found)
            given[f"new_{name}"] = [as_text(value) for value in new]
        for name in written.given_before:
            given[f"{name}{BEFORE}"] = [as_text(_of(record, name)) for record, _ in found]
        return await reader.fetch(
            self.statement, school=school, account=account, change=change, reason=reason, **given
        )

    def _statement(self) -> ClauseElement:
        written, own = self.written, table(self.written.model)
        types: dict[str, TypeEngine[Any]] = {
            "id": Uuid(), "expected": Integer(), "step": Uuid(),
            **({"seq": Integer()} if written.tells else {}),
            **{f"new_{name}": apart(own.c[name].type) for name in written.changeable},
            **{f"{name}{BEFORE}": apart(own.c[name].type) for name in written.given_before},
        }  # fmt: skip
        asked = select(rows_of(types, "rows")).cte("asked")
        values: dict[str, Any] = {
            name: whole(asked.c[f"new_{name}"], own.c[name].type) for name in written.changeable
        }
        values["version"] = own.c.version + 1
        if written.changed_at is not None:
            values[written.changed_at] = NOW
        before: list[ColumnElement[Any]] = [
            whole(asked.c[f"{name}{BEFORE}"], own.c[name].type).label(f"{name}{BEFORE}")
            for name in written.given_before
        ]
        changed = (
            update(own)
            .where(
                own.c.school_id == SCHOOL,
                own.c.id == asked.c.id,
                own.c.version == asked.c.expected,
            )
            .values(values)
            .returning(
                *columns(written.model),
                asked.c.step,
                *([asked.c.seq] if written.tells else []),
                *before,
            )
            .cte("changed")
        )
        same: dict[str, ColumnElement[Any]] = {
            "version": changed.c.version, "change": CHANGE, "at": NOW,
        }  # fmt: skip
        step: dict[str, ColumnElement[Any]] = {
            "id": changed.c.step,
            written.key: changed.c.id,
            "account_id": ACCOUNT,
        }
        kept = {f"{name}{BEFORE}": changed.c[f"{name}{BEFORE}"] for name in written.kept}
        noted = insert_from(written.history, step | same | kept | {"reason": REASON})
        found = [changed.c[str(each.key)] for each in columns(written.model)]
        if not written.tells:
            return select(*found).add_cte(noted.cte("noted"))
        row: dict[str, ColumnElement[Any]] = {
            "seq": changed.c.seq,
            "ref": changed.c.id,
            "topic": constant(written.topic),
        }
        was = {name: changed.c[f"{name}{BEFORE}"] for name in written.given_before}
        row |= written.concerns(changed.c.step, changed, was)
        told = insert_from(Outbox, row | same | {"origin": ORIGIN})
        return select(*found).add_cte(noted.cte("noted"), told.cte("told"))


def _of(record: Any, name: str) -> Any:  # a light record: of a version, whatever its table
    return record[name]
