"""The small school for every test that asks for it, and its live feed."""

from collections.abc import AsyncIterator

import pytest

from resolvers.feed import Feed
from tests.store.listening import at_work
from tests.store.staff_room import StaffRoom


@pytest.fixture
async def feed(room: StaffRoom) -> AsyncIterator[Feed]:
    async with at_work(room.store) as feed:
        yield feed
