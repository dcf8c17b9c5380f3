"""A proxy that ends TLS on the gateway's own machine, as nginx does."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import trustme


class TLSProxy:
    """Hands on what it reads to a port of this machine, with a header that says whose it is."""

    def __init__(self) -> None:
        self.port = 0
        self.to = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gateway_reader, gateway_writer = await asyncio.open_connection("127.0.0.1", self.to)
        try:
            await asyncio.gather(
                self._requests(reader, gateway_writer), _bytes(gateway_reader, writer)
            )
        finally:
            for each in (writer, gateway_writer):
                each.transport.abort()

    async def _requests(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """One request a connection, so that there is one place for the header."""
        with suppress(asyncio.IncompleteReadError, OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.partition(b"\r\n")
            if b"upgrade: websocket" not in rest.lower():
                rest = b"Connection: close\r\n" + rest.replace(b"Connection: keep-alive\r\n", b"")
            to.write(line + b"\r\nX-Forwarded-For: 192.0.2.7\r\n" + rest)
        await _bytes(reader, to)


async def _bytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


@asynccontextmanager
async def tls_proxy(name: str) -> AsyncIterator[TLSProxy]:
    """Listens at a port of its own; `to` is set once the gateway has one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name).configure_cert(context)
    proxy = TLSProxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=context)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
