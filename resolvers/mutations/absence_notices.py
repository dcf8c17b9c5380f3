"""Absences announced, changed, accepted, refused and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.absence_notices import AbsenceNotice
from db.tables.students import Student
from db.writing.attendance import attendance_by_notices
from db.writing.periods import periods_to_write_in
from db.writing.versioned import Row
from domain.attendance import (
    ANNOUNCERS,
    KIND_OF,
    NOTICE_EDITORS,
    AbsenceReason,
    AbsenceState,
    AttendanceKind,
    check_days,
)
from domain.audience import KEEPERS
from domain.history import Step
from domain.policy import is_unlocked
from domain.refusals import UserError, UserErrorCode
from resolvers.absence_notices import ABSENCE_NOTICE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Called, FileIds, GlobalId, OwnId, Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_REASON, LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.attendance_entries import Entries, Entry, lessons_of
from resolvers.students import STUDENT

Code = UserErrorCode


def wrong_days(first: date, last: date) -> UserError | None:
    try:
        check_days(first, last)
    except ValueError as error:
        return UserError(Code.BAD_INPUT, f"{error}.", ("to",))
    return None


@dataclass(frozen=True, slots=True)
class AnnounceAbsence:
    """An absence to announce."""

    student: Annotated[str, "Who is absent, by global id.", GlobalId("Student")]
    starts_on: Annotated[date, "The first day.", Called("from")]
    ends_on: Annotated[date, "The last day; the same for a single one.", Called("to")]
    because: Annotated[AbsenceReason, "Why."]
    text: Annotated[str | None, "What there is to say of it.", Text(LONGEST_TEXT)] = None
    files: Annotated[
        Sequence[str] | None,
        "What to attach, such as a doctor's note, by the ids that `POST /files` has answered.",
        FileIds(),
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that announcing it is safe to retry.",
        OwnId(),
    ] = None

    def error(self) -> UserError | None:
        return wrong_days(self.starts_on, self.ends_on)


@creates(
    ABSENCE_NOTICE,
    "Announce an absence: the class teacher accepts or refuses it.",
    Code.PERIOD_LOCKED,
    at=STUDENT,
    field="student",
    step=Step.ANNOUNCED,
    by=ANNOUNCERS,
    refusal="Only a guardian, the class teacher and the head announce an absence.",
)
async def announce_absence(
    transaction: Transaction, given: Parsed[AnnounceAbsence], student: Student
) -> Row:
    new = given.given
    await transaction.open_on(new.starts_on, "from")
    return {
        "id": given.id,
        "student_id": student.id,
        "author_id": transaction.account_id,
        "starts_on": new.starts_on,
        "ends_on": new.ends_on,
        "because": new.because,
        "text": new.text,
        "state": AbsenceState.ANNOUNCED,
    }


@dataclass(frozen=True, slots=True)
class ChangeAbsence(Edit):
    """What changes of an absence that was announced."""

    starts_on: Annotated[
        date | UnsetType, "The first day; as it is, if left out.", Called("from")
    ] = UNSET
    ends_on: Annotated[date | UnsetType, "The last day; as it is, if left out.", Called("to")] = (
        UNSET
    )
    because: Annotated[AbsenceReason | UnsetType, "Why; as it is, if left out."] = UNSET
    text: Annotated[
        str | UnsetType | None,
        "What there is to say of it; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    files: Annotated[
        Sequence[str] | UnsetType,
        "All that is attached from now on, in order, by the ids of files; as it is, if left out.",
        FileIds(),
    ] = UNSET


def waiting(notice: AbsenceNotice) -> UserError | None:
    """Refuse a notice that was answered or taken back."""
    if notice.state == AbsenceState.ANNOUNCED:
        return None
    return _settled(notice)


def refusable(notice: AbsenceNotice) -> UserError | None:
    """Refuse a notice that stands for nothing any more."""
    if notice.state in (AbsenceState.ANNOUNCED, AbsenceState.ACCEPTED):
        return None
    return _settled(notice)


def _settled(notice: AbsenceNotice) -> UserError:
    return UserError(Code.WITHDRAWN, f"This notice was {notice.state.lower()}: announce another.")


@edits(
    ABSENCE_NOTICE,
    "Change an absence that was announced, until it is accepted or refused.",
    Code.WITHDRAWN,
    step=Step.CHANGED,
    by=NOTICE_EDITORS,
    requires=[waiting],
)
async def change_absence(
    transaction: Transaction, given: Parsed[ChangeAbsence], notice: AbsenceNotice
) -> Row:
    new = given.columns(changes=True)
    first, last = new.get("starts_on", notice.starts_on), new.get("ends_on", notice.ends_on)
    transaction.insist(wrong_days(first, last))
    await transaction.open_on(first, "from")
    return new


@edits(
    ABSENCE_NOTICE,
    "Take an announced absence back, until it is accepted or refused.",
    Code.WITHDRAWN,
    step=Step.WITHDRAWN,
    by=NOTICE_EDITORS,
    requires=[waiting],
)
async def withdraw_absence(_: Transaction, given: Parsed[Edit], notice: AbsenceNotice) -> Row:
    return {"state": AbsenceState.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class AcceptAbsence:
    """An absence to accept."""

    id: Annotated[str, "The {noun}, by global id.", Reference()]
    expected_version: Annotated[
        int, "The version that was read; any other is a CONFLICT, as its days may be others."
    ]
    reason: Annotated[str | None, "A word to the family.", Text(LONGEST_REASON)] = None


@edits(
    ABSENCE_NOTICE,
    "Accept an absence: the lessons of its days are excused, those that were as those that will "
    "be. Where the student was there they stay so.",
    Code.WITHDRAWN,
    step=Step.ACCEPTED,
    by=KEEPERS,
    requires=[waiting],
)
async def accept_absence(
    transaction: Transaction, given: Parsed[AcceptAbsence], notice: AbsenceNotice
) -> Row:
    last = min(notice.ends_on, transaction.today)
    if notice.starts_on <= last:
        lessons = await lessons_of(transaction, notice.student_id, notice.starts_on, last)
        entries = await Entries.at(transaction, lessons)
        token = entries.tokens.of_kind(KIND_OF[AbsenceReason(notice.because)])
        found = [
            Entry(lesson, notice.student_id, token, notice=notice.id)
            for lesson in entries.still(lessons)
            if _is_excused(entries, lesson.id, notice.student_id)
        ]
        await _enter(transaction, entries, found, given.given.reason)
    return {"state": AbsenceState.ACCEPTED}


def _is_excused(entries: Entries, lesson: object, student: object) -> bool:
    """Whether nobody has excused the absence, or nobody has said yet that there is any: of whom
    nothing was entered when attendance was taken, they were there."""
    there = entries.there.get((lesson, student))  # type: ignore[arg-type]
    return lesson not in entries.taken if there is None else there.kind == AttendanceKind.ABSENT


@edits(
    ABSENCE_NOTICE,
    "Refuse an absence, or take back that it was accepted: what it has excused is an absence "
    "without excuse then.",
    Code.WITHDRAWN,
    step=Step.REFUSED,
    by=KEEPERS,
    requires=[refusable],
)
async def refuse_absence(
    transaction: Transaction, given: Parsed[Edit], notice: AbsenceNotice
) -> Row:
    if notice.state == AbsenceState.ACCEPTED:
        school = notice.school_id
        excused = await transaction.reader.fetch(
            attendance_by_notices, school=school, ids=[notice.id]
        )
        last = min(notice.ends_on, transaction.today)
        lessons = await lessons_of(transaction, notice.student_id, notice.starts_on, last)
        entries = await Entries.at(transaction, lessons)
        token, by = entries.tokens.of_kind(AttendanceKind.ABSENT), {e.lesson_id for e in excused}
        found = [
            Entry(lesson, notice.student_id, token)
            for lesson in entries.still(lessons)
            if lesson.id in by
        ]
        await _enter(transaction, entries, found, given.given.reason)
    return {"state": AbsenceState.REFUSED}


async def _enter(
    transaction: Transaction, entries: Entries, found: list[Entry], reason: str | None
) -> None:
    """Enter them on days that are open, after the feed's row of the notice itself, which is 0."""
    periods = await transaction.reader.fetch(periods_to_write_in, school=transaction.school_id)
    excepted = transaction.rights.leads and reason is not None
    for each in found:
        closed = is_unlocked(periods, each.lesson.day, transaction.today, excepted=excepted)
        transaction.insist(closed, "id")
    await entries.enter(found, reason, seq=1)
