"""The import of a roster, in one transaction."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from db.roster.adopting import adopt
from db.roster.archive import read_files
from db.roster.audited import note_import
from db.roster.course_scales import place_course_scales
from db.roster.courses import place_courses
from db.roster.guardianships import place_guardianships
from db.roster.history import publish_rights
from db.roster.import_run import EndDays, ImportOptions, ImportRun, Progress
from db.roster.line_items import place_line_items, place_work_types
from db.roster.marks import follow_lessons, place_results
from db.roster.on_cluster import on_coordinator
from db.roster.people import place_people
from db.roster.report import Report
from db.roster.scales import Scales
from db.roster.schools import place_schools
from db.roster.sessions import place_sessions
from db.roster.ties import place_demographics, place_enrolments
from db.roster.zones import ONE_AT_A_TIME, check_zones
from db.sort_keys import renew_keys
from db.telling import tell_of
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
    only: int | None = None,
) -> Report:
    """Import the roster, or report why not.

    `delimiter` separates the cells of files for which it is not certain. `language` is that of new
    schools. `zones` are the schools' time zones, by sourcedId or name, or "" for all others.
    `end_days` says whether an endDate is the last day or the day after it. Without these two, known
    values stay, a new school is in UTC, and `end_days` is derived from the sessions. `only` is the
    one school that the roster may be about.

    `progress` is called with the name of a part, the number of rows done, and the total.
    """
    options = ImportOptions(zones or {}, end_days)
    check_zones(options.zones)
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
        run = ImportRun(connection, roster, report, progress, language=language, options=options)
        await _place(run, only)
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
    """The order of files in which each comes after those that it refers to, so that causes are
    reported before effects."""
    return ORDER.get(row.file.lower(), -1), row.line


async def _place(run: ImportRun, only: int | None) -> None:
    await place_schools(run, only)
    async with on_coordinator(run.connection, run.schools):
        await _place_within(run)
    await tell_of(run.connection)


async def _place_within(run: ImportRun) -> None:
    """Place what is within the schools."""
    await adopt(run)
    years = await place_sessions(run)
    places = await place_courses(run, years)
    people = await place_people(run, places)
    await place_guardianships(run, people)
    await place_demographics(run, people)
    await place_enrolments(run, places)
    await place_work_types(run, places)
    scales = await Scales.load(run)
    items = await place_line_items(run, places, scales)
    await publish_rights(run.connection, run.schools_with_changed_rights)
    await place_results(run, items, scales)
    await follow_lessons(run)
    await place_course_scales(run, scales)
    await note_import(run.connection, run.schools)
    await renew_keys(run.connection)
