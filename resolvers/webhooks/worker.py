"""The worker of a process: it finds webhooks that have something to send and gives each a turn."""

import asyncio
import logging
from functools import partial
from typing import cast
from uuid import UUID

from db.reading.horizon import horizon_to_give
from db.reading.webhooks import DueWebhook, due_webhooks
from db.store import Store
from db.writing.webhooks import claim_webhook, drop_old_deliveries, release_webhook
from domain.ids import uuid7
from resolvers.feed.outbox import Outbox
from resolvers.upkeep import Looking, hourly
from resolvers.webhooks.sender import Sender
from resolvers.webhooks.terms import Terms
from resolvers.webhooks.turn import Turn

log = logging.getLogger(__name__)


class Webhooks:
    """`run` sends until it is cancelled; as many processes may run as there are."""

    def __init__(
        self, store: Store, sender: Sender | None = None, terms: Terms | None = None
    ) -> None:
        self.sender = sender or Sender()
        self._store = store
        self._terms = terms or Terms()
        self._outbox = Outbox(store)
        self._looking = Looking(self._terms.poll, self._terms.apart)
        self._turns: dict[tuple[int, UUID], asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There may be something to send."""
        self._looking.wake()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._looking.run("Webhooks", partial(self._begin, group)))
                group.create_task(hourly("deliveries", self._drop_old))
        finally:
            self._turns.clear()

    async def _begin(self, group: asyncio.TaskGroup) -> None:
        """Turns for those that are due, as many as there is room for."""
        room = self._terms.at_once - len(self._turns)
        if room <= 0:
            return
        await self._outbox.read_key()
        due = await self._store.fetch(
            due_webhooks,
            epoch=UUID(bytes=self._outbox.cursors.epoch),
            now=self._terms.clock(),
            stale=self._terms.clock() - self._terms.stale,
            limit=room,
            horizon=await horizon_to_give(self._store),
        )
        for found in cast("list[DueWebhook]", due):
            key = found.school_id, found.id
            if key not in self._turns:
                self._turns[key] = group.create_task(self._turn(*key))

    async def _turn(self, school: int, id_: UUID) -> None:
        try:
            if await self._send_for(school, id_):
                self._looking.wake()
        except Exception:
            log.exception("A webhook's turn broke off; it is tried again")
        finally:
            self._turns.pop((school, id_), None)

    async def _send_for(self, school: int, id_: UUID) -> bool:
        """Whether it was this process that sent."""
        where = {"school": school, "ref": id_, "holder": uuid7()}
        terms, now = self._terms, asyncio.get_running_loop().time()
        webhook = await self._store.first(
            claim_webhook, **where, now=terms.clock(), lease=terms.lease
        )
        if webhook is None:
            return False
        try:
            async with self.sender.line(webhook.url, terms.timeout) as line:
                await Turn(self._store, self._outbox, terms, webhook, line, now).take()
        finally:
            await asyncio.shield(self._store.fetch(release_webhook, **where))
        return True

    async def _drop_old(self) -> None:
        before = self._terms.clock() - self._terms.kept
        await self._store.fetch(drop_old_deliveries, before=before)
