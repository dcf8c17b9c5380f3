"""A lesson's topic."""

from sqlalchemy import ClauseElement, func, update

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables import Lesson, LessonRevision
from db.writing.parts import ACCOUNT, EXPECTED, ID, insert_each, new

STEP = ("id", "lesson_id", "version", "topic_before")


@statement(Lesson)
def set_topic() -> ClauseElement:
    """Answers the lesson's id, or nothing where it is no longer of the expected version."""
    lesson = table(Lesson)
    return (
        update(lesson)
        .where(lesson.c.school_id == SCHOOL, lesson.c.id == ID, lesson.c.version == EXPECTED)
        .values(topic=new(Lesson, "topic"), version=lesson.c.version + 1)
        .returning(lesson.c.id)
    )


@statement(LessonRevision)
def note_lesson() -> ClauseElement:
    """The next step of the lesson's history."""
    return insert_each(
        LessonRevision,
        STEP,
        {
            "change": new(LessonRevision, "change"),
            "reason": new(LessonRevision, "reason"),
            "account_id": ACCOUNT,
            "at": func.now(),
        },
    )
