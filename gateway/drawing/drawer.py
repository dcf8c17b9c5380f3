"""The side of the gateway: it hands a job to the child process, one at a time, and waits."""

import asyncio
import logging
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from typing import Any

import orjson

log = logging.getLogger(__name__)
SECONDS = 30.0
"""For one drawing; after that its process is killed."""
MOST_WAITING = 16
"""Drawings that may wait in a process of the gateway; each takes some tenths of a second."""
MOST_DRAWN = 300
"""Drawings after which a child makes room for a new one, with all that it has kept in memory."""
IDLE_SECONDS = 300.0
"""Without a drawing the child ends: it would hold its memory for nothing."""
LARGEST_JOB = 16 << 20
HEADER = struct.Struct(">BI")
"""Whether it was drawn, and the length of what follows."""
LENGTH = struct.Struct(">I")
KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the child is told of the environment: no address or password of anything."""


class Busy(Exception):
    """Too much waits to be drawn."""


class CannotDraw(Exception):
    """The drawing has failed, or took too long or too much."""


class Drawer:
    """Draws in a child process, which is started with the first drawing and anew after a failure.

    One is drawn at a time, so that drawing takes one core of the machine at most.
    """

    def __init__(self, seconds: float = SECONDS, most_waiting: int = MOST_WAITING) -> None:
        self._seconds = seconds
        self._most_waiting = most_waiting
        self._waiting = 0
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._drawn = 0
        self._idle: asyncio.TimerHandle | None = None

    async def draw(self, job: Mapping[str, Any]) -> bytes:
        """What the job draws, as `gateway.drawing.child` describes it."""
        if self._waiting >= self._most_waiting:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                return await self._draw(orjson.dumps(job))
        finally:
            self._waiting -= 1

    async def _draw(self, job: bytes) -> bytes:
        if len(job) > LARGEST_JOB:
            raise CannotDraw("It is too large.")
        if self._idle is not None:
            self._idle.cancel()
        done = False
        try:
            async with asyncio.timeout(self._seconds):
                child = await self._started()
                drawn, content = await _exchange(child, job)
            done = True
        except TimeoutError:
            raise CannotDraw("It took too long.") from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionError) as lost:
            raise CannotDraw("The process that draws has ended.") from lost
        finally:  # whoever does not wait for an answer leaves the child in the middle of one
            self._drawn += 1
            if not done or self._drawn >= MOST_DRAWN:
                self.close()
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.close)
        if not drawn:
            raise CannotDraw(content.decode(errors="replace"))
        return content

    async def _started(self) -> Process:
        if self._child is None or self._child.returncode is not None:
            self._drawn = 0
            known = {name: os.environ[name] for name in KEPT if name in os.environ}
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "gateway.drawing.child",
                stdin=PIPE,
                stdout=PIPE,
                env=known | {"TZ": "UTC", "LANG": "C.UTF-8"},
                start_new_session=True,
            )
        return self._child

    def close(self) -> None:
        """End the child; whatever it draws is lost."""
        if self._idle is not None:
            self._idle.cancel()
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            child.kill()


async def _exchange(child: Process, job: bytes) -> tuple[bool, bytes]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(LENGTH.pack(len(job)) + job)
    await child.stdin.drain()
    drawn, length = HEADER.unpack(await child.stdout.readexactly(HEADER.size))
    return bool(drawn), await child.stdout.readexactly(length)
