"""Erasures: who may be erased by now, and the whole of one with its report and its entries."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.own_data.erasing import Plan, erase, plan_of, terms_of
from db.reading.own_data import students_who_left
from db.sort_keys import renew_keys
from db.store import Reader, Store
from db.tables.feed import RIGHTS
from db.writing.audit import note
from db.writing.feed import publish
from db.writing.own_data import note_erasure
from domain.audit import AuditKind
from domain.ids import uuid7
from domain.own_data import erasable_since

EVERYBODY = UUID(int=0)
LAST = 1_000
"""The place of the feed's row of rights, after those of other changes of the transaction."""


def erasable_from(student: Any, school: Any) -> date | None:
    """The first day on which anything may be erased; None where they have not left."""
    if student.ends_on is None:
        return None
    day: date = student.ends_on
    year = day.year + school.keeping_years
    try:
        return day.replace(year=year) + timedelta(days=1)
    except ValueError:  # the 29th of February
        return date(year, 3, 1)


async def planned(reader: Reader | Store, student: Any, school: Any, day: date) -> Plan | None:
    """What would be erased on the day; None where the school's term is not over."""
    if student.ends_on is None:
        return None
    if not erasable_since(student.ends_on, school.keeping_years, None, day):
        return None
    return await plan_of(reader, student, school, day, terms_of(school.legal_terms))


async def carry_out(reader: Reader, plan: Plan, account: UUID | None, reason: str | None) -> None:
    """Erase, in the transaction that is open, and keep the report."""
    school, student = plan.school_id, plan.student_id
    await erase(reader, plan)
    await reader.run(
        note_erasure,
        school=school,
        new_id=uuid7(),
        new_student_id=student,
        new_account_id=account,
        new_reason=reason,
        new_report=plan.report,
    )
    kinds = " ".join(sorted({action.kind.value for action in plan.actions}))
    subject = "Student", student, student, kinds
    await note(reader, school, account, AuditKind.ERASED.value, subject)
    await renew_keys(reader.connection, school)
    told: Mapping[str, Any] = {"new_topic": RIGHTS, "new_change": "CHANGED"}
    await reader.run(publish, school=school, seq=[LAST], ref=[EVERYBODY], version=[1], **told)


async def whose_term_is_over(store: Store, school: Any, day: date) -> list[tuple[Any, Plan]]:
    """The students of a school of whom something may be erased and nothing was, with what."""
    found = []
    for student in await store.fetch(students_who_left, school=school.school_id, day=day):
        plan = await planned(store, student, school, day)
        if plan is not None:
            found.append((student, plan))
    return found
