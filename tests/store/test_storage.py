"""Bytes in a folder, and in a bucket of a real program that speaks S3."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from db.storage import PART, Storage, key_of, thumbnail_key
from domain.ids import uuid7
from tests.gateway.front_door import front_door
from tests.gateway.test_files import TEACHER, get, set_homework, upload
from tests.gateway.uploads import jpeg
from tests.store.bucket_server import bucket

KEY = key_of(1, uuid7())


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    with bucket("school"):
        yield "s3://school/files"


@pytest.fixture(params=["folder", "bucket"])
def storage(request: Any, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Storage(str(tmp_path / "made" / "when used"))
    return Storage(request.getfixturevalue("bucket_url"))


async def read(storage: Storage, key: str, first: int, end: int) -> bytes:
    return b"".join([bytes(piece) async for piece in await storage.open(key, first, end)])


async def test_bytes_are_put_read_in_parts_and_deleted(storage: Storage) -> None:
    content = os.urandom(PART * 2 + 77)  # in parts, where it is sent to a bucket
    await storage.put(KEY, io.BytesIO(content))
    await storage.put(thumbnail_key(KEY), b"small")
    assert await storage.size(KEY) == len(content)
    assert await read(storage, KEY, 0, len(content)) == content
    assert await read(storage, KEY, PART - 5, PART + 5) == content[PART - 5 : PART + 5]
    assert await read(storage, thumbnail_key(KEY), 1, 3) == b"ma"
    await storage.put(KEY, b"")
    assert await storage.size(KEY) == 0
    for _ in range(2):
        await storage.delete(KEY)
        with pytest.raises(FileNotFoundError):
            await storage.open(KEY, 0, 1)
    assert await storage.size(thumbnail_key(KEY)) == 5


async def test_what_fails_while_it_is_read_is_not_there(storage: Storage) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 0:
                raise OSError("The disk is broken")
            return super().read(size)

    with pytest.raises(Exception, match="The disk is broken"):
        await storage.put(KEY, Failing(os.urandom(PART * 2)))
    with pytest.raises(FileNotFoundError):
        await storage.size(KEY)
    if storage.place.startswith("s3://"):  # nor are its first parts, which would cost for ever
        address = os.environ["AWS_ENDPOINT_URL"]
        async with httpx.AsyncClient() as http:
            assert "UploadId>" not in (await http.get(f"{address}/school?uploads")).text


async def test_a_gateway_keeps_files_in_a_bucket(database_url: str, bucket_url: str) -> None:
    async with front_door(database_url, files=f"{bucket_url}/of-gateway") as door:
        await door.pool.execute("UPDATE school SET file_mebibytes = NULL")
        door.tokens[TEACHER] = await door.token(TEACHER)
        answer = await upload(door, TEACHER, jpeg(600, 400), name="Доска.jpg")
        file = answer.json()["file"]
        await set_homework(door, file)
        whole = (await get(door, TEACHER, file["url"])).content
        assert len(whole) == file["size"]
        part = await get(door, TEACHER, file["url"], Range="bytes=100-199")
        assert (part.status_code, part.content) == (206, whole[100:200])
        large = b"A line of a long essay\n" * 500_000  # longer than a request for GraphQL may be
        answer = await upload(door, TEACHER, large, name="long.txt")
        assert answer.json()["file"]["size"] == len(large)
        assert (await get(door, TEACHER, answer.json()["file"]["url"])).content == large
        small = await get(door, TEACHER, file["thumbnailUrl"])
        assert small.content[8:12] == b"WEBP"
