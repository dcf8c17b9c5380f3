"""What the viewer is to a record: which ties of the viewer lead to which of its columns, and to
whom it is visible at all. Each noun declares its own; the registry is made of the declarations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from domain.audience import ACQUAINTED, CONCERNED, FAMILY, PRESENT, STAFF_OF, Audience
from domain.ties import DATED, TieName
from resolvers.viewer import Rights, Viewer, holds_on
from resolvers.viewer import Ties as ViewersTies

A = Audience
T = TieName


@dataclass(frozen=True, slots=True)
class Tie:
    """Who has the id in `column` among the ids tied to them as `name` is the `audience`; or, where
    the column holds `many` ids, any of them. The tie has to lead there on the record's `day`, where
    that names a column: of a day, or of several, of which each counts. It leads to no record that
    has a value in the column `unless`. If it is `told_before`, whoever was in the column until a
    change is told of that change too, as far as they may know of the record."""

    audience: Audience
    name: TieName
    column: str
    many: bool = False
    day: str | None = None
    unless: str | None = None
    told_before: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(each for each in (self.column, self.day, self.unless) if each is not None)

    def joins(self, rights: Rights, record: Any) -> bool:
        """A record without the columns has no such tie."""
        return self._joins(rights, rights.ties, record)

    def joins_today(self, rights: Rights, record: Any) -> bool:
        """As `joins`, by ties that hold today, by which the viewer may write."""
        return self._joins(rights, rights.of_today, record)

    def _joins(self, rights: Rights, ties: ViewersTies, record: Any) -> bool:
        if (tied := ties.get(self.name)) is None:
            return False
        if self.unless is not None and getattr(record, self.unless, None) is not None:
            return False
        found = getattr(record, self.column, ())
        ids = tied.intersection((found or ()) if self.many else (found,))
        if self.day is None or not ids:
            return bool(ids)
        if (day := getattr(record, self.day, MISSING)) is MISSING:
            return False
        days = rights.days.get(self.name)
        return any(holds_on(days, id_, day) for id_ in ids)


Ties = tuple[Tie, ...]
MISSING: Any = object()


def on_day(ties: Ties, day: str) -> Ties:
    """The ties to a record of the day in a column: those that have days are looked up on it, and
    who led the student on that day is a class teacher too."""
    found: list[Tie] = []
    for tie in ties:
        found.append(replace(tie, day=day) if tie.name in DATED and tie.day is None else tie)
        if tie.name is T.STUDENT_LED:
            found.append(replace(tie, name=T.STUDENT_WAS_LED, day=day))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Relation:
    """To the audience `visible_to` the record exists; for the rest it does not."""

    ties: Ties
    visible_to: Audience

    def leading_to(self, audience: Audience) -> Ties:
        return tuple(tie for tie in self.ties if tie.audience & audience)


RELATIONS: dict[str, Relation] = {}
"""By noun; or, for a record as some field shows it, by what the field has it `known_as`."""


def relate(name: str, ties: Ties, visible_to: Audience) -> Relation:
    """Declare what viewers are to records of that name; TypeError where it was declared before."""
    if name in RELATIONS:
        raise TypeError(f"What a viewer is to a {name} is declared twice.")
    RELATIONS[name] = Relation(ties, visible_to)
    return RELATIONS[name]


def family(column: str) -> Ties:
    """To a record of the student in the column, for the student and their guardians."""
    return Tie(A.SELF, T.STUDENT, column), Tie(A.GUARDIAN, T.CHILD, column)


def student(column: str) -> Ties:
    """To a record of the student in the column, for the family and the class teacher."""
    return *family(column), Tie(A.CLASS_TEACHER, T.STUDENT_LED, column)


def course(column: str) -> Ties:
    """To a record of the course in the column, for who learns in it, teaches it, or leads those."""
    return (
        Tie(A.SELF, T.COURSE_OF_SELF, column),
        Tie(A.GUARDIAN, T.COURSE_OF_CHILD, column),
        Tie(A.COURSE_TEACHER, T.COURSE_TAUGHT, column),
        Tie(A.CLASS_TEACHER, T.COURSE_LED, column),
    )


def some_students(students: str, course_column: str) -> Ties:
    """To a record of a course; where the column `students` holds ids, it is for these alone, and
    for who teaches the course, or leads one of them."""
    whole = (
        replace(tie, unless=students) if tie.name is not T.COURSE_TAUGHT else tie
        for tie in course(course_column)
    )
    return *whole, *(replace(tie, many=True) for tie in student(students))


def mark(student_column: str = "student_id", course_column: str = "course_id") -> Ties:
    """To a record of one student in one course, such as a grade."""
    return *student(student_column), Tie(A.COURSE_TEACHER, T.COURSE_TAUGHT, course_column)


def class_group(column: str) -> Ties:
    """To a record of the class group in the column."""
    return (
        Tie(A.SELF, T.CLASS_OF_SELF, column),
        Tie(A.GUARDIAN, T.CLASS_OF_CHILD, column),
        Tie(A.CLASS_TEACHER, T.CLASS_LED, column),
    )


def subject(column: str) -> Ties:
    """To a record of the subject in the column, for who learns it, teaches it, or leads those."""
    return (
        Tie(A.SELF, T.SUBJECT_OF_SELF, column),
        Tie(A.GUARDIAN, T.SUBJECT_OF_CHILD, column),
        Tie(A.COURSE_TEACHER, T.SUBJECT_TAUGHT, column),
        Tie(A.CLASS_TEACHER, T.SUBJECT_LED, column),
    )


def author(column: str = "author_id") -> Ties:
    """To what the account in the column has written."""
    return (Tie(A.AUTHOR, T.ACCOUNT, column),)


def addressee(column: str, *, many: bool = False) -> Ties:
    """To what is addressed to the account in the column, or to `many` accounts."""
    return (Tie(A.ADDRESSEE, T.ACCOUNT, column, many),)


class Named(NamedTuple):
    """A student, course or class group, as far as rights ask for it."""

    school_id: int
    id: UUID


def relation(viewer: Viewer | None, noun: str, record: Any) -> Audience:
    """What the viewer is to the record: nobody where they have no part in its school."""
    return _relation(viewer, noun, record, Tie.joins)


def relation_today(viewer: Viewer | None, noun: str, record: Any) -> Audience:
    """What the viewer is to the record as one who changes it: by ties that hold today, without
    those by which they only read on.

    An author counts as one only while another tie of the noun joins them to the record, if it has
    such ties: a teacher who was replaced still reads their remark, but cannot change it.
    """
    found = _relation(viewer, noun, record, Tie.joins_today)
    if not found & CONCERNED and RELATIONS[noun].leading_to(CONCERNED):
        found &= ~A.AUTHOR
    return found


def _relation(
    viewer: Viewer | None, noun: str, record: Any, joins: Callable[[Tie, Rights, Any], bool]
) -> Audience:
    if viewer is None or (rights := viewer.schools.get(record.school_id)) is None:
        return Audience.NOBODY
    found = rights.everywhere
    for tie in RELATIONS[noun].ties:
        if joins(tie, rights, record):
            found |= tie.audience
    return found


def may_know(viewer: Viewer | None, noun: str, record: Any) -> bool:
    return bool(relation(viewer, noun, record) & RELATIONS[noun].visible_to)


# What is worked out of records, and what a field shows of them.
relate(
    "DiaryDay",
    (
        *on_day(student("student_id"), "day"),
        Tie(A.COURSE_TEACHER, T.COURSE_TAUGHT, "course_ids", many=True),
    ),
    CONCERNED,
)
relate("DiaryEntry", on_day(mark(), "day"), CONCERNED)
relate("SubjectAverage", on_day(mark(), "days"), CONCERNED)
relate("Journal", course("course_id"), STAFF_OF)
relate("JournalRow", on_day(mark(), "days"), STAFF_OF)
# Who learns what: who teaches somebody in one course is told nothing of the others.
relate("CourseOfStudent", mark(course_column="id"), ACQUAINTED)
relate("StudentOfCourse", mark("id"), ACQUAINTED)
# What goes on at the school is for who belongs to it today: who has left, and reads on, is shown of
# its class groups, courses and lessons those that were theirs.
relate("ClassGroupOfSchool", class_group("id"), PRESENT | FAMILY)
relate("CourseOfSchool", course("id"), PRESENT | FAMILY)
relate("LessonOfTeacher", on_day(course("course_id"), "day"), PRESENT | FAMILY)
