"""An engine asked over HTTP. Every answer is bounded in time and size, leads nowhere else, and so
many are asked for at once."""

import asyncio
import json
from functools import cached_property
from typing import Any

import httpx

SECONDS = 10.0
LARGEST = 256 << 10
LOGGED = 300
"""Bytes of an answer that says why it is none."""
AT_ONCE = 4


class Failed(Exception):
    """The engine does not answer as it should; the message is for the log alone."""


class NotTranslated(Exception):
    """The engine does not translate this: it does not know the languages."""


class Http:
    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Made when it is first needed: it reads the certificates of all authorities."""
        return httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def json(self, method: str, url: str, **what: Any) -> Any:
        """What is answered, as JSON; raises Failed, or NotTranslated for a request that is said to
        be wrong."""
        request = self._client.build_request(method, url, **what)
        request.headers["Accept"] = "application/json"
        try:
            async with asyncio.timeout(SECONDS), self._turns:
                response = await self._client.send(request, stream=True)
                try:
                    body = await _read(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.HTTPError, OSError) as error:
            raise Failed(f"{request.url}: {error!r}") from None
        if response.status_code == 400:
            raise NotTranslated
        if response.status_code != 200:
            why = body[:LOGGED].decode(errors="replace")
            raise Failed(f"{request.url} answers {response.status_code}: {why!r}")
        try:
            return json.loads(body)
        except ValueError:
            raise Failed(f"{request.url} answers no JSON") from None


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise Failed(f"{response.url} answers too much")
    return bytes(body)
