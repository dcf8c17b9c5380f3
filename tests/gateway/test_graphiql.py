"""GraphiQL in a real browser: the tabs of each role, and the way back to its sign-in."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from gateway.process import build_app
from gateway.settings import Settings
from tests.gateway.browser import Visit, browser_page
from tests.gateway.tls_proxy import tls_proxy
from tests.gateway.toy import running

pytestmark = pytest.mark.usefixtures("browser")
ENDED = "Your session has ended. Sign in again."
HEAD = ["School", "Students", "ClassGroup", "Webhooks"]
TEACHER = ["ClassJournal", "MyLessons", "MyClasses", "CloseLesson"]
FAMILY = ["DiaryWeek", "Averages"]
ALL = ["LiveGrades", "MyAccount"]
SIGN_IN = 'mutation { signIn(input: {login: "head", password: "demo"}) { token } }'
SCHOOL = "{ viewer { memberships { roles school { id } } } }"
CREATE = """
  mutation ($school: ID!) {
    createWebhook(input: {school: $school, url: "https://register.example/hook", topics: [GRADE]}) {
      errors { code }
    }
  }
"""


@pytest.fixture
async def gateway(school_url: str) -> AsyncIterator[str]:
    async with running(build_app(Settings(), school_url)) as address:
        yield f"http://{address}"


async def titles(visit: Visit) -> list[str]:
    await expect(visit.page.get_by_role("tab", name="MyAccount")).to_be_visible()
    return [text.strip() for text in await visit.page.get_by_role("tab").all_inner_texts()]


async def answered(visit: Visit, title: str, containing: str) -> Any:
    await visit.open_tab(title)
    await visit.run()
    answer = json.loads(await visit.response(containing))
    assert "errors" not in answer
    return answer["data"]


async def add_webhook(gateway: str) -> None:
    async with httpx.AsyncClient(base_url=gateway, timeout=60) as client:

        async def ask(query: str, **variables: str) -> Any:
            asked = {"query": query, "variables": variables}
            return (await client.post("/graphql", json=asked)).json()["data"]

        await ask(SIGN_IN)
        [member] = (await ask(SCHOOL))["viewer"]["memberships"]
        created = await ask(CREATE, school=member["school"]["id"])
        assert created == {"createWebhook": {"errors": []}}


async def test_a_head_s_tabs_are_of_the_school_and_each_of_them_is_full(gateway: str) -> None:
    await add_webhook(gateway)
    async with browser_page(gateway) as visit:
        await visit.sign_in("head", "demo")
        assert await titles(visit) == [*HEAD, *ALL]
        school = (await answered(visit, "School", '"classGroups"'))["school"]
        assert school["subjects"]
        groups = [edge["node"] for edge in school["classGroups"]["edges"]]
        assert len(groups) == school["classGroups"]["totalCount"]
        students = (await answered(visit, "Students", '"endCursor"'))["school"]["students"]
        assert len(students["edges"]) == 20
        assert students["edges"][0]["node"]["guardians"]
        group = (await answered(visit, "ClassGroup", '"courses"'))["classGroup"]
        assert group["name"] == groups[0]["name"]
        assert group["students"]
        assert group["courses"]
        [webhook] = (await answered(visit, "Webhooks", '"topics"'))["school"]["webhooks"]
        assert webhook["url"] == "https://register.example/hook"
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("login", "tabs", "first", "containing"),
    [
        ("teacher1", [*TEACHER, *ALL], "MyLessons", '"lessons"'),
        ("parent1", [*FAMILY, *ALL], "Averages", '"average"'),
        ("student1", [*FAMILY, *ALL], "Averages", '"average"'),
    ],
)
async def test_teachers_parents_and_students_have_tabs_of_their_own(
    gateway: str, login: str, tabs: list[str], first: str, containing: str
) -> None:
    async with browser_page(gateway) as visit:
        await visit.sign_in(login, "demo")
        assert await titles(visit) == tabs
        for title in tabs[: -len(ALL)]:
            of_title = {first: containing, "CloseLesson": '"closeLesson"'}
            await answered(visit, title, of_title.get(title, '"viewer"'))
    assert visit.complaints == []


async def end_session(visit: Visit) -> None:
    """As somebody does who signs out in another window, without this one's knowing."""
    (cookie,) = await visit.page.context.cookies()
    async with httpx.AsyncClient(base_url=visit.origin, timeout=60) as client:
        ended = await client.post(
            "/graphql",
            json={"query": "mutation { signOut { errors { code } } }"},
            headers={"Authorization": f"Bearer {cookie['value']}"},
        )
    assert ended.json() == {"data": {"signOut": {"errors": []}}}


