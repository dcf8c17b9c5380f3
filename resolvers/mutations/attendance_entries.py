"""Entries of attendance: what is entered of students at lessons, new or in place of what was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from db.reading.absence_notices import notices_accepted
from db.reading.lessons import lessons_of_students
from db.tables.absence_notices import AbsenceNotice
from db.tables.attendance import Attendance
from db.tables.lessons import Lesson
from db.writing.attendance import (
    ATTENDANCE,
    ATTENDANCES,
    attendance_at_lessons,
    lessons_to_take,
    note_taking,
)
from domain.attendance import AbsenceReason, AttendanceKind, Token, Tokens, check_timed, excused
from domain.history import Step
from domain.ids import uuid7
from domain.policy import takes_place
from domain.refusals import UserError, UserErrorCode
from resolvers.attendance import TakingByLesson
from resolvers.declarations.office import Refusals
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.attendance_codes import tokens_of

Place = tuple[UUID, UUID]
"""A lesson and a student."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be entered of a student at a lesson; `keeps_note` where nothing is said of it."""

    lesson: Lesson
    student: UUID
    token: Token
    minutes: int | None = None
    note: str | None = None
    keeps_note: bool = True
    notice: UUID | None = None
    expected_version: int | None = None
    path: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return self.lesson.id, self.student

    def columns(self, there: Attendance | None) -> dict[str, Any]:
        kept = None if there is None else there.note
        return {
            "kind": self.token.kind,
            "token": self.token.token,
            "minutes": self.minutes,
            "note": kept if self.keeps_note else self.note,
            **counting(self.token),
            "notice_id": self.notice,
        }


def counting(token: Token) -> dict[str, bool]:
    return {"absence": token.absence, "lateness": token.lateness, "in_rate": token.in_rate}


@dataclass(slots=True)
class Entries:
    """Enters attendance at lessons that are held, so that nobody else does meanwhile."""

    transaction: Transaction
    lessons: dict[UUID, Lesson]
    """By id, as they are now that they are held, those that take place."""
    tokens: Tokens
    there: dict[Place, Attendance]
    taken: set[UUID]
    """The lessons whose attendance was taken before."""

    @classmethod
    async def at(cls, transaction: Transaction, lessons: Iterable[Lesson]) -> "Entries":
        """With what the lessons have already."""
        reader, school = transaction.reader, transaction.school_id
        ids = [lesson.id for lesson in lessons]
        held = await reader.fetch(lessons_to_take, school=school, ids=ids)
        entered = await reader.fetch(attendance_at_lessons, school=school, ids=ids)
        taken = await reader.fetch(TakingByLesson.statement, school=school, ids=ids)
        return cls(
            transaction,
            {each.id: each for each in held if takes_place(each) is None},
            await tokens_of(reader, school),
            {(each.lesson_id, each.student_id): each for each in entered},
            {each.id for each in taken},
        )

    def still(self, lessons: Iterable[Lesson]) -> list[Lesson]:
        """Those of the lessons that take place, now that they are held."""
        return [self.lessons[each.id] for each in lessons if each.id in self.lessons]

    async def notices(
        self, students: Sequence[UUID], first: date, last: date
    ) -> list[AbsenceNotice]:
        """Accepted ones of days from the first to the last."""
        school = self.transaction.school_id
        return await self.transaction.reader.fetch(
            notices_accepted, school=school, ids=list(students), first=first, last=last
        )

    def excused(self, token: Token, notice: AbsenceNotice | None) -> tuple[Token, UUID | None]:
        """The token under the notice, and the notice if the absence is excused by it."""
        if notice is None:
            return token, None
        kind = excused(token.kind, AbsenceReason(notice.because))
        return (token, None) if kind is token.kind else (self.tokens.of_kind(kind), notice.id)

    async def take(self, lesson: UUID) -> None:
        """Note that the lesson's attendance was taken."""
        school = self.transaction.school_id
        await self.transaction.reader.run(note_taking, school=school, id=[lesson])

    async def enter(self, entries: Sequence[Entry], reason: str | None, *, seq: int = 0) -> None:
        """Enter them all; or Refused with what is wrong with each, where one was changed by another
        or tells minutes of who was there. The feed's rows begin at `seq`."""
        self._check(entries)
        transaction = self.transaction
        reader, account, school = (
            transaction.reader, transaction.account_id, transaction.school_id,
        )  # fmt: skip
        new = [each for each in entries if each.place not in self.there]
        rows = [self._row(each) for each in new]
        if rows:
            await ATTENDANCE.insert(reader, account, school, Step.TAKEN, rows, seq)
        changes = []
        for each in entries:
            if (there := self.there.get(each.place)) is None:
                continue
            columns: Any = each.columns(there)
            record: Any = there
            if any(record[name] != value for name, value in columns.items()):
                changes.append((there, columns))
        changed = await ATTENDANCES.change(
            reader, account, school, Step.CHANGED, reason, changes, seq + len(rows)
        )
        refusals = Refusals()
        done = {each.id for each in changed}
        for record, _ in changes:
            entry = next(
                each for each in entries if each.place == (record.lesson_id, record.student_id)
            )
            refusals.note(None if record.id in done else _conflict(record), *entry.path)
        refusals.check()

    def _check(self, entries: Sequence[Entry]) -> None:
        refusals = Refusals()
        for each in entries:
            there = self.there.get(each.place)
            version = 0 if there is None else there.version
            if each.expected_version not in (None, version):
                refusals.note(_conflict(there), *each.path)
            refusals.note(wrong_minutes(each.token.kind, each.minutes), *each.path)
        refusals.check()

    def _row(self, entry: Entry) -> dict[str, Any]:
        lesson = entry.lesson
        return {
            "id": uuid7(),
            "student_id": entry.student,
            "course_id": lesson.course_id,
            "lesson_id": lesson.id,
            "teacher_id": self.transaction.teacher_id or lesson.teacher_id,
            "day": lesson.day,
            **entry.columns(None),
        }


def wrong_minutes(kind: AttendanceKind, minutes: int | None) -> UserError | None:
    try:
        check_timed(kind, minutes)
    except ValueError as error:
        return UserError(UserErrorCode.BAD_INPUT, f"{error}.", ("minutes",))
    return None


def _conflict(there: Attendance | None) -> UserError:
    version = "there is no entry" if there is None else f"its version is {there.version}"
    message = f"Another change was faster: {version} now."
    return UserError(UserErrorCode.CONFLICT, message, ("expectedVersion",))


async def lessons_of(
    transaction: Transaction, student: UUID, first: date, last: date
) -> list[Lesson]:
    """The lessons that take place and that the student has from the first to the last day."""
    lessons = await transaction.reader.fetch(
        lessons_of_students, school=transaction.school_id, ids=[student], first=first, last=last
    )
    return [each for each in lessons if each.status != "CANCELLED"]
