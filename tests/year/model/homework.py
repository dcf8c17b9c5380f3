"""Where homework stands for each student: set, ticked or handed in, and what the teacher says."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.year.model.diary import Homework, Lessons
from tests.year.model.ties import days_in, places_of
from tests.year.model.world import Course, Student, World

OPEN = ("ASSIGNED", "RETURNED", "MISSING")
LEADS = {
    "DONE": ("ASSIGNED", "RETURNED"),
    "HANDED_IN": ("ASSIGNED", "DONE", "HANDED_IN", "RETURNED", "MISSING"),
    "ACCEPTED": ("ASSIGNED", "DONE", "HANDED_IN", "RETURNED", "MISSING"),
    "RETURNED": ("DONE", "HANDED_IN", "ACCEPTED"),
    "MISSING": ("ASSIGNED", "DONE", "RETURNED"),
}
"""From which states one comes to another."""
BY_FAMILY, BY_TEACHER = ("DONE", "HANDED_IN"), ("ACCEPTED", "RETURNED", "MISSING")
LONGEST = timedelta(days=400)


@dataclass
class States:
    """The state of each student's homework that is not just set."""

    def __post_init__(self) -> None:
        self.of: dict[tuple[Homework, Student], str] = {}

    def state(self, homework: Homework, student: Student) -> str:
        return self.of.get((homework, student), "ASSIGNED")


def homework_due(student: Student, first: date, last: date, world: World) -> list[Homework]:
    """What is due from the first to the last day, set at lessons that the student had."""
    book = world.of(Lessons)
    return [
        homework
        for course in places_of(student, world)
        if isinstance(course, Course)
        for begins, ends in days_in(student, course, world)
        for lesson in book.of(course, max(begins, first - LONGEST), min(ends, last))
        for homework in book.homework[lesson]
        if not homework.withdrawn and first <= homework.due_on <= last
    ]
