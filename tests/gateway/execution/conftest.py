"""What runs an operation of a test's own schema, once for each executor."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, cast

import orjson
import pytest
import strawberry
from graphql import DocumentNode, ExecutionResult, Executor, execute

from db.store import Store
from resolvers.context import Context
from tests.asking import document
from tests.executors import EXECUTORS

Run = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(params=EXECUTORS, ids=lambda executor: executor.__name__)
def executor_class(request: pytest.FixtureRequest) -> type[Executor[Any]]:
    return cast("type[Executor[Any]]", request.param)


@pytest.fixture
def run(executor_class: type[Executor[Any]]) -> Run:
    """Answers a valid operation as a client would read it, with the messages as they were."""

    async def answer(
        schema: strawberry.Schema, query: str, root: object = None, **variables: object
    ) -> dict[str, Any]:
        asked = document(schema._schema, query)
        assert isinstance(asked, DocumentNode), asked
        result = execute(
            schema._schema,
            asked,
            root,
            a_context(),
            variable_values=variables,
            executor_class=executor_class,
        )
        return shown(await result if isawaitable(result) else result)

    return answer


def a_context() -> Context:
    """A context for schemas that read nothing from a store."""
    return Context(cast(Store, None), None)


def shown(result: ExecutionResult) -> dict[str, Any]:
    return cast("dict[str, Any]", orjson.loads(orjson.dumps(result.formatted)))
