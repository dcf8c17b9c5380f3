"""Homework by the lesson at which it was set or is due, by class group and by student."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    Integer,
    Select,
    String,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from db.reading.listing import counted_by, id_of, paged
from db.reading.parts import DAY, FIRST, LAST, SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import learnt_between, on_day
from db.reading.years import courses_taken
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus
from db.tables.lessons import Lesson
from db.tables.schools import School
from db.tables.students import Student
from domain.homework import OPEN, HomeworkState

LONGEST_BEFORE = literal_column("400", Integer)
"""How many days before it is due homework may have been set, to be on a student's list."""
ASSIGNED = literal_column(f"'{HomeworkState.ASSIGNED}'", String)
TO_DO = [literal_column(f"'{state}'", String) for state in sorted(OPEN)]


@statement(Homework)
def homework_of_lessons() -> ClauseElement:
    homework = table(Homework)
    return (
        select(*columns(Homework))
        .where(
            homework.c.school_id == SCHOOL,
            among(homework.c.lesson_id),
            homework.c.withdrawn.is_(False),
        )
        .order_by(homework.c.set_at, homework.c.id)
    )


@statement(Homework)
def withdrawn_homework_of_lessons() -> ClauseElement:
    """Withdrawn homework with all that is hidden from others, for those who may restore it."""
    homework = table(Homework)
    return (
        select(*columns(Homework))
        .where(homework.c.school_id == SCHOOL, among(homework.c.lesson_id), homework.c.withdrawn)
        .order_by(homework.c.set_at, homework.c.id)
    )


@statement(Homework)
def homework_due_at_lessons() -> ClauseElement:
    """What is due at each lesson, and what is due on its day in its course and at no lesson."""
    own, lesson = table(Homework), table(Lesson)
    here = (
        own.c.school_id == SCHOOL,
        lesson.c.school_id == SCHOOL,
        among(lesson.c.id),
        own.c.withdrawn.is_(False),
    )
    shown = (*columns(Homework), lesson.c.id.label("at_lesson_id"))
    at_it = select(*shown).where(*here, own.c.due_lesson_id == lesson.c.id)
    on_its_day = select(*shown).where(
        *here,
        own.c.due_lesson_id.is_(None),
        own.c.course_id == lesson.c.course_id,
        own.c.due_on == lesson.c.day,
    )
    due = union_all(at_it, on_its_day).subquery("due")
    return select(*due.c).order_by(due.c.set_at, due.c.id)


@statement(ClassGroup)
def class_groups_of_courses() -> ClauseElement:
    """The class groups whose courses these are, by `ids`, or whose students are enrolled in them on
    the day."""
    group, course, in_group = table(ClassGroup), table(Course), table(Enrolment)
    direct: Any = in_group.alias("direct")
    own = select(course.c.class_group_id).where(course.c.school_id == SCHOOL, among(course.c.id))
    of_students = (
        select(in_group.c.class_group_id)
        .join(
            direct,
            (direct.c.school_id == in_group.c.school_id)
            & (direct.c.student_id == in_group.c.student_id),
        )
        .where(
            direct.c.school_id == SCHOOL,
            among(direct.c.course_id),
            *(each.c.active & holds_on_day(each) for each in (in_group, direct)),
        )
    )
    taking = union(own, of_students).subquery("taking")
    found = select(*columns(ClassGroup)).where(group.c.school_id == SCHOOL)
    return found.where(group.c.id.in_(select(taking.c.class_group_id))).order_by(group.c.sort_key)


@statement(Homework)
def homework_due_in_class_groups() -> ClauseElement:
    """What is due in the span for all who learn in the courses of each class group, with what its
    load is reckoned from."""
    own, course, group, school = table(Homework), table(Course), table(ClassGroup), table(School)
    taken = courses_taken(FIRST, LAST)
    return (
        select(
            own.c.school_id,
            own.c.id,
            own.c.course_id,
            own.c.due_on,
            own.c.expected_minutes,
            taken.c.class_group_id,
            course.c.subject_id,
            course.c.whole_class,
            group.c.name.label("group_name"),
            group.c.grade_level,
            school.c.homework_limits,
        )
        .join(taken, taken.c.course_id == own.c.course_id)
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == own.c.course_id))
        .join(group, (group.c.school_id == SCHOOL) & (group.c.id == taken.c.class_group_id))
        .join(school, school.c.school_id == own.c.school_id)
        .where(
            own.c.school_id == SCHOOL,
            own.c.due_on.between(FIRST, LAST),
            own.c.withdrawn.is_(False),
            own.c.student_ids.is_(None),
        )
        .order_by(own.c.due_on, own.c.set_at, own.c.id)
    )


