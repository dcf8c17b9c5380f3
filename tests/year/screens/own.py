"""What an account is told of itself: its children, courses and class groups of today."""

from datetime import date
from typing import Any

from tests.year.model.rights import Eyes
from tests.year.model.world import Course, Group, Person
from tests.year.screens.screen import Screen, natural, titles

OF, OFTEN = Person, 2
QUERY = """
  { viewer { account { login } children { displayName }
    memberships { school { name } roles student { displayName }
      teacher { displayName courses { title } classGroups { name } } } } }
"""


def screen(eyes: Eyes, of: Person, first: date, last: date) -> Screen:
    return Screen("their own page", eyes.account, QUERY, {}, {"viewer": shown(eyes)}, (of,))


def shown(eyes: Eyes) -> Any:
    if eyes.account is None:
        return None
    children = sorted(eyes.children, key=lambda each: (each.family, each.given))
    return {
        "account": {"login": eyes.account.login},
        "children": [{"displayName": each.name} for each in children],
        "memberships": [
            membership(eyes, school) for school in eyes.world.schools if eyes.member(school)
        ],
    }


def membership(eyes: Eyes, school: Any) -> dict[str, Any]:
    student = next((each for each in eyes.own if each.school is school), None)
    teacher = next((each for each in eyes.teachers if each.school is school), None)
    child = any(each.school is school for each in eyes.children)
    roles = {
        "STUDENT": student is not None,
        "GUARDIAN": child,
        "TEACHER": teacher is not None,
        "HEAD": eyes.heads(school),
    }
    return {
        "school": {"name": school.name},
        "roles": [role for role, has in roles.items() if has],
        "student": student and {"displayName": student.name},
        "teacher": teacher
        and {
            "displayName": teacher.name,
            "courses": titles(courses_today(eyes, school)),
            "classGroups": [{"name": each.name} for each in by_group_name(led(eyes, school))],
        },
    }


def courses_today(eyes: Eyes, school: Any) -> list[Course]:
    return [each for each in eyes.teaching if each.school is school]


def led(eyes: Eyes, school: Any) -> list[Group]:
    """Those of today; of a year that is to come, not yet."""
    return [each for each in eyes.led if each.school is school and each.year.first <= eyes.today]


def by_group_name(groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda each: natural(each.name))
