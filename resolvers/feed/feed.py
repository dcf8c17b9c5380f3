"""The live feed of a process: a tailer, the subscriptions that it serves, and pages."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from db.bus import Bus
from db.store import Store
from domain.sealing import Seal
from resolvers.feed.change import Change
from resolvers.feed.changes import Changes
from resolvers.feed.empty_pages import Looking, QuietPlaces
from resolvers.feed.filter import SubscriptionFilter, ViewerSource
from resolvers.feed.page import Page, page_after
from resolvers.feed.subscribers import Subscribers
from resolvers.feed.subscription import Subscriptions
from resolvers.feed.tailer import Tailer
from resolvers.upkeep import hourly
from resolvers.viewer import Viewer

CONCURRENT_READS = 4
"""How many subscriptions may read at once what they missed, or their rights. After a restart they
all come back together; the other connections are left to queries."""


class Feed:
    """`run` reads the outbox until it is cancelled; `subscribe` and `page` wait until it is read
    for the first time."""

    def __init__(self, store: Store, looks: Looking | None = None) -> None:
        self._quiet = QuietPlaces(looks)
        self._bus = Bus(store)
        self._changes = Changes(store)
        self._subscribers = Subscribers()
        self._tailer = Tailer(store, self._bus, self._changes, self._subscribers)
        self._outbox = self._tailer.outbox
        self._gate = asyncio.Semaphore(CONCURRENT_READS)
        self._subscriptions = Subscriptions(
            self._tailer, self._changes, self._subscribers, self._gate
        )

    @property
    def seal(self) -> Seal | None:
        """The seal of the database's cursors, once it is known."""
        return self._outbox.cursors.seal if self._tailer.opened.is_set() else None

    @property
    def lag(self) -> float:
        """Seconds since the outbox was last read to its end; more than one if it cannot be."""
        return self._tailer.lag

    @property
    def followers(self) -> int:
        """The subscriptions of this process."""
        return len(self._subscribers)

    def wake(self) -> None:
        """Have every process read the outbox: something was committed."""
        self._bus.call()

    def on_wake(self, callback: Callable[[], object]) -> None:
        """Call it back whenever any process says that something was committed."""
        self._bus.listeners.append(callback)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bus.run())
            group.create_task(self._tailer.run())
            group.create_task(hourly("rows of the feed", self._outbox.drop_old))

    def subscribe(
        self,
        viewer_of: ViewerSource,
        filter_: SubscriptionFilter,
        after: str | None,
        begun: Callable[[str], object] | None = None,
    ) -> AsyncGenerator[Change, None]:
        """The changes after the cursor, or from now on, that the viewer may see when they come.

        `begun` is called with the cursor after which they begin.

        If the filter names nothing, the stream waits as long as nothing concerns the viewer,
        because rights may come. It ends with a Problem: NOT_FOUND or FORBIDDEN once everything
        named is out of reach (see `SubscriptionFilter.keys`); UNAUTHENTICATED with the session;
        RESYNC if the cursor is too old, the client does not keep up, or the database is found to be
        another.
        """
        return self._subscriptions.stream(viewer_of, filter_, after, begun)

    async def page(
        self,
        viewer: Viewer,
        reload_viewer: ViewerSource,
        filter_: SubscriptionFilter,
        after: str | None,
        first: int,
    ) -> Page:
        """As `page_after` says; `reload_viewer` reads the viewer's rights of the moment. After a
        cursor that is known to be the last one in the viewer's schools nothing is read."""
        await self._tailer.opened.wait()
        schools, moment = frozenset(viewer.schools), await self._quiet.moment()
        if after is not None and self._quiet.is_last(after, schools, moment):
            filter_.keys(viewer)
            return Page([], after, has_more=False)
        page = await page_after(
            self._outbox,
            self._changes,
            self._tailer.position,
            viewer,
            reload_viewer,
            filter_,
            after,
            first,
        )
        if not page.has_more:
            self._quiet.note(page.cursor, schools, moment)
        return page
