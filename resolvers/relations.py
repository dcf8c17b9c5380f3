"""What the viewer is to a record, as data: which ties of the viewer lead to which of its columns,
and who may know that it exists at all."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from domain.audience import CONCERNED, KEEPERS, MEMBER, SELF, STAFF_OF, Audience
from resolvers.viewer import Rights, Viewer

A = Audience


@dataclass(frozen=True, slots=True)
class Tie:
    """Who has the id in `column` among the ids tied to them as `name` is the `audience`; or, where
    the column holds `many` ids, any of them."""

    audience: Audience
    name: str
    column: str
    many: bool = False

    def joins(self, rights: Rights, record: Any) -> bool:
        """A record without the column has no such tie."""
        ids = getattr(record, self.column, ())
        return not rights[self.name].isdisjoint(ids if self.many else (ids,))


@dataclass(frozen=True, slots=True)
class Relation:
    """`known_to` may know that the record exists; for the rest it does not."""

    ties: tuple[Tie, ...]
    known_to: Audience

    def leading_to(self, audience: Audience) -> tuple[Tie, ...]:
        return tuple(tie for tie in self.ties if tie.audience & audience)


def _family(column: str) -> tuple[Tie, ...]:
    return Tie(A.SELF, "STUDENT", column), Tie(A.GUARDIAN, "CHILD", column)


def _student(column: str) -> tuple[Tie, ...]:
    return *_family(column), Tie(A.CLASS_TEACHER, "STUDENT_LED", column)


def _course(column: str, family: str | None = None) -> tuple[Tie, ...]:
    """To the course in `column`, where the family's ties lead to another column if there is one."""
    return (
        Tie(A.SELF, "COURSE_OF_SELF", family or column),
        Tie(A.GUARDIAN, "COURSE_OF_CHILD", family or column),
        Tie(A.COURSE_TEACHER, "COURSE_TAUGHT", column),
        Tie(A.CLASS_TEACHER, "COURSE_LED", column),
    )


STUDENT = (*_student("id"), Tie(A.COURSE_TEACHER, "STUDENT_TAUGHT", "id"))
MARK = (*_student("student_id"), Tie(A.COURSE_TEACHER, "COURSE_TAUGHT", "course_id"))
"""To a record of one student in one course, such as a grade."""
STEP_OF_MARK = (
    *_family("reader_id"),
    Tie(A.CLASS_TEACHER, "STUDENT_LED", "student_id"),
    Tie(A.COURSE_TEACHER, "COURSE_TAUGHT", "course_id"),
)
"""To what was done to a grade: its family reads that only where it stands."""
PART_OF_DIARY = (
    *_student("student_id"),
    Tie(A.COURSE_TEACHER, "COURSE_TAUGHT", "course_ids", many=True),
)
"""To what is worked out of one student's diary over several courses."""
COURSE_OF_STUDENT = (*_student("student_id"), Tie(A.COURSE_TEACHER, "COURSE_TAUGHT", "id"))
STUDENT_OF_COURSE = (*_student("id"), Tie(A.COURSE_TEACHER, "COURSE_TAUGHT", "course_id"))
"""Who learns what: who teaches somebody in one course is told nothing of the others."""
LESSON = _course("course_id")
STEP_OF_HOMEWORK = _course("course_id", family="reader_id")
"""As to a step of a grade."""
CLASS_GROUP = (
    Tie(A.SELF, "CLASS_OF_SELF", "id"),
    Tie(A.GUARDIAN, "CLASS_OF_CHILD", "id"),
    Tie(A.CLASS_TEACHER, "CLASS_LED", "id"),
)
GUARDIAN = (
    Tie(A.SELF, "GUARDIAN", "id"),
    Tie(A.CLASS_TEACHER, "GUARDIAN_OF_LED", "id"),
    Tie(A.GUARDIAN, "GUARDIAN_OF_CHILD", "id"),
    Tie(A.GUARDIAN, "GUARDIAN_OF_SELF", "id"),
)
"""To the guardians of a student, of whom the family may know."""
NOBODY: tuple[Tie, ...] = ()

RELATIONS: dict[str, Relation] = {
    "Student": Relation(STUDENT, CONCERNED),
    "Guardian": Relation(GUARDIAN, SELF | A.GUARDIAN | KEEPERS),
    "Teacher": Relation((Tie(A.SELF, "TEACHER", "id"),), MEMBER),
    "ClassGroup": Relation(CLASS_GROUP, MEMBER),
    "Course": Relation(_course("id"), MEMBER),
    "Lesson": Relation(LESSON, MEMBER),
    "Homework": Relation(LESSON, CONCERNED),
    "Grade": Relation(MARK, CONCERNED),
    "GradeRevision": Relation(STEP_OF_MARK, CONCERNED),
    "HomeworkRevision": Relation(STEP_OF_HOMEWORK, CONCERNED),
    "LessonRevision": Relation(LESSON, STAFF_OF),
    "DiaryDay": Relation(PART_OF_DIARY, CONCERNED),
    "DiaryEntry": Relation(MARK, CONCERNED),
    "SubjectAverage": Relation(MARK, CONCERNED),
    "Journal": Relation(LESSON, STAFF_OF),
    "JournalRow": Relation(MARK, STAFF_OF),
    "Subject": Relation(NOBODY, MEMBER),
    "Period": Relation(NOBODY, MEMBER),
    "AcademicYear": Relation(NOBODY, MEMBER),
    "WorkType": Relation(NOBODY, MEMBER),
    "GradeScale": Relation(NOBODY, MEMBER),
    "School": Relation(NOBODY, MEMBER),
    "Webhook": Relation(NOBODY, A.HEAD),
    "WebhookDelivery": Relation(NOBODY, A.HEAD),
    "CourseOfStudent": Relation(COURSE_OF_STUDENT, CONCERNED),
    "StudentOfCourse": Relation(STUDENT_OF_COURSE, CONCERNED),
}
"""By noun; or, for a record as some field shows it, by what the field has it `known_as`."""


class Named(NamedTuple):
    """A student, course or class group, as far as rights ask for it."""

    school_id: int
    id: UUID


def relation(viewer: Viewer | None, noun: str, record: Any) -> Audience:
    """What the viewer is to the record: nobody where they have no part in its school."""
    if viewer is None or (rights := viewer.schools.get(record.school_id)) is None:
        return Audience.NOBODY
    found = A.MEMBER | A.HEAD if rights.head else A.MEMBER
    for tie in RELATIONS[noun].ties:
        if tie.joins(rights, record):
            found |= tie.audience
    return found


def may_know(viewer: Viewer | None, noun: str, record: Any) -> bool:
    return bool(relation(viewer, noun, record) & RELATIONS[noun].known_to)
