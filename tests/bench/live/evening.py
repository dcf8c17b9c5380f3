"""An evening of a city, worked out from what was measured; the README has the formulas."""

from dataclasses import dataclass
from math import ceil

from tests.bench.live.scenes import Costs, Held

STUDENTS, GUARDIANS_EACH = 1_000_000, 2
HOURS = 3.0
"""From 18:00 to 21:00."""
PEAK = 3.0
"""How many times the evening's average its busiest minutes have."""
GRADES_EACH = 2.0
"""Given to each student on a day; at worst all of them in these hours."""
ROOM = 0.5
"""The part of its core that a process may use, so that it has room for what comes at once."""
CONNECTIONS = 10
"""To PostgreSQL, of a process."""


@dataclass(frozen=True, slots=True)
class Evening:
    """`cores` and `processes` of the gateway, `database_cores` of PostgreSQL, at the peak."""

    minutes_open: float
    sockets: int
    memory_gb: float
    opened_a_second: int
    grades_a_second: int
    cores: float
    processes: int
    connections: int
    database_cores: float


def opened_a_second() -> float:
    """How often the diary is opened, at the peak: each guardian opens it once."""
    return STUDENTS * GUARDIANS_EACH / (HOURS * 3600) * PEAK


def grades_a_second() -> float:
    """How many are given, at the peak."""
    return STUDENTS * GRADES_EACH / (HOURS * 3600) * PEAK


def evening(held: Held, costs: Costs, minutes_open: float) -> Evening:
    """Each guardian opens the diary once and stays for so long.

    Every process reads every row of the feed, so that a process more is also a little work more:
    the processes are the fewest whose room is enough for both.
    """
    opened, grades = opened_a_second(), grades_a_second()
    sockets = min(opened * minutes_open * 60, STUDENTS * GUARDIANS_EACH)
    shared = (
        opened * held.open_ms / 1000
        + sockets * held.idle_cores / held.followers
        + grades * costs.give_ms / 1000
    )
    of_each = grades * costs.pass_ms / 1000
    processes = ceil(shared / (ROOM - of_each)) if of_each < ROOM else 0
    database = (opened * held.open_database_ms + grades * costs.give_database_ms) / 1000
    return Evening(
        minutes_open,
        round(sockets),
        round(sockets * held.kb_each / 1024**2, 1),
        round(opened),
        round(grades),
        round(shared + processes * of_each, 1),
        processes,
        processes * CONNECTIONS,
        round(database, 1),
    )
