"""What the viewer is to a record, computed once per record, and who may know of it at all."""

from collections.abc import Callable
from typing import Any

from domain.audience import CONCERNED, KEEPERS, MEMBER, SELF, STAFF_OF, Audience
from resolvers.viewer import Rights, Viewer

A = Audience
Relation = Callable[[Rights, Any], Audience]
"""Any, since it reads the keys that records of one noun have in common."""


def _student(rights: Rights, student_id: Any) -> Audience:
    found = A.NOBODY
    if student_id in rights.students:
        found |= A.SELF
    if student_id in rights["CHILD"]:
        found |= A.GUARDIAN
    if student_id in rights["STUDENT_LED"]:
        found |= A.CLASS_TEACHER
    return found


def to_student(rights: Rights, record: Any) -> Audience:
    taught = A.COURSE_TEACHER if record.id in rights["STUDENT_TAUGHT"] else A.NOBODY
    return _student(rights, record.id) | taught


def to_mark(rights: Rights, record: Any) -> Audience:
    """To a record of one student in one course, such as a grade."""
    taught = A.COURSE_TEACHER if record.course_id in rights["COURSE_TAUGHT"] else A.NOBODY
    return _student(rights, record.student_id) | taught


def _course(rights: Rights, course_id: Any) -> Audience:
    return _tied(
        rights, course_id, "COURSE_OF_SELF", "COURSE_OF_CHILD", "COURSE_TAUGHT", "COURSE_LED"
    )


def _tied(rights: Rights, id_: Any, *ties: str) -> Audience:
    flags = (A.SELF, A.GUARDIAN, A.COURSE_TEACHER, A.CLASS_TEACHER)
    found = A.NOBODY
    for tie, flag in zip(ties, flags, strict=False):
        if id_ in rights[tie]:
            found |= flag
    return found


def to_course(rights: Rights, record: Any) -> Audience:
    return _course(rights, record.id)


def to_lesson(rights: Rights, record: Any) -> Audience:
    return _course(rights, record.course_id)


def to_class_group(rights: Rights, record: Any) -> Audience:
    found = _tied(rights, record.id, "CLASS_OF_SELF", "CLASS_OF_CHILD")
    return found | (A.CLASS_TEACHER if record.id in rights["CLASS_LED"] else A.NOBODY)


def to_teacher(rights: Rights, record: Any) -> Audience:
    return A.SELF if record.id in rights.teachers else A.NOBODY


def to_guardian(rights: Rights, record: Any) -> Audience:
    """A guardian is read through a student, whose family may know of them."""
    itself = A.SELF if record.id in rights.guardians else A.NOBODY
    student_id = getattr(record, "student_id", None)
    led = A.CLASS_TEACHER if student_id in rights["STUDENT_LED"] else A.NOBODY
    family = student_id in rights["CHILD"] or student_id in rights.students
    return itself | led | (A.GUARDIAN if family else A.NOBODY)


def to_part_of_diary(rights: Rights, record: Any) -> Audience:
    """To what is worked out of one student's diary over several courses."""
    taught = A.COURSE_TEACHER if record.student_id in rights["STUDENT_TAUGHT"] else A.NOBODY
    return _student(rights, record.student_id) | taught


def to_anything(rights: Rights, record: Any) -> Audience:
    return A.NOBODY


RELATIONS: dict[str, tuple[Relation, Audience]] = {
    "Student": (to_student, CONCERNED),
    "Guardian": (to_guardian, SELF | A.GUARDIAN | KEEPERS),
    "Teacher": (to_teacher, MEMBER),
    "ClassGroup": (to_class_group, MEMBER),
    "Course": (to_course, MEMBER),
    "Lesson": (to_lesson, MEMBER),
    "Homework": (to_lesson, CONCERNED),
    "Grade": (to_mark, CONCERNED),
    "GradeRevision": (to_mark, CONCERNED),
    "HomeworkRevision": (to_lesson, CONCERNED),
    "LessonRevision": (to_lesson, STAFF_OF),
    "DiaryDay": (to_part_of_diary, CONCERNED),
    "DiaryEntry": (to_mark, CONCERNED),
    "SubjectAverage": (to_mark, CONCERNED),
    "Journal": (to_lesson, STAFF_OF),
    "JournalRow": (to_mark, STAFF_OF),
    "Subject": (to_anything, MEMBER),
    "Period": (to_anything, MEMBER),
    "AcademicYear": (to_anything, MEMBER),
    "WorkType": (to_anything, MEMBER),
    "GradeScale": (to_anything, MEMBER),
    "School": (to_anything, MEMBER),
}
"""For each noun: what the viewer is to a record of it, and who may know that it exists."""


def relation(viewer: Viewer | None, noun: str, record: Any) -> Audience:
    """What the viewer is to the record: nobody where they have no part in its school."""
    if viewer is None or (rights := viewer.schools.get(record.school_id)) is None:
        return Audience.NOBODY
    own = RELATIONS[noun][0](rights, record) | Audience.MEMBER
    return own | Audience.HEAD if rights.head else own


def may_know(viewer: Viewer | None, noun: str, record: Any) -> bool:
    return bool(relation(viewer, noun, record) & RELATIONS[noun][1])
