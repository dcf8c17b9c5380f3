"""Writing grades, and the preconditions of a new one."""

from sqlalchemy import (
    ARRAY,
    CTE,
    ClauseElement,
    Uuid,
    any_,
    bindparam,
    exists,
    false,
    func,
    select,
)

from db.reading.parts import SCHOOL, columns, graded_in, holds_on_day, table
from db.reading.ties import learning
from db.statement import statement
from db.tables.courses import Course
from db.tables.grade_scales import GradeScale
from db.tables.grades import Grade, GradeRevision
from db.tables.lessons import Lesson
from db.tables.roster import LineItem
from db.tables.schools import WorkType
from db.tables.students import Student
from db.writing.parts import rows_of
from db.writing.versioned import Versioned

GRADES = Versioned(
    Grade,
    GradeRevision,
    inserted_at="given_at",
    changed_at="changed_at",
    derived=("number",),
)

NEW_GRADE = {"lesson": Uuid(), "student": Uuid(), "work_type": Uuid()}
"""The ids that a new grade names."""


def _held_lessons() -> CTE:
    """The lessons named, held against whoever takes one off until the transaction ends. In the
    order of their ids, so that two transactions never wait for each other."""
    lesson, named = table(Lesson), bindparam("lesson", type_=ARRAY(Uuid()))
    held = select(*columns(Lesson)).where(lesson.c.school_id == SCHOOL, lesson.c.id == any_(named))
    return held.order_by(lesson.c.id).with_for_update(read=True, key_share=True).cte("held")


@statement(Lesson)
def preconditions_of_grades() -> ClauseElement:
    """For each lesson, student and work type that a new grade names: the lesson, and all that
    decides whether the grade may be given. The rows are in the order of the parameters.

    The lesson's columns are null if there is no such lesson, `student_known` if there is no such
    student, and `kind_weight` if there is no such work type. The scale's columns are null if
    neither the line item nor the course has a scale; a line item without a range uses the course's
    scale. `learns` says whether the student took the course on the lesson's day, and was in the
    school.
    """
    asked = rows_of(NEW_GRADE, "asked")
    lesson, course, scale = _held_lessons(), table(Course), table(GradeScale)
    student, kind = table(Student), table(WorkType)
    item, of_item = table(LineItem), table(GradeScale).alias("of_item")
    learns = learning(lesson.c.day)
    return (
        select(
            *(lesson.c[str(each.key)] for each in columns(Lesson)),
            scale.c.id.label("grade_scale_id"),
            scale.c.definition.label("scale_definition"),
            student.c.id.label("student_known"),
            kind.c.weight.label("kind_weight"),
            kind.c.active.label("kind_active"),
            func.coalesce(
                exists(learns).where(
                    learns.c.student_id == asked.c.student, learns.c.course_id == lesson.c.course_id
                )
                & holds_on_day(student, lesson.c.day),
                false(),
            ).label("learns"),
        )
        .select_from(asked)
        .outerjoin(lesson, lesson.c.id == asked.c.lesson)
        .outerjoin(course, (course.c.school_id == SCHOOL) & (course.c.id == lesson.c.course_id))
        .outerjoin(item, (item.c.school_id == SCHOOL) & (item.c.id == lesson.c.id))
        .outerjoin(
            of_item, (of_item.c.school_id == SCHOOL) & (of_item.c.id == item.c.grade_scale_id)
        )
        .outerjoin(
            scale,
            (scale.c.school_id == SCHOOL) & (scale.c.id == graded_in(of_item, course)),
        )
        .outerjoin(
            student,
            (student.c.school_id == SCHOOL) & (student.c.id == asked.c.student) & student.c.active,
        )
        .outerjoin(kind, (kind.c.school_id == SCHOOL) & (kind.c.id == asked.c.work_type))
        .order_by(asked.c.place)
    )
