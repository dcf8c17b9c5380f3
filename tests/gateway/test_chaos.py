"""A short round of chaos; `make chaos` is the long one."""

from tests.chaos.rounds import Round, play


async def test_nothing_acknowledged_is_lost_repeated_or_shown_to_strangers_whatever_dies() -> None:
    outcome = await play(Round("short", 8.0, nats=True))
    assert outcome.complaints == []
    for died in ("workers", "gateways", "PostgreSQL", "backends", "NATS"):
        assert outcome.counts[f"{died} killed"] > 0
