"""The garbage collector of a serving process: collections are short, and answers need none."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
USUAL = 15_000
"""Containers that are made and not freed until the next collection. Sixteen diary weeks that are
answered at once hold fewer; with 1,000, collections took a tenth of their time."""
FREQUENT = 2_000
"""The same while a document is prepared. A syntax tree has tens of thousands of containers, and
while older ones are freed a collection scans five times as many."""

SELDOM = 100_000
"""The same in a command: some tens of megabytes."""


def collect_seldom() -> None:
    """Collect garbage seldom, as a command does, whose objects live as long as it does."""
    gc.set_threshold(SELDOM)


@contextmanager
def no_collections() -> Iterator[None]:
    """Collect nothing while modules are imported: they make a million objects, nearly all of which
    stay, and scanning them takes a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def freeze_long_lived_objects() -> None:
    """Exclude long-lived objects from garbage collection: an object is scanned once, and frozen if
    it survives. What is there already is frozen unseen: of the million objects that modules made, a
    thousand are garbage.

    Subscribers stay, each with a hundred objects. Scanning half a million of them would stop the
    process for a tenth of a second. This way a collection scans what was made since the last one.
    The objects of an answer are freed without it. Therefore objects of a request, a document or a
    subscriber must not form reference cycles; `test_garbage.py` checks it.
    """
    gc.freeze()
    gc.set_threshold(USUAL)
    gc.callbacks.append(_freeze)


def _freeze(phase: str, _: dict[str, int]) -> None:
    if phase == "stop":
        gc.freeze()


class _FrequentCollections:
    """A context manager: collections are frequent, and so short, while any thread is in it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads = 0
        self._usual = gc.get_threshold()

    def __enter__(self) -> None:
        with self._lock:
            if not self._threads:
                self._usual = gc.get_threshold()
                gc.set_threshold(min(FREQUENT, self._usual[0]), *self._usual[1:])
            self._threads += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._threads -= 1
            if not self._threads:
                gc.set_threshold(*self._usual)


frequent_collections = _FrequentCollections()


class FrequentlyCollected(ThreadPoolExecutor):
    """A thread pool for work that makes many objects at once."""

    def submit(
        self, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs
    ) -> "Future[T]":
        def run() -> T:
            with frequent_collections:
                return function(*arguments, **named)

        return super().submit(run)
