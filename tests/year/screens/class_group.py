"""A class group: who leads it, who is in it, and what it learns."""

from datetime import date

from tests.year.model.rights import Eyes
from tests.year.model.ties import courses_on, students_in
from tests.year.model.world import Course, Group
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
            "courses": titles(takes(eyes, of)),
        }
    return Screen(
        f"the class list of {of}", eyes.account, QUERY, {"id": of.id}, {"classGroup": shown}, (of,)
    )


def takes(eyes: Eyes, of: Group) -> set[Course]:
    """Its own courses, and those of its students of the day, or of its year's first or last day."""
    day = max(of.year.first, min(eyes.today, of.year.last))
    own = {each for each in of.school.courses if each.group is of}
    return own.union(
        *(courses_on(each, day, eyes.world) for each in students_in(of, day, eyes.world))
    )
