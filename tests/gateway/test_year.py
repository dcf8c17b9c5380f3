"""Some days of three school years; `make year` plays all of them."""

from datetime import date

import pytest

from tests.conftest import Server
from tests.year.play import SHORT, Play, restored, staged
from tests.year.served import new_database, served

SEED = "short"
TOLD = (
    "is moved to Hall", "and writes in it that day", "attaches", "decides the grades of",
    "is back, after", "writes to the families of", "shares Announced", "shares Event",
    "shares Survey", "shares Quiz", "shares Material", "shares Post", "shares Question",
)  # fmt: skip
"""What has to happen in the short form too, lest nobody look at it."""


@pytest.mark.timeout(900)
async def test_three_years_show_everybody_what_is_theirs_and_so_does_their_backup(
    server: Server,
) -> None:
    async with (
        new_database(server.url) as database_url,
        served(database_url) as gateway,
        staged(gateway, SEED, SHORT) as stage,
    ):
        play = Play(stage, SEED, date.max, print)
        outcome = await play.run()
        await restored(play, server.url)
    assert (outcome.ended_on, outcome.wrong) == (date(2028, 12, 22), 0)
    assert outcome.restored == SHORT.sweeps
    story = "\n".join(event.text for event in stage.world.events)
    assert [each for each in TOLD if each not in story] == []
