"""Rules of webhooks by Standard Webhooks 1.0.0: signatures, the meaning of responses, and
retries."""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

PREFIX = "whsec_"
SECRET_BYTES = 32
GONE = 410
ASKS_TO_WAIT = frozenset({429, 503})
LONGEST_WAIT = timedelta(hours=24)
ROTATION = timedelta(hours=24)
"""How long messages are signed with the old secret too, after a rotation."""


class Verdict(StrEnum):
    """The meaning of a response for the message."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    GONE = "GONE"


def verdict(status: int | None) -> Verdict:
    """The verdict on an HTTP status; None means no response. A redirection is a failure."""
    if status is None:
        return Verdict.FAILED
    if 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.GONE if status == GONE else Verdict.FAILED


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def shown_secret(secret: bytes) -> str:
    """The secret in the form that its owner keeps."""
    return PREFIX + b64encode(secret).decode()


def signature(secrets_: Sequence[bytes], id_: str, at: int, body: bytes) -> str:
    """The header `webhook-signature` of a message sent `at` seconds after the epoch."""
    signed = b".".join((id_.encode(), str(at).encode(), body))
    made = (b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets_)
    return " ".join(f"v1,{each}" for each in made)


def wait_of(retry_after: str | None, now: datetime) -> timedelta:
    """The delay that a `Retry-After` header asks for, in seconds or as a date; zero if it is
    malformed."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max(at - now, timedelta()), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return timedelta()


def _delays(*hours: float) -> tuple[timedelta, ...]:
    return (timedelta(seconds=5), timedelta(minutes=5), *(timedelta(hours=h) for h in hours))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a failed message is retried, and when its endpoint is disabled."""

    delays: tuple[timedelta, ...] = _delays(0.5, 2, 5, 10, 14, 20, 24)
    jitter: float = 0.2
    """The largest random addition to a delay, as a share of it."""
    patience: timedelta = timedelta(days=5)
    """How long an endpoint may fail without a success."""

    def delay(
        self, attempts: int, chance: float, asked: timedelta = timedelta()
    ) -> timedelta | None:
        """The delay before the next try after this many attempts; None if there is none.

        It is at least what the receiver has `asked` for; `chance` is from 0 to 1.
        """
        if attempts > len(self.delays):
            return None
        return max(self.delays[attempts - 1], asked) * (1 + self.jitter * chance)

    def gives_up(self, failing_since: datetime, now: datetime) -> bool:
        return now - failing_since >= self.patience
