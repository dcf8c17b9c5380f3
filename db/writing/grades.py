"""Grades given, revised, withdrawn and restored."""

from sqlalchemy import ClauseElement, Integer, Uuid, func, select, true, update

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables import Grade, GradeRevision, Outbox
from db.writing.parts import (
    ACCOUNT,
    EXPECTED,
    ID,
    constant,
    insert_each,
    insert_from,
    new,
    rows_of,
)

GIVEN = (
    "id",
    "student_id",
    "course_id",
    "lesson_id",
    "work_type_id",
    "grade_scale_id",
    "teacher_id",
    "day",
    "value",
    "number",
    "weight",
    "state",
    "excused",
    "bonus",
    "due_on",
    "comment",
)
STEP = (
    "id",
    "grade_id",
    "version",
    "value_before",
    "weight_before",
    "state_before",
    "work_type_id_before",
    "comment_before",
    "excused_before",
    "bonus_before",
    "due_on_before",
)
CHANGEABLE = (
    "value",
    "number",
    "weight",
    "work_type_id",
    "comment",
    "state",
    "excused",
    "bonus",
    "due_on",
)


@statement(Grade)
def give_grades() -> ClauseElement:
    """Give grades, with the first step of each one's history and the feed's row.

    Answers those that were not there yet; another's id is left as it is.
    """
    types = {name: table(Grade).c[name].type for name in GIVEN}
    rows = rows_of(types | {"step": Uuid(), "seq": Integer()}, "rows")
    asked = select(rows).cte("asked")
    first = constant(1)
    given = (
        insert_from(
            Grade,
            {name: asked.c[name] for name in GIVEN}
            | {
                "active": true(),
                "given_at": func.now(),
                "changed_at": func.now(),
                "version": first,
            },
        )
        .on_conflict_do_nothing(index_elements=["school_id", "id"])
        .returning(*columns(Grade))
        .cte("given")
    )
    of_given = given.c.id == asked.c.id
    noted = insert_from(
        GradeRevision,
        {
            "id": asked.c.step,
            "grade_id": given.c.id,
            "version": first,
            "change": constant("GIVEN"),
            "account_id": ACCOUNT,
            "at": func.now(),
        },
        of_given,
    )
    told = insert_from(
        Outbox,
        {
            "seq": asked.c.seq,
            "ref": given.c.id,
            "version": first,
            "topic": constant("GRADE"),
            "change": constant("GIVEN"),
            "at": func.now(),
        },
        of_given,
    )
    return select(given).add_cte(noted.cte("noted"), told.cte("told"))


@statement(Grade)
def change_grade() -> ClauseElement:
    """Answers the grade's id, or nothing where it is no longer of the expected version.

    Whoever restores a grade that a roster put away has it listed again.
    """
    grade = table(Grade)
    return (
        update(grade)
        .where(grade.c.school_id == SCHOOL, grade.c.id == ID, grade.c.version == EXPECTED)
        .values(
            {name: new(Grade, name) for name in CHANGEABLE}
            | {"active": true(), "version": grade.c.version + 1, "changed_at": func.now()}
        )
        .returning(grade.c.id)
    )


@statement(GradeRevision)
def note_grades() -> ClauseElement:
    """The next step of each grade's history."""
    return insert_each(
        GradeRevision,
        STEP,
        {
            "change": new(GradeRevision, "change"),
            "reason": new(GradeRevision, "reason"),
            "account_id": ACCOUNT,
            "at": func.now(),
        },
    )
