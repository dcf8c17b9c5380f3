"""How late this process itself is, on a machine that it shares."""

import asyncio
from time import monotonic

TICK = 0.05


class Lag:
    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []

    async def run(self) -> None:
        while True:
            before = monotonic()
            await asyncio.sleep(TICK)
            late = monotonic() - before - TICK
            if late > TICK:
                self._late.append((before, late))

    def within(self, since: float, until: float) -> float:
        """In seconds, all of what began between the two: a machine that is short of time is so to
        every process, again and again."""
        return sum(late for at, late in self._late if since - late <= at <= until)