def _is_for(homework: Any, student: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(homework.c.student_ids.is_(None), student == any_(homework.c.student_ids))


def _as_asked(state: ColumnElement[Any], due_on: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it is in the `state` asked for, if any is."""
    asked = bindparam("state", None, type_=String)
    overdue = (asked == "OVERDUE") & (due_on < DAY) & or_(*(state == each for each in TO_DO))
    return or_(asked.is_(None), asked == state, overdue)


def _homework_of_students() -> Select[Any]:
    own, status, course = table(Homework), table(HomeworkStatus), table(Course)
    had = learnt_between(FIRST - LONGEST_BEFORE, LAST)
    state = func.coalesce(status.c.state, ASSIGNED)
    subject = id_of("subject")
    return (
        select(
            own.c.school_id,
            own.c.id.label("homework_id"),
            had.c.student_id,
            own.c.course_id,
            course.c.subject_id,
            own.c.lesson_day,
            own.c.due_on,
            state.label("state"),
            status.c.id.label("status_id"),
            DAY.label("as_of"),
        )
        .join(had, (had.c.school_id == own.c.school_id) & (had.c.course_id == own.c.course_id))
        .join(course, (course.c.school_id == own.c.school_id) & (course.c.id == own.c.course_id))
        .outerjoin(
            status,
            (status.c.school_id == own.c.school_id)
            & (status.c.homework_id == own.c.id)
            & (status.c.student_id == had.c.student_id),
        )
        .where(
            own.c.school_id == SCHOOL,
            among(had.c.student_id),
            on_day(had.c.days, own.c.lesson_day),
            own.c.due_on.between(FIRST, LAST),
            own.c.withdrawn.is_(False),
            _is_for(own, had.c.student_id),
            or_(subject.is_(None), course.c.subject_id == subject),
            _as_asked(state, own.c.due_on),
        )
    )


@statement(HomeworkStatus)
def homework_of_students() -> ClauseElement:
    """What is due for each student in the span, whatever they learn today, in the order of the days
    by which it is due; of each student a page, if one is asked for. `as_of` is today."""
    return paged(_homework_of_students(), ("due_on", "homework_id"), "student_id")


@statement(HomeworkStatus)
def homework_counted_of_students() -> ClauseElement:
    return counted_by(_homework_of_students(), "student_id")


def _learning(place: Any, course: Any, day: ColumnElement[Any], *shown: Any) -> Select[Any]:
    """Who learnt in the course of the place on the day, and was in the school, each once."""
    tie, student = table(Enrolment), table(Student)
    with_class = course.c.whole_class & (tie.c.class_group_id == course.c.class_group_id)
    return (
        select(*shown)
        .select_from(place)
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == place.c.course_id))
        .join(
            tie,
            (tie.c.school_id == SCHOOL) & or_(tie.c.course_id == course.c.id, with_class),
        )
        .join(student, (student.c.school_id == SCHOOL) & (student.c.id == tie.c.student_id))
        .where(
            place.c.school_id == SCHOOL,
            among(place.c.id),
            tie.c.active,
            holds_on_day(tie, day),
            holds_on_day(student, day),
        )
        .distinct()
    )


@statement(HomeworkStatus)
def students_of_homework() -> ClauseElement:
    """A row for each student whom the homework is for, by name: those who learnt in its course on
    the day of its lesson, or of them those whom alone it is for. `as_of` is today."""
    own, status, student = table(Homework), table(HomeworkStatus), table(Student)
    learners = _learning(
        own, table(Course), own.c.lesson_day,
        own.c.id.label("homework_id"), student.c.id.label("student_id"), student.c.sort_key,
        own.c.school_id, own.c.course_id, own.c.lesson_day, own.c.due_on,
    ).where(_is_for(own, student.c.id)).subquery("learners")  # fmt: skip
    return (
        select(
            learners.c.school_id,
            learners.c.homework_id,
            learners.c.student_id,
            learners.c.course_id,
            learners.c.lesson_day,
            learners.c.due_on,
            func.coalesce(status.c.state, ASSIGNED).label("state"),
            status.c.id.label("status_id"),
            DAY.label("as_of"),
        )
        .outerjoin(
            status,
            (status.c.school_id == SCHOOL)
            & (status.c.homework_id == learners.c.homework_id)
            & (status.c.student_id == learners.c.student_id),
        )
        .order_by(learners.c.homework_id, learners.c.sort_key, learners.c.student_id)
    )


@statement(Enrolment)
def students_at_lessons() -> ClauseElement:
    """Who learnt at lessons, by `ids`: in their course on their day."""
    lesson, student = table(Lesson), table(Student)
    shown = (lesson.c.id.label("lesson_id"), student.c.id.label("student_id"))
    return _learning(lesson, table(Course), lesson.c.day, *shown)


@statement(HomeworkStatus)
def homework_statuses_by_id() -> ClauseElement:
    status = table(HomeworkStatus)
    return select(*columns(HomeworkStatus)).where(status.c.school_id == SCHOOL, among(status.c.id))
