"""A change made in one process is sent to webhooks by another as soon as it hears of it."""

import asyncio
from functools import partial

import pytest

from db.store import Store
from gateway.process import Process
from gateway.settings import Settings
from resolvers.feed import tailer
from resolvers.webhooks import Terms, worker
from tests.gateway.small_school import SmallSchool
from tests.store.listening import at_work
from tests.store.post_room import LOOPBACK, post_room
from tests.store.receiver import receiving


async def test_what_happens_in_another_process_is_sent_without_waiting_for_the_poll(
    room_url: str, small_school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "POLL", 3_600)
    monkeypatch.setattr(tailer, "HELD_BACK_POLL", 3_600)
    monkeypatch.setattr(worker, "Terms", partial(Terms, poll=3_600))
    process = Process(Settings(webhook_networks=LOOPBACK), room_url)
    async with post_room(room_url, small_school) as room, receiving() as receiver:
        await room.webhook(receiver.url)
        async with process.lifetime(), at_work(room.store) as elsewhere:
            await until_looked_for(process.store)
            await room.happen("REVISED")
            async with asyncio.timeout(20):
                while not receiver.got:  # the transactions of other tests hold the feed back
                    elsewhere.wake()
                    await asyncio.sleep(0.05)
    assert [got.content["type"] for got in receiver.got] == ["grade.revised"]


async def until_looked_for(store: Store) -> None:
    """Until the worker has found nothing, and waits."""
    looked = asyncio.Event()

    def watch(statement: str) -> None:
        if statement == "due_webhooks":
            looked.set()

    store.watchers.append(watch)
    async with asyncio.timeout(20):
        await looked.wait()
