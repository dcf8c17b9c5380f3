"""Who asks without a session, and without a store."""

from typing import Any


class Nobody:
    """As much of a request's context as an answer needs that reads no record."""

    viewer = None
    limited_to = None

    async def keep_reads(self) -> None:
        """Nothing has to be noted of what nobody reads."""

    def count_refusal(self) -> None:
        """Nor is anybody refused."""


async def contexts() -> Any:  # who stands for a whole `Context`
    return Nobody()
