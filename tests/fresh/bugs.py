"""Bugs put back on purpose: each has to be found."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from db.reading import changes
from resolvers.answers import keeping
from resolvers.answers.loads import KeptLoads, LoadKey
from resolvers.answers.looks import Looks, Told
from resolvers.answers.recorder import Recorder

BUGS: dict[str, Callable[[], AbstractContextManager[None]]] = {}


def bug(function: Callable[[], Iterator[None]]) -> Callable[[], AbstractContextManager[None]]:
    made = BUGS[function.__name__] = contextmanager(function)
    return made


@bug
def a_tag_left_out() -> Iterator[None]:
    """Marks are loaded, and nothing says that the answer depends on them."""
    add = Recorder.add

    def forgetful(self: Recorder, dependency: Any, keys: Any) -> None:
        if dependency is not None:
            dependency = replace(
                dependency,
                keyed=dependency.keyed - {"grade"},
                whole=dependency.whole - {"grade"},
            )
        add(self, dependency, keys)

    with patch.object(Recorder, "add", forgetful):
        yield


@bug
def a_statement_of_a_resolver_left_out() -> Iterator[None]:
    """What a resolver reads of a school's lists is not noted."""
    note = Recorder.note

    def forgetful(self: Recorder, statement: Any, parameters: Any) -> None:
        if statement.name != "faq_of_school":
            note(self, statement, parameters)

    with patch.object(Recorder, "note", forgetful):
        yield


@bug
def an_answer_for_one_account_given_to_all() -> Iterator[None]:
    """Nothing is kept of whose account it is."""
    with (
        patch.object(keeping, "of_account", lambda question, _: question),
        patch.object(keeping, "values_of", lambda _: ()),
        patch.object(keeping, "decided_by", lambda *_: ()),
    ):
        yield


@bug
def a_look_that_began_before_the_request() -> Iterator[None]:
    """Whoever comes while a look runs takes what it finds."""
    when_fresh = Looks.when_fresh

    def hasty(self: Looks, told: Told) -> None:
        if self._running is not None and not self._running.done():
            self._running.add_done_callback(lambda _: told(True))
        else:
            when_fresh(self, told)

    with patch.object(Looks, "when_fresh", hasty):
        yield


@bug
def rows_that_are_never_read_anew() -> Iterator[None]:
    """Whoever needs rows that another answer was made of takes them as they were."""

    def as_they_were(self: KeptLoads, key: LoadKey) -> Sequence[Any] | None:
        load = self._loads.get(key)
        return None if load is None else load.rows

    with patch.object(KeptLoads, "find", as_they_were):
        yield


@bug
def rows_below_the_horizon_only() -> Iterator[None]:
    """What was committed above a transaction that is still open is not looked at."""
    right = changes.changes_since
    below = ") AND xid < pg_snapshot_xmin(pg_current_snapshot())\n          UNION"
    text = right.text.replace("AS xid8)\n          UNION", f"AS xid8{below}")
    assert text.count("pg_snapshot_xmin") == 2
    with patch.dict(vars(right), text=text):
        yield
