"""Other systems asked over HTTP: each answer is bounded in time and size and leads nowhere else."""

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

LARGEST = 256 << 10
LOGGED = 300
"""Bytes of an answer that says why it is none."""


class Unanswered(Exception):
    """No answer came in time; the message is for the log alone."""


class TooLarge(Unanswered):
    """The answer is larger than any that is expected."""


@dataclass(frozen=True, slots=True)
class Answer:
    url: str
    status: int
    body: bytes

    def __str__(self) -> str:
        return f"{self.url} answers {self.status}"

    @property
    def excerpt(self) -> str:
        """With the beginning of the body, for the log."""
        return f"{self}: {self.body[:LOGGED].decode(errors='replace')!r}"


class Http:
    """Waits for at most `at_once` answers at a time; further questions wait for their turn."""

    def __init__(self, at_once: int = 100) -> None:
        self._at_once = at_once

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Made when it is first needed: it reads the certificates of all authorities."""
        limits = httpx.Limits(max_connections=self._at_once)
        return httpx.AsyncClient(  # `ask` has a time of its own for each answer
            timeout=None,  # noqa: S113
            limits=limits,
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def ask(self, method: str, url: str, seconds: float, **what: Any) -> Answer:
        """The answer to a question for JSON, which came within so many seconds; `what` is that of
        httpx. Raises Unanswered."""
        request = self._client.build_request(method, url, **what)
        request.headers["Accept"] = "application/json"
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _read(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.HTTPError, OSError) as error:
            raise Unanswered(f"{request.url}: {error!r}") from None
        return Answer(str(request.url), response.status_code, body)


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge(f"{response.url} answers too much")
    return bytes(body)
