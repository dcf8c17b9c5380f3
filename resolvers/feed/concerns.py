"""Whom records concern besides their own students: kept until the feed tells of a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, cast
from uuid import UUID

from db.reading.feed import RecipientRow, concerned_on_day
from db.reading.schools import schools_by_id
from db.store import Store
from resolvers.feed.kinds import Keys, Kind
from resolvers.global_id import NIL
from resolvers.viewer import school_today
from resolvers.viewers import FRESH_WHILE_TOLD

Ids = set[UUID]


@dataclass(slots=True)
class Concerned:
    """By a student or a course, the class groups that its records concern on the day; by a course
    or a class group as a whole, also who learns there."""

    day: date
    read_at: float = field(default_factory=monotonic)
    own: dict[UUID, Ids] = field(default_factory=dict)
    wide: dict[UUID, Ids] = field(default_factory=dict)

    def keys(self, kind: Kind, record: Any) -> Keys:
        """What whoever follows the record's change follows, by whichever of its columns."""
        keys = {NIL, *kind.groups}
        for tie in kind.accounts:
            found = getattr(record, tie.column)
            keys.update(found if tie.many else ids_of(record, [tie.column]))
        for id_ in ids_of(record, kind.own):
            keys.add(id_)
            keys |= self.own[id_]
        for id_ in ids_of(record, kind.wide):
            keys |= self.wide[id_]
        return frozenset((record.school_id, id_) for id_ in keys)


class Concerns:
    """Who learns where changes seldom, and the feed tells of it: as long as the rights of viewers
    are kept, so are these."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._zones: dict[int, str] = {}
        self._known: dict[int, Concerned] = {}

    async def of(self, told: Iterable[tuple[Kind, Any]]) -> Mapping[int, Concerned]:
        """By school, for these records and their kinds."""
        own: dict[int, Ids] = defaultdict(set)
        wide: dict[int, Ids] = defaultdict(set)
        for kind, record in told:
            own[record.school_id].update(ids_of(record, kind.own))
            wide[record.school_id].update(ids_of(record, kind.wide))
        return {school: await self._read(school, ids, wide[school]) for school, ids in own.items()}

    async def _read(self, school: int, own: Ids, wide: Ids) -> Concerned:
        day = school_today(await self._zone(school))
        known = self._known.get(school)
        if known is None or known.day != day or monotonic() - known.read_at >= FRESH_WHILE_TOLD:
            known = self._known[school] = Concerned(day)
        own, wide = _missing(own, known.own), _missing(wide, known.wide)
        if own or wide:
            pairs = await self._store.fetch(
                concerned_on_day, school=school, ids=list(own), wide=list(wide), day=day
            )
            # Not before: whoever else asks meanwhile would take what is not read yet for nothing.
            known.own |= {id_: set() for id_ in own}
            known.wide |= {id_: set() for id_ in wide}
            for pair in cast("list[RecipientRow]", pairs):
                (known.wide if pair.wide else known.own)[pair.id].add(pair.concerned)
        return known

    def school_changed(self, school_id: int) -> None:
        self._zones.pop(school_id, None)
        self._known.pop(school_id, None)

    def begin_anew(self) -> None:
        self._zones.clear()
        self._known.clear()

    async def _zone(self, school_id: int) -> str:
        if school_id not in self._zones:
            schools = await self._store.fetch(schools_by_id, schools=[school_id])
            self._zones[school_id] = schools[0].time_zone if schools else "UTC"
        return self._zones[school_id]


def _missing(ids: Ids, known: Mapping[UUID, Ids]) -> Ids:
    """Unlike `ids - known.keys()`, without a look at all that is known."""
    return {id_ for id_ in ids if id_ not in known}


def ids_of(record: Any, names: Iterable[str]) -> Iterable[UUID]:
    return (id_ for name in names if (id_ := getattr(record, name)) is not None)
