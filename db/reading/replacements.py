"""What was done to lessons that are not held as they were planned."""

from sqlalchemy import ClauseElement, exists, or_, select

from db.reading.lessons import all_lessons
from db.reading.parts import FIRST, LAST, SCHOOL, among, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.history import BEFORE
from db.tables.lessons import Lesson, LessonRevision
from domain.replacements import REPLACING, WAS


@statement(LessonRevision)
def replacements_of_lessons() -> ClauseElement:
    """The steps by which lessons, by `ids`, were moved, replaced, joined or cancelled, in order."""
    step, lesson, account = table(LessonRevision), table(Lesson), table(Account)
    return (
        select(
            step.c.school_id,
            step.c.id,
            step.c.lesson_id,
            step.c.version,
            step.c.change,
            step.c.reason,
            step.c.at,
            *(step.c[f"{name}{BEFORE}"] for name in ("status", *WAS)),
            lesson.c.course_id,
            lesson.c.day,
            account.c.display_name.label("account_name"),
        )
        .join(lesson, (lesson.c.school_id == SCHOOL) & (lesson.c.id == step.c.lesson_id))
        .outerjoin(account, account.c.id == step.c.account_id)
        .where(
            step.c.school_id == SCHOOL,
            among(step.c.lesson_id),
            or_(*(step.c.change == str(each) for each in REPLACING)),
        )
        .order_by(step.c.lesson_id, step.c.version)
    )


@statement(Lesson)
def replaced_lessons_of_school() -> ClauseElement:
    """The lessons of a span of days that such a step was done to, by time."""
    step, lesson = table(LessonRevision), table(Lesson)
    replaced = exists().where(
        step.c.school_id == SCHOOL,
        step.c.lesson_id == lesson.c.id,
        or_(*(step.c.change == str(each) for each in REPLACING)),
    )
    return (
        all_lessons()
        .where(lesson.c.day.between(FIRST, LAST), lesson.c.active, replaced)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )
