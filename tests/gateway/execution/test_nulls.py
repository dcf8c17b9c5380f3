"""Where a null goes that may not be: to the nearest place that may be null."""

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import pytest

from tests.gateway.execution.conftest import Run
from tests.gateway.execution.one_field import READINGS, answering

Path = tuple[str | int, ...]
FAILURE = ValueError("It failed.")
MISSING = "Cannot return null for non-nullable field Thing.it."
NOT_A_LIST = "Expected Iterable, but did not find one for field 'Thing.it'."

TYPES: list[Any] = [
    str,
    str | None,
    list[str],
    list[str | None],
    list[str] | None,
    list[str | None] | None,
    list[list[str]],
    list[list[str | None] | None],
    list[list[str] | None] | None,
    list[list[str]] | None,
]
WORDS = ["a", None, FAILURE]
LISTS: list[Any] = [
    [], ["a", "b"], ["a", None, "c"], ["a", FAILURE], [None, FAILURE], [FAILURE, None], None,
    FAILURE, 5,
]  # fmt: skip
LISTS_OF_LISTS: list[Any] = [
    [["a"], []], [["a"], None], [["a"], ["b", None]], [["a", FAILURE], [None]], [FAILURE, ["a"]],
    [["a", None], FAILURE, ["b"]], [["a"], 5], None,
]  # fmt: skip


@dataclass
class Bubbling(Exception):
    path: Path
    message: str


def completed(of: Any, value: Any, path: Path, errors: list[tuple[Path, str]]) -> Any:
    """The specification's CompleteValue, written out: raises where null may not be."""
    if NoneType in get_args(of) and isinstance(of, UnionType):
        before = len(errors)
        try:
            return inner(next(t for t in get_args(of) if t is not NoneType), value, path, errors)
        except Bubbling as failed:
            errors[before:] = [(failed.path, failed.message)]
            return None
    found = inner(of, value, path, errors)
    if found is None:
        raise Bubbling(path, MISSING)
    return found


def inner(of: Any, value: Any, path: Path, errors: list[tuple[Path, str]]) -> Any:
    if isinstance(value, Exception):
        raise Bubbling(path, str(value))
    if value is None or get_origin(of) is not list:
        return value
    if not isinstance(value, list):
        raise Bubbling(path, NOT_A_LIST)
    items, first = [], None
    for place, item in enumerate(value):
        try:
            items.append(completed(get_args(of)[0], item, (*path, place), errors))
        except Bubbling as failed:
            first = first or failed
    if first is not None:
        raise first
    return items


def expected(root: str, of: Any, value: Any, column: int) -> dict[str, Any]:
    errors: list[tuple[Path, str]] = []
    data: Any
    try:
        data = {root: {"it": completed(of, value, (root, "it"), errors)}}
    except Bubbling as failed:
        errors = [(failed.path, failed.message)]
        data = {root: None} if root == "thing" else None
    at = [{"line": 1, "column": column}]
    told = [{"message": text, "locations": at, "path": list(path)} for path, text in errors]
    return {"data": data, "errors": told} if told else {"data": data}


def values(of: Any) -> list[Any]:
    text = str(of)
    return {0: WORDS, 1: LISTS, 2: LISTS_OF_LISTS}[text.count("list[")]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("of", TYPES, ids=str)
async def test_a_null_goes_to_the_nearest_place_that_may_be_null(
    run: Run, of: Any, reading: str
) -> None:
    for value in values(of):
        schema = answering(of, value, reading)
        for root in ("thing", "sure"):
            query = f"{{ {root} {{ it }} }}"
            assert await run(schema, query) == expected(root, of, value, query.index("it") + 1), (
                value,
                root,
            )


def test_the_expectations_above_are_the_specifications() -> None:
    """Examples of its section 6.4.4, by hand."""
    assert expected("thing", list[str | None], ["a", None], 1) == {
        "data": {"thing": {"it": ["a", None]}}
    }
    error = {"message": MISSING, "locations": [{"line": 1, "column": 1}]}
    assert expected("thing", list[str] | None, ["a", None], 1) == {
        "data": {"thing": {"it": None}},
        "errors": [{**error, "path": ["thing", "it", 1]}],
    }
    assert expected("thing", list[str], ["a", None], 1) == {
        "data": {"thing": None},
        "errors": [{**error, "path": ["thing", "it", 1]}],
    }
    assert expected("sure", str, None, 1) == {
        "data": None,
        "errors": [{**error, "path": ["sure", "it"]}],
    }
