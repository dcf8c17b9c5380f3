"""How smoothly a large journal scrolls: `python -m tests.bench.journal_scroll`.

A teacher opens the journal of a year with 50,000 marks more in a browser, and scrolls it from end
to end, some pixels each frame: once as its parts are loaded, and once more. It prints when the
journal was there and, each time, how many frames there were, how many of them took over 50
milliseconds, and what processor time the page took for each: on a machine that does other things
besides, frames are late for lack of it too.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import asyncpg
import typer
from playwright.async_api import CDPSession, expect

from db.demo import fill
from db.embedded import running
from db.migrations import migrate
from domain import clock
from gateway.settings import Settings
from tests.gateway.diary import Diary, Visitor, opened, record_id

LARGEST = """
  SELECT l.course_id, a.login, y.id AS year, count(DISTINCT l.id) AS lessons FROM lesson l
  JOIN period y ON y.school_id = l.school_id AND y.kind = 'YEAR'
    AND l.day BETWEEN y.starts_on AND y.ends_on
  JOIN grade g ON g.school_id = l.school_id AND g.course_id = l.course_id
  JOIN membership m ON m.school_id = g.school_id AND m.teacher_id = g.teacher_id
  JOIN account a ON a.id = m.account_id
  WHERE l.school_id = 1 GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1 LIMIT 1
"""
MARKS = """
  INSERT INTO grade (school_id, id, student_id, course_id, lesson_id, work_type_id, grade_scale_id,
    teacher_id, day, value, number, weight, state, excused, bonus, given_at, changed_at, version)
  SELECT 1, gen_random_uuid(), s.student_id, l.course_id, l.id, g.work_type_id, g.grade_scale_id,
    g.teacher_id, l.day, g.value, g.number, 1, 'GIVEN', false, false, now(), now(), 1
  FROM lesson l
  CROSS JOIN (SELECT DISTINCT student_id FROM grade WHERE school_id = 1 AND course_id = $1) s
  CROSS JOIN generate_series(1, $3)
  CROSS JOIN (SELECT * FROM grade WHERE school_id = 1 AND course_id = $1 AND state = 'GIVEN'
    ORDER BY id LIMIT 1) g
  WHERE l.school_id = 1 AND l.course_id = $1 LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Scroll:
    frames: list[float]
    """The milliseconds of each."""
    work: float
    """The milliseconds of processor time that the page took for each, on average."""


SCROLLED = """async (step) => {
  const box = document.querySelector(".grid");
  const frames = [];
  let before = performance.now();
  const frame = () => new Promise((done) => requestAnimationFrame((at) => {
    frames.push(at - before); before = at; done();
  }));
  await frame();
  frames.length = 0;
  for (const [at, most] of [["scrollLeft", "scrollWidth"], ["scrollTop", "scrollHeight"]]) {
    for (const way of [1, -1]) {
      for (let done = 0; done < box[most]; done += step) { box[at] += way * step; await frame(); }
    }
  }
  return frames;
}"""


def main(
    marks: Annotated[int, typer.Option(min=1)] = 50_000,
    step: Annotated[int, typer.Option(min=1, help="The pixels of each frame.")] = 40,
    most: Annotated[float, typer.Option(help="The percentage of slow frames allowed.")] = 1,
) -> None:
    """Ends with 1 where more frames than `--most` per cent take over 50 milliseconds."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        loading, again = asyncio.run(measured(url, marks, step))
    told("as it loads", loading)
    frames, slow = told("again", again)
    if len(slow) * 100 > len(frames) * most:
        raise typer.Exit(1)


def told(when: str, scroll: Scroll) -> tuple[list[float], list[float]]:
    """The frames, and those that took over 50 milliseconds."""
    slow = [one for one in scroll.frames if one > 50]
    typer.echo(
        f"{when}: {len(scroll.frames)} frames, {len(slow)} over 50 ms, the longest"
        f" {max(scroll.frames):.0f} ms; the page itself took {scroll.work:.1f} ms of each"
    )
    return scroll.frames, slow


async def measured(url: str, marks: int, step: int) -> tuple[Scroll, Scroll]:
    await migrate(url)
    connection = await asyncpg.connect(url)
    await fill(connection, students=300, seed=7, today=clock.today("UTC"))
    course: Any = await connection.fetchrow(LARGEST)
    there = "SELECT count(DISTINCT student_id) FROM grade WHERE school_id = 1 AND course_id = $1"
    students = await connection.fetchval(there, course["course_id"])
    each = -(-marks // (course["lessons"] * students))
    await connection.execute(MARKS, course["course_id"], marks, each)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    typer.echo(f"{students} students, {course['lessons']} lessons, {each} marks more in a cell")
    async with opened(url, Settings()) as diary:
        return await scrolled(diary, course, step)


async def scrolled(diary: Diary, course: Any, step: int) -> tuple[Scroll, Scroll]:
    period = quote(record_id("Period", 1, course["year"]))
    path = f"/diary/journal/{quote(record_id('Course', 1, course['course_id']))}?period={period}"
    async with diary.visitor(course["login"]) as visitor:
        started = clock.now()
        await visitor.open(path)
        await expect(visitor.page.locator(".grid .mark").first).to_be_visible(timeout=120_000)
        typer.echo(f"shown after {(clock.now() - started).total_seconds():.1f} s")
        session = await visitor.page.context.new_cdp_session(visitor.page)
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        return (
            await one_scroll(visitor, session, step),
            await one_scroll(visitor, session, step),
        )


async def one_scroll(visitor: Visitor, session: CDPSession, step: int) -> Scroll:
    before = await worked(session)
    frames: list[float] = await visitor.page.evaluate(SCROLLED, step)
    return Scroll(frames, (await worked(session) - before) * 1_000 / len(frames))


async def worked(session: CDPSession) -> float:
    """The seconds of processor time that the page's main thread has taken."""
    told = await session.send("Performance.getMetrics")
    return float(next(each["value"] for each in told["metrics"] if each["name"] == "TaskDuration"))


if __name__ == "__main__":
    typer.run(main)
