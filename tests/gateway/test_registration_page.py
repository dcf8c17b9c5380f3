"""Registering in a real browser: code, form, mail, link, sign-in, and a second child."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pypdfium2
import pytest
from playwright.async_api import expect

from db.reading.feed import feed_key
from db.tables.accounts import Account
from db.tables.guardians import Guardian, Guardianship
from db.tables.students import Student
from domain.access_codes import new_code, shown
from domain.clock import now
from domain.passwords import PasswordRefusal, Strength
from domain.refusals import UserErrorCode
from domain.sealing import Seal
from domain.second_factor import code_at, new_secret, step_at
from domain.sign_in_hints import SignInHint
from gateway.pages import texts
from gateway.process import build_app
from gateway.settings import Settings
from resolvers.addresses import LINK_EXPIRED, LINK_USED, NO_LINK
from resolvers.sessions import begin
from schema.mutations.registration import ABOUT_CODES
from tests.gateway.browser import Visit, browser_page
from tests.gateway.front_door import PASSWORD as HASHED
from tests.gateway.front_door import hashed
from tests.gateway.small_school import ELSEWHERE
from tests.gateway.toy import running
from tests.store.registering import PASSWORD, code_for, nobody_registered
from tests.store.staff_room import StaffRoom

pytestmark = pytest.mark.usefixtures("browser")
EN, RU = texts("en"), texts("ru")
IN_RUSSIAN = RU["own"] | RU["errors"]


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


CREATE = """
  mutation ($input: CreateAccessCodesInput!) { createAccessCodes(input: $input) {
    accessCodes { code } errors { code } } }
"""


async def printed_code(room: StaffRoom, address: str) -> str:
    """The code on the slip of 7B's only guardian, as their class teacher prints the sheet."""
    kind = "the class teacher"
    account = Account(
        id=room.small.accounts[kind], login=kind, password_hash="-", display_name=kind
    )
    token = (await begin(room.store, account, b"place")).token
    given = {"school": room.id("School"), "classGroup": room.id("ClassGroup")}
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        asked = {"query": CREATE, "variables": {"input": {**given, "roles": ["GUARDIAN"]}}}
        made = (await client.post("/graphql", json=asked)).json()["data"]["createAccessCodes"]
        codes = [each["code"] for each in made["accessCodes"]]
        sheet = await client.post(
            "/access-codes/sheet", json={"school": given["school"], "codes": codes}
        )
    with pypdfium2.PdfDocument(sheet.content) as document:
        text = document[0].get_textpage().get_text_bounded()
    (code,) = re.findall(r"\b(?:[0-9A-Z]{4,5}-)+[0-9A-Z]{4,5}\b", text)
    assert [code] == codes
    return str(code)


async def test_a_parent_registers_confirms_signs_in_and_adds_a_second_child(
    door: tuple[StaffRoom, str],
) -> None:
    room, address = door
    first, second = await printed_code(room, address), await second_child(room)
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
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("Access code")).to_be_focused()
        await page.get_by_label("Access code").fill(await code_for(room, "student"))
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_role("heading", name="Good day, student!")).to_be_visible()
        await expect(page.locator("#here")).to_be_hidden()


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
            await expect(page.get_by_role("alert")).to_have_text(IN_RUSSIAN[why])
        await page.get_by_label("Код доступа").fill(code)
        await page.get_by_role("button", name="Далее").click()
        await expect(page.get_by_text("Класс 7B")).to_be_visible()
        await page.get_by_role("link", name="EN").click()  # the code goes along
        await expect(page.get_by_role("heading", name="Good day, student!")).to_be_visible()
        await page.get_by_role("link", name="RU").click()
        await expect(page.get_by_role("heading", name="Здравствуйте, student!")).to_be_visible()
        await page.locator("#password").fill("qwertyuiop")
        await expect(page.get_by_text(RU["refusals"]["KNOWN"])).to_be_visible()
        await page.locator("#password").fill("short")
        await page.get_by_role("button", name="Зарегистрироваться").click()
        await expect(page.get_by_role("alert")).to_have_text(RU["refusals"]["TOO_SHORT"])
        await room.rows("UPDATE access_code SET used_at = now()")
        await page.locator("#password").fill(PASSWORD)
        await page.get_by_role("button", name="Зарегистрироваться").click()
        await expect(page.get_by_role("alert")).to_have_text(IN_RUSSIAN["CODE_USED"])


