"""Of which changes of a noun's records somebody is told by a notice, declared beside the noun."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.store import Store
from domain.audience import Audience
from domain.history import Step
from domain.notice_kinds import NoticeKind, Readers, Said
from resolvers.declarations.noun import MisdeclaredNoun, Noun

DUE = "DUE"
"""In place of a step, for a notice that no change has caused: a record is due tomorrow."""
TODAY = "TODAY"
"""In place of a column, for records without a day: those are told who are there on the day when the
notice is made."""
AUDIENCES = {
    Readers.STUDENTS: Audience.SELF,
    Readers.FAMILIES: Audience.GUARDIAN,
    Readers.STAFF: Audience.COURSE_TEACHER | Audience.CLASS_TEACHER,
    Readers.ADDRESSED: Audience.ADDRESSEE,
}
RECENT = timedelta(days=30)
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class To:
    """To the student, course, class group or account with the id, and which readers there."""

    id: UUID
    whom: Readers


Addressing = Callable[[Any], Iterable[To]]


@dataclass(frozen=True, slots=True)
class School:
    """Whose records they are, and its day."""

    id: int
    today: date


@dataclass(frozen=True, slots=True)
class Naming:
    """Addresses notices to accounts that do not follow from the record's ties. `find` answers them
    by the records' ids; an account is told once of each record, or of each change of it `again`
    after a while."""

    find: Callable[[Store, School, Sequence[Any]], Awaitable[Mapping[UUID, Iterable[UUID]]]]
    again: timedelta | None = None

    def __call__(self, record: Any) -> Iterable[To]:
        return [To(record.id, Readers.NAMED)]


When = Callable[[Any, date], bool]
"""Whether a record is told of, on a day of its school."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What is told of changes of a noun. The `texts` are by step. They say nothing of the record's
    content, which is read by the record's readers alone."""

    noun: Noun[Any]
    kind: NoticeKind
    texts: Mapping[str, Said]
    to: Addressing
    leads: str | None
    when: When
    day: str | None
    naming: Naming | None = None


NOTICED: dict[str, list[Noticed]] = {}
"""By the topic of the noun."""


def noticed(
    noun: Noun[Any],
    kind: NoticeKind,
    texts: Mapping[Step | str, Said],
    to: Addressing,
    *,
    whom: Readers = Readers.NAMED,
    leads: str | None = None,
    when: When = lambda *_: True,
    day: str | None = None,
) -> None:
    """Declare that changes of the noun's records are told of.

    `to` names the addressees, who are among `whom`. Where these are a course or class group, those
    are told who belong to it on the day that the column `day` has. `leads` is the address of the
    diary's screen that shows the record, in which `{student}`, `{course}` and `{school}` stand for
    global ids and `{day}` for the day; unless told, that of the record itself
    (`resolvers/notices/screens.py`), or of all notices.
    """
    for readers, audience in AUDIENCES.items():
        if readers in whom and not noun.visible_to & (audience | Audience.MEMBER):
            raise MisdeclaredNoun(
                f"{noun.name}: its notices are for {readers.name}, who may not know of its records."
            )
    by_step = {str(step): said for step, said in texts.items()}

    def among(record: Any) -> Iterable[To]:
        for each in to(record):
            if each.whom & ~whom:
                raise MisdeclaredNoun(f"{noun.name}: a notice is for more than {whom!r}.")
            yield each

    naming = to if isinstance(to, Naming) else None
    found = Noticed(noun, kind, by_step, among, leads, when, day, naming)
    NOTICED.setdefault(noun.topic, []).append(found)


def said(topic: str, kind: str, change: str) -> tuple[Said, str | None] | None:
    """The text of a notice, and where it leads, if its declaration says so."""
    for each in NOTICED.get(topic, ()):
        if each.kind == kind and change in each.texts:
            return each.texts[change], each.leads
    return None


def to_student(whom: Readers) -> Addressing:
    return lambda record: [To(record.student_id, whom)]


def to_course(whom: Readers) -> Addressing:
    return lambda record: [] if record.course_id is None else [To(record.course_id, whom)]


def to_addressed(record: Any) -> Iterable[To]:
    """To whom the record is addressed."""
    return [To(address, Readers.ADDRESSED) for address in record.addressed]


def is_shown(record: Any, _: date) -> bool:
    """Whether its readers see the record: it is neither withdrawn nor hidden."""
    return not record.withdrawn and not record.hidden


def recent(column: str) -> When:
    """What is of long ago is entered late, or brought from elsewhere: nobody is told."""
    return lambda record, today: getattr(record, column) >= today - RECENT


def coming(column: str) -> When:
    return lambda record, today: today <= getattr(record, column) <= today + AHEAD
