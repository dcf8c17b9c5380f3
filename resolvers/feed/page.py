"""The feed a page at a time, for clients that ask now and then."""

from dataclasses import dataclass

from resolvers.feed.change import Change
from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Position
from resolvers.feed.filter import SubscriptionFilter, ViewerSource, may_see, signed_in
from resolvers.feed.outbox import BATCH, Outbox, position_of
from resolvers.viewer import Viewer

MOST_BATCHES = 10
"""How many batches one page reads to find changes that its viewer may see."""


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in order. The next page begins after `cursor`, even if this one has no change."""

    changes: list[Change]
    cursor: str
    has_more: bool


async def page_after(
    outbox: Outbox,
    changes: Changes,
    published: Position,
    viewer: Viewer,
    reload_viewer: ViewerSource,
    filter_: SubscriptionFilter,
    after: str | None,
    first: int,
) -> Page:
    """The next changes after the cursor, as a subscription would get them; without a cursor, an
    empty page with the cursor of now.

    The tailer has come to `published`; changes of rights after it may not have been applied yet.
    Raises NOT_FOUND, FORBIDDEN or RESYNC as `Feed.subscribe` does.
    """
    newest = await outbox.open()
    cursors = outbox.cursors  # those of `newest`, even if another database is found later
    keys = filter_.keys(viewer)
    if after is None:
        return Page([], cursors.encode(newest), has_more=False)
    last, schools, found = await outbox.resume(after), frozenset(viewer.schools), list[Change]()
    for _ in range(MOST_BATCHES):
        rows = await outbox.after(last, schools=schools)
        of_filter = [
            change
            for change in await changes.of(rows, schools, cursors)
            if change.topic in filter_.topics
        ]
        if of_filter or newest > published:  # rights may have changed with these rows
            viewer = signed_in(await reload_viewer())
            keys = filter_.keys(viewer)
        if not schools.issuperset(viewer.schools):
            schools = frozenset(viewer.schools)
            continue
        for change in of_filter:
            if not may_see(viewer, keys, change):
                continue
            if len(found) == first:
                return Page(found, found[-1].cursor, has_more=True)
            found.append(change)
        if len(rows) < BATCH:
            place = position_of(rows[-1]) if rows else last
            return Page(found, cursors.encode(max(place, newest)), has_more=False)
        last = position_of(rows[-1])
    return Page(found, cursors.encode(last), has_more=True)
