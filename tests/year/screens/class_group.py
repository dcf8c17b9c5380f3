"""A class group: who leads it, who is in it, and what it learns."""

from datetime import date

from tests.year.model.rights import Eyes
from tests.year.model.world import Group
from tests.year.screens.screen import Screen, names, titles

OF, OFTEN = Group, 2
QUERY = """
  query ($id: ID!) { classGroup(id: $id) { name classTeacher { displayName }
    students { displayName } courses { title } } }
"""


def screen(eyes: Eyes, of: Group, first: date, last: date) -> Screen:
    shown = None
    if eyes.member(of.school):
        shown = {
            "name": of.name,
            "classTeacher": of.class_teacher and {"displayName": of.class_teacher.name},
            "students": names(eyes.sees_in(of)),
            "courses": titles(each for each in of.school.courses if each.group is of),
        }
    return Screen(
        f"the class list of {of}", eyes.account, QUERY, {"id": of.id}, {"classGroup": shown}, (of,)
    )
