"""The worker of a process that adds to the audit what is committed, and removes what is too old."""

import asyncio

from db.audit import Chainer
from db.store import Store
from resolvers.upkeep import Looking, hourly

POLL = 2.0
"""Seconds between two looks: how long what is committed waits for its entry, as a rule."""


class Auditing:
    """`run` adds entries until it is cancelled; as many processes may run as there are."""

    def __init__(self, store: Store) -> None:
        self._chainer = Chainer(store)
        self._looking = Looking(POLL, 0.0)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(hourly("entries of the audit", self._chainer.prune))
            group.create_task(self._looking.run("What the audit lacks", self._chainer.look))
