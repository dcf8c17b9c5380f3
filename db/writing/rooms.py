"""How rooms are written, and what follows their names."""

from sqlalchemy import ClauseElement, select, update

from db.reading.parts import DAY, SCHOOL, table
from db.statement import statement
from db.tables.lesson_patterns import LessonPattern
from db.tables.lessons import Lesson
from db.tables.rooms import Room, RoomRevision
from db.writing.parts import ID, new
from db.writing.versioned import Versioned

ROOMS = Versioned(Room, RoomRevision, derived=("sort_key",))


@statement(Lesson)
def rename_room_of_lessons() -> ClauseElement:
    """Lessons from the day on are in the room by its new name."""
    lesson = table(Lesson)
    renamed = update(lesson).values(room=new(Room, "name"))
    return renamed.where(lesson.c.school_id == SCHOOL, lesson.c.room_id == ID, lesson.c.day >= DAY)


@statement(Room)
def room_to_come() -> ClauseElement:
    """A row where lessons from the day on, or patterns, are in the room."""
    room, lesson, pattern = table(Room), table(Lesson), table(LessonPattern)
    in_lesson = select(lesson.c.id).where(
        lesson.c.school_id == SCHOOL, lesson.c.room_id == ID, lesson.c.day >= DAY, lesson.c.active
    )
    in_pattern = select(pattern.c.id).where(
        pattern.c.school_id == SCHOOL,
        pattern.c.room_id == ID,
        pattern.c.active,
        pattern.c.ends_on.is_(None) | (pattern.c.ends_on >= DAY),
    )
    used = in_lesson.exists() | in_pattern.exists()
    return select(room.c.id).where(room.c.school_id == SCHOOL, room.c.id == ID, used)
