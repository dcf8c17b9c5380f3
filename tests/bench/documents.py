"""What a document costs that a server sees for the first time, and what keeping it costs.

Measured on servers just started: what load leaves free of their memory would hide what they keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

import orjson
import psutil

from tests.bench.load import Request, answer
from tests.bench.operations import Operation
from tests.bench.school import Signed
from tests.bench.servers import Server

WARM_UP = 100
COUNT = 400


@dataclass(frozen=True, slots=True)
class DocumentCost:
    """Medians of one request at a time; `kib_kept` is the process's growth by each document."""

    operation: str
    server: str
    document_bytes: int
    known_ms: float
    fresh_ms: float
    kib_kept: float


async def cost_of_documents(
    asked: Sequence[Operation], tokens: Signed, servers: Sequence[Server]
) -> list[DocumentCost]:
    return [
        await _cost(operation, tokens.token(operation), server)
        for operation in asked
        for server in servers
        if server.caches
    ]


async def _cost(operation: Operation, token: str, server: Server) -> DocumentCost:
    request = server.request(operation, token)
    known = [await _timed(server, request) for _ in range(WARM_UP)]
    for number in range(WARM_UP):
        await _timed(server, _unseen(request, -1 - number))
    process = psutil.Process(server.pid)
    before, fresh = process.memory_info().rss, []
    for number in range(COUNT):
        unseen = _unseen(request, number)
        fresh.append(await _timed(server, unseen))
        await _timed(server, unseen)  # some compile what they meet again
    grown = process.memory_info().rss - before
    return DocumentCost(
        operation.name,
        server.name,
        len(orjson.loads(request.body)["query"]),
        round(median(known), 2),
        round(median(fresh), 2),
        round(grown / COUNT / 1024, 1),
    )


async def _timed(server: Server, request: Request) -> float:
    begun = perf_counter()
    await answer(server.url, request)
    return (perf_counter() - begun) * 1000


def _unseen(request: Request, number: int) -> Request:
    """The same operation in a text that no cache has met."""
    asked = orjson.loads(request.body)
    return replace(
        request, body=orjson.dumps(asked | {"query": f"{asked['query']}# unseen {number}"})
    )