async def back_at_the_sign_in(visit: Visit) -> None:
    await expect(visit.page.get_by_role("status").filter(has_text=ENDED)).to_be_visible(
        timeout=60_000
    )
    await expect(visit.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


async def test_graphiql_goes_back_to_its_sign_in_when_the_session_is_over(gateway: str) -> None:
    async with browser_page(gateway) as visit:
        await visit.sign_in("parent1", "demo")
        await end_session(visit)
        await visit.open_tab("MyAccount")
        await visit.run()
        await back_at_the_sign_in(visit)
        await visit.page.reload()
        await back_at_the_sign_in(visit)

        await visit.sign_in("parent1", "demo")  # though the browser still has the old cookie
        await visit.open_tab("LiveGrades")
        await end_session(visit)
        await visit.run()  # the socket is refused
        await back_at_the_sign_in(visit)

        await visit.sign_in("parent1", "demo")
        await visit.open_tab("LiveGrades")
        await visit.run()
        await expect(visit.page.get_by_role("button", name="Stop query")).to_be_visible()
        await visit.page.wait_for_timeout(1_500)
        await end_session(visit)  # the stream ends
        await back_at_the_sign_in(visit)

        await visit.sign_in("teacher1", "demo")  # who finds nothing of the parent's
        assert await titles(visit) == [*TEACHER, *ALL]


async def test_an_event_source_of_the_page_works_over_plain_http_under_another_name(
    gateway: str,
) -> None:
    """Where `Sec-Fetch-Site` is left out, as the page is no trustworthy one."""
    port = gateway.rpartition(":")[2]
    origin = f"http://gradebook.test:{port}"
    script = """() => new Promise((resolve) => {
        const asked = new URLSearchParams({ query: "{ __typename }" });
        const stream = new EventSource("/graphql?" + asked);
        stream.addEventListener("next", (event) => { stream.close(); resolve(event.data); });
        stream.addEventListener("error", () => { stream.close(); resolve("refused"); });
    })"""
    async with browser_page(origin, "--host-resolver-rules=MAP gradebook.test 127.0.0.1") as visit:
        sent: list[dict[str, str]] = []
        visit.page.on(
            "request",
            lambda request: sent.append(request.headers) if "/graphql?" in request.url else None,
        )
        await visit.page.goto(f"{origin}/graphiql")
        assert await visit.page.evaluate(script) == '{"data":{"__typename":"Query"}}'
    assert len(sent) == 1
    assert "sec-fetch-site" not in sent[0]


async def test_a_gateway_behind_a_proxy_that_ends_tls_needs_its_public_address_alone(
    school_url: str,
) -> None:
    async with tls_proxy("gradebook.test") as proxy:
        origin = f"https://gradebook.test:{proxy.port}"
        settings = Settings(public_url=origin, trusted_proxies="127.0.0.1")  # type: ignore[arg-type]
        flags = (
            "--host-resolver-rules=MAP gradebook.test 127.0.0.1",
            "--ignore-certificate-errors",
        )
        async with (
            running(build_app(settings, school_url)) as address,
            browser_page(origin, *flags) as visit,
        ):
            proxy.to = int(address.rpartition(":")[2])
            await visit.sign_in("parent1", "demo")
            (cookie,) = await visit.page.context.cookies()
            assert (cookie["name"], cookie["secure"]) == ("__Host-gradebook", True)
            assert (await answered(visit, "MyAccount", '"login"'))["viewer"]["account"][
                "login"
            ] == "parent1"
            await visit.open_tab("LiveGrades")
            await visit.run()  # over a WebSocket, with the cookie
            await visit.page.wait_for_timeout(1_500)
            await expect(visit.page.get_by_role("button", name="Stop query")).to_be_visible()
    assert visit.complaints == []
