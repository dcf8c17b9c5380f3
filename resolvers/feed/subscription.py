"""One subscription: first the changes that it missed, then each change when it is published."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from domain.errors import Code, Problem
from resolvers.feed.backlog import Backlog
from resolvers.feed.change import Change
from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.filter import SubscriptionFilter, ViewerSource, may_see, signed_in
from resolvers.feed.subscribers import OTHER_DATABASE, Subscriber, Subscribers
from resolvers.feed.tailer import Tailer
from resolvers.viewer import Viewer


class Subscriptions:
    """Makes the streams. `gate` bounds how many of them read from the database at once."""

    def __init__(
        self, tailer: Tailer, changes: Changes, subscribers: Subscribers, gate: asyncio.Semaphore
    ) -> None:
        self._tailer = tailer
        self._changes = changes
        self._subscribers = subscribers
        self._gate = gate
        self._backlog = Backlog(tailer.outbox, changes, gate)

    async def stream(
        self,
        viewer_of: ViewerSource,
        filter_: SubscriptionFilter,
        after: str | None,
        begun: Callable[[str], object] | None,
    ) -> AsyncGenerator[Change, None]:
        """As `Feed.subscribe` says.

        Up to the tailer's position at the moment of joining, changes are read from the table; after
        it they come from the queue. So there is no gap between the two, and no repetition.
        """
        await self._tailer.opened.wait()
        async with self._gate:
            subscriber = Subscriber(signed_in(await viewer_of()), filter_)
        if not self._tailer.opened.is_set():
            raise Problem(Code.RESYNC, OTHER_DATABASE)
        self._subscribers.add(subscriber)
        # Rights may have changed while they were being read.
        subscriber.recheck_rights(self._tailer.position)
        joined, cursors = self._tailer.position, self._tailer.outbox.cursors
        start: Position | None = None
        last = Position(0, 0)
        change: Change | None = None
        try:
            if after is not None:
                async with self._gate:
                    start = await self._tailer.outbox.resume(after)
                # The table is read from the cursor on, which covers what new rights would add.
                await self._recheck_rights(subscriber, viewer_of)
            if begun is not None:
                begun(cursors.encode(joined) if after is None else after)
            del begun, after, joined
            while True:
                if start is not None:
                    start, until = max(start, last), self._tailer.position
                    last = max(start, until)
                    missed = self._missed(subscriber, start, until, cursors, viewer_of)
                    async with aclosing(missed):
                        async for change in missed:
                            yield change
                    del missed
                start = change = None  # a subscription that waits keeps nothing
                change = await subscriber.next()
                if change is None:
                    start = await self._recheck_rights(subscriber, viewer_of)
                elif change.position > last and await self._is_visible(
                    subscriber, change, viewer_of
                ):
                    yield change
        finally:
            self._subscribers.remove(subscriber)

    async def _missed(
        self,
        subscriber: Subscriber,
        start: Position,
        until: Position,
        cursors: Cursors,
        viewer_of: ViewerSource,
    ) -> AsyncGenerator[Change, None]:
        """The visible changes that the table holds after `start`, up to `until`."""
        between = self._backlog.between(subscriber, start, until, cursors)
        async with aclosing(between):
            async for change in between:
                if change.topic not in subscriber.filter.topics:
                    continue
                if await self._is_visible(subscriber, change, viewer_of):
                    yield change

    async def _recheck_rights(
        self, subscriber: Subscriber, viewer_of: ViewerSource
    ) -> Position | None:
        """Read the viewer until no change of rights arrives meanwhile. Returns the place after
        which the table is to be read, if the viewer may follow more than before."""
        viewer: Viewer = subscriber.viewer
        async with self._gate:
            while subscriber.recheck:
                subscriber.recheck = False
                viewer = signed_in(await viewer_of())
        self._subscribers.update(subscriber, viewer)
        return subscriber.rights_rechecked()

    async def _is_visible(
        self, subscriber: Subscriber, change: Change, viewer_of: ViewerSource
    ) -> bool:
        """Whether the viewer may see the change, by the rights and the record of this moment."""
        viewer = signed_in(await viewer_of())
        if viewer is not subscriber.viewer:
            self._subscribers.update(subscriber, viewer)
        record_id = change.record.id
        if not await self._changes.refresh(change, subscriber.seen.version(record_id)):
            return False
        subscriber.seen.note(record_id, change.record.version)
        return may_see(viewer, subscriber.keys, change)
