"""Rules for changes in the diary: when and by whom."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from domain.audience import HEADS, Audience
from domain.periods import Closing, is_closed
from domain.refusals import UserError, UserErrorCode

WRITERS = Audience.COURSE_TEACHER | HEADS
"""The audience that writes in the diary of a course: its teachers and the administration."""


class Lesson(Protocol):
    @property
    def day(self) -> date: ...
    @property
    def status(self) -> str: ...
    @property
    def active(self) -> bool: ...


class Closable(Protocol):
    @property
    def starts_at(self) -> datetime: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def closed(self) -> bool: ...


def is_unlocked(
    periods: Iterable[Closing], day: date, today: date, *, excepted: bool = False
) -> UserError | None:
    """Refuse a day in a locked period, for everybody: it must be unlocked first.

    A period that was locked with days of grace is open to teachers until the last of them, and
    afterwards only to who is `excepted`: the head, with a reason.
    """
    if not is_closed(periods, day, today, excepted=excepted):
        return None
    return UserError(UserErrorCode.PERIOD_LOCKED, f"{day} is in a period that is locked.")


def takes_place(lesson: Lesson) -> UserError | None:
    """Refuse to write at a lesson that does not take place."""
    if lesson.active and lesson.status != "CANCELLED":
        return None
    return UserError(UserErrorCode.LESSON_CANCELLED, "This lesson is cancelled.")


def has_begun(lesson: Lesson, today: date) -> UserError | None:
    """Refuse grades before the lesson's day. Homework and topics may be planned."""
    if lesson.day <= today:
        return None
    return UserError(
        UserErrorCode.LESSON_IN_FUTURE, f"This lesson is on {lesson.day}, which is to come."
    )


def was_held(lesson: Closable, now: datetime) -> UserError | None:
    """Refuse to close a lesson that has not begun."""
    if lesson.starts_at <= now:
        return None
    message = f"This lesson begins at {lesson.starts_at:%H:%M} UTC on {lesson.starts_at:%Y-%m-%d}."
    return UserError(UserErrorCode.LESSON_IN_FUTURE, message)


def is_closed_lesson(lesson: Closable) -> UserError | None:
    """Refuse to open a lesson that is not closed."""
    if lesson.closed:
        return None
    return UserError(UserErrorCode.WRONG_STATE, "This lesson is not closed.")


def is_open_lesson(lesson: Closable) -> UserError | None:
    """Refuse what would leave a lesson incomplete that is said to be complete."""
    if not lesson.closed:
        return None
    return UserError(UserErrorCode.WRONG_STATE, "This lesson is closed: reopen it first.")


def incomplete(topic: str | None, *, taken: bool, learners: bool) -> list[UserError]:
    """What a lesson lacks to be complete: its topic, and its attendance where somebody learns."""
    code, found = UserErrorCode.LESSON_INCOMPLETE, []
    if topic is None:
        found.append(UserError(code, "This lesson has no topic yet.", ("topic",)))
    if learners and not taken:
        message = "The attendance of this lesson has not been taken yet."
        found.append(UserError(code, message, ("lesson",)))
    return found


def may_be_graded(lesson: Lesson, periods: Iterable[Closing], today: date) -> UserError | None:
    """Refuse grades at a lesson in a locked period, a cancelled one, or one that is to come."""
    return (
        is_unlocked(periods, lesson.day, today) or takes_place(lesson) or has_begun(lesson, today)
    )


def grade_state(value: str | None, due_on: date | None) -> str:
    """The state of a grade that is not withdrawn."""
    return "DUE" if value is None and due_on is not None else "GIVEN"


def missing_mark(
    value: str | None, due_on: date | None, *, excused: bool, lesson_day: date
) -> UserError | None:
    """Check that a grade has a mark, or a day by which it is due, or excuses the student."""
    if value is None and due_on is None and not excused:
        return UserError(
            UserErrorCode.BAD_INPUT, "A grade needs a value, unless it is due.", ("value",)
        )
    if value is not None and due_on is not None:
        return UserError(UserErrorCode.BAD_INPUT, "A grade with a value is not due.", ("dueOn",))
    if due_on is not None and due_on < lesson_day:
        return UserError(
            UserErrorCode.BAD_INPUT, "A mark is not due before its lesson.", ("dueOn",)
        )
    return None
