"""What dies: connections, workers, gateways, PostgreSQL and NATS, at random from a seed."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from tests.chaos.machines import Database, Host
from tests.store.nats_server import NatsServer

UserErrorCode = Callable[[], Awaitable[None]]

SLOWEST = 6.0
"""Seconds between two deaths of one kind, at most."""


class Faults:
    def __init__(
        self, database: Database, hosts: Sequence[Host], nats: NatsServer | None, seed: str
    ) -> None:
        self._database, self._hosts, self._nats = database, hosts, nats
        self._chance = Random(f"{seed} faults")
        self.done: Counter[str] = Counter()

    async def run(self, seconds: float) -> None:
        """Let things die for a while, each kind once at least; afterwards all is there again."""
        pace = min(SLOWEST, seconds / 6)
        gateways = (self._kill_worker, self._kill_gateway, self._drain_gateway, self._renew)
        servers = [self._kill_postgresql, self._kill_backend]
        servers += [self._kill_nats, self._kill_nats] if self._nats else []
        over = asyncio.get_running_loop().time() + seconds
        async with asyncio.TaskGroup() as group:
            links = (self._cut, self._lose_answers, self._cut_from_postgresql)
            group.create_task(self._again(over, links, 0.05, 0.3))
            group.create_task(self._again(over, gateways, pace / 4, pace))
            group.create_task(self._again(over, servers, pace / 4, pace))
        await self._database.until_up()
        await asyncio.gather(*(host.until_up() for host in self._hosts))

    async def _again(
        self, over: float, faults: Sequence[UserErrorCode], shortest: float, longest: float
    ) -> None:
        """Each in turn, in an order that changes from time to time."""
        order, first = self._chance.sample(list(faults), len(faults)), True
        while order if first else asyncio.get_running_loop().time() < over:
            await asyncio.sleep(self._chance.uniform(shortest, longest))
            await order.pop()()
            if not order:
                order, first = self._chance.sample(list(faults), len(faults)), False

    async def _cut(self) -> None:
        self._each_link("connections cut", 0.1, lambda link: link.cut())

    async def _lose_answers(self) -> None:
        self._each_link("answers lost", 0.1, lambda link: setattr(link, "doomed", True))

    def _each_link(self, name: str, share: float, act: Callable[..., None]) -> None:
        for host in self._hosts:
            for link in list(host.proxy.links):
                if self._chance.random() < share:
                    act(link)
                    self.done[name] += 1

    async def _cut_from_postgresql(self) -> None:
        seconds = self._chance.uniform(0.02, 0.2)
        self.done["connections to PostgreSQL cut"] += await self._database.cut_readers(seconds)

    async def _kill_worker(self) -> None:
        for host in self._hosts:  # one of them is a single process
            self.done["workers killed"] += host.kill_worker(self._chance)

    async def _kill_gateway(self) -> None:
        self.done["gateways killed"] += 1
        await self._anew(signal.SIGKILL)

    async def _drain_gateway(self) -> None:
        self.done["gateways drained"] += 1
        await self._anew(signal.SIGTERM)

    async def _anew(self, by: signal.Signals) -> None:
        host = self._chance.choice(self._hosts)
        await host.end(by)
        await host.start()

    async def _renew(self) -> None:
        self.done["gateways renewed"] += 1
        self._hosts[0].renew()

    async def _kill_postgresql(self) -> None:
        self.done[self._database.kill()] += 1
        await asyncio.sleep(self._chance.choice((0.0, 0.3, 1.5)))
        self._database.start()

    async def _kill_backend(self) -> None:
        self.done["backends killed"] += 1
        self._database.kill_one(self._chance)
        await self._database.until_up()

    async def _kill_nats(self) -> None:
        assert self._nats is not None
        self.done["NATS killed"] += 1
        self._nats.kill()
        await asyncio.sleep(self._chance.choice((0.0, 0.5, 3.0)))
        self._nats.start()
