"""The lessons of some days that nobody has closed: of a school, and of a class group."""

from base64 import urlsafe_b64decode
from datetime import date
from typing import Any

from tests.year.model.completed import open_lessons
from tests.year.model.diary import Lesson
from tests.year.model.rights import Eyes
from tests.year.model.world import Group
from tests.year.screens.screen import Denied, Screen

OF, OFTEN = Group, 1
LESSON = "edges { node { date slot course { title } } }"
QUERY = f"""
  query ($id: ID!, $group: ID!, $from: Date!, $to: Date!) {{
    school(id: $id) {{ openLessons(from: $from, to: $to, first: 200) {{ totalCount {LESSON} }} }}
    classGroup(id: $group) {{ openLessons(from: $from, to: $to, last: 3) {{
      totalCount {LESSON} }} }} }}
"""


def screen(eyes: Eyes, of: Group, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of, first, last)
    return Screen(
        f"the open lessons of {of} and its school from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.school.id, "group": of.id, "from": first.isoformat(), "to": last.isoformat()},
        shown_,
        (of,),
        denied,
    )


def shown(eyes: Eyes, of: Group, first: date, last: date) -> tuple[dict[str, Any], list[Denied]]:
    if not eyes.member(of.school):
        return {"school": None, "classGroup": None}, []
    denied, hidden = [], {"openLessons": None}
    every = open_lessons(of.school, first, last, eyes.today, eyes.world)
    every.sort(key=in_order)
    own = [each for each in every if each.course.group is of]
    school: Any = {"openLessons": page(every, every)}
    group: Any = {"openLessons": page(own, own[-3:])}
    if not eyes.heads(of.school):
        school = hidden
        denied.append(("FORBIDDEN", "school.openLessons"))
        if of not in eyes.held:
            group = hidden
            denied.append(("FORBIDDEN", "classGroup.openLessons"))
    return {"school": school, "classGroup": group}, denied


def in_order(lesson: Lesson) -> tuple[date, int, bytes]:
    """Those of one hour stand in the order of ids."""
    return lesson.day, lesson.slot, urlsafe_b64decode(lesson.id + "==")


def page(every: list[Lesson], there: list[Lesson]) -> dict[str, Any]:
    return {
        "totalCount": len(every),
        "edges": [
            {
                "node": {
                    "date": each.day.isoformat(),
                    "slot": each.slot,
                    "course": {"title": each.course.title},
                }
            }
            for each in there
        ],
    }
