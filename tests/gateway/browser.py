"""A real browser for the tests, and hands to use GraphiQL with."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    async_playwright,
    expect,
)

from tests.gateway.chromium import chromium

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Monaco draws only the lines in view; its model has them all.
RESPONSE = """(expected) => {
    const shown = document.querySelector('.graphiql-response [data-uri$="response.json"]');
    const model = shown && __MONACO.editor.getModel(__MONACO.Uri.parse(shown.dataset.uri));
    const text = model ? model.getValue() : "";
    return text.includes(expected) && text;
}"""


@dataclass
class Visit:
    """A page and what a good page leaves empty: requests to other hosts, and complaints."""

    page: Page
    origin: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def sign_in(self, login: str, password: str) -> None:
        await self.page.goto(f"{self.origin}/graphiql")
        await self.page.get_by_label("Login").fill(login)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    async def open_tab(self, title: str) -> None:
        await self.page.get_by_role("tab", name=title).click()

    async def run(self) -> None:
        await self.page.get_by_role("button", name="Execute query").click()

    async def stop(self) -> None:
        """Ends a running subscription."""
        await self.page.get_by_role("button", name="Stop query").click()

    async def response(self, containing: str = '"data"') -> str:
        """The answer on the screen, as JSON, once it contains a text."""
        shown = await self.page.wait_for_function(RESPONSE, arg=containing, timeout=60_000)
        return str(await shown.json_value())

    def _is_foreign(self, url: str) -> bool:
        there, here = urlsplit(url), urlsplit(self.origin)
        return there.scheme in ("http", "https", "ws", "wss") and there.netloc != here.netloc

    def _requested(self, request: Request | WebSocket) -> None:
        if self._is_foreign(request.url):
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@asynccontextmanager
async def launched(*flags: str) -> AsyncIterator[Browser]:
    """A headless browser of its own; starting one takes seconds of a processor."""
    found = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.executable,
            args=[*FLAGS, *flags],
            env={**os.environ, **found.environment},
        )
        try:
            yield browser
        finally:
            await browser.close()


running: list[Browser] = []
"""The browser of the fixture `browser`, in which each visit has a profile of its own."""


@asynccontextmanager
async def browser_page(origin: str, *flags: str) -> AsyncIterator[Visit]:
    """A page with a fresh profile, about to visit `http://host:port`, in the browser that runs; in
    one of its own if there are flags."""
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(launched(*flags)) if flags else running[0]
        context = await browser.new_context(viewport={"width": 1400, "height": 900})
        page = await context.new_page()
        visit = Visit(page, origin)
        context.on("request", visit._requested)
        page.on("websocket", visit._requested)
        page.on("console", visit._said)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        try:
            yield visit
        finally:
            await context.close()
