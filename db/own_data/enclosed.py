"""The bytes of files in an export: read from the storage while the archive is downloaded.

The archive itself keeps tables alone. What would make a download too long is left out, and stays in
the diary.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from db.own_data.parts import IN_ARCHIVE
from db.storage import Storage, key_of

MOST_BYTES = 500 << 20
"""Of all files of an archive."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that the archive has at a path."""

    path: str
    key: str
    size: int
    at: datetime


def placed(rows: Iterable[Mapping[str, Any]], most: int = MOST_BYTES) -> list[dict[str, Any]]:
    """The rows of files with their paths in the archive; null for what it has no room for."""
    found, room = [], most
    for row in rows:
        fits = row["size"] <= room
        room -= row["size"] if fits else 0
        found.append({**row, IN_ARCHIVE: _path(row) if fits else None})
    return found


def _path(row: Mapping[str, Any]) -> str:
    """Unique, and of letters that no system takes for a way to another folder."""
    name = "".join(each if each.isalnum() or each in " ._-" else "_" for each in row["name"])
    return f"files/{row['id']} {name.strip('. ')[-LONGEST_NAME:]}"


def enclosed(school: int, rows: Iterable[Mapping[str, Any]]) -> list[Enclosed]:
    return [
        Enclosed(row[IN_ARCHIVE], key_of(school, row["id"]), row["size"], row["uploaded_at"])
        for row in placed(rows)
        if row[IN_ARCHIVE] is not None
    ]


class _Pipe:
    """What an archive is written to piece by piece: it goes forward only."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """There is nothing to wait for."""

    def taken(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


async def with_files(
    content: bytes, files: Iterable[Enclosed], storage: Storage
) -> AsyncIterator[bytes]:
    """The archive of these tables, and of the files; one whose bytes are gone is left out."""
    pipe = _Pipe()
    with ZipFile(pipe, "w") as whole:  # type: ignore[call-overload]
        with ZipFile(BytesIO(content)) as tables:
            for info in tables.infolist():
                whole.writestr(info, tables.read(info))
        yield pipe.taken()
        for each in files:
            try:
                pieces = await storage.open(each.key, 0, each.size)
            except FileNotFoundError:
                continue
            info = ZipInfo(each.path, each.at.timetuple()[:6])
            info.compress_type = ZIP_STORED
            with whole.open(info, "w") as entry:
                async for piece in pieces:
                    entry.write(piece)
                    yield pipe.taken()
    yield pipe.taken()
