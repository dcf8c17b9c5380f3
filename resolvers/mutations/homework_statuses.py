"""What becomes of homework: ticked and handed in by a student, accepted, returned or found missing
by a teacher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.homework import students_of_homework
from db.store import Reader, Store
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus
from db.writing.homework_statuses import (
    MANY_STATUSES,
    STATUSES,
    hold_homework,
    statuses_of_homework,
)
from domain.history import Step
from domain.homework import REACHED, TICKERS, HomeworkState, not_due, wrong_state
from domain.ids import uuid7
from domain.policy import WRITERS
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.attachments import attach
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.inputs import FileIds, GlobalId, GlobalIds, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import known_ids
from resolvers.declarations.parsing import LONGEST_TEXT, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt, conflict
from resolvers.declarations.withdrawal import standing
from resolvers.homework import HOMEWORK
from resolvers.homework_statuses import HOMEWORK_STATUS
from resolvers.relations import Named, may_know
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code = UserErrorCode
STEPS = (
    Code.FORBIDDEN,
    Code.STUDENT_NOT_IN_COURSE,
    Code.PERIOD_LOCKED,
    Code.WITHDRAWN,
    Code.WRONG_STATE,
)
ONE = "The status of the student's homework as it is now, after a conflict too."
MANY = "The statuses of the students' homework, in the order of the input."
HOMEWORK_PROSE = "The homework, by global id."
SEEN = "The version of its status that its author has seen, 0 where there was none; any other is a \
CONFLICT. Left out, it is done whatever stands."


@dataclass(frozen=True, slots=True)
class TickHomework:
    """What a student, or a guardian for them, says of homework."""

    homework: Annotated[str, HOMEWORK_PROSE, GlobalId("Homework")]
    student: Annotated[str, "The student, by global id.", GlobalId("Student")]
    done: Annotated[bool, "Whether it is done; false takes the tick away."] = True
    expected_version: Annotated[int | None, SEEN] = None


@dataclass(frozen=True, slots=True)
class HandInHomework:
    """What a student hands in, or a guardian for them."""

    homework: Annotated[str, HOMEWORK_PROSE, GlobalId("Homework")]
    student: Annotated[str, "The student, by global id.", GlobalId("Student")]
    text: Annotated[
        str | None,
        "What is handed in, in place of what was; as it is, if left out.",
        Text(LONGEST_TEXT),
    ] = None
    expected_version: Annotated[int | None, SEEN] = None
    files: Annotated[
        Sequence[str] | UnsetType,
        "All files that are handed in from now on, in order, by the ids that `POST /files` has "
        "answered; as it is, if left out.",
        FileIds(),
    ] = UNSET

    def error(self) -> UserError | None:
        if (self.text or "").strip() or self.files:
            return None
        message = "Hand in a text, files, or both."
        return UserError(Code.BAD_INPUT, message, ("text",))


STUDENTS = f"Of whom, by global ids: 1 to {MOST_AT_ONCE}, all of them or none."


@dataclass(frozen=True, slots=True)
class AcceptHomework:
    """Homework of students to accept."""

    homework: Annotated[str, HOMEWORK_PROSE, GlobalId("Homework")]
    students: Annotated[Sequence[str], STUDENTS, GlobalIds("Student")]
    comment: Annotated[
        str | None, "What the teacher says to it, to each of them.", Text(LONGEST_TEXT)
    ] = None


@dataclass(frozen=True, slots=True)
class ReturnHomework:
    """Homework of students to return."""

    homework: Annotated[str, HOMEWORK_PROSE, GlobalId("Homework")]
    students: Annotated[Sequence[str], STUDENTS, GlobalIds("Student")]
    comment: Annotated[str, "Why, and what to do about it.", Text(LONGEST_TEXT)]


@dataclass(frozen=True, slots=True)
class MarkHomeworkMissing:
    """Students whose homework is missing."""

    homework: Annotated[str, HOMEWORK_PROSE, GlobalId("Homework")]
    students: Annotated[Sequence[str], STUDENTS, GlobalIds("Student")]
    comment: Annotated[str | None, "What the teacher says to it.", Text(LONGEST_TEXT)] = None


@mutation(
    HOMEWORK_STATUS,
    "Say that homework is done, or that it is not after all, as the student or for them.",
    *STEPS,
    Code.CONFLICT,
    by=TICKERS,
    at="Homework",
    answer=ONE,
)
async def tick_homework(
    store: Store, viewer: Viewer, given: TickHomework, key: str | None, _: Services
) -> Outcome:
    step = Step.DONE if given.done else Step.ASSIGNED
    return await _take(store, viewer, given, Request("tick_homework", given, key), step)


@mutation(
    HOMEWORK_STATUS,
    "Hand homework in, as the student or for them; as often as need be until it is accepted.",
    *STEPS,
    Code.CONFLICT,
    by=TICKERS,
    at="Homework",
    answer=ONE,
)
async def hand_in_homework(
    store: Store, viewer: Viewer, given: HandInHomework, key: str | None, _: Services
) -> Outcome:
    return await _take(
        store, viewer, given, Request("hand_in_homework", given, key), Step.HANDED_IN
    )


@mutation(
    HOMEWORK_STATUS, "Accept homework of students, as a teacher of the course.", *STEPS,
    by=WRITERS, at="Homework", answer=MANY, many=True,
)  # fmt: skip
async def accept_homework(
    store: Store, viewer: Viewer, given: AcceptHomework, key: str | None, _: Services
) -> Outcome:
    return await _take(store, viewer, given, Request("accept_homework", given, key), Step.ACCEPTED)


@mutation(
    HOMEWORK_STATUS,
    "Return homework to students with a comment, to be done again, as a teacher of the course.",
    *STEPS,
    by=WRITERS,
    at="Homework",
    answer=MANY,
    many=True,
)
async def return_homework(
    store: Store, viewer: Viewer, given: ReturnHomework, key: str | None, _: Services
) -> Outcome:
    return await _take(store, viewer, given, Request("return_homework", given, key), Step.RETURNED)


@mutation(
    HOMEWORK_STATUS,
    "Say of which students homework is missing, as a teacher of the course; not before it is due.",
    *STEPS,
    Code.NOT_DUE,
    by=WRITERS,
    at="Homework",
    answer=MANY,
    many=True,
)
async def mark_homework_missing(
    store: Store, viewer: Viewer, given: MarkHomeworkMissing, key: str | None, _: Services
) -> Outcome:
    request = Request("mark_homework_missing", given, key)
    return await _take(store, viewer, given, request, Step.MISSING)


async def _take(store: Store, viewer: Viewer, given: Any, request: Request, step: Step) -> Outcome:
    """Take the step for all students that the input names, or for none."""

    async def act(reader: Reader) -> list[HomeworkStatus]:
        parsed: Parsed[Any] = parse(given)
        school, ref = parsed.keys["homework"]
        rights_in(viewer, school, "homework", "homework")
        transaction = Transaction(reader, viewer, school)
        students = await _students(transaction, parsed)
        if await earlier(reader, viewer, school, request, [ref]) is None:
            homework = await transaction.known(HOMEWORK, ref, "homework")
            await _may(transaction, homework, step, students)
            # Whoever changes homework holds the periods first, so they are held first here too.
            await transaction.open_on(homework.due_on, "homework")
            await reader.run(hold_homework, school=school, ref=ref)
            homework = await transaction.known(HOMEWORK, ref, "homework")
            await _insist_on_standing(transaction, homework, step)
            await _write(transaction, homework, parsed.given, step, students)
            if (files := parsed.files) is not None:
                await _attach(transaction, ref, files, students)
        return await _shown(transaction, ref, list(students))

    return await attempt(store, viewer, HOMEWORK_STATUS, act)


Students = Mapping[UUID, tuple[str, ...]]
"""The students that an input names, each with the path of its id."""


async def _students(transaction: Transaction, parsed: Parsed[Any]) -> Students:
    if "student" in parsed.keys:
        parsed.check_school(transaction.school_id)
        return {parsed.keys["student"][1]: ("student",)}
    named = parsed.given.students
    ids = await known_ids(transaction, "Student", named, "students")
    if not ids:
        message = f"Name 1 to {MOST_AT_ONCE} students at once."
        raise refused(Code.BAD_INPUT, message, "students")
    found = {id_: ("students", str(place)) for place, id_ in enumerate(ids)}
    if len(found) < len(ids):
        raise refused(Code.BAD_INPUT, "A student is named twice.", "students")
    return found


async def _may(
    transaction: Transaction, homework: Homework, step: Step, students: Students
) -> None:
    """Refuse who may not take the step."""
    if step in (Step.DONE, Step.ASSIGNED, Step.HANDED_IN):
        for id_, path in students.items():
            student = await transaction.known(STUDENT, id_, *path)
            if not transaction.relation(STUDENT, student) & TICKERS:
                message = "Only the student does this, or a guardian for them."
                raise refused(Code.FORBIDDEN, message, *path)
    elif not transaction.relation(HOMEWORK, homework) & WRITERS:
        message = "Only who teaches the course does this."
        raise refused(Code.FORBIDDEN, message, "homework")


async def _insist_on_standing(transaction: Transaction, homework: Homework, step: Step) -> None:
    """Refuse the step where it may not be taken for any student."""
    await transaction.open_on(homework.due_on, "homework")
    transaction.insist(standing(HOMEWORK)(homework), "homework")
    if step is Step.MISSING:
        transaction.insist(not_due(homework.due_on, transaction.today), "homework")


async def _write(
    transaction: Transaction, homework: Homework, given: Any, step: Step, students: Students
) -> None:
    reader, school = transaction.reader, transaction.school_id
    await _insist_on_learners(transaction, homework, students)
    rows: list[Any] = list(
        await reader.fetch(statuses_of_homework, school=school, ids=[homework.id])
    )
    stands = {row.student_id: row for row in rows}
    _of_version([stands.get(id_) for id_ in students], given)
    _follows(step, stands, students)
    to = {"state": str(REACHED[step])} | {
        name: value
        for name in ("text", "comment")
        if (value := getattr(given, name, None)) is not None
    }
    account = transaction.account_id
    new = [id_ for id_ in students if id_ not in stands]
    if new:
        made = [_row(homework, id_, to) for id_ in new]
        await STATUSES.insert(reader, account, school, step, made)
    changed = [(stands[id_], to) for id_ in students if id_ in stands]
    await MANY_STATUSES.change(reader, account, school, step, None, changed, len(new))


def _row(homework: Homework, student: UUID, to: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "homework_id": homework.id,
        "student_id": student,
        "course_id": homework.course_id,
        "day": homework.due_on,
        "text": None,
        "comment": None,
    } | dict(to)


async def _attach(
    transaction: Transaction, homework: UUID, files: Sequence[str], students: Students
) -> None:
    """Have the status of each student, which was just written, hold the files."""
    for status in await _shown(transaction, homework, list(students)):
        await attach(transaction, HOMEWORK_STATUS, status.id, files, "files")


async def _insist_on_learners(
    transaction: Transaction, homework: Homework, students: Students
) -> None:
    """Refuse students whom the homework is not for: who did not learn in the course on the day of
    its lesson, or whom it does not name."""
    rows = await transaction.reader.fetch(
        students_of_homework,
        school=transaction.school_id,
        ids=[homework.id],
        day=transaction.today,
    )
    learners = {row.student_id for row in rows}
    wrong: list[UserError] = []
    for id_, path in students.items():
        if id_ in learners:
            continue
        if may_know(transaction.viewer, "Student", Named(transaction.school_id, id_)):
            message = "This homework was not set for the student."
            wrong.append(UserError(Code.STUDENT_NOT_IN_COURSE, message, path))
        else:
            wrong += not_found("student", *path).errors
    if wrong:
        raise Refused(*wrong)


def _of_version(stands: Sequence[Any], given: Any) -> None:
    expected = getattr(given, "expected_version", None)
    if expected is None:
        return
    (status,) = stands
    if status is not None and status.version != expected:
        raise conflict(status)
    if status is None and expected != 0:
        message = "There is no status of this homework: the version is 0."
        raise refused(Code.CONFLICT, message, "expectedVersion")


def _follows(step: Step, stands: Mapping[UUID, Any], students: Students) -> None:
    """Refuse students whose homework is in a state that the step does not follow on."""
    wrong: list[UserError] = []
    for id_, path in students.items():
        state = stands[id_].state if id_ in stands else HomeworkState.ASSIGNED
        if (error := wrong_state(step, HomeworkState(state))) is not None:
            wrong.append(error.at(*path))
    if wrong:
        current = stands.get(next(iter(students))) if len(students) == 1 else None
        raise Refused(*wrong, current=current)


async def _shown(
    transaction: Transaction, homework: UUID, students: Sequence[UUID]
) -> list[HomeworkStatus]:
    """The statuses of the students as they are now, in their order."""
    school = transaction.school_id
    rows = await transaction.reader.fetch(statuses_of_homework, school=school, ids=[homework])
    by_student = {row.student_id: row for row in rows}
    found = [by_student[id_] for id_ in students if id_ in by_student]
    if not all(may_know(transaction.viewer, HOMEWORK_STATUS.name, row) for row in found):
        raise not_found(HOMEWORK_STATUS.word)
    return found
