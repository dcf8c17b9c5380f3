"""Recipients of changes: the keys that a change is published to, besides its record's own ids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, cast
from uuid import UUID

from db.reading.feed import RecipientRow, recipients_on_day
from db.reading.schools import schools_by_id
from db.store import Store
from domain import clock
from domain.ties import Spans, is_among
from resolvers.feed.keys import OFFICE, RecipientKeys
from resolvers.feed.topics import Topic, day_of, ids_of
from resolvers.viewer import spans_of
from resolvers.viewers import FRESH_WITH_FEED

Ids = set[UUID]


@dataclass(slots=True)
class SchoolRecipients:
    """The recipients in one school, as of a day.

    `groups` holds the class groups of a student or a course. `learners` holds, for a course or a
    class group, the students who have learnt there and the class groups that they are in or were,
    with the days of the records that they are told of.
    """

    day: date
    read_at: float = field(default_factory=monotonic)
    groups: dict[UUID, Ids] = field(default_factory=dict)
    learners: dict[UUID, dict[UUID, Spans]] = field(default_factory=dict)

    def keys(
        self,
        topic: Topic,
        record: Any,  # a record of the topic's noun
        concerns: Iterable[UUID] | None,
    ) -> RecipientKeys:
        """The keys that a change of the record, which `concerns` these ids, is published to."""
        ids = {OFFICE, *topic.groups, *ids_of(record, topic.direct)}
        if topic.tells_before:
            ids.update(concerns or ())
        for id_ in ids_of(record, topic.places):
            ids.add(id_)
            ids |= self.groups[id_]
        day = day_of(record, topic)
        for id_ in ids_of(record, topic.whole):
            ids.update(
                learner
                for learner, days in self.learners[id_].items()
                if day is None or is_among(day, days)
            )
        return frozenset((record.school_id, id_) for id_ in ids)


class Recipients:
    """Reads who has learnt where and keeps it as long as viewers' rights are kept: it changes
    seldom, and a row of the topic `RIGHTS` says when."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._zones: dict[int, str] = {}
        self._schools: dict[int, SchoolRecipients] = {}

    async def of(self, records: Iterable[tuple[Topic, Any]]) -> Mapping[int, SchoolRecipients]:
        """By school, with what the keys of these records need."""
        places: dict[int, Ids] = defaultdict(set)
        whole: dict[int, Ids] = defaultdict(set)
        for topic, record in records:
            places[record.school_id].update(ids_of(record, topic.places))
            whole[record.school_id].update(ids_of(record, topic.whole))
        return {
            school: await self._read(school, ids, whole[school]) for school, ids in places.items()
        }

    async def _read(self, school: int, places: Ids, whole: Ids) -> SchoolRecipients:
        day = clock.today(await self._zone(school))
        known = self._schools.get(school)
        if known is None or known.day != day or monotonic() - known.read_at >= FRESH_WITH_FEED:
            known = self._schools[school] = SchoolRecipients(day)
        places, whole = _missing(places, known.groups), _missing(whole, known.learners)
        if places or whole:
            rows = await self._store.fetch(
                recipients_on_day, school=school, ids=list(places), whole=list(whole), day=day
            )
            # Not before: others who ask while this waits would take an empty set for the answer.
            known.groups |= {id_: set() for id_ in places}
            known.learners |= {id_: {} for id_ in whole}
            for row in cast("list[RecipientRow]", rows):
                if row.whole:
                    known.learners[row.id][row.recipient] = spans_of(row.days)
                else:
                    known.groups[row.id].add(row.recipient)
        return known

    def school_changed(self, school_id: int) -> None:
        self._zones.pop(school_id, None)
        self._schools.pop(school_id, None)

    def reset(self) -> None:
        self._zones.clear()
        self._schools.clear()

    async def _zone(self, school_id: int) -> str:
        if school_id not in self._zones:
            schools = await self._store.fetch(schools_by_id, schools=[school_id])
            self._zones[school_id] = schools[0].time_zone if schools else "UTC"
        return self._zones[school_id]


def _missing(ids: Ids, known: Mapping[UUID, Any]) -> Ids:
    """Unlike `ids - known.keys()`, this does not look at everything that is known."""
    return {id_ for id_ in ids if id_ not in known}
