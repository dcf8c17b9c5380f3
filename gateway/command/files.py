"""`gradebook check-files`."""

from typing import Annotated, Any

import typer

from db.stored_files import Comparison, compared
from gateway.command.database import read_settings, with_connection

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
