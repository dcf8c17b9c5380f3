"""Crowds of followers in processes of their own, so that one loop does not wait for another."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from tests.bench.live.sockets import Crowd, Heard, Seat


def attend(pipe: Connection, host: str, port: int) -> None:
    """The whole life of a process: it does what it is asked, one thing after the other."""

    async def live() -> None:
        crowd, loop = Crowd(host, port), asyncio.get_running_loop()
        while (asked := await loop.run_in_executor(None, pipe.recv)) is not None:
            name, arguments = asked
            found = getattr(crowd, name)
            done = found(*arguments) if callable(found) else found
            pipe.send(await done if asyncio.iscoroutine(done) else done)
        crowd.leave()

    asyncio.run(live())


@dataclass(frozen=True, slots=True)
class Crowds:
    pipes: list[Connection]

    async def _ask(self, name: str, *arguments: list[Any]) -> list[Any]:
        """The answers of all; of each argument one item is for each process."""
        for number, pipe in enumerate(self.pipes):
            pipe.send((name, [each[number] for each in arguments]))
        return [await asyncio.to_thread(pipe.recv) for pipe in self.pipes]

    async def hold(self, seats: list[Seat], at_once: int = 64) -> None:
        count = len(self.pipes)
        shares = [seats[number::count] for number in range(count)]
        await self._ask("hold", shares, [max(1, at_once // count)] * count)

    async def standing(self) -> int:
        return sum(await self._ask("standing"))

    async def heard(self) -> list[Heard]:
        """What has come since; ends the bench where a follower was told of an error."""
        if failed := [text for many in await self._ask("failed") for text in many]:
            raise SystemExit(f"{len(failed)} failures of followers, the first: {failed[0]}")
        return [one for many in await self._ask("heard") for one in many]

    async def lost(self) -> Counter[int]:
        return sum(await self._ask("lost"), Counter[int]())


@contextmanager
def crowds(host: str, port: int, processes: int) -> Iterator[Crowds]:
    context = get_context("spawn")
    pipes, running = [], []
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=attend, args=(theirs, host, port), daemon=True)
            process.start()
            pipes.append(ours)
            running.append(process)
        yield Crowds(pipes)
    finally:
        for pipe in pipes:
            pipe.send(None)
        for process in running:
            process.join(10)
            process.kill()
