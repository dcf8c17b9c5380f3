"""Homework: how long it takes, what becomes of it for a student, and how much a day may have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.audience import FAMILY, HEADS, Audience
from domain.enums import DescribedEnum
from domain.history import Step
from domain.refusals import UserError, UserErrorCode

MOST_MINUTES = 24 * 60
TICKERS = FAMILY
"""Who says that homework is done, and hands it in: the student, and for them a guardian, who keeps
a younger child's diary. The history tells who it was."""
LEARNERS_OF = FAMILY | Audience.CLASS_TEACHER | HEADS
"""Who reads all homework of a student. Who teaches one of the courses reads that course's alone."""


class BadMinutes(ValueError):
    """A time that homework can't take."""


def check_minutes(minutes: int) -> int:
    """Check the expected minutes of homework; raises BadMinutes."""
    if not 0 < minutes <= MOST_MINUTES:
        raise BadMinutes(f"Homework takes 1 to {MOST_MINUTES} minutes")
    return minutes


class HomeworkState(DescribedEnum):
    """Where homework stands for a student."""

    ASSIGNED = "ASSIGNED", "It was set."
    DONE = "DONE", "It is done, by the word of the student or a guardian."
    HANDED_IN = "HANDED_IN", "It was handed in."
    ACCEPTED = "ACCEPTED", "The teacher has accepted it."
    RETURNED = "RETURNED", "The teacher has returned it to be done again."
    MISSING = "MISSING", "The teacher has found that it is missing."


class HomeworkFilter(DescribedEnum):
    """Which homework of a student to list."""

    ASSIGNED = "ASSIGNED", "What was set, and no more is known."
    DONE = "DONE", "What is done, by the word of the student or a guardian."
    HANDED_IN = "HANDED_IN", "What was handed in."
    ACCEPTED = "ACCEPTED", "What the teacher has accepted."
    RETURNED = "RETURNED", "What the teacher has returned."
    MISSING = "MISSING", "What the teacher has found missing."
    OVERDUE = "OVERDUE", "What was due before today, and is neither done nor handed in."


S = HomeworkState
OPEN = frozenset({S.ASSIGNED, S.RETURNED, S.MISSING})
"""Where there is still something to do; it is overdue after the day by which it was due."""
REACHED: Mapping[Step, HomeworkState] = {
    Step.ASSIGNED: S.ASSIGNED,
    Step.DONE: S.DONE,
    Step.HANDED_IN: S.HANDED_IN,
    Step.ACCEPTED: S.ACCEPTED,
    Step.RETURNED: S.RETURNED,
    Step.MISSING: S.MISSING,
}
FROM: Mapping[Step, frozenset[HomeworkState]] = {
    Step.ASSIGNED: frozenset({S.DONE}),
    Step.DONE: frozenset({S.ASSIGNED, S.RETURNED}),
    Step.HANDED_IN: frozenset({S.ASSIGNED, S.DONE, S.HANDED_IN, S.RETURNED, S.MISSING}),
    Step.ACCEPTED: frozenset({S.ASSIGNED, S.DONE, S.HANDED_IN, S.RETURNED, S.MISSING}),
    Step.RETURNED: frozenset({S.DONE, S.HANDED_IN, S.ACCEPTED}),
    Step.MISSING: frozenset({S.ASSIGNED, S.DONE, S.RETURNED}),
}
"""From which states each step leads on. What the teacher has found is not ticked away: what is
missing has to be handed in, and what is accepted stays so until the teacher returns it."""
IN_WORDS: Mapping[HomeworkState, str] = {
    S.ASSIGNED: "still to be done",
    S.DONE: "ticked as done",
    S.HANDED_IN: "handed in",
    S.ACCEPTED: "accepted",
    S.RETURNED: "returned",
    S.MISSING: "missing",
}


def wrong_state(step: Step, state: HomeworkState) -> UserError | None:
    """Refuse a step that does not lead on from the state."""
    if state in FROM[step]:
        return None
    message = f"This homework is {IN_WORDS[state]}."
    return UserError(UserErrorCode.WRONG_STATE, message)


def not_due(due_on: date, today: date) -> UserError | None:
    """Refuse to find homework missing before the day by which it is due."""
    if due_on <= today:
        return None
    return UserError(UserErrorCode.NOT_DUE, f"This homework is due on {due_on}.")


def is_overdue(state: HomeworkState, due_on: date, today: date) -> bool:
    return due_on < today and state in OPEN


Limits = Mapping[str, int]
"""By grade level, how many minutes of homework may be due on a day."""
LONGEST_LEVEL = 32
MOST_LEVELS = 50


def check_limits(limits: Limits) -> Limits:
    """Check limits that a school sets; a ValueError says what is wrong."""
    if len(limits) > MOST_LEVELS:
        raise ValueError(f"A school has at most {MOST_LEVELS} grade levels")
    for level, minutes in limits.items():
        if not 0 < len(level) <= LONGEST_LEVEL:
            raise ValueError(f"A grade level has 1 to {LONGEST_LEVEL} characters")
        check_minutes(minutes)
    return limits


@dataclass(frozen=True, slots=True)
class DueWork:
    """Homework that is due, as far as a day's load asks for it. Courses of one subject that are
    not for the whole class are learnt beside each other: a student is in one of them."""

    course: object
    subject: object
    whole_class: bool
    minutes: int | None


def minutes_of(works: list[DueWork]) -> int:
    """The minutes that a student has to expect at most; homework that does not say how long it
    takes counts as none."""
    total = 0
    beside: dict[object, dict[object, int]] = {}
    for work in works:
        minutes = work.minutes or 0
        if work.whole_class or work.subject is None:
            total += minutes
        else:
            groups = beside.setdefault(work.subject, {})
            groups[work.course] = groups.get(work.course, 0) + minutes
    return total + sum(max(groups.values()) for groups in beside.values())


def overload(group: str, day: date, minutes: int, limit: int | None) -> str | None:
    """What to tell a teacher where more is due for a class on a day than the school wants."""
    if limit is None or minutes <= limit:
        return None
    return f"{group} has {minutes} minutes of homework for {day}, above the school's {limit}."
