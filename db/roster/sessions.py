"""Academic years and their periods, from the roster's sessions."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.roster.coverage import read_coverage
from db.roster.ends import detect_end_days
from db.roster.import_run import ImportRun, known_or_new, missing
from db.roster.leaving import move_leavers
from db.roster.merge import Batch
from db.roster.sql import fetch, of_schools, table
from db.roster.years import KnownYears, assign_years, title, unused_years
from domain.oneroster import Sheet
from domain.oneroster.ends import SessionDays
from domain.oneroster.records import SESSIONS, AcademicSession, Class
from domain.oneroster.saying import Said, Saying
from domain.oneroster.values import BadValue, one_of

OF_FORMAT = one_of(*SESSIONS)
OWN = "ext:"
"""The prefix of types that the format leaves to others; we use it for kinds of period that the
format does not have."""
KINDS = {"gradingPeriod": "GRADING_PERIOD", "term": "TERM", "semester": "SEMESTER"}
LONGEST_KIND = 32
Years = dict[tuple[int, str], UUID]
"""The academic year of each session, by school and roster id."""


async def place_sessions(run: ImportRun) -> Years:
    """Merge the sessions: in the schools whose classes need their year, or in all if no class
    does."""
    sheet = run.roster.sheet("academicSessions", AcademicSession)
    years, periods = await run.ids("academic_year"), await run.ids("period")
    year_of: Years = {**years, **await _years_of_periods(run)}
    made = await KnownYears.load(run)
    sound = _sound(run, sheet, {sourced_id for _, sourced_id in year_of}, made)
    await detect_end_days(run, sheet, _session_days(run, sound))
    needed = _SchoolsOfSession(run, sound)
    owned = ("name", "starts_on", "ends_on", "active")
    of_years = Batch("academic_year", owned, ("sourced_id",), counted=True)
    more = ("kind", "academic_year_id", "parent_id")
    of_periods = Batch("period", (*owned, *more), ("sourced_id", "locked"), counted=True)
    for session in _parents_first(sound):
        name, parent = session.sourced_id, _parent(session, sound)
        there = {school for school, sourced_id in year_of if sourced_id == name}
        for school in sorted(needed(session) | there):
            before = made.made(school, name) if not sheet.bulk and session.line == 0 else None
            first, last = _days(run, school, session, before)
            called = session.title if session.line else title(session.school_year, first, last)
            values = (called, first, last, session.active)
            if session.type == "schoolYear":
                year_of[school, name] = id_ = known_or_new(years, school, name)
                of_years.add(school, id_, values, name)
            elif (year := year_of.get((school, parent or ""))) is not None:
                year_of[school, name] = year
                id_ = known_or_new(periods, school, name)
                above = periods.get((school, parent or ""))
                kind = KINDS.get(session.type) or session.type.removeprefix(OWN).upper()
                of_periods.add(school, id_, (*values, kind, year, above), name, False)
    with_periods = {
        row[of_periods.columns.index("academic_year_id")] for row in of_periods.rows.values()
    }
    last_days = await _last_days(run)
    run.coverage = await read_coverage(run, of_years, with_periods, year_of)
    for row in unused_years(sheet, made, set(of_years.rows), run.coverage.sessions):
        values = (row["name"], row["starts_on"], row["ends_on"], False)
        of_years.add(row["school_id"], row["id"], values, row["sourced_id"])
    await run.merge("academic years", of_years, sheet)
    days = run.coverage.days
    moved = {
        id_: (last, days[id_][1])
        for id_, last in last_days.items()
        if id_ in days and days[id_][1] != last
    }
    await move_leavers(run, moved)
    await run.merge("periods", of_periods, sheet)
    return year_of


async def _last_days(run: ImportRun) -> dict[UUID, date]:
    """Of the years as they are."""
    year = table("academic_year")
    query = select(year.c.id, year.c.ends_on).where(of_schools(year, run.schools))
    return {row["id"]: row["ends_on"] for row in await fetch(run.connection, query)}


def _days(
    run: ImportRun, school: int, session: AcademicSession, before: Any | None
) -> tuple[date, date]:
    """The first and last day of the session in the school. If the year was made `before` and this
    is a delta, its earlier days are included."""
    first = run.first(session.start_date, school) or session.start_date
    last = max(first, run.last(session.end_date, school) or session.end_date)
    if before is not None:
        first, last = min(first, before["starts_on"]), max(last, before["ends_on"])
    return first, last


def _session_days(run: ImportRun, sound: dict[str, AcademicSession]) -> list[SessionDays]:
    """The sessions as the roster writes them, without years that were made for it."""
    return [
        SessionDays(each.type, _parent(each, sound), *run.written(each))
        for each in sound.values()
        if each.line and each.active
    ]


async def _years_of_periods(run: ImportRun) -> Years:
    period = table("period")
    ids = {
        (row["school_id"], row["id"]): row["academic_year_id"]
        for row in await fetch(
            run.connection,
            select(period.c.school_id, period.c.id, period.c.academic_year_id).where(
                of_schools(period, run.schools)
            ),
        )
    }
    known = await run.ids("period")
    return {(school, name): ids[school, id_] for (school, name), id_ in known.items()}


def _sound(
    run: ImportRun, sheet: Sheet[AcademicSession], known: set[str], made: KnownYears
) -> dict[str, AcademicSession]:
    """The valid sessions: their days are in order, and their parents lead to a school year."""
    found: dict[str, AcademicSession] = {}
    for session in sheet.records:
        try:
            session.type = _type(run, sheet, session.type)
        except BadValue as error:
            sheet.drop(session, run.findings, "type", error.reason)
            continue
        first, end = run.written(session)
        if end < first:
            sheet.drop(session, run.findings, "endDate", Saying.END_BEFORE_BEGIN(first="startDate"))
        else:
            found[session.sourced_id] = session
    without = [each for each in found.values() if each.type != "schoolYear"]
    without = [each for each in without if _parent(each, found) is None]
    assign_years(run, sheet, found, without, made)
    while lost := [each for each in found.values() if not _holds(each, found, known)]:
        for session in lost:
            reason = missing("academicSession", session.parent_sourced_id or "", sheet)
            sheet.drop(session, run.findings, "parentSourcedId", reason)
            del found[session.sourced_id]
    for session in [each for each in found.values() if not list(_chain(each, found))]:
        sheet.drop(session, run.findings, "parentSourcedId", Saying.PARENTS_IN_CIRCLE())
        del found[session.sourced_id]
    return found


def _type(run: ImportRun, sheet: Sheet[AcademicSession], written: str) -> str:
    if written.startswith(OWN) and len(OWN) < len(written) <= LONGEST_KIND:
        return written

    def notice(text: Said) -> None:
        run.findings.notice(sheet.file, text.within(f"type {text}", of="type"))

    return OF_FORMAT(written, notice)


def type_of(kind: str) -> str:
    """The type of a period's kind in a roster."""
    types = {kind: type_ for type_, kind in KINDS.items()}
    return types.get(kind) or f"{OWN}{kind.lower()}"


