"""How a field is read, as data that every executor reads alike."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from db.records import Joined
from domain.audience import Audience
from resolvers.loaders import Arguments, Key, Loader


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the parent's record; named as the field unless told."""

    name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of the record, and of the field's arguments where it has any."""

    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Fused:
    """One record that the parent's row carries in columns `{prefix}__...`."""

    prefix: str
    noun: str

    def read(self, record: Any) -> Joined | None:
        return Joined(record, self.prefix, self.noun) if record[f"{self.prefix}__id"] else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a field's arguments make of a load: the statement's parameters, then a pure step."""

    parameters: Mapping[str, object] = field(default_factory=dict)
    then: Callable[[Any], Any] | None = None

    @property
    def arguments(self) -> Arguments:
        return tuple(sorted(self.parameters.items()))


@dataclass(frozen=True, slots=True)
class Loaded:
    """One or many records through a loader, keyed by a column of the parent."""

    loader: Loader
    key: str
    ask: Callable[..., Asked] | None = None

    def key_of(self, record: Any) -> Key | None:
        id_: UUID | None = getattr(record, self.key)
        return None if id_ is None else (record.school_id, id_)


@dataclass(frozen=True, slots=True)
class Resolved:
    """An ordinary resolver: the last resort."""

    function: Callable[..., Any | Awaitable[Any]]


Reading = Column | Computed | Fused | Loaded | Resolved


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field's audience and how it is read."""

    audience: Audience
    reading: Reading | None
    """None where the reading follows from the field's name: its column."""
