"""`gradebook new-school`, `gradebook schools` and `gradebook remove-school`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from db.store import Reader
from db.templates import TEMPLATES, BadTemplate, Template, read
from db.writing.audit import note_school
from domain import clock
from domain.names import LONGEST_NAME
from domain.periods import UnknownZone, time_zone
from gateway.command.admin import find_school
from gateway.command.database import fail, read_settings, with_connection
from gateway.command.language import HELP
from gateway.command.language import read as read_language

NEXT = """Next, its head, and then people and courses:
  gradebook create-admin LOGIN --school {number}
  gradebook import-roster PATH      # brings them to the school that is called so
or, signed in as the head, the mutations that enrol students and create courses."""
IS_DEMO = (
    "This database holds the demo school, which never mixes with a real one. Give the new school"
    " another database (GRADEBOOK_DATABASE_URL or GRADEBOOK_DATA), or remove the demo first:"
    " {commands}."
)


def new_school(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    zone: Annotated[str, typer.Option(help="Its IANA time zone, such as Europe/Riga.")],
    language: Annotated[str, typer.Option(help=f"By which its names sort. {HELP}")],
    template: Annotated[str, typer.Option(help=f"One of {', '.join(TEMPLATES)}.")],
) -> None:
    """Make a school with a year, periods, subjects, kinds of work and scales."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        fail(f"A school's name has 1 to {LONGEST_NAME} characters.")
    tag = read_language(language)
    try:
        time_zone(zone)
        chosen = read(template, clock.today(zone))
    except (UnknownZone, BadTemplate) as error:
        fail(f"{error}.")

    async def work(connection: Any) -> int:
        from db.founding import found_school, removing, schools

        async with connection.transaction():
            there = await schools(connection)
            if demo := [each["school_id"] for each in there if each["demo"]]:
                fail(IS_DEMO.format(commands=removing(demo)))
            if any(each["name"] == name for each in there):
                fail(f"There is a school {name} already.")
            number = await found_school(connection, name, zone, tag, chosen)
            await note_school(Reader(connection), number, "CREATED", "")
            return number

    number = with_connection(work, makes=True)
    typer.echo(f"{name} is school {number}, in {zone}: {_told(chosen)}.")
    typer.echo(NEXT.format(number=number))


def _told(template: Template) -> str:
    year = template.year
    scale = template.scales[0]
    return (
        f"{template.title} of {year.name} ({year.starts_on} to {year.ends_on}),"
        f" {len(template.periods)} periods, {len(template.subjects)} subjects,"
        f" {len(template.work)} kinds of work, graded in {scale.name} ({scale.allowed})"
    )


def schools() -> None:
    """List the schools with their numbers, names, time zones and sizes."""

    async def work(connection: Any) -> list[Any]:
        from db.founding import schools

        return await schools(connection)

    found = with_connection(work)
    if not found:
        typer.echo("There is no school: make one with new-school or import-roster.")
        return
    sizes = ("students", "teachers", "classes", "courses", "grades")
    table = Table("Number", "Name", "Time zone", *(size.capitalize() for size in sizes))
    for each in found:
        mark = " (demo)" if each["demo"] else "" if each["active"] else " (put away)"
        counts = (str(each[size]) for size in sizes)
        table.add_row(str(each["school_id"]), each["name"] + mark, each["time_zone"], *counts)
    Console(width=None if Console().is_terminal else 200).print(table)


def remove_school(
    school: Annotated[str, typer.Argument(help="The school's name or number.")],
    export: Annotated[
        Path | None,
        typer.Option(help="The folder to export it to first; of its number unless told."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The school's name once more; asked for unless given.")
    ] = None,
) -> None:
    """Export a school, and then delete all that is of it."""

    settings = read_settings()

    async def work(connection: Any) -> tuple[str, Path, str, int]:
        from db.founding import hold_school, keep_rows, remove_school
        from db.roster import export_roster
        from db.stored_files import copy_files

        number, title = await find_school(Reader(connection), school)
        folder = export or Path(f"school-{number}-{clock.now():%Y%m%d-%H%M%S}")
        if folder.exists() and any(folder.iterdir()):
            fail(f"The folder {folder} is not empty: name another with --export.")
        asked = name if name is not None else typer.prompt(f"To delete {title}, type its name")
        if asked.strip() != title:
            fail(f"That is not its name. Nothing of {title} is deleted.")
        try:
            (folder / "tables").mkdir(parents=True)
            await export_roster(connection, [number], folder / "roster")
            (folder / "files").mkdir()
            files, lacking = await copy_files(
                connection, settings.storage, number, folder / "files"
            )
            async with connection.transaction():
                await hold_school(connection, number)
                await keep_rows(connection, number, folder / "tables")
                gone = await remove_school(connection, number)
        except OSError as error:
            fail(f"{folder} cannot be written, so nothing is deleted: {error.strerror}.")
        told = f"{files} files" + (f", of which {lacking} lack their bytes" if lacking else "")
        return title, folder, told, sum(gone.values())

    title, folder, told, rows = with_connection(work, settings)
    typer.echo(f"{title} is exported to {folder}: as a roster, every row of its tables, {told}.")
    typer.echo(f"{title} is deleted: {rows} rows.")
