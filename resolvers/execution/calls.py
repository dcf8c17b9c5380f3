"""Fields that ordinary resolvers answer: called for each record, then awaited together."""

import asyncio
import inspect
from collections.abc import AsyncIterable
from typing import Any

from db.store import NOTED
from resolvers.execution.plan import Field
from resolvers.execution.records import Parents
from resolvers.execution.run import Run
from resolvers.readings import Resolved

Results = list[tuple[dict[str, Any], Any]]
"""Objects of the answer, each with what a resolver returned for it, or the error that it raised."""


async def call_resolver(run: Run, field: Field, parents: Parents) -> Results:
    """What the field's resolver returns for each record, with everything in it awaited."""
    assert field.bound is not None
    assert isinstance(field.bound.reading, Resolved)
    reading, checks = field.bound.reading, run.checks
    function = reading.function
    if run.recorder is not None and reading.told is not None:
        NOTED.set(run.recorder.note)  # of the task, until the resolvers have answered
    if run.lease.connection is not None:
        await run.lease.end()  # a resolver takes a connection of its own
    results: Results = []
    coming: list[int] = []
    for record, target in parents:
        if (arguments := checks.begin(field, None, record, target)) is None:
            continue
        try:
            value = function(record, run.context, **arguments)
        except Exception as error:
            value = error
        if inspect.isawaitable(value) or _may_hold_awaitables(value):
            coming.append(len(results))
        results.append((target, value))
    arrived = await asyncio.gather(*(_awaited(results[place][1]) for place in coming))
    NOTED.set(None)
    for place, value in zip(coming, arrived, strict=True):
        results[place] = (results[place][0], value)
    return results


def write_results(run: Run, field: Field, results: Results) -> None:
    """Complete the results, and put them into their objects."""
    for target, value in results:
        if isinstance(value, Exception):
            run.failures.fail(field, target, value)
        else:
            run.completion.visible_value(field, value, target)


def _may_hold_awaitables(value: Any) -> bool:
    if isinstance(value, AsyncIterable):
        return True
    return isinstance(value, list | tuple) and any(
        inspect.isawaitable(each) or _may_hold_awaitables(each) for each in value
    )


async def _awaited(value: Any) -> Any:
    """The value with everything in it awaited, or the error that this raised."""
    try:
        if inspect.isawaitable(value):
            value = await value
        if isinstance(value, AsyncIterable):
            value = [each async for each in value]
    except Exception as error:
        return error
    if _may_hold_awaitables(value):
        return await asyncio.gather(*(_awaited(each) for each in value))
    return value
