"""The rows of files compared with the bytes in the storage, such as after both were restored."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from db.storage import Storage, key_of, thumbnail_key
from domain import clock

SETTLED = timedelta(days=1)
"""Bytes that are younger may be of an upload that has not ended."""
ROWS = "SELECT school_id, id, name, size, thumbnail FROM file ORDER BY school_id, id"
OF_SCHOOL = "SELECT id, name, size FROM file WHERE school_id = $1 ORDER BY id"
NOTED = "SELECT storage_key FROM stray_bytes"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing` are files whose bytes are not there, or not all of them; `strays` are bytes that
    nothing knows of."""

    files: int
    missing: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


async def copy_files(
    connection: Any, storage: Storage, school: int, folder: Path
) -> tuple[int, int]:
    """Write the bytes of a school's files into the folder, which is there, by their ids; how many
    files there are, and how many of them lack their bytes."""
    rows = await connection.fetch(OF_SCHOOL, school)
    lacking = 0
    for row in rows:
        to = folder / f"{row['id']}.{row['name'].rpartition('.')[2]}"
        try:
            pieces = await storage.open(key_of(school, row["id"]), 0, row["size"])
        except FileNotFoundError:
            lacking += 1
            continue
        with to.open("wb") as file:
            async for piece in pieces:
                file.write(piece)
    return len(rows), lacking


async def compared(connection: Any, storage: Storage) -> Comparison:
    before = clock.now() - SETTLED
    stored = {each.key: each async for each in storage.all()}
    rows = await connection.fetch(ROWS)
    noted = [row["storage_key"] for row in await connection.fetch(NOTED)]
    known = {*noted, *map(thumbnail_key, noted)}
    made = Comparison(len(rows))
    for row in rows:
        key = key_of(row["school_id"], row["id"])
        needed = {key: row["size"]} | ({thumbnail_key(key): None} if row["thumbnail"] else {})
        for each, size in needed.items():
            found = stored.get(each)
            if found is None or size not in (None, found.size):
                made.missing.append(f"{each} ({row['name']})")
        known |= needed.keys()
    made.strays.extend(
        each.key for each in stored.values() if each.at < before and each.key not in known
    )
    return made
