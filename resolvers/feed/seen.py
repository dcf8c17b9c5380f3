"""Which versions of records a follower was shown lately, so that none comes older than before."""

from time import monotonic
from uuid import UUID

STALE = 1.0
"""Seconds after which a change that waited is read again before it is shown."""


class Seen:
    """By a record's id the version; kept as long as a change that was read before may wait.

    There are thousands of followers, so that who was shown nothing keeps nothing.
    """

    __slots__ = ("_earlier", "_lately", "_since")

    def __init__(self) -> None:
        self._lately: dict[UUID, int] | None = None
        self._earlier: dict[UUID, int] | None = None
        self._since = 0.0

    def version(self, id_: UUID) -> int:
        """0 where it was not shown lately."""
        lately, earlier = self._lately or {}, self._earlier or {}
        return lately.get(id_) or earlier.get(id_, 0)

    def note(self, id_: UUID, version: int) -> None:
        if (time := monotonic()) - self._since >= STALE or self._lately is None:
            self._earlier, self._lately, self._since = self._lately, {}, time
        self._lately[id_] = version
