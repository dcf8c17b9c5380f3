"""Encrypted short texts that a client keeps for the server, such as cursors."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

FORM = b"\x01"
LABEL = 8
"""Bytes in clear before the ciphertext: the form, and the start of the seal's name."""
TAG = 16
LONGEST = 512
"""The most bytes that can be sealed, so that a cursor fits into a URL."""


class Unsealed(ValueError):
    """The text was not made by this seal, or was changed."""


class SealedElsewhere(Unsealed):
    """The text was made by a seal with another name."""


@dataclass(frozen=True, slots=True)
class Seal:
    """AES-SIV (RFC 5297), which needs no nonce: sealing the same bytes gives the same text.

    `name` distinguishes the seals of several databases. The key is derived from the secret.
    """

    name: bytes
    secret: bytes = field(repr=False)
    _cipher: AESSIV = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = hmac.digest(self.secret, b"gradebook: the key that seals cursors", "sha512")
        object.__setattr__(self, "_cipher", AESSIV(key))

    def seal(self, purpose: bytes, body: bytes) -> str:
        """Seal the body; only the same seal with the same purpose can open it."""
        if len(body) > LONGEST:
            raise ValueError(f"{len(body)} bytes are too many to be sealed")
        sealed = self._cipher.encrypt(body, [self.name, purpose])
        return urlsafe_b64encode(self._label + sealed).rstrip(b"=").decode()

    @property
    def _label(self) -> bytes:
        return FORM + self.name[: LABEL - 1]

    def open(self, purpose: bytes, text: str) -> bytes:
        """The sealed bytes; raises Unsealed."""
        packed = unpacked(text)
        if len(packed) <= LABEL + TAG or len(packed) > LABEL + TAG + LONGEST:
            raise Unsealed
        if packed[:LABEL] != self._label:
            raise SealedElsewhere if packed.startswith(FORM) else Unsealed
        try:
            return self._cipher.decrypt(packed[LABEL:], [self.name, purpose])
        except InvalidTag:
            raise Unsealed from None


def unpacked(text: str) -> bytes:
    """Decode URL-safe base64 without padding, in canonical form only; raises Unsealed."""
    if len(text) > 2 * LONGEST:
        raise Unsealed
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise Unsealed from None
    if urlsafe_b64encode(packed).rstrip(b"=").decode() != text:
        raise Unsealed
    return packed
