"""The years of a student, and what they were in during one of them."""

from datetime import date
from typing import Any

from tests.year.model.rights import COURSE, ONCE, Eyes
from tests.year.model.ties import days_in, last_in, places_of
from tests.year.model.world import Course, Group, Student, Year
from tests.year.screens.screen import Denied, Screen, natural, titles

OF, OFTEN = Student, 2
QUERY = """
  query ($id: ID!, $year: ID) { student(id: $id) { displayName years { name current }
    classGroups(year: $year) { name } courses(year: $year) { title } } }
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    """Of the year around the first day, or before it."""
    years = [each for each in of.school.years if each.first <= first] or of.school.years[:1]
    shown_, denied = shown(eyes, of, years[-1])
    title = f"the years of {of}, and what was in {years[-1]}"
    variables = {"id": of.id, "year": years[-1].id}
    return Screen(title, eyes.account, QUERY, variables, {"student": shown_}, (of,), denied)


def shown(eyes: Eyes, of: Student, year: Year) -> tuple[Any, list[Denied]]:
    if not eyes.to(of):
        return None, []
    there = [place for place in places_of(of, eyes.world) if place.year is year]
    groups = [place for place in there if isinstance(place, Group)]
    courses = [place for place in there if isinstance(place, Course)]
    found = {
        "displayName": of.name,
        "years": [
            {"name": each.name, "current": each.holds(eyes.today)}
            for each in of.school.years
            if each.first <= eyes.today and was_in(eyes, of, each)
        ],
        "classGroups": [{"name": each.name} for each in sorted(groups, key=by_name)],
        "courses": titles(courses),
    }
    if eyes.to(of) - {COURSE, ONCE}:
        return found, []
    still = [
        each
        for each in groups
        if last_in(of, each, eyes.today, eyes.world) and COURSE in eyes.to(of)
    ]
    return found | {
        "years": None,
        "classGroups": [{"name": each.name} for each in still],
        "courses": titles(each for each in courses if each in eyes.taught),
    }, [("FORBIDDEN", "student.years")]


def was_in(eyes: Eyes, of: Student, year: Year) -> bool:
    """Whether they were in the year on a day up to today."""
    return any(
        first <= eyes.today
        for place in places_of(of, eyes.world)
        if place.year is year
        for first, _ in days_in(of, place, eyes.world)
    )


def by_name(group: Group) -> tuple[Any, ...]:
    return natural(group.name)
