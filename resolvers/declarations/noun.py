"""A noun of the diary, declared once.

From the declaration follow its global ids, who it is visible to, its loader by id, the feed of its
changes and whom they concern, its webhook topic, and its history with a noun of its own.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from db.projection import Source
from db.reading.files import files_of
from db.reading.history import READER, Steps, steps_of
from db.reading.parts import columns, table, topic_of
from db.reading.records import by_id, by_parent, held_by_id, whole_by_id
from db.statement import Statement
from db.tables.columns import OfSchool
from db.tables.history import Revision, Withdrawal
from db.writing.versioned import Versioned
from domain.audience import BY_ROLE, FAMILY, Audience
from domain.media import FileUse
from resolvers import global_id
from resolvers.declarations.naming import pascal
from resolvers.loaders import Loader
from resolvers.relations import Relation, Tie, Ties, on_day, relate

T = TypeVar("T", bound=OfSchool)
ITSELF = "id"
NOUNS: dict[str, "Noun[Any]"] = {}
"""Every noun by its name, in the order of their declaration."""
ATTACHED: dict[FileUse, "Noun[Any]"] = {}
"""The nouns on whose records files hang, by what these are uploaded for."""


class MisdeclaredNoun(TypeError):
    """A noun that lacks something, and what to add where."""


@dataclass(frozen=True, slots=True)
class Event:
    """What clients read of a change of the noun, of the feed of its changes, and of its topic for
    webhooks."""

    description: str
    feed: str
    topic: str


@dataclass(frozen=True, slots=True)
class History:
    """Of the noun's history: the code of its global ids, and to whom it is visible."""

    code: str
    visible_to: Audience


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files that hang on records of the noun: uploaded for the `use` by those of the audience `by`
    in the school, at `most` so many on a record, and shown to those who are `read_by` of it."""

    use: FileUse
    by: Audience
    read_by: Audience
    most: int = 10


@dataclass(frozen=True, eq=False)
class Noun(Generic[T]):
    """`ties` lead from a viewer to a record, which is `visible_to` that audience.

    `read` answers records by `ids` as readers see them, and is derived from the table unless told;
    `whole` answers them as they are, for whoever changes them. `withdrawal` says what is hidden of
    a withdrawn record. `day` is the column of the day that a record belongs to: locked periods
    close it, and ties that have days are looked up on it. `written` is how records are inserted and
    changed; where it is, `history` says of the steps who reads them. `event` has the feed tell of
    changes. Files may be `attached` to records. A record of a `joined` noun may stand in the row
    that holds its id.
    """

    model: type[T]
    code: str
    visible_to: Audience
    ties: Ties = ()
    read: Statement[T] = None  # type: ignore[assignment]
    whole: Statement[T] = None  # type: ignore[assignment]
    withdrawal: Withdrawal | None = None
    day: str | None = None
    written: Versioned[T] | None = None
    history: History | None = None
    event: Event | None = None
    attached: Attachments | None = None
    joined: Source | None = None
    relation: Relation = field(init=False)

    def __post_init__(self) -> None:
        if self.read is None:
            object.__setattr__(self, "read", by_id(self.model, self.withdrawal))
        if self.whole is None:
            whole = whole_by_id(self.model) if self.withdrawal else self.read
            object.__setattr__(self, "whole", whole)
        if self.day is not None:
            object.__setattr__(self, "ties", on_day(self.ties, self.day))
        self._check()
        object.__setattr__(self, "relation", relate(self.name, self.ties, self.visible_to))
        global_id.register(self.name, self.code)
        NOUNS[self.name] = self
        if self.attached is not None:
            ATTACHED[self.attached.use] = self
        if self.history is not None:
            _ = self.revision

    def _check(self) -> None:
        own = {each.key for each in self.read.select.selected_columns}
        for tie in self.ties:
            if tie.column not in own:
                raise MisdeclaredNoun(
                    f"{self.name}: a tie leads to the column {tie.column}, which {self.read.name} "
                    "does not select. Name one that it does, or add the column to its table."
                )
            if tie.day is not None and tie.day not in own:
                raise MisdeclaredNoun(
                    f"{self.name}: a tie is of the day in {tie.day}, which {self.read.name} does "
                    "not select."
                )
        named = [self.day] if self.day else []
        named += self.withdrawal.hidden if self.withdrawal else ()
        if missing := [name for name in named if name not in table(self.model).c]:
            raise MisdeclaredNoun(
                f"{self.name}: its table has no {', '.join(missing)}, which `day` or `withdrawal` "
                "names. Name a column of its table."
            )
        if (self.written is None) != (self.history is None):
            raise MisdeclaredNoun(
                f"{self.name}: `written` and `history` go together. Say who reads its steps with "
                "history=History(code, visible_to), and how it is written with written=Versioned()."
            )
        if self.attached is not None and self.attached.use in ATTACHED:
            raise MisdeclaredNoun(
                f"{self.name}: files that are uploaded for {self.attached.use} hang on records of "
                f"{ATTACHED[self.attached.use].name}. Add another use in domain/media.py."
            )
        if self.event is not None and not self.ties and self.visible_to & ~BY_ROLE:
            raise MisdeclaredNoun(
                f"{self.name}: nobody would hear of its event. Declare the ties of those who read "
                "it, from which its recipients follow."
            )

    @cached_property
    def name(self) -> str:
        return self.model.__name__

    @cached_property
    def word(self) -> str:
        return words(self.name)

    @property
    def topic(self) -> str:
        """Of its changes in the outbox."""
        return topic_of(self.model)

    @cached_property
    def by_id(self) -> Loader:
        """The loader of single records."""
        return Loader(f"{self.name}ById", self.read, source=self.joined)

    @cached_property
    def held(self) -> Statement[T]:
        """Records by `ids` as they are, for whoever makes another at one of them."""
        return held_by_id(self.model, self.whole)

    @cached_property
    def files(self) -> Loader:
        """The loader of the files that hang on records."""
        if self.attached is None:
            raise MisdeclaredNoun(f"No files hang on a {self.name}: declare `attached`.")
        statement = files_of(self.model, self.attached.use, self.withdrawal)
        return Loader(f"FilesBy{self.name}", statement, "record_id", many=True)

    def by(self, parent: str, *order: str, spanning: bool = False) -> Loader:
        """The loader of records by the column of a parent's id, those that stand, in an order; of a
        span of days where it is `spanning`."""
        day = self.day if spanning else None
        statement = by_parent(self.model, parent, order, self.withdrawal, day)
        of = pascal(parent.removesuffix("_id"))
        return Loader(f"{self.name}sBy{of}", statement, parent, many=True)

    @cached_property
    def revision(self) -> "Noun[Revision]":
        """The steps of its history; what the family reads of them ends with a withdrawal."""
        written, history = self._versioned
        ties = tuple(self._tie_of_step(tie) for tie in self._ties_of_steps)
        return Noun(written.history, history.code, history.visible_to, ties, read=self._steps.by_id)

    @cached_property
    def revisions(self) -> Loader:
        """The loader of the steps of records."""
        written, _ = self._versioned
        return Loader(f"RevisionsBy{self.name}", self._steps.by_record, written.key, many=True)

    @cached_property
    def _steps(self) -> Steps:
        written, _ = self._versioned
        ties = self._ties_of_steps
        read_by_all = {tie.column for tie in ties if not self._is_reader(tie)}
        read_by_family = {tie.column for tie in ties if self._is_reader(tie)}
        read_by_all |= {tie.day for tie in ties if tie.day is not None}
        read_by_all |= {tie.unless for tie in ties if tie.unless is not None}
        if missing := (read_by_all | read_by_family) - set(table(self.model).c.keys()):
            raise MisdeclaredNoun(
                f"{self.name}: its table has no {', '.join(missing)} for its history to follow."
            )
        keys, family = sorted(read_by_all - {ITSELF}), sorted(read_by_family - {ITSELF})
        return steps_of(written.history, self.model, keys, family, self.withdrawal)

    @property
    def _ties_of_steps(self) -> Ties:
        """The ties that lead to its steps. Those of audiences that read no history are left out
        where they need a column that the table does not have."""
        _, history = self._versioned
        own = table(self.model).c
        return tuple(
            tie
            for tie in self.ties
            if tie.audience & history.visible_to or all(each in own for each in tie.columns)
        )

    @property
    def _versioned(self) -> tuple[Versioned[T], History]:
        if self.written is None or self.history is None:
            raise MisdeclaredNoun(f"{self.name} has no history: declare `written` and `history`.")
        return self.written, self.history

    def _is_reader(self, tie: Tie) -> bool:
        return self.withdrawal is not None and bool(tie.audience & FAMILY)

    def _tie_of_step(self, tie: Tie) -> Tie:
        if tie.column == ITSELF:  # which the step calls by the name of its record
            return replace(tie, column=self._versioned[0].key)
        if not self._is_reader(tie):
            return tie
        return replace(tie, column=f"{READER}{tie.column}")

    @cached_property
    def reads_itself(self) -> bool:
        """Whether readers see just the table's own columns: a row just written will do then."""
        return {each.key for each in self.read.select.selected_columns} == {
            each.key for each in columns(self.model)
        }

    def day_of(self, record: T) -> date | None:
        """The day that the record belongs to; None where it has none."""
        day: date | None = None if self.day is None else getattr(record, self.day)
        return day


def words(noun: str) -> str:
    """A noun's name in a sentence: `work type`."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in noun).strip()
