"""The feed a page at a time, for clients that ask now and then."""

from dataclasses import dataclass

from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Position
from resolvers.feed.kinds import Change
from resolvers.feed.outbox import BATCH, Outbox, position_of
from resolvers.feed.wanted import ViewerSource, Wanted, may_see, present
from resolvers.viewer import Viewer

MOST_BATCHES = 10
"""How far one page looks for changes that its viewer may see."""


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in order; `cursor` is where the next page begins, even if there were none."""

    changes: list[Change]
    cursor: str
    has_more: bool


async def page_after(
    outbox: Outbox,
    changes: Changes,
    heard: Position,
    viewer: Viewer,
    viewer_anew: ViewerSource,
    wanted: Wanted,
    after: str | None,
    first: int,
) -> Page:
    """The next changes after the cursor, as one who follows would see them; without a cursor,
    only the one of now. Of what came after `heard` the process may know neither changes nor rights.
    Ends as `Feed.follow` does, with NOT_FOUND, FORBIDDEN or RESYNC."""
    newest = await outbox.open()
    cursors = outbox.cursors  # those with which it began, as a place of one database is of no other
    keys = wanted.allowed(viewer)
    if after is None:
        return Page([], cursors.encode(newest), has_more=False)
    last, schools, found = await outbox.resume(after), frozenset(viewer.schools), list[Change]()
    for _ in range(MOST_BATCHES):
        rows = await outbox.after(last, schools=schools)
        told = [
            change
            for change in await changes.of(rows, schools, cursors)
            if change.kind in wanted.kinds
        ]
        if told or newest > heard:  # by the rights of when they were made
            viewer = present(await viewer_anew())
            keys = wanted.allowed(viewer)
        if not schools.issuperset(viewer.schools):
            schools = frozenset(viewer.schools)
            continue
        for change in told:
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
