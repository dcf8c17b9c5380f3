"""Homework by lesson."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.homework import Homework


@statement(Homework)
def homework_of_lessons() -> ClauseElement:
    homework = table(Homework)
    return (
        select(*columns(Homework))
        .where(
            homework.c.school_id == SCHOOL,
            among(homework.c.lesson_id),
            homework.c.withdrawn.is_(False),
        )
        .order_by(homework.c.set_at, homework.c.id)
    )
