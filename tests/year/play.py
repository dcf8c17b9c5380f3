"""Three school years, day by day; the first answer that is not as it has to be ends them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.year.actions import (
    accounts,
    attempts,
    attendance,
    casting,
    completed,
    files,
    homework,
    lessons,
    marks,
    messages,
    moves,
    people,
    period_grades,
    periods,
    replacements,
    rosters,
    schools,
    septembers,
    shared,
    teaching,
    turning,
)
from tests.year.actions.scenes import Scene
from tests.year.calendar import ONE, Played, played
from tests.year.client import Clients
from tests.year.model.rights import Eyes
from tests.year.model.world import Account, School, World
from tests.year.sampling import Sampler
from tests.year.screens.screen import Screen, compare
from tests.year.served import Served, gradebook, new_database, served
from tests.year.stage import Size, Stage
from tests.year.story import told

FOUNDING = (schools, casting, shared)
SCENES = (moves, teaching, people, replacements, period_grades, periods, accounts)
TURNS = (
    (turning.by_plan, rosters.by_roster),
    (septembers.by_mutations, turning.by_plan),
)
"""How each school comes into its second and its third year."""
DAILY = (
    lessons, marks, files, attendance, homework, completed, replacements, periods, messages,
    shared, attempts,
)  # fmt: skip
YEARS = 3
FULL, SHORT = Size(), Size(a_class=5, step=15, checks=8, sweeps=30)
AT_ONCE = 4
Said = Callable[[str], None]


class Untrue(AssertionError):
    """A screen showed what is not so; the message is the story."""


@dataclass
class Outcome:
    days: int = 0
    screens: int = 0
    requests: int = 0
    seconds: float = 0.0
    ended_on: date = date.min
    wrong: int = 0
    restored: int = 0
    """Screens that were right in another database."""


class Play:
    def __init__(
        self, stage: Stage, seed: str, until: date, say: Said, *, goes_on: bool = False
    ) -> None:
        """With `goes_on` it says what is wrong, and plays on."""
        self.stage = stage
        self.seed = seed
        self.until = until
        self.say = say
        self.goes_on = goes_on
        self.outcome = Outcome()
        self.over = False

    async def run(self) -> Outcome:
        started = time.monotonic()
        await self.found()
        for number in range(YEARS):
            if self.over:
                break
            await self.year(number)
        self.outcome.requests = self.stage.clients.requests
        self.outcome.seconds = time.monotonic() - started
        self.outcome.ended_on = self.stage.today
        return self.outcome

    async def found(self) -> None:
        self.morning(schools.FOUNDED_ON)
        for subject in FOUNDING:
            await subject.founding(self.stage)
        await self.look(self.stage.size.sweeps)

    async def year(self, number: int) -> None:
        """A year of both schools, and the summer after it."""
        years = [school.years[number] for school in self.stage.world.schools]
        of_schools = [played(years[0], self.stage.size.step), self.second(years[1])]
        scenes = [
            scene
            for of_school in of_schools
            for subject in SCENES
            for scene in subject.scenes(self.stage, of_school)
        ]
        days = sorted(
            {day for of_school in of_schools for day in of_school.days}
            | {scene.day for scene in scenes}
        )
        for day in days:
            if day > self.until:
                self.over = True
                return
            await self.day(day, of_schools, scenes)
        for year in years:
            self.say(f"{year.school}: {year} is over. {self.outcome.screens} screens were right")
        await self.summer(number, max(year.last for year in years))

    def second(self, year: object) -> Played:
        """The second school has fewer days, so that it is there without weighing much."""
        whole = played(year, self.stage.size.step)  # type: ignore[arg-type]
        return Played(whole.year, whole.days[::4])

    async def day(self, day: date, of_schools: list[Played], scenes: list[Scene]) -> None:
        self.morning(day)
        scenes_today = [scene for scene in scenes if scene.day == day]
        for scene in scenes_today:
            await scene.play()
        self.stage.gateway.set_clock(day, 15)
        for of_school in of_schools:
            if day in of_school.days:
                for subject in DAILY:
                    await subject.daily(self.stage, of_school)
        self.outcome.days += 1
        await self.look(self.stage.size.checks)

    def morning(self, day: date) -> None:
        self.stage.today = day
        self.stage.gateway.set_clock(day)

    async def summer(self, number: int, last: date) -> None:
        """The year ends, the next one is opened, and before it begins everybody looks."""
        for school in self.stage.world.schools:
            self.morning(max(self.stage.today, school.years[number].last))
            await septembers.graduation(self.stage, school)
        await self.quiet_day(last + ONE)
        if number + 1 == YEARS:
            await self.quiet_day(last + timedelta(days=200))
            return
        self.morning(last + timedelta(days=30))
        for school in self.stage.world.schools:
            await self.turn(number, school)
        await self.look(self.stage.size.sweeps)
        await self.quiet_day(last + timedelta(days=60))

    async def turn(self, number: int, school: School) -> None:
        """By a plan, by a roster, or by many mutations of the office."""
        ways = TURNS[self.stage.world.schools.index(school)]
        await ways[number](self.stage, school)

    async def quiet_day(self, day: date) -> None:
        if day > self.until:
            self.over = True
        if not self.over:
            self.morning(day)
            await self.look(self.stage.size.sweeps)

    async def look(self, count: int) -> None:
        """Look at so many screens; Untrue with the story at the first one that is wrong."""
        self.stage.gateway.set_clock(self.stage.today, 16)
        chance = Random(f"{self.seed} {self.stage.today}")
        sampler = Sampler(self.stage.world, self.stage.today, chance)
        screens = list(sampler.screens(count))
        for place in range(0, len(screens), AT_ONCE):
            some = screens[place : place + AT_ONCE]
            for story in await asyncio.gather(*map(self.check, some)):
                if story is not None:
                    self.outcome.wrong += 1
                    if not self.goes_on:
                        raise Untrue(story)
                    self.say(story)
        self.outcome.screens += len(screens)

    async def check(self, screen: Screen) -> str | None:
        answer = await self.stage.clients.ask(screen.viewer, screen.query, screen.variables)
        difference = compare(screen, answer)
        if difference is None:
            return None
        head = f"The year of seed {self.seed} is not as it has to be.\n"
        return head + told(self.stage.world, difference, self.stage.today)


async def restored(play: Play, server_url: str) -> None:
    """Back the schools up, restore them into an empty database, and look at them there."""
    stage, before = play.stage, play.stage.today
    with TemporaryDirectory(prefix="year-") as folder:
        file = str(Path(folder, "backup"))
        await stage.gateway.gradebook("backup", file)
        async with new_database(server_url, tables=False) as database_url:
            await gradebook(database_url, "restore", file)
            async with (
                served(database_url) as gateway,
                staged(gateway, play.seed, stage.size, stage.world) as there,
            ):
                there.today = before
                again = Play(there, f"{play.seed} restored", play.until, play.say)
                await again.look(stage.size.sweeps)
                play.outcome.restored = again.outcome.screens


@asynccontextmanager
async def staged(
    gateway: Served, seed: str, size: Size, world: World | None = None
) -> AsyncIterator[Stage]:
    world = world or World()

    def is_somebody(account: Account) -> bool:
        eyes = Eyes(world, account, stage.today)
        return any(eyes.member(school) for school in world.schools) or bool(account.heads)

    clients = Clients(gateway, is_somebody)
    stage = Stage(world, gateway, clients, Random(seed), size)
    try:
        yield stage
    finally:
        await clients.close()
