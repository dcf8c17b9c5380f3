"""Faults that the gateway could have: each is put back on purpose, and has to be found."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

CHAOS_BUG = "CHAOS_BUG"
"""The environment's variable that names the bug to a gateway of the chaos test."""


def put(where: object, name: str, bad: object) -> None:
    """In the place of what is there."""
    patch.object(where, name, bad).start()


def sequence() -> None:
    """A plain cursor: rows are taken as soon as they are there, though an older transaction may
    still commit another before them."""
    from resolvers.feed import outbox

    async def ever(_: object) -> str:
        return str(2**64 - 1)

    put(outbox, "horizon_to_give", ever)


def payload() -> None:
    """A payload trusted: a record is shown as it was when it first came by."""
    from resolvers.feed.changes import Changes

    found: Callable[..., Any] = Changes._found
    first: dict[Any, Any] = {}

    async def remembered(self: Changes, rows: Any) -> Any:
        return [
            (row, topic, first.setdefault((topic, row.school_id, row.ref), record))
            for row, topic, record in await found(self, rows)
        ]

    async def as_it_was(*_: object) -> bool:
        return True

    put(Changes, "_found", remembered)
    put(Changes, "refresh", as_it_was)


def rights() -> None:
    """Rights asked for when a subscription begins, and never again."""
    from resolvers.feed.rights import RightsChanges
    from resolvers.feed.subscription import Subscriptions

    async def is_visible(*_: object) -> bool:
        return True

    put(Subscriptions, "_is_visible", is_visible)
    put(RightsChanges, "apply", lambda *_: None)


def notification() -> None:
    """A notification lost, and no poll behind it. With the poll a lost one costs a second, and
    nothing else: there is nothing to find."""
    from db.bus import Bus
    from resolvers.feed import tailer

    class Deaf(asyncio.Event):
        def set(self) -> None: ...

    begin = Bus.__init__

    def deaf(self: Bus, *arguments: Any) -> None:
        begin(self, *arguments)
        self.received = Deaf()

    put(Bus, "__init__", deaf)
    put(tailer, "POLL", 3_600.0)


def receipt() -> None:
    """A retry that finds no receipt, and does it all again."""
    from resolvers.declarations import creation, editing
    from resolvers.mutations import webhooks

    async def never(*_: object) -> None: ...

    for module in (creation, editing, webhooks):
        put(module, "earlier", never)


def parts() -> None:
    """An event shown of which the database did not answer a part."""
    from gateway import execution

    put(execution, "UNANSWERED", ())


def looks() -> None:
    """A kept answer used again without a look."""
    from resolvers.answers.looks import Looks

    when_fresh = Looks.when_fresh

    def hasty(self: Looks, told: Callable[[bool], object]) -> None:
        if self.begun:
            asyncio.get_running_loop().call_soon(told, True)
        else:
            when_fresh(self, told)

    put(Looks, "when_fresh", hasty)


BUGS = {
    bug.__name__: bug for bug in (sequence, payload, rights, notification, receipt, parts, looks)
}
