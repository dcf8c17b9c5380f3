"""The gateway as it is served, in a process that tells how long anything held its event loop.

`GET /watched` answers what was longest since it was asked last: see `Held`.
"""

import asyncio
import gc
import os
import socket
import sys
from dataclasses import asdict, dataclass, field
from time import perf_counter, thread_time
from typing import Any

import orjson
import psutil
from starlette.types import Receive, Scope, Send

BEAT = 0.001


@dataclass(slots=True)
class Held:
    """The longest between two turns of the event loop, in milliseconds: what its own thread ran
    for, and what went by; the longest collection of garbage; and the bytes resident."""

    ran_ms: float = 0
    went_by_ms: float = 0
    collected_ms: float = 0
    collections: dict[int, int] = field(default_factory=dict)
    resident: int = 0


class Watch:
    """An ASGI application around the gateway's."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.state = app.state
        self.held = Held()
        self._began = 0.0
        self._last = (0.0, 0.0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/watched":
            await self._tell(send)
        else:
            if not self._last[0] and scope["type"] != "lifespan":
                self._watch()
            await self.app(scope, receive, send)

    async def _tell(self, send: Send) -> None:
        self.held.resident = psutil.Process().memory_info().rss
        body = orjson.dumps(asdict(self.held), option=orjson.OPT_NON_STR_KEYS)
        self.held = Held()
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})

    def _watch(self) -> None:
        self._last = perf_counter(), thread_time()
        gc.callbacks.append(self._collecting)
        asyncio.get_running_loop().call_later(BEAT, self._beat)

    def _beat(self) -> None:
        now = perf_counter(), thread_time()
        by, ran = ((new - old) * 1000 for new, old in zip(now, self._last, strict=True))
        self.held.went_by_ms = max(self.held.went_by_ms, by)
        self.held.ran_ms = max(self.held.ran_ms, ran)
        self._last = now
        asyncio.get_running_loop().call_later(BEAT, self._beat)

    def _collecting(self, phase: str, info: dict[str, int]) -> None:
        """By the time of the thread that collects, as others use the machine too."""
        if phase == "start":
            self._began = thread_time()
            return
        held, generation = self.held, info["generation"]
        took = (thread_time() - self._began) * 1000
        held.collected_ms = max(held.collected_ms, took)
        held.collections[generation] = held.collections.get(generation, 0) + 1


def main(database_url: str) -> None:
    from db.embedded.child_process import end_with_parent
    from gateway.garbage import freeze_long_lived_objects
    from gateway.process import build_app
    from gateway.server import Server
    from gateway.settings import Settings
    from gateway.worker import shorten_switch_interval

    end_with_parent(os.getppid(), 9)
    app = Watch(build_app(Settings(), database_url))
    freeze_long_lived_objects()
    shorten_switch_interval()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        Server(app, lambda: print(port, flush=True)).run(sockets=[listener])  # type: ignore[arg-type]


if __name__ == "__main__":
    main(sys.argv[1])
