"""What a lesson was before it was replaced, and who could hold it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.audience import ANYONE, MEMBER, OFFICE, STAFF_OF
from domain.errors import bad_input
from domain.history import Step
from domain.replacements import BEFORE, WAS, planned
from resolvers.readings import LoadArguments
from resolvers.rooms import RoomById
from resolvers.teachers import TeacherById
from schema.declare import column, loaded
from schema.nouns import RoomRef, TeacherRef
from schema.spans import id_in

OF_LESSON = ("school_id", "course_id", "status", *WAS)
"""The columns of a lesson that `replacement` reads."""
OF_STEPS = (
    "school_id", "course_id", "version", "change", "reason", "at", "account_name",
    *(f"{name}{BEFORE}" for name in WAS),
)  # fmt: skip
"""The columns of steps that it reads."""
MOST_ABSENT = 100
Absent = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="Teachers who are absent, by global id: they are left out."),
]


@dataclass(frozen=True, slots=True)
class FreeTeacherRecord:
    school_id: int
    teacher_id: UUID
    teaches_course: bool
    teaches_subject: bool
    teaches_class: bool
    lessons_on_day: int


OF_FREE = (
    "school_id", "teacher_id", "teaches_course", "teaches_subject", "teaches_class",
    "lessons_on_day",
)  # fmt: skip
"""The columns of a teacher's row that `free_teachers` reads."""


def free_teachers(rows: Sequence[Any]) -> list[FreeTeacherRecord]:
    return [FreeTeacherRecord(*(getattr(row, name) for name in OF_FREE)) for row in rows]


def without(school_id: int, absent: Sequence[str] | None) -> LoadArguments:
    """Those who are free, without those who are absent."""
    if not absent:
        return LoadArguments(then=free_teachers)
    if len(absent) > MOST_ABSENT:
        raise bad_input(f"Name at most {MOST_ABSENT} teachers.")
    ids = sorted({id_in(school_id, each, "Teacher") for each in absent})
    return LoadArguments({"absent": tuple(ids)}, free_teachers)


@dataclass(frozen=True, slots=True)
class ReplacementRecord:
    """`day` and so on are as the lesson was planned; `change`, `reason`, `at` and `account_name`
    are of the last step."""

    school_id: int
    course_id: UUID
    change: str
    reason: str | None
    at: datetime
    account_name: str | None
    day: date
    slot: int | None
    starts_at: datetime
    ends_at: datetime
    room: str | None
    room_id: UUID | None
    teacher_id: UUID | None


def replacement(lesson: Any, steps: Sequence[Any]) -> ReplacementRecord | None:
    """Of a lesson and its steps, which are told in order."""
    last = next((each for each in reversed(steps) if each.change != Step.RESTORED), None)
    if lesson.status == "PLANNED" or last is None:
        return None
    was = planned(lesson, steps)
    if lesson.status == "HELD" and all(lesson[name] == value for name, value in was.items()):
        return None
    return ReplacementRecord(
        lesson.school_id,
        lesson.course_id,
        last.change,
        last.reason,
        last.at,
        last.account_name,
        **{name: value for name, value in was.items() if name != "joined_id"},
    )


@strawberry.type(description="What a lesson was before it was replaced, and why it was.")
class LessonReplacement:
    change: Step = column(MEMBER, "What was done to it last.")
    at: datetime = column(MEMBER, "When it was done.")
    reason: str | None = column(STAFF_OF | OFFICE, "Why it was done.")
    by: str | None = column(STAFF_OF | OFFICE, "Who decided it.", name="account_name")
    day: date = column(MEMBER, "The day on which it was planned.", called="date")
    slot: int | None = column(MEMBER, "Which hour of that day it was.")
    starts_at: datetime = column(MEMBER, "When it was to begin.")
    ends_at: datetime = column(MEMBER, "When it was to end.")
    room: str | None = column(MEMBER, "Where it was to be held.")
    location: RoomRef | None = loaded(
        MEMBER, "The room where it was to be held; null where of no list.", RoomById, "room_id"
    )
    teacher: TeacherRef | None = loaded(
        MEMBER, "Who was to hold it; null where nobody was named.", TeacherById, "teacher_id"
    )


@strawberry.type(description="A teacher who is free at the time of a lesson.")
class FreeTeacher:
    teacher: TeacherRef | None = loaded(
        ANYONE,
        "The teacher; null where the viewer may not know of them.",
        TeacherById,
        "teacher_id",
    )
    teaches_course: bool = column(ANYONE, "Whether they teach the lesson's course.")
    teaches_subject: bool = column(ANYONE, "Whether they teach its subject in another course.")
    teaches_class: bool = column(ANYONE, "Whether they teach its class group.")
    lessons_on_day: int = column(ANYONE, "How many lessons they hold on the day.")
