"""Cursors of the feed: encrypted, and of one database only."""

import hmac
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.errors import Code, Problem, bad_input
from domain.sealing import Seal, SealedElsewhere, Unsealed, unpacked

LAST_OF_TRANSACTION = 2**31 - 1
"""A `seq` after every row of a transaction."""
PURPOSE = b"feed"
SIGNED = 20
"""Bytes before the signature in a cursor of an earlier version."""
ANOTHER_DATABASE = "The cursor is of another database: load anew."


class Position(NamedTuple):
    """A transaction and a row of it. The feed is read in the order of positions."""

    xid: int
    seq: int

    @property
    def before(self) -> "Position":
        """The position just before the row: the row is the first one after it."""
        return Position(self.xid, self.seq - 1)


@dataclass(frozen=True, slots=True)
class Cursors:
    """`epoch` names the database, because a position in one database means nothing in another. The
    cursors of lists have the same `seal`."""

    epoch: bytes
    secret: bytes = field(repr=False)
    seal: Seal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seal", Seal(self.epoch, self.secret))

    def encode(self, position: Position) -> str:
        body = position.xid.to_bytes(8, "big") + position.seq.to_bytes(4, "big")
        return self.seal.seal(PURPOSE, body)

    def decode(self, text: str) -> Position:
        """The position. Raises BAD_INPUT for what was never a cursor, and RESYNC for a cursor of
        another database or of an earlier version."""
        try:
            body = self.seal.open(PURPOSE, text)
        except SealedElsewhere:
            raise Problem(Code.RESYNC, ANOTHER_DATABASE) from None
        except Unsealed:
            if self._signed(text):
                raise Problem(Code.RESYNC, "The cursor is too old: load anew.") from None
            raise malformed() from None
        if len(body) != 12:
            raise malformed()
        return Position(int.from_bytes(body[:8], "big"), int.from_bytes(body[8:], "big"))

    def _signed(self, text: str) -> bool:
        """Whether it is a cursor of an earlier version, which was signed but not encrypted."""
        try:
            packed = unpacked(text)
        except Unsealed:
            return False
        signature = hmac.digest(self.secret, packed[:SIGNED], "sha256")[:16]
        return hmac.compare_digest(packed[SIGNED:], signature)


def malformed() -> Problem:
    return bad_input("The cursor is not one that this server gave.")
