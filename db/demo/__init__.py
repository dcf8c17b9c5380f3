"""A demo school of invented people, the same from the same seed."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher

from db.demo.plan import Ids
from db.demo.write import MADE_AT, Row, SchoolWriter

PASSWORD = "demo"
ORDER = (
    "school", "academic_year", "period", "subject", "work_type", "grade_scale", "teacher",
    "student", "guardian", "guardianship", "class_group", "course", "enrolment", "teaching",
    "lesson", "homework", "grade", "account", "membership",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoAccount:
    login: str
    password: str
    who: str


@dataclass(frozen=True, slots=True)
class Demo:
    """A few accounts to begin with; everybody in the school has one."""

    accounts: tuple[DemoAccount, ...]


async def is_empty(connection: Any) -> bool:  # an asyncpg connection, or a pool's proxy of one
    return not await connection.fetchval("SELECT EXISTS (SELECT FROM school)")


async def fill(connection: Any, *, students: int = 900, seed: int = 7, today: date) -> Demo:
    """Fill an empty database with a school of so many students and a small one beside it."""
    random = Random(seed)
    ids = Ids(random)
    schools = [
        SchoolWriter(1, students, today, random, ids),
        SchoolWriter(2, min(students, 20), today, random, ids),
    ]
    accounts = Accounts(ids)
    async with connection.transaction(), checked_at_the_end(connection):
        for school, name in zip(schools, ("Lindenhof School", "Seaside School"), strict=True):
            rows = school.write(name)
            accounts.of(school, suffix="" if school.school_id == 1 else "-seaside")
            for table in ORDER:
                await _copy(connection, table, rows.get(table, []))
        await _copy(connection, "account", accounts.accounts)
        await _copy(connection, "membership", accounts.memberships)
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence('school', 'school_id'), max(school_id))"
            " FROM school"
        )
    await connection.execute("ANALYZE")
    return Demo(tuple(accounts.shown))


@asynccontextmanager
async def checked_at_the_end(connection: Any) -> AsyncIterator[None]:
    """Foreign keys are checked once for all rows: row by row it takes ten times as long."""
    keys = await connection.fetch(
        "SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS key"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )
    for key in keys:
        await connection.execute(f'ALTER TABLE {key["table"]} DROP CONSTRAINT "{key["conname"]}"')
    yield
    for key in keys:
        await connection.execute(
            f'ALTER TABLE {key["table"]} ADD CONSTRAINT "{key["conname"]}" {key["key"]}'
        )


class Accounts:
    """An account for everybody, all with the same password and so with one hash of it."""

    def __init__(self, ids: Ids) -> None:
        hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        salt = ids.random.randbytes(16)
        self._hash = hasher.hash(PASSWORD, salt=salt)
        self._ids = ids
        self.accounts: list[Row] = []
        self.memberships: list[Row] = []
        self.shown: list[DemoAccount] = []

    def of(self, school: SchoolWriter, suffix: str) -> None:
        self._add(school, f"head{suffix}", "HEAD", None, "The head")
        self._show(f"head{suffix}", f"the head of {school.rows['school'][0]['name']}")
        leads = {leader: name for _, name, leader in school.plan.groups}
        people = (
            ("parent", "GUARDIAN", list(school.children)),
            ("teacher", "TEACHER", [id_ for id_, _ in school.teachers]),
            ("student", "STUDENT", [row["id"] for row in school.rows["student"]]),
        )
        for word, role, persons in people:
            for number, id_ in enumerate(persons, 1):
                self._add(school, f"{word}{number}{suffix}", role, id_, school.names[id_])
        if suffix:
            return
        parents = list(school.children)
        best = max(parents, key=lambda id_: len({group for _, group in school.children[id_]}))
        children = " and ".join(f"{name}, {group}" for name, group in school.children[best])
        self._show(f"parent{parents.index(best) + 1}", f"parent of {children}")
        teacher = next(n for n, (id_, _) in enumerate(school.teachers, 1) if id_ in leads)
        led = leads[school.teachers[teacher - 1][0]]
        self._show(f"teacher{teacher}", f"a teacher, and class teacher of {led}")
        self._show("student1", f"{school.names[people[2][2][0]]}, a student")

    def _add(
        self, school: SchoolWriter, login: str, role: str, person: UUID | None, name: str
    ) -> None:
        account = self._ids.new()
        self.accounts.append(
            {
                "id": account,
                "login": login,
                "password_hash": self._hash,
                "display_name": name,
                "active": True,
                "created_at": MADE_AT,
            }
        )
        keys = {"STUDENT": "student_id", "GUARDIAN": "guardian_id", "TEACHER": "teacher_id"}
        held = {keys[role]: person} if role in keys else {}
        self.memberships.append(
            {
                "school_id": school.school_id,
                "id": self._ids.new(),
                "account_id": account,
                "role": role,
                "student_id": None,
                "guardian_id": None,
                "teacher_id": None,
                **held,
            }
        )

    def _show(self, login: str, who: str) -> None:
        self.shown.append(DemoAccount(login, PASSWORD, who))


async def _copy(connection: Any, table: str, rows: list[Row]) -> None:
    """Copy the rows; a column that only some of them name is null in the others."""
    if not rows:
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    await connection.copy_records_to_table(
        table,
        columns=columns,
        records=[
            tuple(json.dumps(v) if isinstance(v := row.get(c), dict) else v for c in columns)
            for row in rows
        ],
    )
