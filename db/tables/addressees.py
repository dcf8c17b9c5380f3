"""Whom a record is addressed to: columns that several tables have in common."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Uuid
from sqlmodel import Field, SQLModel

from db.tables.columns import of_school


class Addressed(SQLModel):
    """It is for a class group, for a course, or, without either, for the whole school; and there
    for these parts. `addressed` holds what follows from that: `domain.addressees.addresses`. None
    of it changes."""

    class_group_id: UUID | None = None
    course_id: UUID | None = None
    to_students: bool
    to_families: bool
    to_staff: bool
    addressed: list[UUID] = Field(sa_type=ARRAY(Uuid()))


def of_addressees(table: str, order: str) -> tuple[Any, ...]:
    """The keys of a table's addressees, and the indexes by which they find it, in the `order` of a
    column where it is of a place."""
    return (
        of_school("class_group", "class_group_id"),
        of_school("course", "course_id"),
        Index(f"ix_{table}_addressed", "addressed", postgresql_using="gin"),
        Index(f"ix_{table}_class_group", "school_id", "class_group_id", order),
        Index(f"ix_{table}_course", "school_id", "course_id", order),
    )
