"""The days of roles and enrolments."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.roster.import_run import ImportRun
from domain.oneroster import Sheet
from domain.oneroster.records import Dated
from domain.oneroster.saying import Saying

Days = tuple[date | None, date | None]
"""The first and last day, both included; None if open."""
ALWAYS: Days = (None, None)


def days_of(
    run: ImportRun, sheet: Sheet[Any], each: Dated, school: int | None
) -> tuple[Days, bool]:
    """The days of a role or enrolment, both included, and whether it has any.

    With exclusive ends, a record that ends on the day on which it begins has no day; that day is
    returned for both.
    """
    at = min(run.zones, default=None) if school is None else school
    if at is None:
        return ALWAYS, False
    first, last = run.first(each.begin_date, at), run.last(each.end_date, at)
    if first is None or last is None or first <= last:
        return (first, last), True
    if last != first - timedelta(days=1) or at not in run.exclusive:
        sheet.drop(each, run.findings, "endDate", Saying.END_BEFORE_BEGIN(first="beginDate"))
    else:
        run.findings.notice(sheet.file, Saying.SAME_DAYS())
    return (first, first), False


def around(one: Days, other: Days) -> Days:
    """The span from the earlier first day to the later last day."""
    first = None if one[0] is None or other[0] is None else min(one[0], other[0])
    last = None if one[1] is None or other[1] is None else max(one[1], other[1])
    return first, last


def with_its_year(
    run: ImportRun, days: Days, school: int, year: UUID | None, begun: date | None
) -> Days:
    """What has no first day begins with the academic year of its place, where that is to come; and
    has begun with it, where it did so by an earlier roster."""
    first, last = days
    if first is not None or year is None or year not in run.coverage.days:
        return days
    starts = run.coverage.days[year][0]
    if (starts > run.today(school) or begun == starts) and (last is None or starts <= last):
        return starts, last
    return days
