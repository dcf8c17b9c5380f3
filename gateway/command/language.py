"""`gradebook set-language`: the language by which a school's names are sorted."""

from typing import Annotated, Any

import typer

from db.sort_keys import renew_keys
from db.store import Reader
from db.writing import schools
from db.writing.audit import note_school
from domain.names import UnknownLanguage, language_of
from gateway.command.admin import find_school
from gateway.command.database import fail, with_connection

HELP = "A language as BCP 47 writes it, such as de, pt-BR or de-u-co-phonebk."


def read(tag: str) -> str:
    """The canonical tag; ends the command if the language is unknown."""
    try:
        return language_of(tag)
    except UnknownLanguage:
        fail(f"{tag} is no language that is known. {HELP}")


def set_language(
    language: Annotated[str, typer.Argument(help=HELP)],
    school: Annotated[str, typer.Option(help="The school's name or number.")],
) -> None:
    """Sort a school's names by a language."""
    found = read(language)

    async def work(connection: Any) -> str:
        async with connection.transaction():
            reader = Reader(connection)
            number, title = await find_school(reader, school)
            await reader.run(schools.set_language, school=number, new_language=found)
            await note_school(reader, number, "CHANGED", "language")
            await renew_keys(connection)
            return title

    typer.echo(f"The names of {with_connection(work)} are sorted by {found}.")
