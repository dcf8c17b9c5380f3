"""The diary's page in a browser: one gateway over one demo school, and visitors with pages."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import asyncpg
import httpx
from playwright.async_api import Browser, Error, Page, Request, Response, expect

from gateway.graphiql.build import install
from gateway.process import build_app
from gateway.settings import Settings
from resolvers import global_id
from tests.gateway.browser import launched
from tests.gateway.chromium import HEADLESS
from tests.gateway.toy import running

AXE = HEADLESS / "node_modules" / "axe-core" / "axe.min.js"
FOUND = """async (rules) => {
    const told = { resultTypes: ["violations"], selectors: false };
    if (rules) told.runOnly = rules;
    const { violations } = await axe.run(document, told);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) =>
      html.slice(0, 700) + ' | ' + failureSummary).join(' || ')}`);
}"""
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe whose findings depend on the theme."""
THEMES: tuple[Literal["dark"], Literal["light"]] = ("dark", "light")
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"

SHIFTED = """() => new Promise((done) => {
    let sum = 0;
    const count = (list) => list.getEntries().forEach((one) => {
        if (!one.hadRecentInput) sum += one.value;
    });
    new PerformanceObserver(count).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 200);
})"""

expect.set_options(timeout=20_000)
EXPECTED = (
    "ERR_INTERNET",
    "Service Worker registration blocked by Playwright",
    "cross-world service worker resource mismatch",  # the worker began while the page loaded
)
"""Of what the console says in these tests."""
FAMILY = """
  SELECT g.school_id, g.student_id, g.lesson_id, g.work_type_id, g.day, ta.login AS teacher,
    pa.login AS parent, sa.login AS student, p.given_name, p.family_name
  FROM grade g
  JOIN period q ON q.school_id = g.school_id AND g.day BETWEEN q.starts_on AND q.ends_on
  JOIN membership tm ON tm.school_id = g.school_id AND tm.teacher_id = g.teacher_id
  JOIN account ta ON ta.id = tm.account_id
  JOIN guardianship s ON s.school_id = g.school_id AND s.student_id = g.student_id
  JOIN membership pm ON pm.school_id = g.school_id AND pm.guardian_id = s.guardian_id
  JOIN account pa ON pa.id = pm.account_id
  JOIN membership sm ON sm.school_id = g.school_id AND sm.student_id = g.student_id
  JOIN account sa ON sa.id = sm.account_id
  JOIN student p ON p.school_id = g.school_id AND p.id = g.student_id
  WHERE g.school_id = 1
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  HAVING NOT bool_or(q.locked) ORDER BY g.day DESC, pa.login, g.lesson_id LIMIT 1
"""
GIVE = """
  mutation ($input: GiveGradeInput!) {
    giveGrade(input: $input) { grade { id } errors { code message } }
  }
"""

NOTHING: Mapping[str, str] = {}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 700}}
"""The options of a visitor whose screen is small."""


@dataclass
class Visitor:
    """Somebody's page, with what a good page leaves empty."""

    page: Page
    address: str
    operations: list[str] = field(default_factory=list)
    """The names of the operations that the page has sent over HTTP."""
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    async def sign_in(self, login: str, password: str = "demo") -> None:
        await self.page.goto(self.address)
        await self.page.locator("#login").fill(login)
        await self.page.locator("#password").fill(password)
        await self.page.locator("form button").click()

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")

    async def settled(self) -> None:
        """The feed is open, and nothing more is asked."""
        await expect(self.page.locator("header .live")).to_be_visible()
        asked = -1
        while asked < len(self.operations):
            asked = len(self.operations)
            await self.page.wait_for_timeout(700)

    async def found_by_axe(self) -> list[str]:
        """In both themes, the one that is shown first."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(axe())
        found: list[str] = await self.page.evaluate(FOUND)
        dark: bool = await self.page.evaluate(DARK)
        shown, other = THEMES if dark else reversed(THEMES)
        await self.page.emulate_media(color_scheme=other)
        found += [f"{other}: {each}" for each in await self.page.evaluate(FOUND, OF_COLOURS)]
        await self.page.emulate_media(color_scheme=shown)
        return found

    async def shifted(self) -> float:
        """How much of the page has moved by itself, as browsers count it."""
        return float(await self.page.evaluate(SHIFTED))

    async def fits(self) -> bool:
        """Whether nothing is wider than the screen."""
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )

    async def _answered(self, response: Response) -> None:
        """A page asks for nothing that its reader may not see."""
        if response.url.endswith("/graphql") and response.request.method == "POST":
            with suppress(Error):  # the page was left
                self.complaints += [
                    str(error) for error in (await response.json()).get("errors", [])
                ]

    def _requested(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.address).netloc:
            self.foreign.append(request.url)
        if request.method == "POST" and request.url.endswith("/graphql"):
            self.operations.append(str((request.post_data_json or {}).get("operationName")))


@cache
def axe() -> str:
    install(HEADLESS)
    return AXE.read_text()


@dataclass
class Diary:
    """A gateway over a demo school, a database connection, and a browser."""

    address: str
    connection: Any
    browser: Browser

    @asynccontextmanager
    async def visitor(self, login: str | None = None, **context: Any) -> AsyncIterator[Visitor]:
        """A visitor who has signed in, and who leaves without complaints of the browser."""
        options = {
            "viewport": {"width": 1280, "height": 900},
            "locale": "en",
            "service_workers": "block",
            "reduced_motion": "reduce",  # a theme's colours are there at once
            **context,
        }
        opened = await self.browser.new_context(**options)
        page = await opened.new_page()
        visitor = Visitor(page, self.address)
        opened.on("request", visitor._requested)
        page.on(
            "console",
            lambda said: (
                visitor.complaints.append(f"{said.text} {said.location.get('url', '')}".strip())
                if said.type in ("error", "warning")
                and not any(words in said.text for words in EXPECTED)
                else None
            ),
        )
        page.on("response", visitor._answered)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        if login is not None:
            await visitor.sign_in(login)
            await expect(page.locator("header .account")).to_be_visible()
        try:
            yield visitor
        finally:
            await opened.close()
        assert visitor.foreign == [], visitor.foreign
        assert visitor.complaints == [], visitor.complaints

    async def until_found(self, query: str, *arguments: object) -> None:
        """Until the query finds something in the database: a page writes some things late."""
        async with asyncio.timeout(20):
            while not await self.connection.fetchval(query, *arguments):
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def asking(self, login: str) -> AsyncIterator["Asking"]:
        """Another client of the same account, without a page."""
        async with httpx.AsyncClient(base_url=self.address, timeout=60) as http:
            asking = Asking(http)
            await asking(
                "mutation ($login: String!) {"
                ' signIn(input: {login: $login, password: "demo"}) { token } }',
                login=login,
            )
            yield asking


@dataclass
class Asking:
    http: httpx.AsyncClient

    async def __call__(self, query: str, **variables: object) -> Any:
        asked = {"query": query, "variables": variables}
        answer = (await self.http.post("/graphql", json=asked)).json()
        assert "errors" not in answer, answer
        return answer["data"]


def record_id(kind: str, school: int, record: object) -> str:
    return global_id.make(kind, school, record)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(
    database_url: str, settings: Settings, browser: Browser | None = None
) -> AsyncIterator[Diary]:
    """In a browser of its own unless one is given."""
    connection = await asyncpg.connect(database_url)
    try:
        async with AsyncExitStack() as stack:
            host = await stack.enter_async_context(running(build_app(settings, database_url)))
            if browser is None:
                browser = await stack.enter_async_context(launched())
            yield Diary(f"http://{host}", connection, browser)
    finally:
        await connection.close()


async def step(page: Page, name: str, of: str, fields: Mapping[str, str] = NOTHING) -> None:
    """Opens the form of a step at a record, fills it in and sends it."""
    await page.get_by_label(f"{name}: {of}").click()
    form = page.get_by_role("form", name=f"{name}: {of}")
    for label, text in fields.items():
        await form.get_by_label(label).fill(text)
    await form.get_by_role("button", name=name, exact=True).click()
    await expect(form).to_have_count(0)


async def newest_mark(connection: Any) -> Any:
    """The newest mark that may still be changed, with the logins of those whom it concerns."""
    return await connection.fetchrow(FAMILY)


def week_of(mark: Any) -> str:
    child = quote(record_id("Student", 1, mark["student_id"]))
    return f"/diary/week?date={mark['day']}&child={child}"


async def give(diary: Diary, mark: Any, value: str) -> str:
    grade = {
        "student": record_id("Student", 1, mark["student_id"]),
        "lesson": record_id("Lesson", 1, mark["lesson_id"]),
        "workType": record_id("WorkType", 1, mark["work_type_id"]),
        "value": value,
    }
    async with diary.asking(mark["teacher"]) as teacher:
        given = (await teacher(GIVE, input=grade))["giveGrade"]
    assert given["errors"] == []
    return str(given["grade"]["id"])
