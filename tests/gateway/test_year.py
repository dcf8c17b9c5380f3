"""Some days of three school years; `make year` plays all of them."""

from datetime import date

from tests.conftest import Server
from tests.year.play import SHORT, Play, staged
from tests.year.served import new_database, served


async def test_three_years_show_everybody_what_is_theirs_on_each_day(server: Server) -> None:
    async with (
        new_database(server.url) as database_url,
        served(database_url) as gateway,
        staged(gateway, "short", SHORT) as stage,
    ):
        outcome = await Play(stage, "short", date.max, print).run()
    assert (outcome.days, outcome.screens) == (0, 0)
