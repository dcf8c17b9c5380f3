"""A year that is opened, and what is put away where that is taken back."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    Date,
    Text,
    Uuid,
    any_,
    cast,
    exists,
    false,
    insert,
    or_,
    select,
    update,
)

from db.reading.parts import DAY, SCHOOL, among, table
from db.reading.years import in_its_year, same
from db.statement import statement
from db.tables.announcements import Announcement
from db.tables.attendance import Attendance
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.events import SchoolEvent
from db.tables.grades import Grade
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus
from db.tables.lessons import Lesson
from db.tables.materials import Material
from db.tables.messages import Conversation
from db.tables.pages import Page
from db.tables.period_grades import PeriodGrade
from db.tables.periods import AcademicYear, DayOff, Period, YearOpening
from db.tables.quizzes import Quiz, QuizTry
from db.tables.remarks import Remark
from db.tables.students import Student
from db.tables.surveys import Survey
from db.writing.audit import noted
from db.writing.parts import ID, new, rows_of


@statement(YearOpening)
def note_opening() -> ClauseElement:
    given = {
        "id": ID,
        **{name: new(YearOpening, name) for name in ("source_id", "leavers", "days_off")},
    }
    return insert(table(YearOpening)).values(school_id=SCHOOL, **given)


@statement(YearOpening)
def opening_of_year() -> ClauseElement:
    opening = table(YearOpening)
    return select(opening).where(opening.c.school_id == SCHOOL, opening.c.id == ID)


@statement(Student)
def leave_with_year() -> ClauseElement:
    """Let students, by `ids`, leave on the `day`."""
    student = table(Student)
    leaving = update(student).values(ends_on=DAY)
    leaving = leaving.where(student.c.school_id == SCHOOL, among(student.c.id))
    return noted(leaving, "CHANGED", "ends_on")


@statement(Student)
def stay_after_year() -> ClauseElement:
    """Give students who were to leave on the `day` the last days that they had before."""
    student = table(Student)
    asked = rows_of({"id": Uuid(), "ends_on": Date()}, "asked")
    staying = (
        update(student)
        .values(ends_on=asked.c.ends_on)
        .where(student.c.school_id == SCHOOL, student.c.id == asked.c.id, student.c.ends_on == DAY)
    )
    return noted(staying, "CHANGED", "ends_on")


@statement(Student)
def leave_with_moved_year() -> ClauseElement:
    """Let students who leave with a year, by the opening of another, leave on its new last day; who
    was to leave on another than the `day` still does."""
    student, opening, opened = table(Student), table(YearOpening), table(AcademicYear)
    last = new(Student, "ends_on")
    leaves = (
        exists()
        .where(opening.c.school_id == SCHOOL, opening.c.source_id == ID)
        .where(opening.c.leavers.has_key(cast(student.c.id, Text())))
        .where(same(opened, opening.c.id), opened.c.active)
    )
    moved = (
        update(student)
        .values(ends_on=last)
        .where(student.c.school_id == SCHOOL, student.c.ends_on == DAY, leaves)
        .where(or_(student.c.begins_on.is_(None), student.c.begins_on <= last))
    )
    return noted(moved, "CHANGED", "ends_on")


def _groups() -> Any:  # the ids of the year's class groups
    group = table(ClassGroup)
    return select(group.c.id).where(group.c.school_id == SCHOOL, group.c.academic_year_id == ID)


def _courses() -> Any:  # the ids of the year's courses
    course, group = table(Course), table(ClassGroup)
    return (
        select(course.c.id)
        .outerjoin(group, same(group, course.c.class_group_id))
        .where(course.c.school_id == SCHOOL, in_its_year(course, group) == ID)
    )


@statement(AcademicYear)
def writing_in_year() -> ClauseElement:
    """A row where somebody has written in the diary of the year's courses, or to its class groups,
    and none where not."""
    year = table(AcademicYear)
    homework, lesson, remark = table(Homework), table(Lesson), table(Remark)
    marks = table(Grade), table(PeriodGrade)
    attendance, done = table(Attendance), table(HomeworkStatus)
    material, quiz, tried = table(Material), table(Quiz), table(QuizTry)
    told = table(Announcement), table(SchoolEvent), table(Survey), table(Conversation)
    of_group = (*told, table(Page))
    held = lesson.c.active & ((lesson.c.status == "HELD") | lesson.c.topic.is_not(None))
    written = (
        exists().where(each.c.school_id == SCHOOL, each.c.course_id.in_(_courses()))
        for each in (*marks, homework, remark, attendance, done, material, quiz, tried, *told)
    )
    said = (
        exists().where(each.c.school_id == SCHOOL, each.c.class_group_id.in_(_groups()))
        for each in of_group
    )
    taught = exists().where(lesson.c.school_id == SCHOOL, lesson.c.course_id.in_(_courses()), held)
    return select(year.c.id).where(same(year, ID), or_(*written, *said, taught))


@statement(Period)
def periods_of_year() -> ClauseElement:
    period = table(Period)
    of_year = period.c.academic_year_id == ID
    found = select(period.c.id).where(period.c.school_id == SCHOOL, of_year, period.c.active)
    return found.order_by(period.c.starts_on, period.c.id)


@statement(DayOff)
def days_off_of_year() -> ClauseElement:
    """Those that were added with the year."""
    day_off, opening = table(DayOff), table(YearOpening)
    return (
        select(day_off.c.id)
        .join(opening, same(opening, ID) & (day_off.c.id == any_(opening.c.days_off)))
        .where(day_off.c.school_id == SCHOOL, day_off.c.active)
        .order_by(day_off.c.starts_on, day_off.c.id)
    )


@statement(Lesson)
def lessons_of_year() -> ClauseElement:
    lesson = table(Lesson)
    found = select(lesson.c.id).where(lesson.c.school_id == SCHOOL, lesson.c.active)
    return found.where(lesson.c.course_id.in_(_courses())).order_by(lesson.c.day, lesson.c.id)


def _away(model: Any, *of_year: Any) -> ClauseElement:
    own = table(model)
    put_away = update(own).values(active=false())
    put_away = put_away.where(own.c.school_id == SCHOOL, own.c.active, or_(*of_year))
    return noted(put_away, "PUT_AWAY", "active")


@statement(Enrolment)
def put_away_enrolments() -> ClauseElement:
    tie = table(Enrolment)
    in_group = tie.c.class_group_id.in_(_groups())
    return _away(Enrolment, in_group, tie.c.course_id.in_(_courses()))


@statement(Teaching)
def put_away_teachings() -> ClauseElement:
    return _away(Teaching, table(Teaching).c.course_id.in_(_courses()))


@statement(Course)
def put_away_courses() -> ClauseElement:
    own = table(Course)
    return _away(Course, own.c.academic_year_id == ID, own.c.class_group_id.in_(_groups()))


@statement(ClassGroup)
def put_away_class_groups() -> ClauseElement:
    return _away(ClassGroup, table(ClassGroup).c.academic_year_id == ID)


PUT_AWAY = (put_away_enrolments, put_away_teachings, put_away_courses, put_away_class_groups)
"""In this order: who is in what is asked of the courses and class groups."""
