"""A student's homework a page at a time, how much of it was done, and a class group's load."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.tables.students import Student
from domain.audience import ANYONE, FAMILY, KEEPERS, STAFF
from domain.homework import HomeworkFilter, HomeworkState
from resolvers.homework import HomeworkById
from resolvers.readings import Items, LoadArguments
from resolvers.schools import SubjectById
from schema.connections import connection_of
from schema.declare import column, keyed, loaded, tell
from schema.homework_statuses import STANDING, StudentHomework, standing
from schema.nouns import HomeworkRef, SubjectRef
from schema.ordered_lists import OrderedList
from schema.spans import id_in

tell(HomeworkFilter)
OF_LISTS = (*STANDING, "subject_id")
"""The columns that the lists of a student read."""
LOAD_READERS = FAMILY | KEEPERS | STAFF
OfSubject = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of this subject, by global id.")
]
InState = Annotated[HomeworkFilter | None, strawberry.argument(description="Only what stands so.")]


BY_DUE_DAY = OrderedList("homework", {"due_on": date}, "homework_id")
StudentHomeworkConnection = connection_of(
    StudentHomework, "piece of homework", "pieces of homework", counted=True
)


def homework_asked_for(
    student: Student,
    span: Mapping[str, object],
    subject: str | None,
    state: HomeworkFilter | None,
) -> dict[str, object]:
    asked = dict(span)
    if subject is not None:
        asked["subject"] = id_in(student.school_id, subject, "Subject")
    if state is not None:
        asked["state"] = state.name
    return asked


@strawberry.type(description="How much of the homework of a subject a student has done.")
class HomeworkCompletion:
    subject: SubjectRef | None = loaded(
        ANYONE, "The subject; null where the courses have none.", SubjectById, "subject_id"
    )
    total: int = column(ANYONE, "How much was set.")
    completed: int = column(ANYONE, "How much of it is done, handed in or accepted.")
    accepted: int = column(ANYONE, "How much of it the teacher has accepted.")
    returned: int = column(ANYONE, "How much of it is returned, to be done again.")
    missing: int = column(ANYONE, "How much of it the teacher has found missing.")
    overdue: int = column(
        ANYONE, "How much of it was due before today, and is neither done nor handed in."
    )


@dataclass(frozen=True, slots=True)
class CompletionRecord:
    school_id: int
    subject_id: UUID | None
    total: int
    completed: int
    accepted: int
    returned: int
    missing: int
    overdue: int


S = HomeworkState
COMPLETED = (S.DONE, S.HANDED_IN, S.ACCEPTED)


def completion(student: Student, span: dict[str, object]) -> LoadArguments:
    """How much of each subject's homework was done, in the order in which the subjects are met."""

    def counted(rows: list[Any]) -> list[CompletionRecord]:
        found: dict[UUID | None, list[Any]] = defaultdict(list)
        for row, own in zip(rows, standing(rows), strict=True):
            found[row.subject_id].append(own)
        return [_counted(student.school_id, subject, own) for subject, own in found.items()]

    return LoadArguments(span, counted)


def _counted(school: int, subject: UUID | None, rows: list[Any]) -> CompletionRecord:
    def many(*states: HomeworkState) -> int:
        return sum(row.state in states for row in rows)

    return CompletionRecord(
        school,
        subject,
        len(rows),
        many(*COMPLETED),
        many(S.ACCEPTED),
        many(S.RETURNED),
        many(S.MISSING),
        sum(row.overdue for row in rows),
    )


@strawberry.type(description="The homework that is due for a class group on a day.")
class HomeworkLoad:
    day: date = column(ANYONE, "The day by which it is due.", called="date")
    minutes: int = column(
        ANYONE,
        "How long all of it should take a student at most; what does not say so takes none. Of "
        "groups that learn one subject beside each other, the one that has most to do counts.",
    )
    limit: int | None = column(
        ANYONE, "How long it may take by the school's limit for the grade level, if it has one."
    )
    above_limit: bool = column(ANYONE, "Whether it takes longer than that.")
    homework: list[HomeworkRef] = keyed(
        ANYONE,
        "The homework, as far as the viewer may know of it.",
        HomeworkById,
        lambda record: [(record.school_id, id_) for id_ in record.homework_ids],
        items=Items(5),
    )
