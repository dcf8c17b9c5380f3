"""Reminders of events that are due, and the accounts that they go to."""

from typing import Any

from sqlalchemy import ClauseElement, Select, Uuid, bindparam, exists, func, or_, select

from db.reading.addressees import is_of_whole_school
from db.reading.parts import DAY, NOW, SCHOOL, holds_on_day, table
from db.reading.ties import guarding, is_seen, is_there, learnt, on_day, placed
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Teaching
from db.tables.events import EventReply, SchoolEvent
from db.tables.guardians import Guardianship
from db.tables.schools import School
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.events import EventAnswer
from domain.roles import OFFICE_ROLES

REF = bindparam("ref", type_=Uuid())


@statement(SchoolEvent)
def due_reminders() -> ClauseElement:
    """Of all schools, an event whose reminder is due."""
    own = table(SchoolEvent)
    return (
        select(own.c.school_id, own.c.id)
        .where(
            own.c.remind_at.is_not(None), own.c.reminded_at.is_(None), own.c.remind_at <= NOW,
            own.c.starts_at > NOW, ~own.c.withdrawn,
        )
        .order_by(own.c.remind_at)
        .limit(1)
    )  # fmt: skip


def _students() -> Select[Any]:
    """Those who belong today to the place of the event."""
    event, student = table(SchoolEvent), table(Student)
    in_class, had = placed().subquery("in_class"), learnt()
    of_class = select(in_class.c.student_id).where(
        in_class.c.class_group_id == event.c.class_group_id
    )
    of_course = select(had.c.student_id).where(
        had.c.course_id == event.c.course_id, on_day(had.c.days, DAY)
    )
    belongs = or_(
        is_of_whole_school(event),
        student.c.id.in_(of_class.correlate(event)),
        student.c.id.in_(of_course.correlate(event)),
    )
    found = select(student.c.id).where(student.c.school_id == SCHOOL, is_there(student), belongs)
    return found.correlate(event)


def _teachers() -> Select[Any]:
    """Who leads or teaches the class group, or teaches the course or leads its class group."""
    event, teacher, group = table(SchoolEvent), table(Teacher), table(ClassGroup)
    course, teaching = table(Course), table(Teaching)
    of_event = or_(course.c.id == event.c.course_id,
                   course.c.class_group_id == event.c.class_group_id)  # fmt: skip
    teaches = exists().where(
        teaching.c.school_id == SCHOOL, teaching.c.teacher_id == teacher.c.id, teaching.c.active,
        holds_on_day(teaching), course.c.school_id == SCHOOL,
        course.c.id == teaching.c.course_id, of_event,
    ).correlate(event, teacher)  # fmt: skip
    leads = exists().where(
        group.c.school_id == SCHOOL,
        or_(group.c.class_teacher_id == teacher.c.id, group.c.deputy_id == teacher.c.id),
        or_(
            group.c.id == event.c.class_group_id,
            exists().where(
                course.c.school_id == SCHOOL, course.c.id == event.c.course_id,
                course.c.class_group_id == group.c.id,
            ).correlate(event, group),
        ),
    ).correlate(event, teacher)  # fmt: skip
    there = select(teacher.c.id).where(
        teacher.c.school_id == SCHOOL,
        is_there(teacher),
        or_(is_of_whole_school(event), teaches, leads),
    )
    return there.correlate(event)


@statement(SchoolEvent)
def accounts_reminded() -> ClauseElement:
    """The accounts of those whom the event is for on the day, with the language of the mail: those
    that have a confirmed address, but for those all of whose replies are NO."""
    event, held, account = table(SchoolEvent), table(Membership), table(Account)
    school, reply = table(School), table(EventReply)
    students = _students().scalar_subquery()
    guarded = guarding().where(is_seen(table(Guardianship))).subquery("guarded")
    guardians = select(guarded.c.guardian_id).where(guarded.c.student_id.in_(students))
    replied = exists().where(
        reply.c.school_id == SCHOOL,
        reply.c.event_id == event.c.id,
        reply.c.account_id == account.c.id,
    )
    said_no = reply.c.answer == EventAnswer.NO.value
    refused = replied.where(said_no) & ~replied.where(~said_no)
    reached = or_(
        event.c.to_students & held.c.student_id.in_(students),
        event.c.to_families & held.c.guardian_id.in_(guardians),
        event.c.to_staff & held.c.teacher_id.in_(_teachers().scalar_subquery()),
        event.c.to_staff
        & is_of_whole_school(event)
        & or_(*(held.c.role == each for each in sorted(OFFICE_ROLES))),
    )
    return (
        select(
            account.c.id, account.c.email,
            func.coalesce(account.c.language, school.c.language).label("language"),
        )
        .distinct()
        .select_from(event)
        .join(held, held.c.school_id == event.c.school_id)
        .join(account, account.c.id == held.c.account_id)
        .join(school, school.c.school_id == event.c.school_id)
        .where(
            event.c.school_id == SCHOOL, event.c.id == REF, holds_on_day(held), account.c.active,
            account.c.email.is_not(None), account.c.email_confirmed_at.is_not(None), reached,
            ~refused,
        )
    )  # fmt: skip
