"""The schema asked for itself: by whom, how much at once, and what a name is told to be like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from graphql import ExecutionResult, execute, get_introspection_query

from gateway.app import engine_of
from gateway.cost import CostAnalysis
from gateway.documents import Documents, Limits
from gateway.errors import OperationError, shown
from gateway.execution import Engine
from gateway.operations import Operation
from gateway.settings import Settings
from schema.build import schema
from tests.bench.shapes import introspection, whole_schema
from tests.gateway import toy
from tests.gateway.nobody import Nobody, contexts

SCHEMA = schema._schema
WHOLE = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)
BOMB = """
  { a0: __schema { ...A } a1: __schema { ...A } }
  fragment A on __Schema { t0: types { ...B } t1: types { ...B } }
  fragment B on __Type { f0: fields { ...C } f1: fields { ...C } }
  fragment C on __Field { a0: args { ...D } a1: args { ...D } t0: type { ...E } t1: type { ...E } }
  fragment D on __InputValue { t0: type { ...E } t1: type { ...E } }
  fragment E on __Type { f0: fields { name } f1: fields { name } o: ofType { name kind } }
"""
QUERIES = [
    WHOLE,
    whole_schema(100),
    "{ __schema { types { name fields { args { type { fields { name } } } } } } }",
    "{ __schema { directives { name locations args { name type { kind ofType { kind } } } } } }",
    "{ __schema { types { possibleTypes { name } interfaces { name } enumValues { name } } } }",
    "{ __schema { types { fields { type { possibleTypes { name kind } } } } } }",
    '{ __type(name: "GiveGradeInput") { inputFields { name type { name ofType { name } } } } }',
    '{ __type(name: "Query") { ofType { name } fields { name args { name } type { kind } } } }',
]


def fields_in(data: Any) -> int:
    if isinstance(data, list):
        return sum(map(fields_in, data))
    return len(data) + sum(map(fields_in, data.values())) if isinstance(data, dict) else 0


@pytest.mark.parametrize("query", QUERIES)
def test_introspection_answers_no_more_than_it_weighs(query: str) -> None:
    documents = Documents(SCHEMA, Limits(introspection=5_000_000, cost=5_000_000))
    document = documents.get(query)
    operation = documents.check(document, None, {})
    answer = execute(SCHEMA, document.node)
    assert isinstance(answer, ExecutionResult)
    assert not answer.errors
    weight = CostAnalysis(SCHEMA, document.fragments, {}).analyse(operation).cost
    assert fields_in(answer.data) <= weight


def test_the_whole_schema_is_half_of_what_may_be_asked_for() -> None:
    limit = Documents(SCHEMA, Limits(introspection=Limits().introspection // 2))
    limit.check(limit.get(WHOLE), None, {})


@pytest.mark.parametrize("query", [BOMB, introspection(0)])
def test_introspection_that_multiplies_is_refused_before_it_runs(query: str) -> None:
    documents = Documents(SCHEMA)
    with pytest.raises(OperationError) as caught:
        documents.check(documents.get(query), None, {})
    (error,) = shown(caught.value.errors)
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}
    assert error["message"].startswith("The operation's introspection is ")
    assert " What costs most is __" in error["message"]


def test_a_refusal_of_introspection_names_it_and_no_field_beside_it() -> None:
    dear = "viewer { schools { students(first: 200) { edges { cursor } } } }"
    beside = f"{{ __schema {{ types {{ name }} }} {dear} }}"
    documents = Documents(SCHEMA, Limits(introspection=10))
    with pytest.raises(OperationError) as caught:
        documents.check(documents.get(beside), None, {})
    (error,) = shown(caught.value.errors)
    assert error["message"].endswith(" What costs most is __schema.types.")


@pytest.fixture
def engine() -> Engine:
    return engine_of(Settings(), SCHEMA)


async def answered(engine: Engine, query: str, **variables: object) -> Any:
    prepared = await engine.prepare_in_thread(Operation(query, variables), contexts)
    return await engine.run(prepared, Nobody())  # type: ignore[arg-type]


async def test_a_question_about_the_schema_alone_is_answered_once(engine: Engine) -> None:
    query = "query ($name: String!) { __type(name: $name) { name kind } }"
    first = await answered(engine, query, name="Grade")
    again = await answered(engine, query, name="Grade")
    other = await answered(engine, query, name="Course")
    assert again["data"] is first["data"]
    assert orjson.dumps(first) == b'{"data":{"__type":{"name":"Grade","kind":"OBJECT"}}}'
    assert orjson.dumps(other) == b'{"data":{"__type":{"name":"Course","kind":"OBJECT"}}}'


async def test_what_is_kept_of_answers_is_bounded(engine: Engine) -> None:
    kept = engine.answers.known
    kept.most_bytes = 1_000
    for number in range(20):
        await answered(engine, f"{{ __schema {{ a{number}: description }} }}")
    assert 10 < len(kept) < 20
    assert 0 < kept.bytes <= 1_000
    before = list(kept.keys())
    await answered(engine, whole_schema(100))
    assert list(kept.keys()) == before


@asynccontextmanager
async def client(**settings: Any) -> AsyncIterator[Any]:
    async with (
        toy.running(toy.app(**settings)) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):

        async def ask(query: str, token: str = "", **variables: object) -> Any:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = await http.post(
                "/graphql", json={"query": query, "variables": variables}, headers=headers
            )
            return answer.json()

        yield ask


ANNA = "token-of-anna"
MISSPELT = [
    "{ viewr }",
    "{ double(numbr: 1, number: 1) }",
    "{ ... on Qery { viewer } }",
    "query ($n: Boolaen!) { viewer @include(if: $n) }",
    "{ painted(colour: REDD) }",
    "query ($colour: Colour = REDD) { painted(colour: $colour) }",
    "{ viewer @inclde(if: true) }",
]


@pytest.mark.parametrize("query", [*MISSPELT, "{ __schema { queryTpe { name } } }"])
async def test_names_are_suggested_to_those_who_may_introspect(query: str) -> None:
    async with client(introspection="signed_in") as ask:
        (error,) = (await ask(query, ANNA))["errors"]
        hidden = (await ask(query))["errors"][0]
    if "@inclde" not in query:  # graphql suggests no directives
        assert "Did you mean" in error["message"]
    assert "Did you mean" not in hidden["message"]
    assert error["message"].startswith(hidden["message"])


async def test_names_in_variables_are_suggested_to_those_who_may_introspect() -> None:
    query = "query ($colour: Colour!) { painted(colour: $colour) }"
    said = "Variable '$colour' has invalid value: Value 'REDD' does not exist in 'Colour' enum."
    async with client(introspection="signed_in") as ask:
        (error,) = (await ask(query, ANNA, colour="REDD"))["errors"]
        assert error["message"] == f"{said} Did you mean the enum value 'RED'?"
        (error,) = (await ask(query, ANNA, colour="RED" * 1_000))["errors"]
        assert error["message"].startswith("Variable '$colour' has invalid value: Value 'REDRED")
        assert error["message"].endswith("...")
        assert len(error["message"]) == 2_003
        (error,) = (await ask(query, ANNA, colour="RED" * 67))["errors"]
        assert error["message"].endswith("RED' does not exist in 'Colour' enum.")
        (error,) = (await ask(query, colour="REDD"))["errors"]
        assert error["message"] == said
        assert await ask(query, colour="RED") == {"data": {"painted": "RED"}}


NAMED = "{ __schema { queryType { name } } }"
FOUND = {"data": {"__schema": {"queryType": {"name": "Query"}}}}


async def test_only_who_is_signed_in_may_introspect() -> None:
    async with client(introspection="signed_in") as ask:
        for _ in range(2):  # also once the document and its answer are known
            (error,) = (await ask(NAMED))["errors"]
            assert error["message"] == "Sign in to ask for the schema."
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}
            assert await ask(NAMED, ANNA) == FOUND
        assert await ask("{ __typename }") == {"data": {"__typename": "Query"}}


async def test_nobody_may_introspect_where_it_is_set_so() -> None:
    async with client(introspection="nobody") as ask:
        for token in ("", ANNA):
            (error,) = (await ask('{ __type(name: "Query") { name } }', token))["errors"]
            assert error["message"] == "The schema may not be asked for."
            assert error["extensions"] == {"code": "FORBIDDEN"}
            assert "Did you mean" not in str(await ask("{ viewr }", token))


async def test_anyone_may_introspect_unless_it_is_set_otherwise() -> None:
    async with client() as ask:
        assert await ask(NAMED) == FOUND
        beside = "{ viewer __schema { queryType { name } } }"
        assert await ask(beside, ANNA) == {"data": {"viewer": "anna"} | FOUND["data"]}
        assert await ask(beside) == {"data": {"viewer": None} | FOUND["data"]}
