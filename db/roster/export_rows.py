"""The rows that an export reads, and the roster ids of their records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from db.roster.export_year import Chosen
from db.roster.sql import fetch, of_schools, table

TABLES = (
    "academic_year",
    "period",
    "subject",
    "class_group",
    "course",
    "student",
    "teacher",
    "guardian",
    "guardianship",
    "enrolment",
    "teaching",
    "work_type",
    "grade_scale",
    "lesson",
    "line_item",
    "grade",
)


@dataclass(slots=True)
class ExportRows:
    """Rows by table and id. A record is exported if it is active and among those that are `chosen`
    (None for all), or if an exported record refers to it."""

    rows: dict[str, dict[UUID, Any]] = field(default_factory=dict)
    needed: set[tuple[str, UUID]] = field(default_factory=set)
    chosen: Chosen | None = None

    @classmethod
    async def load(cls, connection: Any, schools: Sequence[int]) -> "ExportRows":
        kept = cls()
        for name in TABLES:
            source = table(name)
            query = select(source).where(of_schools(source, list(schools)))
            rows = await fetch(connection, query.order_by(source.c.school_id, source.c.id))
            kept.rows[name] = {row["id"]: row for row in rows}
        return kept

    def need(self, name: str, id_: UUID | None) -> None:
        if id_ is not None:
            self.needed.add((name, id_))

    def written(self, name: str) -> Iterator[Any]:
        for id_, row in self.rows[name].items():
            if (row["active"] and self.chooses(name, id_)) or (name, id_) in self.needed:
                yield row

    def chooses(self, name: str, id_: UUID) -> bool:
        return self.chosen is None or id_ in self.chosen[name]

    def key(self, name: str, id_: UUID | None) -> str | None:
        """The record's roster id, or our id if it has none."""
        return None if id_ is None else named(self.rows[name][id_])


def named(row: asyncpg.Record) -> str:
    return row["sourced_id"] or str(row["id"])


def status(row: asyncpg.Record) -> dict[str, object]:
    """The status of a record: blank if it is active, since this is a bulk file. Inactive records
    are exported only if others refer to them."""
    return {} if row["active"] else {"status": "tobedeleted"}
