"""The rule of `domain/ties.py` as SQL conditions."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    Select,
    Table,
    Uuid,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import DAY, SCHOOL, among, holds_on_day, table
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment
from db.tables.guardians import Guardian, Guardianship
from db.tables.periods import AcademicYear
from db.tables.students import Student
from domain.ties import Restriction


def is_there(person: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    return person.c.active & holds_on_day(person, day)


def has_not_left(person: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    """Whether they are there, or will come."""
    return person.c.active & (person.c.ends_on.is_(None) | (person.c.ends_on >= day))


def is_open(place: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    """Whether the class group or course is open. A course without a year has that of its class
    group."""
    year, group = table(AcademicYear), table(ClassGroup).alias("group_of_course")
    year_id: Any = place.c.academic_year_id
    if place.name == Course.__tablename__:
        of_group = select(group.c.academic_year_id).where(
            group.c.school_id == SCHOOL, group.c.id == place.c.class_group_id
        )
        year_id = func.coalesce(year_id, of_group.correlate(place).scalar_subquery())
    over = exists().where(year.c.school_id == SCHOOL, year.c.id == year_id, year.c.ends_on < day)
    return place.c.active & ~over


def is_open_until(place: Table, end: ColumnElement[Any]) -> ColumnElement[bool]:
    """As `is_open`, where the year's `end` is at hand."""
    return place.c.active & (end.is_(None) | (end >= DAY))


def standing(place: Table, its_year: Any, year: ColumnElement[Any]) -> ColumnElement[bool]:
    """The class groups or courses of the `year`, if it is given; or else those that are open, or
    those that are not any more where `is_over` says so. Where `put_away` does, those that were put
    away, of whichever year or of the given one."""
    over = bindparam("is_over", False, type_=Boolean)
    put_away = bindparam("put_away", False, type_=Boolean)
    return case(
        (put_away, ~place.c.active & (year.is_(None) | (its_year == year))),
        (year.is_not(None), place.c.active & (its_year == year)),
        (over, ~is_open(place)),
        else_=is_open(place),
    )


def learning(day: ColumnElement[Any] = DAY, *, now: bool = False) -> Any:
    """The students who learn in each course on the day: by an enrolment, or with the whole class.

    Courses of past years count too, as what was learnt stays in the diary; `now` selects open
    courses only. The day may be a column of the outer statement. Returns a subquery, which
    SQLAlchemy does not type.
    """
    enrolment, course, group = table(Enrolment), table(Course), table(ClassGroup)
    around = [day.table] if isinstance(day, Column) else []
    enrolled = (enrolment.c.school_id == SCHOOL) & enrolment.c.active & holds_on_day(enrolment, day)
    directly = select(
        enrolment.c.school_id, enrolment.c.student_id, enrolment.c.course_id.label("course_id")
    ).where(enrolment.c.course_id.is_not(None), enrolled)
    with_the_class = (
        select(enrolment.c.school_id, enrolment.c.student_id, course.c.id.label("course_id"))
        .join(
            course,
            (course.c.school_id == enrolment.c.school_id)
            & (course.c.class_group_id == enrolment.c.class_group_id)
            & course.c.whole_class,
        )
        .where(enrolled)
    )
    if now:
        its_course = (course.c.school_id == enrolment.c.school_id) & (
            course.c.id == enrolment.c.course_id
        )
        its_group = (group.c.school_id == enrolment.c.school_id) & (
            group.c.id == enrolment.c.class_group_id
        )
        directly = directly.join(course, its_course).where(is_open(course, day))
        with_the_class = with_the_class.join(group, its_group).where(
            is_open(course, day), is_open(group, day)
        )
    return union(directly.correlate(*around), with_the_class.correlate(*around)).subquery(
        "learning"
    )


Students = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""The condition of a column that holds the id of one of some students."""


def in_class_groups(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the column holds a student who has ever been in one of the class groups, by `ids`.
    PostgreSQL reads them first, and then uses an index."""
    tie = table(Enrolment).alias("in_class_groups")
    students = select(tie.c.student_id).where(
        tie.c.school_id == SCHOOL, among(tie.c.class_group_id), tie.c.active
    )
    return column == any_(func.array(students.scalar_subquery(), type_=ARRAY(Uuid())))


SINCE = bindparam("since", type_=Date)
"""What ended on this day or later is kept: `domain.ties.kept_since`."""


