"""A place on the port whose workers die: how soon the next one starts."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway import workers
from gateway.workers import Worker, WorkerSlot


def worker(*, up: bool) -> Worker:
    return cast(Worker, SimpleNamespace(is_up=up, since=100.0))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    clock = SimpleNamespace(now=101.0)
    monkeypatch.setattr(workers, "monotonic", lambda: clock.now)
    return clock


def test_the_first_to_die_is_replaced_at_once_and_those_after_it_ever_later(clock: Any) -> None:
    place = WorkerSlot(0)
    delays = [place.on_death(worker(up=False)) for _ in range(9)]
    assert delays == [0, 0.5, 1, 2, 4, 8, 16, 30, 30]
    assert place.start_at == clock.now + 30


def test_a_worker_that_has_served_for_a_while_is_replaced_at_once(clock: Any) -> None:
    place = WorkerSlot(0, failures=8)
    clock.now = 111.0
    assert place.on_death(worker(up=True)) == 0


def test_an_heir_takes_over_only_once() -> None:
    old, new = worker(up=True), worker(up=True)
    place = WorkerSlot(0, worker=old, successor=new, failures=3)
    assert place.promote() is old
    assert (place.worker, place.successor, place.failures) == (new, None, 0)
