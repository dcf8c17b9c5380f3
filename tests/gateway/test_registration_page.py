"""Registering in a real browser: code, form, mail, link, sign-in, and a second child."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from playwright.async_api import expect

from db.tables.guardians import Guardian, Guardianship
from db.tables.students import Student
from domain.access_codes import new_code, shown
from gateway.process import build_app
from gateway.registration.texts import EN, RU
from gateway.settings import Settings
from resolvers.addresses import LINK_USED, NO_LINK
from tests.gateway.browser import Visit, browser_page
from tests.gateway.small_school import ELSEWHERE
from tests.gateway.toy import running
from tests.store.registering import PASSWORD, code_for, nobody_registered
from tests.store.staff_room import StaffRoom


@pytest.fixture
async def door(room: StaffRoom, room_url: str) -> AsyncIterator[tuple[StaffRoom, str]]:
    """The small school, where no family has registered yet, and its address."""
    app = build_app(Settings(), room_url, demo=True)
    async with running(app) as address:
        await nobody_registered(room)
        yield room, f"http://{address}"


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Visit]:
    """A visit that ends without requests to others and without complaints."""
    async with browser_page(address) as visit:
        yield visit
        assert visit.foreign == []
        assert visit.complaints == []


async def second_child(room: StaffRoom) -> str:
    """The code of a guardian of another child, in another school."""
    child = Student(school_id=ELSEWHERE, given_name="Second", family_name="Child")
    parent = Guardian(school_id=ELSEWHERE, given_name="M", family_name="S")
    tie = Guardianship(school_id=ELSEWHERE, student_id=child.id, guardian_id=parent.id)
    await room.add(child, parent, tie)
    return await code_for(room, "guardian", parent.id, ELSEWHERE)


async def test_a_parent_registers_confirms_signs_in_and_adds_a_second_child(
    door: tuple[StaffRoom, str],
) -> None:
    room, address = door
    first, second = await code_for(room, "guardian"), await second_child(room)
    async with visiting(address) as visit:
        page = visit.page
        await page.goto(f"{address}/register#{first}")
        await expect(page.get_by_role("heading", name="Good day, guardian!")).to_be_visible()
        await expect(page.get_by_text("Class 7B")).to_be_visible()
        assert page.url == f"{address}/register"  # the code is not left in the history
        await page.get_by_label("Your name").fill("Maria Sommer")
        await page.get_by_label("E-mail address").fill("maria@example.org")
        await page.locator("#password").fill(PASSWORD)
        await page.get_by_role("button", name="Register", exact=True).click()
        await expect(page.get_by_role("heading", name="You are signed in.")).to_be_visible()
        await expect(page.get_by_text("Your children: student Adler")).to_be_visible()
        await expect(page.get_by_text("A link was sent to maria@example.org.")).to_be_visible()
        login = await page.locator("#your-login").get_attribute("data-login")
        assert login is not None
        assert login.startswith("guardian.sommer-")

        await page.goto(f"{address}/mail")
        letter = page.get_by_text("/confirm#")
        await expect(letter.first).to_be_visible()
        link = re.search(r"/confirm#\S+", await letter.first.inner_text())
        assert link is not None
        await page.goto(address + link[0])
        assert page.url == f"{address}/confirm"
        await page.get_by_role("button", name="Confirm the address").click()
        await expect(page.get_by_text("The address is confirmed.")).to_be_visible()
        await page.goto(address + link[0])  # as opened from the mail once more
        await page.get_by_role("button", name="Confirm the address").click()
        await expect(page.get_by_role("alert")).to_have_text(LINK_USED)

        await page.context.clear_cookies()
        await page.goto(f"{address}/register")
        await page.get_by_label("Access code").fill(second.lower())
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_role("heading", name="Good day, M!")).to_be_visible()
        await page.get_by_text("I have an account").click()
        await page.locator("#own-login").fill("maria@example.org")
        await page.locator("#own-password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in and add the code").click()
        await expect(page.get_by_text("The code has been added")).to_be_visible()
        children = page.locator("#children")
        await expect(children).to_contain_text("Second Child")
        await expect(children).to_contain_text("student Adler")


async def test_who_is_signed_in_adds_a_code_with_one_click(door: tuple[StaffRoom, str]) -> None:
    room, address = door
    first, second = await code_for(room, "guardian"), await second_child(room)
    async with visiting(address) as visit:
        page = visit.page
        await page.goto(f"{address}/register#{first}")
        await page.locator("#password").fill(PASSWORD)
        await page.get_by_role("button", name="Register", exact=True).click()
        await page.get_by_role("button", name="Add another code").click()
        await page.get_by_label("Access code").fill(second)
        await page.get_by_role("button", name="Next").click()
        await page.get_by_role("button", name="Add to the account of guardian Sommer").click()
        await expect(page.locator("#children")).to_contain_text("Second Child")


async def test_what_is_refused_is_told_in_the_visitors_language(
    door: tuple[StaffRoom, str],
) -> None:
    room, address = door
    code = await code_for(room, "student")
    async with visiting(address) as visit:
        page = visit.page
        await page.goto(f"{address}/register")
        await page.get_by_role("link", name="RU").click()
        await expect(page.get_by_role("heading", name="Регистрация")).to_be_visible()
        for typed, why in ((code[:-1] + ("2" if code[-1] != "2" else "3"), "CODE_MISTYPED"),
                           (shown(new_code()), "NOT_FOUND")):  # fmt: skip
            await page.get_by_label("Код доступа").fill(typed)
            await page.get_by_role("button", name="Далее").click()
            await expect(page.get_by_role("alert")).to_have_text(RU["errors"][why])
        await page.get_by_label("Код доступа").fill(code)
        await page.get_by_role("button", name="Далее").click()
        await expect(page.get_by_text("Класс 7B")).to_be_visible()
        await page.locator("#password").fill("short")
        await page.get_by_role("button", name="Зарегистрироваться").click()
        await expect(page.get_by_role("alert")).to_have_text(RU["errors"]["password"])
        await room.rows("UPDATE access_code SET used_at = now()")
        await page.locator("#password").fill(PASSWORD)
        await page.get_by_role("button", name="Зарегистрироваться").click()
        await expect(page.get_by_role("alert")).to_have_text(RU["errors"]["CODE_USED"])


async def test_a_link_that_was_cut_off_is_told_to_be_none(door: tuple[StaffRoom, str]) -> None:
    _, address = door
    async with visiting(address) as visit:
        page = visit.page
        await page.goto(f"{address}/confirm#%E0%A4%A")
        await page.get_by_role("button", name="Confirm the address").click()
        await expect(page.get_by_role("alert")).to_have_text(NO_LINK)
        assert page.url == f"{address}/confirm"
        await page.goto(f"{address}/register#%E0%A4%A")
        await expect(page.get_by_role("alert")).to_have_text(EN["errors"]["CODE_MISTYPED"])
        await page.goto(f"{address}/password#%E0%A4%A")
        await expect(page.locator("#set")).to_be_visible()
        assert page.url == f"{address}/password"


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("", "lv, en;q=0.5", "en"),
        ("", "", "en"),
        ("", "*", "en"),
        ("?language=ru", "en", "ru"),
        ("?language=xx", "en", "en"),
    ],
)
async def test_pages_are_in_the_language_of_their_visitor(
    door: tuple[StaffRoom, str], asked: str, accepted: str, language: str
) -> None:
    _, address = door
    async with httpx.AsyncClient(base_url=address) as client:
        for path, title in (("/register", "title"), ("/confirm", "confirm_title")):
            page = await client.get(path + asked, headers={"Accept-Language": accepted})
            assert page.headers["content-language"] == language
            assert f"<title>{(RU if language == 'ru' else EN)[title]}</title>" in page.text
            policy = page.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'")


def test_both_languages_say_the_same_things() -> None:
    assert EN.keys() == RU.keys()
    assert EN["errors"].keys() <= RU["errors"].keys()
