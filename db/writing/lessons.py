"""How lessons are written, and what moves with them."""

from sqlalchemy import ClauseElement, Date, bindparam, select, update

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables import grades, homework, materials
from db.tables.grades import Grade
from db.tables.homework import Homework
from db.tables.lessons import Lesson, LessonRevision
from db.tables.materials import Material
from db.writing.changing import Changing
from db.writing.parts import ID
from db.writing.versioned import Versioned

LESSONS = Versioned(Lesson, LessonRevision, derived=("active",))
LESSONS_AT_ONCE = Changing(LESSONS)
NEW_DAY = bindparam("new_day", type_=Date)


@statement(Lesson)
def lessons_to_take_off() -> ClauseElement:
    """Lessons by `ids`, held until the transaction ends against whoever writes at one of them: what
    they have written is seen by the statements that follow."""
    lesson = table(Lesson)
    held = select(lesson.c.id).where(lesson.c.school_id == SCHOOL, among(lesson.c.id))
    return held.order_by(lesson.c.id).with_for_update()


@statement(Lesson)
def lessons_joined_to() -> ClauseElement:
    """What is held together with lessons, by `ids`, and not cancelled, held in the same way."""
    lesson = table(Lesson)
    return (
        select(*columns(Lesson))
        .where(
            lesson.c.school_id == SCHOOL,
            among(lesson.c.joined_id),
            lesson.c.active,
            lesson.c.status != "CANCELLED",
        )
        .order_by(lesson.c.id)
        .with_for_update()
    )


@statement(Grade)
def marks_of_lessons() -> ClauseElement:
    """The grades that stand at lessons, by `ids`."""
    grade = table(Grade)
    at = grade.c.school_id == SCHOOL, among(grade.c.lesson_id), ~grades.WITHDRAWAL.when(grade)
    return select(grade.c.id, grade.c.lesson_id, grade.c.due_on).where(*at)


@statement(Homework)
def homework_at_lessons() -> ClauseElement:
    """The homework that was set at lessons, by `ids`, or is due at them."""
    own = table(Homework)
    at = among(own.c.lesson_id) | among(own.c.due_lesson_id)
    return select(own).where(own.c.school_id == SCHOOL, at, ~homework.WITHDRAWAL.when(own))


@statement(Material)
def materials_at_lessons() -> ClauseElement:
    """The materials that stand at lessons, by `ids`."""
    own = table(Material)
    at = own.c.school_id == SCHOOL, among(own.c.lesson_id), ~materials.WITHDRAWAL.when(own)
    return select(own.c.id).where(*at)


@statement(Grade)
def move_grades() -> ClauseElement:
    """The day of grades is that of their lesson."""
    grade = table(Grade)
    moved = update(grade).values(day=NEW_DAY)
    return moved.where(grade.c.school_id == SCHOOL, grade.c.lesson_id == ID)


@statement(Homework)
def move_homework() -> ClauseElement:
    """The day of homework is that of the lesson at which it was set."""
    own = table(Homework)
    moved = update(own).values(lesson_day=NEW_DAY)
    return moved.where(own.c.school_id == SCHOOL, own.c.lesson_id == ID)


@statement(Material)
def move_materials() -> ClauseElement:
    """The day of materials is that of their lesson."""
    own = table(Material)
    moved = update(own).values(day=NEW_DAY)
    return moved.where(own.c.school_id == SCHOOL, own.c.lesson_id == ID)


@statement(Homework)
def move_due_homework() -> ClauseElement:
    """Homework that is due at a lesson is due on its day."""
    own = table(Homework)
    moved = update(own).values(due_on=NEW_DAY)
    return moved.where(own.c.school_id == SCHOOL, own.c.due_lesson_id == ID)
