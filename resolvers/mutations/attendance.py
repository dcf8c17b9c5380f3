"""Attendance taken, entered for a day, and corrected."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.store import Reader, Store
from db.tables.absence_notices import AbsenceNotice
from db.tables.attendance import Attendance
from db.tables.lessons import Lesson
from db.writing.attendance import learners_of_lessons
from db.writing.versioned import Row
from domain.attendance import (
    CORRECTORS,
    KIND_OF,
    LONGEST_TOKEN,
    MARKERS,
    TAKERS,
    TIMED,
    AbsenceReason,
    AttendanceKind,
    Token,
    Tokens,
    check_minutes,
)
from domain.history import Step
from domain.policy import has_begun, takes_place
from domain.refusals import UserError, UserErrorCode, refused
from resolvers.attendance import ATTENDANCE, AttendanceByLesson, AttendanceByStudent
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Called, Checked, GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Refusals
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.lessons import LESSON
from resolvers.mutations.attendance_codes import tokens_of
from resolvers.mutations.attendance_entries import (
    Entries,
    Entry,
    counting,
    lessons_of,
    wrong_minutes,
)
from resolvers.relations import may_know
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code = UserErrorCode
LONGEST_NOTE = 500
TOKEN = "What is written, one of the school's tokens; or else the kind."
KIND = "What it is: the school's first token of the kind is written; or else the token."
REASON = "Why something else is entered now than was before; kept in the history."


def one_of(token: object, kind: object, *, needed: bool) -> UserError | None:
    """What is wrong with a token and a kind, of which one is told."""
    told = [each for each in (token, kind) if each not in (None, UNSET)]
    if len(told) == 1 or (not told and not needed):
        return None
    return UserError(Code.BAD_INPUT, "Give the token or the kind, one of them.", ("token",))


@dataclass(frozen=True, slots=True)
class AttendanceToTake:
    """Of one student."""

    student: Annotated[str, "Of whom it is, by global id.", GlobalId("Student")]
    token: Annotated[str | None, TOKEN, Text(LONGEST_TOKEN)] = None
    kind: Annotated[AttendanceKind | None, KIND] = None
    minutes: Annotated[
        int | None,
        "How late the student came, or how much too early they left.",
        Checked(check_minutes),
    ] = None
    note: Annotated[
        str | UnsetType | None,
        "What is written beside it; as it is, if left out; null takes it away.",
        Text(LONGEST_NOTE),
    ] = UNSET
    expected_version: Annotated[
        int | None,
        "The version of the entry that this is meant to replace, 0 where there is none; any other "
        "is a CONFLICT. Unless told, whatever stands is replaced.",
    ] = None

    def error(self) -> UserError | None:
        return one_of(self.token, self.kind, needed=True)


@dataclass(frozen=True, slots=True)
class TakeAttendance:
    """The attendance of a lesson."""

    lesson: Annotated[str, "The lesson, by global id.", GlobalId("Lesson")]
    rows: Annotated[
        list[AttendanceToTake],
        f"At most {MOST_AT_ONCE} students. Of whom nothing is said and nothing was entered before, "
        "they were there; or are excused, where a notice of their absence was accepted.",
    ]
    reason: Annotated[str | None, REASON, Text(LONGEST_REASON)] = None


TAKING = (
    Code.FORBIDDEN,
    Code.CONFLICT,
    Code.STUDENT_NOT_IN_COURSE,
    Code.PERIOD_LOCKED,
    Code.LESSON_CANCELLED,
    Code.LESSON_IN_FUTURE,
)


@mutation(
    ATTENDANCE,
    "Take the attendance of a lesson: of all students or of none, and again if need be.",
    *TAKING,
    by=TAKERS,
    at="Lesson",
    requires=[takes_place],
    answer="All that is entered at the lesson now.",
    many=True,
)
async def take_attendance(
    store: Store, viewer: Viewer, given: TakeAttendance, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Attendance]:
        if len(given.rows) > MOST_AT_ONCE:
            raise refused(Code.BAD_INPUT, f"Give at most {MOST_AT_ONCE} rows at once.", "rows")
        parsed = parse(given)
        transaction = _opened(reader, viewer, parsed, "lesson")
        ref = parsed.keys["lesson"][1]
        request = Request("take_attendance", given, key)
        if await earlier(reader, viewer, transaction.school_id, request, [ref]) is None:
            await _take(transaction, parsed, ref)
        return await _shown(transaction, AttendanceByLesson.statement, ref)

    return await attempt(store, viewer, ATTENDANCE, act)


async def _take(transaction: Transaction, given: Parsed[TakeAttendance], ref: UUID) -> None:
    lesson = await transaction.known(LESSON, ref, "lesson")
    if not transaction.relation(LESSON, lesson) & TAKERS:
        message = "You may not take attendance in this course."
        raise refused(Code.FORBIDDEN, message, "lesson")
    reason = given.given.reason
    await transaction.open_on(lesson.day, "lesson", reason=reason)
    transaction.insist(takes_place(lesson), "lesson")
    transaction.insist(has_begun(lesson, transaction.today), "lesson")
    entries = await Entries.at(transaction, [lesson])
    lesson = entries.lessons.get(lesson.id) or await transaction.known(LESSON, ref, "lesson")
    transaction.insist(takes_place(lesson), "lesson")
    found = await transaction.reader.fetch(
        learners_of_lessons, school=transaction.school_id, ids=[lesson.id]
    )
    learners = [each.id for each in found]
    notices = {
        each.student_id: each for each in await entries.notices(learners, lesson.day, lesson.day)
    }
    wanted = await _entries(transaction, entries, given, lesson, learners, notices)
    named = {each.student for each in wanted}
    wanted += [
        _by_notice(entries, lesson, notices[student])
        for student in learners
        if student in notices and student not in named
        if (lesson.id, student) not in entries.there and lesson.id not in entries.taken
    ]
    await entries.enter(wanted, reason)
    await entries.take(lesson.id)


async def _entries(
    transaction: Transaction,
    entries: Entries,
    given: Parsed[TakeAttendance],
    lesson: Lesson,
    learners: list[UUID],
    notices: dict[UUID, AbsenceNotice],
) -> list[Entry]:
    """Of the rows; or Refused with what is wrong with each."""
    refusals, found, seen = Refusals(), list[Entry](), set[UUID]()
    for draft in given.items.get("rows", []):
        with refusals.noting():
            student, path = draft.keys["student"][1], draft.at("student")
            if draft.keys["student"][0] != transaction.school_id:
                raise not_found("student", *path)
            if student in seen:
                raise refused(Code.BAD_INPUT, "This student is named twice.", *path)
            seen.add(student)
            if student not in learners:
                await _refuse(transaction, student, *path)
            token = token_in(entries.tokens, draft.given, *draft.path)
            token, notice = entries.excused(token, notices.get(student))
            row: AttendanceToTake = draft.given
            said = row.note is not UNSET
            note: Any = row.note if said else None
            found.append(
                Entry(lesson, student, token, row.minutes, note, not said, notice,
                      row.expected_version, draft.path)
            )  # fmt: skip
    refusals.check()
    return found


async def _refuse(transaction: Transaction, student: UUID, *path: str) -> None:
    """Refuse who does not learn there, without telling of whom the viewer may not know."""
    await transaction.known(STUDENT, student, *path)
    message = "This student does not take the course on the lesson's day."
    raise refused(Code.STUDENT_NOT_IN_COURSE, message, *path)


def token_in(tokens: Tokens, given: Any, *path: str) -> Token:
    """The token that an input tells by itself or by its kind."""
    if isinstance(given.kind, AttendanceKind):
        return tokens.of_kind(given.kind)
    try:
        return tokens.of_token(given.token)
    except ValueError as error:
        raise refused(Code.BAD_INPUT, f"{error}.", *path, "token") from None


def _by_notice(entries: Entries, lesson: Lesson, notice: AbsenceNotice) -> Entry:
    token = entries.tokens.of_kind(KIND_OF[AbsenceReason(notice.because)])
    return Entry(lesson, notice.student_id, token, notice=notice.id)


@dataclass(frozen=True, slots=True)
class MarkAbsent:
    """A student's absence of a day."""

    student: Annotated[str, "Who is absent, by global id.", GlobalId("Student")]
    day: Annotated[date | None, "The day; unless told, today.", Called("date")] = None
    token: Annotated[str | None, TOKEN, Text(LONGEST_TOKEN)] = None
    kind: Annotated[AttendanceKind | None, f"{KIND} Unless told, ABSENT."] = None
    since: Annotated[
        str | None,
        "The lesson from which on the student is absent, by global id; unless told, the first.",
        GlobalId("Lesson"),
        Called("from"),
    ] = None
    note: Annotated[str | None, "What is written beside it.", Text(LONGEST_NOTE)] = None
    reason: Annotated[str | None, REASON, Text(LONGEST_REASON)] = None

    def error(self) -> UserError | None:
        return one_of(self.token, self.kind, needed=False)


