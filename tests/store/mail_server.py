"""A real SMTP server, which takes, refuses, delays or drops mail as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from domain.mail import Server

SENDER = Address("Gradebook", addr_spec="gradebook@school.example")


@dataclass
class MailServer:
    """`refuses` are answers to recipients, `answers` those to texts, one after another, and then
    250. While `holds` is set, the answer to a text waits."""

    refuses: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    slow_recipients: float = 0
    holds: asyncio.Event | None = None
    drops: bool = False
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    clients: list[str | None] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None
    options: dict[str, Any] = field(default_factory=dict)
    _server: asyncio.Server | None = None

    def server(self, **given: Any) -> Server:
        """Where the gateway sends."""
        plain = Server("127.0.0.1", self.port, SENDER, "off", seconds=5, answer_seconds=5)
        return replace(plain, **given)

    async def live(self) -> None:
        loop = asyncio.get_running_loop()

        def connected() -> SMTP:
            self.connections += 1
            return SMTP(self, hostname="mail.test", loop=loop, enable_SMTPUTF8=True, **self.options)

        self._server = await loop.create_server(connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        if self._server is not None:
            self._server.close()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        await asyncio.sleep(self.slow_recipients)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Envelope
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            parsed = message_from_bytes(content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.got += [(to, parsed) for to in envelope.rcpt_tos]
            self.clients.append(getattr(session.auth_data, "login", b"").decode() or None)
        if self.drops:
            transport: Any = server.transport
            transport.abort()
        if self.holds is not None:
            await self.holds.wait()
        return answer

    def text(self, place: int = -1) -> str:
        body = self.got[place][1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())


def lets_in(login: bytes, password: bytes) -> Any:
    def authenticate(_server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> Any:
        right = (data.login, data.password) == (login, password)
        return AuthResult(success=right, handled=False, auth_data=data)

    return authenticate


@asynccontextmanager
async def mail_server(**given: Any) -> AsyncIterator[MailServer]:
    server = MailServer(**given)
    await server.live()
    try:
        yield server
    finally:
        if server.holds is not None:
            server.holds.set()
        await server.die()
