"""Whatever operation is drawn, every executor answers it to the byte as the reference does."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import ExecutionResult, print_ast
from hypothesis import HealthCheck, Phase, given, settings

from resolvers.execution.reference_executor import ReferenceExecutor
from tests.cluster import on_one_postgresql
from tests.conftest import Server
from tests.store.differential.answers import faults, without_chance
from tests.store.differential.comparing import (
    Comparison,
    comparing,
    drop_databases,
    make_databases,
)
from tests.store.differential.operations import Case, cases
from tests.store.differential.splicing import Splicing
from tests.store.differential.statistics import Watched, every_field, shown

CASES = 2_400
pytestmark = [
    pytest.mark.timeout(1_200),
    on_one_postgresql("it makes databases of its own, and compares executors, not databases"),
]
"""Seconds for a test, on a machine that is busy; Hypothesis would take the end of them for a case
that fails. A case that is never answered is told by itself."""


@pytest.fixture(scope="module")
def comparison(server: Server) -> Iterator[Comparison]:
    """Without the log, to which every error that was put there would be written whole."""
    log = logging.getLogger("gradebook")
    log.disabled = True
    asyncio.run(make_databases(server))
    try:
        with comparing(server) as comparison:
            yield comparison
    finally:
        asyncio.run(drop_databases(server))
        log.disabled = False


def test_what_is_drawn_too_seldom_is_answered_alike_by_every_viewer(
    comparison: Comparison,
) -> None:
    comparison.compare_written()


def test_every_executor_answers_as_the_reference_does(comparison: Comparison) -> None:
    comparison.compare(CASES)


def test_what_was_drawn_reaches_every_field_and_every_way_to_answer(
    comparison: Comparison,
) -> None:
    """Counted over the comparisons above, which a generator that draws nothing would pass; a few
    fields are rare, and `make fuzz` tells which were never reached. Of the many mutations each is
    drawn a few times only, so fewer of their payloads' fields are reached."""
    if not comparison.has_compared_written:
        comparison.compare_written()
    if not comparison.shares["drawn"]:
        comparison.compare(CASES)
    shares = comparison.shares
    print(shown(shares))
    payloads = {each for each in every_field() if "Payload." in each}
    for fields, rare in ((every_field() - payloads, 1 / 50), (payloads, 1 / 3)):
        never = fields - Watched.fields
        assert len(never) <= len(fields) * rare, " ".join(sorted(never))
    assert Splicing.figures.spliced > 0
    assert shares["shared by another viewer"] > 0
    assert shares["with data"] >= shares["drawn"] * 2 / 5
    for kind in ("query", "mutation", "subscription", "with nulls", "with errors"):
        assert shares[kind] >= shares["drawn"] / 20, kind
    for code in ("BAD_INPUT", "FORBIDDEN", "INTERNAL", "UNAUTHENTICATED"):
        assert shares[code], code


class Forgetful(ReferenceExecutor):
    """Tells the first error only."""

    def build_response(self, data: dict[str, Any] | None) -> ExecutionResult:
        result = super().build_response(data)
        return ExecutionResult(result.data, result.errors and result.errors[:1])


class Careless(ReferenceExecutor):
    """Skips what should be included as soon as a variable decides it."""

    def collect_subfields(self, return_type: Any, field_details_list: Any) -> Any:
        collected = super().collect_subfields(return_type, field_details_list)
        for name, (first, *_) in list(collected.grouped_field_set.items()):
            if any("$" in print_ast(directive) for directive in first.node.directives or ()):
                del collected.grouped_field_set[name]
        return collected


@pytest.mark.parametrize("other", [Forgetful, Careless])
def test_an_executor_that_is_wrong_is_found_out(
    comparison: Comparison, other: type[ReferenceExecutor]
) -> None:
    wrong = Comparison(comparison.runner, comparison.school, other)
    with pytest.raises(AssertionError, match="The answers part at byte"):
        wrong.compare(CASES, shrinks=False)
    assert wrong.shares["drawn"] < CASES / 4


def test_what_is_drawn_is_valid(comparison: Comparison) -> None:
    drawn, not_valid = 0, 0

    @settings(
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(comparison.school.knowledge))
    def read(case: Case) -> None:
        nonlocal drawn, not_valid
        drawn += 1
        not_valid += bool(faults(case))

    read()
    assert drawn >= 100
    assert not_valid <= drawn / 100


def test_only_what_chance_has_made_is_taken_out_of_an_answer() -> None:
    answer = (
        b'{"a":{"reference":"0123456789ab"},"b":{"reference":"0123456789ac"},"c":"0123456789ab"}'
    )
    assert without_chance(answer) == (
        b'{"a":{"reference":"reference"},"b":{"reference":"reference"},"c":"0123456789ab"}'
    )
    kept = b'{"id":"U3QAAAABAYvP5Wg8eku6fw6rTE-bBg","at":"2026-11-25T09:00:00+00:00"}'
    assert without_chance(kept, is_of_mutation=True) == kept
