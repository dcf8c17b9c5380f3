"""The diary in a browser: the page and its assets, served by the gateway."""

from collections.abc import Sequence
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from domain.public_path import PUBLIC_PATH
from gateway.built_pages import BuiltPage, DemoAccount, security

MANIFEST = "persisted-documents.json"
WORKER = "worker.js"
SECURITY = security({"style-src": "'self'", "img-src": "'self'", "worker-src": "'self'"})


def built() -> Path:
    """The folder that `build.py` fills."""
    return Path(__file__).parent / "built"


def manifests() -> Sequence[Path]:
    """The documents that the page asks for by their ids; none where it is not built."""
    manifest = built() / MANIFEST
    return [manifest] if manifest.exists() else []


def routes(demo_accounts: Sequence[DemoAccount] = ()) -> list[BaseRoute]:
    """The page at `/` and at the address of each of its screens; demo accounts are embedded."""
    diary = BuiltPage("The diary", built(), SECURITY)

    async def page(_: Request) -> Response:
        return diary.page(demo_accounts)

    async def worker(_: Request) -> Response:
        """The service worker, for all pages below the gateway's own path."""
        scope = {"Service-Worker-Allowed": f"{PUBLIC_PATH.prefix}/", "Cache-Control": "no-cache"}
        if not (built() / WORKER).exists():
            raise HTTPException(404)
        return FileResponse(
            built() / WORKER, media_type="text/javascript", headers={**SECURITY, **scope}
        )

    return [
        Route("/", page),
        Route("/diary/assets/{name}", diary.asset),
        Route("/diary/worker.js", worker),
        Route("/diary/{screen:path}", page),
    ]
