"""What the database holds in the end: what was committed, in which order, and whose it is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from db.reading.parts import table
from domain.ties import Leads, leads_to
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.feed import Position
from resolvers.feed.cursor import Cursors
from schema.build import schema
from tests.chaos.ledger import Made

__all__ = ["schema"]  # with it all nouns are declared


def concerned(noun: Noun[Any]) -> str | None:
    """The column of the student whom a record is about, or else of the course."""
    columns = {leads_to(tie.name): tie.column for tie in noun.ties if not tie.many}
    return columns.get(Leads.STUDENT) or columns.get(Leads.COURSE)


OUTBOX = """
  SELECT topic, ref, version, xid::text::bigint AS xid, seq FROM outbox
  WHERE topic NOT IN ('RIGHTS', 'NOTICE')
"""
VERSIONED = [
    noun
    for noun in NOUNS.values()
    if noun.written is not None and (concerned(noun) or "") in table(noun.model).c
]
"""The nouns of the diary; what an office sets up is of the whole school."""
HISTORY = " UNION ALL ".join(
    f"SELECT '{noun.topic}' AS topic, {noun.written.key} AS ref, version"
    f" FROM {table(noun.written.history).name}"
    for noun in VERSIONED
    if noun.written is not None
)
RECORDS = " UNION ALL ".join(
    f"SELECT '{noun.topic}' AS topic, id AS ref, version, {concerned(noun)} AS concerns"
    f" FROM {table(noun.model).name}"
    for noun in VERSIONED
)


@dataclass(frozen=True)
class Truth:
    cursors: Cursors
    committed: Mapping[Made, Position]
    often: Mapping[Made, int]
    """How many rows of the feed tell of the change."""
    history: frozenset[Made]
    versions: Mapping[UUID, int]
    concerns: Mapping[UUID, UUID]
    """The student whom a record is about, or else its course."""

    def is_whole(self, made: Made) -> bool | None:
        """Whether the change is there with all that belongs to it; None where a part is missing."""
        parts = {
            made in self.committed,
            made in self.history,
            self.versions.get(made.ref, 0) >= made.version,
        }
        return parts.pop() if len(parts) == 1 else None


async def truth_of(url: str) -> Truth:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read"):
            key = await connection.fetchrow("SELECT epoch, secret FROM feed_key")
            told, steps, records = [
                await connection.fetch(query) for query in (OUTBOX, HISTORY, RECORDS)
            ]
    finally:
        await connection.close()
    assert key is not None
    return Truth(
        Cursors(key["epoch"].bytes, key["secret"]),
        {_made(row): Position(row["xid"], row["seq"]) for row in told},
        Counter(map(_made, told)),
        frozenset(map(_made, steps)),
        {row["ref"]: row["version"] for row in records},
        {row["ref"]: row["concerns"] for row in records},
    )


def _made(row: Any) -> Made:
    return Made(row["topic"], row["ref"], row["version"])
