"""Records of the office, which have no history of their own: made, changed, and held meanwhile.

The audit is told of each, in the same statement; which columns changed, and not what they held.

Days say when each of them holds, so that what was stays; whoever writes holds the school's office
(`school_of_office`), one at a time, so that nothing overlaps what another is about to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    String,
    Uuid,
    bindparam,
    select,
    update,
)
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, among, table
from db.reading.records import named
from db.sort_keys import NAMES, keys_of
from db.statement import Statement, statement
from db.store import Reader
from db.tables.audit import AuditNote
from db.tables.schools import School
from db.writing.audit import OF_NOTE, note_ids, student_of
from db.writing.parts import ID, constant, insert_each, insert_from, new, rows_of

T = TypeVar("T", bound=SQLModel)
Row = Mapping[str, object]


@statement(School)
def school_of_office() -> ClauseElement:
    """The school, held until the transaction ends against whoever else changes what it consists
    of; whoever writes in its diary does not wait."""
    school = table(School)
    held = select(school).where(school.c.school_id == SCHOOL, school.c.active)
    return held.with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """How a table's records are written, with the keys by which they sort and are found."""

    model: type[T]
    noted: bool = True
    """Whether the audit is told; a record that only says what was done needs no note."""
    insertion: Statement[T] = field(init=False)
    update: Statement[T] = field(init=False)
    whole: Statement[T] = field(init=False)
    """All columns of records by `ids`, which are held until the transaction ends."""

    def __post_init__(self) -> None:
        name = table(self.model).name
        for of, build in (
            ("insertion", self._insertion),
            ("update", self._update),
            ("whole", self._whole),
        ):
            object.__setattr__(self, of, named(f"{name}_{of}", self.model, build))

    async def insert(self, reader: Reader, school: School, rows: Sequence[Row]) -> None:
        """Insert rows of the given columns; the others are as the table has them."""
        if not rows:
            return
        made = [self._keyed(school, self._complete(school, row)) for row in rows]
        arrays = {name: [row[name] for row in made] for name in self.columns}
        of_note = {"note": note_ids(len(made))} if self.noted else {}
        await reader.run(self.insertion, school=school.school_id, **arrays, **of_note)

    async def change(self, reader: Reader, school: School, record: T, to: Row) -> None:
        """Change columns of the record, which is `whole`."""
        found: Any = record  # a light record
        row = {name: found[name] for name in self.columns} | dict(to)
        row = self._keyed(school, row)
        values = {f"new_{name}": row[name] for name in self.changeable}
        of_note: dict[str, Any] = {}
        if self.noted:
            changed = sorted(name for name in to if row[name] != found[name])
            (id_,) = note_ids(1)
            of_note = {"note": id_, "what": " ".join(changed)}
        await reader.run(self.update, school=school.school_id, ref=found.id, **values, **of_note)

    async def by_ids(self, reader: Reader, school: int, ids: Sequence[UUID]) -> dict[UUID, T]:
        rows: list[Any] = list(await reader.fetch(self.whole, school=school, ids=list(ids)))
        return {row.id: row for row in rows}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(each.name for each in table(self.model).c if each.name != "school_id")

    @property
    def changeable(self) -> tuple[str, ...]:
        return tuple(name for name in self.columns if name != "id")

    def _complete(self, school: School, row: Row) -> dict[str, Any]:
        made = self.model(school_id=school.school_id, **row)
        return {name: getattr(made, name) for name in self.columns}

    def _keyed(self, school: School, row: dict[str, Any]) -> dict[str, Any]:
        name = table(self.model).name
        return row | keys_of(name, school.language, row) if name in NAMES else row

    def _insertion(self) -> ClauseElement:
        if not self.noted:
            return insert_each(self.model, self.columns, {})
        own = table(self.model)
        types = {name: own.c[name].type for name in self.columns} | {"note": Uuid()}
        asked = select(rows_of(types, "given")).cte("asked")
        values: dict[str, ColumnElement[Any]] = {name: asked.c[name] for name in self.columns}
        made = insert_from(self.model, values).returning(*own.c).cte("made")
        step = self._note(asked.c.note, made, "CREATED", constant(""))
        noted = insert_from(AuditNote, step, asked.c.id == made.c.id)
        return select(made.c.id).add_cte(noted.cte("noted"))

    def _update(self) -> ClauseElement:
        own = table(self.model)
        values = {name: new(self.model, name) for name in self.changeable}
        changed = update(own).where(own.c.school_id == SCHOOL, own.c.id == ID).values(values)
        if not self.noted:
            return changed
        made = changed.returning(*own.c).cte("made")
        what = bindparam("what", type_=String)
        step = self._note(bindparam("note", type_=Uuid()), made, "CHANGED", what)
        noted = insert_from(AuditNote, step, what != "")
        return select(made.c.id).add_cte(noted.cte("noted"))

    def _note(
        self, id_: Any, made: Any, change: str, what: ColumnElement[Any]
    ) -> dict[str, ColumnElement[Any]]:
        return {
            "id": id_,
            "noun": constant(self.model.__name__),
            "ref": made.c.id,
            "student_id": student_of(table(self.model), made),
            "change": constant(change),
            "what": what,
            **OF_NOTE,
        }

    def _whole(self) -> ClauseElement:
        own = table(self.model)
        found = select(own).where(own.c.school_id == SCHOOL, among(own.c.id))
        return found.order_by(own.c.id).with_for_update()
