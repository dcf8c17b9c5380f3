"""The post of a process: it claims mail that is due, one process each, and sends it."""

import asyncio
import logging
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from db.store import Store
from db.tables.mail import Mail
from db.writing.mail import (
    claim_mail,
    drop_old_mail,
    end_abandoned_mail,
    end_mail,
    hand_over_mail,
    put_mail_back,
)
from domain.ids import uuid7
from domain.mail import MailState, Outcome, Server
from resolvers.mail.letters import LETTERS, Ready
from resolvers.mail.rendering import message, render
from resolvers.mail.smtp import Answer, Line
from resolvers.mail.terms import Terms
from resolvers.upkeep import Looking, hourly

LATE = "Its time was over before it could be sent."
GIVEN_UP = "It was tried for long enough."
ENDED = "The process ended before the server answered."
log = logging.getLogger(__name__)


class Post:
    """`run` sends until it is cancelled; as many processes may run as there are.

    Without a server, mail is shown (`shows`) or waits. `address` is the gateway's, for links.
    """

    def __init__(
        self,
        store: Store,
        server: Server | None = None,
        *,
        address: str = "",
        shows: bool = False,
        terms: Terms | None = None,
    ) -> None:
        self.address = address
        self.shows = shows and server is None
        self._store = store
        self._server = server
        self._terms = terms or Terms()
        self._looking = Looking(self._terms.poll, self._terms.apart)
        self._turns: set[asyncio.Task[None]] = set()
        self._paused_until = self._terms.clock()
        self._pause = self._terms.pause

    def wake(self) -> None:
        """There may be mail to send."""
        self._looking.wake()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            if self._server is not None or self.shows:
                group.create_task(self._looking.run("Mail", partial(self._begin, group)))
            group.create_task(hourly("mail", self._drop_old))

    async def _begin(self, group: asyncio.TaskGroup) -> None:
        await self._end_abandoned()
        while len(self._turns) < self._terms.at_once:
            holder = uuid7()
            mail = await self._claim(holder)
            if mail is None:
                return
            turn = group.create_task(self._turn(mail, holder))
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)

    async def _claim(self, holder: UUID) -> Mail | None:
        now = self._terms.clock()
        if now < self._paused_until:
            return None
        until = now + self._limit(self._server.seconds * 5 if self._server else 0)
        return await self._store.first(claim_mail, now=now, holder=holder, until=until)

    def _limit(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds) + self._terms.margin

    async def _turn(self, mail: Mail | None, holder: UUID) -> None:
        """Send the mail and those after it over one connection. A mail that is with the server when
        the process stops has a moment to end."""
        line = Line(self._server) if self._server is not None else None
        try:
            for _ in range(self._terms.turn):
                if mail is None:
                    return
                sending = asyncio.ensure_future(self._send(line, mail, holder))
                try:
                    await asyncio.shield(sending)
                except asyncio.CancelledError:
                    await asyncio.wait([sending], timeout=2)
                    sending.cancel()
                    raise
                mail = await self._claim(holder)
            self.wake()
        except Exception:
            log.exception("Mail could not be sent; it is tried again")
        finally:
            if line is not None:
                await line.close()

    async def _send(self, line: Line | None, mail: Mail, holder: UUID) -> None:
        if mail.expires_at is not None and mail.expires_at <= self._terms.clock():
            return await self._end(mail, holder, MailState.FAILED, LATE)
        if mail.template not in LETTERS:
            return await self._end(mail, holder, MailState.FAILED, "There is no such letter.")
        ready = await LETTERS[mail.template].prepare(self._store, mail)
        if ready is None:
            return await self._end(mail, holder, MailState.NOBODY)
        if line is None:
            return await self._end(mail, holder, MailState.SHOWN, ready=ready)
        answer = await self._hand_over(line, mail, holder, ready)
        return await self._judge(mail, holder, answer)

    async def _hand_over(self, line: Line, mail: Mail, holder: UUID, ready: Ready) -> Answer:
        assert self._server is not None
        server = self._server
        try:
            rendered = render(mail.template, mail.language, ready.data, self.address)
            whole = message(rendered, mail.id, server.sender, ready.recipient, mail.created_at)
        except Exception:
            log.exception("The mail %s could not be written", mail.id)
            return Answer(Outcome.BOUNCED, "The mail could not be written.")

        async def hand_over() -> bool:
            until = self._terms.clock() + self._limit(server.answer_seconds)
            given = await self._store.first(hand_over_mail, ref=mail.id, holder=holder, until=until)
            return given is not None

        return await line.send(whole, ready.recipient, hand_over)

    async def _judge(self, mail: Mail, holder: UUID, answer: Answer) -> None:
        match answer.outcome:
            case Outcome.SENT:
                self._pause = self._terms.pause
                return await self._end(mail, holder, MailState.SENT)
            case Outcome.BOUNCED:
                return await self._end(mail, holder, MailState.BOUNCED, answer.error)
            case Outcome.UNANSWERED:
                return await self._end(mail, holder, MailState.UNANSWERED, answer.error)
            case Outcome.UNREACHABLE:
                self._leave_alone(answer.error)
        delay = self._terms.schedule.delay(mail.attempts + 1, self._terms.chance())
        if delay is None:
            error = f"{GIVEN_UP} {answer.error}"
            return await self._end(mail, holder, MailState.FAILED, error)
        await self._store.fetch(
            put_mail_back,
            ref=mail.id,
            holder=holder,
            new_next_at=self._terms.clock() + delay,
            new_last_error=answer.error,
        )
        return None

    def _leave_alone(self, error: str | None) -> None:
        """Send nothing for a while: where the server is down, one mail tries it for all."""
        if self._terms.clock() < self._paused_until:
            return
        log.warning("Mail can't be sent for now: %s", error)
        self._paused_until = self._terms.clock() + self._pause
        self._pause = min(self._pause * 2, self._terms.longest_pause)

    async def _end(
        self,
        mail: Mail,
        holder: UUID,
        state: MailState,
        error: str | None = None,
        ready: Ready | None = None,
    ) -> None:
        """Note what became of it; of mail that is shown its data stay, which no other mail's do."""
        if state in (MailState.BOUNCED, MailState.UNANSWERED, MailState.FAILED):
            # The server's words may name the recipient: they stand in the table alone.
            log.warning("The mail %s (%s) ended %s", mail.id, mail.template, state)
        kept: dict[str, Any] = dict(ready.data) if ready else {}
        await self._store.fetch(
            end_mail,
            ref=mail.id,
            holder=holder,
            now=self._terms.clock(),
            new_state=state.value,
            new_last_error=error,
            new_data=kept,
            new_recipient=ready.recipient if ready else mail.recipient,
        )

    async def _end_abandoned(self) -> None:
        ended = await self._store.fetch(
            end_abandoned_mail, now=self._terms.clock(), new_data={}, new_last_error=ENDED
        )
        for mail in ended:
            log.warning("The mail %s (%s) ended UNANSWERED: %s", mail.id, mail.template, ENDED)

    async def _drop_old(self) -> None:
        await self._store.fetch(drop_old_mail, before=self._terms.clock() - self._terms.kept)
