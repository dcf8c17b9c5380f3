"""What a student is in today, or has left the school out of, and whose they are."""

from datetime import date
from typing import Any

from tests.year.model.rights import ONCE, PARTLY, Eyes
from tests.year.model.ties import guardians_on, last_in, places_of
from tests.year.model.world import Course, Group, Student
from tests.year.screens.screen import Denied, Screen, names, titles

OF, OFTEN = Student, 2
QUERY = """
  query ($id: ID!) { student(id: $id) { displayName classGroups { name } courses { title }
    guardians { displayName } } }
"""


def screen(eyes: Eyes, of: Student, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of)
    return Screen(
        f"the page of {of}", eyes.account, QUERY, {"id": of.id}, {"student": shown_}, (of,), denied
    )


def shown(eyes: Eyes, of: Student) -> tuple[Any, list[Denied]]:
    if not eyes.to(of):
        return None, []
    there = of.holds(eyes.today)
    now = [each for each in places_of(of, eyes.world) if last_in(of, each, eyes.today, eyes.world)]
    groups = [each for each in now if isinstance(each, Group)]
    courses = [each for each in now if isinstance(each, Course)]
    found = {
        "displayName": of.name,
        "classGroups": [{"name": each.name} for each in groups],
        "courses": titles(each for each in courses if each in eyes.taught or eyes.reads_all_of(of)),
        "guardians": names(guardians_on(of, eyes.today, eyes.world) if there else ()),
    }
    if eyes.to(of) == {ONCE}:
        found["classGroups"] = []
    if not eyes.to(of) - PARTLY:
        return found | {"guardians": None}, [("FORBIDDEN", "student.guardians")]
    return found, []
