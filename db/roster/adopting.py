"""What the diary made itself and a roster tells too: it is the roster's from then on.

A school that was set up by template or by its office has subjects, a year and periods before its
first roster comes; without this it would have each of them twice.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from db.roster.coverage import same_days
from db.roster.import_run import ImportRun
from db.roster.sql import execute, fetch, key, of_schools, table
from domain.oneroster.records import AcademicSession, Course

YEAR = "schoolYear"


async def adopt(run: ImportRun) -> None:
    """Before anything is placed, so that all of it is found by the roster's names."""
    sessions = run.roster.sheet("academicSessions", AcademicSession).records
    courses = run.roster.sheet("courses", Course).records
    years = [each for each in sessions if each.type == YEAR]
    terms = [each for each in sessions if each.type != YEAR]
    for name, told, alike in (
        ("subject", courses, _called_alike),
        ("academic_year", years, _of_the_same_days),
        ("period", terms, _of_the_same_days),
    ):
        await _adopt(run, name, told, alike)


async def _adopt(run: ImportRun, name: str, told: Iterable[Any], alike: Any) -> None:
    source = table(name)
    query = select(source, key(source).label("key")).where(of_schools(source, run.schools))
    rows = await fetch(run.connection, query.order_by(source.c.school_id, source.c.id))
    known = {row["key"] for row in rows}
    own = [row for row in rows if row["sourced_id"] is None and row["active"]]
    for each in told:
        if each.sourced_id in known:  # in whichever school: it is no news
            continue
        for school in run.schools:
            same = next(
                (row for row in own if row["school_id"] == school and alike(row, each)), None
            )
            if same is None:
                continue
            own.remove(same)
            place = (source.c.school_id == school, source.c.id == same["id"])
            named = update(source).where(*place).values(sourced_id=each.sourced_id)
            await execute(run.connection, named)


def _called_alike(row: Any, course: Course) -> bool:
    return bool(row["name"].strip().casefold() == course.title.strip().casefold())


def _of_the_same_days(row: Any, session: AcademicSession) -> bool:
    """Whether more than half of the days of each are the other's too."""
    told = session.start_date, max(session.start_date, session.end_date)
    return same_days(told, (row["starts_on"], row["ends_on"]))
