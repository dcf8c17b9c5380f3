"""How weekly patterns are written, and what is read while they are."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import DAY, SCHOOL, among, columns, table
from db.statement import statement
from db.tables.lesson_patterns import LessonPattern, LessonPatternRevision
from db.writing.changing import Changing
from db.writing.versioned import Versioned

LESSON_PATTERNS = Versioned(LessonPattern, LessonPatternRevision)
LESSON_PATTERNS_AT_ONCE = Changing(LESSON_PATTERNS)


@statement(LessonPattern)
def patterns_of_course_from() -> ClauseElement:
    """Those of courses, by `ids`, that have the day or a later one."""
    pattern = table(LessonPattern)
    return (
        select(*columns(LessonPattern))
        .where(
            pattern.c.school_id == SCHOOL,
            among(pattern.c.course_id),
            pattern.c.active,
            pattern.c.ends_on.is_(None) | (pattern.c.ends_on >= DAY),
        )
        .order_by(pattern.c.starts_on, pattern.c.slot, pattern.c.id)
    )
