"""One connection to the SMTP server, and what becomes of a mail that is sent over it."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as ASCII
from email.policy import SMTPUTF8

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from domain.mail import Outcome, Server, outcome_of

LONGEST_ERROR = 300
TLS = "The server offers no TLS that does: its certificate, name or protocol."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a try; `error` says why it is no success."""

    outcome: Outcome
    error: str | None = None


HandOver = Callable[[], Awaitable[bool]]
"""Called before the text is handed over; False if it may not be."""


class Line:
    """A connection, made with the first mail and kept for those after it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client: SMTP | None = None

    async def send(self, message: EmailMessage, recipient: str, hand_over: HandOver) -> Answer:
        """Whatever happens is an answer."""
        given = False

        async def giving() -> bool:
            nonlocal given
            given = await hand_over()
            return given

        try:
            client = await self._connected()
            return await self._send(client, message, recipient, giving)
        except Exception as error:
            await self.close()
            if given:
                return Answer(Outcome.UNANSWERED, _worded(error))
            if isinstance(error, UnicodeError):
                return Answer(Outcome.BOUNCED, "The address can't be written.")
            if not isinstance(error, SMTPException | OSError):
                log.exception("A mail could not be sent")
            return Answer(Outcome.UNREACHABLE, _worded(error))

    async def _send(
        self, client: SMTP, message: EmailMessage, recipient: str, hand_over: HandOver
    ) -> Answer:
        to, beyond_ascii = ascii_domain(recipient), not recipient.rpartition("@")[0].isascii()
        if beyond_ascii and not client.supports_extension("smtputf8"):
            return Answer(Outcome.BOUNCED, "The server takes no address of other letters.")
        sender = ascii_domain(self._server.sender.addr_spec)
        await client.mail(
            sender,
            options=["SMTPUTF8"] if beyond_ascii else [],
            encoding="utf-8" if beyond_ascii else "ascii",
        )
        try:
            await client.rcpt(to, encoding="utf-8" if beyond_ascii else "ascii")
            if not await hand_over():
                await client.rset()
                return Answer(Outcome.DEFERRED, "Another process sends it.")
            whole = message.as_bytes(policy=SMTPUTF8 if beyond_ascii else ASCII)
            await client.data(whole, timeout=self._server.answer_seconds)
        except (SMTPRecipientRefused, SMTPDataError) as refused:
            await self._forget()
            return Answer(outcome_of(refused.code), _worded(refused))
        return Answer(Outcome.SENT)

    async def _connected(self) -> SMTP:
        server = self._server
        if self._client is not None and self._client.is_connected:
            return self._client
        self._client = client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            timeout=server.seconds,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "off" else server.ssl_context,
            local_hostname=ascii_domain(server.sender.addr_spec).rpartition("@")[2],
        )
        async with asyncio.timeout(server.seconds * 2):
            await client.connect()
            await client.ehlo()
        return client

    async def _forget(self) -> None:
        """Have the server forget the refused mail, or else connect anew for the next one."""
        try:
            assert self._client is not None
            await self._client.rset()
        except (SMTPException, OSError):
            await self.close()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit(timeout=1)
        except (SMTPException, OSError):
            client.close()


def ascii_domain(address: str) -> str:
    """The address with its domain as the DNS writes it."""
    local, at, domain = address.rpartition("@")
    return local + at + domain.encode("idna").decode()


def _worded(error: BaseException) -> str:
    """The error for the log of the queue. A server's text may repeat what it was sent, which is
    at most the address before the text is handed over."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return TLS
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, SMTPResponseException):
        text = "".join(each if each.isprintable() else " " for each in error.message)
        return f"{error.code} {text}"[:LONGEST_ERROR]
    if isinstance(error, TimeoutError):
        return "The server did not answer in time."
    if "STARTTLS" in str(error):
        return TLS
    return "The server could not be reached." if isinstance(error, OSError) else "Internal error."
