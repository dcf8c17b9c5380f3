"""Once a period is locked nothing more is written in it, not even what was begun before."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from domain.ids import uuid7
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.mutations.grades import give_grade, withdraw_grade
from resolvers.mutations.homework import SetHomework, set_homework
from resolvers.mutations.lessons import SetLessonTopic, set_lesson_topic
from tests.cluster import until_somebody_waits
from tests.gateway.small_school import HERE
from tests.store.staff_room import TOMORROW, StaffRoom, told

LOCK = "UPDATE period SET locked = true WHERE school_id = $1"


async def give(room: StaffRoom) -> Outcome:
    return await give_grade(room.store, await room.viewer(), room.grade())


async def withdraw(room: StaffRoom) -> Outcome:
    step = Edit(room.id("Grade"), 1, "A mistake")
    return await withdraw_grade(room.store, await room.viewer(), step)


async def work_set(room: StaffRoom) -> Outcome:
    new = SetHomework(room.id("Lesson"), "Read on", due_on=TOMORROW)
    return await set_homework(room.store, await room.viewer(), new)


async def set_topic(room: StaffRoom) -> Outcome:
    topic = SetLessonTopic(room.id("Lesson"), 1, "Locks")
    return await set_lesson_topic(room.store, await room.viewer(), topic)


@pytest.mark.parametrize("write", [give, withdraw, work_set, set_topic])
async def test_what_is_written_while_a_period_is_being_locked_waits_and_is_refused(
    room: StaffRoom, room_url: str, write: Callable[[StaffRoom], Awaitable[Outcome]]
) -> None:
    before = await room.written()
    async with room.store.pool.acquire() as locker:
        locking = locker.transaction()
        await locking.start()
        await locker.execute(LOCK, HERE)
        writing = asyncio.ensure_future(write(room))
        await until_somebody_waits(room_url)
        await locking.commit()
    assert [code for code, _ in told(await writing)] == ["PERIOD_LOCKED"]
    of_locker: dict[str, list[Any]] = {"period": []}
    assert await room.written() | of_locker == before | of_locker


async def test_a_period_is_locked_only_when_what_was_begun_before_is_committed(
    room: StaffRoom, room_url: str
) -> None:
    new = room.grade(id=str(uuid7()))
    async with room.store.pool.acquire() as blocker, room.store.pool.acquire() as locker:
        blocking = blocker.transaction()
        await blocking.start()
        copy = (
            "INSERT INTO grade (school_id, id, student_id, course_id, lesson_id, work_type_id,"
            " grade_scale_id, day, weight, state, excused, bonus, given_at, changed_at, version)"
            " SELECT school_id, $1, student_id, course_id, lesson_id, work_type_id,"
            " grade_scale_id, day, weight, state, excused, bonus, given_at, changed_at, version"
            " FROM grade LIMIT 1"
        )
        await blocker.execute(copy, new.id)
        giving = asyncio.ensure_future(give_grade(room.store, await room.viewer(), new))
        await until_somebody_waits(room_url)
        locking = locker.transaction()
        await locking.start()
        await locker.execute("SET LOCAL citus.propagate_set_commands = 'local'")
        await locker.execute("SET LOCAL lock_timeout = '100ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await locker.execute(LOCK, HERE)
        await locking.rollback()
        await blocking.rollback()
        assert (await giving).errors == []
        await locker.execute(LOCK, HERE)
