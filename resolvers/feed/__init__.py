"""The live feed: what was committed reaches whoever may see it, in order, once."""

from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.followers import GradeChange, Wanted
from resolvers.feed.tailer import Feed

__all__ = ["Cursors", "Feed", "GradeChange", "Position", "Wanted"]
