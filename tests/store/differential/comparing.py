"""Cases drawn from a seed, each answered by the reference and by another executor."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, product
from time import monotonic
from typing import Any
from unittest.mock import patch

from graphql import Executor
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from domain import clock, prospects
from tests.conftest import Server
from tests.store.differential import school as demo
from tests.store.differential.answers import School, faults
from tests.store.differential.guidance import Guidance
from tests.store.differential.knowledge import VIEWERS
from tests.store.differential.operations import LESSONS, WRITTEN, Case, cases, each_mutation
from tests.store.differential.splicing import Splicing
from tests.store.differential.statistics import Watched, count, every_field

SOUND, BROKEN = "differential_sound", "differential_broken"
SHARED = 3
"""Of so many drawn queries whose answers may be kept, one is asked by every viewer."""
EVENTS = 4
"""Of each noun, at most so many of those that are known (`knowledge`)."""


@dataclass
class Comparison:
    """Compares on an event loop of its own, one case after the other."""

    runner: asyncio.Runner
    school: School
    other: type[Executor[Any]] = Splicing
    shares: Counter[str] = field(default_factory=Counter)
    has_compared_written: bool = False

    def compare_written(self) -> None:
        """The operations that are not drawn, as every viewer; of the viewers half are on one copy
        and half on the other. Then one whose lists fail to be read in time."""
        self.runner.run(self._compare_written())
        self.has_compared_written = True

    async def _compare_written(self) -> None:
        late = Case(LESSONS, {}, "head", False, ("Lesson",), 0)
        for case in chain(each_mutation(self.school.knowledge), self._written(), (late,)):
            reference = await self.school.answered(case, Watched)
            other = await self.school.answered(case, self.other)
            assert case is not late or b'"TIMEOUT"' in reference
            if other != reference and not faults(case):
                raise AssertionError(difference(case, reference, other))
            await self._compare_shared(case, other)

    async def _compare_shared(self, case: Case, answer: bytes) -> None:
        """A kept answer is the same for whoever is given it, as if it were read for them."""
        whose = Splicing.whose
        if self.other is not Splicing or whose is None:
            return
        for viewer in VIEWERS:
            if viewer == case.viewer:
                continue
            same = replace(case, viewer=viewer)
            other = await self.school.answered(same, self.other)
            if Splicing.whose == whose:
                self.shares["shared by another viewer"] += 1
                if other != answer:
                    raise AssertionError(difference(same, other, answer))

    def _written(self) -> Iterator[Case]:
        """A head asks for the broken copy too, of the others one half for each copy."""
        for (number, text), (place, viewer), is_broken in product(
            enumerate(WRITTEN), enumerate(VIEWERS), (False, True)
        ):
            events = range(1)
            if text.startswith("subscription"):
                known = min(EVENTS, len(self.school.changes_for(text)))
                events = range((place + is_broken) % 2, known, 2)
            elif viewer != "head" and (number + place + is_broken) % 2:
                continue
            for change in events:
                yield Case(text, {}, viewer, is_broken, (), change)

    def compare(self, examples: int, seed: int | None = None, shrinks: bool = True) -> None:
        """Raises AssertionError with a case that is answered differently: the simplest one, unless
        it is enough to know that there is one. Without a seed, by which the cases can be drawn
        again, they go after what was not reached yet."""
        guidance, fields, guided = Guidance(), every_field(), seed is None
        if guided:
            guidance.note("", fields - Watched.fields)

        @settings(
            max_examples=examples,
            derandomize=seed is None,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            phases=[Phase.generate, *([Phase.shrink] if shrinks else [])],
        )
        @given(cases(self.school.knowledge, guidance))
        def answered_alike(case: Case) -> None:
            nonlocal guided
            reference = self.runner.run(self.school.answered(case, Watched))
            count(self.shares, case, reference)
            other = self.runner.run(self.school.answered(case, self.other))
            # An operation that is not valid is never executed, so what it answers is open.
            if other != reference and not faults(case):
                guided = False
                raise AssertionError(difference(case, reference, other))
            if guided:
                guidance.note(case.target, fields - Watched.fields)
            if self.shares["drawn"] % SHARED == 0:
                self.runner.run(self._compare_shared(case, other))

        if seed is not None:
            answered_alike = seeded(seed)(answered_alike)
        answered_alike()


def difference(case: Case, reference: bytes, other: bytes) -> str:
    """Where the two answers part, with what stands before."""
    pairs = enumerate(zip(reference, other, strict=False))
    at = next((n for n, (one, two) in pairs if one != two), min(len(reference), len(other)))
    shown = slice(max(0, at - 200), at + 300)
    return (
        f"{case!r}\n\nThe answers part at byte {at}.\n"
        f"reference: {reference[shown].decode(errors='replace')}\n"
        f"the other: {other[shown].decode(errors='replace')}"
    )


async def make_databases(server: Server) -> None:
    await server.run(f'CREATE DATABASE "{SOUND}" TEMPLATE template0')
    await demo.found(server.database(SOUND), today())
    await server.run(f'CREATE DATABASE "{BROKEN}" TEMPLATE "{SOUND}"')
    await demo.broken(server.database(BROKEN))


async def drop_databases(server: Server) -> None:
    for name in (SOUND, BROKEN):
        await server.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def comparing(server: Server) -> Iterator[Comparison]:
    """A comparison on databases that are there."""
    with asyncio.Runner() as runner:
        urls = (server.database(SOUND), server.database(BROKEN))
        school = runner.run(School.open(*urls, today()))
        try:
            # A search for marks ends by a clock, which has to let both executors end theirs.
            with patch.object(prospects, "monotonic", lambda: monotonic() / 1_000):
                yield Comparison(runner, school)
        finally:
            runner.run(school.close())


def today() -> Any:
    return clock.today("UTC")
