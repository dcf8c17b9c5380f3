"""What a browser has to do until the diary is shown: `python -m tests.bench.first_load`.

For each role a browser that has nothing of it opens the first screen: the milliseconds until the
largest thing is painted, how much of the page moved by itself (as browsers count it), and the bytes
that came over the network, compressed as they were. Below each figure stands the most of `--times`.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import asyncpg
import typer
from playwright.async_api import Page, expect

from db.demo import fill
from db.embedded import running
from db.migrations import migrate
from domain import clock
from gateway.settings import Settings
from tests.gateway.diary import Diary, Visitor, opened

ROLES = ("nobody", "parent1", "student1", "teacher1", "head")
MOST = {"paint": 1_000, "shift": 0.01, "kB": 200}
SIGN_IN = """
  mutation ($login: String!) {
    signIn(input: {login: $login, password: "demo"}) { errors { code } }
  }
"""
WATCHED = """
  window.seen = { paint: 0, shift: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((one) => {
    seen.paint = one.renderTime || one.startTime;
  })).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((one) => {
    if (!one.hadRecentInput) seen.shift += one.value;
  })).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True, slots=True)
class Load:
    paint: float
    shift: float
    kilobytes: float
    requests: int


def main(
    students: Annotated[int, typer.Option(min=60, help="How large a school.")] = 300,
    times: Annotated[int, typer.Option(min=1, help="How often each is opened.")] = 5,
) -> None:
    """Measure the first load of each role; ends with 1 where a figure is over the budget."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        if not asyncio.run(measured(url, students, times)):
            raise typer.Exit(1)


async def measured(url: str, students: int, times: int) -> bool:
    await migrate(url)
    connection = await asyncpg.connect(url)
    await fill(connection, students=students, seed=7, today=clock.today("UTC"))
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    within = True
    typer.echo(f"{'':10}{'paint ms':>10}{'most':>8}{'shift':>8}{'kB':>8}{'requests':>10}")
    async with opened(url, Settings()) as diary:
        for role in ROLES:
            loads = [await loaded(diary, role) for _ in range(times + 1)][1:]
            paint = median(one.paint for one in loads)
            shift = max(one.shift for one in loads)
            size = max(one.kilobytes for one in loads)
            most, requests = max(one.paint for one in loads), loads[-1].requests
            typer.echo(
                f"{role:10}{paint:>10.0f}{most:>8.0f}{shift:>8.3f}{size:>8.1f}{requests:>10}"
            )
            within &= paint < MOST["paint"] and shift < MOST["shift"] and size < MOST["kB"]
    return within


async def loaded(diary: Diary, role: str) -> Load:
    """The first screen, opened by a browser that has only the session's cookie."""
    async with diary.visitor(service_workers="allow") as visitor:
        if role != "nobody":
            await signed_in(visitor, role)
        page = visitor.page
        session = await page.context.new_cdp_session(page)
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
        await session.send("Network.enable")
        await page.add_init_script(WATCHED)
        await visitor.open("/")
        await shown(page, role)
        await page.wait_for_timeout(700)  # what moves late is seen too
        seen = await page.evaluate("seen")
        return Load(seen["paint"], seen["shift"], sum(sizes) / 1_000, len(sizes))


async def signed_in(visitor: Visitor, login: str) -> None:
    """By a request beside the page, so that nothing is cached."""
    data = {"query": SIGN_IN, "variables": {"login": login}}
    answer = await visitor.page.context.request.post(f"{visitor.address}/graphql", data=data)
    assert (await answer.json())["data"]["signIn"]["errors"] == []


async def shown(page: Page, role: str) -> None:
    if role == "nobody":
        await expect(page.locator("#login")).to_be_visible()
    else:
        await expect(page.locator("main h1, main h2").first).to_be_visible()
        await expect(page.get_by_text("Loading…")).to_have_count(0)


if __name__ == "__main__":
    typer.run(main)
