"""Who sends a request, and how it is to be answered."""

from dataclasses import dataclass

from gateway.gateway import Client

SenderKey = tuple[str, tuple[tuple[bytes, bytes], ...]]
"""The peer's address, and the telling headers."""


@dataclass(slots=True, eq=False)
class Sender:
    """What the telling headers of a request say."""

    key: SenderKey
    client: Client
    accepted: tuple[str, ...]
    """The media types, best first."""
    takes_gzip: bool
    content_type: str
    content_encoding: str
    known: bool = False
    """Whether it is remembered."""
