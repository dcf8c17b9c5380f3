"""A student's attendance over some days: counted in each course, and what was missed."""

from datetime import date
from typing import Any

from tests.year.model.attendance import ABSENCES, Attendance, Count, counted, lessons_had
from tests.year.model.diary import Lesson
from tests.year.model.rights import Eyes
from tests.year.model.world import Course, Student
from tests.year.screens.screen import Screen, by_title

OF, OFTEN = Student, 3
COUNT = "count { lessons absent excused ill late absences rate }"
QUERY = f"""
  query ($id: ID!, $from: Date!, $to: Date!) {{ student(id: $id) {{ displayName
    attendanceCounts(from: $from, to: $to) {{ course {{ title }} {COUNT} }}
    missed(from: $from, to: $to) {{ lesson {{ date slot course {{ title }} }}
      attendance {{ kind }} }} }} }}
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    return Screen(
        f"the attendance of {of} from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.id, "from": first.isoformat(), "to": last.isoformat()},
        {"student": shown(eyes, of, first, last)},
        (of,),
    )


def shown(eyes: Eyes, of: Student, first: date, last: date) -> Any:
    if not eyes.to(of):
        return None
    lessons = lessons_had(of, first, last, eyes.world)
    by_course: dict[Course, list[Lesson]] = {}
    for lesson in lessons:
        by_course.setdefault(lesson.course, []).append(lesson)
    return {
        "displayName": of.name,
        "attendanceCounts": [
            {"course": {"title": course.title}, "count": shown_count(count)}
            for course in by_title(by_course)
            if (count := counted(of, by_course[course], eyes.world)) is not None
            and all(eyes.reads(of, course, day) for day in days(eyes, of, by_course[course]))
        ],
        "missed": [
            {
                "lesson": {
                    "date": lesson.day.isoformat(),
                    "slot": lesson.slot,
                    "course": {"title": lesson.course.title},
                },
                "attendance": {"kind": entry.kind},
            }
            for lesson in lessons
            if (entry := eyes.world.of(Attendance).at[lesson].get(of)) is not None
            and entry.kind in ABSENCES
            and eyes.reads(of, lesson.course, lesson.day)
        ],
    }


def days(eyes: Eyes, of: Student, lessons: list[Lesson]) -> list[date]:
    """Of the lessons that count."""
    book = eyes.world.of(Attendance)
    return [each.day for each in lessons if each in book.taken or of in book.at[each]]


def shown_count(count: Count) -> dict[str, Any]:
    return {
        "lessons": count.lessons,
        "absent": count.by_kind["ABSENT"],
        "excused": count.by_kind["EXCUSED"],
        "ill": count.by_kind["ILL"],
        "late": count.by_kind["LATE"],
        "absences": count.absences,
        "rate": count.rate,
    }
