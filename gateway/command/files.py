"""`gradebook check-files` and `gradebook file-limit`."""

from typing import Annotated, Any

import typer

from db.store import Reader
from db.stored_files import Comparison, compared
from db.writing.audit import note_school
from db.writing.schools import limit_files
from gateway.command.admin import find_school
from gateway.command.database import read_settings, with_connection

MOST_MEBIBYTES = 1 << 30
SHOWN = 20
"""Lines of a list."""


def check_files(
    remove: Annotated[
        bool, typer.Option("--remove-strays", help="Delete bytes that are no file's.")
    ] = False,
) -> None:
    """Compare the files that the database knows of with the bytes that are kept.

    Exits with 1 if bytes are missing.
    """
    settings = read_settings()
    storage = settings.storage

    async def work(connection: Any) -> Comparison:
        made = await compared(connection, storage)
        if remove:
            for key in made.strays:
                await storage.delete(key)
        return made

    made = with_connection(work, settings)
    typer.echo(f"{made.files} files in {storage.place}: {len(made.missing)} lack their bytes.")
    _list(made.missing)
    if made.strays:
        done = "were deleted" if remove else "can be deleted with --remove-strays"
        typer.echo(f"Bytes of {len(made.strays)} files that nothing knows of {done}.")
        _list(made.strays)
    if made.missing:
        raise typer.Exit(1)


def _list(lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        typer.echo(f"  {line}")
    if len(lines) > SHOWN:
        typer.echo(f"  and {len(lines) - SHOWN} more")


def file_limit(
    school: Annotated[str, typer.Argument(help="The school's name or number.")],
    mebibytes: Annotated[
        int | None,
        typer.Argument(min=0, max=MOST_MEBIBYTES, help="As much as any school unless told."),
    ] = None,
) -> None:
    """Say how much of files a school may have, in MiB."""

    async def work(connection: Any) -> str:
        async with connection.transaction():
            reader = Reader(connection)
            number, title = await find_school(reader, school)
            await reader.run(limit_files, school=number, new_file_mebibytes=mebibytes)
            await note_school(reader, number, "CHANGED", "file_mebibytes")
            return title

    room = "as much of files as any school" if mebibytes is None else f"{mebibytes} MiB of files"
    typer.echo(f"{with_connection(work)} may have {room}.")
