"""GraphiQL: the page and its assets, served by the gateway."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from domain.public_path import PUBLIC_PATH

# Monaco writes style elements and attributes of its own, so styles may be inline; scripts may not.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
FOREVER = "public, max-age=31536000, immutable"
MARK = "<!-- gradebook-page -->"
# Python's table of types may come from the machine.
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo school, shown as a button on the page."""

    login: str
    password: str
    who: str


def built() -> Path:
    """The folder that `build.py` fills."""
    return Path(__file__).parent / "built"


def routes(demo_accounts: Sequence[DemoAccount] = ()) -> list[BaseRoute]:
    """The routes of the page, to which `/` redirects; demo accounts are embedded in it."""

    def to_page(_: Request) -> Response:
        return RedirectResponse(f"{PUBLIC_PATH.prefix}/graphiql", 307)

    def moved(_: Request) -> Response:
        return RedirectResponse(f"{PUBLIC_PATH.prefix}/graphiql", 308)

    async def page(_: Request) -> Response:
        return HTMLResponse(
            html(tuple(demo_accounts), PUBLIC_PATH.prefix),
            headers={**SECURITY, "Cache-Control": "no-cache"},
        )

    return [
        Route("/graphiql", page),
        Route("/", to_page),
        Route("/graphiql/", moved),
        Route("/graphiql/assets/{name}", asset),
    ]


@cache
def html(demo_accounts: tuple[DemoAccount, ...], prefix: str = "") -> str:
    index = built() / "index.html"
    if not index.exists():
        raise HTTPException(503, "GraphiQL is not built yet: run `make setup`.")
    accounts = json.dumps({"demoAccounts": [asdict(account) for account in demo_accounts]})
    data = accounts.replace("<", "\\u003c")
    block = f'<script type="application/json" id="gradebook-page">{data}</script>'
    page = index.read_text().replace('="./assets/', f'="{prefix}/graphiql/assets/')
    return page.replace(MARK, block if demo_accounts else "")


async def asset(request: Request) -> Response:
    """An asset under its hashed name, gzipped if the client accepts it."""
    name = request.path_params["name"]
    if name not in assets() or name.endswith(".gz"):
        raise HTTPException(404)
    headers = {**SECURITY, "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    stored = name
    if f"{name}.gz" in assets() and "gzip" in request.headers.get("Accept-Encoding", ""):
        stored = f"{name}.gz"
        headers["Content-Encoding"] = "gzip"
    return FileResponse(
        built() / "assets" / stored, media_type=TYPES[Path(name).suffix], headers=headers
    )


@cache
def assets() -> frozenset[str]:
    folder = built() / "assets"
    return frozenset(file.name for file in folder.iterdir()) if folder.exists() else frozenset()
