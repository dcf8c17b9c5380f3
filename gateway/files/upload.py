"""One file to a request, whose body is its bytes: they go to the disk as they come.

Its type has to be `application/octet-stream`, which a form of another site can't send, as with the
JSON of `POST /graphql`; what the file is says its content. The name stands in the headers, so that
no proxy notes it in a log of addresses.
"""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.errors import Code, Problem
from domain.file_names import NoName, name_in
from domain.media import FileUse
from gateway.connection_limits import QuotaExceeded
from gateway.errors import RequestError
from gateway.files.endpoint import viewer_of
from gateway.gateway import Gateway
from gateway.http import reply
from gateway.media_types import JSON
from resolvers import global_id
from resolvers.declarations.attachments import FILE
from resolvers.files import Spool
from resolvers.files.refusals import cut_off
from schema.files import thumbnail_url, url

if TYPE_CHECKING:
    from gateway.process import Process

BYTES = "application/octet-stream"
LONGEST_DISPOSITION = 4_000
EVERYBODY = "everybody"
"""In place of an address: all uploads of the process count together."""


class Uploads:
    methods = ("POST",)

    def __init__(self, process: "Process") -> None:
        self.process = process

    async def answer(self, request: Request, gateway: Gateway) -> Response:
        expect_bytes(request)
        _expect_unencoded(request)
        viewer = await viewer_of(request, gateway)
        school, use = _asked(request)
        name, announced = _name(request), request.headers.get("content-length", "")
        size = int(announced) if announced.isdigit() else 0
        with _slots(gateway, viewer.account.id):
            files = self.process.files
            async with await files.admit(viewer, school, use, size) as spool:
                await _receive(request, spool)
                file = await files.keep(viewer, school, use, name, spool)
        answer = reply({"file": _told(file)}, JSON, 201)
        answer.headers["Location"] = url(file.school_id, file.id)
        return answer


@contextmanager
def _slots(gateway: Gateway, account: UUID) -> Iterator[None]:
    """A place for an upload among those of the account, and of the process."""
    quota = gateway.connection_limits.uploads
    try:
        own = quota.of(account)
        try:
            everybodys = quota.at(EVERYBODY)
        except QuotaExceeded:
            own.release()
            raise
    except QuotaExceeded:
        message = "Too many files are uploaded at once: wait until one is done."
        raise Problem(Code.LIMIT_EXCEEDED, message) from None
    try:
        yield
    finally:
        own.release()
        everybodys.release()


def expect_bytes(request: Request) -> None:
    """Refuse every type but this one, which a form of another site can't send."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != BYTES:
        raise RequestError(415, f"The request's Content-Type must be {BYTES}.")


def _expect_unencoded(request: Request) -> None:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestError(415, "The request's body may not be encoded.")


def _asked(request: Request) -> tuple[int, FileUse]:
    """The school and the use that the address names."""
    school, use = request.query_params.get("school", ""), request.query_params.get("use", "")
    if use not in FileUse.__members__:
        raise RequestError(400, f"`use` is one of {', '.join(FileUse.__members__)}.")
    return global_id.parse(school, "School")[0], FileUse(use)


def _name(request: Request) -> str:
    given = request.headers.get("content-disposition", "")
    raw = given.encode("latin-1")  # as the server has decoded it
    try:
        return name_in(raw[:LONGEST_DISPOSITION].decode(errors="replace"))
    except NoName as error:
        raise RequestError(400, f"{error}.") from None


async def _receive(request: Request, spool: Spool) -> None:
    """Take the body, all of it; what of it was cut off by its client's own doing is told by the
    digest, if one came along (RFC 9530)."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        await spool.add(message.get("body", b""))
        if not message.get("more_body", False):
            break
    if not spool.size:
        raise RequestError(400, "The file is empty.")
    digest = _digest_in(request.headers.get("content-digest", ""))
    if digest is not None and digest != spool.digest:
        raise cut_off()


def _digest_in(header: str) -> bytes | None:
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "sha-256" and value.startswith(":") and value.endswith(":"):
            try:
                return base64.b64decode(value.strip(":"), validate=True)
            except binascii.Error:
                raise RequestError(400, "`Content-Digest` is `sha-256=:BASE64:`.") from None
    return None


def _told(file: Any) -> dict[str, object]:
    """The file as the schema's type has it."""
    return {
        "id": global_id.make(FILE, file.school_id, file.id),
        "name": file.name,
        "size": file.size,
        "mediaType": file.media_type,
        "url": url(file.school_id, file.id),
        "thumbnailUrl": thumbnail_url(file.school_id, file.id, file.thumbnail),
        "uploadedAt": file.uploaded_at,
    }
