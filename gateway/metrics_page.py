"""`/metrics` for Prometheus, for whoever has the token; without one there is no such page."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest

from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.metrics import SharedMetrics
from gateway.session import bearer
from resolvers import security

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PATH = "/metrics"
log = logging.getLogger("gradebook")
Queues = Callable[[], Awaitable[Mapping[str, float]]]
"""What waits in the database."""


def route(token: SecretStr | None, metrics: SharedMetrics, queues: Queues) -> Route:
    async def page(request: Request) -> Response:
        if token is None:
            raise HTTPException(404)
        given = bearer(request.headers.get("authorization")) or ""
        if not compare_digest(given.encode(), token.get_secret_value().encode()):
            security.note("metrics_refused")
            return PlainTextResponse("", 401, {"WWW-Authenticate": "Bearer"})
        try:
            more = await queues()
        except Exception:
            log.exception("The queues could not be counted")
            more = {}
        return Response(metrics.text(more), headers={"Content-Type": CONTENT_TYPE})

    return Route(PATH, page)
