"""What is in the way of making two records of one person one, and what would move."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from db.statement import Statement
from db.store import Reader, Store
from db.tables.students import Student
from db.writing.courses import enrolments_to_change
from db.writing.merging import (
    COUNTS,
    homework_of_both,
    lessons_with_attendance_of_both,
    lessons_with_marks_of_both,
    quizzes_of_both,
)
from domain.merging import MergeObstacle
from domain.office import Stay, overlap

OF_BOTH: dict[MergeObstacle, Statement[Any]] = {
    MergeObstacle.MARKS: lessons_with_marks_of_both,
    MergeObstacle.ATTENDANCE: lessons_with_attendance_of_both,
    MergeObstacle.HOMEWORK: homework_of_both,
    MergeObstacle.QUIZZES: quizzes_of_both,
}


@dataclass(frozen=True, slots=True)
class MergeMove:
    """How many records of a noun would be the other's."""

    noun: str
    count: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    moves: list[MergeMove]
    obstacles: list[MergeObstacle]


async def plan_of(
    store: Store, school: int, model: type[SQLModel], one: UUID, other: UUID
) -> MergePlan:
    counted: dict[str, int] = {}
    for row in await store.fetch(COUNTS[model], school=school, duplicate=other):
        noun = noun_of(row.table_name)
        counted[noun] = counted.get(noun, 0) + row.count
    moves = [MergeMove(noun, count) for noun, count in sorted(counted.items()) if count]
    obstacles = await obstacles_of(store, school, one, other) if model is Student else []
    return MergePlan(moves, obstacles)


def noun_of(table_name: str) -> str:
    return "".join(part.capitalize() for part in table_name.split("_"))


async def obstacles_of(
    reader: Reader | Store, school: int, one: UUID, other: UUID
) -> list[MergeObstacle]:
    """Those of two students, in the order in which they are seen to."""
    found = []
    for obstacle, statement in OF_BOTH.items():
        if await reader.first(statement, school=school, kept=one, duplicate=other) is not None:
            found.append(obstacle)
    ties: list[Any] = await reader.fetch(enrolments_to_change, school=school, ids=[one, other])
    if any(
        tie.class_group_id and theirs.class_group_id and tie.class_group_id != theirs.class_group_id
        for tie, theirs in met(ties, one, other)
    ):
        found.append(MergeObstacle.CLASSES)
    return found


def met(ties: Iterable[Any], one: UUID, other: UUID) -> Iterator[tuple[Any, Any]]:
    """Enrolments of the two that share a day."""
    for tie, theirs in pairs(ties, "student_id", one, other):
        if overlap(_days(tie), _days(theirs)):
            yield tie, theirs


def pairs(ties: Iterable[Any], name: str, one: UUID, other: UUID) -> list[tuple[Any, Any]]:
    mine = [tie for tie in ties if tie[name] == one]
    return [(tie, theirs) for tie in mine for theirs in ties if theirs[name] == other]


def _days(enrolment: Any) -> Stay:
    """Those of an enrolment end with its year."""
    return Stay(enrolment.begins_on, enrolment.ends_on).until(enrolment.year_ends_on)
