"""The seal of the cursors that pages give: that of the feed's database."""

from hashlib import sha256
from uuid import UUID

from domain.errors import Code, Problem
from domain.sealing import Seal, SealedElsewhere, Unsealed
from resolvers.context import Context
from resolvers.feed.cursor import ANOTHER_DATABASE, malformed
from resolvers.feed.outbox import Outbox

ID = 16
ORDER = 4
"""Bytes of the id with which a place ends, and of the digest with which it begins."""


class Places:
    """The places of one list: the key that sorts a record, and its id. `order` is what makes the
    keys: in another order a place means nothing."""

    def __init__(self, seal: Seal, list_: str, order: str) -> None:
        self._seal = seal
        self._purpose = list_.encode()
        self._order = sha256(order.encode()).digest()[:ORDER]

    def cursor(self, id_: UUID, key: bytes = b"") -> str:
        return self._seal.seal(self._purpose, self._order + key + id_.bytes)

    def of(self, cursor: str) -> tuple[bytes, UUID]:
        """The key and the id; BAD_INPUT or RESYNC where the cursor is none of this list."""
        try:
            place = self._seal.open(self._purpose, cursor)
        except SealedElsewhere:
            raise Problem(Code.RESYNC, ANOTHER_DATABASE) from None
        except Unsealed:
            raise malformed() from None
        if place[:ORDER] != self._order:
            raise Problem(Code.RESYNC, "The list has another order by now: load anew.")
        return place[ORDER:-ID], UUID(bytes=place[-ID:])


async def know_seal(context: Context) -> None:
    """Have the context know its seal."""
    if context.seal is None:
        outbox = Outbox(context.store)
        await outbox.read_key()
        context.seal = outbox.cursors.seal


async def places_of(context: Context, list_: str, of: UUID | int, order: str = "") -> Places:
    """Of the list with this name of this record."""
    await know_seal(context)
    return known_places_of(context, list_, of, order)


def known_places_of(context: Context, list_: str, of: UUID | int, order: str = "") -> Places:
    """The same, in a context that knows its seal."""
    assert context.seal is not None
    return Places(context.seal, f"{list_} {of}", order)
