"""The live feed: what was committed reaches whoever may see it, in order, once."""

from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.kinds import Change, Kind, diary, event_of
from resolvers.feed.page import Page
from resolvers.feed.tailer import Feed
from resolvers.feed.wanted import Wanted

__all__ = [
    "Change", "Cursors", "Feed", "Kind", "Page", "Position", "Wanted", "diary", "event_of",
]  # fmt: skip
