"""A load balancer's stand-in before one gateway, which cuts connections as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self


class Link:
    """One connection of a client, joined to one of the gateway."""

    def __init__(self, client: asyncio.StreamWriter, gateway: asyncio.StreamWriter) -> None:
        self.ends = (client, gateway)
        self.doomed = False
        """The next bytes from the gateway are lost, and the connection with them."""

    def cut(self) -> None:
        for end in self.ends:
            end.transport.abort()

    async def forward(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                if self.doomed and to is self.ends[0]:
                    break
                to.write(data)
                await to.drain()
        self.cut()


class Proxy:
    def __init__(self) -> None:
        self.upstream: tuple[str, int] | None = None
        self.links: set[Link] = set()
        self._server: asyncio.Server

    @property
    def address(self) -> str:
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator[Self]:
        proxy = cls()
        proxy._server = await asyncio.start_server(proxy._join, "127.0.0.1", 0)
        try:
            yield proxy
        finally:
            proxy._server.close()
            for link in list(proxy.links):
                link.cut()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.upstream is None:
                raise ConnectionRefusedError
            answers, gateway = await asyncio.open_connection(*self.upstream)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, gateway)
        self.links.add(link)
        try:
            await asyncio.gather(link.forward(reader, gateway), link.forward(answers, writer))
        finally:
            link.cut()
            self.links.discard(link)
