"""A small school with many lessons, everybody signed in, and what each of them may see."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

import schema.build  # noqa: F401 declares all nouns, whose global ids are made here
from db.migrations import migrate
from db.tables.accounts import Account, Membership, Session
from db.tables.guardians import Guardian, Guardianship
from db.tables.lessons import Lesson
from domain.clock import now
from domain.ids import uuid7
from resolvers.sessions import LASTS, hash_of
from tests.gateway.small_school import HERE, TODAY, found, insert
from tests.store.staff_room import HISTORIES


@dataclass(frozen=True)
class Person:
    """Somebody signed in: of these students they may see the grades, of these courses the rest."""

    login: str
    account_id: UUID
    token: str
    students: frozenset[UUID] = frozenset()
    courses: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Seat:
    """Where a teacher writes: a lesson that nobody else writes at, and the students there."""

    teacher: Person
    lesson_id: UUID
    students: tuple[UUID, ...]


@dataclass(frozen=True)
class Guard:
    """A guardian whose guardianship of `child`, who learns in the course, ends in the middle of a
    run, or begins then."""

    person: Person
    guardian_id: UUID
    child: UUID
    course: UUID


@dataclass(frozen=True)
class School:
    work_type: str
    people: Sequence[Person]
    guards: Sequence[Guard]
    """Who lose a child; `expecting` are those who get one."""
    expecting: Sequence[Guard]
    seats: Sequence[Seat]
    held: Sequence[Seat]
    """Lessons that are written at with SQL, in transactions that stay open."""


async def founded(url: str, *, seats: int, held: int, guards: int, expecting: int) -> School:
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            return await _founded(connection, seats, held, guards, expecting)
    finally:
        await connection.close()


async def _founded(connection: Any, seats: int, held: int, guards: int, expecting: int) -> School:
    small = await found(connection)
    for gone in (*HISTORIES, "webhook"):
        await connection.execute(f"DELETE FROM {gone}")  # of what was never told
    ours = small.records["Course"]
    theirs = await connection.fetchval("SELECT id FROM course WHERE id <> $1", ours)
    named = dict(await connection.fetch("SELECT given_name, id FROM student"))
    ada, classmate, other = (named[n] for n in ("student", "classmate", "other_student"))
    seen: dict[str, tuple[set[UUID], set[UUID]]] = {
        "guardian of this child": ({ada}, {ours}),
        "guardian of another": ({other}, {theirs}),
        "the student": ({ada}, {ours}),
        "a classmate": ({classmate}, {ours}),
        "the course's teacher": ({ada, classmate}, {ours}),
        "another teacher": ({other}, {theirs}),
        "the class teacher": ({ada, classmate}, {ours}),
        "the head": ({ada, classmate, other}, {ours, theirs}),
        "a head of another school": (set(), set()),
    }
    people = {
        login: await _signed_in(connection, login, small.accounts[login], *sees)
        for login, sees in seen.items()
    }

    async def seat(number: int) -> Seat:
        here = number % 3 != 2
        teacher = people["the course's teacher" if here else "another teacher"]
        lesson = await _lesson(connection, ours if here else theirs, number)
        return Seat(teacher, lesson, (ada, classmate) if here else (other,))

    return School(
        small.id("WorkType"),
        list(people.values()),
        # Every second one keeps another child, and so goes on.
        [
            await _guard(
                connection,
                f"guardian {n}, until told otherwise",
                ada,
                ours,
                {ada, classmate} if n % 2 else {ada},
                ours,
            )
            for n in range(guards)
        ],
        [
            await _guard(
                connection, f"guardian {n}, of one for the time being", other, theirs, {ada}, ours
            )
            for n in range(expecting)
        ],
        [await seat(number) for number in range(seats)],
        [await seat(number) for number in range(held)],
    )


async def _signed_in(
    connection: Any, login: str, account_id: UUID, students: set[UUID], courses: set[UUID]
) -> Person:
    token = secrets.token_urlsafe(32)
    session = Session(token_hash=hash_of(token), account_id=account_id, expires_at=now() + LASTS)
    await insert(connection, session)
    return Person(login, account_id, token, frozenset(students), frozenset(courses))


async def _lesson(connection: Any, course_id: UUID, number: int) -> UUID:
    starts = now()
    lesson = Lesson(
        school_id=HERE,
        id=uuid7(),
        course_id=course_id,
        day=TODAY,
        slot=number,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=45),
    )
    await insert(connection, lesson)
    return lesson.id


async def _guard(
    connection: Any,
    login: str,
    child: UUID,
    course: UUID,
    children: set[UUID],
    seen: UUID,
) -> Guard:
    """`children` are theirs at first, who learn in the course that is seen."""
    guardian, account = uuid7(), Account(login=login, password_hash="-", display_name=login)
    await insert(
        connection,
        Guardian(school_id=HERE, id=guardian, given_name="Guardian", family_name=login),
        account,
        Membership(school_id=HERE, account_id=account.id, role="GUARDIAN", guardian_id=guardian),
        *(Guardianship(school_id=HERE, student_id=c, guardian_id=guardian) for c in children),
    )
    person = await _signed_in(connection, login, account.id, children, {seen})
    return Guard(person, guardian, child, course)
