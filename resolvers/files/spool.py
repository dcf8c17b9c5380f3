"""An upload as it comes in: a file without a name on this machine, which is gone when it is closed,
or when the process is."""

import asyncio
from hashlib import sha256
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from resolvers.files.refusals import too_large

HELD = 512 << 10
"""Bytes that are held before they are written."""


class Spool:
    """Takes the bytes of one upload, up to `most` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed with the spool
        self._held = bytearray()
        self._digest = sha256()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.file.close()

    @property
    def digest(self) -> bytes:
        """The SHA-256 of what has come."""
        return self._digest.digest()

    async def add(self, chunk: bytes) -> None:
        """Raises `FILE_TOO_LARGE` where it would be too much."""
        self.size += len(chunk)
        if self.size > self.most:
            raise too_large(self.most)
        self._digest.update(chunk)
        self._held += chunk
        if len(self._held) >= HELD:
            await self.flush()

    async def flush(self) -> None:
        held, self._held = self._held, bytearray()
        if held:
            await asyncio.to_thread(self.file.write, held)
