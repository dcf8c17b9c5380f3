"""One-time codes of an authenticator app (TOTP, RFC 6238): six digits, anew every 30 seconds."""

import hmac
import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
SECONDS = 30
SKEW = 1
"""How many steps of 30 seconds the clock of a telephone may be off."""
SECRET_BYTES = 20
ISSUER = "Gradebook"


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """The secret as it is typed into an app."""
    return b32encode(secret).decode()


def uri_of(secret: bytes, login: str) -> str:
    """The `otpauth:` address that an app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(login, ISSUER)


def digits_of(typed: str) -> str | None:
    """The code of an app that was typed, with spaces or in wide digits; None if it is none."""
    if len(typed) > 40:
        return None
    folded = unicodedata.normalize("NFKC", typed)
    code = "".join(each for each in folded if not each.isspace() and each != "-")
    return code if len(code) == DIGITS and code.isascii() and code.isdigit() else None


def code_at(secret: bytes, step: int) -> str:
    return _totp(secret).generate(step * SECONDS).decode()


def step_at(time: datetime) -> int:
    return int(time.timestamp()) // SECONDS


def step_of(secret: bytes, code: str, time: datetime, after: int | None) -> int | None:
    """The step whose code it is, around the time and later than `after`; None if it is of none."""
    now = step_at(time)
    found = None
    for step in range(now + SKEW, now - SKEW - 1, -1):
        right = hmac.compare_digest(code_at(secret, step), code)
        if right and (after is None or step > after):
            found = step
    return found


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303  # which apps know, as an HMAC
