"""Topics of the feed: one for each noun with an event, derived from the noun's declaration."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from domain.audience import PRESENT, Audience
from domain.ties import Leads, TieName, leads_to
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.feed.keys import EVERYBODY, STAFF
from resolvers.loaders import Loader

PLACES = (Leads.STUDENT, Leads.COURSE, Leads.CLASS_GROUP)
WHOLE = frozenset({
    TieName.COURSE_OF_SELF, TieName.COURSE_OF_CHILD, TieName.COURSE_LED,
    TieName.CLASS_OF_SELF, TieName.CLASS_OF_CHILD,
})  # fmt: skip
"""Ties to a record of a whole course or class group: those who learn there may read it."""
FOLLOWED = frozenset(
    {TieName.STUDENT, TieName.CHILD, TieName.COURSE_TAUGHT, TieName.CLASS_LED}
)  # fmt: skip
"""Ties whose ids every viewer follows. They reach the viewers of each tie to a student, a course
or a class group but `STUDENT_TAUGHT`, because a change is published to class groups too."""


@dataclass(frozen=True, slots=True)
class IdColumn:
    """A column of a record that holds an id or none, or `many` ids; of no record that has a value
    in the column `unless`."""

    name: str
    many: bool = False
    unless: str | None = None

    def ids(self, record: Any) -> Iterable[UUID]:  # a record of any noun
        if self.unless is not None and getattr(record, self.unless) is not None:
            return ()
        value = getattr(record, self.name)
        if value is None:
            return ()
        return value if self.many else (value,)


Columns = tuple[IdColumn, ...]


def day_of(record: Any, topic: "Topic") -> date | None:  # a record of the topic's noun
    """The day that the record belongs to; None where it has none."""
    day: date | None = None if topic.day is None else getattr(record, topic.day)
    return day


def ids_of(record: Any, columns: Columns) -> Iterable[UUID]:  # a record of any noun
    return (id_ for column in columns for id_ in column.ids(record))


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """A topic of the outbox: the noun whose changes it holds, and whom a change is published to.

    A change is published to the ids in `places` (students, courses, class groups) and to their
    class groups; for the `whole` courses and class groups also to whoever learnt there on the
    record's `day`; to the ids in `direct`, whose ties (`direct_ties`) lead to nothing of that kind,
    such as an author; and to `groups` of people who may read the record by their role in the school
    alone. If it `tells_before`, it is published also to the ids that the record named until then.
    `description` and `feed` are what clients read of the event and of its feed.
    """

    name: str
    noun: str
    loader: Loader
    description: str
    feed: str
    places: Columns
    whole: Columns
    direct: Columns
    courses: Columns
    day: str | None
    direct_ties: frozenset[TieName]
    groups: frozenset[UUID]
    tells_before: bool


@cache
def topic_of(noun: Noun[Any]) -> Topic:
    """The topic of a noun with an event; one object for each noun."""
    assert noun.event is not None
    columns: dict[Leads, dict[IdColumn, None]] = defaultdict(dict)
    whole, direct = dict[IdColumn, None](), dict[IdColumn, None]()
    direct_ties = set[TieName]()
    for tie in noun.ties:
        column, leads = IdColumn(tie.column, tie.many, tie.unless), leads_to(tie.name)
        columns[leads][column] = None
        if tie.name in WHOLE:
            whole[column] = None
        if tie.name is TieName.STUDENT_TAUGHT or leads not in PLACES:
            direct[column] = None
            direct_ties.add(tie.name)
    return Topic(
        noun.topic,
        noun.name,
        noun.by_id,
        noun.event.description,
        noun.event.feed,
        places=tuple(column for leads in PLACES for column in columns[leads]),
        whole=tuple(whole),
        direct=tuple(direct),
        courses=tuple(columns[Leads.COURSE]),
        day=noun.day,
        direct_ties=frozenset(direct_ties),
        groups=_groups(noun),
        tells_before=any(tie.told_before for tie in noun.ties),
    )


def _groups(noun: Noun[Any]) -> frozenset[UUID]:
    """A record of a student, a course or a class group is published to those around it alone, even
    where every member of the school may read it, as they may a lesson."""
    if any(leads_to(tie.name) in PLACES for tie in noun.ties):
        by_role = {STAFF: Audience.STAFF}
    else:
        by_role = {EVERYBODY: Audience.MEMBER | PRESENT, STAFF: Audience.STAFF}
    return frozenset(group for group, role in by_role.items() if noun.visible_to & role)


@cache
def diary() -> tuple[Topic, ...]:
    """Every topic, in the order of the nouns' names.

    To be called once all nouns are declared, as they are where the schema is imported.
    """
    return tuple(topic_of(noun) for _, noun in sorted(NOUNS.items()) if noun.event is not None)


@cache
def topics() -> Mapping[str, Topic]:
    """The topics by their names in the outbox."""
    return {topic.name: topic for topic in diary()}
