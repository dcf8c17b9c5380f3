"""A small school in a database of its own, and its people as viewers who change things."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from db.reading.parts import table
from db.store import Store
from db.tables import metadata
from db.tables.accounts import Account
from db.tables.lessons import Lesson
from db.tables.periods import Period
from domain.ids import uuid7
from domain.presets import FIVE_POINT
from resolvers import global_id
from resolvers.declarations.noun import NOUNS
from resolvers.declarations.transaction import Outcome
from resolvers.mutations.grades import GiveGrade
from resolvers.viewer import Viewer, load_viewer
from tests.gateway.small_school import HERE, TODAY, SmallSchool, found, insert
from tests.tables import texts

TEACHER, OTHER_TEACHER, HEAD = "the course's teacher", "another teacher", "the head"
GUARDIAN, STUDENT, STRANGER = "guardian of this child", "the student", "a head of another school"
CLASS_TEACHER, CLASSMATE = "the class teacher", "a classmate"
OTHER_GUARDIAN = "guardian of another"
DEPUTY, SECRETARY = "a deputy head", "a secretary"
VERSIONED = {table(noun.model).name: noun for noun in NOUNS.values() if noun.written is not None}
"""By their tables, the nouns that have a history, which mutations write."""
HISTORIES = tuple(f"{name}_revision" for name in VERSIONED)
WRITTEN = tuple(
    each.name
    for each in metadata.sorted_tables
    if each.name in {*VERSIONED, *HISTORIES, "outbox", "receipt"}
    or any(key.column.table.name in VERSIONED for key in each.foreign_keys)
)
"""Every table that a mutation of the diary may write to."""


@dataclass(frozen=True)
class StaffRoom:
    store: Store
    small: SmallSchool

    def id(self, noun: str, id_: UUID | None = None) -> str:
        return global_id.make(noun, HERE, id_ or self.small.records[noun])

    async def viewer(self, kind: str = TEACHER) -> Viewer:
        account = Account(
            id=self.small.accounts[kind], login=kind, password_hash="-", display_name=kind
        )
        return await load_viewer(self.store, account)

    async def rows(self, query: str, *arguments: object) -> list[Any]:
        return list(await self.store.pool.fetch(query, *arguments))

    async def written(self) -> dict[str, list[str]]:
        """Everything that a mutation may have touched."""
        return await self.rows_of(WRITTEN)

    async def rows_of(self, tables: Iterable[str]) -> dict[str, list[str]]:
        """All rows of the tables, as text."""
        return await texts(self.rows, dict.fromkeys(tables, ""))

    async def events(self) -> list[tuple[Any, ...]]:
        """The rows of the feed, as (seq, topic, change, version), in order."""
        return [
            tuple(row)
            for row in await self.rows(
                "SELECT seq, topic, change, version FROM outbox ORDER BY xid, seq"
            )
        ]

    async def add(self, *records: Any) -> None:
        async with self.store.pool.acquire() as connection:
            await insert(connection, *records)

    async def lesson(self, day: date, status: str = "PLANNED", course: str = "Course") -> str:
        """The global id of one more lesson of the course (of its title, unless it is ours)."""
        (of,) = (
            [self.small.records["Course"]]
            if course == "Course"
            else [
                row["id"]
                for row in await self.rows("SELECT id FROM course WHERE title = $1", course)
            ]
        )
        starts = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        lesson = Lesson(
            school_id=HERE,
            id=uuid7(),
            course_id=of,
            day=day,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=45),
            status=status,
        )
        await self.add(lesson)
        return self.id("Lesson", lesson.id)

    async def lock(self, day: date) -> None:
        year = self.small.records["AcademicYear"]
        await self.add(
            Period(
                school_id=HERE,
                academic_year_id=year,
                name="Locked",
                kind="MODULE",
                starts_on=day,
                ends_on=day,
                locked=True,
            )
        )

    async def student(self, given_name: str) -> str:
        """The global id of a student by given name."""
        (row,) = await self.rows("SELECT id FROM student WHERE given_name = $1", given_name)
        return self.id("Student", row["id"])

    def grade(self, **other: Any) -> GiveGrade:
        """A five for Ada at today's lesson, unless told otherwise."""
        usual = {
            "student": self.id("Student"),
            "lesson": self.id("Lesson"),
            "work_type": self.id("WorkType"),
            "value": "5",
        }
        return GiveGrade(**(usual | other))


async def begin_versions(connection: Any) -> None:
    """The records of the small school are of version 1; what is done to them writes the rest."""
    await connection.execute("UPDATE school SET grade_scale_id = NULL")
    await connection.execute("UPDATE period SET open_until = NULL")
    await connection.execute("UPDATE lesson SET status = 'PLANNED'")
    await connection.execute("SET gradebook.audit_removal = on")
    for gone in (
        *HISTORIES,
        "webhook",
        "audit_entry",
        "audit_chain",
        "data_export",
        "erasure",
        "notice_ways",
        "push_device",
    ):
        await connection.execute(f"DELETE FROM {gone}")
    await connection.execute(
        "UPDATE grade_scale SET definition = $1", json.dumps(FIVE_POINT.to_data())
    )


@asynccontextmanager
async def opened(url: str, small: SmallSchool | None = None) -> AsyncIterator[StaffRoom]:
    """`small` is there already in a copy of `room_template`; otherwise it is founded."""
    if small is None:
        connection = await asyncpg.connect(url)
        try:
            small = await found(connection)
            await begin_versions(connection)
        finally:
            await connection.close()
    store = await Store.connect(url, connections=6)
    try:
        yield StaffRoom(store, small)
    finally:
        await store.close()


def told(outcome: Outcome) -> list[tuple[str, tuple[str, ...]]]:
    """The errors as (code, path)."""
    return [(str(error.code), error.path) for error in outcome.errors]


YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)
