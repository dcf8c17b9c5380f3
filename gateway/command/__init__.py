"""The command `gradebook`."""

import getpass
from importlib import metadata
from typing import Annotated

import typer

from domain.origin import ORIGIN
from gateway.clashes import OURS
from gateway.command import (
    admin,
    audit,
    backup,
    demo,
    erase,
    explain,
    files,
    invite,
    language,
    roster,
    schema,
    school,
    second_factor,
    serve,
    settings,
    year,
)

app = typer.Typer(
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


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("new-school")(school.new_school)
app.command("new-year")(year.new_year)
app.command("schools")(school.schools)
app.command("remove-school")(school.remove_school)
app.command("create-admin")(admin.create_admin)
app.command("reset-second-factor")(second_factor.reset_second_factor)
app.command("invite")(invite.invite)
app.command("erase")(erase.erase)
app.command("set-language")(language.set_language)
app.command("settings")(settings.settings)
app.command("schema")(schema.schema)
app.command("explain")(explain.explain)
app.command("import-roster")(roster.import_)
app.command("export-roster")(roster.export)
app.command("set-zone")(roster.set_zone)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("check-files")(files.check_files)
app.command("migrate")(serve.migrate)
app.add_typer(audit.app, name="audit")


def main() -> None:
    app()
