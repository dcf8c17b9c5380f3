"""The end of ties of people who are no longer active; their rights end with them. Their ties of
years that are history stay."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Table, and_, false, literal, null, update

from db.roster.import_run import ImportRun
from db.roster.sql import execute, table


async def end_ties_of_guardians(run: ImportRun) -> None:
    guardian, tie = table("guardian"), table("guardianship")
    for school in run.schools:
        today = run.today(school)
        held = tie.c.ends_on.is_(None) | (tie.c.ends_on >= today)
        change = update(tie).values(ends_on=today - timedelta(days=1))
        change = change.where(_gone(guardian, school), tie.c.school_id == school, held)
        ended = await execute(run.connection, change.where(tie.c.guardian_id == guardian.c.id))
        _report_ended(run, "guardianships", school, ended)


async def end_ties_of_teachers(run: ImportRun) -> None:
    teacher, teaching, group = table("teacher"), table("teaching"), table("class_group")
    for school in run.schools:
        gone = _gone(teacher, school)
        told = run.coverage.speaks_for("teaching")
        change = update(teaching).values(active=false()).where(teaching.c.active, gone, told)
        change = change.where(teaching.c.school_id == school, teaching.c.teacher_id == teacher.c.id)
        _report_ended(run, "teachings", school, await execute(run.connection, change))
        told = run.coverage.speaks_for("class_group")
        led = update(group).values(class_teacher_id=null()).where(gone, told)
        led = led.where(group.c.school_id == school, group.c.class_teacher_id == teacher.c.id)
        _report_ended(run, "class teachers", school, await execute(run.connection, led))


def _gone(person: Table, school: int) -> ColumnElement[bool]:
    """The condition of people who came from a roster and are inactive."""
    of_school = person.c.school_id == literal(school, person.c.school_id.type)
    return and_(of_school, ~person.c.active, person.c.sourced_id.is_not(None))


def _report_ended(run: ImportRun, label: str, school: int, ended: int) -> None:
    if ended:
        run.report.of(label).changed += ended
        run.schools_with_changed_rights.add(school)
