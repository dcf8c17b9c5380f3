"""What has to be known before a change is made."""

from sqlalchemy import ARRAY, ClauseElement, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import SCHOOL, among, columns, learning, table
from db.statement import statement
from db.tables import Course, GradeRevision, GradeScale, HomeworkRevision, Lesson, Period, Student
from db.writing.parts import new


@statement(Lesson)
def lessons_to_write_at() -> ClauseElement:
    """Lessons with the scale of their course, if the course has one."""
    lesson, course, scale = table(Lesson), table(Course), table(GradeScale)
    return (
        select(
            *columns(Lesson),
            scale.c.id.label("grade_scale_id"),
            scale.c.definition.label("scale_definition"),
        )
        .join(
            course, (course.c.school_id == lesson.c.school_id) & (course.c.id == lesson.c.course_id)
        )
        .outerjoin(
            scale,
            (scale.c.school_id == course.c.school_id) & (scale.c.id == course.c.grade_scale_id),
        )
        .where(lesson.c.school_id == SCHOOL, among(lesson.c.id))
    )


@statement(Period)
def periods_to_write_in() -> ClauseElement:
    """The school's periods, held as they are until the transaction ends.

    Whoever locks one waits until what was begun before is committed, and what is begun after
    waits for them and finds it locked. In the order in which an import locks them, so that
    neither waits for the other in a circle.
    """
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.id)
        .with_for_update(read=True)
    )


@statement(Student)
def learners_on_day() -> ClauseElement:
    """Students of these who take one of the courses on the day, with that course."""
    student, learns = table(Student), learning()
    courses = any_(bindparam("courses", type_=ARRAY(Uuid())))
    return (
        select(student.c.id, learns.c.course_id)
        .join(
            learns,
            (learns.c.school_id == student.c.school_id) & (learns.c.student_id == student.c.id),
        )
        .where(
            student.c.school_id == SCHOOL,
            among(learns.c.student_id),
            student.c.active,
            learns.c.course_id == courses,
        )
    )


@statement(GradeScale)
def scales_named() -> ClauseElement:
    scale = table(GradeScale)
    return (
        select(*columns(GradeScale))
        .where(scale.c.school_id == SCHOOL, scale.c.name == new(GradeScale, "name"), scale.c.active)
        .order_by(scale.c.id)
    )


@statement(GradeScale)
def add_scale() -> ClauseElement:
    """Add the scale unless it is there."""
    names = ("id", "name", "definition", "active")
    return (
        insert(table(GradeScale))
        .values({"school_id": SCHOOL} | {name: new(GradeScale, name) for name in names})
        .on_conflict_do_nothing(index_elements=["school_id", "id"])
    )


@statement(GradeRevision)
def first_steps_of_grades() -> ClauseElement:
    """Who gave these grades, and what their first revision found."""
    revision = table(GradeRevision)
    return (
        select(*columns(GradeRevision))
        .where(revision.c.school_id == SCHOOL, among(revision.c.grade_id), revision.c.version <= 2)
        .order_by(revision.c.version)
    )


@statement(HomeworkRevision)
def first_steps_of_homework() -> ClauseElement:
    """Who set it, and what its first change found."""
    revision = table(HomeworkRevision)
    return (
        select(*columns(HomeworkRevision))
        .where(
            revision.c.school_id == SCHOOL, among(revision.c.homework_id), revision.c.version <= 2
        )
        .order_by(revision.c.version)
    )
