"""A course's journal over some days: all who learnt in it on any of them, with their marks."""

from datetime import date
from typing import Any

from tests.year.model.diary import Lessons, Marks, average
from tests.year.model.rights import CLASS, HEAD, Eyes
from tests.year.model.ties import days_in
from tests.year.model.world import Course, Student
from tests.year.screens.screen import MARK, Denied, Screen, by_name, shown_average, shown_mark

OF, OFTEN = Course, 4
QUERY = f"""
  query ($id: ID!, $from: Date!, $to: Date!) {{ course(id: $id) {{ title
    journal(from: $from, to: $to) {{
      lessons {{ date slot topic status }}
      rows {{ student {{ displayName }}
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
        if any(
            begins <= last and first <= ends for begins, ends in days_in(student, of, eyes.world)
        )
        and (of in eyes.taught or eyes.to(student) & {CLASS, HEAD})
    ]
    journal = {
        "lessons": [
            {
                "date": each.day.isoformat(),
                "slot": each.slot,
                "topic": each.topic,
                "status": "CANCELLED" if each.cancelled else "PLANNED",
            }
            for each in lessons
        ],
        "rows": rows,
    }
    return {"title": of.title, "journal": journal}, []


def row(eyes: Eyes, of: Course, student: Student, first: date, last: date) -> dict[str, Any]:
    marks = [
        mark for mark in eyes.world.of(Marks).of(student, first, last) if mark.lesson.course is of
    ]
    return {
        "student": {"displayName": student.name},
        "grades": [shown_mark(mark) for mark in marks],
        "average": shown_average(average(marks)),
    }
