"""Who may change what in a diary, and when."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from domain.audience import Audience
from domain.periods import Period, is_locked
from domain.refusals import Fault, Refusal

WRITERS = Audience.COURSE_TEACHER | Audience.HEAD
"""Who writes in the diary of a course: its teachers and the administration."""


class Lesson(Protocol):
    @property
    def day(self) -> date: ...
    @property
    def status(self) -> str: ...
    @property
    def active(self) -> bool: ...


def may_grade(relation: Audience) -> bool:
    """Whether grades of the course are theirs to give, revise, withdraw and restore."""
    return bool(relation & WRITERS)


def may_set_homework(relation: Audience) -> bool:
    return bool(relation & WRITERS)


def may_set_topic(relation: Audience) -> bool:
    return bool(relation & WRITERS)


def may_choose_scale(relation: Audience) -> bool:
    """Whether they say in which scale a course is graded: the administration does."""
    return bool(relation & Audience.HEAD)


def locked_out(periods: Iterable[Period], day: date) -> Refusal | None:
    """A locked period is closed to everybody: whoever may, opens it first."""
    if not is_locked(periods, day):
        return None
    return Refusal(Fault.PERIOD_LOCKED, f"{day} is in a period that is locked.")


def taken_place(lesson: Lesson) -> Refusal | None:
    """Nothing is written at a lesson that does not take place."""
    if lesson.active and lesson.status != "CANCELLED":
        return None
    return Refusal(Fault.LESSON_CANCELLED, "This lesson is cancelled.")


def begun(lesson: Lesson, today: date) -> Refusal | None:
    """Grades are not given ahead; homework and topics may be planned."""
    if lesson.day <= today:
        return None
    return Refusal(Fault.LESSON_IN_FUTURE, f"This lesson is on {lesson.day}, which is to come.")


def grade_state(value: str | None, due_on: date | None) -> str:
    """The state of a grade that is not withdrawn: a mark that is still owed is DUE."""
    return "DUE" if value is None and due_on is not None else "GIVEN"


def missing_mark(
    value: str | None, due_on: date | None, *, excused: bool, lesson_day: date
) -> Refusal | None:
    """A grade has a mark, or a day by which it is owed, or excuses the student from it."""
    if value is None and due_on is None and not excused:
        return Refusal(Fault.BAD_INPUT, "A grade needs a value, unless it is due.", ("value",))
    if value is not None and due_on is not None:
        return Refusal(Fault.BAD_INPUT, "A grade with a value is not due.", ("dueOn",))
    if due_on is not None and due_on < lesson_day:
        return Refusal(Fault.BAD_INPUT, "A mark is not due before its lesson.", ("dueOn",))
    return None
