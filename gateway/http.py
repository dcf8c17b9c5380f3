"""GraphQL over HTTP by its specification: one operation for each request."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from domain.errors import Code
from gateway.compression import ENCODING, is_packed, pack
from gateway.errors import OperationError, RequestError, Unauthenticated, internal
from gateway.execution import Answer, Prepared, rejection
from gateway.gateway import Gateway
from gateway.known_heads import KEPT
from gateway.known_requests import KnownRequests
from gateway.media_types import EVENTS, JSON, RESPONSE
from gateway.operations import Operation, read_json, read_operation
from gateway.origins import origin_of
from gateway.persisted_documents import Persisted
from gateway.revalidation import knows
from gateway.sender import Sender
from gateway.session import bearer, is_about_the_session
from gateway.sse import event_stream, one_event
from resolvers.answers.keeping import KeptAnswer

PROOFS = ("x-gradebook-client", "apollo-require-preflight")
"""Headers that a page of another site cannot send without a preflight."""
UNPROVEN = (
    "A GET needs a bearer token, the header X-Gradebook-Client with any value, or a page of the"
    " gateway's own origin (which over plain HTTP a browser names by Referer alone)."
)
QUERY_STRING = b"?"
"""Begins what a GET has sent, as no JSON does."""
MOST_PARAMETERS = 100
WAIT = "60"
"""Seconds after which a client that was told to wait may try again."""
HEADERS_OF = {
    401: ["WWW-Authenticate"],
    405: ["Allow"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}
STATUS = {Code.UNAUTHENTICATED: 401, Code.TIMEOUT: 504, Code.INTERNAL: 500}


class GraphQLEndpoint:
    """An ASGI application without wrappers, as it is on the busiest path."""

    def __init__(self, gateway: Gateway, known: KnownRequests) -> None:
        self.gateway = gateway
        self.known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.answer(Request(scope, receive))
        except ClientDisconnect:
            return  # during the body
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        accepted: tuple[str, ...] = ()
        try:
            sender = self.known.sender(request.scope)
            accepted = sender.accepted
            sent = await self._sent(request, sender)
            return await self._respond(request, sender, sent)
        except RequestError as refused:
            self.gateway.engine.watch.refused(refused.answer, self.gateway.address_of(request))
            return refusal(refused, media_of(accepted))
        except ClientDisconnect:
            raise
        except Exception as error:
            return reply(internal(error), media_of(accepted), 500)

    async def _respond(self, request: Request, sender: Sender, sent: bytes) -> Response:
        client, media = sender.client, sender.accepted[0]
        try:
            prepared = self.known.prepared(sent)
            if prepared is None:
                operation = self._read(request, sent)
                prepared = await self.gateway.engine.prepare_in_thread(operation, client.of_anybody)
        except OperationError as rejected:
            refusal = rejection(rejected)
            self.gateway.engine.watch.refused(refusal, client.address)
            return self._reply(refusal, media)
        by_get = request.scope["method"] == "GET"
        if by_get and not (prepared.queries or prepared.streams):
            raise RequestError(405, "A mutation must be sent by POST.")
        if prepared.streams:
            return self._stream(request, prepared, sender)
        asked = await self.gateway.engine.ask(prepared)
        try:
            context = await (client.of_anybody() if is_about_the_session(prepared) else client())
        except Unauthenticated as refused:
            return self._reply(refused.answer, media)
        answer = await self.gateway.engine.run(prepared, context, asked)
        response = self._reply(answer, media)
        if prepared.queries and context.viewer is not None:
            self.known.remember(sender, sent, prepared)
            if isinstance(answer, KeptAnswer):
                _note(request, sender, response)
        if by_get and prepared.operation.persisted:
            response = self._revalidated(request, response, answer, sender)
        if prepared.queries and isinstance(response, Reply):
            level = self.gateway.settings.compression_level
            await pack(response, answer, level, takes_gzip=sender.takes_gzip)
        self.gateway.cookie.keep(response, context)
        return response

    def _reply(self, answer: Answer, media: str) -> Response:
        if media == EVENTS:
            return one_event(answer)
        response = reply(answer, media, 200 if media == JSON else status_of(answer))
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _revalidated(
        self, request: Request, response: Response, answer: Answer, sender: Sender
    ) -> Response:
        """The response with a tag, or 304 if the client has it already; one with errors is not
        kept."""
        if response.status_code != 200 or "errors" in answer:
            return response
        body = bytes(response.body)
        level = self.gateway.settings.compression_level
        packed = is_packed(len(body), level, takes_gzip=sender.takes_gzip)
        # A strong tag stands for the bytes as they are sent.
        form = "-gzip" if packed else ""
        tag = f'"{blake2b(body, digest_size=16).hexdigest()}{form}"'
        headers = {**REVALIDATED, "ETag": tag}
        if knows(request, tag):
            unchanged = Response(status_code=304, headers=headers)
            if packed:
                unchanged.headers.add_vary_header(ENCODING)
            return unchanged
        for name, value in headers.items():
            response.headers[name] = value
        return response

    def _stream(self, request: Request, prepared: Prepared, sender: Sender) -> Response:
        if EVENTS not in sender.accepted:
            raise RequestError(406, f"A subscription comes over a WebSocket or as {EVENTS}.")
        return event_stream(
            self.gateway.engine,
            prepared,
            sender.client,
            last_event_id=request.headers.get("last-event-id"),
            keep_alive=self.gateway.settings.keep_alive_seconds,
            draining=self.gateway.draining,
        )

    async def _sent(self, request: Request, sender: Sender) -> bytes:
        """The body of a POST, or the query string of a GET behind its question mark."""
        method = request.scope["method"]
        if method == "POST":
            check_plain(sender.content_type, sender.content_encoding)
            return await read_body(request, self.gateway.settings.max_body_bytes)
        if method == "GET":
            self._expect_proof(request)
            return QUERY_STRING + bytes(request.scope["query_string"])
        raise RequestError(405, "Send a POST, or a GET for a query.")

    def _read(self, request: Request, sent: bytes) -> Operation:
        """The operation in what was sent."""
        persisted = self.gateway.persisted
        if request.method == "GET":
            operation = read_query_string(request, persisted)
        else:
            operation = read_operation(read_json(sent), persisted)
        operation.check(self.gateway.settings.max_values)
        return operation

    def _expect_proof(self, request: Request) -> None:
        """Require proof that a GET is not from another site: browsers send the cookie with any
        GET."""
        headers = request.headers
        named = any(name in headers for name in PROOFS)
        if not (named or bearer(headers.get("authorization")) or self._of_our_page(request)):
            raise RequestError(403, UNPROVEN, Code.FORBIDDEN)

    def _of_our_page(self, request: Request) -> bool:
        """Whether the request comes from an allowed page: by `Origin` or `Sec-Fetch-Site`, or over
        plain HTTP by `Referer` alone."""
        site = request.headers.get("sec-fetch-site")
        if site == "same-origin":
            return True
        origin = request.headers.get("origin")
        if site is not None:
            return origin in self.gateway.origins.texts
        page = origin or origin_of(request.headers.get("referer"))
        return self.gateway.origins.let_in(page, self.gateway.proxies.host_of(request))


def _note(request: Request, sender: Sender, response: Response) -> None:
    """Note that the answer is kept, so that the request's head may be known."""
    if request.method == "POST" and sender.client.token and isinstance(response, Reply):
        request.scope[KEPT] = sender


