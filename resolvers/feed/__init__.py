"""The live feed: each committed change reaches those who may see it, in order, once."""

from resolvers.feed.change import Change, change_type
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.feed import Feed
from resolvers.feed.filter import SubscriptionFilter
from resolvers.feed.page import Page
from resolvers.feed.topics import Topic, diary

__all__ = [
    "Change", "Cursors", "Feed", "Page", "Position", "SubscriptionFilter", "Topic", "change_type",
    "diary",
]  # fmt: skip
