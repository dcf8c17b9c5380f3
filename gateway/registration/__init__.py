"""`/register` and `/confirm`: pages on which people register with a code and confirm an address.

Code and link follow a `#`, which browsers send to nobody. So the page reads them itself, takes them
out of its address, and sends them in the body of a request.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.registration.texts import TEXTS

FOLDER = Path(__file__).parent
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
FILES = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}


def routes() -> list[BaseRoute]:
    return [
        Route("/register", page("register.html")),
        Route("/confirm", page("confirm.html")),
        *(Route(f"/register/{name}", file(name)) for name in FILES),
    ]


Endpoint = Callable[[Request], Response]


def page(name: str) -> Endpoint:
    """A page in the language of its visitor, or in one that its address asks for."""

    def endpoint(request: Request) -> Response:
        language = language_of(request)
        headers = {**SECURITY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
        headers["Content-Language"] = language
        return HTMLResponse(whole(name, language), headers=headers)

    return endpoint


def file(name: str) -> Endpoint:
    """A file beside the pages."""

    def endpoint(_: Request) -> Response:
        headers = {**SECURITY, "Cache-Control": "no-cache"}
        return Response(content(name), media_type=FILES[name], headers=headers)

    return endpoint


def language_of(request: Request) -> str:
    """The language of `?language=`, or else the first of the browser's that there is."""
    asked = request.query_params.get("language")
    if asked in TEXTS:
        return asked
    accepted = request.headers.get("accept-language", "")[:200]
    wanted = [part.partition(";")[0].strip() for part in accepted.split(",")]
    found = negotiate_locale([each for each in wanted if each], list(TEXTS), sep="-")
    return found or "en"


@cache
def whole(name: str, language: str) -> str:
    others = [each for each in TEXTS if each != language]
    template = environment().get_template(name)
    return template.render(text=TEXTS[language], language=language, others=others)


@cache
def content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
