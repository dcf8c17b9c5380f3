"""Academic years and the periods within them."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.roster.ends import tell_ends
from db.roster.merge import Batch
from db.roster.sql import fetch, of_schools, table
from db.roster.work import Work, known_or_new, missing
from db.roster.years import Known, give_years, stale, title
from domain.oneroster import Sheet
from domain.oneroster.ends import Written
from domain.oneroster.records import SESSIONS, AcademicSession, Class
from domain.oneroster.values import BadValue, one_of

OF_FORMAT = one_of(*SESSIONS)
OWN = "ext:"
"""How the format lets other types begin; ours are the kinds of period it does not know."""
KINDS = {"gradingPeriod": "GRADING_PERIOD", "term": "TERM", "semester": "SEMESTER"}
LONGEST_KIND = 32
Years = dict[tuple[int, str], UUID]
"""The academic year of every session, by school and the session's name."""


async def place_sessions(work: Work) -> Years:
    """Give every session to the schools whose classes need its year, or to all where none does."""
    sheet = work.roster.sheet("academicSessions", AcademicSession)
    years, periods = await work.ids("academic_year"), await work.ids("period")
    year_of: Years = {**years, **await _years_of_periods(work)}
    made = await Known.load(work)
    sound = _sound(work, sheet, {sourced_id for _, sourced_id in year_of}, made)
    await tell_ends(work, sheet, _written(work, sound))
    needed = _needed(work, sound)
    owned = ("name", "starts_on", "ends_on", "active")
    of_years = Batch("academic_year", owned, ("sourced_id",), counted=True)
    more = ("kind", "academic_year_id", "parent_id")
    of_periods = Batch("period", (*owned, *more), ("sourced_id", "locked"), counted=True)
    for session in _parents_first(sound):
        name, parent = session.sourced_id, _parent(session, sound)
        there = {school for school, sourced_id in year_of if sourced_id == name}
        for school in sorted(needed(session) | there):
            before = made.made(school, name) if not sheet.bulk and session.line == 0 else None
            first, last = _days(work, school, session, before)
            called = session.title if session.line else title(session.school_year, first, last)
            says = (called, first, last, session.active)
            if session.type == "schoolYear":
                year_of[school, name] = id_ = known_or_new(years, school, name)
                of_years.add(school, id_, says, name)
            elif (year := year_of.get((school, parent or ""))) is not None:
                year_of[school, name] = year
                id_ = known_or_new(periods, school, name)
                above = periods.get((school, parent or ""))
                kind = KINDS.get(session.type) or session.type.removeprefix(OWN).upper()
                of_periods.add(school, id_, (*says, kind, year, above), name, False)
    for row in stale(sheet, made, set(of_years.rows)):
        says = (row["name"], row["starts_on"], row["ends_on"], False)
        of_years.add(row["school_id"], row["id"], says, row["sourced_id"])
    await work.merge("academic years", of_years, sheet)
    await work.merge("periods", of_periods, sheet)
    return year_of


def _days(
    work: Work, school: int, session: AcademicSession, before: Any | None
) -> tuple[date, date]:
    """The session's days in the school, both included; of a year that was made `before`, and of
    which a delta tells a part, those of before as well."""
    first = work.first(session.start_date, school) or session.start_date
    last = max(first, work.last(session.end_date, school) or session.end_date)
    if before is not None:
        first, last = min(first, before["starts_on"]), max(last, before["ends_on"])
    return first, last


def _written(work: Work, sound: dict[str, AcademicSession]) -> list[Written]:
    """The sessions as the roster writes them, but for years that are made."""
    return [
        Written(each.type, _parent(each, sound), *work.written(each))
        for each in sound.values()
        if each.line and each.active
    ]


async def _years_of_periods(work: Work) -> Years:
    period = table("period")
    ids = {
        (row["school_id"], row["id"]): row["academic_year_id"]
        for row in await fetch(
            work.connection,
            select(period.c.school_id, period.c.id, period.c.academic_year_id).where(
                of_schools(period, work.schools)
            ),
        )
    }
    known = await work.ids("period")
    return {(school, name): ids[school, id_] for (school, name), id_ in known.items()}


def _sound(
    work: Work, sheet: Sheet[AcademicSession], known: set[str], made: Known
) -> dict[str, AcademicSession]:
    """Sessions that make sense: their days in order, their parents there, up to a school year."""
    found: dict[str, AcademicSession] = {}
    for session in sheet.records:
        try:
            session.type = _type(work, sheet, session.type)
        except BadValue as error:
            sheet.drop(session, work.findings, "type", str(error))
            continue
        first, end = work.written(session)
        if end < first:
            sheet.drop(session, work.findings, "endDate", "is before the startDate")
        else:
            found[session.sourced_id] = session
    without = [each for each in found.values() if each.type != "schoolYear"]
    without = [each for each in without if _parent(each, found) is None]
    give_years(work, sheet, found, without, made)
    while lost := [each for each in found.values() if not _holds(each, found, known)]:
        for session in lost:
            reason = missing("academicSession", session.parent_sourced_id or "", sheet)
            sheet.drop(session, work.findings, "parentSourcedId", reason)
            del found[session.sourced_id]
    for session in [each for each in found.values() if not list(_chain(each, found))]:
        sheet.drop(session, work.findings, "parentSourcedId", "its parents go round in a circle")
        del found[session.sourced_id]
    return found


def _type(work: Work, sheet: Sheet[AcademicSession], written: str) -> str:
    if written.startswith(OWN) and len(OWN) < len(written) <= LONGEST_KIND:
        return written
    return OF_FORMAT(written, lambda text: work.findings.notice(sheet.file, f"type {text}"))


def type_of(kind: str) -> str:
    """A period's kind as a roster writes it."""
    types = {kind: type_ for type_, kind in KINDS.items()}
    return types.get(kind) or f"{OWN}{kind.lower()}"


def _holds(session: AcademicSession, found: dict[str, AcademicSession], known: set[str]) -> bool:
    if session.type == "schoolYear":
        return True
    parent = _parent(session, found)
    return parent is not None and (parent in found or parent in known)


def _parent(session: AcademicSession, found: dict[str, AcademicSession]) -> str | None:
    """What it lies within: its parent, or where it names none, the school year around its days,
    or the one that it is called after."""
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
    """The session and what it lies within, up to the top; nothing where that goes in a circle."""
    chain = [session]
    while (above := found.get(_parent(chain[-1], found) or "")) is not None:
        if above in chain:
            return
        chain.append(above)
    yield from chain


def _parents_first(found: dict[str, AcademicSession]) -> list[AcademicSession]:
    return sorted(found.values(), key=lambda each: len(list(_chain(each, found))))


class _needed:  # noqa: N801 - called like a function
    """Which schools need a session: those whose classes name one of the same year."""

    def __init__(self, work: Work, found: dict[str, AcademicSession]) -> None:
        self.found, self.everybody = found, set(work.schools)
        self.by_top: dict[str, set[int]] = {}
        for each in work.roster.sheet("classes", Class).records:
            school = work.school_of.get(each.school_sourced_id)
            for name in each.term_sourced_ids:
                if school is not None and name in found:
                    self.by_top.setdefault(self.top(found[name]), set()).add(school)

    def top(self, session: AcademicSession) -> str:
        return list(_chain(session, self.found))[-1].sourced_id

    def __call__(self, session: AcademicSession) -> set[int]:
        return self.by_top.get(self.top(session), self.everybody)
