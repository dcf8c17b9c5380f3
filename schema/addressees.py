"""Whom something is addressed to: the fields that types of the mixin `Addressed` have."""

from typing import Any

from resolvers.addressees import READERS
from resolvers.class_groups import ClassGroupById
from resolvers.courses import CourseById
from resolvers.loaders import Loader
from schema.declare import column, loaded


def class_group_of_addressees() -> Any:  # stands as a field, as those below
    prose = "The class group it is for; null where it is for a course or for the whole school."
    return loaded(READERS, prose, ClassGroupById, "class_group_id")


def course_of_addressees() -> Any:
    prose = "The course it is for; null where it is for a class group or for the whole school."
    return loaded(READERS, prose, CourseById, "course_id")


def to_students() -> Any:
    return column(READERS, "Whether it is for students there.")


def to_families() -> Any:
    return column(READERS, "Whether it is for their guardians.")


def to_staff() -> Any:
    return column(READERS, "Whether it is for the staff there.")


def author_of(loader: Loader) -> Any:
    """The name of its author, by the loader of a statement of `authors_of`."""
    return loaded(
        READERS,
        "Who wrote it, by the name of their account; null where nobody knows.",
        loader,
        "id",
        then=lambda _, row: None if row is None else row.author_name,
        reads=("author_name",),
    )