@mutation(
    ATTENDANCE,
    "Enter a student as absent in all lessons of a day, or in those from one on; what was entered "
    "there is replaced.",
    Code.FORBIDDEN,
    Code.CONFLICT,
    Code.PERIOD_LOCKED,
    Code.LESSON_IN_FUTURE,
    by=MARKERS,
    at="Student",
    answer="All that is entered of the student on the day now.",
    many=True,
)
async def mark_absent(
    store: Store, viewer: Viewer, given: MarkAbsent, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[Attendance]:
        parsed = parse(given)
        transaction = _opened(reader, viewer, parsed, "student")
        ref, day = parsed.keys["student"][1], parsed.given.day or transaction.today
        request = Request("mark_absent", given, key)
        if await earlier(reader, viewer, transaction.school_id, request, [ref]) is None:
            await _mark(transaction, parsed, ref, day)
        return await _shown(transaction, AttendanceByStudent.statement, ref, first=day, last=day)

    return await attempt(store, viewer, ATTENDANCE, act)


async def _mark(transaction: Transaction, given: Parsed[MarkAbsent], ref: UUID, day: date) -> None:
    student = await transaction.known(STUDENT, ref, "student")
    if not transaction.relation(STUDENT, student) & MARKERS:
        message = "Only the class teacher and the head enter a day's absence."
        raise refused(Code.FORBIDDEN, message, "student")
    new = given.given
    await transaction.open_on(day, "date", reason=new.reason)
    if day > transaction.today:
        raise refused(Code.LESSON_IN_FUTURE, "This day is to come: announce it.", "date")
    lessons = await lessons_of(transaction, ref, day, day)
    if (since := given.id_of("since")) is not None:
        starts = next((each.starts_at for each in lessons if each.id == since), None)
        if starts is None:
            raise not_found("lesson", "from")
        lessons = [each for each in lessons if each.starts_at >= starts]
    if not lessons:
        raise refused(Code.BAD_INPUT, "The student has no lessons on this day.", "date")
    entries = await Entries.at(transaction, lessons)
    lessons = entries.still(lessons)
    told = new.token is not None or new.kind is not None
    token = token_in(entries.tokens, new) if told else entries.tokens.of_kind(AttendanceKind.ABSENT)
    notice = next(iter(await entries.notices([ref], day, day)), None)
    token, notice_id = entries.excused(token, notice)
    wanted = [
        Entry(each, ref, token, None, new.note, new.note is None, notice_id) for each in lessons
    ]
    await entries.enter(wanted, new.reason)


@dataclass(frozen=True, slots=True)
class CorrectAttendance(Edit):
    """What changes of an entry."""

    token: Annotated[
        str | UnsetType, f"{TOKEN} As it is, if both are left out.", Text(LONGEST_TOKEN)
    ] = UNSET
    kind: Annotated[AttendanceKind | UnsetType, f"{KIND} As it is, if both are left out."] = UNSET
    minutes: Annotated[
        int | UnsetType | None,
        "How late the student came, or how much too early they left; as it is, if left out; null "
        "takes it away.",
        Checked(check_minutes),
    ] = UNSET
    note: Annotated[
        str | UnsetType | None,
        "What is written beside it; as it is, if left out; null takes it away.",
        Text(LONGEST_NOTE),
    ] = UNSET

    def error(self) -> UserError | None:
        return one_of(self.token, self.kind, needed=False)


@edits(
    ATTENDANCE,
    "Correct an entry of attendance; what it was stays in its history. To say that the student was "
    "there after all, enter PRESENT.",
    step=Step.CHANGED,
    by=CORRECTORS,
)
async def correct_attendance(
    transaction: Transaction, given: Parsed[CorrectAttendance], entry: Attendance
) -> Row:
    new = {each: value for each, value in given.columns(changes=True).items() if each != "kind"}
    kind = AttendanceKind(entry.kind)
    if given.given.token is not UNSET or given.given.kind is not UNSET:
        token = token_in(await tokens_of(transaction.reader, entry.school_id), given.given)
        kind = token.kind
        new |= {"token": token.token, "kind": kind, **counting(token), "notice_id": None}
        if kind not in TIMED:
            new.setdefault("minutes", None)
    transaction.insist(wrong_minutes(kind, new.get("minutes", entry.minutes)))
    return new


def _opened(reader: Reader, viewer: Viewer, given: Parsed[Any], field: str) -> Transaction:
    """A transaction in the school of what the field names."""
    school = given.keys[field][0]
    rights_in(viewer, school, field, field)
    given.check_school(school)
    return Transaction(reader, viewer, school)


async def _shown(
    transaction: Transaction, statement: Any, ref: UUID, **span: object
) -> list[Attendance]:
    rows = await transaction.reader.fetch(
        statement, school=transaction.school_id, ids=[ref], **span
    )
    return [row for row in rows if may_know(transaction.viewer, ATTENDANCE.name, row)]
