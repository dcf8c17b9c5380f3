"""`gradebook schema`: prints the schema, or compares it with its snapshot."""

import difflib
from pathlib import Path
from typing import Annotated

import typer
from graphql import (
    GraphQLError,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    find_schema_changes,
)

from gateway.command.database import fail

Write = Annotated[bool, typer.Option("--write", help="Write the snapshot.")]
Changes = Annotated[
    Path | None,
    typer.Option(help="List for clients what has changed since this snapshot.", dir_okay=False),
]
Check = Annotated[bool, typer.Option("--check", help="Compare with the snapshot.")]


def schema(write: Write = False, check: Check = False, changes: Changes = None) -> None:
    """Print the schema, write its snapshot, or compare with it or with that of another version."""
    text, file = current(), snapshot()
    if changes is not None:
        tell_changes(read(changes), text)
    elif write:
        file.write_text(text)
    elif check:
        compare(file.read_text() if file.exists() else "", text)
    else:
        typer.echo(text, nl=False)


def current() -> str:
    from schema.build import schema as built

    return built.as_str().rstrip() + "\n"


def snapshot() -> Path:
    import schema as package

    return Path(str(package.__file__)).parent / "schema.graphql"


def compare(before: str, after: str) -> None:
    """Fail if the snapshot differs from the schema; breaking changes are named."""
    if before == after:
        return
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "schema.graphql", "the schema", lineterm=""
    )
    for line in lines:
        typer.echo(line)
    for change in breaking(before, after):
        typer.echo(f"Breaking: {change}", err=True)
    fail("The snapshot is not the schema. Run `make schema` and commit what changed.")


def read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}.")


def tell_changes(before: str, after: str) -> None:
    """Print what changes for clients: what may break them, and what is new."""
    try:
        old, new = (build_schema(text, assume_valid_sdl=True) for text in (before, after))
    except (GraphQLError, TypeError) as error:
        fail(f"This is no schema: {error}.")
    broken = {each.description for each in find_breaking_changes(old, new)}
    dangerous = {each.description for each in find_dangerous_changes(old, new)}
    every = {each.description for each in find_schema_changes(old, new)}
    added = {each for each in every - broken - dangerous if "escription" not in each}
    for title, changes in (("Breaking", broken), ("Mind", dangerous), ("New", added)):
        for change in sorted(changes):
            typer.echo(f"- {title}: {change}")


def breaking(before: str, after: str) -> list[str]:
    if not before:
        return []
    old, new = (build_schema(text, assume_valid_sdl=True) for text in (before, after))
    return [change.description for change in find_breaking_changes(old, new)]
