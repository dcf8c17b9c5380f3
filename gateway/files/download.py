"""Downloads, for whoever is shown the record that a file hangs on; others are told that there is
none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from db.storage import key_of, thumbnail_key
from domain.errors import Code, Problem
from domain.file_names import disposition
from domain.media import TYPES
from gateway.errors import RequestError
from gateway.files.endpoint import viewer_of
from gateway.files.ranges import NoSuchRange, part_of
from gateway.gateway import Gateway
from gateway.revalidation import knows
from resolvers import global_id
from resolvers.declarations.attachments import FILE
from resolvers.files import file_shown_to

if TYPE_CHECKING:
    from gateway.process import Process

THUMBNAIL = "thumbnail"
ALWAYS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Resource-Policy": "same-site",
    "Vary": "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
}
"""A browser may keep the file, and asks each time whether it may still show it."""
SANDBOX = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""Nothing runs in what is opened as a page of its own. The viewers of browsers for PDF, which have
a sandbox of theirs, don't open in this one."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is answered, of which `key` names the bytes in the storage."""

    key: str
    media_type: str
    disposition: str
    tag: str
    size: int | None
    """None where only the storage knows."""


class Downloads:
    methods = ("GET", "HEAD")

    def __init__(self, process: "Process") -> None:
        self.process = process

    async def answer(self, request: Request, gateway: Gateway) -> Response:
        viewer = await viewer_of(request, gateway)
        part = request.path_params.get("part")
        if part not in (None, THUMBNAIL):
            raise not_found()
        try:
            key = global_id.parse(request.path_params["id"], FILE)
        except Problem:
            raise not_found() from None
        file: Any = await file_shown_to(self.process.store, viewer, key)
        if file is None or (part and not file.thumbnail):
            raise not_found()
        return await self._content(request, thumbnail_of(file) if part else content_of(file))

    async def _content(self, request: Request, content: Content) -> Response:
        headers = ALWAYS | {
            "Content-Disposition": content.disposition,
            "Content-Type": content.media_type,
            "ETag": content.tag,
        }
        if content.media_type != "application/pdf":
            headers["Content-Security-Policy"] = SANDBOX
        if knows(request, content.tag):
            return Response(status_code=304, headers=headers)
        size = content.size or await self.process.files.storage.size(content.key)
        status, (first, end) = 200, (0, size)
        if (asked := _range_of(request, content.tag)) is not None:
            try:
                if (found := part_of(asked, size)) is not None:
                    status, (first, end) = 206, found
                    headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
            except NoSuchRange:
                headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
                return Response(status_code=416, headers=headers)
        headers["Content-Length"] = str(end - first)
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        pieces: AsyncIterator[bytes] = await self.process.files.storage.open(
            content.key, first, end
        )
        return StreamingResponse(pieces, status, headers)


def not_found() -> RequestError:
    return RequestError(404, "There is no such file.", Code.NOT_FOUND)


def content_of(file: Any) -> Content:
    type_ = TYPES[file.media_type]
    return Content(
        key_of(file.school_id, file.id),
        type_.header,
        disposition(file.name, shown=type_.shown),
        f'"{file.digest.hex()[:32]}"',
        file.size,
    )


def thumbnail_of(file: Any) -> Content:
    stem = file.name.rpartition(".")[0]
    return Content(
        thumbnail_key(key_of(file.school_id, file.id)),
        "image/webp",
        disposition(f"{stem}.webp", shown=True),
        f'"{file.digest.hex()[:32]}-{THUMBNAIL}"',
        None,
    )


def _range_of(request: Request, tag: str) -> str | None:
    """The range that is asked for, unless it is one of a file that has changed since."""
    if request.headers.get("if-range", tag) != tag:
        return None
    return request.headers.get("range")
