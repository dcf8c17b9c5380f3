"""A student's report card of a year: what was decided of each course in each quarter."""

from datetime import date
from typing import Any

from tests.year.model.period_grades import PeriodGrades
from tests.year.model.rights import Eyes
from tests.year.model.ties import days_in, places_of
from tests.year.model.world import Course, Period, Student, Year
from tests.year.screens.screen import Screen, by_title

OF, OFTEN = Student, 1
QUERY = """
  query ($id: ID!, $year: ID!) { student(id: $id) { displayName reportCard(year: $year) {
    rows { course { title } results { periodName value } } } } }
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen | None:
    """Of the first school, to who reads all of the student."""
    year = of.school.year_on(max(first, of.school.years[0].first))
    quarters = [] if year is None else [each for each in year.periods if each.kind == "QUARTER"]
    if year is None or not quarters or year.first > eyes.today or not eyes.reads_all_of(of):
        return None
    return Screen(
        f"the report card of {of} in {year}",
        eyes.account,
        QUERY,
        {"id": of.id, "year": year.id},
        {"student": {"displayName": of.name, "reportCard": shown(eyes, of, year)}},
        (of, year),
    )


def shown(eyes: Eyes, of: Student, year: Year) -> dict[str, Any]:
    courses = [
        place
        for place in places_of(of, eyes.world)
        if isinstance(place, Course) and place.year is year
        if any(begins <= eyes.today for begins, _ in days_in(of, place, eyes.world))
    ]
    return {"rows": [row(eyes, of, course) for course in by_title(courses)]}


def row(eyes: Eyes, of: Student, course: Course) -> dict[str, Any]:
    decided = eyes.world.of(PeriodGrades).of
    return {
        "course": {"title": course.title},
        "results": [
            {"periodName": period.name, "value": decided.get((of, course, period))}
            for period in made_of(course.year)
        ],
    }


def made_of(year: Year) -> list[Period]:
    """The quarters, and then the year as a period, if the school has it."""
    kinds = ("QUARTER", "YEAR")
    found = [each for each in year.periods if each.kind in kinds]
    return sorted(found, key=lambda each: (kinds.index(each.kind), each.first))
