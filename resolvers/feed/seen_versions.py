"""The versions of records that a subscriber got lately, so that none arrives older than before."""

from time import monotonic
from uuid import UUID

STALE = 1.0
"""Seconds after which the record of a change that waited is read again before it is delivered."""


class SeenVersions:
    """The version by the record's id, kept as long as a change that was read earlier may wait.

    There are thousands of subscribers: one that got nothing keeps nothing.
    """

    __slots__ = ("_earlier", "_lately", "_since")

    def __init__(self) -> None:
        self._lately: dict[UUID, int] | None = None
        self._earlier: dict[UUID, int] | None = None
        self._since = 0.0

    def version(self, id_: UUID) -> int:
        """0 if the record was not delivered lately."""
        lately, earlier = self._lately or {}, self._earlier or {}
        return lately.get(id_) or earlier.get(id_, 0)

    def note(self, id_: UUID, version: int) -> None:
        if (time := monotonic()) - self._since >= STALE or self._lately is None:
            self._earlier, self._lately, self._since = self._lately, {}, time
        self._lately[id_] = version
