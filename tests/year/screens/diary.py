"""A student's diary over some days: lessons, homework and their own marks."""

from datetime import date
from itertools import groupby
from typing import Any

from tests.year.model.attendance import Attendance, Entry
from tests.year.model.diary import Lesson, Lessons, Mark, Marks
from tests.year.model.rights import Eyes
from tests.year.model.ties import days_in, places_of
from tests.year.model.world import Course, Student
from tests.year.screens.screen import MARK, Screen, shown_mark

OF, OFTEN = Student, 5
QUERY = f"""
  query ($id: ID!, $from: Date!, $to: Date!) {{ student(id: $id) {{ displayName
    diary(from: $from, to: $to) {{ date lessons {{
      lesson {{ slot topic status course {{ title }} teacher {{ displayName }}
        homework {{ text dueOn }} }}
      attendance {{ kind minutes }} grades {{ {MARK} }} }} }} }} }}
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    return Screen(
        f"the diary of {of} from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.id, "from": first.isoformat(), "to": last.isoformat()},
        {"student": shown(eyes, of, first, last)},
        (of,),
    )


def shown(eyes: Eyes, of: Student, first: date, last: date) -> Any:
    if not eyes.to(of):
        return None
    marks: dict[Lesson, list[Mark]] = {}
    for mark in eyes.world.of(Marks).of(of, first, last):
        marks.setdefault(mark.lesson, []).append(mark)
    return {
        "displayName": of.name,
        "diary": [
            {
                "date": day.isoformat(),
                "lessons": [
                    {
                        "lesson": shown_lesson(eyes, each),
                        "attendance": shown_entry(eyes.world.of(Attendance).at[each].get(of)),
                        "grades": [shown_mark(mark) for mark in marks.get(each, [])],
                    }
                    for each in lessons
                ],
            }
            for day, lessons in groupby(lessons_of(eyes, of, first, last), lambda each: each.day)
        ],
    }


def shown_entry(entry: Entry | None) -> dict[str, Any] | None:
    return None if entry is None else {"kind": entry.kind, "minutes": entry.minutes}


def lessons_of(eyes: Eyes, of: Student, first: date, last: date) -> list[Lesson]:
    """Those of the courses that the student was in on their day, as far as they are shown."""
    book = eyes.world.of(Lessons)
    found = {
        lesson
        for course in places_of(of, eyes.world)
        if isinstance(course, Course)
        for begins, ends in days_in(of, course, eyes.world)
        for lesson in book.of(course, max(first, begins), min(last, ends))
        if eyes.reads(of, course, lesson.day)
    }
    return sorted(found, key=lambda each: (each.day, each.slot))


def shown_lesson(eyes: Eyes, lesson: Lesson) -> dict[str, Any]:
    homework = eyes.world.of(Lessons).homework[lesson]
    return {
        "slot": lesson.slot,
        "topic": lesson.topic,
        "status": lesson.status,
        "course": {"title": lesson.course.title},
        "teacher": lesson.teacher and {"displayName": lesson.teacher.name},
        "homework": [
            {"text": each.text, "dueOn": each.due_on.isoformat()}
            for each in homework
            if not each.withdrawn
        ],
    }
