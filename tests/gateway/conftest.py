"""The small school behind a real gateway, and the demo school's diary in a browser, for every test
that asks for them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser

from db.demo import Demo
from db.demo.files import keep_files
from gateway.settings import Settings
from tests.conftest import Server
from tests.gateway.browser import launched, running
from tests.gateway.diary import Diary, newest_mark, opened
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import SmallSchool


@pytest.fixture
async def door(small_url: str, small_school: SmallSchool) -> AsyncIterator[FrontDoor]:
    async with front_door(small_url, small_school) as door:
        yield door


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """For `diary` and for `browser_page`, which finds it running."""
    async with launched() as browser:
        running.append(browser)
        yield browser
        running.clear()


@pytest.fixture(scope="session")
async def diary(
    server: Server,
    school_template: tuple[str, Demo],
    tmp_path_factory: pytest.TempPathFactory,
    browser: Browser,
) -> AsyncIterator[Diary]:
    template, demo = school_template
    settings = Settings(files=str(tmp_path_factory.mktemp("files")))
    await keep_files(settings.storage, demo.files)
    async with server.copy(template) as url, opened(url, settings, browser) as diary:
        yield diary


@pytest.fixture(scope="session")
async def mark(diary: Diary) -> Any:
    return await newest_mark(diary.connection)
