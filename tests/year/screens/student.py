"""What a student is in today, and whose they are."""

from datetime import date
from typing import Any

from tests.year.model.rights import COURSE, ONCE, Eyes
from tests.year.model.ties import courses_on, group_on, guardians_on
from tests.year.model.world import Student
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
    group = group_on(of, eyes.today, eyes.world)
    courses = courses_on(of, eyes.today, eyes.world)
    found = {
        "displayName": of.name,
        "classGroups": [] if group is None else [{"name": group.name}],
        "courses": titles(each for each in courses if eyes.reads(of, each, eyes.today)),
        "guardians": names(guardians_on(of, eyes.today, eyes.world)),
    }
    if not eyes.to(of) - {COURSE, ONCE}:
        return found | {"guardians": None}, [("FORBIDDEN", "student.guardians")]
    return found, []
