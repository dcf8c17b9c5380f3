"""A provider as it is asked over HTTP: what it publishes, its keys, and a code for a token.

Every answer is bounded in time and size. What is published is kept for an hour; keys are asked for
again when a token names one that is not known, but once a minute at most.
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.parse import quote_plus, urlsplit

import orjson
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet

from domain.openid import Provider
from resolvers.http import Http, TooLarge, Unanswered
from resolvers.openid.failures import Failed, Reason

T = TypeVar("T")
SECONDS = 8.0
FRESH_FOR = 3_600.0
KEYS_ANEW_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider publishes of itself (OpenID Connect Discovery)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    tells_issuer: bool
    """Whether it names itself when it sends a browser back (RFC 9207)."""
    auth_methods: tuple[str, ...]


class Kept(Generic[T]):
    """A value that is asked for again when it is old; all who wait share one question."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._value: T | None = None
        self._asked_at = self._anew_at = -inf
        self._asking: asyncio.Task[T] | None = None

    async def get(self) -> T:
        if self._value is not None and monotonic() - self._asked_at < FRESH_FOR:
            return self._value
        return await self._shared()

    async def anew(self, every: float) -> T:
        """The value of now, unless it was asked for so less than `every` seconds ago."""
        asking = self._asking is not None and not self._asking.done()
        if not asking and monotonic() - self._anew_at < every:
            return await self.get()
        self._anew_at = monotonic()
        return await self._shared()

    async def _shared(self) -> T:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._renew())
            self._asking.add_done_callback(_seen)
        return await asyncio.shield(self._asking)

    async def _renew(self) -> T:
        self._value = await self._ask()
        self._asked_at = monotonic()
        return self._value


def _seen(task: asyncio.Task[Any]) -> None:
    """Those who waited are told of a failure; if they have all gone, nobody is."""
    if not task.cancelled():
        task.exception()


class Remote:
    def __init__(self, provider: Provider, http: Http) -> None:
        self.provider = provider
        self._http = http
        self._metadata = Kept(self._discover)
        self._keys = Kept(self._fetch_keys)

    async def metadata(self) -> Metadata:
        return await self._metadata.get()

    async def key(self, kid: str | None) -> Key:
        """The key with the id; without an id, the only one that there is."""
        with suppress(InvalidKeyIdError):
            return (await self._keys.get()).get_by_kid(kid)
        try:
            return (await self._keys.anew(KEYS_ANEW_AFTER)).get_by_kid(kid)
        except InvalidKeyIdError:
            raise Failed(Reason.UNTRUSTED, "a token is signed by no known key") from None

    async def token_of(self, code: str, verifier: str, redirect_uri: str) -> str:
        """The ID token for the code."""
        metadata, provider = await self.metadata(), self.provider
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if provider.client_secret is None:
            form["client_id"] = provider.client_id
        elif "client_secret_basic" in metadata.auth_methods:
            headers["Authorization"] = _basic(provider.client_id, provider.client_secret)
        else:
            form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        told = await self._answer("POST", metadata.token_endpoint, data=form, headers=headers)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise Failed(Reason.UNTRUSTED, "there is no ID token in the answer")
        return token

    async def _discover(self) -> Metadata:
        address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        told = await self._answer("GET", address)
        if told.get("issuer") != self.provider.issuer:
            raise Failed(Reason.UNTRUSTED, f"it calls itself {told.get('issuer')!r}")
        ends = told.get("end_session_endpoint")
        methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Metadata(
            self._endpoint(told.get("authorization_endpoint")),
            self._endpoint(told.get("token_endpoint")),
            self._endpoint(told.get("jwks_uri")),
            self._endpoint(ends) if ends else None,
            told.get("authorization_response_iss_parameter_supported") is True,
            tuple(methods) if isinstance(methods, list) else (),
        )

    def _endpoint(self, told: Any) -> str:
        """An address that may be asked or shown: over TLS, unless the issuer itself is without."""
        parts = urlsplit(told if isinstance(told, str) else "")
        plain = parts.scheme == "http" and self.provider.issuer.startswith("http://")
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise Failed(Reason.UNTRUSTED, f"{told!r} is no address of an endpoint")
        return str(told)

    async def _fetch_keys(self) -> KeySet:
        metadata = await self.metadata()
        told: Any = await self._answer("GET", metadata.jwks_uri)
        try:
            return KeySet.import_key_set(told)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise Failed(Reason.UNTRUSTED, f"its keys are none: {error}") from None

    async def _answer(self, method: str, url: str, **what: Any) -> dict[str, Any]:
        """A JSON object; whatever else happens is a failure."""
        try:
            answer = await self._http.ask(method, url, SECONDS, **what)
        except TooLarge as error:
            raise Failed(Reason.UNTRUSTED, str(error)) from None
        except Unanswered as error:
            raise Failed(Reason.UNAVAILABLE, str(error)) from None
        if answer.status >= 500 or answer.status == 429:
            raise Failed(Reason.UNAVAILABLE, str(answer))
        if answer.status != 200:
            raise Failed(Reason.UNTRUSTED, answer.excerpt)
        try:
            told = orjson.loads(answer.body)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise Failed(Reason.UNTRUSTED, f"{answer.url} answers no JSON object")
        return told


def _basic(name: str, secret: str) -> str:
    pair = f"{quote_plus(name)}:{quote_plus(secret)}"
    return "Basic " + b64encode(pair.encode()).decode()
