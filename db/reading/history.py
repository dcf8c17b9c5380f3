"""The steps that led grades, homework and lessons to what they are."""

from typing import Any

from sqlalchemy import ClauseElement, Select, case, null, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables import (
    Account,
    Grade,
    GradeRevision,
    Homework,
    HomeworkRevision,
    Lesson,
    LessonRevision,
)


def _steps(
    step: type[SQLModel], of: type[SQLModel], ref: str, *keys: ColumnElement[Any]
) -> Select[Any]:
    """Steps with the keys of what they changed, and the name of who took them.

    A step of a roster's import was taken by no account.
    """
    steps, changed, account = table(step), table(of), table(Account)
    return (
        select(
            *columns(step),
            *keys,
            account.c.display_name.label("account_name"),
        )
        .outerjoin(account, account.c.id == steps.c.account_id)
        .join(
            changed,
            (changed.c.school_id == steps.c.school_id) & (changed.c.id == steps.c[ref]),
        )
        .where(steps.c.school_id == SCHOOL)
        .order_by(steps.c.version, steps.c.id)
    )


def _reader(key: ColumnElement[Any], withdrawn: ColumnElement[bool]) -> ColumnElement[Any]:
    """By whom the family reads a step: nobody while what was changed is withdrawn."""
    return case((withdrawn, null()), else_=key).label("reader_id")


def _of_grades() -> Select[Any]:
    grade = table(Grade).c
    family = _reader(grade.student_id, grade.state == "WITHDRAWN")
    return _steps(GradeRevision, Grade, "grade_id", grade.student_id, grade.course_id, family)


def _of_homework() -> Select[Any]:
    work = table(Homework).c
    family = _reader(work.course_id, work.withdrawn)
    return _steps(HomeworkRevision, Homework, "homework_id", work.course_id, family)


def _of_lessons() -> Select[Any]:
    return _steps(LessonRevision, Lesson, "lesson_id", table(Lesson).c.course_id)


@statement(GradeRevision)
def grade_revisions_by_id() -> ClauseElement:
    return _of_grades().where(among(table(GradeRevision).c.id))


@statement(GradeRevision)
def revisions_of_grades() -> ClauseElement:
    return _of_grades().where(among(table(GradeRevision).c.grade_id))


@statement(HomeworkRevision)
def homework_revisions_by_id() -> ClauseElement:
    return _of_homework().where(among(table(HomeworkRevision).c.id))


@statement(HomeworkRevision)
def revisions_of_homework() -> ClauseElement:
    return _of_homework().where(among(table(HomeworkRevision).c.homework_id))


@statement(LessonRevision)
def lesson_revisions_by_id() -> ClauseElement:
    return _of_lessons().where(among(table(LessonRevision).c.id))


@statement(LessonRevision)
def revisions_of_lessons() -> ClauseElement:
    return _of_lessons().where(among(table(LessonRevision).c.lesson_id))
