"""Cursors of the feed: opaque, signed, and of one database only."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import NamedTuple

from domain.errors import Code, Problem, bad_input

SIGNATURE = 16
LAST_OF_TRANSACTION = 2**31 - 1
"""A place after all rows of a transaction."""


class Position(NamedTuple):
    """A transaction, and a row of it: the order in which the feed is read."""

    xid: int
    seq: int

    @property
    def before(self) -> "Position":
        """The place after which the row itself is the next."""
        return Position(self.xid, self.seq - 1)


@dataclass(frozen=True, slots=True)
class Cursors:
    """`epoch` names the database: a position in one means nothing in another."""

    epoch: bytes
    secret: bytes

    def encode(self, position: Position) -> str:
        body = self.epoch[:8] + position.xid.to_bytes(8, "big") + position.seq.to_bytes(4, "big")
        return urlsafe_b64encode(body + self._sign(body)).rstrip(b"=").decode()

    def decode(self, text: str) -> Position:
        """The position; BAD_INPUT for what was never a cursor, RESYNC for another database's."""
        try:
            packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            raise _malformed() from None
        body, signature = packed[:-SIGNATURE], packed[-SIGNATURE:]
        if len(body) != 20:
            raise _malformed()
        if body[:8] != self.epoch[:8]:
            raise Problem(Code.RESYNC, "The cursor is of another database: load anew.")
        if not hmac.compare_digest(signature, self._sign(body)):
            raise _malformed()
        position = Position(int.from_bytes(body[8:16], "big"), int.from_bytes(body[16:], "big"))
        if self.encode(position) != text:
            raise _malformed()
        return position

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self.secret, body, "sha256")[:SIGNATURE]


def _malformed() -> Problem:
    return bad_input("The cursor is not one that this server gave.")
