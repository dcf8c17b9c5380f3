"""The page of a link in mail, in a real browser: from a forgotten password to a new one."""

import httpx
import pytest
from playwright.async_api import expect

from gateway.pages import texts
from tests.gateway.browser import browser_page
from tests.gateway.front_door import OTHER, FrontDoor

pytestmark = pytest.mark.usefixtures("browser")
GUARDIAN, HEAD = "guardian of this child", "the head"
MAIL = "guardian.of.this.child@mail.example"


async def test_a_forgotten_password_is_set_in_a_browser(door: FrontDoor) -> None:
    origin = f"http://{door.host}"
    async with browser_page(origin) as visit:
        page = visit.page
        await page.goto(f"{origin}/password")
        await page.get_by_label("Login or e-mail address").fill(GUARDIAN)
        await page.get_by_role("button", name="Send me a link").click()
        await expect(
            page.locator("#request-note", has_text="If there is such an account")
        ).to_be_visible()
        code = await door.code(MAIL)
        await page.goto("about:blank")
        await page.goto(f"{origin}/password#{code}")
        assert page.url == f"{origin}/password"
        new = page.get_by_label("New password")
        await new.fill("qwertyuiop")
        await expect(page.get_by_text("This password is known")).to_be_visible()
        await new.fill(OTHER)
        await expect(page.locator("#new-strength", has_text="Good.")).to_be_visible()
        await page.get_by_label("The same again").fill("another")
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_role("alert")).to_have_text("The two passwords differ.")
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.evaluate("text => navigator.clipboard.writeText(text)", OTHER)
        again = page.get_by_label("The same again")
        await again.fill("")
        await again.press("Control+V")
        assert await again.input_value() == OTHER
        assert await again.get_attribute("autocomplete") == "new-password"
        await page.locator("#set").get_by_label("Show").check()
        assert await again.get_attribute("type") == "text"
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_text("The password is set.")).to_be_visible()
        await page.goto("about:blank")
        await page.goto(f"{origin}/password#{code}")
        await page.get_by_label("New password").fill("another one of mine")
        await page.get_by_label("The same again").fill("another one of mine")
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_text("This code was used already.")).to_be_visible()
    assert (visit.foreign, visit.complaints) == ([], [])
    assert await door.token(GUARDIAN, OTHER)


async def test_what_is_refused_is_told_in_russian_and_a_temporary_password_is_replaced(
    door: FrontDoor,
) -> None:
    origin, russian = f"http://{door.host}", texts("ru")
    given = await door.do(
        "giveTemporaryPassword",
        "password",
        await door.token(HEAD),
        person=await door.id_of(GUARDIAN),
    )
    async with browser_page(origin) as visit:
        page = visit.page
        alert = page.get_by_role("alert")
        await page.goto(f"{origin}/password?language=ru#nothing")
        await page.get_by_label("Новый пароль").fill("йцукенгшщз")
        await expect(page.locator("#new-strength")).to_have_text(russian["refusals"]["KNOWN"])
        for typed, said in (
            ("йцукенгшщз", russian["password_errors"]["NOT_FOUND"]),
            (OTHER, russian["password_errors"]["NOT_FOUND"]),
            ("", russian["empty"]),
        ):
            await page.get_by_label("Новый пароль").fill(typed)
            await page.get_by_label("Ещё раз").fill(typed)
            await page.get_by_role("button", name="Установить пароль").click()
            await expect(alert).to_have_text(said)

        await page.goto(f"{origin}/password?language=ru")
        await page.get_by_text("Школа дала мне временный пароль").click()
        await page.wait_for_url(f"{origin}/sign-in?language=ru")
        alert = page.locator("#problem")
        for typed, said in ((OTHER, russian["errors"]["UNAUTHENTICATED"]), (given["password"], "")):
            await page.locator("#login").fill(GUARDIAN)
            await page.locator("#password").fill(typed)
            await page.locator("#password-form button").click()
            await expect(alert).to_have_text(said)
        for temporary, new, again, said in (
            (OTHER, OTHER, OTHER, russian["errors"]["UNAUTHENTICATED"]),
            (given["password"], OTHER, "other", russian["differ"]),
            (given["password"], GUARDIAN, GUARDIAN, russian["refusals"]["NAMED"]),
            (given["password"], "password", "password", russian["refusals"]["KNOWN"]),
        ):
            await page.locator("#old").fill(temporary)
            await page.locator("#new").fill(new)
            await page.locator("#again").fill(again)
            await page.locator("#change-form button").click()
            await expect(alert).to_have_text(said)
        (before,) = await page.context.cookies()
        await page.locator("#new").fill(OTHER)
        await page.locator("#again").fill(OTHER)
        await page.locator("#change-form button").click()
        await page.locator("#sign-out").click()
        await page.wait_for_url(f"{origin}/sign-in")
        assert await page.context.cookies() == []
        assert (
            await door.post("{ viewer { account { login } } }", before["value"])
        ).status_code == 401
    assert (visit.foreign, visit.complaints) == ([], [])
    assert await door.token(GUARDIAN, OTHER)


async def test_a_page_speaks_the_browsers_language_and_runs_no_script_of_others(
    door: FrontDoor,
) -> None:
    async with httpx.AsyncClient(base_url=f"http://{door.host}") as client:
        russian = await client.get("/password", headers={"Accept-Language": "ru-RU,ru;q=0.9"})
        assert '<html lang="ru">' in russian.text
        assert "Прислать ссылку" in russian.text
        other = await client.get("/password", headers={"Accept-Language": "fi;q=0.5, *"})
        assert '<html lang="en">' in other.text
        assert "script-src 'self';" in other.headers["Content-Security-Policy"]
        script = await client.get("/pages/password.js")
        assert script.headers["Content-Type"].startswith("text/javascript")
        for name in ("nothing.js", "..%2F__init__.py"):
            assert (await client.get(f"/pages/{name}")).status_code == 404
