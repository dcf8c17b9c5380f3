"""Notices of absence by their days."""

from sqlalchemy import ClauseElement, Select, select

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.reading.ties import on_day, stayed
from db.statement import statement
from db.tables.absence_notices import AbsenceNotice


def _notices() -> Select[tuple[object, ...]]:
    """Those of which a day is in the span, but none that was taken back."""
    notice = table(AbsenceNotice)
    return (
        select(*columns(AbsenceNotice))
        .where(
            notice.c.school_id == SCHOOL,
            notice.c.starts_on <= LAST,
            notice.c.ends_on >= FIRST,
            notice.c.state != "WITHDRAWN",
        )
        .order_by(notice.c.starts_on, notice.c.id)
    )


@statement(AbsenceNotice)
def absence_notices_of_students() -> ClauseElement:
    return _notices().where(among(table(AbsenceNotice).c.student_id))


@statement(AbsenceNotice)
def absence_notices_of_class_groups() -> ClauseElement:
    """Those of students who are in the class group on the notice's first day."""
    notice, was = table(AbsenceNotice), stayed()
    return (
        _notices()
        .add_columns(was.c.class_group_id)
        .join(
            was,
            (was.c.school_id == notice.c.school_id)
            & (was.c.student_id == notice.c.student_id)
            & on_day(was.c.days, notice.c.starts_on),
        )
        .where(among(was.c.class_group_id))
    )


@statement(AbsenceNotice)
def notices_accepted() -> ClauseElement:
    """Accepted notices of students of which a day is in the span, the first before the second."""
    notice = table(AbsenceNotice)
    return _notices().where(among(notice.c.student_id), notice.c.state == "ACCEPTED")
