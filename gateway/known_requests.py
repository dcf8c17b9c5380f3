"""What is sent again and again: senders are remembered by their headers, and operations by the
bodies that hold them, so that neither is read anew."""

from starlette.requests import HTTPConnection
from starlette.types import Scope

from gateway.compression import accepts
from gateway.documents import Document
from gateway.execution import Prepared
from gateway.gateway import Gateway
from gateway.known_heads import KnownHeads
from gateway.media_types import acceptable
from gateway.proxies import FORWARDING
from gateway.sender import Sender, SenderKey
from resolvers.recently_used import RecentlyUsed

TELLING = FORWARDING | {
    b"accept",
    b"accept-encoding",
    b"authorization",
    b"content-encoding",
    b"content-type",
    b"cookie",
    b"user-agent",
}
"""The headers that say who sends a request and how it is answered."""
LARGEST = 4 << 10
"""Bytes of headers, or of a body, that are remembered at most."""
SHARE = 16
"""Senders, operations and heads each take no more than this part of what answers take that are
kept."""
FEWEST = 1 << 20
"""Bytes that senders and operations each may take, even if no answers are kept."""
BYTES_OF_SENDER = 1_200
BYTES_OF_HEADER = 150
BYTES_OF_OPERATION = 600
BYTES_OF_VALUE = 120


class KnownRequests:
    """Remembers senders that are signed in, and the queries that they ask, those that were used
    last: strangers take no room. Whose a token is and what they may see is never remembered
    here."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._documents = gateway.engine.documents
        self._documents.watchers.append(self._forget)
        of_answers = gateway.settings.kept_answer_bytes // SHARE
        most = max(of_answers, FEWEST)
        self._senders: RecentlyUsed[SenderKey, Sender] = RecentlyUsed(most)
        self._operations: RecentlyUsed[bytes, Prepared] = RecentlyUsed(most)
        self.heads = KnownHeads(of_answers, gateway.settings.compression_level)

    def sender(self, scope: Scope) -> Sender:
        """Who sends the request; raises `RequestError` if no answer is acceptable."""
        client = scope.get("client")
        told = tuple([each for each in scope["headers"] if each[0] in TELLING])
        key = client[0] if client else "", told
        return self._senders.get(key) or self._read(scope, key)

    def _read(self, scope: Scope, key: SenderKey) -> Sender:
        """Without the other headers, which may differ the next time."""
        connection = HTTPConnection({**scope, "headers": key[1]})
        headers = connection.headers
        accepted = acceptable(",".join(headers.getlist("accept")))
        return Sender(
            key,
            self._gateway.contexts(connection),
            accepted,
            accepts(",".join(headers.getlist("accept-encoding"))),
            headers.get("content-type", ""),
            headers.get("content-encoding", "identity"),
        )

    def prepared(self, sent: bytes) -> Prepared | None:
        """The operation in a body or query string, if its document is cached still."""
        prepared = self._operations.get(sent)
        return None if prepared is None or not self._is_cached(prepared) else prepared

    def remember(self, sender: Sender, sent: bytes, prepared: Prepared) -> None:
        """Remember a query of somebody who is signed in, unless not everybody may ask it."""
        if prepared.document.introspection is not None:
            return
        if not sender.known:
            peer, told = sender.key
            size = len(peer) + sum(len(name) + len(value) for name, value in told)
            if size <= LARGEST:
                sender.known = True
                size = 2 * size + BYTES_OF_HEADER * len(told) + BYTES_OF_SENDER
                self._senders.add(sender.key, sender, size)
        if len(sent) > LARGEST or self._operations.get(sent) is prepared:
            return
        if self._is_cached(prepared):
            values = sum(map(sent.count, (b",", b"[", b"{")))
            size = 3 * len(sent) + BYTES_OF_VALUE * values + BYTES_OF_OPERATION
            self._operations.add(sent, prepared, size)

    def _is_cached(self, prepared: Prepared) -> bool:
        return self._documents.known(prepared.operation.query) is prepared.document

    def _forget(self, document: Document) -> None:
        """Forget the operations of a document, which takes far more room than they do."""
        of_it = [sent for sent, each in self._operations.items() if each.document is document]
        for sent in of_it:
            self._operations.take(sent)
