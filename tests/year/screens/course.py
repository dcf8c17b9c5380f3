"""A course: who teaches it and who learns in it, today or on the last day of its year."""

from datetime import date

from tests.year.model.rights import Eyes
from tests.year.model.ties import Ties, students_in
from tests.year.model.world import Course, Teacher
from tests.year.screens.screen import Screen, by_name, names

OF, OFTEN = Course, 2
QUERY = """
  query ($id: ID!) { course(id: $id) { title academicYear { name } classGroup { name }
    teachers { displayName } students { displayName } } }
"""


def screen(eyes: Eyes, of: Course, first: date, last: date) -> Screen:
    shown = None
    if eyes.member(of.school):
        day = min(eyes.today, of.year.last)
        there = students_in(of, day, eyes.world)
        shown = {
            "title": of.title,
            "academicYear": {"name": of.year.name},
            "classGroup": of.group and {"name": of.group.name},
            "teachers": [{"displayName": each.name} for each in teachers_on(eyes, of, day)],
            "students": names(
                each for each in there if of in eyes.taught or eyes.reads_all_of(each)
            ),
        }
    return Screen(f"the course {of}", eyes.account, QUERY, {"id": of.id}, {"course": shown}, (of,))


def teachers_on(eyes: Eyes, of: Course, day: date) -> list[Teacher]:
    """The main teacher first; whoever stands in, too."""
    ties = [
        tie
        for tie in eyes.world.of(Ties).teachings[of]
        if tie.holds(day) and tie.teacher.holds(day)
    ]
    main = [tie.teacher for tie in ties if tie.main]
    return by_name(main) + by_name(tie.teacher for tie in ties if not tie.main)
