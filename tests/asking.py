"""graphql-core's `graphql` for tests that ask the same again: it checks a document once."""

from functools import cache
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    execute,
    parse,
    validate,
)


async def graphql(schema: GraphQLSchema, source: str, **given: Any) -> ExecutionResult:
    """Execute the document, with the arguments that `execute` takes."""
    checked = document(schema, source)
    if not isinstance(checked, DocumentNode):
        return ExecutionResult(None, checked)
    result = execute(schema, checked, **given)
    answer: ExecutionResult = await result if isawaitable(result) else result
    return answer


@cache
def document(schema: GraphQLSchema, source: str) -> DocumentNode | list[GraphQLError]:
    """The document, or what is wrong with it."""
    try:
        parsed = parse(source)
    except GraphQLError as error:
        return [error]
    return validate(schema, parsed) or parsed
