"""Materials by what they are of, searched and a page at a time."""

from typing import Any

from sqlalchemy import ARRAY, ClauseElement, Select, String, all_, bindparam, func, select

from db.reading.listing import NONE, counted_by, paged, where_asked
from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.materials import WITHDRAWAL, Material

IN_ORDER = ("added_at", "id")


def _materials(*more: Any) -> Select[Any]:
    """Those that stand, with all the `words` that are asked for, which are patterns of a key."""
    own = table(Material)
    like = bindparam("words", (), type_=ARRAY(String))
    found = where_asked(func.cardinality(like) > NONE, own.c.word_key.like(all_(like)))
    stands = ~WITHDRAWAL.when(own)
    return select(*columns(Material), *more).where(own.c.school_id == SCHOOL, stands, found)


def _of_courses(*, lessons: bool) -> Select[Any]:
    """Those of the courses themselves, or of their lessons."""
    own = table(Material)
    of_lesson = own.c.lesson_id.is_not(None)
    return _materials().where(among(own.c.course_id), of_lesson if lessons else ~of_lesson)


@statement(Material)
def materials_of_courses() -> ClauseElement:
    return paged(_of_courses(lessons=False), IN_ORDER, "course_id")


@statement(Material)
def materials_counted_of_courses() -> ClauseElement:
    return counted_by(_of_courses(lessons=False), "course_id")


@statement(Material)
def lesson_materials_of_courses() -> ClauseElement:
    return paged(_of_courses(lessons=True), IN_ORDER, "course_id")


@statement(Material)
def lesson_materials_counted_of_courses() -> ClauseElement:
    return counted_by(_of_courses(lessons=True), "course_id")


def _of_subjects() -> Select[Any]:
    return _materials().where(among(table(Material).c.subject_id))


@statement(Material)
def materials_of_subjects() -> ClauseElement:
    return paged(_of_subjects(), IN_ORDER, "subject_id")


@statement(Material)
def materials_counted_of_subjects() -> ClauseElement:
    return counted_by(_of_subjects(), "subject_id")
