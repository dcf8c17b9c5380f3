"""Faults that the gateway could have: each is put back on purpose, and has to be found."""

import re
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.reading.ties import learning
from db.reading.viewer_of_session import viewers_by_sessions
from db.reading.viewer_ties import ties_of_family
from db.tables.courses import Course
from db.tables.lessons import Lesson
from domain import policy
from resolvers.lessons import LessonsByStudent

HELD = re.compile(r"\(guardianship\.ends_on IS NULL OR guardianship\.ends_on >= [^)]*\)")


def diary() -> None:
    """A diary of the courses that the student is in today."""
    lesson, course, learns = table(Lesson), table(Course), learning()
    source = (
        select(*columns(Lesson), course.c.subject_id, learns.c.student_id)
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == lesson.c.course_id))
        .join(
            learns,
            (learns.c.school_id == lesson.c.school_id) & (learns.c.course_id == lesson.c.course_id),
        )
        .where(lesson.c.school_id == SCHOOL, among(learns.c.student_id), lesson.c.active)
        .where(lesson.c.day.between(FIRST, LAST))
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )
    right = LessonsByStudent.statement
    put(LessonsByStudent, "statement", right.rewritten(source))


def guardian() -> None:
    """A guardian who reads on after the guardianship."""
    for right in (ties_of_family, viewers_by_sessions):
        text, found = HELD.subn("true", right.text)
        assert found
        patch.dict(vars(right), text=text).start()


def lock() -> None:
    """A lock that holds nobody off."""
    patch.object(policy, "is_closed", lambda *_, **__: False).start()


def put(where: object, name: str, bad: Any) -> None:
    """In the place of what is there, though it is frozen."""
    object.__setattr__(where, name, bad)


BUGS = {"diary": diary, "guardian": guardian, "lock": lock}
