"""One message sent, and what became of it, in words that a head may read."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

import httpcore

from domain.addresses import Network
from domain.clock import seconds_told
from domain.webhooks import Verdict, verdict
from resolvers.webhooks.network import REFUSED_ADDRESS, Forbidden, Guarded, Resolve, addresses_of

LONGEST_READ = 4_096
LONGEST_EXCERPT = 300
HEADERS = {
    "user-agent": "Gradebook-Webhooks",
    "content-type": "application/json",
    "accept-encoding": "identity",
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` and `excerpt` of what was answered; `error` says why it is no success."""

    status: int | None = None
    error: str | None = None
    excerpt: str | None = None
    retry_after: str | None = None

    @property
    def verdict(self) -> Verdict:
        return verdict(self.status)


class Line:
    """The connections to one webhook, kept while it has something to send."""

    def __init__(self, pool: httpcore.AsyncConnectionPool, url: str, seconds: float) -> None:
        self._pool = pool
        self._url = url
        self._seconds = seconds

    async def send(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Whatever happens is an answer."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(headers, body)
        except (TimeoutError, httpcore.TimeoutException):
            return Answer(error=f"There was no answer within {seconds_told(self._seconds)}.")
        except Forbidden:
            return Answer(error=REFUSED_ADDRESS)
        except httpcore.ConnectError as error:
            return Answer(error=_unconnected(error))
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return Answer(error="The connection broke off before there was a whole answer.")
        except OSError:
            return Answer(error="The host's name could not be resolved.")
        except Exception:  # whatever it is, the webhook goes on by its schedule
            log.exception("A webhook's message could not be sent")
            return Answer(error="The message could not be sent.")

    async def _post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = list((HEADERS | dict(headers)).items())
        async with self._pool.stream("POST", self._url, headers=sent, content=body) as response:
            read = await _beginning(response)
        found = {name.lower(): value for name, value in response.headers}
        after = found.get(b"retry-after")
        return Answer(
            response.status,
            _failure(response.status),
            _excerpt(read),
            after.decode("latin-1") if after else None,
        )


class Sender:
    """Makes lines; `networks` are those that messages may go to besides the public internet."""

    def __init__(
        self,
        networks: Iterable[Network] = (),
        *,
        resolve: Resolve = addresses_of,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.networks = tuple(networks)
        self._resolve = resolve
        self._ssl = ssl_context or _authorities()

    @asynccontextmanager
    async def line(self, url: str, seconds: float) -> AsyncIterator[Line]:
        backend = Guarded(self.networks, self._resolve, plain=not url.startswith("https:"))
        async with httpcore.AsyncConnectionPool(
            self._ssl, max_connections=1, keepalive_expiry=seconds, network_backend=backend
        ) as pool:
            yield Line(pool, url, seconds)


@cache
def _authorities() -> ssl.SSLContext:
    """Trusts the authorities of the system and of `certifi`, which take 45 ms to read."""
    return httpcore.default_ssl_context()


async def _beginning(response: httpcore.Response) -> bytes:
    """No more of the answer than somebody may want to see of it."""
    read = b""
    async for chunk in response.aiter_stream():
        read += chunk
        if len(read) >= LONGEST_READ:
            break
    return read[:LONGEST_READ]


def _excerpt(read: bytes) -> str | None:
    text = read.decode(errors="replace")
    shown = "".join(each if each.isprintable() else " " for each in text)
    return shown[:LONGEST_EXCERPT].strip() or None


def _failure(status: int) -> str | None:
    if verdict(status) is Verdict.DELIVERED:
        return None
    if 300 <= status < 400:
        return f"The answer was {status}: a redirection is not followed."
    return f"The answer was {status}."


def _unconnected(error: BaseException) -> str:
    """Whatever the libraries between have made of what the socket said."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "No secure connection could be made: the certificate or protocol does not do."
        cause = cause.__context__
    return "The host could not be connected to."
