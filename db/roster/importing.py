"""The import of a roster: one transaction that is kept, or leaves nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from db.naming import renew_keys
from db.roster.adopting import adopt
from db.roster.archive import read_files
from db.roster.course_scales import place_course_scales
from db.roster.courses import place_courses
from db.roster.guardianships import place_guardianships
from db.roster.marks import follow_lessons, place_results
from db.roster.people import place_people
from db.roster.report import Report
from db.roster.scales import Scales
from db.roster.schools import place_schools
from db.roster.sessions import place_sessions
from db.roster.steps import tell_rights
from db.roster.ties import place_demographics, place_enrolments
from db.roster.work import Asked, EndDays, Progress, Work
from db.roster.works import place_line_items, place_work_types
from db.roster.zones import ONE_AT_A_TIME, checked
from domain.names import ROOT
from domain.oneroster import BadRow, read_roster
from domain.oneroster.records import FILES

ORDER = {f"{noun}.csv".lower(): place for place, noun in enumerate(FILES)}


async def import_roster(
    connection: Any,
    path: Path,
    *,
    dry_run: bool = False,
    skip_bad_rows: bool = False,
    allow_deletions: bool = False,
    delimiter: str | None = None,
    language: str = ROOT,
    progress: Progress | None = None,
    zones: Mapping[str, str] | None = None,
    end_days: EndDays | None = None,
) -> Report:
    """Bring the schools to what the roster says, or say why not.

    `delimiter` separates the cells of files that do not say for sure what does.
    `language` is that of the schools that it brings for the first time.
    `zones` are the schools' time zones, by sourcedId or name, or "" for all that are not named;
    `end_days` says whether an endDate is included in what it ends. Without them what is known
    stays, a new school is in UTC, and how ends are written is told from the sessions.
    `progress` is told the name of a part, how many of its rows are done, and of how many.
    """
    asked = Asked(zones or {}, end_days)
    checked(asked.zones)
    if progress is not None:
        progress("reading", 0, 1)
    roster = read_roster(read_files(Path(path)), delimiter)
    if progress is not None:
        progress("reading", 1, 1)
    report = Report(dry_run=dry_run, skip_bad_rows=skip_bad_rows)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        await _place(Work(connection, roster, report, progress, language=language, asked=asked))
    except BaseException:
        await transaction.rollback()
        raise
    report.bad_rows = sorted(roster.findings.bad_rows, key=_cause_first)
    report.notices = roster.findings.notices
    sound = skip_bad_rows or not report.bad_rows
    if allow_deletions:
        report.refusals.clear()
    if sound and not report.refusals and not dry_run:
        await transaction.commit()
        report.written = True
    else:
        await transaction.rollback()
    if not sound:
        report.refusals.clear()
        if not dry_run:
            report.changes.clear()
    return report


def _cause_first(row: BadRow) -> tuple[int, int]:
    """A file stands behind those that it refers to, so that causes are read before effects."""
    return ORDER.get(row.file.lower(), -1), row.line


async def _place(work: Work) -> None:
    await place_schools(work)
    await adopt(work)
    years = await place_sessions(work)
    places = await place_courses(work, years)
    people = await place_people(work, places)
    await place_guardianships(work, people)
    await place_demographics(work, people)
    await place_enrolments(work, places)
    await place_work_types(work, places)
    scales = await Scales.load(work)
    items = await place_line_items(work, places, scales)
    await tell_rights(work.connection, work.rights_moved)
    await place_results(work, items, scales)
    await follow_lessons(work)
    await place_course_scales(work, scales)
    await renew_keys(work.connection)
