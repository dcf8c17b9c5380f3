"""A webhook's turn: one process, which holds its lease, sends what there is, in order."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from db.reading.horizon import horizon_to_give
from db.reading.webhooks import WebhookEvent, open_deliveries, rows_of_school_after
from db.store import Store
from db.writing.webhooks import move_webhook, note_delivery
from domain.ids import uuid7
from domain.webhooks import ASKS_TO_WAIT, Verdict, wait_of
from resolvers.feed.cursor import LAST_OF_TRANSACTION, Position
from resolvers.feed.outbox import KEPT, Outbox, position_of
from resolvers.webhooks.message import message_of, secrets_of
from resolvers.webhooks.sender import Answer, Line
from resolvers.webhooks.subjects import record_of
from resolvers.webhooks.terms import Terms

BATCH = 100
MISSING = Answer(error="There is no such record any more.")
GAP = (
    "Events of this webhook were dropped before they could be sent: whoever receives them has to "
    "load anew."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a webhook has come, and when it may go on."""

    epoch: UUID
    position: Position
    position_at: datetime
    next_at: datetime
    failing_since: datetime | None
    state: str = "ENABLED"


@dataclass(frozen=True, slots=True)
class Note:
    """What the log says of a try: of an event, or of none."""

    event: WebhookEvent | None
    position: Position
    state: str
    attempts: int
    answer: Answer


class Turn:
    """`webhook` is the row as it was claimed; what is noted of it needs its lease and version."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        terms: Terms,
        webhook: Any,
        line: Line,
        claimed_at: float,
    ) -> None:
        """`claimed_at` is the loop's time before the lease began."""
        self._store = store
        self._outbox = outbox
        self._cursors = outbox.cursors
        self._terms = terms
        self._webhook = webhook
        self._line = line
        self._until = _now() + terms.turn
        self._sure_until = claimed_at + self._sure
        self._standing = Standing(
            webhook.epoch,
            Position(webhook.xid, webhook.seq),
            webhook.position_at,
            webhook.next_at,
            webhook.failing_since,
        )

    async def take(self) -> None:
        head = await self._outbox.open()
        self._cursors = self._outbox.cursors  # a place of one database is of no other
        if await self._look_for_a_gap(head) and await self._send_open():
            await self._send_new(head)

    async def _look_for_a_gap(self, head: Position) -> bool:
        """Where rows may be gone that were not sent, say so and go on with those that are there."""
        standing, now = self._standing, self._terms.clock()
        epoch = UUID(bytes=self._cursors.epoch)
        begins = head
        if standing.epoch == epoch:
            if standing.position_at >= now - KEPT:
                return True
            oldest = await self._outbox.oldest()
            if oldest is None or oldest <= standing.position:
                return True
            begins = Position(oldest.xid - 1, LAST_OF_TRANSACTION)
        self._standing = replace(standing, epoch=epoch, position=begins, position_at=now)
        return await self._note(Note(None, begins, "GAP", 0, Answer(error=GAP)))

    async def _send_open(self) -> bool:
        """What failed comes first, so that nothing overtakes it."""
        deliveries: list[Any] = await self._store.fetch(
            open_deliveries,
            school=self._webhook.school_id,
            webhook=self._webhook.id,
            limit=BATCH,
        )
        for delivery in deliveries:
            if not await self._send(delivery, delivery.attempts):
                return False
        return len(deliveries) < BATCH

    async def _send_new(self, head: Position) -> None:
        """The rows after the position; where there are no more it moves on to the head, which was
        read before them, so that every row below it has been seen."""
        rows: list[Any] = await self._store.fetch(
            rows_of_school_after,
            school=self._webhook.school_id,
            topics=self._webhook.topics,
            xid=str(self._standing.position.xid),
            seq=self._standing.position.seq,
            horizon=await horizon_to_give(self._store),
            limit=BATCH,
        )
        for row in rows:
            self._standing = replace(self._standing, position=position_of(row))
            if not await self._send(row, 0):
                return
        if len(rows) < BATCH:
            position = max(head, self._standing.position)
            now = self._terms.clock()
            self._standing = replace(self._standing, position=position, position_at=now)
            await self._store.fetch(move_webhook, **self._moved())

    async def _send(self, event: WebhookEvent, attempts: int) -> bool:
        """Try once; whether the webhook may go on to the next event."""
        if _now() > self._sure_until or self._outbox.cursors is not self._cursors:
            return False
        position = position_of(cast("Any", event))
        record = await record_of(self._store, event)
        if record is None:
            return await self._note(Note(event, position, "DEAD", attempts, MISSING))
        message = message_of(event, record, self._cursors.encode(position))
        now = self._terms.clock()
        headers = message.headers(secrets_of(self._webhook, now), now)
        answer = await self._line.send(headers, message.body)
        state = self._judge(answer, attempts + 1)
        noted = await self._note(Note(event, position, state, attempts + 1, answer))
        late = _now() > self._until
        return noted and state != "FAILING" and self._standing.state == "ENABLED" and not late

    def _judge(self, answer: Answer, attempts: int) -> str:
        """The state of the delivery; what follows for the webhook goes into its standing."""
        standing, now = self._standing, self._terms.clock()
        if answer.verdict is Verdict.DELIVERED:
            self._standing = replace(standing, next_at=now, failing_since=None)
            return "DELIVERED"
        since = standing.failing_since or now
        if answer.verdict is Verdict.GONE:
            self._standing = replace(standing, failing_since=since, state="GONE")
            return "FAILING"
        schedule = self._terms.schedule
        asked = wait_of(answer.retry_after if answer.status in ASKS_TO_WAIT else None, now)
        delay = schedule.delay(attempts, self._terms.chance(), asked)
        state = "GIVEN_UP" if schedule.gives_up(since, now) else "ENABLED"
        next_at = now + (asked if delay is None else delay)
        self._standing = replace(standing, next_at=next_at, failing_since=since, state=state)
        return "DEAD" if delay is None else "FAILING"

    async def _note(self, note: Note) -> bool:
        """Write it down, with the standing; False where the webhook is no longer ours."""
        event, answer, began = note.event, note.answer, _now()
        noted = await self._store.first(
            note_delivery,
            **self._moved(),
            event_id=uuid7(),
            event_xid=str(note.position.xid),
            event_seq=note.position.seq,
            event_cursor=self._cursors.encode(note.position),
            event_topic=event and event.topic,
            event_change=event and event.change,
            event_ref=event and event.ref,
            event_at=event.at if event else self._terms.clock(),
            event_state=note.state,
            event_attempts=note.attempts,
            event_status=answer.status,
            event_error=answer.error,
            event_excerpt=answer.excerpt,
        )
        self._sure_until = began + self._sure
        return noted is not None

    @property
    def _sure(self) -> float:
        """Seconds from the lease's beginning in which a try may begin and end within it."""
        return self._terms.lease.total_seconds() - self._terms.timeout

    def _moved(self) -> dict[str, Any]:
        webhook, standing = self._webhook, self._standing
        return {
            "school": webhook.school_id,
            "ref": webhook.id,
            "holder": webhook.lease_holder,
            "expected": webhook.version,
            "now": self._terms.clock(),
            "lease": self._terms.lease,
            "new_xid": str(standing.position.xid),
            "new_seq": standing.position.seq,
            "new_epoch": standing.epoch,
            "new_position_at": standing.position_at,
            "new_next_at": standing.next_at,
            "new_failing_since": standing.failing_since,
            "new_state": standing.state,
        }


def _now() -> float:
    return asyncio.get_running_loop().time()
