"""What can be followed: a declaration for each kind of record, which every feed is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from time import monotonic
from typing import Any
from uuid import UUID

from domain.audience import Audience
from domain.ties import Leads, leads_to
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.feed.cursor import Position
from resolvers.feed.shared import SharedReads
from resolvers.loaders import Loader
from resolvers.relations import Tie

Key = tuple[int, UUID]
"""A student, a course or a class group of a school; the nil id stands for the whole school."""
Keys = frozenset[Key]
EVERYBODY = UUID(int=1)
"""Stands for whoever belongs to the school, among the keys of a record that is for all of them."""
STAFF = UUID(int=2)
"""Stands for the staff of the school."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of record that changes: the outbox's topic, the noun and the loader.

    `student`, `course` and `class_group` name the columns by which those whom a record concerns
    are found; one without a student concerns everybody who learns in its course or class group.
    `accounts` names columns of an author or addressee, `groups` whom it concerns by their role in
    the school alone. All of them follow from the noun's ties and from whom it is visible to.
    `description` and `feed` are what clients read of the event and of the feed.
    """

    topic: str
    noun: str
    loader: Loader
    description: str
    feed: str
    student: str | None = None
    course: str | None = None
    class_group: str | None = None
    accounts: tuple[Tie, ...] = ()
    groups: frozenset[UUID] = frozenset()

    @property
    def own(self) -> Iterable[str]:
        return (name for name in (self.student, self.course, self.class_group) if name)

    @property
    def wide(self) -> Iterable[str]:
        """The columns of whole courses and class groups that a record concerns."""
        return () if self.student else self.own


class Change:
    """A change of a record, shared by all who follow it; of a class of its own for each kind.

    `record` is as it was at `read_at` (by the monotonic clock, in seconds), `version` the one that
    the change made; `reads` remembers what else was read for it since then.
    """

    __slots__ = (
        "at",
        "change",
        "cursor",
        "keys",
        "kind",
        "position",
        "read_at",
        "reads",
        "record",
        "version",
    )

    def __init__(
        self,
        kind: Kind,
        position: Position,
        cursor: str,
        row: Any,  # a row of the outbox
        record: Any,  # a record of the kind
        keys: Keys,
        reads: SharedReads,
    ) -> None:
        self.kind = kind
        self.position = position
        self.cursor = cursor
        self.change: str = row.change
        self.version: int = row.version
        self.at: datetime = row.at
        self.keys = keys
        self.renew(record, reads)

    def renew(self, record: Any, reads: SharedReads) -> None:  # a record of the kind
        self.record = record
        self.reads = reads
        self.read_at = monotonic()


@cache
def event_of(kind: Kind) -> type[Change]:
    """The class of a kind's changes, named as their GraphQL type: `GradeChange`."""
    return type(f"{kind.noun}Change", (Change,), {"__slots__": ()})


@cache
def diary() -> tuple[Kind, ...]:
    """All that concerns a child: every noun with an event, by their names.

    To be asked for once all nouns are declared, as they are where the schema is imported.
    """
    told = sorted(name for name, noun in NOUNS.items() if noun.event is not None)
    return tuple(kind_of(NOUNS[name]) for name in told)


def kind_of(noun: Noun[Any]) -> Kind:
    assert noun.event is not None
    columns = {leads_to(tie.name): tie.column for tie in noun.ties}
    by_role = {EVERYBODY: Audience.MEMBER, STAFF: Audience.STAFF} if not noun.ties else {}
    return Kind(
        noun.topic,
        noun.name,
        noun.by_id,
        noun.event.description,
        noun.event.feed,
        student=columns.get(Leads.STUDENT),
        course=columns.get(Leads.COURSE),
        class_group=columns.get(Leads.CLASS_GROUP),
        accounts=tuple(tie for tie in noun.ties if leads_to(tie.name) is Leads.ACCOUNT),
        groups=frozenset(key for key, role in by_role.items() if noun.visible_to & role),
    )


@cache
def kinds() -> Mapping[str, Kind]:
    """By the topics of the outbox."""
    return {kind.topic: kind for kind in diary()}
