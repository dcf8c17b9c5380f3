"""A course's journal over some days: all who learnt in it on any of them, with their marks."""

from datetime import date
from typing import Any

from tests.year.model.diary import Lessons, Marks, average
from tests.year.model.rights import CLASS, HEAD, Eyes
from tests.year.model.ties import Days, days_in
from tests.year.model.world import Course, Student
from tests.year.screens.screen import MARK, Denied, Screen, by_name, shown_average, shown_mark

OF, OFTEN = Course, 4
QUERY = f"""
  query ($id: ID!, $from: Date!, $to: Date!) {{ course(id: $id) {{ title
    journal(from: $from, to: $to) {{
      lessons {{ date slot topic status }}
      rows {{ student {{ displayName }} from to left
        grades {{ {MARK} }} average {{ value weight count }} }} }} }} }}
"""


def screen(eyes: Eyes, of: Course, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of, first, last)
    return Screen(
        f"the journal of {of} from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.id, "from": first.isoformat(), "to": last.isoformat()},
        {"course": shown_},
        (of,),
        denied,
    )


def shown(eyes: Eyes, of: Course, first: date, last: date) -> tuple[Any, list[Denied]]:
    if not eyes.member(of.school):
        return None, []
    if not eyes.keeps_journal(of):
        return {"title": of.title, "journal": None}, [("FORBIDDEN", "course.journal")]
    lessons = eyes.world.of(Lessons).of(of, first, last)
    rows = [
        row(eyes, of, student, first, last)
        for student in by_name(of.school.students)
        if days_of(eyes, of, student, first, last) and may_see(eyes, of, student, first, last)
    ]
    journal = {
        "lessons": [
            {
                "date": each.day.isoformat(),
                "slot": each.slot,
                "topic": each.topic,
                "status": each.status,
            }
            for each in lessons
        ],
        "rows": rows,
    }
    return {"title": of.title, "journal": journal}, []


def days_of(eyes: Eyes, of: Course, student: Student, first: date, last: date) -> list[Days]:
    """The days of the span on which the student learnt in the course, if it has begun by today: the
    first before the last."""
    return sorted(
        (max(begins, first), min(ends, last))
        for begins, ends in days_in(student, of, eyes.world)
        if begins <= last and first <= ends and begins <= eyes.today
    )


def may_see(eyes: Eyes, of: Course, student: Student, first: date, last: date) -> bool:
    """Whoever has the course or the student; or who led them on all of those days."""
    if of in eyes.taught or eyes.to(student) & {CLASS, HEAD}:
        return True
    days = days_of(eyes, of, student, first, last)
    return all(eyes.led_on(student, each) for each in (days[0][0], days[-1][1]))


def row(eyes: Eyes, of: Course, student: Student, first: date, last: date) -> dict[str, Any]:
    marks = [
        mark for mark in eyes.world.of(Marks).of(student, first, last) if mark.lesson.course is of
    ]
    days = days_of(eyes, of, student, first, last)
    begins, ends = days[0][0], days[-1][1]
    return {
        "student": {"displayName": student.name},
        "from": begins.isoformat() if begins > first else None,
        "to": ends.isoformat() if ends < last else None,
        "left": student.last < eyes.today,
        "grades": [shown_mark(mark) for mark in marks],
        "average": shown_average(average(marks)),
    }
