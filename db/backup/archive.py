"""The file of a backup: an archive of `pg_dump`, and at its end what it holds and a digest."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from db.backup.errors import BackupError, NotABackup

CHUNK = 1 << 20
END = re.compile(rb"\nGRADEBOOK BACKUP 1 (\d{10}) ([0-9a-f]{64})\n")
"""The length of the manifest before it, and the digest of all bytes before it."""
LENGTH = 96
LONGEST_MANIFEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made_at: datetime
    revision: str
    """The migration that the tables are of."""
    server: str
    """The version of PostgreSQL."""
    program: int
    """The major version of the `pg_dump` that made the archive; `pg_restore` of an older one may
    not be able to read it."""
    schools: tuple[str, ...]
    rows: Mapping[str, int]
    """By table, for each that is carried."""
    unaudited: tuple[Mapping[str, Any], ...] = ()
    """What the live feed's rows, which are not carried, were to tell the audit."""

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def seal(path: Path, manifest: Manifest) -> None:
    """Add the manifest and the digest to the archive."""
    told = asdict(manifest) | {"made_at": manifest.made_at.isoformat()}
    text = b"\n" + json.dumps(told, ensure_ascii=False).encode()
    if len(text) > LONGEST_MANIFEST:
        raise BackupError("Too much waits for the audit: something holds a transaction open")
    with path.open("r+b") as file:
        digest = _digest(file, path.stat().st_size)
        digest.update(text)
        file.write(text + f"\nGRADEBOOK BACKUP 1 {len(text):010} {digest.hexdigest()}\n".encode())


def opened(path: Path) -> Manifest:
    """The manifest of the file; raises NotABackup unless the file is whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - LENGTH))
        end = END.fullmatch(file.read())
        if end is None:
            raise NotABackup(f"{path} is no backup made by gradebook backup, or was cut off")
        length, start = int(end[1]), size - LENGTH - int(end[1])
        file.seek(0)
        if start < 0 or length > LONGEST_MANIFEST or not _is_whole(file, start + length, end[2]):
            raise NotABackup(f"{path} is damaged: its content is not what was written")
        file.seek(start)
        told = json.loads(file.read(length))
    told |= {"made_at": datetime.fromisoformat(told["made_at"])}
    told |= {name: tuple(told.get(name, ())) for name in ("schools", "unaudited")}
    return Manifest(**told)


def _digest(file: BinaryIO, length: int) -> "hashlib._Hash":
    """The digest of the next bytes."""
    digest = hashlib.sha256()
    while length and (chunk := file.read(min(length, CHUNK))):
        digest.update(chunk)
        length -= len(chunk)
    return digest


def _is_whole(file: BinaryIO, length: int, digest: bytes) -> bool:
    return _digest(file, length).hexdigest().encode() == digest
