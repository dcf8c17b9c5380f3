"""Connections to where webhooks may go: the address that was looked at is the one connected to."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address

import httpcore

from domain.addresses import Address, Network, may_send_to

Resolve = Callable[[str, int], Awaitable[list[Address]]]
Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
MOST_ADDRESSES = 4
REFUSED_ADDRESS = "The host's address is not one that webhooks may be sent to."
# Apart from the pool of the event loop, so that names that hang hold up nothing else.
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="webhook-names")


class Forbidden(Exception):
    """The name leads to an address that messages may not be sent to."""


async def addresses_of(host: str, port: int) -> list[Address]:
    """As the system resolves the name; raises OSError where it can't."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.get_running_loop().run_in_executor(_threads, ask)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError(f"{host!r} is no name of a host") from error
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


class Guarded(httpcore.AsyncNetworkBackend):
    """Resolves a name once for each connection and refuses it where any of its addresses is
    neither public nor of an allowed network; `plain` connections only lead to the loopback."""

    def __init__(self, networks: Iterable[Network], resolve: Resolve, *, plain: bool) -> None:
        self._networks = tuple(networks)
        self._resolve = resolve
        self._plain = plain
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Option] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        if not addresses or not all(self._may_reach(address) for address in addresses):
            raise Forbidden
        failed: Exception = Forbidden()
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return await self._backend.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    def _may_reach(self, address: Address) -> bool:
        return may_send_to(address, self._networks, plain=self._plain)
