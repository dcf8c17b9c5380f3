"""What the viewer is to a record: which ties of the viewer lead to which of its columns, and to
whom it is visible at all. Each noun declares its own; the registry is made of the declarations."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from domain.audience import CONCERNED, STAFF_OF, Audience
from domain.ties import TieName
from resolvers.viewer import NOBODY, Rights, Viewer

A = Audience
T = TieName


@dataclass(frozen=True, slots=True)
class Tie:
    """Who has the id in `column` among the ids tied to them as `name` is the `audience`; or, where
    the column holds `many` ids, any of them."""

    audience: Audience
    name: TieName
    column: str
    many: bool = False

    def joins(self, rights: Rights, record: Any) -> bool:
        """A record without the column has no such tie."""
        ids = getattr(record, self.column, ())
        return not rights.ties.get(self.name, NOBODY).isdisjoint(ids if self.many else (ids,))


Ties = tuple[Tie, ...]


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
    if viewer is None or (rights := viewer.schools.get(record.school_id)) is None:
        return Audience.NOBODY
    found = rights.everywhere
    for tie in RELATIONS[noun].ties:
        if tie.joins(rights, record):
            found |= tie.audience
    return found


def may_know(viewer: Viewer | None, noun: str, record: Any) -> bool:
    return bool(relation(viewer, noun, record) & RELATIONS[noun].visible_to)


# What is worked out of records, and what a field shows of them.
relate(
    "DiaryDay",
    (*student("student_id"), Tie(A.COURSE_TEACHER, T.COURSE_TAUGHT, "course_ids", many=True)),
    CONCERNED,
)
relate("DiaryEntry", mark(), CONCERNED)
relate("SubjectAverage", mark(), CONCERNED)
relate("Journal", course("course_id"), STAFF_OF)
relate("JournalRow", mark(), STAFF_OF)
# Who learns what: who teaches somebody in one course is told nothing of the others.
relate("CourseOfStudent", mark(course_column="id"), CONCERNED)
relate("StudentOfCourse", mark("id"), CONCERNED)
