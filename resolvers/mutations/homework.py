"""Homework set, changed and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.homework import (
    class_groups_of_courses,
    homework_due_in_class_groups,
    students_at_lessons,
)
from db.store import Store
from db.tables.courses import Course
from db.tables.homework import Homework
from db.tables.lessons import Lesson
from db.tables.materials import Material
from db.writing.homework_statuses import moved
from db.writing.versioned import Row
from domain.history import Step
from domain.homework import check_minutes
from domain.hosts import check_link
from domain.policy import WRITERS, takes_place
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import (
    Checked,
    FileIds,
    Filled,
    GlobalId,
    GlobalIds,
    OwnId,
    Parsed,
    Text,
)
from resolvers.declarations.office import known_ids
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import restores, standing, withdraws
from resolvers.homework import HOMEWORK
from resolvers.homework_loads import loads
from resolvers.lessons import LESSON
from resolvers.materials import MATERIAL
from resolvers.relations import Named, may_know
from resolvers.viewer import Viewer

Code = UserErrorCode
LONGEST_LINK = 2_000
LONGEST = timedelta(days=366)
"""What was due later would be on no list; a year that is mistyped is."""


def due_twice(due_on: object, due_lesson: object) -> UserError | None:
    if not isinstance(due_on, date) or not isinstance(due_lesson, str):
        return None
    message = "Homework is due on a day or at a lesson, not both: leave one of them out."
    return UserError(Code.BAD_INPUT, message, ("dueOn",))


@dataclass(frozen=True, slots=True)
class SetHomework:
    """Homework to set."""

    lesson: Annotated[str, "The lesson it is set at, by global id.", GlobalId("Lesson")]
    text: Annotated[str, "What is to be done.", Text(LONGEST_TEXT)]
    due_on: Annotated[
        date | None,
        "The day by which it is to be done, unless a lesson is named.",
        Filled(),
    ] = None
    due_lesson: Annotated[
        str | None,
        "A later lesson of the course at which it is due, by global id.",
        GlobalId("Lesson"),
    ] = None
    expected_minutes: Annotated[int | None, "How long it should take.", Checked(check_minutes)] = (
        None
    )
    link: Annotated[
        str | None, "Where more of it stands, by https.", Text(LONGEST_LINK), Checked(check_link)
    ] = None
    files: Annotated[
        Sequence[str] | None,
        "What to attach, in order, by the ids that `POST /files` has answered.",
        FileIds(),
    ] = None
    students: Annotated[
        Sequence[str] | None,
        "Whom alone it is for, by global ids; unless told, all who learn in the course. None but "
        "they, their families and the staff know of it.",
        GlobalIds("Student"),
    ] = None
    materials: Annotated[
        Sequence[str] | None,
        "The materials that it refers to, in order, by global ids: of the course, of its lessons "
        "or of its subject.",
        GlobalIds("Material"),
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that setting it is safe to retry.",
        OwnId(),
    ] = None

    def error(self) -> UserError | None:
        if self.students is not None and not self.students:
            message = "Name the students, or leave them out where it is for all."
            return UserError(Code.BAD_INPUT, message, ("students",))
        if self.due_on is None and self.due_lesson is None:
            message = "Say when the homework is due: on a day or at a lesson."
            return UserError(Code.BAD_INPUT, message, ("dueOn",))
        return due_twice(self.due_on, self.due_lesson)


WARNING = (
    "What the teacher should know: that more is due for the class on the day than the school "
    "wants. The homework is set all the same. Null where there is nothing to say."
)


async def _as_written(
    transaction: Transaction, drafts: Sequence[tuple[Parsed[SetHomework], Homework]]
) -> Sequence[Row]:
    """The students and materials that each draft names, as its record holds them."""
    return [
        {
            "student_ids": await _named(transaction, draft),
            "material_ids": await _material_ids(transaction, draft.given.materials),
        }
        for draft, _ in drafts
    ]


async def _warning(store: Store, viewer: Viewer, homework: Homework) -> dict[str, str]:
    """A warning where classes that learn in the course have more to do than the school wants."""
    if homework.student_ids is not None:
        return {}
    school, day = homework.school_id, homework.due_on
    groups = await store.fetch(
        class_groups_of_courses, school=school, ids=[homework.course_id], day=day
    )
    rows = await store.fetch(
        homework_due_in_class_groups,
        school=school, ids=[group.id for group in groups], first=day, last=day,
    )  # fmt: skip
    told = [load.warning for load in loads(rows) if load.warning is not None]
    return {"warning": " ".join(told)} if told else {}


@creates(
    HOMEWORK,
    "Set homework at a lesson, for all who learn in its course or for some of them.",
    Code.LESSON_CANCELLED,
    Code.LESSON_OF_ANOTHER_COURSE,
    Code.MATERIAL_OF_ANOTHER_COURSE,
    Code.WITHDRAWN,
    Code.STUDENT_NOT_IN_COURSE,
    at=LESSON,
    field="lesson",
    step=Step.SET,
    by=WRITERS,
    refusal="You may not set homework in this course.",
    requires=[takes_place],
    as_written=_as_written,
    more={"warning": WARNING},
    tells=_warning,
)
async def set_homework(transaction: Transaction, given: Parsed[SetHomework], lesson: Lesson) -> Row:
    new = given.given
    return {
        "id": given.id,
        "lesson_id": lesson.id,
        "course_id": lesson.course_id,
        "teacher_id": transaction.teacher_id or lesson.teacher_id,
        "lesson_day": lesson.day,
        "text": new.text,
        "expected_minutes": new.expected_minutes,
        "link": new.link,
        "student_ids": await _learners(transaction, given, lesson),
        "material_ids": await _referred_to(transaction, new.materials, lesson.course_id),
        **await _due(transaction, given, lesson),
    }


@dataclass(frozen=True, slots=True)
class ChangeHomework(Edit):
    """What changes of homework."""

    text: Annotated[
        str | UnsetType, "What is to be done; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET
    due_on: Annotated[
        date | UnsetType, "The day by which it is to be done; as it is, if left out."
    ] = UNSET
    due_lesson: Annotated[
        str | UnsetType,
        "The lesson at which it is due instead, by global id.",
        GlobalId("Lesson"),
    ] = UNSET
    expected_minutes: Annotated[
        int | UnsetType | None,
        "How long it should take; as it is, if left out; null takes it away.",
        Checked(check_minutes),
    ] = UNSET
    link: Annotated[
        str | UnsetType | None,
        "Where more of it stands, by https; as it is, if left out; null takes it away.",
        Text(LONGEST_LINK),
        Checked(check_link),
    ] = UNSET

    materials: Annotated[
        Sequence[str] | UnsetType | None,
        "All materials that it refers to from now on, in order, by global ids; as it is, if left "
        "out; null takes them away.",
        GlobalIds("Material"),
    ] = UNSET
    files: Annotated[
        Sequence[str] | UnsetType,
        "All that is attached from now on, in order, by the ids of files; as it is, if left out.",
        FileIds(),
    ] = UNSET

    def error(self) -> UserError | None:
        return due_twice(self.due_on, self.due_lesson)


@edits(
    HOMEWORK,
    "Change homework; what it was stays in its history.",
    Code.LESSON_OF_ANOTHER_COURSE,
    Code.MATERIAL_OF_ANOTHER_COURSE,
    Code.WITHDRAWN,
    step=Step.CHANGED,
    by=WRITERS,
    requires=[standing(HOMEWORK)],
)
async def change_homework(
    transaction: Transaction, given: Parsed[ChangeHomework], homework: Homework
) -> Row:
    new = given.columns(changes=True)
    named = given.given.materials
    if not isinstance(named, UnsetType):
        new["material_ids"] = await _referred_to(transaction, named, homework.course_id)
    if new.keys() & {"due_on", "due_lesson_id"}:
        lesson = await transaction.known(LESSON, homework.lesson_id, "id")
        new |= await _due(transaction, given, lesson)
        await moved(transaction.reader, transaction.school_id, homework.id, new["due_on"])
    return new


withdraw_homework = withdraws(HOMEWORK, "Take homework back; it stays in the history.", by=WRITERS)
restore_homework = restores(HOMEWORK, "Let withdrawn homework stand again.", by=WRITERS)


async def _due(
    transaction: Transaction, given: Parsed[SetHomework] | Parsed[ChangeHomework], lesson: Lesson
) -> dict[str, object]:
    """The columns that say by when the homework of the lesson is to be done."""
    due_on, due_lesson = given.given.due_on, given.id_of("due_lesson")
    if due_lesson is None:
        assert isinstance(due_on, date)  # as `due_twice` insists on
        if due_on < lesson.day:
            raise refused(Code.BAD_INPUT, "Homework is not due before its lesson.", "dueOn")
        if due_on > lesson.day + LONGEST:
            raise refused(Code.BAD_INPUT, "Homework is due within a year.", "dueOn")
        return {"due_on": due_on, "due_lesson_id": None}
    at = await transaction.known(LESSON, due_lesson, "dueLesson", held=True)
    if at.course_id != lesson.course_id:
        message = "This lesson is of another course."
        raise refused(Code.LESSON_OF_ANOTHER_COURSE, message, "dueLesson")
    if at.starts_at <= lesson.starts_at:
        raise refused(Code.BAD_INPUT, "Homework is due at a later lesson.", "dueLesson")
    return {"due_on": at.day, "due_lesson_id": at.id}


async def _named(transaction: Transaction, given: Parsed[SetHomework]) -> list[UUID] | None:
    """The ids of the students whom alone it is for, in order."""
    if given.given.students is None:
        return None
    ids = await known_ids(transaction, "Student", given.given.students, "students")
    return sorted(set(ids))


async def _learners(
    transaction: Transaction, given: Parsed[SetHomework], lesson: Lesson
) -> list[UUID] | None:
    """The same, who all learn in the course on the lesson's day."""
    named = await _named(transaction, given)
    if named is None:
        return None
    school, viewer = transaction.school_id, transaction.viewer
    rows: list[Any] = list(
        await transaction.reader.fetch(students_at_lessons, school=school, ids=[lesson.id])
    )
    learners = {row.student_id for row in rows}
    wrong: list[UserError] = []
    for place, text in enumerate(given.given.students or ()):
        (id_,), path = await known_ids(transaction, "Student", [text]), ("students", str(place))
        if id_ in learners:
            continue
        if may_know(viewer, "Student", Named(school, id_)):
            message = "This student does not take the course on the lesson's day."
            wrong.append(UserError(Code.STUDENT_NOT_IN_COURSE, message, path))
        else:
            wrong += not_found("student", *path).errors
    if wrong:
        raise Refused(*wrong)
    return named


