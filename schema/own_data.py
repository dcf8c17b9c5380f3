"""Exports of a student's data, and what was erased of one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from db.own_data.erasures import erasable_from, planned
from db.reading.schools import schools_by_id
from db.writing.students import STUDENTS
from domain.audience import ANYONE, AUTHOR
from domain.own_data import DataKind, ExportState
from domain.public_path import PUBLIC_PATH
from domain.reports import ExportKind, ReportFormat
from resolvers import global_id
from resolvers.context import Context
from resolvers.readings import Items
from resolvers.students import StudentById
from schema.declare import column, computed, loaded, tell
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef, StudentRef

for codes in (ExportState, DataKind, ExportKind, ReportFormat):
    tell(codes)
PATH = "/data-exports/"


def _address(school_id: int, id_: object, state: str) -> str | None:
    if state != ExportState.READY.value:
        return None
    return PUBLIC_PATH.prefix + PATH + global_id.make("DataExport", school_id, id_)  # type: ignore[arg-type]


def _of(asked: Mapping[str, Any] | None) -> str | None:
    return None if asked is None else asked["of"]


@strawberry.type(
    description="An export of all that a school keeps of a student, or of a report, for who asked "
    "for it."
)
class DataExport(Node):
    id: strawberry.ID = id_of("DataExport", AUTHOR)
    school: SchoolRef | None = school_of(AUTHOR)
    student: StudentRef | None = loaded(
        AUTHOR,
        "Of whom; null where the viewer may not know of them any more, and of several students.",
        StudentById,
        "student_id",
    )
    kind: ExportKind = column(AUTHOR, "What it is of.")
    format: ReportFormat | None = column(
        AUTHOR, "How a report is written; null of a student's data, which is an archive."
    )
    of: strawberry.ID | None = computed(
        AUTHOR, "Of a report, what it is of, by global id; null of a student's data.", _of, "asked"
    )
    state: ExportState = column(AUTHOR, "Where it stands.")
    done: int = column(AUTHOR, "How many of its parts are read.")
    parts: int = column(AUTHOR, "Of how many parts it is.")
    size: int | None = column(AUTHOR, "How many bytes the archive has; null until it is made.")
    asked_at: datetime = column(AUTHOR, "When it was asked for.")
    expires_at: datetime = column(AUTHOR, "Until when it can be downloaded.")
    address: str | None = computed(
        AUTHOR,
        "Where it is downloaded from, with a GET and the session that asks here; a student's data "
        "once, a report until it expires. Null unless it is ready.",
        _address,
        "school_id",
        "id",
        "state",
    )


@strawberry.type(description="What is, or would be, erased of one kind and table, and what kept.")
class ErasureItem:
    kind: DataKind | None = column(ANYONE, "What it is of; null for what is kept of everybody.")
    table: str = column(ANYONE, "In which table of the database it is.")
    erased: int = column(ANYONE, "How many records are removed, or emptied of it.")
    kept: int = column(ANYONE, "How many are kept with it.")
    why: str | None = column(ANYONE, "Why it is kept, such as by which law; null where nothing is.")


@strawberry.type(description="What would be erased of a student by now. Nothing is yet.")
class ErasurePlan:
    erasable_from: date | None = column(
        ANYONE, "The first day on which the school's term is over; null if they have not left."
    )
    items: list[ErasureItem] = column(
        ANYONE, "What would be erased and kept; empty before that day.", items=Items(30)
    )
    fingerprint: str | None = column(
        ANYONE, "Has `eraseStudent` do just this; null before that day."
    )


def items_of(report: Mapping[str, Any]) -> list[Any]:
    """As the type's fields read them."""
    return [
        ErasureItem(**each | {"kind": None if each["kind"] is None else DataKind(each["kind"])})
        for each in report["items"]
    ]


@strawberry.type(description="That what a school kept of a student was erased.")
class Erasure:
    at: datetime = column(ANYONE, "When it was.")
    by: str | None = column(ANYONE, "Who did it; null for a command.", name="account_name")
    reason: str | None = column(ANYONE, "Why, if that was said.")
    items: list[ErasureItem] = computed(
        ANYONE, "What was erased, and what was kept and why.", items_of, "report"
    )


async def plan_for(context: Context, school_id: int, id_: UUID) -> ErasurePlan | None:
    (school,) = await context.store.fetch(schools_by_id, schools=[school_id])
    students = await context.store.fetch(STUDENTS.whole, school=school_id, ids=[id_])
    if not students:
        return None
    plan = await planned(context.store, students[0], school, context.today(school_id))
    return ErasurePlan(
        erasable_from=erasable_from(students[0], school),
        items=[] if plan is None else items_of(plan.report),
        fingerprint=None if plan is None else plan.fingerprint,
    )
