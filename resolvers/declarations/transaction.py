"""One mutation: a transaction that makes the whole change, or a refusal that makes none."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from db.store import Reader, Store
from db.tables.columns import OfSchool
from db.tables.feed import RIGHTS
from db.writing.feed import publish
from db.writing.periods import periods_to_write_in
from domain.audience import Audience
from domain.policy import is_unlocked
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.declarations.parsing import not_found
from resolvers.global_id import NIL
from resolvers.relations import may_know, relation_today
from resolvers.viewer import Rights, Viewer
from resolvers.viewers import viewers_of

T = TypeVar("T", bound=OfSchool)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The records as they are now, in the order of the input; none where it was refused.

    After a conflict there is one: what stands instead. `more` is what else the payload tells.
    """

    records: list[Any] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def record(self) -> Any:
        return self.records[0] if self.records else None


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a mutation reads and writes with, in the school of what it changes."""

    reader: Reader
    viewer: Viewer
    school_id: int

    @property
    def rights(self) -> Rights:
        return self.viewer.schools[self.school_id]

    @property
    def account_id(self) -> UUID:
        return self.viewer.account.id

    @property
    def today(self) -> date:
        return self.rights.today

    @property
    def teacher_id(self) -> UUID | None:
        """Whom the viewer is as a teacher of the school."""
        return min(self.rights[TieName.TEACHER], default=None)

    def relation(self, noun: Noun[T], record: T) -> Audience:
        """What the viewer is to a record that they change, which those who only read on are not."""
        return relation_today(self.viewer, noun.name, record)

    def insist(self, reason: UserError | None, *path: str) -> None:
        """Refuse for the reason, if there is one; at the path unless the reason has its own."""
        if reason is not None:
            raise Refused(reason.at(*(reason.path or path)))

    async def known(self, noun: Noun[T], id_: UUID, *path: str, held: bool = False) -> T:
        """The record as it is; NOT_FOUND where there is none that the viewer may know of. One that
        is `held` is not taken off or moved before the transaction ends."""
        statement = noun.held if held else noun.whole
        record = await self.reader.first(statement, school=self.school_id, ids=[id_])
        if record is None or not may_know(self.viewer, noun.name, record):
            raise not_found(noun.word, *path)
        return record

    async def open_on(self, day: date, *path: str, reason: str | None = None) -> None:
        """PERIOD_LOCKED where the day is closed; else it stays open until the transaction ends.

        The `reason` of the head or a deputy opens a period whose days of grace are over.
        """
        periods = await self.reader.fetch(periods_to_write_in, school=self.school_id)
        excepted = self.rights.leads and reason is not None
        self.insist(is_unlocked(periods, day, self.today, excepted=excepted), *path)

    async def publish_rights(self, account_id: UUID | None = None, *, seq: int = 0) -> None:
        """Tell the feed that rights of the account have changed, or of everybody in the school.
        This process reads them anew as soon as the transaction is committed.

        `seq` is the row's place among those of the transaction: an edit's own has the first, 0.
        """
        await self.reader.run(
            publish,
            school=self.school_id,
            new_topic=RIGHTS,
            new_change="CHANGED",
            seq=[seq],
            ref=[account_id or NIL],
            version=[1],
        )
        self.reader.after_commit.append(
            lambda store: viewers_of(store).rights_changed(self.school_id, account_id or NIL)
        )

    async def shown(self, noun: Noun[T], ids: Sequence[UUID]) -> list[T]:
        """The records as readers see them, in the order of the ids."""
        rows = await self.reader.fetch(noun.read, school=self.school_id, ids=list(ids))
        by_id = {row.id: row for row in rows}
        if any(
            (row := by_id.get(id_)) is None or not may_know(self.viewer, noun.name, row)
            for id_ in ids
        ):
            raise not_found(noun.word)
        return [by_id[id_] for id_ in ids]


def in_transaction(
    noun: Noun[T],
    act: Callable[[Reader, Viewer, Any, str | None], Awaitable[list[T]]],
) -> Callable[[Store, Viewer, Any, str | None, object], Awaitable[Outcome]]:
    """A mutation's function of one that does the whole change in a transaction."""

    async def run(store: Store, viewer: Viewer, given: Any, key: str | None, _: object) -> Outcome:
        return await attempt(store, viewer, noun, lambda reader: act(reader, viewer, given, key))

    return run


async def attempt(
    store: Store, viewer: Viewer, noun: Noun[T], act: Callable[[Reader], Awaitable[list[T]]]
) -> Outcome:
    """Commit what `act` does, or roll it back where it raises `Refused`."""
    try:
        async with store.transaction() as reader:
            return Outcome(list(await act(reader)))
    except Refused as refusal:
        return Outcome(await _current(store, viewer, noun, refusal), list(refusal.errors))


async def _current(store: Store, viewer: Viewer, noun: Noun[T], refusal: Refused) -> list[T]:
    """What stands instead, as readers see it, where the viewer may know of it."""
    current = refusal.current
    if current is None or not may_know(viewer, noun.name, current):
        return []
    return await store.fetch(noun.read, school=current.school_id, ids=[current.id])


class OfVersion(Protocol):
    """A record that is changed from a version of it."""

    version: int


def conflict(current: OfVersion) -> Refused:
    message = f"Another change was faster: the version is {current.version} now."
    return refused(UserErrorCode.CONFLICT, message, "expectedVersion", current=current)
