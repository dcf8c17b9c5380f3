"""Steps of roles, guardianships, enrolments and of who teaches or leads: who did it, and why."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from db.writing.tie_steps import TIE_STEPS
from domain.history import Step
from domain.ids import uuid7
from domain.roles import TeacherRole
from resolvers.declarations.inputs import Text
from resolvers.declarations.office import Office
from resolvers.declarations.parsing import LONGEST_REASON

Why = Annotated[str | None, "Why; kept in the history.", Text(LONGEST_REASON)]


async def note(
    office: Office, step: Step, tie: Any, kind: str, reason: str | None, **to: object
) -> None:
    """Note a step that led the tie `to` these columns; of the others it is as it was."""

    def now(name: str) -> Any:
        return to[name] if name in to else getattr(tie, name, None)

    await office.insert(
        TIE_STEPS,
        {
            "id": uuid7(),
            "tie_id": tie.id,
            "change": step.value,
            "kind": kind,
            "restriction": now("restriction"),
            "begins_on": now("begins_on"),
            "ends_on": now("ends_on"),
            "reason": reason,
            "account_id": office.transaction.account_id,
        },
    )


ENROLLED = "STUDENT"
"""What an enrolment makes of a student."""


async def note_enrolments(
    office: Office, step: Step, ties: Iterable[Mapping[str, Any]], reason: str | None
) -> None:
    """Note a step of enrolments, which are as they are from then on."""
    rows = [
        {
            "id": uuid7(),
            "tie_id": tie["id"],
            "change": step.value,
            "kind": ENROLLED,
            **{name: tie.get(name) for name in OF_ENROLMENT},
            "reason": reason,
            "account_id": office.transaction.account_id,
        }
        for tie in ties
    ]
    await office.insert(TIE_STEPS, *rows)


OF_ENROLMENT = ("student_id", "class_group_id", "course_id", "begins_on", "ends_on")


async def note_leaving(
    office: Office, word: str, person: Any, last_day: date | None, reason: str | None
) -> None:
    """Note that somebody leaves, or does not after all; `word` is what they are in the school."""
    row = {
        "id": uuid7(),
        "tie_id": person.id,
        "change": Step.ENDED.value,
        "kind": word.upper(),
        "begins_on": person.begins_on,
        "ends_on": last_day,
        "reason": reason,
        "account_id": office.transaction.account_id,
    }
    of = {f"{word}_id": person.id} if word in ("student", "teacher") else {}
    await office.insert(TIE_STEPS, row | of)


async def note_teacher(
    office: Office,
    step: Step,
    at: UUID,
    role: TeacherRole,
    teacher: UUID,
    reason: str | None,
    *,
    begins_on: date | None = None,
    ends_on: date | None = None,
) -> None:
    """Note a step of who teaches a course, or leads a class group, `at` which it is."""
    row = {
        "id": uuid7(),
        "tie_id": at,
        "change": step.value,
        "kind": role.value,
        "teacher_id": teacher,
        "begins_on": begins_on,
        "ends_on": ends_on,
        "reason": reason,
        "account_id": office.transaction.account_id,
    }
    await office.insert(TIE_STEPS, row)
