"""How connections are taken that come at once, as after a restart."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import uvloop

from gateway.app import create_app
from gateway.server import Server
from gateway.settings import Settings
from tests.gateway import toy

MANY = 200


def test_who_comes_with_many_others_waits_for_no_turn_of_the_loop_for_each() -> None:
    """In the loop that the gateway runs on, whose turns are long where it has much to do."""
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1
        time.sleep(0.001)
        asyncio.get_running_loop().call_soon(turn)

    async def until_all_are_taken(listener: socket.socket) -> int:
        server = Server(toy.app(), turn)
        server.config.timeout_graceful_shutdown = 1
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while len(server.server_state.connections) < MANY:
            await asyncio.sleep(0)
        taken = turns
        server.should_exit = True
        await serving
        return taken

    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(MANY)
        for _ in range(MANY):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            assert runner.run(until_all_are_taken(listener)) < MANY / 4


async def test_a_worker_that_starts_keeps_nobody_waiting_at_the_socket_that_it_is_to_inherit() -> (
    None
):
    """Who still serves it takes connections until there are none, and would wait for one there."""
    with socket.socket() as inherited:
        inherited.bind(("127.0.0.1", 0))
        with inherited.dup() as served:
            served.setblocking(False)
            blocking = []

            @asynccontextmanager
            async def starting() -> AsyncIterator[None]:
                blocking.append(os.get_blocking(served.fileno()))
                yield

            app = create_app(Settings(), toy.schema(), toy.world.context, lifetime=starting)
            server = Server(app, lambda: server.handle_exit(2, None))
            await server.serve(sockets=[inherited])
    assert blocking == [False]
