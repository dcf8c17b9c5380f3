"""Heads of requests that were parsed before, byte by byte the same, and the heads of their answers.

What a request's head says follows from its bytes and from who is connected, and so do the headers
of an answer of a certain kind. So a request with a known head and a known body, of which an answer
is kept, is answered by the connection itself: nothing parses it, and it has no task of its own. All
others take the usual way, after which they may be known.
"""

import re
from dataclasses import dataclass, field

from starlette.types import Message, Scope, Send

from gateway.compression import LEAST, is_packed
from gateway.sender import Sender
from resolvers.answers.keeping import KeptAnswer
from resolvers.recently_used import RecentlyUsed
from resolvers.sessions import hash_of

CAME, KEPT = "gradebook.came", "gradebook.kept"
"""What a scope tells: the bytes of a request that came at once; and its sender, once an answer that
is kept is to be sent."""
LENGTH = re.compile(rb"\r\ncontent-length: ?(\d{1,6})\r\n", re.IGNORECASE)
END = b"\r\n\r\n"
LARGEST = 8 << 10
"""Bytes of the largest request that is looked up."""
OF_ONE = (b"traceparent", b"expect", b"upgrade", b"transfer-encoding")
"""Headers of requests that take the usual way each time."""
OF_ONE_ANSWER = frozenset({b"content-length", b"traceparent"})
"""Headers that differ from answer to answer."""
BYTES_OF_HEAD = 700
AROUND = b'{"data":', b"}"
"""What stands around the data of a kept answer."""
Key = tuple[str, int, bytes]
"""The peer's address, and a head without the digits of its length, which stood at this place."""
Kind = tuple[bool, bool]
"""Whether an answer is large enough to be compressed, and whether it is."""


@dataclass(slots=True, eq=False)
class KnownHead:
    sender: Sender
    token_hash: bytes
    answers: dict[Kind, bytes] = field(default_factory=dict)
    """By their kind, the headers of answers, but for those that differ from one to the next."""


class KnownHeads:
    """Remembers heads of requests that were answered by what was kept, those that were used last.
    Whose a token is and what they may see is never remembered here."""

    def __init__(self, most_bytes: int, compression_level: int) -> None:
        self._level = compression_level
        self._heads: RecentlyUsed[Key, KnownHead] = RecentlyUsed(most_bytes)

    @property
    def may_be_known(self) -> bool:
        """Whether any can be remembered: there is room for them."""
        return self._heads.most_bytes > 0

    def find(self, peer: str, came: bytes) -> tuple[KnownHead, bytes] | None:
        """The head and the body of what came from the peer's address, if it is one whole request
        whose head is known."""
        if len(came) > LARGEST or not self._heads or (parts := _parts(peer, came)) is None:
            return None
        key, body = parts
        head = self._heads.get(key)
        return None if head is None else (head, body)

    def noting(self, scope: Scope, send: Send) -> Send:
        """Sends an answer to a request that came at once, and remembers its head if the answer is
        kept."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and KEPT in scope:
                self._note(scope, message)
            await send(message)

        return sent

    def _note(self, scope: Scope, message: Message) -> None:
        client, sender = scope.get("client"), scope[KEPT]
        parts = _parts(client[0] if client else "", scope[CAME])
        if parts is None or any(name in OF_ONE for name, _ in scope["headers"]):
            return
        key, headers = parts[0], dict(message["headers"])
        packed = b"content-encoding" in headers
        kind = packed or int(headers[b"content-length"]) >= LEAST, packed
        head = self._heads.get(key) or KnownHead(sender, hash_of(sender.client.token))
        if kind in head.answers:
            return
        told = [b"%b: %b\r\n" % each for each in headers.items() if each[0] not in OF_ONE_ANSWER]
        head.answers[kind] = b"".join(told)
        size = BYTES_OF_HEAD + len(key[-1]) + sum(map(len, head.answers.values()))
        self._heads.add(key, head, size)

    def written(self, head: KnownHead, answer: KeptAnswer, first: bytes) -> bytes | None:
        """The whole answer, after the lines that are `first`; None if no answer of its kind is
        known."""
        size = len(answer.written) + len(AROUND[0]) + len(AROUND[1])
        kind = size >= LEAST, is_packed(size, self._level, takes_gzip=head.sender.takes_gzip)
        headers = head.answers.get(kind)
        if headers is None:
            return None
        body: tuple[bytes, ...] = (AROUND[0], answer.written, AROUND[1])
        if kind[1]:
            if (packed := answer.packed) is None:
                return None
            body, size = (packed,), len(packed)
        return b"".join((first, headers, b"content-length: %d\r\n\r\n" % size, *body))


def _parts(peer: str, came: bytes) -> tuple[Key, bytes] | None:
    """What a head is remembered by, and the body; None unless these are the whole request."""
    end = came.find(END)
    found = LENGTH.search(came, 0, end + 2) if end >= 0 else None
    if found is None or int(found[1]) != len(came) - end - len(END):
        return None
    start = found.start(1)
    return (peer, start, came[:start] + came[found.end(1) : end]), came[end + len(END) :]
