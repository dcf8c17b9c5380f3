"""The small school behind a real gateway, for every test that asks for it."""

from collections.abc import AsyncIterator

import pytest

from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import SmallSchool


@pytest.fixture
async def door(small_url: str, small_school: SmallSchool) -> AsyncIterator[FrontDoor]:
    async with front_door(small_url, small_school) as door:
        yield door
