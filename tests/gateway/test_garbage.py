"""Nothing of a request waits for the garbage collector: it is freed when it is answered.

The collector scans an object once and then never again (`gateway/garbage.py`), so that what would
refer to itself would stay for ever.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

import pytest

from gateway import start
from gateway.app import engine_of
from gateway.documents import Documents
from gateway.errors import OperationError
from gateway.execution import Engine
from gateway.garbage import FREQUENT, SELDOM, USUAL, freeze_long_lived_objects, frequent_collections
from gateway.operations import Operation
from gateway.settings import Settings
from resolvers.execution.compiled_executor import CompiledExecutor
from schema.build import schema
from tests.bench.shapes import SHAPES, fragments
from tests.gateway.nobody import Nobody, contexts

SCHEMA = schema._schema
OURS = ("graphql.language", "graphql.validation", "graphql.execution", "gateway.", "resolvers.")
"""Where the classes are of which nothing may be left: other tests leave schemas and frames."""
FEW = 5
MOST_SCANNED = 20_000
"""Objects that a collection scans within ten milliseconds or so."""


Alone = Callable[[Callable[[], Counter[str]]], Counter[str]]


@pytest.fixture(scope="module")
def alone() -> Iterator[Alone]:
    """Runs a measurement in a process apart: what other tests left may be freed at any time."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda measure: pool.submit(measure).result()


def unreachable() -> Counter[str]:
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        kinds = (type(each) for each in gc.garbage)
        found = Counter(kind.__name__ for kind in kinds if kind.__module__.startswith(OURS))
        del found[
            "PrintBuffer"
        ]  # graphql's printer leaves some for each error, and nothing in them
        return found
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


def test_a_command_begins_with_seldom_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gc.get_threshold()
    monkeypatch.setattr("sys.argv", ["gradebook", "no-such-command"])
    try:
        with pytest.raises(SystemExit):
            start.main()
        assert gc.get_threshold()[0] == SELDOM
    finally:
        gc.set_threshold(*before)


def test_no_document_leaves_garbage(alone: Alone) -> None:
    found = alone(of_documents)
    assert found.total() < FEW, found


def of_documents() -> Counter[str]:
    gc.disable()
    documents = Documents(SCHEMA)
    for shape in SHAPES:
        prepare(documents, shape(500))  # what is kept for good
    unreachable()
    for shape in SHAPES:
        for size in (500, 14_500):
            prepare(documents, shape(size) + " # again")
    return unreachable()


def prepare(documents: Documents, text: str) -> None:
    with suppress(OperationError):
        documents.check(documents.get(text), None, {})


def test_what_is_forgotten_leaves_no_garbage(alone: Alone) -> None:
    """Compiled operations too, whose functions refer to the names that they use."""
    found = alone(of_forgotten)
    assert found.total() < FEW, found


def of_forgotten() -> Counter[str]:
    gc.disable()
    return asyncio.run(_of_forgotten())


async def _of_forgotten() -> Counter[str]:
    engine = engine_of(Settings(cache_bytes=100_000), SCHEMA)
    query = "{ viewer { __typename } node(id: %d) { ... on Student { displayName } } }"
    for number in range(3):
        await asked(engine, query % number)
        await asked(engine, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[{}, number])
    unreachable()
    for number in range(8):
        await asked(engine, query % number)
        await asked(engine, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[{}, number])
        await asked(engine, f'{{ node(id: "{number}") {{ id }} }}')
        await asked(engine, f"{{ viewer @include(if: {number}) {{ __typename }} }}")
        await asked(engine, f"{{ a{number}: __schema {{ types {{ name fields {{ name }} }} }} }}")
    assert len(engine.documents.new) < 10
    kept = CompiledExecutor.operations
    assert len(kept.by_key) <= len(engine.documents.new)
    assert kept.source == sum(one.size for one in kept.by_key.values())
    return unreachable()


async def asked(engine: Engine, query: str, **variables: object) -> Any:
    try:
        prepared = await engine.prepare_in_thread(Operation(query, variables), contexts)
    except OperationError:
        return None
    return await engine.run(prepared, Nobody())  # type: ignore[arg-type]


def test_a_collection_scans_few_objects_though_subscribers_and_documents_have_many(
    alone: Alone,
) -> None:
    found = alone(of_scanned)
    assert found["collections"] > 20
    assert found["most"] < MOST_SCANNED, found
    assert found["threshold"] == USUAL


def of_scanned() -> Counter[str]:
    gc.enable()
    return asyncio.run(_of_scanned())


async def _of_scanned() -> Counter[str]:
    engine = engine_of(Settings(), SCHEMA)
    scanned: list[int] = []

    def look(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            every = range(info["generation"] + 1)
            scanned.append(sum(len(gc.get_objects(generation=one)) for one in every))

    freeze_long_lived_objects()
    gc.callbacks.append(look)
    subscribers: list[list[int]] = [[] for _ in range(200_000)]
    texts = iter([f"{fragments(14_500)} # {number}" for number in range(12)])

    async def ask() -> None:
        for text in texts:
            await asked(engine, text)

    await asyncio.gather(ask(), ask(), ask())
    gc.callbacks.remove(look)
    assert subscribers
    return Counter(collections=len(scanned), most=max(scanned), threshold=gc.get_threshold()[0])


def test_collections_are_frequent_until_the_last_thread_has_prepared_its_document(
    alone: Alone,
) -> None:
    found = alone(of_thresholds)
    assert found == {"one": FREQUENT, "two": FREQUENT, "one again": FREQUENT, "none": USUAL}


def of_thresholds() -> Counter[str]:
    freeze_long_lived_objects()
    found = Counter[str]()
    with frequent_collections:
        found["one"] = gc.get_threshold()[0]
        with frequent_collections:
            found["two"] = gc.get_threshold()[0]
        found["one again"] = gc.get_threshold()[0]
    found["none"] = gc.get_threshold()[0]
    return found
