"""Whatever may stand for a list, and what may not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.gateway.execution.conftest import Run
from tests.gateway.execution.one_field import READINGS, answering

QUERY = "{ thing { it } }"
AT = [{"line": 1, "column": 11}]


def error(message: str, *path: str | int) -> dict[str, Any]:
    return {"message": message, "locations": AT, "path": ["thing", "it", *path]}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (["a", "b"], ["a", "b"]),
        (("a", "b"), ["a", "b"]),
        ((), []),
        ({"a": 1, "b": 2}.keys(), ["a", "b"]),
    ],
)
async def test_an_iterable_is_a_list(run: Run, value: Any, answer: Any, reading: str) -> None:
    assert await run(answering(list[str], value, reading), QUERY) == {
        "data": {"thing": {"it": answer}}
    }


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("value", ["text", b"bytes", 5, {"a": 1}, object])
async def test_texts_numbers_and_mappings_are_no_lists(run: Run, value: Any, reading: str) -> None:
    message = "Expected Iterable, but did not find one for field 'Thing.it'."
    assert await run(answering(list[str] | None, value, reading), QUERY) == {
        "data": {"thing": {"it": None}},
        "errors": [error(message)],
    }


async def late(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


def generated(*values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, Exception):
            raise value
        yield value


async def streamed(*values: Any) -> AsyncIterator[Any]:
    for value in values:
        await asyncio.sleep(0)
        if isinstance(value, Exception):
            raise value
        yield value


Make = Callable[[], Any]


def fresh(of: Any, make: Make, reading: str) -> Any:
    """A schema whose field answers something that can be used up."""
    return answering(of, make(), reading)


@pytest.mark.parametrize("reading", ["resolver", "asynchronous resolver"])
async def test_items_may_be_awaited(run: Run, reading: str) -> None:
    def items() -> list[Awaitable[Any] | str]:
        return [late("a"), "b", late(None), late(ValueError("It failed.")), late("e")]

    assert await run(fresh(list[str | None], items, reading), QUERY) == {
        "data": {"thing": {"it": ["a", "b", None, None, "e"]}},
        "errors": [error("It failed.", 3)],
    }
    assert await run(fresh(list[str] | None, items, reading), QUERY) == {
        "data": {"thing": {"it": None}},
        "errors": [error("Cannot return null for non-nullable field Thing.it.", 2)],
    }


@pytest.mark.parametrize("reading", ["resolver", "asynchronous resolver"])
async def test_lists_of_lists_may_be_awaited_within(run: Run, reading: str) -> None:
    def items() -> list[Any]:
        return [late([late("a"), "b"]), ["c", late(None)], late(None), []]

    assert await run(fresh(list[list[str] | None], items, reading), QUERY) == {
        "data": {"thing": {"it": [["a", "b"], None, None, []]}},
        "errors": [error("Cannot return null for non-nullable field Thing.it.", 1, 1)],
    }


@pytest.mark.parametrize("reading", ["resolver", "asynchronous resolver"])
@pytest.mark.parametrize("make", [generated, streamed])
async def test_a_generator_is_a_list(run: Run, make: Any, reading: str) -> None:
    assert await run(fresh(list[str], lambda: make("a", "b"), reading), QUERY) == {
        "data": {"thing": {"it": ["a", "b"]}}
    }
    assert await run(fresh(list[str], make, reading), QUERY) == {"data": {"thing": {"it": []}}}
    assert await run(fresh(list[str | None], lambda: make("a", None), reading), QUERY) == {
        "data": {"thing": {"it": ["a", None]}}
    }
    assert await run(fresh(list[str] | None, lambda: make("a", None, "c"), reading), QUERY) == {
        "data": {"thing": {"it": None}},
        "errors": [error("Cannot return null for non-nullable field Thing.it.", 1)],
    }
    assert await run(fresh(list[int | None], lambda: make(1, "a", "3"), reading), QUERY) == {
        "data": {"thing": {"it": [1, None, 3]}},
        "errors": [error("Int cannot represent non-integer value: 'a'", 1)],
    }


@pytest.mark.parametrize("reading", ["resolver", "asynchronous resolver"])
@pytest.mark.parametrize("make", [generated, streamed])
async def test_a_generator_that_breaks_off_fails_as_a_whole(
    run: Run, make: Any, reading: str
) -> None:
    broken = ValueError("It broke off.")
    assert await run(fresh(list[str | None] | None, lambda: make("a", broken), reading), QUERY) == {
        "data": {"thing": {"it": None}},
        "errors": [error("It broke off.")],
    }
    assert await run(fresh(list[int] | None, lambda: make("a", broken), reading), QUERY) == {
        "data": {"thing": {"it": None}},
        "errors": [error("It broke off.")],
    }


@pytest.mark.parametrize("reading", ["resolver", "asynchronous resolver"])
async def test_items_of_an_asynchronous_generator_may_be_awaited(run: Run, reading: str) -> None:
    def items() -> AsyncIterator[Any]:
        return streamed(late("a"), late(None), "c")

    assert await run(fresh(list[str | None], items, reading), QUERY) == {
        "data": {"thing": {"it": ["a", None, "c"]}}
    }
