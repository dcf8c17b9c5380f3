"""What the feed's first screen costs in a school of 1,500 in which everybody follows pages.

`python -m tests.bench.feed` has everybody follow the page of their class group, the school's
subjects and some people, on which posts with comments and reactions stand, and guardians and
students open their feed; over a durable PostgreSQL. It ends with an error where the first screen
takes more than `MOST` statements.
"""

import asyncio
from pathlib import Path
from statistics import median, quantiles
from tempfile import mkdtemp
from time import perf_counter
from typing import Any
from uuid import UUID

import typer

from db.embedded import running
from db.migrations import migrate
from resolvers.context import Context
from resolvers.cursors import know_seal
from resolvers.execution.compiled_executor import CompiledExecutor
from schema.build import schema
from tests.asking import graphql
from tests.bench.noticed import add_people, viewer_of
from tests.gateway.small_school import HERE
from tests.store.staff_room import StaffRoom, opened

STUDENTS, POSTS, FOLLOWED, READERS, MOST = 1_500, 3_000, 12, 200, 6
EVERYTHING = f"""
  INSERT INTO account (id, login, password_hash, display_name, active, created_at)
    SELECT id, id::text, '-', family_name, true, now() FROM student WHERE given_name = 'Pupil'
    ON CONFLICT DO NOTHING;
  INSERT INTO membership (school_id, id, account_id, role, student_id)
    SELECT school_id, gen_random_uuid(), a.id, 'STUDENT', s.id FROM student s
    JOIN account a ON a.login = s.id::text WHERE given_name = 'Pupil' AND NOT EXISTS (
      SELECT 1 FROM guardian g WHERE g.id = s.id);
  UPDATE school SET pages = 'CLASSES';
  INSERT INTO page (school_id, id, student_id, about, theme, begun_at, version)
    SELECT school_id, gen_random_uuid(), id, 'Hello', 'PLAIN', now(), 1 FROM student
    WHERE given_name = 'Pupil';
  INSERT INTO page (school_id, id, class_group_id, about, theme, begun_at, version)
    SELECT school_id, gen_random_uuid(), id, 'Our class', 'SEA', now(), 1 FROM class_group c
    WHERE school_id = 1 AND NOT EXISTS (SELECT 1 FROM page p WHERE p.class_group_id = c.id);
  INSERT INTO page_follow (school_id, id, page_id, account_id, at)
    SELECT 1, gen_random_uuid(), p.id, m.account_id, now() FROM membership m, LATERAL (
      SELECT id FROM page WHERE school_id = 1 ORDER BY student_id IS NOT NULL,
        md5(m.id::text || page.id::text) LIMIT {FOLLOWED}) p WHERE m.school_id = 1
    ON CONFLICT DO NOTHING;
  INSERT INTO post (school_id, id, page_id, author_id, text, hidden, withdrawn, posted_at, version)
    SELECT 1, gen_random_uuid(), p.id, a.id, repeat('News ', 60), false, false,
      now() - n * interval '1 minute', 1
    FROM generate_series(1, {POSTS}) n, LATERAL (SELECT id FROM page WHERE school_id = 1
      ORDER BY md5(n::text || page.id::text) LIMIT 1) p,
      (SELECT account_id AS id FROM membership WHERE school_id = 1 ORDER BY 1 LIMIT 1) a;
  INSERT INTO comment (school_id, id, post_id, author_id, text, hidden, withdrawn, written_at,
      version)
    SELECT 1, gen_random_uuid(), p.id, p.author_id, 'Well', false, false, now(), 1 FROM post p,
      generate_series(1, 4);
  INSERT INTO post_reaction (school_id, id, post_id, account_id, kind, at)
    SELECT 1, gen_random_uuid(), p.id, m.account_id, 'LIKE', now() FROM post p, LATERAL (
      SELECT account_id FROM membership WHERE school_id = 1 AND md5(id::text || p.id::text) < '02'
      ) m ON CONFLICT DO NOTHING;
  ANALYZE
"""
FIRST = """{ school { feed(last: 20) { pageInfo { startCursor hasPreviousPage }
  edges { node { id html by postedAt version viewerMay page { id name kind theme }
    files { name url thumbnailUrl } reactions { reaction count mine }
    comments(last: 3) { edges { node { id text by writtenAt } } } } } } } }"""


async def first_screen(room: StaffRoom, account: UUID) -> tuple[int, int, float]:
    """How many posts it has, and the statements and seconds that it takes, of a viewer who is
    known, in a process that knows the key of cursors."""
    context = Context(room.store, await viewer_of(room, account))
    await know_seal(context)
    ran: list[str] = []
    room.store.watchers.append(ran.append)
    began = perf_counter()
    answer: Any = await graphql(
        schema._schema, FIRST, context_value=context, executor_class=CompiledExecutor
    )
    seconds = perf_counter() - began
    room.store.watchers.clear()
    assert answer.errors is None, answer.errors
    return len(answer.data["school"]["feed"]["edges"]), len(ran), seconds


async def reading(room: StaffRoom) -> None:
    rows = await room.rows(
        "SELECT account_id FROM membership WHERE school_id = $1 AND role IN ('GUARDIAN', 'STUDENT')"
        " ORDER BY md5(account_id::text) LIMIT $2",
        HERE,
        READERS,
    )
    await first_screen(room, rows[0]["account_id"])  # what is compiled once
    found = [await first_screen(room, row["account_id"]) for row in rows]
    shown, ran, seconds = zip(*found, strict=True)
    slowest = quantiles(seconds, n=100)[98]
    typer.echo(f"{median(shown):7.0f} posts on the first screen, of {POSTS:,} in the school")
    typer.echo(f"{max(ran):7} statements at most, once the viewer is known")
    typer.echo(f"{median(seconds) * 1000:7.2f} ms, {slowest * 1000:.2f} ms for 99 of 100")
    if max(ran) > MOST:
        raise typer.Exit(1)


async def measured(url: str) -> None:
    await migrate(url)
    async with opened(url) as room:
        await add_people(room, STUDENTS)
        await room.store.pool.execute(EVERYTHING)
        await reading(room)


def main() -> None:
    with running(Path(mkdtemp(prefix="feed-"))) as url:
        asyncio.run(measured(url))


if __name__ == "__main__":
    typer.run(main)
