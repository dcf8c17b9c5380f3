"""How much homework is due for a class group on a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.homework import DueWork, minutes_of, overload

READ = (
    "school_id", "id", "course_id", "due_on", "expected_minutes", "class_group_id", "subject_id",
    "whole_class", "group_name", "grade_level", "homework_limits",
)  # fmt: skip
"""The columns of homework that `loads` reads."""


@dataclass(frozen=True, slots=True)
class HomeworkLoad:
    """A day of a class group; `limit` is the school's for its grade level, if it has one."""

    school_id: int
    class_group_id: UUID
    day: date
    minutes: int
    limit: int | None
    warning: str | None
    homework_ids: list[UUID]

    @property
    def above_limit(self) -> bool:
        return self.warning is not None


def loads(rows: Iterable[Any]) -> list[HomeworkLoad]:
    """Of the rows of `homework_due_in_class_groups`, the days of each class group in order."""
    days: dict[tuple[date, UUID], list[Any]] = defaultdict(list)
    for row in rows:
        days[row.due_on, row.class_group_id].append(row)
    return [_load(day, own) for (day, _), own in sorted(days.items())]


def _load(day: date, rows: list[Any]) -> HomeworkLoad:
    first = rows[0]
    minutes = minutes_of(
        [
            DueWork(row.course_id, row.subject_id, row.whole_class, row.expected_minutes)
            for row in rows
        ]
    )
    limit = first.homework_limits.get(first.grade_level)
    return HomeworkLoad(
        first.school_id,
        first.class_group_id,
        day,
        minutes,
        limit,
        overload(first.group_name, day, minutes, limit),
        [row.id for row in rows],
    )