async def test_who_has_a_second_factor_adds_a_code_and_a_failed_sign_in_hints_in_russian(
    door: tuple[StaffRoom, str],
) -> None:
    room, address = door
    await room.rows("UPDATE account SET password_hash = $1", hashed())
    code, secret = await code_for(room, "guardian"), new_secret()
    key = await room.store.first(feed_key)
    assert key is not None
    (row,) = await room.rows("SELECT id FROM account WHERE login = 'the student'")
    sealed = Seal(b"second factor", key.secret).seal(b"second factor" + row["id"].bytes, secret)
    await room.rows("DELETE FROM second_factor")
    await room.rows("INSERT INTO second_factor (account_id, secret) VALUES ($1, $2)",
                    row["id"], sealed)  # fmt: skip
    await room.rows("UPDATE account SET second_factor_at = now() WHERE id = $1", row["id"])
    async with visiting(address) as visit:
        page = visit.page
        await page.goto(f"{address}/register?language=ru#{code}")
        await page.get_by_text("У меня есть учётная запись").click()
        await page.locator("#own-login").fill("the student")
        await page.locator("#own-password").fill(HASHED.upper())
        await page.get_by_role("button", name="Войти и добавить код").click()
        await expect(page.get_by_role("alert")).to_have_text(
            f"{IN_RUSSIAN['UNAUTHENTICATED']} {RU['hints']['CAPS_LOCK']}"
        )
        await page.locator("#own-password").fill(HASHED)
        await page.get_by_role("button", name="Войти и добавить код").click()
        digits = page.get_by_label("Код из приложения")
        await digits.fill("000000")
        await page.locator("#second-step button").click()
        await expect(page.get_by_role("alert")).to_have_text(RU["step_errors"]["UNAUTHENTICATED"])
        await digits.fill(code_at(secret, step_at(now())))
        await page.locator("#second-step button").click()
        await expect(page.get_by_role("heading", name=RU["added"])).to_be_visible()


async def test_a_link_that_was_cut_off_is_told_to_be_none(door: tuple[StaffRoom, str]) -> None:
    _, address = door
    async with visiting(address) as visit:
        page = visit.page
        await page.goto(f"{address}/confirm#%E0%A4%A")
        await page.get_by_role("button", name="Confirm the address").click()
        await expect(page.get_by_role("alert")).to_have_text(NO_LINK)
        assert page.url == f"{address}/confirm"
        await page.goto(f"{address}/register#%E0%A4%A")
        await expect(page.get_by_role("alert")).to_have_text(EN["own"]["CODE_MISTYPED"])
        await page.goto(f"{address}/password#%E0%A4%A")
        await expect(page.locator("#set")).to_be_visible()
        assert page.url == f"{address}/password"


TITLES = {
    "/register": {"en": "Registration", "ru": "Регистрация"},
    "/confirm": {"en": "Confirm an e-mail address", "ru": "Подтверждение адреса"},
    "/password": {"en": "A new password", "ru": "Новый пароль"},
    "/mail": {"en": "Mail", "ru": "Почта"},
}


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
        for path, titles in TITLES.items():
            page = await client.get(path + asked, headers={"Accept-Language": accepted})
            assert page.headers["content-language"] == language
            assert f"<title>{titles[language]}</title>" in page.text
            assert f'<html lang="{language}">' in page.text
            policy = page.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'")


def leaves(of: dict[str, Any], *path: str) -> dict[tuple[str, ...], str]:
    """The texts by their places."""
    found: dict[tuple[str, ...], str] = {}
    for name, each in of.items():
        found |= leaves(each, *path, name) if isinstance(each, dict) else {(*path, name): each}
    return found


def test_a_page_says_all_that_may_be_refused_in_both_languages() -> None:
    english, russian = leaves(EN), leaves(RU)
    assert english.keys() == russian.keys()
    assert [place for place, said in russian.items() if said == english[place]] == []
    for told, enum in (("refusals", PasswordRefusal), ("hints", SignInHint)):
        assert EN[told] == {each.value: each.description for each in enum}
    assert EN["strengths"].keys() == {each.value for each in Strength}
    codes = (code for code in ABOUT_CODES if code is not UserErrorCode.CODE_MISTYPED)
    assert {*codes, UserErrorCode.ALREADY_THERE} <= EN["errors"].keys()
    assert EN["link_errors"] == {
        "NOT_FOUND": NO_LINK, "CODE_USED": LINK_USED, "CODE_EXPIRED": LINK_EXPIRED,
    }  # fmt: skip
