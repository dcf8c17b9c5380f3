"""The script that `pg_restore` makes of an archive, of which only data is read: no SQL of it is
ever run."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from db.backup.errors import BackupError

CHUNK = 1 << 20
NAME = r'(?:"(?:[^"]|"")+"|[^\s".,]+)'
COPY = re.compile(rf"COPY (?:{NAME}\.)?({NAME}) \((.*)\) FROM stdin;")
SET_VALUE = re.compile(
    rf"SELECT pg_catalog\.setval\('(?:{NAME}\.)?({NAME})', (\d+), (true|false)\);"
)
END = b"\\.\n"
"""The line after the last row."""


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of a table, in the text format of COPY; they are read before the next block is."""

    table: str
    columns: list[str]
    script: "Script"

    async def rows(self) -> AsyncIterator[bytes]:
        """Whole rows, many at a time."""
        script = self.script
        while not script.ahead.startswith(END):
            end = script.ahead.find(b"\n" + END)
            # Without the end, what follows the last line break may be a part of it.
            whole = (script.ahead.rfind(b"\n") if end < 0 else end) + 1
            if whole:
                yield script.take(whole)
            if end < 0 and not script.ahead.startswith(END):
                await script.read()
        script.take(len(END))

    async def skip(self) -> None:
        async for _ in self.rows():
            pass


class Script:
    def __init__(self, source: asyncio.StreamReader) -> None:
        self._source = source
        self.ahead = b""
        """What is read and not yet taken."""
        self.sequences: list[tuple[str, int, bool]] = []
        """The sequences that were told: the value of each, and whether it was given out."""

    async def blocks(self) -> AsyncIterator[Block]:
        while (line := await self._line()) is not None:
            if copy := COPY.fullmatch(line):
                columns = [_plain(name) for name in re.findall(NAME, copy[2])]
                yield Block(_plain(copy[1]), columns, self)
            elif value := SET_VALUE.fullmatch(line):
                self.sequences.append((_plain(value[1]), int(value[2]), value[3] == "true"))

    async def _line(self) -> str | None:
        """The next line; None at the end."""
        while (end := self.ahead.find(b"\n")) < 0:
            if not await self._more():
                return None
        return self.take(end + 1)[:-1].decode()

    async def read(self) -> None:
        """Read on within a table's rows."""
        if not await self._more():
            raise BackupError("The archive ends within a table: nothing was changed")

    async def _more(self) -> bool:
        read = await self._source.read(CHUNK)
        self.ahead += read
        return bool(read)

    def take(self, length: int) -> bytes:
        taken, self.ahead = self.ahead[:length], self.ahead[length:]
        return taken


def _plain(name: str) -> str:
    """An identifier without its quotes."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
