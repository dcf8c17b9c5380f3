"""A year that was planned, written with all that is in it; and what was written, put away."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from db.statement import Statement
from db.writing.class_groups import CLASS_GROUPS
from db.writing.courses import COURSES, ENROLMENTS, TEACHINGS
from db.writing.office import ACADEMIC_YEARS, DAYS_OFF, PERIODS
from db.writing.office_records import Row
from db.writing.versioned import Versioned
from db.writing.year_plans import leave_with_year, note_opening, stay_after_year
from domain.history import Step
from domain.ids import uuid7
from resolvers.declarations.office import Office
from resolvers.mutations.year_edits import WholeYear


async def write(office: Office, year_id: UUID, year: WholeYear) -> None:
    """Write the year in one statement for each table; nobody's rights change before its first
    day."""
    plan = year.plan
    await _calendar(office, year_id, year)
    groups = {each.name: uuid7() for each in year.class_groups if not each.leaves}
    courses = [uuid7() for _ in year.courses]
    await office.insert(CLASS_GROUPS, *_groups(year_id, year, groups))
    await office.insert(COURSES, *_courses(year_id, year, groups, courses))
    await office.insert(ENROLMENTS, *_enrolments(year, groups, courses))
    await office.insert(TEACHINGS, *_teachings(year, courses))
    if year.leaving_ids:
        of_day = {"school": plan.school_id, "day": plan.source.ends_on}
        await office.reader.run(leave_with_year, ids=year.leaving_ids, **of_day)


async def _calendar(office: Office, year_id: UUID, year: WholeYear) -> None:
    plan, periods = year.plan, [uuid7() for _ in year.periods]
    days_off = [uuid7() for _ in year.days_off]
    span = {"name": plan.name, "starts_on": plan.starts_on, "ends_on": plan.ends_on}
    rows: list[Row] = [{"id": year_id, **span}]
    await _insert(office, ACADEMIC_YEARS, Step.CREATED, rows, 0)
    rows = [
        {
            "id": id_,
            "academic_year_id": year_id,
            "parent_id": None if each.parent is None else periods[each.parent],
            "name": each.span.name,
            "kind": each.span.kind,
            "starts_on": each.span.starts_on,
            "ends_on": each.span.ends_on,
            "locked": False,
            "open_until": None,
        }
        for id_, each in zip(periods, year.periods, strict=True)
    ]
    await _insert(office, PERIODS, Step.CREATED, rows, 1)
    rows = [
        {
            "id": id_,
            "name": each.name,
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
            "class_group_id": None,
        }
        for id_, each in zip(days_off, year.days_off, strict=True)
    ]
    await _insert(office, DAYS_OFF, Step.ADDED, rows, 1 + len(periods))
    await office.transaction.publish_rights(seq=1 + len(periods) + len(days_off))
    await office.reader.run(
        note_opening,
        school=plan.school_id,
        ref=year_id,
        new_source_id=plan.source_id,
        new_leavers={str(id_): _written(year.people[id_].ends_on) for id_ in year.leaving_ids},
        new_days_off=days_off,
    )


async def _insert(
    office: Office, versioned: Versioned[Any], step: Step, rows: list[Row], seq: int
) -> None:
    if rows:
        transaction = office.transaction
        by, school = transaction.account_id, transaction.school_id
        await versioned.insert(office.reader, by, school, step, rows, seq)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _groups(year_id: UUID, year: WholeYear, ids: dict[str | None, UUID]) -> Iterator[Row]:
    for each in year.class_groups:
        if not each.leaves:
            yield {
                "id": ids[each.name],
                "academic_year_id": year_id,
                "name": each.name,
                "grade_level": each.grade_level,
                "class_teacher_id": each.class_teacher_id,
                "deputy_id": each.deputy_id,
            }


def _courses(
    year_id: UUID, year: WholeYear, groups: dict[str | None, UUID], ids: list[UUID]
) -> Iterator[Row]:
    for id_, each in zip(ids, year.courses, strict=True):
        yield {
            "id": id_,
            "academic_year_id": year_id,
            "class_group_id": groups[each.class_group] if each.class_group else None,
            "subject_id": each.subject_id,
            "grade_scale_id": each.grade_scale_id,
            "whole_class": each.whole_class,
            "title": each.title,
            "code": each.code,
            "room": each.room,
        }


def _enrolments(
    year: WholeYear, groups: dict[str | None, UUID], courses: list[UUID]
) -> Iterator[Row]:
    places = [
        ("class_group_id", groups[each.name], each.student_ids)
        for each in year.class_groups
        if not each.leaves
    ]
    places += [
        ("course_id", id_, each.student_ids)
        for id_, each in zip(courses, year.courses, strict=True)
    ]
    for column, id_, students in places:
        for student in students:
            begins = _first_day(year, student)
            yield {"id": uuid7(), "student_id": student, column: id_, "begins_on": begins}


def _teachings(year: WholeYear, courses: list[UUID]) -> Iterator[Row]:
    for id_, each in zip(courses, year.courses, strict=True):
        for place, teacher in enumerate(each.teacher_ids):
            begins = _first_day(year, teacher)
            tie = {"id": uuid7(), "course_id": id_, "teacher_id": teacher}
            yield {**tie, "main": place == 0, "begins_on": begins}


def _first_day(year: WholeYear, person: UUID) -> date:
    """Of the year, or their own where they come later."""
    first = year.plan.starts_on
    return max(first, year.people[person].begins_on or first)


async def put_away(
    office: Office,
    year: Any,
    of_year: Statement[Any],
    versioned: Versioned[Any],
    step: Step,
    reason: str,
    seq: int,
) -> int:
    """Put away those of a year that have a history; how many there were."""
    transaction = office.transaction
    school = transaction.school_id
    found = await office.reader.fetch(of_year, school=school, ref=year.id)
    ids = [each.id for each in found]
    by = transaction.account_id
    await versioned.put_away(office.reader, by, school, step, reason, ids, seq)
    return len(ids)


async def let_stay(office: Office, opening: Any, last_day: date) -> None:
    """Give those who were to leave with the old year the last days that they had before; whoever
    leaves on another day by now does so."""
    leavers = opening.leavers
    if leavers:
        await office.reader.run(
            stay_after_year,
            school=office.transaction.school_id,
            day=last_day,
            id=[UUID(each) for each in leavers],
            ends_on=[day and date.fromisoformat(day) for day in leavers.values()],
        )
