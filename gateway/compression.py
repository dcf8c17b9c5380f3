"""Answers and pages compressed with gzip, for clients that accept it.

An answer to a query is compressed if it is large enough to take several packets; of a kept answer
the compressed body is kept too. Mutations are answered as they are: a new secret may stand there
beside what its sender wrote, and the lengths of compressed bodies would tell of it (BREACH). No
page of another site can have a query asked in a reader's name. Streams are not compressed, as that
would hold back events, and downloads are not, as a range is of one form only.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Route

from resolvers.answers.keeping import KeptAnswer

LEAST = 1_400
"""Bytes of the smallest body that is compressed: fewer go in one packet anyway."""
IN_THREAD = 128 << 10
"""Bytes of a body that would hold the event loop for long."""
ENCODING = "Accept-Encoding"
VARIES = f", {ENCODING}".encode()
GZIP = 31
"""The window of zlib with the header of gzip."""
MOST_CODINGS = 20


@lru_cache(maxsize=256)
def accepts(header: str, wanted: str = "gzip") -> bool:
    """Whether an `Accept-Encoding` allows the coding."""
    qualities: dict[str, bool] = {}
    for part in header.lower().split(",", MOST_CODINGS)[:MOST_CODINGS]:
        coding, _, parameter = part.partition(";")
        name, _, quality = parameter.strip().partition("=")
        qualities[coding.strip()] = name.strip() != "q" or not _is_zero(quality)
    return qualities.get(wanted, qualities.get("*", False))


def _is_zero(quality: str) -> bool:
    return quality.strip().strip("0") in ("", ".")


def is_packed(size: int, level: int, *, takes_gzip: bool) -> bool:
    """Whether a body of so many bytes goes to this client compressed."""
    return takes_gzip and level > 0 and size >= LEAST


async def pack(response: Response, answer: object, level: int, *, takes_gzip: bool) -> None:
    """Compress the body of a response that is `answer`, where the client accepts it."""
    body = bytes(response.body)
    if not level or len(body) < LEAST:
        return
    headers = dict(response.raw_headers)
    headers[b"vary"] += VARIES
    if is_packed(len(body), level, takes_gzip=takes_gzip):
        packed = answer.packed if isinstance(answer, KeptAnswer) else None
        if packed is None:
            packed = await gzipped(body, level)
            if isinstance(answer, KeptAnswer):
                answer.keep_packed(packed)
        response.body = packed
        headers[b"content-length"] = b"%d" % len(packed)
        headers[b"content-encoding"] = b"gzip"
    response.raw_headers = list(headers.items())


async def gzipped(body: bytes, level: int) -> bytes:
    if len(body) < IN_THREAD:
        return zlib.compress(body, level, GZIP)
    return await run_in_threadpool(zlib.compress, body, level, GZIP)


def compressing(routes: Iterable[Route], level: int) -> list[Route]:
    """The routes, of pages that are made anew and whole each time, compressing what they answer."""
    found = list(routes)
    for route in found if level else ():
        route.app = GZipMiddleware(route.app, minimum_size=LEAST, compresslevel=level)
    return found
