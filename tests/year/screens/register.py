"""A class group's attendance over some days, counted of each student who was in it then."""

from datetime import date
from typing import Any

from tests.year.model.attendance import counted, lessons_had
from tests.year.model.rights import Eyes
from tests.year.model.ties import days_in
from tests.year.model.world import Group, Student
from tests.year.screens.attendance import COUNT, shown_count
from tests.year.screens.screen import Denied, Screen, by_name

OF, OFTEN = Group, 1
QUERY = f"""
  query ($id: ID!, $from: Date!, $to: Date!) {{ classGroup(id: $id) {{ name
    attendanceCounts(from: $from, to: $to) {{ student {{ displayName }} {COUNT} }} }} }}
"""


def screen(eyes: Eyes, of: Group, first: date, last: date) -> Screen:
    shown_, denied = shown(eyes, of, first, last)
    return Screen(
        f"the attendance in {of} from {first} to {last}",
        eyes.account,
        QUERY,
        {"id": of.id, "from": first.isoformat(), "to": last.isoformat()},
        {"classGroup": shown_},
        (of,),
        denied,
    )


def shown(eyes: Eyes, of: Group, first: date, last: date) -> tuple[Any, list[Denied]]:
    if not eyes.member(of.school):
        return None, []
    if of not in eyes.held and not eyes.heads(of.school):
        hidden = {"name": of.name, "attendanceCounts": None}
        return hidden, [("FORBIDDEN", "classGroup.attendanceCounts")]
    rows = []
    for student in by_name(of.school.students):
        lessons = [
            lesson
            for begins, ends in days_in(student, of, eyes.world)
            for lesson in lessons_had(student, max(first, begins), min(last, ends), eyes.world)
        ]
        count = counted(student, lessons, eyes.world)
        if count is not None:
            rows.append({"student": who(eyes, student), "count": shown_count(count)})
    return {"name": of.name, "attendanceCounts": rows}, []


def who(eyes: Eyes, student: Student) -> dict[str, str] | None:
    """Null where the viewer may not know of them."""
    return {"displayName": student.name} if eyes.to(student) else None
