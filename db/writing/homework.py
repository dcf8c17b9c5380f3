"""Homework set, changed and withdrawn."""

from sqlalchemy import ClauseElement, false, func, update

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables import Homework, HomeworkRevision
from db.writing.parts import ACCOUNT, EXPECTED, ID, constant, insert_each, new

SET = (
    "id",
    "lesson_id",
    "course_id",
    "teacher_id",
    "lesson_day",
    "due_on",
    "due_lesson_id",
    "text",
    "expected_minutes",
)
STEP = (
    "id",
    "homework_id",
    "version",
    "text_before",
    "due_on_before",
    "due_lesson_id_before",
    "withdrawn_before",
    "expected_minutes_before",
)
CHANGEABLE = ("text", "due_on", "due_lesson_id", "withdrawn", "expected_minutes")


@statement(Homework)
def set_homework() -> ClauseElement:
    """Answers the homework that was not there yet."""
    return (
        insert_each(
            Homework,
            SET,
            {"withdrawn": false(), "set_at": func.now(), "version": constant(1)},
        )
        .on_conflict_do_nothing(index_elements=["school_id", "id"])
        .returning(table(Homework).c.id)
    )


@statement(Homework)
def change_homework() -> ClauseElement:
    """Answers the homework's id, or nothing where it is no longer of the expected version."""
    homework = table(Homework)
    return (
        update(homework)
        .where(homework.c.school_id == SCHOOL, homework.c.id == ID, homework.c.version == EXPECTED)
        .values(
            {name: new(Homework, name) for name in CHANGEABLE} | {"version": homework.c.version + 1}
        )
        .returning(homework.c.id)
    )


@statement(HomeworkRevision)
def note_homework() -> ClauseElement:
    """The next step of the homework's history."""
    return insert_each(
        HomeworkRevision,
        STEP,
        {
            "change": new(HomeworkRevision, "change"),
            "reason": new(HomeworkRevision, "reason"),
            "account_id": ACCOUNT,
            "at": func.now(),
        },
    )
