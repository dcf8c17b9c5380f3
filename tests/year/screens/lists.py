"""The lists of a school's office: who is there, who has left, who is in a class."""

from datetime import date
from typing import Any

from tests.year.model.rights import Eyes
from tests.year.model.ties import group_on, guardians_on
from tests.year.model.world import School, Student
from tests.year.screens.screen import Denied, Screen, names

OF, OFTEN = School, 1
PAGE = "totalCount edges { node { displayName } }"
QUERY = f"""
  query ($id: ID!) {{ school(id: $id) {{ name
    students(first: 100) {{ {PAGE} }}
    left: students(first: 100, where: {{hasLeft: true}}) {{ {PAGE} }}
    alone: students(first: 100, where: {{withoutGuardian: true}}) {{ {PAGE} }}
    unplaced: students(first: 100, where: {{withoutClassGroup: true}}) {{ {PAGE} }} }} }}
"""
LISTS = ("students", "left", "alone", "unplaced")


def screen(eyes: Eyes, of: School, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of)
    title = f"the office's lists of {of}"
    return Screen(title, eyes.account, QUERY, {"id": of.id}, {"school": shown_}, (of,), denied)


def shown(eyes: Eyes, of: School) -> tuple[Any, list[Denied]]:
    if not eyes.member(of):
        return None, []
    if not eyes.heads(of):
        hidden = dict.fromkeys(LISTS)
        return {"name": of.name, **hidden}, [("FORBIDDEN", f"school.{each}") for each in LISTS]
    day, world = eyes.today, eyes.world
    stays = [each for each in of.students if each.last >= day]
    return {
        "name": of.name,
        "students": page(stays),
        "left": page([each for each in of.students if each.last < day]),
        "alone": page([each for each in stays if not guardians_on(each, day, world)]),
        "unplaced": page([each for each in stays if group_on(each, day, world) is None]),
    }, []


def page(students: list[Student]) -> dict[str, Any]:
    return {
        "totalCount": len(students),
        "edges": [{"node": each} for each in names(students)][:100],
    }
