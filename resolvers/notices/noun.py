"""Notices as a noun: each is visible to those it is addressed to, as their ties are today."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from db.reading import notices
from db.tables.notices import Notice
from domain.audience import Audience
from domain.notice_kinds import Readers
from domain.ties import DATED, TieName
from resolvers.declarations.noun import Event, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, addressee
from resolvers.viewer import Rights

A, T, R = Audience, TieName, Readers
READERS: Mapping[tuple[Readers, str], Mapping[TieName, Audience]] = {
    (R.STUDENTS, "students_id"): dict.fromkeys(
        (T.STUDENT, T.COURSE_OF_SELF, T.CLASS_OF_SELF), A.SELF
    ),
    (R.FAMILIES, "families_id"): dict.fromkeys(
        (T.CHILD, T.COURSE_OF_CHILD, T.CLASS_OF_CHILD), A.GUARDIAN
    ),
    (R.STAFF, "staff_id"): {
        T.COURSE_TAUGHT: A.COURSE_TEACHER,
        T.CLASS_LED: A.CLASS_TEACHER,
        T.STUDENT_LED: A.CLASS_TEACHER,
    },
    (R.ACCOUNT, "account_id"): {T.ACCOUNT: A.ADDRESSEE},
    (R.ADDRESSED, "address_id"): dict.fromkeys((T.ADDRESS, T.ADDRESS_BEFORE), A.ADDRESSEE),
}
"""By which ties somebody is a reader of what is addressed to a record, and what they are to it."""
TIED = A.SELF | A.GUARDIAN | A.COURSE_TEACHER | A.CLASS_TEACHER | A.ADDRESSEE


def _ties() -> Iterable[Tie]:
    for (_, column), ties in READERS.items():
        for name, audience in ties.items():
            yield Tie(audience, name, column, day="day" if name in DATED else None)
    yield from addressee("account_ids", many=True)


NOTICE = Noun(
    Notice,
    code="No",
    visible_to=TIED,
    ties=tuple(_ties()),
    read=notices.notices_by_id,
    event=Event(
        "A notice of something that concerns the viewer.",
        "Notices of what concerns the viewer",
        "Notices: `notice.added`.",
    ),
)
ReadingByNotice = Loader("ReadingByNotice", notices.notices_read)


def keys_of(rights: Rights) -> dict[str, list[Any]]:
    """What the viewer reads notices for: parameters of the statements that find them."""
    rows: list[tuple[UUID, int, date, date]] = []
    for (readers, _), ties in READERS.items():
        for name in ties:
            days = rights.days.get(name, {})
            for id_ in rights[name]:
                spans = days.get(id_, ()) if name in DATED else ((date.min, date.max),)
                rows += ((id_, int(readers), first, last) for first, last in spans)
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    return dict(zip(("to_ids", "whom", "firsts", "lasts"), map(list, columns), strict=True))
