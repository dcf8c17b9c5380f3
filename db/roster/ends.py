"""Whether a school's roster writes ends as the last day, or as the day after it."""

from collections.abc import Sequence

from sqlalchemy import select, update

from db.roster.import_run import ImportRun
from db.roster.sql import execute, fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.ends import SessionDays, shared_days
from domain.oneroster.records import AcademicSession
from domain.oneroster.saying import Saying


async def detect_end_days(
    run: ImportRun, sheet: Sheet[AcademicSession], sessions: Sequence[SessionDays]
) -> None:
    """Determine how ends are written: by the import's option, the manifest, or what is stored for
    the school. Otherwise they are exclusive if, in a complete list, every session ends on the day
    on which the next begins.

    The result is stored for later rosters, unless it comes from the manifest.
    """
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
        told = Saying.ENDS_EXCLUSIVE if run.exclusive else Saying.ENDS_SHARED
        run.findings.notice(sheet.file, told())
