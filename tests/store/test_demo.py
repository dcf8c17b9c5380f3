"""The demo school: believable, and the same again from the same seed."""

from typing import Any

import asyncpg
from argon2 import PasswordHasher

from db.demo import Demo, fill, is_empty
from db.store import Store
from tests.conftest import TODAY, Server

CHECKSUM = "SELECT md5(string_agg(g::text, '' ORDER BY g.id)) FROM {} g"


async def scalar(store: Store, question: str) -> Any:
    async with store.pool.acquire() as connection:
        return await connection.fetchval(question)


async def test_no_teacher_is_in_two_places_at_once(store: Store) -> None:
    twice = """
        SELECT count(*) FROM (SELECT FROM lesson
        GROUP BY school_id, teacher_id, starts_at HAVING count(*) > 1) twice
    """
    assert await scalar(store, twice) == 0


async def test_every_grade_is_of_its_lessons_day_and_course(store: Store) -> None:
    astray = """
        SELECT count(*) FROM grade JOIN lesson
          ON (lesson.school_id, lesson.id) = (grade.school_id, grade.lesson_id)
        WHERE grade.day <> lesson.day OR grade.course_id <> lesson.course_id
    """
    assert await scalar(store, "SELECT count(*) FROM grade") > 10_000
    assert await scalar(store, astray) == 0


async def test_some_parents_have_children_in_two_classes_and_some_children_two_parents(
    store: Store,
) -> None:
    children = """
        SELECT count(*) FROM (SELECT guardian_id FROM guardianship
        GROUP BY guardian_id HAVING count(*) > 1) several
    """
    assert await scalar(store, children) > 0
    assert await scalar(store, children.replace("guardian_id", "student_id")) > 0


async def test_the_accounts_that_it_shows_may_sign_in(store: Store, demo: Demo) -> None:
    for account in demo.accounts:
        stored = await scalar(
            store, f"SELECT password_hash FROM account WHERE login = '{account.login}'"
        )
        assert PasswordHasher().verify(stored, account.password)


async def test_the_same_seed_makes_the_same_school(
    server: Server, empty_template: str, store: Store
) -> None:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        assert await is_empty(connection)
        await fill(connection, students=60, seed=7, today=TODAY)
        assert not await is_empty(connection)
        await connection.close()
        again = await Store.connect(url, connections=1)
        for table in ("student", "lesson", "grade", "membership", "account"):
            question = CHECKSUM.format(table)
            assert await scalar(again, question) == await scalar(store, question)
        await again.close()


async def test_its_foreign_keys_are_all_there_afterwards(store: Store, connection: Any) -> None:
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
    assert await scalar(store, keys) == await connection.fetchval(keys)
