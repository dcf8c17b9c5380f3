"""GraphiQL: the page and its assets, served by the gateway."""

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.built_pages import BuiltPage, DemoAccount, security

__all__ = ["DemoAccount", "built", "routes"]

# Monaco writes style elements and attributes of its own, so styles may be inline; scripts may not.
SECURITY = security(
    {
        "worker-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self'",
        "img-src": "'self' data:",
    }
)


def built() -> Path:
    """The folder that `build.py` fills."""
    return Path(__file__).parent / "built"


def routes(demo_accounts: Sequence[DemoAccount] = ()) -> list[BaseRoute]:
    """The routes of the page; demo accounts are embedded in it."""
    graphiql = BuiltPage("GraphiQL", built(), SECURITY)

    async def page(_: Request) -> Response:
        return graphiql.page(demo_accounts)

    return [
        Route("/graphiql", page),
        Route("/graphiql/assets/{name}", graphiql.asset),
    ]
