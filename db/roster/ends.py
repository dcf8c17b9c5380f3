"""Whether a school's roster writes ends as the last day or as the day after it."""

from collections.abc import Sequence

from sqlalchemy import select, update

from db.roster.import_run import ImportRun
from db.roster.sql import execute, fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.ends import SessionDays, shared_days
from domain.oneroster.records import AcademicSession

EXCLUSIVE = (
    "a session ends on the day on which the next begins, so every endDate, also of enrollments and"
    " roles, is read as the day after the last (--end-days inclusive says otherwise)"
)
SHARED = (
    "a session ends on the day on which the next begins, and both have that day"
    " (--end-days exclusive says otherwise)"
)


async def detect_end_days(
    run: ImportRun, sheet: Sheet[AcademicSession], sessions: Sequence[SessionDays]
) -> None:
    """Find how ends are written: as whoever imports says, or the manifest, or as was known of the
    school; or exclusive where every session of a whole list ends as the next begins. It is kept
    for the next roster, but for what a manifest says of its own."""
    shared, every = shared_days(sessions)
    all_there = sheet.bulk and sheet.whole and not sheet.bad
    guess = "exclusive" if every and all_there else None
    said = run.options.end_days or run.roster.end_days
    school = table("school")
    query = select(school.c.school_id, school.c.end_days).where(of_schools(school, run.schools))
    for row in await fetch(run.connection, query):
        known = row["end_days"] and row["end_days"].lower()
        if (said or known or guess) == "exclusive":
            run.exclusive.add(row["school_id"])
        keep = run.options.end_days or known or (None if said else guess)
        if keep is not None and keep != known:
            same = of_schools(school, [row["school_id"]])
            kept = update(school).where(same).values(end_days=keep.upper())
            await execute(run.connection, kept)
    for _ in range(shared):
        run.findings.notice(sheet.file, EXCLUSIVE if run.exclusive else SHARED)
