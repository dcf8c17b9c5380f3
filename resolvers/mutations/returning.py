"""Somebody who had left is taken back: what they are in says that they were away in between."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.tables.students import Student
from db.tables.teachers import Teacher
from db.writing.courses import (
    ENROLMENTS,
    TEACHINGS,
    courses_in_years,
    enrolments_to_change,
    teachings_to_change,
)
from db.writing.office_records import Kept
from domain.ids import uuid7
from domain.office import Stay
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers.declarations.office import Office
from resolvers.declarations.people import Leaving

ONE = timedelta(days=1)


def comes_back(person: Any, given: Leaving, today: date, word: str) -> date | None:
    """The day from which somebody who had left is there again; None where they were never away.
    Refused where what is told of it does not fit."""
    left, told = person.ends_on, given.returns_on
    stays = given.ends_on is None or (left is not None and given.ends_on > left)
    if told is not None and (left is None or not stays or told <= left):
        message = f"The {word} had not left before this day."
        raise Refused(UserError(UserErrorCode.BAD_INPUT, message, ("returnsOn",)))
    if left is None or left >= today or not stays:
        return None
    returns = told or today
    if given.ends_on is not None and given.ends_on < returns:
        if told is None:
            return None  # the last day was another one, and is over too
        message = f"They are there again from {told} on."
        raise Refused(UserError(UserErrorCode.BAD_INPUT, message, ("endsOn",)))
    return returns if returns > left + ONE else None


async def keep_gap(office: Office, kind: type, person: Any, returns: date) -> None:
    """Let what the person is in be interrupted from their last day to the day of their return."""
    if kind is Student:
        ties = await office.of(enrolments_to_change, [person.id])
        ends = {tie.id: tie.year_ends_on for tie in ties}
        await _interrupt(office, ENROLMENTS, ties, ends, person.ends_on, returns)
    elif kind is Teacher:
        ties = await office.of(teachings_to_change, [person.id])
        found = await office.of(courses_in_years, {tie.course_id for tie in ties})
        of_course = {course.id: course.year_ends_on for course in found}
        ends = {tie.id: of_course.get(tie.course_id) for tie in ties}
        await _interrupt(office, TEACHINGS, ties, ends, person.ends_on, returns)


async def _interrupt(
    office: Office,
    kept: Kept[Any],
    ties: Sequence[Any],
    year_ends: Mapping[UUID, date | None],
    left: date,
    returns: date,
) -> None:
    """Each tie goes on from the return as itself, so that a roster knows it again, and another one
    has its days before; what is over by the return ends with the last day."""
    going = [tie for tie in ties if tie.ends_on is None or tie.ends_on > left]
    whole = await kept.by_ids(office.reader, office.transaction.school_id, [t.id for t in going])
    for tie in going:
        last = Stay(tie.begins_on, tie.ends_on).until(year_ends[tie.id]).ends_on
        had_begun = tie.begins_on is None or tie.begins_on <= left
        goes_on = last is None or last >= returns
        record = whole[tie.id]
        if had_begun and not goes_on:
            await office.change(kept, record, ends_on=left)
        elif had_begun:
            before = {name: record[name] for name in kept.columns} | APART | {"ends_on": left}
            await office.insert(kept, before | {"id": uuid7()})
            await office.change(kept, record, begins_on=returns)
        elif goes_on and tie.begins_on < returns:
            await office.change(kept, record, begins_on=returns)


APART = {"sourced_id": None}
"""What a roster does not know of the days before."""
