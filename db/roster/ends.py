"""Whether a school's roster writes ends as the last day or as the day after it."""

from collections.abc import Sequence

from sqlalchemy import select, update

from db.roster.sql import execute, fetch, of_schools, table
from db.roster.work import Work
from domain.oneroster import Sheet
from domain.oneroster.ends import Written, shared_days
from domain.oneroster.records import AcademicSession

EXCLUSIVE = (
    "a session ends on the day on which the next begins, so every endDate, also of enrollments and"
    " roles, is read as the day after the last (--end-days inclusive says otherwise)"
)
SHARED = (
    "a session ends on the day on which the next begins, and both have that day"
    " (--end-days exclusive says otherwise)"
)


async def tell_ends(work: Work, sheet: Sheet[AcademicSession], sessions: Sequence[Written]) -> None:
    """Find how ends are written: as whoever imports says, or the manifest, or as was known of the
    school; or exclusive where every session of a whole list ends as the next begins. It is kept
    for the next roster, but for what a manifest says of its own."""
    shared, every = shared_days(sessions)
    all_there = sheet.bulk and sheet.whole and not sheet.bad
    guess = "exclusive" if every and all_there else None
    said = work.asked.end_days or work.roster.end_days
    school = table("school")
    query = select(school.c.school_id, school.c.end_days).where(of_schools(school, work.schools))
    for row in await fetch(work.connection, query):
        known = row["end_days"] and row["end_days"].lower()
        if (said or known or guess) == "exclusive":
            work.exclusive.add(row["school_id"])
        keep = work.asked.end_days or known or (None if said else guess)
        if keep is not None and keep != known:
            same = of_schools(school, [row["school_id"]])
            kept = update(school).where(same).values(end_days=keep.upper())
            await execute(work.connection, kept)
    for _ in range(shared):
        work.findings.notice(sheet.file, EXCLUSIVE if work.exclusive else SHARED)
