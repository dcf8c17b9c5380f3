"""Lessons by the hour: which have begun when teachers write, which are over when people look."""

from datetime import date

from tests.year.model.diary import Lesson, Lessons
from tests.year.model.world import School, World

HELD_BY_THREE = 2
"""At three, when teachers write, the first two lessons of the day have begun, and are over at four,
when people look; the others are not."""


def has_begun(lesson: Lesson, today: date) -> bool:
    return lesson.day < today or (lesson.day == today and lesson.slot <= HELD_BY_THREE)


def open_lessons(
    school: School, first: date, last: date, today: date, world: World
) -> list[Lesson]:
    """Those that are over, and that nobody has closed."""
    book = world.of(Lessons)
    found = [
        lesson
        for course in school.courses
        for lesson in book.of(course, first, last)
        if not lesson.closed and not lesson.cancelled and has_begun(lesson, today)
    ]
    return sorted(found, key=lambda each: (each.day, each.slot))
