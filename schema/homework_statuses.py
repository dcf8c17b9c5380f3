"""Where homework stands for a student, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.audience import CONCERNED
from domain.homework import HomeworkState, is_overdue
from resolvers.homework import HomeworkById
from resolvers.homework_statuses import HOMEWORK_STATUS, HomeworkStatusById
from resolvers.readings import Items
from resolvers.students import StudentById
from schema.declare import column, loaded, tell
from schema.files import File, files_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    HomeworkRef,
    HomeworkStatusRef,
    HomeworkStatusRevisionRef,
    SchoolRef,
    StudentRef,
)
from schema.permissions import viewer_may

tell(HomeworkState)
STANDING = (
    "school_id", "homework_id", "student_id", "course_id", "lesson_day", "due_on", "state",
    "status_id", "as_of",
)  # fmt: skip
"""The columns that `standing` reads."""


@dataclass(frozen=True, slots=True)
class StandingRecord:
    """`day` is the day of the homework's lesson, on which ties are looked up."""

    school_id: int
    homework_id: UUID
    student_id: UUID
    course_id: UUID
    day: date
    due_on: date
    state: str
    status_id: UUID | None
    overdue: bool


def standing(rows: Iterable[Any]) -> list[StandingRecord]:
    return [
        StandingRecord(
            row.school_id,
            row.homework_id,
            row.student_id,
            row.course_id,
            row.lesson_day,
            row.due_on,
            row.state,
            row.status_id,
            _is_overdue(row.state, row.due_on, row.as_of),
        )
        for row in rows
    ]


def _is_overdue(state: str, due_on: date, today: date) -> bool:
    """A state that no code is of is nobody's to do."""
    known = state in HomeworkState.__members__
    return known and is_overdue(HomeworkState(state), due_on, today)


@strawberry.type(description="Where homework stands for a student.")
class StudentHomework:
    homework: HomeworkRef | None = loaded(
        CONCERNED,
        "The homework; null where the viewer may not know of it.",
        HomeworkById,
        "homework_id",
    )
    student: StudentRef | None = loaded(
        CONCERNED,
        "The student; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    due_on: date = column(CONCERNED, "The day by which it is to be done.")
    state: HomeworkState = column(CONCERNED, "Where it stands.")
    overdue: bool = column(
        CONCERNED, "Whether it was due before today, and is neither done nor handed in."
    )
    status: HomeworkStatusRef | None = loaded(
        CONCERNED,
        "What became of it; null where no more is known than that it was set.",
        HomeworkStatusById,
        "status_id",
    )


@strawberry.type(
    description="What became of homework for one student: it is the student's, their guardians' "
    "and their teachers' to know."
)
class HomeworkStatus(Node):
    id: strawberry.ID = id_of("HomeworkStatus", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    state: HomeworkState = column(CONCERNED, "Where it stands.")
    day: date = column(CONCERNED, "The day by which the homework is due.", called="dueOn")
    text: str | None = column(CONCERNED, "What was handed in; null where nothing was.")
    files: list[File] = files_of(HOMEWORK_STATUS, "The files that were handed in, in order.")
    comment: str | None = column(
        CONCERNED, "What the teacher says to it; null where they say nothing."
    )
    changed_at: datetime = column(CONCERNED, "When it was last changed.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    homework: HomeworkRef | None = loaded(
        CONCERNED,
        "The homework; null where the viewer may not know of it.",
        HomeworkById,
        "homework_id",
    )
    student: StudentRef | None = loaded(
        CONCERNED,
        "Whose it is; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    history: list[HomeworkStatusRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order.",
        HOMEWORK_STATUS.revisions,
        "id",
        items=Items(2),
    )


HomeworkStatusRevision = revision_of(
    HomeworkStatus, HOMEWORK_STATUS, "One step of the history of what became of homework."
)
