"""What notices cost a school of 1,500: an evening of marks, and whoever reads of them.

`python -m tests.bench.noticed` gives marks with and without notices made beside, has five marks of
each of 1,500 students become notices, and lets guardians read theirs; over a durable PostgreSQL.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter
from uuid import UUID

import typer

from db.embedded import running
from db.migrations import migrate
from db.tables.accounts import Account
from resolvers.notices import Notices
from resolvers.notices.reading import notices_of, unread_by
from resolvers.viewer import Viewer, load_viewer
from tests.bench.audited import given
from tests.gateway.small_school import HERE
from tests.store.staff_room import StaffRoom, opened

STUDENTS, MARKS, READERS = 1_500, 5, 200
PEOPLE = """
  INSERT INTO student (school_id, id, given_name, family_name)
    SELECT 1, gen_random_uuid(), 'Pupil', 'No. ' || n FROM generate_series(1, $1) n;
  INSERT INTO guardian (school_id, id, given_name, family_name)
    SELECT school_id, id, 'Guardian', family_name FROM student WHERE given_name = 'Pupil';
  INSERT INTO guardianship (school_id, id, guardian_id, student_id, relation)
    SELECT school_id, gen_random_uuid(), id, id, 'PARENT' FROM guardian
    WHERE given_name = 'Guardian';
  INSERT INTO account (id, login, password_hash, display_name, active, created_at)
    SELECT id, id::text, '-', 'Guardian', true, now() FROM guardian WHERE given_name = 'Guardian';
  INSERT INTO membership (school_id, id, account_id, role, guardian_id)
    SELECT school_id, gen_random_uuid(), id, 'GUARDIAN', id FROM guardian
    WHERE given_name = 'Guardian';
  INSERT INTO enrolment (school_id, id, student_id, class_group_id, active)
    SELECT s.school_id, gen_random_uuid(), s.id, g.id, true FROM student s,
      (SELECT id FROM class_group WHERE school_id = 1 LIMIT 1) g WHERE s.given_name = 'Pupil'
"""
EVENING = """
  WITH one AS (SELECT * FROM grade WHERE school_id = 1 ORDER BY id LIMIT 1),
  given AS (
    INSERT INTO grade (school_id, id, student_id, course_id, lesson_id, work_type_id,
      grade_scale_id, day, value, weight, state, excused, bonus, given_at, changed_at, version)
    SELECT 1, gen_random_uuid(), s.id, one.course_id, one.lesson_id, one.work_type_id,
      one.grade_scale_id, one.day, '5', 1, 'GIVEN', false, false, now(), now(), 1
    FROM one, student s, generate_series(1, $1) WHERE s.given_name = 'Pupil'
    RETURNING id)
  INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)
    SELECT 1, row_number() OVER (), 'GRADE', 'GIVEN', id, 1, now() FROM given
"""


def say(text: str) -> None:
    typer.echo(text)


async def beside(room: StaffRoom, seconds: float, rounds: int) -> None:
    """Marks a second, with and without notices being made."""
    viewer = await room.viewer()
    without, with_ = [], []
    for _ in range(rounds):
        without.append(await given(room, viewer, 4, seconds))
        await looked(room)
        task = asyncio.create_task(Notices(room.store).run())
        with_.append(await given(room, viewer, 4, seconds))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await looked(room)
    say(f"{median(without):7.0f} marks a second, given without notices being made beside")
    say(f"{median(with_):7.0f} marks a second, given while they are")


async def looked(room: StaffRoom) -> None:
    notices = Notices(room.store, gathered=timedelta(0))
    await notices.drop_old()
    await notices.look()


async def add_people(room: StaffRoom, students: int) -> None:
    """Students of a class group, with a guardian each, who has an account."""
    for statement in PEOPLE.split(";"):
        arguments = (students,) if "$1" in statement else ()
        await room.store.pool.execute(statement, *arguments)


async def viewer_of(room: StaffRoom, account: UUID) -> Viewer:
    login = Account(id=account, login=str(account), password_hash="-", display_name="-")
    return await load_viewer(room.store, login)


async def evening(room: StaffRoom) -> None:
    await add_people(room, STUDENTS)
    await room.store.pool.execute(EVENING, MARKS)
    ran: Counter[str] = Counter()
    room.store.watchers.append(lambda name: ran.update([name]))
    began = perf_counter()
    await looked(room)
    seconds = perf_counter() - began
    room.store.watchers.clear()
    (row,) = await room.rows(
        "SELECT count(*) AS n, pg_total_relation_size('notice') / count(*) AS size FROM notice"
    )
    marks = STUDENTS * MARKS
    say(f"{seconds:7.2f} seconds until {marks:,} marks are notices ({ran.total()} statements)")
    say(f"{row['n']:7} notices, of {row['size']} bytes each with their indexes")


async def reading(room: StaffRoom) -> None:
    rows = await room.rows(
        "SELECT account_id FROM membership WHERE school_id = $1 AND role = 'GUARDIAN'"
        " ORDER BY account_id LIMIT $2",
        HERE,
        READERS,
    )
    viewers = [await viewer_of(room, row["account_id"]) for row in rows]
    pages, counts, read = [], [], []
    for viewer in viewers:
        began = perf_counter()
        found = await notices_of(room.store, viewer, 51, hidden=[])
        pages.append(perf_counter() - began)
        began = perf_counter()
        unread = await unread_by(room.store, viewer)
        counts.append(perf_counter() - began)
        assert unread == len(found)
        read.append(unread)
    say(f"{median(pages) * 1000:7.2f} ms for the first page of a guardian's notices")
    say(f"{median(read):7.0f} notices of each guardian")
    say(f"{median(counts) * 1000:7.2f} ms for how many are not read")


async def measured(url: str, seconds: float, rounds: int) -> None:
    await migrate(url)
    async with opened(url) as room:
        await beside(room, seconds, rounds)
        await evening(room)
        await reading(room)


def main(seconds: float = 4, rounds: int = 3) -> None:
    with running(Path(mkdtemp()) / "data") as url:
        asyncio.run(measured(url, seconds, rounds))


if __name__ == "__main__":
    typer.run(main)
