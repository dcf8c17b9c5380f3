"""Who follows and who writes: accounts of the demo school, their sessions and what they may see."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from db.demo import fill
from db.migrations import migrate
from resolvers import global_id
from resolvers.sessions import hash_of

SCHOOL = 1
FOLLOWERS = """
    SELECT account_id, guardianship.student_id
    FROM membership JOIN guardianship USING (school_id, guardian_id)
    WHERE school_id = $1
    UNION ALL
    SELECT account_id, student_id FROM membership
    WHERE school_id = $1 AND membership.student_id IS NOT NULL
"""
SEATS_OF_STUDENTS = """
    SELECT DISTINCT ON (grade.student_id) grade.student_id, lesson_id, work_type_id, value,
      account_id
    FROM grade
    JOIN teaching USING (school_id, course_id)
    JOIN membership ON membership.school_id = grade.school_id
      AND membership.teacher_id = teaching.teacher_id
    WHERE grade.school_id = $1 AND grade.state = 'GIVEN' AND NOT excused AND teaching.active
      AND grade.day <= $2
    ORDER BY grade.student_id, grade.day DESC, lesson_id
"""
"""By student the last lesson with a grade, and who teaches there: so that one more may be given."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A session, and the students whose grades it is told of."""

    token: str
    students: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Chance:
    """A grade that may be given, and the token of whoever may give it."""

    student: UUID
    token: str
    given: dict[str, str]


@dataclass(frozen=True, slots=True)
class People:
    readers: list[Reader]
    chances: list[Chance]
    """One for each student that somebody follows."""


async def settled(url: str, students: int) -> None:
    """Fill the empty database with a school of so many students."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    await fill(connection, students=students, seed=7, today=datetime.now(UTC).date())
    # It takes effect with the next start; commits then bear the server's time.
    await connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def people(url: str, followers: int) -> People:
    """Parents first, then students; who follows on several devices has a session for each.

    Sessions are written straight to the database: signing in costs 22 ms each by design.
    """
    connection = await asyncpg.connect(url)
    students = defaultdict(set)
    for row in await connection.fetch(FOLLOWERS, SCHOOL):
        students[row["account_id"]].add(row["student_id"])
    accounts = [list(students)[number % len(students)] for number in range(followers)]
    tokens = await sessions(connection, accounts)
    readers = [
        Reader(token, frozenset(students[account]))
        for account, token in zip(accounts, tokens, strict=True)
    ]
    chances = await chances_of(connection, {one for reader in readers for one in reader.students})
    await connection.close()
    return People(readers, chances)


async def chances_of(connection: Any, followed: set[UUID]) -> list[Chance]:  # asyncpg's
    rows = await connection.fetch(SEATS_OF_STUDENTS, SCHOOL, datetime.now(UTC).date())
    rows = [row for row in rows if row["student_id"] in followed]
    teachers = list({row["account_id"] for row in rows})
    token_of = dict(zip(teachers, await sessions(connection, teachers), strict=True))
    return [
        Chance(
            row["student_id"],
            token_of[row["account_id"]],
            {
                "student": global_id.make("Student", SCHOOL, row["student_id"]),
                "lesson": global_id.make("Lesson", SCHOOL, row["lesson_id"]),
                "workType": global_id.make("WorkType", SCHOOL, row["work_type_id"]),
                "value": row["value"],
            },
        )
        for row in rows
    ]


async def sessions(connection: Any, accounts: Iterable[UUID]) -> list[str]:  # asyncpg's
    made, rows = [], []
    begun = datetime.now(UTC)
    for account in accounts:
        made.append(secrets.token_urlsafe(32))
        ends = begun + timedelta(days=1)
        rows.append((hash_of(made[-1]), account, begun, ends, uuid4(), begun))
    columns = ["token_hash", "account_id", "created_at", "expires_at", "id", "last_used_at"]
    await connection.copy_records_to_table("session", columns=columns, records=rows)
    return made


async def committed(url: str, since: datetime) -> dict[str, float]:
    """By a grade's global id when it was committed, by PostgreSQL's clock: the moment at which the
    commit is written to the log, before it is on the disk."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT ref, extract(epoch FROM pg_xact_commit_timestamp(xid::xid))::float8 AS at"
        " FROM outbox WHERE topic = 'GRADE' AND outbox.at >= $1",
        since,
    )
    await connection.close()
    return {global_id.make("Grade", SCHOOL, row["ref"]): row["at"] for row in rows}
