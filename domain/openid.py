"""Signing in with a provider of identities (OpenID Connect): who they are, and what is derived.

The secrets of one sign-in, which the provider is to repeat or to check, are derived from what the
browser keeps and from the state that travels through its address. So nothing secret is stored.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Provider:
    """`titles` are its names by language. `two_factors` are the values of `acr` and `amr` by which
    it tells that somebody has shown two factors."""

    name: str
    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    titles: Mapping[str, str] = field(default_factory=dict)
    scope: str = "openid profile"
    two_factors: frozenset[str] = frozenset()

    def title(self, language: str) -> str:
        """Its name in the language, or else in English, or any."""
        titles = self.titles
        return titles.get(language) or titles.get("en") or next(iter(titles.values()), self.name)

    def shows_two_factors(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that two factors were shown; unless it says so, one was."""
        amr = claims.get("amr")
        told = [claims.get("acr"), *(amr if isinstance(amr, list) else ())]
        return any(each in self.two_factors for each in told if isinstance(each, str))


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom a provider has told: `subject` is theirs at the issuer, for ever."""

    issuer: str
    subject: str
    name: str | None
    sid: str | None
    id_token: str
    two_factors: bool


def nonce_of(browser: str, state: str) -> str:
    return _derived(browser, "nonce", state)


def verifier_of(browser: str, state: str) -> str:
    """The secret of PKCE (RFC 7636), told to the provider with the code."""
    return _derived(browser, "verifier", state)


def challenge_of(verifier: str) -> str:
    """What the provider keeps of the verifier: S256."""
    return _text(sha256(verifier.encode()).digest())


def is_address_of_issuer(issuer: str) -> bool:
    """Whether it may be an issuer: https, or on this machine, without a query or fragment."""
    parts = urlsplit(issuer)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or plain) and not (
        parts.query or parts.fragment
    )  # fmt: skip


def unique(names: Iterable[str]) -> bool:
    found = list(names)
    return len(found) == len(set(found))


def _derived(browser: str, what: str, state: str) -> str:
    named = f"gradebook: {what}\0{state}".encode()
    return _text(hmac.digest(browser.encode(), named, "sha256"))


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
