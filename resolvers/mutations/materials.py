"""Materials added, changed, withdrawn, restored and opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.materials import students_of_materials
from db.tables.courses import Course
from db.tables.lessons import Lesson
from db.tables.materials import Material
from db.tables.schools import Subject
from db.writing.materials import note_materials_opened
from db.writing.versioned import Row
from domain.audience import FAMILY
from domain.history import Step
from domain.hosts import check_link
from domain.ids import uuid7
from domain.materials import WRITERS, MaterialKind, incomplete
from domain.names import changed_text_key, text_key
from domain.policy import takes_place
from domain.refusals import UserError, UserErrorCode
from domain.ties import TieName
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, FileIds, GlobalId, OwnId, Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import restores, standing, withdraws
from resolvers.lessons import LESSON
from resolvers.materials import MATERIAL
from resolvers.schools import SUBJECT

Code = UserErrorCode
LONGEST_LINK = 2_000
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMaterial:
    """A material to add."""

    kind: Annotated[MaterialKind, "What it is."]
    title: Annotated[str, "What it is called.", Text(LONGEST_TITLE)]
    description: Annotated[
        str | None, "What it is for, or which pages to read.", Text(LONGEST_TEXT)
    ] = None
    link: Annotated[
        str | None, "Where it stands on the web, by https.", Text(LONGEST_LINK), Checked(check_link)
    ] = None
    files: Annotated[
        Sequence[str] | None,
        "What to attach, in order, by the ids that `POST /files` has answered.",
        FileIds(),
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that adding it is safe to retry.",
        OwnId(),
    ] = None

    def error(self) -> UserError | None:
        return incomplete(self.kind, self.link, files=bool(self.files))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCourseMaterial(NewMaterial):
    """A material to add to a course."""

    course: Annotated[str, "The course it is for, by global id.", GlobalId("Course")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLessonMaterial(NewMaterial):
    """A material to add to a lesson."""

    lesson: Annotated[str, "The lesson it is for, by global id.", GlobalId("Lesson")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSubjectMaterial(NewMaterial):
    """A material to add to a subject."""

    subject: Annotated[str, "The subject it is for, by global id.", GlobalId("Subject")]


@creates(
    MATERIAL,
    "Add a material to a course, for all who learn in it.",
    at=COURSE,
    field="course",
    step=Step.ADDED,
    by=WRITERS,
    refusal="You may not add materials to this course.",
)
async def add_course_material(
    transaction: Transaction, given: Parsed[AddCourseMaterial], course: Course
) -> Row:
    return _row(transaction, given, course_id=course.id)


@creates(
    MATERIAL,
    "Add a material to a lesson, for all who learn in its course on that day.",
    Code.LESSON_CANCELLED,
    at=LESSON,
    field="lesson",
    step=Step.ADDED,
    by=WRITERS,
    refusal="You may not add materials to this lesson.",
    requires=[takes_place],
)
async def add_lesson_material(
    transaction: Transaction, given: Parsed[AddLessonMaterial], lesson: Lesson
) -> Row:
    return _row(transaction, given, course_id=lesson.course_id, lesson_id=lesson.id, day=lesson.day)


def in_use(subject: Subject) -> UserError | None:
    if subject.active:
        return None
    return UserError(Code.NOT_FOUND, "There is no such subject.")


@creates(
    MATERIAL,
    "Add a material to a subject, for all who learn it in whatever course; by its teachers, and by "
    "the head and the deputies.",
    at=SUBJECT,
    field="subject",
    step=Step.ADDED,
    by=WRITERS,
    refusal="You may not add materials to this subject.",
    requires=[in_use],
)
async def add_subject_material(
    transaction: Transaction, given: Parsed[AddSubjectMaterial], subject: Subject
) -> Row:
    return _row(transaction, given, subject_id=subject.id)


def _row(transaction: Transaction, given: Parsed[Any], **place: object) -> Row:
    new: NewMaterial = given.given
    nowhere = dict.fromkeys(("subject_id", "course_id", "lesson_id", "day"))
    return {
        "id": given.id,
        **nowhere,
        **place,
        "teacher_id": transaction.teacher_id,
        "kind": new.kind,
        "title": new.title,
        "description": new.description,
        "link": new.link,
        "word_key": text_key(new.title, new.description),
    }


@dataclass(frozen=True, slots=True)
class ChangeMaterial(Edit):
    """What changes of a material."""

    kind: Annotated[MaterialKind | UnsetType, "What it is; as it is, if left out."] = UNSET
    title: Annotated[
        str | UnsetType, "What it is called; as it is, if left out.", Text(LONGEST_TITLE)
    ] = UNSET
    description: Annotated[
        str | UnsetType | None,
        "What it is for, or which pages to read; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    link: Annotated[
        str | UnsetType | None,
        "Where it stands on the web, by https; as it is, if left out; null takes it away.",
        Text(LONGEST_LINK),
        Checked(check_link),
    ] = UNSET
    files: Annotated[
        Sequence[str] | UnsetType,
        "All that is attached from now on, in order, by the ids of files; as it is, if left out.",
        FileIds(),
    ] = UNSET


@edits(
    MATERIAL,
    "Change a material; what it was stays in its history.",
    Code.WITHDRAWN,
    step=Step.CHANGED,
    by=WRITERS,
    requires=[standing(MATERIAL)],
)
async def change_material(
    transaction: Transaction, given: Parsed[ChangeMaterial], material: Material
) -> Row:
    new = given.columns(changes=True)
    kind, link = new.get("kind", material.kind), new.get("link", material.link)
    files = await _has_files(transaction, given.given, material)
    transaction.insist(incomplete(kind, link, files=files))
    return {**new, "word_key": changed_text_key(material, new, "title", "description")}


async def _has_files(transaction: Transaction, given: ChangeMaterial, material: Material) -> bool:
    """Whether files hang on the material after the change."""
    if not isinstance(given.files, UnsetType):
        return bool(given.files)
    school, ids = transaction.school_id, [material.id]
    return bool(await transaction.reader.fetch(MATERIAL.files.statement, school=school, ids=ids))


withdraw_material = withdraws(
    MATERIAL, "Take a material back; it stays in the history.", by=WRITERS
)
restore_material = restores(MATERIAL, "Let a withdrawn material stand again.", by=WRITERS)


@dataclass(frozen=True, slots=True)
class OpenMaterial:
    """A material that the viewer has opened."""

    material: Annotated[str, "The material, by global id.", Reference()]


@edits(
    MATERIAL,
    "Say that the viewer has opened a material, as who learns with it or as their guardian; its "
    "teachers are told so. Of what they had opened before, the first time stays.",
    Code.WITHDRAWN,
    by=FAMILY,
    elsewhere=True,
    requires=[standing(MATERIAL)],
    answer="The material.",
)
async def open_material(
    transaction: Transaction, given: Parsed[OpenMaterial], material: Material
) -> Row:
    ties = transaction.rights.of_today
    own, children = ties[TieName.STUDENT], ties[TieName.CHILD]
    rows: list[Any] = list(
        await transaction.reader.fetch(
            students_of_materials,
            school=transaction.school_id,
            ids=[material.id],
            people=list(own | children),
        )
    )
    opened = [
        (row.student_id, as_guardian)
        for row in rows
        for as_guardian, people in ((False, own), (True, children))
        if row.student_id in people
    ]
    await transaction.reader.run(
        note_materials_opened,
        school=transaction.school_id,
        account=transaction.account_id,
        id=[uuid7() for _ in opened],
        material_id=[material.id for _ in opened],
        student_id=[student for student, _ in opened],
        as_guardian=[as_guardian for _, as_guardian in opened],
    )
    return {}
