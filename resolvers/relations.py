"""What the viewer is to a record, as data: which ties of the viewer lead to which of its columns,
and who may know that it exists at all."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from domain.audience import CONCERNED, KEEPERS, MEMBER, SELF, STAFF_OF, Audience
from resolvers.viewer import Viewer

A = Audience


@dataclass(frozen=True, slots=True)
class Tie:
    """Who has the id in `column` among the ids tied to them as `name` is the `audience`."""

    audience: Audience
    name: str
    column: str


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
    Tie(A.COURSE_TEACHER, "STUDENT_TAUGHT", "student_id"),
)
"""To what is worked out of one student's diary over several courses."""
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
    Tie(A.CLASS_TEACHER, "STUDENT_LED", "student_id"),
    Tie(A.GUARDIAN, "CHILD", "student_id"),
    Tie(A.GUARDIAN, "STUDENT", "student_id"),
)
"""A guardian is read through a student, whose family may know of them."""
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
}


class Named(NamedTuple):
    """A student, course or class group, as far as rights ask for it."""

    school_id: int
    id: UUID


def relation(viewer: Viewer | None, noun: str, record: Any) -> Audience:
    """What the viewer is to the record: nobody where they have no part in its school.

    A record without the column that a tie leads to has no such tie.
    """
    if viewer is None or (rights := viewer.schools.get(record.school_id)) is None:
        return Audience.NOBODY
    found = A.MEMBER | A.HEAD if rights.head else A.MEMBER
    for tie in RELATIONS[noun].ties:
        if getattr(record, tie.column, None) in rights[tie.name]:
            found |= tie.audience
    return found


def may_know(viewer: Viewer | None, noun: str, record: Any) -> bool:
    return bool(relation(viewer, noun, record) & RELATIONS[noun].known_to)
