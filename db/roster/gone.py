"""The ties of people who are put away: with them ends what they see of others."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Table, and_, false, literal, null, update

from db.roster.sql import execute, table
from db.roster.work import Work


async def end_ties_of_guardians(work: Work) -> None:
    guardian, tie = table("guardian"), table("guardianship")
    for school in work.schools:
        today = work.today(school)
        held = tie.c.ends_on.is_(None) | (tie.c.ends_on >= today)
        over = update(tie).values(ends_on=today - timedelta(days=1))
        over = over.where(_gone(guardian, school), tie.c.school_id == school, held)
        ended = await execute(work.connection, over.where(tie.c.guardian_id == guardian.c.id))
        _note(work, "guardianships", school, ended)


async def end_ties_of_teachers(work: Work) -> None:
    teacher, teaching, group = table("teacher"), table("teaching"), table("class_group")
    for school in work.schools:
        gone = _gone(teacher, school)
        over = update(teaching).values(active=false()).where(teaching.c.active, gone)
        over = over.where(teaching.c.school_id == school, teaching.c.teacher_id == teacher.c.id)
        _note(work, "teachings", school, await execute(work.connection, over))
        led = update(group).values(class_teacher_id=null()).where(gone)
        led = led.where(group.c.school_id == school, group.c.class_teacher_id == teacher.c.id)
        _note(work, "class teachers", school, await execute(work.connection, led))


def _gone(person: Table, school: int) -> ColumnElement[bool]:
    """Those that a roster has brought, and put away."""
    of_school = person.c.school_id == literal(school, person.c.school_id.type)
    return and_(of_school, ~person.c.active, person.c.sourced_id.is_not(None))


def _note(work: Work, label: str, school: int, ended: int) -> None:
    if ended:
        work.report.of(label).changed += ended
        work.rights_moved.add(school)
