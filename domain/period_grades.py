"""Grades of periods as they are decided: their states, by whom, and until when."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.audience import HEADS, Audience
from domain.enums import DescribedEnum
from domain.policy import WRITERS

DECIDERS = WRITERS
"""Who decides the grades of a course."""
OVERRIDERS = HEADS
"""Who decides otherwise than its teacher has."""
TRANSFERRERS = Audience.CLASS_TEACHER | HEADS
"""Who enters what a student brings from another school."""
LONGEST_BECAUSE = 500
LONGEST_SCHOOL = 200


class PeriodGradeState(DescribedEnum):
    """What a grade of a period is."""

    GRADED = "GRADED", "A mark."
    NOT_ATTESTED = "NOT_ATTESTED", "There is no mark: the student could not be graded."
    EXEMPT = "EXEMPT", "There is no mark: the student is freed of the subject."
    WITHDRAWN = "WITHDRAWN", "It was taken back."


class Lockable(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def parent_id(self) -> UUID | None: ...
    @property
    def locked(self) -> bool: ...
    @property
    def open_until(self) -> date | None: ...


def is_closed(
    period: Lockable, periods: Iterable[Lockable], today: date, *, excepted: bool
) -> bool:
    """Whether the grades of the period are decided no more: it is locked, or one that it is part
    of, and its days of grace are over. A period that only ends on the same day does not matter."""
    by_id: Mapping[UUID | None, Lockable] = {each.id: each for each in periods}
    around: Lockable | None = by_id.get(period.id, period)
    seen: set[UUID] = set()
    while around is not None and around.id not in seen:
        if around.locked and (
            around.open_until is None or (not excepted and around.open_until < today)
        ):
            return True
        seen.add(around.id)
        around = by_id.get(around.parent_id)
    return False


def differs(value: str | None, state: PeriodGradeState, proposed: str | None) -> bool:
    """Whether a decision is another than what the rule proposes: whoever makes it says why."""
    if state is PeriodGradeState.NOT_ATTESTED:
        return proposed is not None
    return state is PeriodGradeState.EXEMPT or value != proposed