def days_between(first: Any, last: Any) -> ColumnElement[Any]:  # dates, of any expression
    """The range from the first day to the last; open where one is null."""
    return func.daterange(first, last, literal_column("'[]'"))


def multirange(days: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.datemultirange(days, type_=DATEMULTIRANGE())


def all_of(ranges: ColumnElement[Any]) -> ColumnElement[Any]:
    """The days of all the group's ranges."""
    return func.range_agg(ranges, type_=DATEMULTIRANGE())


def on_day(days: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[bool]:
    return days.op("@>", is_comparison=True)(day)


def stays(*, begun: bool = False) -> Select[Any]:
    """Each enrolment of a student with its `first` and `last` day there, as far as the student was
    in the school; null where open. Only those that have `begun` by the statement's day, if told."""
    enrolment, student = table(Enrolment), table(Student)
    first = func.greatest(enrolment.c.begins_on, student.c.begins_on)
    last = func.least(enrolment.c.ends_on, student.c.ends_on)
    found = (
        select(
            enrolment.c.school_id,
            enrolment.c.student_id,
            enrolment.c.class_group_id,
            enrolment.c.course_id,
            first.label("first"),
            last.label("last"),
        )
        .join(
            student,
            (student.c.school_id == enrolment.c.school_id)
            & (student.c.id == enrolment.c.student_id),
        )
        .where(enrolment.c.school_id == SCHOOL, enrolment.c.active, forwards(first, last))
    )
    return found.where(first.is_(None) | (first <= DAY)) if begun else found


def forwards(first: ColumnElement[Any], last: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether there is a day from the first to the last: PostgreSQL makes a range of no others."""
    return or_(first.is_(None), last.is_(None), first <= last)


def learnt(*, begun: bool = False) -> Any:
    """The `days` on which each student has learnt in each course, by an enrolment or with the whole
    class, within the course's year: one row for each student and course. `stays` says which
    enrolments count.

    Returns a subquery, which SQLAlchemy does not type.
    """
    course, group, year = table(Course), table(ClassGroup), table(AcademicYear)
    own: Any = course.alias("own_course")
    direct = stays(begun=begun).subquery("direct")
    in_class = stays(begun=begun).subquery("in_class")
    each = union_all(
        select(
            direct.c.school_id, direct.c.student_id, direct.c.course_id,
            direct.c.first, direct.c.last,
        ).where(direct.c.course_id.is_not(None)),
        select(
            in_class.c.school_id, in_class.c.student_id, course.c.id,
            in_class.c.first, in_class.c.last,
        ).join(
            course,
            (course.c.school_id == in_class.c.school_id)
            & (course.c.class_group_id == in_class.c.class_group_id)
            & course.c.whole_class,
        ),
    ).subquery("each_stay")  # fmt: skip
    year_id = func.coalesce(own.c.academic_year_id, group.c.academic_year_id)
    first = func.greatest(each.c.first, year.c.starts_on)
    last = func.least(each.c.last, year.c.ends_on)
    keys = (each.c.school_id, each.c.student_id, each.c.course_id)
    return (
        select(*keys, all_of(days_between(first, last)).label("days"))
        .select_from(
            each.join(own, (own.c.school_id == each.c.school_id) & (own.c.id == each.c.course_id))
            .outerjoin(
                group,
                (group.c.school_id == own.c.school_id) & (group.c.id == own.c.class_group_id),
            )
            .outerjoin(year, (year.c.school_id == own.c.school_id) & (year.c.id == year_id))
        )
        .where(own.c.school_id == SCHOOL, forwards(first, last))
        .group_by(*keys)
        .subquery("learnt")
    )


def learnt_between(
    first: ColumnElement[Any], last: ColumnElement[Any], of: Students = among
) -> Any:
    """As `learnt`, of the students among `ids` or of others, by the enrolments alone that have a
    day from the first to the last. Each enrolment is looked at once, which takes less time for a
    diary."""
    course, tie, student = table(Course), table(Enrolment), table(Student)
    group, year = table(ClassGroup), table(AcademicYear)
    stay = stays().where(
        of(tie.c.student_id),
        of(student.c.id),  # or else PostgreSQL would read the whole school
        tie.c.begins_on.is_(None) | (tie.c.begins_on <= last),
        tie.c.ends_on.is_(None) | (tie.c.ends_on >= first),
    )
    here = stay.subquery("stay")
    keys = (here.c.school_id, here.c.student_id, course.c.id)
    year_id = func.coalesce(course.c.academic_year_id, group.c.academic_year_id)
    begins = func.greatest(here.c.first, year.c.starts_on)
    ends = func.least(here.c.last, year.c.ends_on)
    with_class = (course.c.class_group_id == here.c.class_group_id) & course.c.whole_class
    return (
        select(
            here.c.school_id,
            here.c.student_id,
            course.c.id.label("course_id"),
            all_of(days_between(begins, ends)).label("days"),
        )
        .join(
            course,
            (course.c.school_id == here.c.school_id)
            & ((course.c.id == here.c.course_id) | with_class),
        )
        .outerjoin(
            group,
            (group.c.school_id == course.c.school_id) & (group.c.id == course.c.class_group_id),
        )
        .outerjoin(year, (year.c.school_id == course.c.school_id) & (year.c.id == year_id))
        .where(forwards(begins, ends))
        .group_by(*keys)
        .subquery("learnt")
    )


Years = Callable[[Table], ColumnElement[bool]]
"""The condition of academic years, of which a class group may have none."""


def stayed(*, begun: bool = False, of: Years = lambda _: true()) -> Any:
    """The `days` on which each student has been in each class group, within its year; or in those
    of some years alone."""
    group, year = table(ClassGroup), table(AcademicYear)
    stay = stays(begun=begun).subquery("stay")
    first = func.greatest(stay.c.first, year.c.starts_on)
    last = func.least(stay.c.last, year.c.ends_on)
    keys = (stay.c.school_id, stay.c.student_id, stay.c.class_group_id)
    return (
        select(*keys, all_of(days_between(first, last)).label("days"))
        .join(
            group,
            (group.c.school_id == stay.c.school_id) & (group.c.id == stay.c.class_group_id),
        )
        .outerjoin(
            year,
            (year.c.school_id == group.c.school_id) & (year.c.id == group.c.academic_year_id),
        )
        .where(forwards(first, last), or_(year.c.id.is_(None), of(year)))
        .group_by(*keys)
        .subquery("stayed")
    )


def is_seen(guardianship: Table) -> ColumnElement[bool]:
    """Whether the guardian sees the child at all."""
    return guardianship.c.restriction.is_distinct_from(Restriction.NOTHING_SEEN.value)


def is_reached(guardianship: Table) -> ColumnElement[bool]:
    """Whether the guardian sees the contacts of the child."""
    return guardianship.c.restriction.is_(None)


def has_left(person: Table) -> ColumnElement[bool]:
    """Whether the person has left by the day, and what was theirs is kept."""
    return person.c.active & (person.c.ends_on < DAY) & (person.c.ends_on >= SINCE)


def lasted(tie: Table, last_day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a tie of somebody who left held on their last day, and has not ended otherwise."""
    ended = tie.c.ends_on.is_not(None) & (tie.c.ends_on != last_day) & (tie.c.ends_on < DAY)
    return holds_on_day(tie, last_day) & ~ended


def held_to_end(tie: Table | None, end: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a course or class group whose year ends on the day `end` is read, by the tie that
    holds it or held it until then."""
    kept = end.is_(None) | (end >= SINCE)
    return kept if tie is None else kept & holds_on_day(tie, func.least(DAY, end))


def placed() -> Select[Any]:
    """The students in each class group on the day. It does not check that the students are
    there."""
    enrolment, group = table(Enrolment), table(ClassGroup)
    return (
        select(enrolment.c.school_id, enrolment.c.student_id, enrolment.c.class_group_id)
        .join(
            group,
            (group.c.school_id == enrolment.c.school_id)
            & (group.c.id == enrolment.c.class_group_id),
        )
        .where(
            enrolment.c.school_id == SCHOOL,
            enrolment.c.active,
            holds_on_day(enrolment),
            is_open(group),
        )
    )


def guarding() -> Select[Any]:
    """The guardians of each student on the day. It does not check that the students are there."""
    tie, guardian = table(Guardianship), table(Guardian)
    return (
        select(tie.c.school_id, tie.c.student_id, tie.c.guardian_id)
        .join(
            guardian,
            (guardian.c.school_id == tie.c.school_id) & (guardian.c.id == tie.c.guardian_id),
        )
        .where(tie.c.school_id == SCHOOL, holds_on_day(tie), is_there(guardian))
    )
