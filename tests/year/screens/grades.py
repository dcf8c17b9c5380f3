"""A student's marks of a period or of some days, and their averages."""

from datetime import date
from typing import Any

from tests.year.model.diary import Mark, Marks, average
from tests.year.model.rights import Eyes
from tests.year.model.world import Course, Period, Student
from tests.year.screens.screen import MARK, Screen, shown_average, shown_mark

OF, OFTEN = Student, 3
QUERY = f"""
  query ($id: ID!, $period: ID, $from: Date, $to: Date) {{ student(id: $id) {{ displayName
    grades(period: $period, from: $from, to: $to) {{ {MARK} course {{ title }} }}
    averages(period: $period, from: $from, to: $to, by: COURSE) {{
      course {{ title }} average {{ value weight count }} }} }} }}
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    """Of the shortest period around the first day, if there is one."""
    period = period_around(of, first)
    title = f"the grades and averages of {of} from {first} to {last}"
    variables: dict[str, Any] = {"id": of.id, "from": first.isoformat(), "to": last.isoformat()}
    if period is not None:
        first, last = period.first, period.last
        title = f"the grades and averages of {of} in {period}"
        variables = {"id": of.id, "period": period.id}
    shown_ = shown(eyes, of, first, last)
    return Screen(title, eyes.account, QUERY, variables, {"student": shown_}, (of, period))


def period_around(of: Student, day: date) -> Period | None:
    found = [period for year in of.school.years for period in year.periods if period.holds(day)]
    return min(found, key=lambda each: each.last - each.first, default=None)


def shown(eyes: Eyes, of: Student, first: date, last: date) -> Any:
    if not eyes.to(of):
        return None
    given = eyes.world.of(Marks).of(of, first, last)
    marks = [mark for mark in given if eyes.reads(of, mark.lesson.course, mark.lesson.day)]
    by_course: dict[Course, list[Mark]] = {}
    for mark in given:
        by_course.setdefault(mark.lesson.course, []).append(mark)
    return {
        "displayName": of.name,
        "grades": [
            shown_mark(mark) | {"course": {"title": mark.lesson.course.title}} for mark in marks
        ],
        "averages": [
            {"course": {"title": course.title}, "average": shown_average(average(own))}
            for course, own in by_course.items()
            if average(own) is not None and all(mark in marks for mark in own)
        ],
    }
