"""Documents are prepared beside the event loop, which serves others meanwhile."""

import asyncio
import threading
from typing import Any

import pytest

from gateway.app import engine_of
from gateway.errors import OperationError
from gateway.execution import Engine
from gateway.operations import Operation
from gateway.parsing import parsed, validated
from gateway.settings import Settings
from resolvers.execution import compiled_executor
from resolvers.execution.planner import plan
from resolvers.execution.reference_executor import ReferenceExecutor
from schema.build import schema
from tests.bench.shapes import conflicts, fields, fragments, whole_schema
from tests.gateway.execution.test_too_large import fan
from tests.gateway.nobody import Nobody, contexts

DEAR = [fields(12_000), fragments(14_500), conflicts(14_500)]


@pytest.fixture
def engine() -> Engine:
    return engine_of(Settings(), schema._schema)


async def turns_during(coming: Any) -> int:
    """How often the event loop got round while something was awaited."""
    task = asyncio.ensure_future(coming)
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    with pytest.raises(OperationError):
        task.result()
    return turns


@pytest.mark.parametrize("query", DEAR)
async def test_a_dear_document_leaves_the_event_loop_its_turns(engine: Engine, query: str) -> None:
    assert await turns_during(engine.prepare_in_thread(Operation(query, {}), contexts)) > 5


async def test_no_work_of_an_unknown_document_is_done_in_the_loops_thread(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsing, validating, compiling, and answering about the schema."""
    here = threading.get_ident()
    seen: set[str] = set()

    def noted(name: str, function: Any) -> Any:
        def noting(*arguments: Any, **options: Any) -> Any:
            assert threading.get_ident() != here, name
            seen.add(name)
            return function(*arguments, **options)

        return noting

    interpreted = ReferenceExecutor.execute_fields
    monkeypatch.setattr(ReferenceExecutor, "execute_fields", noted("introspection", interpreted))
    monkeypatch.setattr("gateway.documents.parsed", noted("parsed", parsed))
    monkeypatch.setattr("gateway.documents.validated", noted("validated", validated))
    monkeypatch.setattr(compiled_executor, "plan", noted("plan", plan))
    monkeypatch.setattr(
        compiled_executor, "compile_plan", noted("compiled", compiled_executor.compile_plan)
    )
    query = whole_schema(100).replace("{", "{ viewer { __typename } ", 1)
    prepared = await engine.prepare_in_thread(Operation(query, {}), contexts)
    answer = await engine.run(prepared, Nobody())  # type: ignore[arg-type]
    assert answer["data"]["viewer"] is None
    assert len(answer["data"]["a0"]["types"]) > 100
    assert seen == {"parsed", "validated", "plan", "compiled", "introspection"}


async def test_a_document_is_prepared_once_for_all_who_ask_meanwhile(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when thousands subscribe again."""
    counted = {"parsed": 0, "plan": 0}

    def counting(name: str, function: Any) -> Any:
        def count(*arguments: Any) -> Any:
            counted[name] += 1
            return function(*arguments)

        return count

    monkeypatch.setattr("gateway.documents.parsed", counting("parsed", parsed))
    monkeypatch.setattr(compiled_executor, "plan", counting("plan", plan))

    async def ask(query: str) -> Any:
        prepared = await engine.prepare_in_thread(Operation(query, {}), contexts)
        return await engine.run(prepared, Nobody())  # type: ignore[arg-type]

    answers = await asyncio.gather(*(ask("{ viewer { __typename } }") for _ in range(50)))
    assert answers == [{"data": {"viewer": None}}] * 50
    assert counted == {"parsed": 1, "plan": 1}
    refused = await asyncio.gather(*(ask("{ viewr }") for _ in range(50)), return_exceptions=True)
    assert {str(one) for one in refused} == {
        "Cannot query field 'viewr' on type 'Query'. Did you mean 'viewer'?"
    }
    assert counted == {"parsed": 2, "plan": 1}
    assert not engine.documents.pending


def test_a_large_operation_is_compiled_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def noting(text: str, *arguments: Any) -> Any:
        lengths.append(text.count("\n"))
        return compile(text, *arguments)

    monkeypatch.setattr(compiled_executor, "compile", noting, raising=False)
    monkeypatch.setattr(compiled_executor, "MOST_LINES", 100)
    query = fan(3, 4)
    document = engine_of(Settings(), schema._schema).documents.get(query)
    executor = compiled_executor.CompiledExecutor.build(schema._schema, document.node)
    assert isinstance(executor, compiled_executor.CompiledExecutor)
    assert isinstance(executor.compiled(), compiled_executor.Compiled)
    assert len(lengths) > 15
    assert max(lengths) < 500
