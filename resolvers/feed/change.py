"""A change of a record, as subscribers and pages get it."""

from datetime import datetime
from functools import cache
from time import monotonic
from typing import Any

from resolvers.feed.cursor import Position
from resolvers.feed.keys import RecipientKeys
from resolvers.feed.shared_reads import SharedReads
from resolvers.feed.topics import Topic


class Change:
    """A change, shared by all subscribers that get it; each topic has a class of its own.

    `record` was read at `read_at` (seconds of the monotonic clock) and may be newer than `version`,
    which the change made. `reads` keeps what else was read for the change since then. `keys` are
    those that it is published to.
    """

    __slots__ = (
        "at",
        "change",
        "cursor",
        "keys",
        "position",
        "read_at",
        "reads",
        "record",
        "topic",
        "version",
    )

    def __init__(
        self,
        topic: Topic,
        position: Position,
        cursor: str,
        row: Any,  # a row of the outbox
        record: Any,  # a record of the topic's noun
        keys: RecipientKeys,
        reads: SharedReads,
    ) -> None:
        self.topic = topic
        self.position = position
        self.cursor = cursor
        self.change: str = row.change
        self.version: int = row.version
        self.at: datetime = row.at
        self.keys = keys
        self.set_record(record, reads)

    def set_record(self, record: Any, reads: SharedReads) -> None:  # a record of the topic's noun
        self.record = record
        self.reads = reads
        self.read_at = monotonic()


@cache
def change_type(topic: Topic) -> type[Change]:
    """The class of a topic's changes, named as their GraphQL type: `GradeChange`."""
    return type(f"{topic.noun}Change", (Change,), {"__slots__": ()})
