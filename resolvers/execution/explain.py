"""What a compiled operation will do, for a person to read."""

import re
from collections.abc import Iterator

from graphql import DocumentNode, GraphQLError, GraphQLSchema

from db.dependencies import LESSON, Dependency
from resolvers.execution.compiled_executor import Compiled, CompiledExecutor
from resolvers.execution.deciding import Deciding
from resolvers.execution.limits import TooManyFields
from resolvers.execution.plan import Branch, Plan, Position
from resolvers.execution.readers import SharedReader, dependency_of_load, reader_of
from resolvers.loaders import Loader
from resolvers.readings import Resolved
from resolvers.relations import RELATIONS

CLAUSES = re.compile(r" (?=(?:LEFT OUTER JOIN|(?<!OUTER )JOIN|ORDER BY|UNION) )")
"""Where a statement's text is broken into lines."""


def explained(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    variables: dict[str, object],
) -> str:
    """The plan of the operation and its function; raises GraphQLError where there is none.

    Of the variables only those are needed that have no default and may not be null.
    """
    compiled = _compiled(schema, document, operation_name, variables)
    return "\n".join([*_plan(compiled.plan), *_keeping(compiled), *_function(compiled)])


def _compiled(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    variables: dict[str, object],
) -> Compiled:
    executor = CompiledExecutor.build(schema, document, None, None, variables, operation_name)
    if isinstance(executor, list):
        raise executor[0]
    compiled = executor.compiled()
    if isinstance(compiled, TooManyFields):
        raise GraphQLError(str(compiled))
    if compiled is None or compiled.plan.is_introspection:
        raise GraphQLError("graphql-core executes this operation: it asks for the schema itself.")
    return compiled


def levels(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    variables: dict[str, object],
) -> str:
    """What an operation that has run reads at each level; as `explained`, without its function."""
    compiled = _compiled(schema, document, operation_name, variables)
    lines = [f"# {compiled.plan.operation.operation.value} {compiled.plan.name}"]
    for branch in compiled.plan.branches:
        lines += _branch(branch)
    return "\n".join(lines).rstrip()


def _plan(plan: Plan) -> Iterator[str]:
    yield f"# {plan.operation.operation.value} {plan.name}"
    yield ""
    for branch in plan.branches:
        yield from _branch(branch)
    yield "# Audiences"
    for position in plan.positions:
        yield from _audiences(position)
    yield ""


def _branch(branch: Branch) -> Iterator[str]:
    for level, loads, calls in branch.levels():
        yield f"# Level {level}"
        for load in loads:
            fields = ", ".join(f"{made.parent}.{made.name}" for _, made in load.consumers)
            yield f"{load.loader.name}, for {fields}:"
            text = CLAUSES.sub("\n", load.projection.narrowed_statement().text)
            yield from (f"    {line.strip()}" for line in text.splitlines())
        for _, made in calls:
            assert made.bound is not None
            assert isinstance(made.bound.reading, Resolved)
            yield f"{made.parent}.{made.name}, by its own resolver"
        yield ""


def _audiences(position: Position) -> Iterator[str]:
    """Who may know of the records, and of the fields those that not all of them may read."""
    relation = RELATIONS.get(position.type.name)
    if relation is not None:
        yield f"{position.name}: known to {_names(relation.visible_to)}"
    for made in position.fields:
        if made.guarded and made.bound is not None:
            yield f"{position.name}.{made.key}: {_names(made.bound.audience)}"


def _keeping(compiled: Compiled) -> Iterator[str]:
    """Whether answers are kept, what drops them, and who is given the same one."""
    yield "# Kept answers"
    if compiled.not_kept is not None:
        yield f"Not kept: {compiled.not_kept}."
        yield ""
        return
    yield "An answer is kept until one of these is written:"
    for branch in compiled.plan.branches:
        for load in branch.loads.values():
            dependency = dependency_of_load(load)
            assert dependency is not None
            yield from (f"    {line}" for line in _dependency(load.loader, dependency))
        for _, made in branch.calls:
            yield f"    what {made.parent}.{made.name} has read then"
    if compiled.for_one_account:
        yield "It is given to the viewer's account alone, which is of one school."
    else:
        yield f"It is given to whoever has the same {_decided(compiled.deciding)}."
    yield from _shared_parts(compiled.plan)
    yield ""


def _shared_parts(plan: Plan) -> Iterator[str]:
    for branch in plan.branches:
        for load in branch.loads.values():
            for position, field in load.consumers:
                if isinstance(reader_of(load, position, field), SharedReader):
                    whose = "whoever may know of the same of its records" * bool(field.filtered)
                    yield (
                        f"Its parts {field.parent}.{field.name} are rendered once for each"
                        f" {field.parent}, and spliced into the answers of {whose or 'everybody'}."
                    )


def _dependency(loader: Loader, dependency: Dependency) -> Iterator[str]:
    if dependency.keyed:
        tables = ", ".join(sorted(dependency.keyed))
        yield f"{tables}: a record that names one of the keys of {loader.name}"
    if dependency.of_courses:
        yield f"{LESSON}: a record of a course that a student of {loader.name} has had"
    if dependency.whole:
        yield f"{', '.join(sorted(dependency.whole))}: any record of the school"


def _decided(deciding: Deciding | None) -> str:
    if deciding is None:
        return "rights"
    ties = [*deciding.alone, *(" or ".join(pair) for pair in deciding.pairs)]
    return f"roles, day and {', '.join(ties)}" if ties else "roles and day"


def _names(audience: object) -> str:
    return str(getattr(audience, "name", audience)).replace("|", ", ")


def _function(compiled: Compiled) -> Iterator[str]:
    yield "# Function"
    yield compiled.text
