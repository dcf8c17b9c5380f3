"""Signatures of a span of days, and who has seen what."""

from sqlalchemy import ClauseElement, Date, Select, bindparam, literal, select

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.reading.records import with_account
from db.statement import statement
from db.tables.diary_signatures import DiarySignature, Seen

WEEK = bindparam("week", type_=Date())


def _signatures() -> Select[tuple[object, ...]]:
    """With the name of the account that signed."""
    return with_account(DiarySignature, "author_id")


@statement(DiarySignature)
def signatures_by_id() -> ClauseElement:
    return _signatures().where(among(table(DiarySignature).c.id))


@statement(DiarySignature)
def signatures_of_students() -> ClauseElement:
    """Those of weeks of which a day is in the span, in the order of weeks and of signing."""
    signature = table(DiarySignature)
    return (
        _signatures()
        .where(
            among(signature.c.student_id),
            signature.c.week > FIRST - literal(7),
            signature.c.week <= LAST,
        )
        .order_by(signature.c.week, signature.c.signed_at, signature.c.id)
    )


@statement(DiarySignature)
def signatures_of_week() -> ClauseElement:
    """Those of one week of the students."""
    signature = table(DiarySignature)
    return select(*columns(DiarySignature)).where(
        signature.c.school_id == SCHOOL, among(signature.c.student_id), signature.c.week == WEEK
    )


@statement(Seen)
def seen_of_records() -> ClauseElement:
    """Who has seen the records, in the order of seeing, with the names of their accounts."""
    seen = table(Seen)
    found = with_account(Seen).where(among(seen.c.record_id))
    return found.order_by(seen.c.at, seen.c.id)
