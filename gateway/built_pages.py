"""Pages that Vite has built: the page itself, uncached, and its assets under hashed names."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from domain.public_path import PUBLIC_PATH
from gateway.compression import ENCODING, accepts

FOREVER = "public, max-age=31536000, immutable"
MARK = "<!-- gradebook-page -->"
# Python's table of types may come from the machine.
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
PACKED = {"br": ".br", "gzip": ".gz"}
"""How assets are compressed, the smallest first, and what their names end with then."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo school, shown as a button on the page."""

    login: str
    password: str
    who: str


def security(policy: Mapping[str, str]) -> dict[str, str]:
    """Headers by which a page asks no other host and stands in no other page."""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        **policy,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


@dataclass(frozen=True)
class BuiltPage:
    """What a `build.py` has put into a folder."""

    name: str
    folder: Path
    security: Mapping[str, str]

    def page(self, demo_accounts: Sequence[DemoAccount]) -> Response:
        headers = {**self.security, "Cache-Control": "no-cache"}
        text = _html(self.name, self.folder, tuple(demo_accounts), PUBLIC_PATH.prefix)
        return HTMLResponse(text, headers=headers)

    async def asset(self, request: Request) -> Response:
        """An asset under its hashed name, compressed if the client accepts it."""
        name, known = request.path_params["name"], _assets(self.folder)
        if name not in known or Path(name).suffix not in TYPES:
            raise HTTPException(404)
        headers = {**self.security, "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        stored, accepted = name, request.headers.get(ENCODING, "")
        for coding, suffix in PACKED.items():
            if f"{name}{suffix}" in known and accepts(accepted, coding):
                stored = f"{name}{suffix}"
                headers["Content-Encoding"] = coding
                break
        return FileResponse(
            self.folder / "assets" / stored, media_type=TYPES[Path(name).suffix], headers=headers
        )


@cache
def _html(name: str, folder: Path, demo_accounts: tuple[DemoAccount, ...], prefix: str = "") -> str:
    """The page, whose assets stand below the path of the public address."""
    index = folder / "index.html"
    if not index.exists():
        raise HTTPException(503, f"{name} is not built yet: run `make setup`.")
    accounts = json.dumps({"demoAccounts": [asdict(account) for account in demo_accounts]})
    data = accounts.replace("<", "\\u003c")
    block = f'<script type="application/json" id="gradebook-page">{data}</script>'
    assets = f'="{prefix}/{folder.parent.name}/assets/'
    page = index.read_text().replace('="./assets/', assets)
    return page.replace(MARK, block if demo_accounts else "")


@cache
def _assets(folder: Path) -> frozenset[str]:
    assets = folder / "assets"
    return frozenset(file.name for file in assets.iterdir()) if assets.exists() else frozenset()
