"""`/docs`: a reference of the schema for frontend teams, made from its text; and the page that
`/graphql` is in a browser.

Who may introspect may read it. `examples/` has operations and `recipes/` clients, both of which the
tests run.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Route

from domain.errors import Code
from domain.public_path import PUBLIC_PATH
from gateway.built_pages import security
from gateway.docs.reference import Reference, read
from gateway.errors import RequestError
from gateway.gateway import Gateway
from gateway.http import refusal
from gateway.settings import Settings

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER / "examples"
FIRST = EXAMPLES / "first.sh"
RECIPES = FOLDER / "recipes"
SERVED = (
    "use.ts",
    "apollo.ts",
    "urql.ts",
    "relay.ts",
    "gateway.ts",
    "recipe.ts",
    "documents.graphql",
    "codegen.mjs",
    "relay.config.json",
    "tags.mjs",
    "package.json",
    "tsconfig.json",
)
"""The files of the recipes, in the order in which one reads them."""
ABOUT = {
    "documents.graphql": "The operations of Apollo and urql; Relay's stand in relay.ts.",
    "relay.config.json": "How Relay's compiler reads scalars, and where its manifest goes.",
    "package.json": "The versions with which all of it is compiled and run.",
    "tsconfig.json": "How it is checked.",
}
HEADERS = {
    **security({"style-src": "'self'", "connect-src": "'none'", "script-src": "'none'"}),
    "Cache-Control": "private, no-cache",
}
CODES = {
    Code.BAD_INPUT: "The request or its document is malformed; the message says where.",
    Code.UNAUTHENTICATED: "There is no session, or it is over: sign in.",
    Code.FORBIDDEN: "The field is not for the viewer; it is null.",
    Code.NOT_FOUND: "There is no such record, or the viewer may not know of it.",
    Code.CONFLICT: "An export is not made yet, or has more than the viewer may see by now. (Of a "
    "record that somebody else has changed it is told in the payload.)",
    Code.LIMIT_EXCEEDED: "The document is too large, too deep or too costly: its message says so.",
    Code.RATE_LIMITED: "There were too many tries: wait.",
    Code.TIMEOUT: "It took too long: try again, or ask for less.",
    Code.RESYNC: "The cursor is of no use any more: load everything again.",
    Code.FILE_TOO_LARGE: "An upload is larger than its use takes.",
    Code.FILE_TYPE_REFUSED: "An upload is of a type that is not taken, or has a password.",
    Code.FILE_DAMAGED: "An upload lacks its end, does not read, or is not what its digest says.",
    Code.FILE_UNSAFE: "An upload unpacks to too much, has macros, or has too many pixels.",
    Code.QUOTA_EXCEEDED: "The school has no room for an upload.",
    Code.INTERNAL: "Something went wrong in the gateway: try again.",
}


def routes(gateway: Gateway, printed: Callable[[], str]) -> list[Route]:
    reference = cache(lambda: read(printed()))

    async def answered(
        request: Request, page: Callable[[Reference, Request], Response]
    ) -> Response:
        try:
            await gateway.expect_introspection(request)
        except RequestError as refused:
            return refusal(refused)
        return page(await run_in_threadpool(reference), request)

    def of(page: Callable[[Reference, Request], Response]) -> Callable[..., Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await answered(request, page)

        return endpoint

    def index(found: Reference, request: Request) -> Response:
        return rendered(
            "index.html",
            first=first_requests(gateway.settings, request),
            reference=found,
            codes=CODES,
            limits=limits_of(gateway.settings),
            examples=examples(),
        )

    return [
        Route("/docs", of(index)),
        Route("/docs/docs.css", style),
        Route("/docs/possible-types.json", of(possible_types)),
        Route("/docs/recipes", of(lambda _, __: rendered("recipes.html", recipes=recipes()))),
        Route("/docs/recipes/{name}", of(recipe)),
        Route("/docs/{name}", of(type_page)),
    ]


def type_page(found: Reference, request: Request) -> Response:
    one = found.types.get(request.path_params["name"])
    if one is None:
        raise HTTPException(404)
    return rendered("type.html", type=one, reference=found)


def possible_types(found: Reference, _: Request) -> Response:
    """The types of each interface, as caches of clients want them."""
    return JSONResponse(found.possible_types, headers=HEADERS)


def recipe(_: Reference, request: Request) -> Response:
    """A file of the recipes, to be taken as it is."""
    for one in recipes():
        if one.name == request.path_params["name"]:
            return PlainTextResponse(one.text, headers=HEADERS)
    raise HTTPException(404)


async def style(_: Request) -> Response:
    text = (FOLDER / "static" / "docs.css").read_text()
    return Response(text, media_type="text/css", headers=HEADERS)


def welcome() -> Response:
    """What a browser is shown at `/graphql`."""
    return rendered("graphql.html")


def rendered(name: str, **told: object) -> Response:
    headers = {**HEADERS, "Vary": "Accept, Authorization, Cookie"}
    page = _environment().get_template(name).render(prefix=PUBLIC_PATH.prefix, **told)
    return HTMLResponse(page, headers=headers)


def first_requests(settings: Settings, request: Request) -> str:
    """The commands of a first visit, with the public address, or the one that was asked."""
    netloc = request.url.netloc
    shown = f"http://{netloc}" if re.fullmatch(r"[\w.:\[\]-]+", netloc) else "ADDRESS"
    if settings.public_url:
        shown = settings.address
    return FIRST.read_text().replace("ADDRESS", shown, 1)


@cache
def examples() -> tuple[tuple[str, str, str], ...]:
    """The name of each example, what it shows, and its text."""
    found = []
    for file in sorted(EXAMPLES.glob("*.graphql")):
        title, _, text = file.read_text().partition("\n")
        found.append((file.stem, title.removeprefix("# "), text))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A file of the recipes; `about` is its first comment."""

    name: str
    about: str
    text: str


@cache
def recipes() -> tuple[Recipe, ...]:
    found = []
    for name in SERVED:
        text = (RECIPES / name).read_text()
        comment = re.match(r"/\*\* (.+?) \*/", text, re.DOTALL)
        about = re.sub(r"\s*\n \* ", " ", comment[1]) if comment else ABOUT[name]
        found.append(Recipe(name, about, text))
    return tuple(found)


def limits_of(settings: Settings) -> list[tuple[str, object]]:
    return [
        ("tokens of a document", settings.max_tokens),
        ("levels of a document", settings.max_depth),
        ("aliases of a document", settings.max_aliases),
        ("cost of an operation", settings.max_cost),
        ("values of a request's variables", settings.max_values),
        ("bytes of a request", settings.max_body_bytes),
        ("seconds of an operation", settings.timeout_seconds),
        ("days of a span", 400),
    ]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
