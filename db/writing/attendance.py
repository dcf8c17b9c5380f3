"""Writing attendance, and what is held and read while it is."""

from sqlalchemy import ClauseElement, Date, bindparam, select, update

from db.reading.parts import NOW, SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import learning
from db.statement import statement
from db.tables.attendance import Attendance, AttendanceRevision, AttendanceTaking
from db.tables.lessons import Lesson
from db.tables.students import Student
from db.writing.audit import noted
from db.writing.changing import Changing
from db.writing.parts import ID, insert_each
from db.writing.versioned import Versioned

ATTENDANCE = Versioned(
    Attendance,
    AttendanceRevision,
    inserted_at="taken_at",
    derived=("absence", "lateness", "in_rate", "notice_id"),
)
ATTENDANCES = Changing(ATTENDANCE)
NEW_DAY = bindparam("new_day", type_=Date)


@statement(Lesson)
def lessons_to_take() -> ClauseElement:
    """Lessons by `ids`, held until the transaction ends: whoever enters attendance at one of them
    waits. In the order of their ids, so that two transactions never wait for each other."""
    lesson = table(Lesson)
    held = select(*columns(Lesson)).where(lesson.c.school_id == SCHOOL, among(lesson.c.id))
    return held.order_by(lesson.c.id).with_for_update(key_share=True)


@statement(Student)
def learners_of_lessons() -> ClauseElement:
    """Who learns in the course of each lesson, by `ids`, on its day, and is in the school."""
    lesson, student = table(Lesson), table(Student)
    learns = learning(lesson.c.day).lateral("learns")
    return (
        select(*columns(Student), lesson.c.id.label("lesson_id"))
        .select_from(
            lesson.join(learns, learns.c.course_id == lesson.c.course_id).join(
                student, (student.c.school_id == SCHOOL) & (student.c.id == learns.c.student_id)
            )
        )
        .where(
            lesson.c.school_id == SCHOOL,
            among(lesson.c.id),
            student.c.active,
            holds_on_day(student, lesson.c.day),
        )
        .order_by(student.c.sort_key, student.c.id)
    )


@statement(AttendanceTaking)
def note_taking() -> ClauseElement:
    """Note that the attendance of lessons was taken, where that is not noted yet."""
    taken = insert_each(AttendanceTaking, ("id",), {"at": NOW})
    return noted(taken.on_conflict_do_nothing(index_elements=["school_id", "id"]), "TAKEN")


@statement(Attendance)
def attendance_at_lessons() -> ClauseElement:
    """What was entered at lessons, by `ids`."""
    own = table(Attendance)
    return select(*columns(Attendance)).where(own.c.school_id == SCHOOL, among(own.c.lesson_id))


@statement(Attendance)
def attendance_by_notices() -> ClauseElement:
    """What notices, by `ids`, have excused."""
    own = table(Attendance)
    found = select(*columns(Attendance)).where(own.c.school_id == SCHOOL, among(own.c.notice_id))
    return found.order_by(own.c.day, own.c.id)


@statement(Attendance)
def move_attendance() -> ClauseElement:
    """The day of attendance is that of its lesson."""
    own = table(Attendance)
    moved = update(own).values(day=NEW_DAY)
    return moved.where(own.c.school_id == SCHOOL, own.c.lesson_id == ID)
