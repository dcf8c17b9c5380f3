"""Pages for people who get in: `/register`, `/confirm`, `/password` and `/sign-in`, and the layout
of `/mail`.

A page is a template of this folder and a script; the script asks `/graphql`. A code or link stands
behind the `#` of an address, which browsers send to nobody: the page takes it out of the address
and sends it in the body of a request. `templates/texts.txt` has what the scripts say.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from domain.openid import Provider
from domain.public_path import PUBLIC_PATH
from resolvers.texts import Texts

FOLDER = Path(__file__).parent
PAGES = Texts(FOLDER)
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}
WHOM = Markup('<strong class="whom"></strong>')
"""Where the script writes whom a provider has named."""
NAMES = ("register", "confirm", "password")
TYPES = {".css": "text/css", ".js": "text/javascript"}


def routes(providers: Iterable[Provider] = ()) -> list[Route]:
    """`providers` are those with which people sign in, each with a button."""
    return [
        *(Route(f"/{name}", page_of(name)) for name in NAMES),
        Route("/sign-in", page_of("sign-in", providers=tuple(providers), whom=WHOM)),
        Route("/pages/{name}", asset),
    ]


def page_of(name: str, **told: object) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        return rendered(request, name, **told)

    return page


def rendered(request: Request, name: str, **filled: object) -> Response:
    """The page in the language of its visitor, or in one that its address asks for."""
    language = language_of(request)
    template = PAGES.template(f"{name}.html", language)
    others = [each for each in PAGES.languages if each != language]
    html = template.render(
        name=name,
        language=language,
        others=others,
        texts=texts(language),
        prefix=PUBLIC_PATH.prefix,
        **filled,
    )
    return HTMLResponse(html, headers=HEADERS | {"Content-Language": language})


def language_of(request: Request) -> str:
    """The language of `?language=`, or else the first of the browser's that there is."""
    asked = request.query_params.get("language")
    if asked in PAGES.languages:
        return asked
    return PAGES.language_of(*wanted_languages(request))


def wanted_languages(request: Request) -> list[str]:
    """The languages of `Accept-Language` in its order, which is that of preference in browsers."""
    header = request.headers.get("accept-language", "")[:200]
    return [part.partition(";")[0].strip() for part in header.split(",") if part.strip()]


@cache
def texts(language: str) -> dict[str, Any]:
    """What the scripts say in the language."""
    found: dict[str, Any] = json.loads(PAGES.template("texts.txt", language).render())
    return found


async def asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _assets():
        raise HTTPException(404)
    return Response(_assets()[name], media_type=TYPES[Path(name).suffix], headers=HEADERS)


@cache
def _assets() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (FOLDER / "static").iterdir()}
