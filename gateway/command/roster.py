"""`gradebook import-roster` and `gradebook export-roster`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from db.store import Reader
from domain.audit import AuditKind
from domain.periods import UnknownZone, time_zone
from gateway.command.database import fail, with_connection
from gateway.command.language import read as read_language


class EndDays(Enum):
    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


Source = Annotated[
    Path, typer.Argument(exists=True, readable=True, help="A OneRoster archive or folder.")
]
Target = Annotated[
    Path, typer.Argument(help="The archive to write if it ends in .zip, or else the folder.")
]
Schools = Annotated[
    list[str] | None,
    typer.Option("--school", help="Only this school, by name or number; may be repeated."),
]
EVERY_YEAR = "all"
YearOption = Annotated[
    str,
    typer.Option(
        "--year",
        metavar="NAME|all",
        help="Only this academic year, by its name or sourcedId, with the people of it and their"
        " last days; a file for each year, imported in order, makes the school again. By default"
        " every year in one file.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")]
SkipBadRows = Annotated[
    bool, typer.Option("--skip-bad-rows", help="Import the rows that are good.")
]
AllowDeletions = Annotated[
    bool, typer.Option("--allow-deletions", help="Put away whatever the roster no longer lists.")
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        help="What separates the cells, where a file does not say for sure: , ; | or tab.",
    ),
]
DELIMITERS = {
    ",": ",", "comma": ",", ";": ";", "semicolon": ";", "|": "|", "bar": "|", "\t": "\t",
    "\\t": "\t", "tab": "\t",
}  # fmt: skip
Language = Annotated[
    str | None, typer.Option(help="The language by which names of new schools are sorted.")
]
Zone = Annotated[
    list[str] | None,
    typer.Option(
        "--zone",
        metavar="[SCHOOL=]ZONE",
        help="The time zone of the schools, such as Europe/Riga, or of one, by its sourcedId or"
        " name; may be repeated. A new school is in UTC by default.",
    ),
]
Ends = Annotated[
    EndDays | None,
    typer.Option(
        "--end-days",
        help="Whether an endDate is the last day (inclusive) or the day after it (exclusive)."
        " Stored for later rosters; derived from the sessions by default.",
    ),
]
ReportProgress = Callable[[str, int, int], None]
"""Called with the name of a part, the number of rows done, and the total."""


def import_(
    path: Source,
    dry_run: DryRun = False,
    skip_bad_rows: SkipBadRows = False,
    allow_deletions: AllowDeletions = False,
    delimiter: Delimiter = None,
    language: Language = None,
    zone: Zone = None,
    end_days: Ends = None,
) -> None:
    """Bring the schools to what a roster says."""
    if delimiter is not None and delimiter.lower() not in DELIMITERS:
        raise typer.BadParameter("it is one of , ; | or tab", param_hint="--delimiter")
    of_new: dict[str, Any] = {} if language is None else {"language": read_language(language)}
    zones = dict(map(_zone, zone or ()))

    async def work(connection: Any) -> Any:
        from db.roster import (
            BadOption,
            DemoDatabase,
            UnreadableRoster,
            import_roster,
            lacking,
        )

        with bars() as progress:
            try:
                report = await import_roster(
                    connection,
                    path,
                    dry_run=dry_run,
                    skip_bad_rows=skip_bad_rows,
                    allow_deletions=allow_deletions,
                    delimiter=DELIMITERS[delimiter.lower()] if delimiter else None,
                    progress=progress,
                    **of_new,
                    zones=zones,
                    end_days=end_days and end_days.value,
                )
            except (BadOption, DemoDatabase) as error:
                fail(f"{path} is not imported: {error}.")
            except (UnreadableRoster, OSError) as error:
                fail(f"{path} cannot be read as a roster: {error}")
        about = report.schools if report.written else []
        return report, [line for school in about for line in await lacking(connection, school)]

    report, needed = with_connection(work)
    if report.written and report.unzoned:
        names = ", ".join(report.unzoned)
        typer.echo(f"In the time zone UTC, as --zone says no other: {names}.")
    *told, verdict = report.lines()
    for line in (*told, *needed, verdict):
        typer.echo(line)
    if (report.bad_rows and not skip_bad_rows) or report.refusals:
        raise typer.Exit(1)


def export(path: Target, school: Schools = None, year: YearOption = EVERY_YEAR) -> None:
    """Write the schools as a roster: all years, or one of them, past or present."""

    async def work(connection: Any) -> dict[str, int]:
        from db.roster import UnknownYear, export_roster, school_numbers
        from db.writing.audit import note_school
        from gateway.command.admin import find_school

        chosen = [(await find_school(Reader(connection), each))[0] for each in school or ()]
        try:
            only = None if year == EVERY_YEAR else year
            numbers = chosen or await school_numbers(connection)
            written = await export_roster(connection, numbers, path, only)
            for number in numbers:
                await note_school(Reader(connection), number, AuditKind.EXPORTED.value, "roster")
            return written
        except UnknownYear as error:
            fail(f"{error}.")
        except OSError as error:
            fail(f"{path} cannot be written: {error.strerror}")

    written = with_connection(work)
    from db.roster import not_carried

    for noun, lines in written.items():
        typer.echo(f"{noun}: {lines}")
    for line in not_carried():
        typer.echo(line)
    typer.echo(f"Wrote {path}.")


def set_zone(
    school: Annotated[str, typer.Argument(help="The school's name or number.")],
    zone: Annotated[str, typer.Argument(help="Its IANA time zone, such as Europe/Riga.")],
) -> None:
    """Move a school to a time zone; lessons without an hour stay on their days."""
    _zone(zone)

    async def work(connection: Any) -> str:
        from db.roster import move_school
        from db.writing.audit import note_school
        from gateway.command.admin import find_school

        number, name = await find_school(Reader(connection), school)
        moved = await move_school(connection, number, zone)
        if moved is None:
            return f"{name} is in {zone} already."
        await note_school(Reader(connection), number, "CHANGED", "time_zone")
        return f"{name} is in {zone} now; lessons of whole days moved: {moved}."

    typer.echo(with_connection(work))


def _zone(option: str) -> tuple[str, str]:
    """Parse the option: a school, or all schools, and the zone."""
    school, _, zone = option.rpartition("=")
    try:
        time_zone(zone)
    except UnknownZone as error:
        fail(f"{error}.")
    return school, zone


@contextmanager
def bars() -> Iterator[ReportProgress | None]:
    """Progress bars, one for each part, if stderr is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(console=console, transient=True) as progress:
        tasks: dict[str, Any] = {}

        def report(part: str, done: int, total: int) -> None:
            if part not in tasks:
                tasks[part] = progress.add_task(part)
            progress.update(tasks[part], completed=done, total=total)

        yield report
