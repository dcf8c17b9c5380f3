"""What was done to lessons that are not held as they were planned."""

from sqlalchemy import ClauseElement, or_, select

from db.reading.parts import SCHOOL, among, table
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
