"""The diary in a browser: the page and its assets, served by the gateway."""

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.built_pages import BuiltPage, DemoAccount, security

SECURITY = security({"style-src": "'self'", "img-src": "'self'", "worker-src": "'self'"})


def built() -> Path:
    """The folder that `build.py` fills."""
    return Path(__file__).parent / "built"


def routes(demo_accounts: Sequence[DemoAccount] = ()) -> list[BaseRoute]:
    """The page at `/` and at the address of each of its screens; demo accounts are embedded."""
    diary = BuiltPage("The diary", built(), SECURITY)

    async def page(_: Request) -> Response:
        return diary.page(demo_accounts)

    return [
        Route("/", page),
        Route("/diary/assets/{name}", diary.asset),
        Route("/diary/{screen:path}", page),
    ]
