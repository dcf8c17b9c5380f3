"""What a backup is made of too late for the audit: carried beside the rows, so that none is lost.

A change is in the live feed before it is in the audit, and the feed's rows are not carried. What
the audit lacks at the moment of the backup becomes notes in the restored database.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from db.audit import entries_ahead
from db.store import Reader

OF_NOTE = (
    "school_id", "id", "change", "noun", "ref", "student_id", "what", "account_id", "origin", "at",
    "version",
)  # fmt: skip
IDS = ("id", "ref", "student_id", "account_id")


async def unaudited(connection: Any) -> tuple[Mapping[str, Any], ...]:
    """Of the connection's snapshot, as JSON has it."""
    if not await connection.fetchval("SELECT to_regclass('audit_chain') IS NOT NULL"):
        return ()  # of before there was an audit
    found = []
    for each in await entries_ahead(Reader(connection)):
        row = {name: getattr(each, name) for name in OF_NOTE}
        told = {name: None if row[name] is None else str(row[name]) for name in IDS}
        found.append(row | told | {"at": each.at.isoformat()})
    return tuple(found)


async def note_unaudited(connection: Any, told: Iterable[Mapping[str, Any]]) -> None:
    """Note it in the database that was restored, which has the newest tables."""
    numbers = ", ".join(f"${place}" for place in range(1, len(OF_NOTE) + 1))
    text = f"INSERT INTO audit_note ({', '.join(OF_NOTE)}) VALUES ({numbers})"  # noqa: S608
    await connection.executemany(text, [[_value(row, name) for name in OF_NOTE] for row in told])


def _value(row: Mapping[str, Any], name: str) -> Any:
    value = row[name]
    if name == "at":
        return datetime.fromisoformat(value)
    return UUID(value) if name in IDS and value is not None else value
