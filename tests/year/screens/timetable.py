"""A student's timetable, with what lessons were before they were replaced."""

from datetime import date
from itertools import groupby
from typing import Any

from tests.year.model.diary import Lesson
from tests.year.model.rights import COURSE, ONCE, Eyes
from tests.year.model.world import Student, Teacher
from tests.year.screens.diary import lessons_of
from tests.year.screens.screen import Denied, Screen

OF, OFTEN = Student, 2
QUERY = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) { displayName
    timetable(from: $from, to: $to) { date today lessons { slot status room course { title }
      teacher { displayName } replacement { room teacher { displayName } } } } } }
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of, first, last)
    return Screen(
        f"the timetable of {of} from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.id, "from": first.isoformat(), "to": last.isoformat()},
        {"student": shown_},
        (of,),
        denied,
    )


def shown(eyes: Eyes, of: Student, first: date, last: date) -> tuple[Any, list[Denied]]:
    if not eyes.to(of):
        return None, []
    if not eyes.to(of) - {COURSE, ONCE}:
        hidden = {"displayName": of.name, "timetable": None}
        return hidden, [("FORBIDDEN", "student.timetable")]
    days = groupby(lessons_of(eyes, of, first, last), lambda each: each.day)
    return {
        "displayName": of.name,
        "timetable": [
            {
                "date": day.isoformat(),
                "today": day == eyes.today,
                "lessons": [shown_lesson(each) for each in lessons],
            }
            for day, lessons in days
        ],
    }, []


def shown_lesson(lesson: Lesson) -> dict[str, Any]:
    was = lesson.planned
    return {
        "slot": lesson.slot,
        "status": lesson.status,
        "room": lesson.room,
        "course": {"title": lesson.course.title},
        "teacher": named(lesson.teacher),
        "replacement": was and {"room": was[0], "teacher": named(was[1])},
    }


def named(teacher: Teacher | None) -> dict[str, str] | None:
    return None if teacher is None else {"displayName": teacher.name}