async def _material_ids(transaction: Transaction, named: Sequence[str] | None) -> list[UUID] | None:
    if not named:
        return None
    return list(dict.fromkeys(await known_ids(transaction, "Material", named, "materials")))


async def _referred_to(
    transaction: Transaction, named: Sequence[str] | None, course_id: UUID
) -> list[UUID] | None:
    """The ids of materials that stand, and that all who learn in the course may know of."""
    ids = await _material_ids(transaction, named)
    if ids is None:
        return None
    course = await transaction.known(COURSE, course_id, "materials")
    wrong: list[UserError] = []
    for place, id_ in enumerate(ids):
        try:
            material = await transaction.known(MATERIAL, id_, "materials", str(place))
        except Refused as refusal:
            wrong += refusal.errors
            continue
        error = _not_for(material, course)
        wrong += [] if error is None else [error.at("materials", str(place))]
    if wrong:
        raise Refused(*wrong)
    return ids


def _not_for(material: Material, course: Course) -> UserError | None:
    if (error := standing(MATERIAL)(material)) is not None:
        return error
    of_subject = material.subject_id is not None and material.subject_id == course.subject_id
    if material.course_id == course.id or of_subject:
        return None
    message = "This material is neither of the course nor of its subject."
    return UserError(Code.MATERIAL_OF_ANOTHER_COURSE, message)
