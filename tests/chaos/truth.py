"""What the database holds in the end: what was committed, in which order, and whose it is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from resolvers.feed import Cursors, Position
from tests.chaos.ledger import Made

OUTBOX = """
  SELECT topic, ref, version, xid::text::bigint AS xid, seq FROM outbox WHERE topic <> 'RIGHTS'
"""
HISTORY = """
  SELECT 'GRADE' AS topic, grade_id AS ref, version FROM grade_revision
  UNION ALL SELECT 'HOMEWORK', homework_id, version FROM homework_revision
  UNION ALL SELECT 'LESSON', lesson_id, version FROM lesson_revision
"""
RECORDS = """
  SELECT 'GRADE' AS topic, id AS ref, version, student_id AS concerns FROM grade
  UNION ALL SELECT 'HOMEWORK', id, version, course_id FROM homework
  UNION ALL SELECT 'LESSON', id, version, course_id FROM lesson
"""


@dataclass(frozen=True)
class Truth:
    committed: Mapping[Made, Position]
    often: Mapping[Made, int]
    """How many rows of the feed tell of the change."""
    history: frozenset[Made]
    versions: Mapping[UUID, int]
    concerns: Mapping[UUID, UUID]
    """The student of a grade, the course of anything else."""
    cursors: Cursors
    """Those of the database, with which its cursors can be read."""

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
            told, steps, records = [
                await connection.fetch(query) for query in (OUTBOX, HISTORY, RECORDS)
            ]
            key = await connection.fetchrow("SELECT epoch, secret FROM feed_key")
    finally:
        await connection.close()
    assert key is not None
    return Truth(
        {_made(row): Position(row["xid"], row["seq"]) for row in told},
        Counter(map(_made, told)),
        frozenset(map(_made, steps)),
        {row["ref"]: row["version"] for row in records},
        {row["ref"]: row["concerns"] for row in records},
        Cursors(key["epoch"].bytes, key["secret"]),
    )


def _made(row: Any) -> Made:
    return Made(row["topic"], row["ref"], row["version"])
