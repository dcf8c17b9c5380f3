"""The ties of a viewer's own people to others, courses and class groups, in one school."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ClauseElement,
    ColumnElement,
    Select,
    Uuid,
    all_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE
from sqlalchemy.sql.elements import CollectionAggregate

from db.reading.parts import DAY, SCHOOL, holds_on_day, table
from db.reading.ties import (
    all_of,
    days_between,
    guarding,
    has_left,
    held_to_end,
    is_open,
    is_open_until,
    is_reached,
    is_seen,
    is_there,
    lasted,
    multirange,
    on_day,
    placed,
    stayed,
    stays,
)
from db.statement import statement
from db.tables.accounts import Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Teaching
from db.tables.guardians import Guardian, Guardianship
from db.tables.periods import AcademicYear
from db.tables.students import Student


class DayRange(Protocol):
    """Days from the first to before `upper`; open where one is null."""

    lower: date | None
    upper: date | None


class TieRow(Protocol):
    """`name` says what the record `id` is to the viewer: CHILD, COURSE_TAUGHT and so on.

    `days` are those on which it is, of a tie that has days; all days if it is null. `writes` says
    whether the tie holds today; where it does not, the viewer only reads on.
    """

    name: str
    id: UUID
    days: list[DayRange] | None
    writes: bool


ALL_DAYS = multirange(days_between(null(), null())).label("days")


def _tie(
    name: str | ColumnElement[str],
    column: ColumnElement[UUID],
    days: ColumnElement[Any] | None = None,
    writes: ColumnElement[bool] | None = None,
) -> Any:  # SQLAlchemy types a select by its columns
    return select(
        (literal(name) if isinstance(name, str) else name).label("name"),
        column.label("id"),
        cast(null() if days is None else days, DATEMULTIRANGE).label("days"),
        (true() if writes is None else writes).label("writes"),
    )


def _array(column: ColumnElement[UUID], *where: ColumnElement[bool]) -> Any:
    return func.array(select(column).where(*where).scalar_subquery(), type_=ARRAY(Uuid()))


def _each_of(column: ColumnElement[UUID], *where: ColumnElement[bool]) -> CollectionAggregate[Any]:
    """A condition's array of a column's values. PostgreSQL reads the array first and then uses an
    index; with a join it would read the whole school."""
    return any_(_array(column, *where))


def _places(people: CTE, **names: str) -> tuple[list[Select[Any]], list[Select[Any]]]:
    """The courses and the class groups of `people`, who are students with the `days` that the
    viewer may read of them and whether he `writes`; as ties of these names. A tie to a course has
    days of the course's year alone, as what was learnt there; one to a class group ends with its
    year.

    Days are joined place by place before the courses of whole classes are looked up: a class has
    been in few class groups, and in many courses.
    """
    stay = stays().subquery("stay")
    days = multirange(days_between(stay.c.first, stay.c.last)).op("*")(people.c.days)
    places = (
        select(
            stay.c.class_group_id,
            stay.c.course_id,
            all_of(days).label("days"),
            func.bool_or(people.c.writes & on_day(days, DAY)).label("writes"),
        )
        .join(people, people.c.student_id == stay.c.student_id)
        .where(stay.c.student_id == _each_of(people.c.student_id))
        .group_by(stay.c.class_group_id, stay.c.course_id)
        .cte(f"places_of_{people.name}")
    )
    direct, with_class = table(Course).alias("direct"), table(Course).alias("with_class")
    in_course, in_class = direct.c.id, with_class.c.class_group_id
    courses = [
        _learnt_in(places, direct, names["course"], in_course == places.c.course_id).where(
            in_course == _each_of(places.c.course_id)
        ),
        _learnt_in(places, with_class, names["course"], in_class == places.c.class_group_id).where(
            in_class == _each_of(places.c.class_group_id), with_class.c.whole_class
        ),
    ]
    groups: list[Select[Any]] = []
    if "class_group" in names:
        group, year = table(ClassGroup), table(AcademicYear)
        until = multirange(days_between(null(), year.c.ends_on))
        groups.append(
            _tie(
                names["class_group"],
                places.c.class_group_id,
                places.c.days.op("*")(until),
                places.c.writes & (year.c.ends_on.is_(None) | (year.c.ends_on >= DAY)),
            )
            .join(group, group.c.id == places.c.class_group_id)
            .outerjoin(
                year,
                (year.c.school_id == group.c.school_id) & (year.c.id == group.c.academic_year_id),
            )
            .where(group.c.school_id == SCHOOL)
        )
    return courses, groups


def _learnt_in(places: CTE, course: Any, name: str, there: ColumnElement[bool]) -> Select[Any]:
    """The ties to the courses that are had in the places, on the days of these in the year of the
    course; they are written in while that goes on."""
    group, year = table(ClassGroup), table(AcademicYear)
    of_year = func.coalesce(course.c.academic_year_id, group.c.academic_year_id)
    in_year = multirange(days_between(year.c.starts_on, year.c.ends_on))
    writes = places.c.writes & is_open_until(course, year.c.ends_on)
    tie: Select[Any] = _tie(name, course.c.id, places.c.days.op("*")(in_year), writes)
    return (
        tie.join(places, there)
        .outerjoin(
            group,
            (group.c.school_id == course.c.school_id) & (group.c.id == course.c.class_group_id),
        )
        .outerjoin(year, (year.c.school_id == course.c.school_id) & (year.c.id == of_year))
        .where(course.c.school_id == SCHOOL)
    )


def _with_subjects(to_courses: Sequence[Any], *others: Any) -> ClauseElement:
    """The ties, and for each that leads to a course one of the like name to its subject."""
    course, each = table(Course), union_all(*to_courses).cte("to_courses")
    name = func.replace(each.c.name, literal_column("'COURSE'"), literal_column("'SUBJECT'"))
    ever = each.c.days.is_(None) | ~func.isempty(each.c.days)
    subjects = (
        _tie(name, course.c.subject_id, writes=func.bool_or(each.c.writes))
        .join(course, course.c.id == each.c.id)
        .where(course.c.school_id == SCHOOL, course.c.subject_id.is_not(None), ever)
        .group_by(name, course.c.subject_id)
    )
    return union_all(select(*each.c), subjects, *others)


@statement(Membership)
def ties_of_family() -> ClauseElement:
    """The ties of students and guardians, who are the viewer's own people, on a day in one school.

    The caller has checked that the students are there, or have left and read on. Guardians are
    checked here, with each of their children.
    """
    students = any_(bindparam("students", type_=ARRAY(Uuid())))
    guardians = any_(bindparam("guardians", type_=ARRAY(Uuid())))
    student, guardianship, guardian = table(Student), table(Guardianship), table(Guardian)
    guarded = guarding().subquery("guarded")
    holds = holds_on_day(guardianship) & is_there(guardian) & is_there(student)
    # Guardians may have left since, with a child who left later.
    held = lasted(guardianship, student.c.ends_on) & holds_on_day(guardian, student.c.ends_on)
    children = (
        select(
            guardianship.c.student_id,
            guardianship.c.guardian_id,
            holds.label("writes"),
            ALL_DAYS,
            is_reached(guardianship).label("reached"),
        )
        .join(
            guardian,
            (guardian.c.school_id == guardianship.c.school_id)
            & (guardian.c.id == guardianship.c.guardian_id),
        )
        .join(
            student,
            (student.c.school_id == guardianship.c.school_id)
            & (student.c.id == guardianship.c.student_id),
        )
        .where(
            guardianship.c.school_id == SCHOOL,
            guardianship.c.guardian_id == guardians,
            guardian.c.active,
            is_seen(guardianship),
            holds | (has_left(student) & held),
        )
        .cte("children")
    )
    own = (
        select(student.c.id.label("student_id"), is_there(student).label("writes"), ALL_DAYS)
        .where(student.c.school_id == SCHOOL, student.c.id == students)
        .cte("own")
    )
    child_ids = _each_of(children.c.student_id, children.c.writes, children.c.reached)
    own_courses, own_groups = _places(own, course="COURSE_OF_SELF", class_group="CLASS_OF_SELF")
    courses, groups = _places(children, course="COURSE_OF_CHILD", class_group="CLASS_OF_CHILD")
    return _with_subjects(
        [*own_courses, *courses],
        _tie("GUARDIAN", children.c.guardian_id, writes=children.c.writes),
        _tie("CHILD", children.c.student_id, writes=children.c.writes),
        _tie("CHILD_IN_CUSTODY", children.c.student_id, writes=children.c.writes).where(
            children.c.reached
        ),
        *own_groups,
        *groups,
        _tie("GUARDIAN_OF_SELF", guarded.c.guardian_id).where(
            guarded.c.student_id == _each_of(own.c.student_id, own.c.writes)
        ),
        _tie("GUARDIAN_OF_CHILD", guarded.c.guardian_id).where(guarded.c.student_id == child_ids),
    )


def _taught(teachers: ColumnElement[Any]) -> Select[Any]:
    """The courses that the teachers read, with the end of their year; they write in those that go
    on."""
    teaching, course, group = table(Teaching), table(Course), table(ClassGroup)
    year = table(AcademicYear)
    end = year.c.ends_on
    year_id = func.coalesce(course.c.academic_year_id, group.c.academic_year_id)
    return (
        select(
            teaching.c.course_id,
            func.max(end).label("ends_on"),
            course.c.class_group_id,
            course.c.whole_class,
            func.bool_or(is_open_until(course, end)).label("writes"),
        )
        .join(
            course,
            (course.c.school_id == teaching.c.school_id) & (course.c.id == teaching.c.course_id),
        )
        .outerjoin(
            group,
            (group.c.school_id == course.c.school_id) & (group.c.id == course.c.class_group_id),
        )
        .outerjoin(year, (year.c.school_id == course.c.school_id) & (year.c.id == year_id))
        .where(
            teaching.c.school_id == SCHOOL,
            teaching.c.teacher_id == teachers,
            teaching.c.active,
            held_to_end(teaching, end),
        )
        .group_by(teaching.c.course_id, course.c.class_group_id, course.c.whole_class)
    )


def _students_taught(taught: CTE) -> Select[Any]:
    """Those who have learnt in the courses, until the end of the year."""
    student, places = table(Student), [stays(begun=True).subquery(f"stay_{n}") for n in (1, 2)]
    in_course, in_class = places
    learners = union_all(
        _stays_taught(in_course, taught, in_course.c.course_id == taught.c.course_id).where(
            in_course.c.course_id == _each_of(taught.c.course_id)
        ),
        _stays_taught(
            in_class,
            taught,
            (in_class.c.class_group_id == taught.c.class_group_id) & taught.c.whole_class,
        ).where(in_class.c.class_group_id == _each_of(taught.c.class_group_id)),
    ).subquery("learners")
    days, today = learners.c.days, on_day(learners.c.days, DAY)
    writes = func.bool_or(learners.c.writes & today & is_there(student))
    found: Select[Any] = (
        _tie("STUDENT_TAUGHT", learners.c.student_id, all_of(days), writes)
        .join(student, student.c.id == learners.c.student_id)
        .where(student.c.school_id == SCHOOL, student.c.active)
        .group_by(learners.c.student_id)
    )
    return found


def _stays_taught(stay: Any, taught: CTE, joined: ColumnElement[bool]) -> Select[Any]:
    until = multirange(days_between(null(), taught.c.ends_on))
    days = multirange(days_between(stay.c.first, stay.c.last)).op("*")(until)
    return select(stay.c.student_id, days.label("days"), taught.c.writes).join(taught, joined)


def _led(teachers: ColumnElement[Any]) -> Select[Any]:
    """The class groups that the teachers lead, or have led to their end."""
    group, year = table(ClassGroup), table(AcademicYear)
    return (
        select(group.c.id, is_open_until(group, year.c.ends_on).label("writes"))
        .outerjoin(
            year,
            (year.c.school_id == group.c.school_id) & (year.c.id == group.c.academic_year_id),
        )
        .where(
            group.c.school_id == SCHOOL,
            (group.c.class_teacher_id == teachers) | (group.c.deputy_id == teachers),
            group.c.active,
            held_to_end(None, year.c.ends_on),
        )
    )


def _former(led: ColumnElement[Any], pupils: Any) -> Select[Any]:
    """The students who were in one of the class groups, with their days there, but for the pupils
    of today."""
    student, was_there = table(Student), stayed(begun=True)
    return (
        select(was_there.c.student_id, all_of(was_there.c.days).label("days"))
        .join(
            student,
            (student.c.school_id == was_there.c.school_id)
            & (student.c.id == was_there.c.student_id),
        )
        .where(
            was_there.c.class_group_id == led,
            was_there.c.student_id != all_(pupils),
            student.c.school_id == SCHOOL,
            student.c.active,
        )
        .group_by(was_there.c.student_id)
    )


@statement(Membership)
def ties_of_teachers() -> ClauseElement:
    """The ties of teachers, who are the viewer's own people, on a day in one school. They are
    there.

    A class teacher is tied to the class group, and through its students to the courses that they
    have learnt in.
    """
    teachers = any_(bindparam("teachers", type_=ARRAY(Uuid())))
    student, course = table(Student), table(Course)
    guarded, in_group = guarding().subquery("guarded"), placed().subquery("placed")
    taught, led = _taught(teachers).cte("taught"), _led(teachers).cte("led")
    led_ids, open_ids = _each_of(led.c.id), _each_of(led.c.id, led.c.writes)
    pupils = (
        select(student.c.id.label("student_id"))
        .join(
            in_group,
            (in_group.c.school_id == student.c.school_id) & (in_group.c.student_id == student.c.id),
        )
        .where(
            student.c.school_id == SCHOOL,
            in_group.c.class_group_id == open_ids,
            is_there(student),
        )
        .cte("pupils")
    )
    pupil_ids = _each_of(pupils.c.student_id)
    former = _former(led_ids, _array(pupils.c.student_id)).cte("former")
    seen = union_all(
        select(pupils.c.student_id, true().label("writes"), ALL_DAYS),
        select(former.c.student_id, false(), former.c.days),
    ).cte("seen")
    of_class = _tie(
        "COURSE_LED",
        course.c.id,
        writes=is_open(course) & (course.c.class_group_id == open_ids),
    ).where(course.c.school_id == SCHOOL, course.c.class_group_id == led_ids)
    courses, _ = _places(seen, course="COURSE_LED")
    return _with_subjects(
        [_tie("COURSE_TAUGHT", taught.c.course_id, writes=taught.c.writes), of_class, *courses],
        _students_taught(taught),
        _tie("CLASS_LED", led.c.id, writes=led.c.writes),
        _tie("CLASS_TAUGHT", taught.c.class_group_id, writes=func.bool_or(taught.c.writes))
        .where(taught.c.class_group_id.is_not(None))
        .group_by(taught.c.class_group_id),
        _tie("STUDENT_LED", pupils.c.student_id),
        _tie("STUDENT_WAS_LED", former.c.student_id, former.c.days, false()),
        _tie("GUARDIAN_OF_LED", guarded.c.guardian_id).where(guarded.c.student_id == pupil_ids),
    )