def _holds(session: AcademicSession, found: dict[str, AcademicSession], known: set[str]) -> bool:
    if session.type == "schoolYear":
        return True
    parent = _parent(session, found)
    return parent is not None and (parent in found or parent in known)


def _parent(session: AcademicSession, found: dict[str, AcademicSession]) -> str | None:
    """The session's parent. Without one, the school year that contains its days, or the only one
    with its `schoolYear`."""
    if session.type == "schoolYear":
        return None
    if session.parent_sourced_id is not None:
        return session.parent_sourced_id
    years = [each for each in found.values() if each.type == "schoolYear"]
    same = [each for each in years if each.school_year == session.school_year]
    around = [
        each
        for each in same or years
        if each.start_date <= session.start_date and session.end_date <= each.end_date
    ]
    called = same if session.school_year is not None and len(same) == 1 else []
    return next((each.sourced_id for each in (*around, *called)), None)


def _chain(
    session: AcademicSession, found: dict[str, AcademicSession]
) -> Iterator[AcademicSession]:
    """The session and its parents up to the top; empty if they form a circle."""
    chain = [session]
    while (above := found.get(_parent(chain[-1], found) or "")) is not None:
        if above in chain:
            return
        chain.append(above)
    yield from chain


def _parents_first(found: dict[str, AcademicSession]) -> list[AcademicSession]:
    return sorted(found.values(), key=lambda each: len(list(_chain(each, found))))


class _SchoolsOfSession:
    """The schools that need a session: those whose classes name a session of the same year."""

    def __init__(self, run: ImportRun, found: dict[str, AcademicSession]) -> None:
        self.found, self.everybody = found, set(run.schools)
        self.by_top: dict[str, set[int]] = {}
        for each in run.roster.sheet("classes", Class).records:
            school = run.school_of.get(each.school_sourced_id)
            for name in each.term_sourced_ids:
                if school is not None and name in found:
                    self.by_top.setdefault(self.top(found[name]), set()).add(school)

    def top(self, session: AcademicSession) -> str:
        return list(_chain(session, self.found))[-1].sourced_id

    def __call__(self, session: AcademicSession) -> set[int]:
        return self.by_top.get(self.top(session), self.everybody)
