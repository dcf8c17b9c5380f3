"""Short texts that a client keeps for the server and can neither read nor make: its cursors."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

FORM = b"\x01"
LABEL = 8
"""Bytes that stand in clear before what is encrypted: the form, and the beginning of the seal's
name."""
TAG = 16
LONGEST = 512
"""Bytes that are sealed at most, so that a cursor is no longer than a line of an address."""


class Unsealed(ValueError):
    """The text was never sealed with this seal, or was changed since."""


class SealedElsewhere(Unsealed):
    """The text has the form of one that a seal of another name made."""


@dataclass(frozen=True, slots=True)
class Seal:
    """AES-SIV (RFC 5297), which needs no nonce: what is sealed twice gives the same text twice.

    `name` tells the seals of several databases apart; the key is made of the secret.
    """

    name: bytes
    secret: bytes = field(repr=False)
    _cipher: AESSIV = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = hmac.digest(self.secret, b"gradebook: the key that seals cursors", "sha512")
        object.__setattr__(self, "_cipher", AESSIV(key))

    def seal(self, purpose: bytes, body: bytes) -> str:
        """The body as a text which only the same seal and purpose open."""
        if len(body) > LONGEST:
            raise ValueError(f"{len(body)} bytes are too many to be sealed")
        sealed = self._cipher.encrypt(body, [self.name, purpose])
        return urlsafe_b64encode(self._label + sealed).rstrip(b"=").decode()

    @property
    def _label(self) -> bytes:
        return FORM + self.name[: LABEL - 1]

    def open(self, purpose: bytes, text: str) -> bytes:
        """What was sealed; raises Unsealed."""
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
    """The bytes of a text in base64 for addresses, written just so; raises Unsealed."""
    if len(text) > 2 * LONGEST:
        raise Unsealed
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise Unsealed from None
    if urlsafe_b64encode(packed).rstrip(b"=").decode() != text:
        raise Unsealed
    return packed
