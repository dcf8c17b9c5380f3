"""Bugs put back on purpose: each has to be found."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from db.reading import changes
from gateway import known_heads
from gateway.execution import Context, Prepared
from gateway.gateway import Client
from gateway.known_requests import KnownRequests
from gateway.sender import Sender
from resolvers.answers import keeping
from resolvers.answers.loads import KeptLoads, LoadKey
from resolvers.answers.looks import Looks, Waiter
from resolvers.answers.parts import KeptParts
from resolvers.answers.recorder import Recorder
from resolvers.answers.scopes import Scopes
from resolvers.global_id import Key
from resolvers.recently_used import RecentlyUsed
from resolvers.viewers import Viewers
from tests.gateway.small_school import HERE

USUAL = ("mark", "homework", "faq")
OF_RIGHTS = ("court_order", "roles", "session")


@dataclass(frozen=True, slots=True)
class Bug:
    put: Callable[[], AbstractContextManager[None]]
    kinds: Sequence[str]
    """The changes after which it shows."""


BUGS: dict[str, Bug] = {}
Made = Callable[[Callable[[], Iterator[None]]], Bug]


def bug(*kinds: str) -> Made:
    def made(function: Callable[[], Iterator[None]]) -> Bug:
        found = BUGS[function.__name__] = Bug(contextmanager(function), kinds or USUAL)
        return found

    return made


@bug()
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


@bug()
def a_statement_of_a_resolver_left_out() -> Iterator[None]:
    """What a resolver reads of a school's lists is not noted."""
    note = Recorder.note

    def forgetful(self: Recorder, statement: Any, parameters: Any) -> None:
        if statement.name != "faq_of_school":
            note(self, statement, parameters)

    with patch.object(Recorder, "note", forgetful):
        yield


@bug()
def an_answer_for_one_account_given_to_all() -> Iterator[None]:
    """Nothing is kept of whose account it is."""
    with (
        patch.object(keeping, "of_account", lambda question, _: question),
        patch.object(keeping, "values_of", lambda _: ()),
        patch.object(keeping, "decided_by", lambda *_: ()),
    ):
        yield


@bug()
def a_look_that_began_before_the_request() -> Iterator[None]:
    """Whoever comes while a look runs takes what it finds."""
    when_fresh = Looks.when_fresh

    def hasty(self: Looks, told: Waiter) -> None:
        if self._running is not None and not self._running.done():
            self._running.add_done_callback(lambda _: told(True))
        else:
            when_fresh(self, told)

    with patch.object(Looks, "when_fresh", hasty):
        yield


@bug()
def rows_below_the_horizon_only() -> Iterator[None]:
    """What was committed above a transaction that is still open is not looked at."""
    right = changes.changes_since
    below = ") AND xid < pg_snapshot_xmin(pg_current_snapshot())\n          UNION"
    text = right.text.replace("AS xid8)\n          UNION", f"AS xid8{below}")
    assert text.count("pg_snapshot_xmin") == 2
    with patch.dict(vars(right), text=text):
        yield


@bug()
def a_part_that_always_holds() -> Iterator[None]:
    """What is the same for a class is spliced in, whatever has changed."""
    with patch.object(KeptParts, "holds", lambda self, bundle: bundle in self._bundles):
        yield


@bug()
def rows_that_are_never_read_anew() -> Iterator[None]:
    """Whoever needs rows that another answer was made of takes them as they were."""

    def forgetful(self: KeptLoads, key: LoadKey) -> Sequence[Any] | None:
        load = self._loads.get(key)
        return None if load is None else load.rows

    with patch.object(KeptLoads, "find", forgetful):
        yield


@bug()
def a_head_known_without_the_token() -> Iterator[None]:
    """A request is known by the rest of its bytes."""
    right, token = known_heads._parts, re.compile(rb"\r\nauthorization: [^\r]+")

    def forgetful(peer: str, came: bytes) -> tuple[known_heads.Key, bytes] | None:
        found = right(peer, token.sub(b"", came, count=1))
        return None if found is None else ((peer, 0, found[0][-1]), found[1])

    with patch.object(known_heads, "_parts", forgetful):
        yield


@bug()
def a_sender_known_without_the_token() -> Iterator[None]:
    """Who sends is known by the other headers."""
    read = KnownRequests._read

    def forgetful(self: KnownRequests, scope: Any) -> Sender:
        sender = read(self, scope, (scope["client"][0], tuple(scope["headers"])))
        address, told = sender.key
        sender.key = address, tuple(each for each in told if each[0] != b"authorization")
        return self._senders.get(sender.key) or sender

    with patch.object(KnownRequests, "sender", forgetful):
        yield


@bug()
def an_operation_known_without_its_variables() -> Iterator[None]:
    """What is asked is known by the text of its document."""
    prepared, remember = KnownRequests.prepared, KnownRequests.remember

    def document(sent: bytes) -> bytes:
        return sent.partition(b'"variables"')[0]

    def forgetful(self: KnownRequests, sent: bytes) -> Prepared | None:
        return prepared(self, document(sent))

    def remembered(self: KnownRequests, sender: Sender, sent: bytes, made: Prepared) -> None:
        remember(self, sender, document(sent), made)

    with patch.multiple(KnownRequests, prepared=forgetful, remember=remembered):
        yield


@bug(*OF_RIGHTS)
def a_viewer_remembered_with_the_sender() -> Iterator[None]:
    """Whose a token is is not asked again."""
    make, made = Client.__call__, dict[Client, Context]()

    async def once(self: Client) -> Context:
        if self not in made:
            made[self] = await make(self)
        return made[self]

    with patch.object(Client, "__call__", once):
        yield


@bug("account_by_sql")
def an_account_as_it_was() -> Iterator[None]:
    """An answer that is made of the account is used though the account has changed."""
    of_id = lambda account: (account.id,)  # noqa: E731
    with patch.object(keeping, "values_of", of_id):
        yield


@bug(*OF_RIGHTS)
def rights_of_an_hour_ago() -> Iterator[None]:
    """Who asks is remembered, and no change of rights is heeded."""

    def deaf(self: Viewers, school_id: int, account_id: Any) -> None: ...

    with patch.object(Viewers, "rights_changed", deaf):
        yield


@bug("topic", "topic_elsewhere")
def courses_of_the_first_school_alone() -> Iterator[None]:
    """Courses that students have ever had are read of several schools at once, and found of one."""
    right = Scopes._courses_of

    async def short(self: Scopes, students: list[Key]) -> dict[Key, frozenset[Any]]:
        found = await right(self, students)
        return {key: courses for key, courses in found.items() if key[0] == HERE}

    with patch.object(Scopes, "_courses_of", short):
        yield


@bug()
def what_is_taken_out_keeps_its_room() -> Iterator[None]:
    """What is let go of is counted as if it were still there. The count stays wrong: so it is the
    last one."""

    def forgetful(self: RecentlyUsed[Any, Any], key: Any) -> Any:
        found = self._kept.pop(key, None)
        return None if found is None else found[0]

    with patch.object(RecentlyUsed, "take", forgetful):
        yield
