"""The way to a provider of identities and back, over HTTP: a browser takes it, and no other client.

`/sign-in/with/NAME` answers the address to go to, `/sign-in/from/NAME` is where the provider sends
the browser back to, and `/sign-in/out/NAME` where it tells that somebody has signed out there. What
has come of it stands behind the `#` of the page's address, which no server is sent.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from domain.errors import Code
from domain.public_path import PUBLIC_PATH
from gateway.errors import RequestError, internal
from gateway.gateway import Gateway
from gateway.http import check_content, read_body, refusal, reply
from gateway.media_types import JSON
from gateway.operations import read_json
from resolvers import security
from resolvers.arriving import end_former, go_on_as
from resolvers.asking import Asking
from resolvers.context import Context
from resolvers.openid.failures import Failed, Reason
from resolvers.openid.signing_in import Known, Returned, begin, finish
from resolvers.openid.signing_out import signed_out
from resolvers.sessions import CodeNeeded, Device

log = logging.getLogger(__name__)
NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
PAGE = "/sign-in"
LARGEST = 65_536
LONGEST_TOKEN = 100
LONGEST = 2_048
"""The most characters of what a provider sends back."""
Endpoint = Callable[[Request], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    return [
        Route("/sign-in/with/{name}", _told(way_to), methods=["POST"]),
        Route("/sign-in/from/{name}", back, methods=["GET"]),
        Route("/sign-in/out/{name}", _told(out), methods=["POST"]),
    ]


def _told(endpoint: Endpoint) -> Endpoint:
    """The endpoint, whose errors are answered as those of GraphQL are."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestError as refused:
            return refusal(refused)
        except ClientDisconnect:
            raise
        except Exception as error:
            return reply(internal(error), JSON, 500)

    return answered


async def way_to(request: Request) -> Response:
    """The address of the provider, for a page of ours alone. With `link`, the identity is only to
    be added to the account that is signed in."""
    gateway: Gateway = request.app.state.gateway
    if not gateway.lets_in(request):
        raise RequestError(403, "Only a page of the gateway may ask for this.", Code.FORBIDDEN)
    check_content(request.headers)
    told = read_json(await read_body(request, LARGEST))
    asked: dict[str, Any] = told if isinstance(told, dict) else {}
    context = await _context(request)
    linking = asked.get("link") is True
    account = context.account if linking else None
    if linking and account is None:
        return JSONResponse({"problem": Reason.SIGNED_OUT}, headers=NO_STORE)
    browser = context.browser or secrets.token_urlsafe(32)
    try:
        way = await begin(
            context.store,
            context.providers,
            request.path_params["name"],
            browser,
            account=account,
            remembered=asked.get("remember") is not False,
            language=str(asked.get("language", "en"))[:20],
            asking=_asking(context),
            device_token=str(asked.get("deviceToken") or "")[:LONGEST_TOKEN] or None,
        )
    except Failed as failed:
        _log(request, failed)
        return JSONResponse({"problem": failed.reason}, headers=NO_STORE)
    response = JSONResponse({"address": way}, headers=NO_STORE)
    gateway.browser_cookie.give(response, browser)
    return response


async def back(request: Request) -> Response:
    """The browser is back from the provider: on to the page, signed in or with what is missing."""
    gateway: Gateway = request.app.state.gateway
    context = await _context(request)
    try:
        found = await finish(
            context.store,
            context.providers,
            _returned(request, context),
            _asking(context),
            account=context.account,
        )
    except Failed as failed:
        _log(request, failed)
        return _page(problem=failed.reason)
    except CodeNeeded as needed:
        return _page(challenge=needed.challenge, app=needed.app, passkey=needed.passkey)
    except Exception as error:
        internal(error)
        return _page(problem=Reason.UNAVAILABLE)
    if not isinstance(found, Known):
        return _page(state="linking" if found.linking else "unknown")
    await end_former(context)
    go_on_as(context, found.begun, remembered=found.remembered)
    response = _page(state=_state(context))
    gateway.cookie.keep(response, context)
    return response


async def out(request: Request) -> Response:
    """The provider's back-channel: somebody has signed out there, and is so here."""
    form = parse_qs((await read_body(request, LARGEST)).decode("latin-1"))
    context = await _context(request)
    (token, *_) = form.get("logout_token", [""])
    try:
        ended = await signed_out(
            context.store, context.providers, request.path_params["name"], token
        )
    except Failed as failed:
        _log(request, failed)
        return JSONResponse({"error": "invalid_request"}, 400, headers=NO_STORE)
    if ended and context.feed is not None:
        context.feed.wake()
    return Response(status_code=200, headers=NO_STORE)


async def _context(request: Request) -> Context:
    context: Context = await request.app.state.gateway.contexts(request).of_anybody()
    return context


def _asking(context: Context) -> Asking:
    return Asking(
        context.client_address,
        context.throttle,
        context.account,
        Device(context.user_agent),
        context.session_limits,
    )


def _returned(request: Request, context: Context) -> Returned:
    told = {name: value[:LONGEST] for name, value in request.query_params.items()}
    code = None if "error" in told else told.get("code")
    return Returned(
        request.path_params["name"],
        context.browser or "",
        told.get("state", ""),
        code,
        told.get("iss"),
    )


def _state(context: Context) -> str:
    """What somebody who is signed in now still has to do."""
    viewer = context.viewer
    if viewer is not None and viewer.temporary:
        return "change"
    return "protect" if viewer is not None and viewer.lacks_second_factor else "in"


def _page(**told: str | bool) -> Response:
    """On to the page; what it is told, no server is."""
    texts = {name: str(int(value)) if isinstance(value, bool) else value
             for name, value in told.items()}  # fmt: skip
    return RedirectResponse(f"{PUBLIC_PATH.prefix}{PAGE}#{urlencode(texts)}", 303, headers=NO_STORE)


def _log(request: Request, failed: Failed) -> None:
    log.warning("A sign-in with %r has failed: %s", request.path_params["name"][:40], failed)
    security.note("sign_in_failed", by="provider")
