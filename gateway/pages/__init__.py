"""Small pages in the language of the browser: `/password`, of links in mail, and `/sign-in`.

A page is a template, a style and a script of this folder; the script asks `/graphql`. A code stands
behind the `#` of a link, which browsers do not send: so no server and no proxy logs it.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from pathlib import Path

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from domain.openid import Provider
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
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}
WHOM = Markup('<strong class="whom"></strong>')
"""Where the script writes whom a provider has named."""
TYPES = {".css": "text/css", ".js": "text/javascript"}


def routes(providers: Iterable[Provider] = ()) -> list[BaseRoute]:
    """`providers` are those with which people sign in, each with a button."""
    return [
        Route("/password", page_of("password")),
        Route("/sign-in", page_of("sign-in", providers=tuple(providers), whom=WHOM)),
        Route("/pages/{name}", asset),
    ]


def page_of(name: str, **told: object) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        language = PAGES.language_of(*wanted_languages(request))
        html = PAGES.template(f"{name}.html", language).render(language=language, **told)
        return HTMLResponse(html, headers=HEADERS | {"Content-Language": language})

    return page


def wanted_languages(request: Request) -> list[str]:
    """The languages of `Accept-Language` in its order, which is that of preference in browsers."""
    header = request.headers.get("accept-language", "")[:200]
    return [part.partition(";")[0].strip() for part in header.split(",") if part.strip()]


async def asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _assets():
        raise HTTPException(404)
    return Response(_assets()[name], media_type=TYPES[Path(name).suffix], headers=HEADERS)


@cache
def _assets() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (FOLDER / "static").iterdir()}
