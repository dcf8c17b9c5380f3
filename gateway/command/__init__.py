"""The command `gradebook`."""

import getpass
from collections.abc import Iterator, Mapping
from importlib import import_module, metadata
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from domain.origin import ORIGIN
from gateway.clashes import OURS
from gateway.garbage import collect_seldom, no_collections

COMMANDS = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "new-school": "school:new_school",
    "new-year": "year:new_year",
    "schools": "school:schools",
    "remove-school": "school:remove_school",
    "create-admin": "admin:create_admin",
    "distribute": "distribute:distribute",
    "reset-second-factor": "second_factor:reset_second_factor",
    "invite": "invite:invite",
    "erase": "erase:erase",
    "set-language": "language:set_language",
    "settings": "settings:settings",
    "schema": "schema:schema",
    "explain": "explain:explain",
    "import-dictionary": "dictionary:import_",
    "import-roster": "roster:import_",
    "export-roster": "roster:export",
    "set-zone": "roster:set_zone",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "check-files": "files:check_files",
    "file-limit": "files:file_limit",
    "migrate": "serve:migrate",
    "audit": "audit:app",
}
"""Each command's module and function, or the Typer application of its subcommands."""


class Imported(Mapping[str, Any]):  # of Typer's own commands, whose class it does not export
    """The commands, each imported when it is asked for: some import the schema, which takes
    seconds."""

    def __getitem__(self, name: str) -> Any:
        module, attribute = COMMANDS[name].split(":")
        with no_collections():
            found = getattr(import_module(f"gateway.command.{module}"), attribute)
        application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        if isinstance(found, typer.Typer):
            application.add_typer(found, name=name)
            return typer.main.get_group(application).commands[name]
        application.command(name)(found)
        return typer.main.get_command(application)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    def __init__(self, **attributes: Any) -> None:  # Typer's
        super().__init__(**attributes)
        self.commands = Imported()  # type: ignore[assignment]  # Typer only reads it


app = typer.Typer(
    cls=Commands,
    help="The GraphQL gateway of a school's electronic diary.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradebook {metadata.version(OURS)}")
        raise typer.Exit


@app.callback()
def begun(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=tell_version, is_eager=True, help="Print the version, and end."
        ),
    ] = False,
) -> None:
    """Have what is written say which command wrote it, and who ran it."""
    ORIGIN.set(f"gradebook {context.invoked_subcommand}, by {user()}")


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user on this machine, as in a container
        return "somebody"


def main() -> None:
    collect_seldom()
    app()
