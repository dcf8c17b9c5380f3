"""Whether a roster writes the end of sessions as their last day or as the day after it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

EndDays = Literal["exclusive", "inclusive"]
YEARS = "schoolYear"


@dataclass(frozen=True, slots=True)
class SessionDays:
    """A session's days as written, and its parent."""

    type: str
    parent: Hashable
    start: date
    end: date


def shared_days(sessions: Iterable[SessionDays]) -> tuple[int, bool]:
    """How many sessions end on the day on which the next of their type begins, and whether all do.

    If some do, they share a day or ends are exclusive; if all do, ends are exclusive. School years
    may have a summer between them, so they don't count for the second result.
    """
    kin: defaultdict[Hashable, list[SessionDays]] = defaultdict(list)
    for each in sessions:
        kin[each.type, each.parent].append(each)
    shared, every = 0, True
    for group in kin.values():
        for each in group:
            follows = [other.start for other in group if other.start >= each.end]
            follows = [start for start in follows if start > each.start]
            if follows and min(follows) == each.end:
                shared += 1
            elif follows and each.type != YEARS:
                every = False
    return shared, every and shared > 0
