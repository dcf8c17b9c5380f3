"""Writing what became of homework for students, for many of them at once."""

from datetime import date
from uuid import UUID

from sqlalchemy import ClauseElement, Date, bindparam, select, update

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.store import Reader
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus, HomeworkStatusRevision
from db.writing.changing import Changing
from db.writing.parts import ID
from db.writing.versioned import Versioned

STATUSES = Versioned(
    HomeworkStatus, HomeworkStatusRevision, inserted_at="changed_at",
    changed_at="changed_at",
)  # fmt: skip
MANY_STATUSES = Changing(STATUSES)


@statement(Homework)
def hold_homework() -> ClauseElement:
    """Hold homework until the transaction ends, so that each student has one status of it."""
    own = table(Homework)
    held = select(own.c.id).where(own.c.school_id == SCHOOL, own.c.id == ID)
    return held.with_for_update(key_share=True)


@statement(HomeworkStatus)
def statuses_of_homework() -> ClauseElement:
    """The statuses of homework, by `ids`."""
    own = table(HomeworkStatus)
    return select(*columns(HomeworkStatus)).where(
        own.c.school_id == SCHOOL, among(own.c.homework_id)
    )


@statement(HomeworkStatus)
def move_statuses() -> ClauseElement:
    """The day of what became of homework is the one by which it is due."""
    own = table(HomeworkStatus)
    day = bindparam("new_day", type_=Date)
    return update(own).values(day=day).where(own.c.school_id == SCHOOL, own.c.homework_id == ID)


@statement(HomeworkStatus)
def move_statuses_due_at() -> ClauseElement:
    """The same of all homework that is due at a lesson."""
    own, homework = table(HomeworkStatus), table(Homework)
    day = bindparam("new_day", type_=Date)
    return (
        update(own)
        .values(day=day)
        .where(
            own.c.school_id == SCHOOL,
            homework.c.school_id == SCHOOL,
            own.c.homework_id == homework.c.id,
            homework.c.due_lesson_id == ID,
        )
    )


async def moved(reader: Reader, school: int, homework: UUID, due_on: date) -> None:
    await reader.run(move_statuses, school=school, ref=homework, new_day=due_on)
