"""Sending again what a webhook's receiver has missed or lost, as far as it is still kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.reading.webhooks import first_row_since
from db.store import Reader, Store
from db.writing.webhooks import queue_dead_letters
from domain.errors import Code, Problem
from domain.refusals import Fault, Refused, refused
from resolvers.feed.cursor import Position
from resolvers.feed.outbox import Outbox
from resolvers.mutations.attempt import Outcome
from resolvers.mutations.receipts import Request
from resolvers.mutations.webhooks import of_head, write
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Replay:
    """One of three: the dead letters, all since an instant, or all after a cursor."""

    id: str
    dead_letters: bool = False
    since: datetime | None = None
    after: str | None = None


async def replay(store: Store, viewer: Viewer, asked: Replay, key: str | None = None) -> Outcome:
    after = None if asked.after is None else await _after(store, asked.after)

    async def act(reader: Reader, webhook: Any) -> None:
        if (asked.dead_letters, asked.since, asked.after) == (True, None, None):
            await reader.run(queue_dead_letters, school=webhook.school_id, ref=webhook.id)
            await write(reader, webhook, {}, at_once=True)
            return
        if asked.dead_letters or (asked.since is None) == (asked.after is None):
            message = (
                "A replay is of dead letters, or since a time, or after a cursor: one of these."
            )
            raise refused(Fault.BAD_INPUT, message)
        if isinstance(after, Refused):
            raise after
        begins = after if asked.since is None else await _since(reader, webhook, asked.since)
        position = Position(webhook.xid, webhook.seq)
        begins = position if begins is None else min(begins, position)
        await write(reader, webhook, {"xid": begins.xid, "seq": begins.seq}, at_once=True)

    return await of_head(store, viewer, asked.id, Request("replayWebhook", asked, key), act)


async def _since(reader: Reader, webhook: Any, since: datetime) -> Position | None:
    """Before the first row of that time which is still there, if one is."""
    if since.tzinfo is None:
        raise refused(Fault.BAD_INPUT, "The time needs its offset, such as Z.", "since")
    row: Any = await reader.first(first_row_since, school=webhook.school_id, since=since)
    return None if row is None else Position(row.xid, row.seq - 1)


async def _after(store: Store, cursor: str) -> Position | Refused:
    outbox = Outbox(store)
    await outbox.open()
    try:
        return await outbox.resume(cursor)
    except Problem as problem:
        code = Fault.RESYNC if problem.code is Code.RESYNC else Fault.BAD_INPUT
        return refused(code, problem.message, "after")
