"""What hangs on a person, moved to another who is the same one.

Every column that leads to the person's table moves; which those are is read from the tables, so
that a new one is not forgotten.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, Table, Uuid, bindparam, delete, select, update
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, among, table
from db.reading.records import named
from db.statement import Statement, statement
from db.store import Reader
from db.tables import metadata
from db.tables.grades import WITHDRAWAL, Grade
from db.tables.guardians import Guardian, Guardianship
from db.tables.lessons import Lesson
from db.tables.students import Student
from db.tables.teachers import Teacher

KEPT, DUPLICATE = bindparam("kept", type_=Uuid()), bindparam("duplicate", type_=Uuid())


def _leading_to(person: Table) -> Iterator[tuple[Table, str]]:
    for each in metadata.sorted_tables:
        for constraint in each.foreign_key_constraints:
            if constraint.referred_table is person:
                yield each, constraint.column_keys[-1]


def _moves(model: type[SQLModel]) -> tuple[Statement[Any], ...]:
    """A statement for each column that leads to the person."""

    def move(of: Table, name: str) -> Statement[Any]:
        column = of.c[name]

        def build() -> ClauseElement:
            moved = update(of).values({name: KEPT})
            return moved.where(of.c.school_id == SCHOOL, column == DUPLICATE)

        return named(f"move_{of.name}_{name}", model, build)

    return tuple(move(of, name) for of, name in sorted(_leading_to(table(model)), key=str))


MOVES: dict[type[SQLModel], tuple[Statement[Any], ...]] = {
    model: _moves(model) for model in (Student, Guardian, Teacher)
}


async def move_all(
    reader: Reader, school: int, model: type[SQLModel], kept: UUID, duplicate: UUID
) -> None:
    for each in MOVES[model]:
        await reader.run(each, school=school, kept=kept, duplicate=duplicate)


@statement(Lesson)
def lessons_with_marks_of_both() -> ClauseElement:
    """The lessons at which both students have marks that stand."""
    grade, other = table(Grade), table(Grade).alias("other")
    both = grade.join(
        other, (other.c.school_id == SCHOOL) & (other.c.lesson_id == grade.c.lesson_id)
    )
    return (
        select(grade.c.lesson_id.label("id"))
        .select_from(both)
        .where(
            grade.c.school_id == SCHOOL,
            grade.c.student_id == KEPT,
            other.c.student_id == DUPLICATE,
            ~WITHDRAWAL.when(grade),
            other.c.state != "WITHDRAWN",
        )
        .limit(1)
    )


@statement(Guardianship)
def guardianships_of_both() -> ClauseElement:
    """Those of two people, students or guardians, by `ids`."""
    tie = table(Guardianship)
    of_any = among(tie.c.student_id) | among(tie.c.guardian_id)
    return select(tie).where(tie.c.school_id == SCHOOL, of_any).order_by(tie.c.id)


@statement(Guardianship)
def drop_guardianships() -> ClauseElement:
    """Those, by `ids`, whose days another one has from now on."""
    tie = table(Guardianship)
    return delete(tie).where(tie.c.school_id == SCHOOL, among(tie.c.id))
