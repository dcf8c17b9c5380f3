"""`gradebook explain`: how an operation is executed, or what follows from a noun's declaration."""

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from graphql import GraphQLError, parse, validate

from gateway.command.database import fail

What = Annotated[str, typer.Argument(help="A GraphQL document, or the name of a noun.")]
Name = Annotated[str | None, typer.Option(help="Which of its operations, if there are several.")]
Variables = Annotated[
    str, typer.Option(help="Variables as JSON; required ones that are missing get sample values.")
]


def explain(what: What, name: Name = None, variables: Variables = "{}") -> None:
    """Print the plan of an operation: its levels, statements and audiences, and the function that
    it is compiled to. Of a noun, such as Remark, print what follows from its declaration."""
    path = Path(what)
    if path.is_file():
        _explain_operation(path, name, variables)
    elif not what.isidentifier():
        fail(f"There is no file {what}.")
    else:
        _explain_noun(what)


def _explain_noun(name: str) -> None:
    from resolvers.declarations.explain import described
    from resolvers.declarations.noun import NOUNS
    from schema.build import schema  # which declares all nouns

    if name not in NOUNS:
        nouns = sorted(NOUNS.keys() & schema._schema.type_map.keys())
        near = get_close_matches(name.lower(), by_lower := {each.lower(): each for each in nouns})
        hint = f"Did you mean {by_lower[near[0]]}?" if near else f"Nouns are {', '.join(nouns)}."
        fail(f"There is no file and no noun {name}. {hint}")
    for line in described(NOUNS[name]):
        typer.echo(line)


def _explain_operation(file: Path, name: str | None, variables: str) -> None:
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
