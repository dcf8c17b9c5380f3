"""`make bench-live`: the feed under load, and an evening of a city worked out from it."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from db.embedded import running
from tests.bench.live import scenes
from tests.bench.live.evening import evening
from tests.bench.live.people import People, people, settled
from tests.bench.tables import figures, machine, show

MINUTES_OPEN = (5.0, 30.0, 180.0)


def main(
    students: Annotated[int, typer.Option(min=30, help="How large a school.")] = 2_500,
    subscriptions: Annotated[int, typer.Option(min=200, help="How many are held.")] = 10_000,
    followers: Annotated[int, typer.Option(min=200, help="Who are told of grades.")] = 5_000,
    a_second: Annotated[float, typer.Option(help="How many grades are given.")] = 200,
    seconds: Annotated[float, typer.Option(help="For how long they are.")] = 20,
    workers: Annotated[str, typer.Option(help="In how many processes.")] = "1,2,4",
    only: Annotated[str, typer.Option(help="One scene, or what the evening needs.")] = "",
    to: Annotated[Path | None, typer.Option("--json", help="A file for the figures.")] = None,
) -> None:
    """Hold, tell, renew and kill; what is missed or heard by the wrong ends it."""
    counts = [int(one) for one in workers.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        with running(data) as url:
            asyncio.run(settled(url, students))
        with running(data) as url:
            many = asyncio.run(people(url, subscriptions))
            some = People(many.readers[:followers], many.chances)
            asked = Asked(url, many, some, a_second, seconds, only)
            found = asyncio.run(asked.all(counts))
    if to is not None:
        to.write_text(json.dumps({title: figures(rows) for title, rows in found.items()}, indent=2))


class Asked:
    """The scenes, each on processes of its own; a table is shown as soon as it is whole."""

    def __init__(
        self, url: str, many: People, some: People, a_second: float, seconds: float, only: str
    ) -> None:
        self.url = url
        self.many = many
        self.some = some
        self.a_second = a_second
        self.seconds = seconds
        self.only = only
        self.found: dict[str, list[Any]] = {}

    async def all(self, workers: Sequence[int]) -> dict[str, list[Any]]:
        """Tables by their titles."""
        held, costs = [], []
        if self._plays("held"):
            held = [await scenes.hold(self.url, self.many, count) for count in workers]
            self._show(f"Held; {machine()}", held)
        if self._plays("told"):
            told = [
                await scenes.tell(self.url, self.some, count, self.a_second, self.seconds)
                for count in workers
            ]
            self._show(f"From commit to frame; {machine()}", told)
        if self._plays("wave"):
            waves = [
                await scenes.wave(self.url, self.some, 2, restart)
                for restart in ("SIGHUP", "SIGKILL")
            ]
            self._show(f"All come again at once; {machine()}", waves)
        if self._plays("costs"):
            costs = [await scenes.cost(self.url, self.some, self.a_second, self.seconds)]
            self._show(f"A grade's time; {machine()}", costs)
        if held and costs:
            evenings = [evening(held[0], costs[0], minutes) for minutes in MINUTES_OPEN]
            self._show("An evening of a city: 1,000,000 students, at the peak", evenings)
        return self.found

    def _plays(self, scene: str) -> bool:
        return self.only in scene or (self.only == "evening" and scene in ("held", "costs"))

    def _show(self, title: str, rows: list[Any]) -> None:
        self.found[title] = rows
        show(title, rows)


app = typer.Typer(pretty_exceptions_enable=False)
app.command()(main)
if __name__ == "__main__":  # the processes of followers import it too
    app()
