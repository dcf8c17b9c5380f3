"""Materials by what they are of, searched and a page at a time."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Select,
    Uuid,
    any_,
    bindparam,
    exists,
    or_,
    select,
    union,
)

from db.reading.listing import counted_by, has_words, id_of, paged
from db.reading.parts import DAY, SCHOOL, among, columns, table
from db.reading.records import with_account
from db.reading.ties import days_between, learnt, on_day
from db.reading.years import YEAR, same
from db.statement import statement
from db.tables.courses import Course
from db.tables.materials import WITHDRAWAL, Material, MaterialOpening
from db.tables.periods import AcademicYear

IN_ORDER = ("added_at", "id")


def _materials(*more: Any) -> Select[Any]:
    """Those that stand, with all the `words` that are asked for."""
    own = table(Material)
    return select(*columns(Material), *more).where(
        own.c.school_id == SCHOOL, ~WITHDRAWAL.when(own), has_words(own.c.word_key)
    )


def _withdrawn_of_courses() -> Select[Any]:
    """Those of the courses and of their lessons that were withdrawn, with all that is hidden from
    others, for who may restore them."""
    own = table(Material)
    return select(*columns(Material)).where(
        own.c.school_id == SCHOOL, among(own.c.course_id), WITHDRAWAL.when(own)
    )


@statement(Material)
def withdrawn_materials_of_courses() -> ClauseElement:
    return paged(_withdrawn_of_courses(), IN_ORDER, "course_id")


@statement(Material)
def withdrawn_materials_counted_of_courses() -> ClauseElement:
    return counted_by(_withdrawn_of_courses(), "course_id")


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


def _of_students() -> Select[Any]:
    """Those of the courses that each student learns in today, or of the `year`, with those of their
    subjects; of lessons, those that the student had."""
    own, course, year = table(Material), table(Course), table(AcademicYear)
    had, taken = learnt(), learnt().alias("taken")

    def asked(days: Any) -> Any:  # a condition
        span = days_between(year.c.starts_on, year.c.ends_on)
        within = days.op("&&", is_comparison=True)(span)
        return or_(
            YEAR.is_(None) & on_day(days, DAY),
            YEAR.is_not(None) & exists().where(same(year, YEAR), within),
        )

    subject = id_of("subject")
    of_courses = (
        _materials(had.c.student_id, course.c.subject_id.label("learnt_id"))
        .join(had, (had.c.school_id == own.c.school_id) & (had.c.course_id == own.c.course_id))
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == own.c.course_id))
        .where(
            among(had.c.student_id),
            asked(had.c.days),
            own.c.day.is_(None) | on_day(had.c.days, own.c.day),
        )
    )
    of_subjects = (
        _materials(taken.c.student_id, own.c.subject_id.label("learnt_id"))
        .join(course, (course.c.school_id == SCHOOL) & (course.c.subject_id == own.c.subject_id))
        .join(taken, (taken.c.school_id == SCHOOL) & (taken.c.course_id == course.c.id))
        .where(among(taken.c.student_id), asked(taken.c.days))
    )
    found = union(of_courses, of_subjects).subquery("of_student")
    of_subject = or_(subject.is_(None), found.c.learnt_id == subject)
    shown = [each for each in found.c if each.key != "learnt_id"]
    return select(*shown).where(found.c.school_id == SCHOOL, of_subject)


@statement(Material)
def materials_of_students() -> ClauseElement:
    return paged(_of_students(), IN_ORDER, "student_id")


@statement(Material)
def materials_counted_of_students() -> ClauseElement:
    return counted_by(_of_students(), "student_id")


@statement(MaterialOpening)
def students_of_materials() -> ClauseElement:
    """Which of some `people`, who are students, materials are for, by `ids`."""
    own, course, had = table(Material), table(Course), learnt()
    people = any_(bindparam("people", type_=ARRAY(Uuid())))
    its_own = (own.c.course_id == course.c.id) & (
        own.c.day.is_(None) | on_day(had.c.days, own.c.day)
    )
    return (
        select(had.c.school_id, had.c.student_id)
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == had.c.course_id))
        .join(own, own.c.school_id == course.c.school_id)
        .where(
            own.c.school_id == SCHOOL,
            among(own.c.id),
            had.c.student_id == people,
            or_(its_own, own.c.subject_id == course.c.subject_id),
        )
        .distinct()
    )


@statement(MaterialOpening)
def openings_of_materials() -> ClauseElement:
    """Who has opened the materials, the first before the second, with the names of accounts."""
    opening = table(MaterialOpening)
    found = with_account(MaterialOpening).where(among(opening.c.material_id))
    return found.order_by(opening.c.at, opening.c.id)