def read_query_string(request: Request, persisted: Persisted) -> Operation:
    if request.scope["query_string"].count(b"&") >= MOST_PARAMETERS:
        raise RequestError(400, f"A query string may have {MOST_PARAMETERS} parameters.")
    payload: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in payload:
            payload[name] = read_json(payload[name], f"`{name}`") if payload[name] else None
    return read_operation(payload, persisted)


def check_content(headers: Headers) -> None:
    """Require plain JSON in UTF-8; a form of another site can't send that without a preflight."""
    check_plain(headers.get("content-type", ""), headers.get("content-encoding", "identity"))


def check_plain(content_type: str, content_encoding: str) -> None:
    if content_type != JSON:
        check_content_type(content_type)
    if content_encoding.lower() != "identity":
        raise RequestError(415, "The request's body may not be encoded.")


def check_content_type(header: str) -> None:
    type_, *parameters = (word.strip().lower() for word in header.split(";", 20))
    if type_ != JSON:
        raise RequestError(415, f"The request's Content-Type must be {JSON}.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            raise RequestError(415, "The request's charset must be utf-8.")


async def read_body(request: Request, limit: int) -> bytes:
    too_large = f"The request's body is larger than {limit} bytes."
    for name, value in request.scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise RequestError(413, too_large)
    body = bytearray()  # appending bytes would copy them for every chunk
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        if len(body) + len(chunk) > limit:
            raise RequestError(413, too_large)
        if not message.get("more_body", False):
            return bytes(body + chunk) if body else chunk
        body += chunk


def media_of(accepted: tuple[str, ...]) -> str:
    """The media type of an answer that is no stream."""
    return next((one for one in accepted if one != EVENTS), JSON)


def status_of(answer: Answer) -> int:
    """The status under `application/graphql-response+json`: an error if nothing was executed."""
    if "data" in answer:
        return 200
    return STATUS.get(answer["errors"][0]["extensions"]["code"], 400)


HEADERS = (
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept"),
    (b"x-content-type-options", b"nosniff"),
)
CONTENT_TYPES = {
    media: (b"content-type", f"{media}; charset=utf-8".encode()) for media in (JSON, RESPONSE)
}


REVALIDATED = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Cookie"}
"""Headers of an answer that a client may keep for one viewer, and ask about again."""


class Reply(Response):
    """A response with fixed headers, which are not computed."""

    def __init__(self, body: bytes, media: str, status: int) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            *HEADERS,
            CONTENT_TYPES[media],
        ]


def reply(answer: Answer, media: str, status: int) -> Response:
    return Reply(orjson.dumps(answer), media, status)


def refusal(
    refused: RequestError, media: str = JSON, methods: Sequence[str] = ("GET", "POST")
) -> Response:
    """The answer to a request that is not executed, with the headers that its status needs."""
    response = reply(refused.answer, media, refused.status)
    told = {"Allow": ", ".join(methods), "WWW-Authenticate": "Bearer", "Retry-After": WAIT}
    for name in HEADERS_OF.get(refused.status, ()):
        response.headers[name] = told[name]
    return response
