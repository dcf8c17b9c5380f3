"""`gradebook explain`: how an operation is executed."""

import json
from pathlib import Path
from typing import Annotated

import typer
from graphql import GraphQLError, parse, validate

from gateway.command.database import fail

File = Annotated[Path, typer.Argument(help="A GraphQL document.", exists=True, dir_okay=False)]
Name = Annotated[str | None, typer.Option(help="Which of its operations, if there are several.")]
Variables = Annotated[
    str, typer.Option(help="Variables as JSON; required ones that are missing get sample values.")
]


def explain(file: File, name: Name = None, variables: Variables = "{}") -> None:
    """Print the plan of an operation: its levels, statements and audiences, and the function that
    it is compiled to."""
    from gateway.command.samples import samples
    from resolvers.execution.explain import explained  # the schema takes a while to build
    from schema.build import schema

    try:
        document = parse(file.read_text())
        for error in validate(schema._schema, document):
            raise error
        given = _object(variables)
        sampled = samples(schema._schema, document, name, given)
        plan = explained(schema._schema, document, name, {**sampled, **given})
        if sampled:
            typer.echo(f"# Samples of variables: {json.dumps(sampled)}")
        typer.echo(plan)
    except GraphQLError as error:
        fail(error.message)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        fail(f"This can't be read: {error}.")


def _object(text: str) -> dict[str, object]:
    found = json.loads(text)
    if not isinstance(found, dict):
        fail("The variables are a JSON object.")
    return found
