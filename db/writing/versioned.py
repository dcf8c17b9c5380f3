"""Records with a version and a history: inserted, and changed from the version that stands.

What is written follows from the columns of the table and from those that its history keeps. The
change, its step of the history and the feed's row are one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Integer,
    String,
    Uuid,
    bindparam,
    cast,
    false,
    func,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from db.reading.parts import NOW, ORIGIN, SCHOOL, among, columns, table, topic_of
from db.statement import Statement, statement
from db.store import Reader
from db.tables.feed import Outbox
from db.tables.history import BEFORE, Revision, kept_in, key_of
from db.writing.parts import ACCOUNT, EXPECTED, ID, constant, insert_from, new, rows_of
from domain.ids import uuid7

T = TypeVar("T", bound=SQLModel)
Row = Mapping[str, object]
"""Values by the names of columns."""
SET_BY_STATEMENT: Mapping[str, ColumnElement[Any]] = {
    "version": constant(1),
    "active": true(),
    "withdrawn": false(),
    "closed": false(),
}
FROM_ELSEWHERE = frozenset({"school_id", "sourced_id", *SET_BY_STATEMENT})
TAKEN = frozenset(
    {"school", "account", "change", "reason", "why", "step", "seq", "place", "expected"}
)
"""What no column may be called."""
CHANGE = bindparam("change", type_=String())
REASON = bindparam("reason", type_=String())
NO_IDS = cast(array([], type_=Uuid()), ARRAY(Uuid()))
WHY = bindparam("why", None, type_=String())
"""The reason of an insertion, where there is one."""
STEP = bindparam("step", type_=Uuid())


@dataclass(frozen=True, slots=True, eq=False)
class Versioned(Generic[T]):
    """How a table's records are written.

    `inserted_at` is the column that says when a record was made, `changed_at` the one that says
    when it was changed. A change may set the columns that the history keeps and those named in
    `derived`, which follow from them or, as `active`, from the step.
    """

    model: type[T]
    history: type[Revision]
    inserted_at: str | None = None
    changed_at: str | None = None
    derived: tuple[str, ...] = ()
    inserts: bool = True
    """Whether records are inserted by it, not only changed."""
    tells: bool = True
    """Whether the feed tells of each record; it does not where one row tells of all."""
    given: tuple[str, ...] = field(init=False)
    """The columns that whoever inserts a record gives."""
    insertion: Statement[T] = field(init=False)
    update: Statement[T] = field(init=False)
    putting_away: Statement[T] = field(init=False)
    """Where the table has records that are put away."""
    first_steps: Statement[Revision] = field(init=False)

    def __post_init__(self) -> None:
        if taken := sorted(TAKEN & set(table(self.model).c.keys())):
            raise TypeError(
                f"{self.model.__name__}: its statements have parameters of their own that are "
                f"called {', '.join(taken)}. Give the column another name."
            )
        if unread := sorted({*self.changeable} - {each.key for each in columns(self.model)}):
            raise TypeError(
                f"{self.model.__name__}: a change reads what was before of {', '.join(unread)}, "
                "which no reader is given (INTERNAL of db/reading/parts.py). Give the column "
                "another name, or take it out of history_of(...) and `derived`."
            )
        own = {*FROM_ELSEWHERE, *self._instants}
        given = tuple(column.name for column in table(self.model).c if column.name not in own)
        object.__setattr__(self, "given", given)
        if self.inserts:
            made = self._statement("insertion", self._insertion, self.model)
            object.__setattr__(self, "insertion", made)
        for name, build, of in (
            ("update", self._update, self.model),
            ("first_steps", self._first_steps, self.history),
        ):
            object.__setattr__(self, name, self._statement(name, build, of))
        if "active" in table(self.model).c:
            away = self._statement("putting_away", self._putting_away, self.model)
            object.__setattr__(self, "putting_away", away)

    @property
    def topic(self) -> str:
        """That of the feed's rows about its records."""
        return topic_of(self.model)

    @property
    def kept(self) -> tuple[str, ...]:
        return kept_in(self.history)

    @property
    def key(self) -> str:
        """The history's column that holds the record's id."""
        return key_of(table(self.model))

    @property
    def changeable(self) -> tuple[str, ...]:
        return (*self.kept, *self.derived)

    @property
    def given_before(self) -> tuple[str, ...]:
        """The columns whose values before are given to a change: those of the history, and those
        that hold ids, of which the feed tells."""
        own = table(self.model).c
        return (*self.kept, *(name for name in self.derived if _holds_ids(own[name])))

    @property
    def _instants(self) -> dict[str, ColumnElement[Any]]:
        names = (self.inserted_at, self.changed_at)
        return {name: NOW for name in names if name is not None}

    async def insert(
        self,
        reader: Reader,
        account: UUID,
        school: int,
        change: str,
        rows: Sequence[Row],
        seq: int = 0,
        reason: str | None = None,
    ) -> list[T]:
        """The records that were not there yet; one whose id is in use is left as it is.

        The feed tells of them in the order of the rows, from `seq` on among the rows of the
        transaction. They are inserted in the order of their ids, so that two requests never wait
        for each other.
        """
        ordered = sorted(enumerate(rows), key=lambda placed: str(placed[1]["id"]))
        if missing := {name for row in rows for name in self.given if name not in row}:
            raise TypeError(
                f"A row of a {self.model.__name__} to insert lacks {', '.join(sorted(missing))}: "
                "it gives each column, None where there is nothing yet."
            )
        return await reader.fetch(
            self.insertion,
            school=school,
            account=account,
            change=change,
            why=reason,
            **({"seq": [seq + place for place, _ in ordered]} if self.tells else {}),
            step=[uuid7() for _ in ordered],
            **{name: [as_text(row[name]) for _, row in ordered] for name in self.given},
        )

    async def change(
        self,
        reader: Reader,
        account: UUID,
        record: T,
        change: str,
        reason: str | None,
        to: Row,
    ) -> T | None:
        """The record with the columns `to` changed; None where it is of another version by now."""
        if unknown := to.keys() - set(self.changeable):
            raise TypeError(f"No change of {self.model.__name__} sets {', '.join(unknown)}.")
        found: Any = record  # a light record: of a version, whatever its table
        return await reader.first(
            self.update,
            school=found.school_id,
            account=account,
            ref=found.id,
            expected=version_of(found),
            change=change,
            reason=reason,
            step=uuid7(),
            **{f"new_{name}": to.get(name, found[name]) for name in self.changeable},
            **{f"{name}{BEFORE}": found[name] for name in self.given_before},
        )

    async def put_away(
        self,
        reader: Reader,
        account: UUID,
        school: int,
        change: str,
        reason: str | None,
        ids: Sequence[UUID],
        seq: int,
    ) -> None:
        """Put away the records that are in use, all at once. The feed tells of them in the order of
        the ids, from `seq` on among the rows of the transaction."""
        if ids:
            await reader.run(
                self.putting_away,
                school=school,
                account=account,
                change=change,
                reason=reason,
                id=list(ids),
                seq=[seq + place for place, _ in enumerate(ids)],
                step=[uuid7() for _ in ids],
            )

    async def as_inserted(
        self, reader: Reader, school: int, records: Sequence[T]
    ) -> dict[UUID, tuple[UUID | None, Row]]:
        """By id, who inserted each record and what its columns were then."""
        found: dict[UUID, tuple[UUID | None, Row]] = {}
        ids = [record.id for record in records]  # type: ignore[attr-defined]
        steps: list[Any] = list(await reader.fetch(self.first_steps, school=school, ids=ids))
        by_record = {(step[self.key], step.version): step for step in steps}
        for each in records:
            record: Any = each
            first, second = (by_record.get((record.id, version)) for version in (1, 2))
            row = dict(record.items())
            if second is not None:
                row |= {name: second[f"{name}{BEFORE}"] for name in self.kept}
            found[record.id] = (None if first is None else first.account_id, row)
        return found

    def _insertion(self) -> ClauseElement:
        model, own = self.model, table(self.model)
        types = {name: apart(own.c[name].type) for name in self.given}
        more: dict[str, TypeEngine[Any]] = {"step": Uuid()}
        more |= {"seq": Integer()} if self.tells else {}
        asked = select(rows_of(types | more, "rows")).cte("asked")
        values = {name: whole(asked.c[name], own.c[name].type) for name in self.given}
        same = {name: value for name, value in SET_BY_STATEMENT.items() if name in own.c}
        inserted = (
            insert_from(model, values | same | self._instants)
            .on_conflict_do_nothing(index_elements=["school_id", "id"])
            .returning(*columns(model))
            .cte("inserted")
        )
        itself = inserted.c.id == asked.c.id
        step = self._step(asked.c.step, inserted.c.id, constant(1))
        noted = insert_from(self.history, step | {"reason": WHY}, itself)
        if not self.tells:
            return select(inserted).add_cte(noted.cte("noted"))
        row = self._row(asked.c.seq, inserted, constant(1))
        told = insert_from(Outbox, row | self.concerns(asked.c.step, inserted), itself)
        return select(inserted).add_cte(noted.cte("noted"), told.cte("told"))

    def _update(self) -> ClauseElement:
        model, own = self.model, table(self.model)
        stands = (own.c.school_id == SCHOOL, own.c.id == ID, own.c.version == EXPECTED)
        values: dict[str, Any] = {name: new(model, name) for name in self.changeable}
        values["version"] = own.c.version + 1
        if self.changed_at is not None:
            values[self.changed_at] = NOW
        if (
            "active" in own.c and "active" not in values and "active" not in self.changeable
        ):  # whoever changes what a roster put away has it listed again
            values["active"] = true()
        changed = (
            update(own).where(*stands).values(values).returning(*columns(model)).cte("changed")
        )
        was = {
            name: bindparam(f"{name}{BEFORE}", type_=own.c[name].type) for name in self.given_before
        }
        before = {f"{name}{BEFORE}": was[name] for name in self.kept}
        step = self._step(STEP, changed.c.id, changed.c.version)
        noted = insert_from(self.history, step | before | {"reason": REASON})
        row = self._row(constant(0), changed, changed.c.version)
        told = insert_from(Outbox, row | self.concerns(STEP, changed, was))
        return select(changed).add_cte(noted.cte("noted"), told.cte("told"))

    def _putting_away(self) -> ClauseElement:
        own = table(self.model)
        types: dict[str, TypeEngine[Any]] = {"id": Uuid(), "step": Uuid(), "seq": Integer()}
        asked = select(rows_of(types, "rows")).cte("asked")
        changed = (
            update(own)
            .where(own.c.school_id == SCHOOL, own.c.id == asked.c.id, own.c.active)
            .values(active=false(), version=own.c.version + 1)
            .returning(*columns(self.model), asked.c.step, asked.c.seq)
            .cte("changed")
        )
        before: dict[str, ColumnElement[Any]] = {
            f"{name}{BEFORE}": changed.c[name] for name in self.kept
        }
        if "active" in self.kept:
            before[f"active{BEFORE}"] = true()
        step = self._step(changed.c.step, changed.c.id, changed.c.version)
        noted = insert_from(self.history, step | before | {"reason": REASON})
        row = self._row(changed.c.seq, changed, changed.c.version)
        told = insert_from(Outbox, row | self.concerns(changed.c.step, changed))
        return select(changed).add_cte(noted.cte("noted"), told.cte("told"))

    def _step(self, id_: Any, ref: Any, version: Any) -> dict[str, ColumnElement[Any]]:
        return {
            "id": id_,
            self.key: ref,
            "version": version,
            "change": CHANGE,
            "account_id": ACCOUNT,
            "at": NOW,
        }

    def _row(self, seq: Any, changed: Any, version: Any) -> dict[str, ColumnElement[Any]]:
        return {
            "seq": seq,
            "ref": changed.c.id,
            "version": version,
            "topic": constant(self.topic),
            "change": CHANGE,
            "at": NOW,
            "origin": ORIGIN,
        }

    @property
    def told(self) -> tuple[str, ...]:
        """The tables of whose changes its rows of the outbox tell."""
        return (table(self.model).name, table(self.history).name)

    def concerns(
        self, step: Any, changed: Any, before: Mapping[str, Any] | None = None
    ) -> dict[str, ColumnElement[Any]]:
        """The column of the outbox with every id that the record names, and those that it named
        `before`."""
        named = [each for each in table(self.model).c if _holds_ids(each)]
        values = [step, *(changed.c[each.name] for each in named if not _is_array(each))]
        many = [changed.c[each.name] for each in named if _is_array(each)]
        for each in named:
            if before is not None and each.name in before:
                (many if _is_array(each) else values).append(before[each.name])
        found: Any = func.array_remove(array(values), null())
        for each in many:
            found = func.array_cat(found, func.coalesce(each, NO_IDS))
        return {"concerns": cast(found, ARRAY(Uuid()))}

    def _first_steps(self) -> ClauseElement:
        """Who inserted the records, and what their first change found."""
        step = table(self.history)
        return select(*columns(self.history)).where(
            step.c.school_id == SCHOOL, among(step.c[self.key]), step.c.version <= 2
        )

    def _statement(
        self, name: str, build: Callable[[], ClauseElement], of: type[SQLModel]
    ) -> Statement[Any]:
        def named() -> ClauseElement:
            return build()

        silent = "" if self.tells else "_untold"
        named.__name__ = f"{table(self.model).name}_{name}{silent}"
        told = self.told if self.tells or name != "insertion" else ()
        return statement(of, *told)(named)


def _holds_ids(column: ColumnElement[Any]) -> bool:
    type_ = column.type
    return isinstance(type_.item_type if isinstance(type_, ARRAY) else type_, Uuid)


def _is_array(column: ColumnElement[Any]) -> bool:
    return isinstance(column.type, ARRAY)


# An array of arrays would be taken apart into their elements, so they are given as texts.


def apart(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    return String() if isinstance(type_, ARRAY) else type_


def whole(column: ColumnElement[Any], type_: TypeEngine[Any]) -> ColumnElement[Any]:
    """Made of its elements: a cast of the whole text is not immutable, as a cluster asks for."""
    if not isinstance(type_, ARRAY):
        return column
    return cast(func.string_to_array(func.btrim(column, "{}"), ","), type_)


def version_of(record: Any) -> int:  # a light record, whatever its table
    """The version of a record to change. One that has none could never be changed, and who tries
    until nobody else is faster would go on for ever."""
    version: int | None = record["version"]
    if version is None:
        raise TypeError(f"The {type(record).__name__} {record['id']} is of no version.")
    return version


def as_text(value: Any) -> Any:  # of whatever a column holds
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value
