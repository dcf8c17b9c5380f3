"""Where the bytes of files are: a folder, or a bucket that speaks S3."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING
from uuid import UUID

import obstore
from obstore.store import LocalStore, S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore

CHUNK = 256 << 10
"""Bytes that are read at once."""
PART = 8 << 20
"""Bytes of a part, where a file is sent to a bucket in several."""
S3 = "s3://"
TIMEOUT = timedelta(minutes=5)
"""For one request to a bucket."""


@dataclass(frozen=True, slots=True)
class Stored:
    key: str
    size: int
    at: datetime


class Storage:
    """Keeps bytes by their keys: all of them, or none of them.

    It is a folder, which is made when it is first used; or `s3://bucket/prefix`, with the keys, the
    region and the address that the variables `AWS_...` of the environment name.
    """

    def __init__(self, place: str) -> None:
        self.place = place if place.startswith(S3) else str(Path(place).absolute())

    def check(self) -> None:
        """Raise OSError where it is a folder that this process cannot write into, or make."""
        if self.place.startswith(S3):
            return
        folder = Path(self.place)
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
        with TemporaryFile(dir=nearest):
            return

    @cached_property
    def _store(self) -> "ObjectStore":
        if self.place.startswith(S3):
            in_clear = os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"
            options: ClientConfig = {"timeout": TIMEOUT, "allow_http": in_clear}
            return S3Store.from_url(self.place, client_options=options)
        folder = Path(self.place)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return LocalStore(folder)

    async def put(self, key: str, content: IO[bytes] | bytes) -> None:
        await obstore.put_async(
            self._store, key, content, chunk_size=PART, max_concurrency=2, use_multipart=None
        )

    async def open(self, key: str, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `first` up to `end`, piece by piece; raises FileNotFoundError before the
        first piece where there are none under the key."""
        found = await obstore.get_async(self._store, key, options={"range": (first, end)})
        return aiter(found.stream(min_chunk_size=CHUNK))

    async def size(self, key: str) -> int:
        """How many bytes there are; raises FileNotFoundError where there are none."""
        return (await obstore.head_async(self._store, key))["size"]

    async def all(self) -> AsyncIterator[Stored]:
        """All that is kept, in no order."""
        async for some in obstore.list(self._store):
            for each in some:
                yield Stored(each["path"], each["size"], each["last_modified"])

    async def delete(self, key: str) -> None:
        """Delete what is there under the key, if anything is."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return


def key_of(school_id: int, id_: UUID) -> str:
    """Of the bytes of a file, as `remove_loose_files` makes it too."""
    return f"{school_id}/{id_}"


def thumbnail_key(key: str) -> str:
    return f"{key}.thumbnail"
