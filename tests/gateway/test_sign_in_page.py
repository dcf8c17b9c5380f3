"""`/sign-in` in a real browser: passwords that must change, second factors, passkeys of Chromium's
virtual authenticator, and a provider of identities."""

import json
import re
from base64 import b32decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from domain.clock import now
from domain.relying_party import LOCAL, relying_party
from domain.second_factor import code_at, step_at
from tests.gateway.browser import Visit, browser_page
from tests.gateway.diary import EXPECTED
from tests.gateway.front_door import OTHER, PASSWORD, FrontDoor, front_door
from tests.gateway.identity_provider import PASSWORD as THERE
from tests.gateway.identity_provider import identity_provider
from tests.gateway.small_school import SmallSchool
from tests.gateway.test_openid import codes_of, free_port, new_code
from tests.gateway.test_second_factor import holder

pytestmark = pytest.mark.usefixtures("browser")
GUARDIAN, STUDENT, HEAD = "guardian of this child", "the student", "the head"
TEACHER = "the course's teacher"
expect.set_options(timeout=20_000)


@dataclass
class Authenticator:
    """A virtual authenticator of the browser, and what it holds."""

    cdp: CDPSession
    id: str

    async def passkeys(self) -> list[dict[str, Any]]:
        given = {"authenticatorId": self.id}
        found: list[dict[str, Any]] = (await self.cdp.send("WebAuthn.getCredentials", given))[
            "credentials"
        ]
        return found

    async def verifies(self, verified: bool) -> None:
        given = {"authenticatorId": self.id, "isUserVerified": verified}
        await self.cdp.send("WebAuthn.setUserVerified", given)

    async def put_in(self, passkey: dict[str, Any], **changed: Any) -> None:
        """A copy of a passkey in place of it."""
        given = {"authenticatorId": self.id}
        await self.cdp.send("WebAuthn.clearCredentials", given)
        await self.cdp.send("WebAuthn.addCredential", given | {"credential": passkey | changed})


async def authenticator(page: Page, **more: Any) -> Authenticator:
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
        **more,
    }  # fmt: skip
    added = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(cdp, str(added["authenticatorId"]))


@pytest.fixture
async def door(small_url: str, small_school: SmallSchool) -> AsyncIterator[FrontDoor]:
    port = free_port()
    addresses = f"http://localhost:{port},http://127.0.0.1:{port}"
    async with front_door(small_url, small_school, port=port, public_url=addresses) as door:
        yield door


def address_of(door: FrontDoor) -> str:
    return f"http://localhost:{door.host.partition(':')[2]}"


@asynccontextmanager
async def visiting(door: FrontDoor, path: str = "/sign-in") -> AsyncIterator[Visit]:
    """A visit that ends without requests to others and without complaints."""
    async with browser_page(address_of(door)) as visit:
        await visit.page.goto(f"{address_of(door)}{path}")
        yield visit
        assert visit.foreign == []
        assert visit.complaints == []


async def fill_in(page: Page, login: str, password: str = PASSWORD) -> None:
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def signed_in(page: Page) -> None:
    await expect(page.get_by_role("heading", name="You are signed in.")).to_be_visible()


async def add_passkey(page: Page, name: str, password: str | None = PASSWORD) -> None:
    await page.get_by_label("Name of the new passkey").fill(name)
    await page.get_by_role("button", name="Add a passkey").click()
    if password is not None:
        await page.locator("#proof-password").fill(password)
        await page.locator("#proof").get_by_role("button", name="Go on").click()


async def methods(door: FrontDoor, login: str) -> list[str]:
    """How the account's sessions were signed in, the newest first."""
    rows = await door.pool.fetch(
        "SELECT method FROM session WHERE account_id = $1 ORDER BY created_at DESC",
        door.small.accounts[login],
    )
    return [row["method"] for row in rows]


async def test_a_passkey_is_added_signs_in_alone_and_is_named_and_removed(
    door: FrontDoor,
) -> None:
    async with visiting(door) as visit:
        page = visit.page
        device = await authenticator(page)
        await fill_in(page, GUARDIAN, "wrong pass")
        await expect(page.get_by_role("alert").first).to_have_text("Login or password is wrong.")
        await fill_in(page, GUARDIAN)
        await signed_in(page)
        await add_passkey(page, "My telephone", "wrong pass")
        await expect(page.locator("#proof-problem")).to_have_text(
            "The password or the code is wrong."
        )
        await page.locator("#proof-password").fill(PASSWORD)
        await page.locator("#proof").get_by_role("button", name="Go on").click()
        await expect(page.locator("#passkeys")).to_contain_text("My telephone")
        (mail,) = await door.mail("guardian.of.this.child@mail.example")
        assert mail["template"] == "way_in_added"
        (kept,) = await device.passkeys()
        assert (kept["isResidentCredential"], kept["rpId"]) == (True, "localhost")
        assert kept["privateKey"] not in str(await door.pool.fetch("SELECT * FROM passkey"))
        await add_passkey(page, "Once more")  # which the device has already
        await expect(page.get_by_role("alert").first).to_have_text("No passkey was used.")

        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await signed_in(page)
        assert (await methods(door, GUARDIAN))[0] == "PASSKEY"
        page.once("dialog", lambda dialog: dialog.accept("Telephone"))
        await page.get_by_role("button", name="Rename: My telephone").click()
        await page.get_by_role("button", name="Remove: Telephone", exact=True).click()
        await expect(page.locator("#passkeys li")).to_have_count(0)  # just signed in with it
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("alert").first).to_contain_text("This passkey lets nobody in")


async def test_a_passkey_that_was_copied_or_verifies_nobody_lets_nobody_in(
    door: FrontDoor,
) -> None:
    async with visiting(door) as visit:
        page = visit.page
        device = await authenticator(page)
        await fill_in(page, GUARDIAN)
        await add_passkey(page, "My telephone")
        await expect(page.locator("#passkeys")).to_contain_text("My telephone")
        (early,) = await device.passkeys()
        for _ in range(2):
            await page.get_by_role("button", name="Sign out").click()
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await signed_in(page)
        assert await door.pool.fetchval("SELECT max(sign_count) FROM passkey") > early["signCount"]
        (late,) = await device.passkeys()
        await page.get_by_role("button", name="Sign out").click()
        for wrong in (early["signCount"], late["signCount"] - 1):
            await device.put_in(early, signCount=wrong)
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await expect(page.locator("#problem")).to_contain_text("This passkey lets nobody in")
            await page.evaluate("document.getElementById('problem').textContent = ''")
        await device.put_in(late)
        await door.pool.execute("UPDATE account SET active = false WHERE login = $1", GUARDIAN)
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.locator("#problem")).to_contain_text("This passkey lets nobody in")
        await door.pool.execute("UPDATE account SET active = true")


@pytest.mark.parametrize("verified", [True, False])
async def test_a_passkey_is_the_second_factor_that_a_school_requires(
    door: FrontDoor, verified: bool
) -> None:
    await door.pool.execute("UPDATE school SET second_factor_required = true")
    async with visiting(door) as visit:
        page = visit.page
        device = await authenticator(page, hasUserVerification=verified, isUserVerified=verified)
        await fill_in(page, TEACHER)
        await page.get_by_role("button", name="A passkey of this device").click()
        await expect(page.locator("#recovery li")).to_have_count(10)
        recovery = await page.locator("#recovery li").first.inner_text()
        await page.get_by_role("button", name="I have written them down").click()
        await signed_in(page)
        await page.get_by_role("button", name="Remove: This device").click()
        await page.locator("#proof-password").fill(PASSWORD)
        await page.locator("#proof-code").fill(recovery)
        await page.locator("#proof").get_by_role("button", name="Go on").click()
        await expect(page.locator("#problem")).to_contain_text("requires a second factor")
        await page.get_by_role("button", name="Sign out").click()
        await fill_in(page, TEACHER)
        await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
        await page.get_by_role("button", name="Use a passkey").click()
        await signed_in(page)
        assert (await methods(door, TEACHER))[0] == "PASSKEY"
        assert len(await device.passkeys()) == 1
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Sign in with a passkey").click()
        if verified:
            await signed_in(page)
        else:
            await expect(page.locator("#problem")).not_to_be_empty()
            await expect(page.locator("#in")).to_be_hidden()
    await door.pool.execute("UPDATE school SET second_factor_required = false")


async def test_what_a_passkey_signs_is_for_this_page_this_account_and_once(
    door: FrontDoor,
) -> None:
    """The answers of a real authenticator, as whoever overhears them would send them again."""
    async with visiting(door) as visit:
        page = visit.page
        await authenticator(page)
        await fill_in(page, GUARDIAN)
        await add_passkey(page, "My telephone")
        await expect(page.locator("#passkeys")).to_contain_text("My telephone")
        by = await holder(door, STUDENT)
        begun = await door.do("beginPasskeySignIn", "options")
        options = json.loads(begun["options"])
        assert (options["userVerification"], options["rpId"]) == ("required", "localhost")
        sign = """async (options) => {
          const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
          return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON()); }"""
        answer = await page.evaluate(sign, options)

        async def enter(credential: str, **more: Any) -> list[Any]:
            shows = "token mustChangePassword"
            return codes_of(
                await door.do("signInWithPasskey", shows, credential=credential, **more)
            )

        challenge = await by.challenge()  # of another account
        assert await enter(answer, challenge=challenge) == ["UNAUTHENTICATED"]
        assert await enter(answer) == ["UNAUTHENTICATED"]  # that has used it up
        for wrong in ("", "[]", "{}", '{"rawId": 1}', "x" * 20_000, answer[:-20]):
            assert await enter(wrong) == ["UNAUTHENTICATED"]
        late = json.loads((await door.do("beginPasskeySignIn", "options"))["options"])
        await door.pool.execute("UPDATE passkey_challenge SET expires_at = now() - interval '1 s'")
        assert await enter(await page.evaluate(sign, late)) == ["UNAUTHENTICATED"]
        fresh = json.loads((await door.do("beginPasskeySignIn", "options"))["options"])
        told = json.loads(await page.evaluate(sign, fresh))
        for name in ("clientDataJSON", "authenticatorData", "signature"):
            broken = {**told["response"], name: told["response"][name][:-4] + "AAAA"}
            assert await enter(json.dumps({**told, "response": broken})) == ["UNAUTHENTICATED"]
        fresh = json.loads((await door.do("beginPasskeySignIn", "options"))["options"])
        answer = await page.evaluate(sign, fresh)
        await door.pool.execute(
            "UPDATE account SET temporary_until = now() + interval '1 day' WHERE login = $1",
            GUARDIAN,
        )
        payload = await door.do(
            "signInWithPasskey", "token mustChangePassword", credential=answer
        )  # fmt: skip
        assert (payload["mustChangePassword"], payload["errors"]) == (True, [])
        assert await enter(answer) == ["UNAUTHENTICATED"]
        kept = [row["challenge_hash"] for row in await door.pool.fetch(
            "SELECT challenge_hash FROM passkey_challenge")]  # fmt: skip
        assert all(len(each) == 32 for each in kept)


async def test_a_passkey_of_another_page_signs_nobody_in(
    small_url: str, small_school: SmallSchool
) -> None:
    """The browser has signed on a page of an address that is none of the gateway's."""
    port = free_port()
    public = f"http://localhost:{port + 1},http://127.0.0.1:{port}"
    async with (
        front_door(small_url, small_school, port=port, public_url=public) as door,
        browser_page(f"http://localhost:{port}") as visit,
    ):
        await authenticator(visit.page)
        token = await door.token(GUARDIAN)
        begun = await door.do("beginPasskey", "options", token, password=PASSWORD)
        await visit.page.route("**/*", lambda route: route.fulfill(body="A page that is like it."))
        await visit.page.goto(f"http://localhost:{port}/sign-in")
        make = """async (options) => {
          const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
          return JSON.stringify((await navigator.credentials.create({ publicKey })).toJSON()); }"""
        made = await visit.page.evaluate(make, json.loads(begun["options"]))
        given = {"credential": made, "name": "x"}
        assert codes_of(await door.do("addPasskey", "", token, **given)) == ["UNAUTHENTICATED"]
        shown = await door.ask("{ viewer { passkeys { id } } }", token)
        assert shown == {"viewer": {"passkeys": []}}
    party = relying_party(["https://a.example:8443", "https://b.a.example", "https://c.example"])
    assert party.id == "a.example"
    asked = (
        "https://a.example:8443", "https://b.a.example", "https://c.example", "https://a.example",
        "http://a.example:8443", "https://xa.example",
    )  # fmt: skip
    assert [each for each in asked if party.takes(each)] == list(asked[:2])
    assert LOCAL.takes("http://localhost:8000")
    assert not any(LOCAL.takes(each) for each in ("http://127.0.0.1", "http://localhost.example"))


async def test_a_temporary_password_and_a_second_factor_get_in_by_the_browser(
    door: FrontDoor,
) -> None:
    by = await holder(door, GUARDIAN)
    person, head = await door.id_of(GUARDIAN), await door.token(HEAD)
    given = await door.do("giveTemporaryPassword", "password", head, person=person)
    async with visiting(door, "/graphiql") as visit:
        page = visit.page
        await page.get_by_label("Login").fill(GUARDIAN)
        await page.get_by_label("Password").fill(given["password"])
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
        assert page.url == f"{address_of(door)}/sign-in?next=/graphiql"
        await page.locator("#code").fill("000000")
        await page.get_by_role("button", name="Go on").click()
        await expect(page.locator("#problem")).to_contain_text("This code is wrong")
        await page.locator("#code").fill(await by.code())
        await page.get_by_role("button", name="Go on").click()
        await expect(page.get_by_role("heading", name="A password of your own")).to_be_visible()
        await page.get_by_label("The password that you were given").fill(given["password"])
        await page.get_by_label("New password").fill(OTHER)
        await page.get_by_label("The same again").fill("another")
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.locator("#problem")).to_have_text("The two passwords differ.")
        await page.get_by_label("The same again").fill(OTHER)
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert page.url == f"{address_of(door)}/graphiql"
        for trusted in (False, True):  # from the diary, which leads on to the screen asked for
            await page.context.clear_cookies()
            await page.goto(f"{address_of(door)}/diary/account?of=me")
            await page.get_by_label("Remember this device").uncheck()
            await fill_in(page, GUARDIAN, OTHER)
            if not trusted:
                await page.locator("#trust").check()
                await page.locator("#code").fill(await by.code())
                await page.get_by_role("button", name="Go on").click()
            await expect(page.get_by_role("heading", name=f"Account {GUARDIAN}")).to_be_visible()
            assert page.url == f"{address_of(door)}/diary/account?of=me"
            assert {each["expires"] for each in await page.context.cookies()} == {-1}
        visit.complaints[:] = [
            each for each in visit.complaints if not any(words in each for words in EXPECTED)
        ]


async def test_who_has_a_passkey_for_a_second_factor_adds_a_code_to_their_account(
    door: FrontDoor,
) -> None:
    code = await new_code(door)
    async with visiting(door) as visit:
        page = visit.page
        await authenticator(page)
        await fill_in(page, GUARDIAN)
        await add_passkey(page, "My telephone")
        await page.get_by_role("button", name="Ask for a passkey after the password").click()
        await page.locator("#proof-password").fill(PASSWORD)
        await page.locator("#proof").get_by_role("button", name="Go on").click()
        await expect(page.locator("#recovery li")).to_have_count(10)
        await page.context.clear_cookies()
        await page.goto(f"{address_of(door)}/register#{code}")
        await page.get_by_text("I have an account").click()
        await page.locator("#own-login").fill(GUARDIAN)
        await page.locator("#own-password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in and add the code").click()
        await page.get_by_role("button", name="Use a passkey").click()
        await page.locator("#add-here").click()
        await expect(page.get_by_text("The code has been added")).to_be_visible()
        assert page.url == f"{address_of(door)}/register"


async def test_staff_set_up_an_app_where_their_school_requires_it(door: FrontDoor) -> None:
    await door.pool.execute("UPDATE school SET second_factor_required = true")
    async with visiting(door, "/sign-in?next=https://evil.example/") as visit:
        page = visit.page
        await fill_in(page, TEACHER)
        await page.get_by_role("button", name="An app that shows codes").click()
        await expect(page.locator("#qr")).to_be_visible()
        await page.wait_for_function("document.getElementById('qr').naturalWidth > 100")
        secret = re.sub(r"\s", "", await page.locator("#secret").inner_text())
        code = code_at(b32decode(secret), step_at(now()))
        await page.get_by_label("The six digits that it shows now").fill(code)
        await page.get_by_role("button", name="Turn it on").click()
        await expect(page.locator("#recovery li")).to_have_count(10)
        await page.get_by_role("button", name="I have written them down").click()
        await signed_in(page)  # and not on to the page of another site
    await door.pool.execute("UPDATE school SET second_factor_required = false")


async def test_a_student_registers_and_signs_in_with_a_provider_in_a_browser(
    small_url: str, small_school: SmallSchool
) -> None:
    port = free_port()
    address = f"http://localhost:{port}"
    async with identity_provider(free_port()) as provider:
        client = await provider.register(f"{address}/sign-in/from/portal", f"{address}/sign-in")
        named = {
            "name": "portal", "issuer": provider.issuer, "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "titles": {"en": "State portal", "ru": "Госпортал"},
        }  # fmt: skip
        public = f"{address},http://127.0.0.1:{port}"
        async with (
            front_door(
                small_url, small_school, port=port, public_url=public, providers=[named]
            ) as door,
            browser_page(address) as visit,
        ):
            code, page = await new_code(door), visit.page
            await page.goto(f"{address}/sign-in")
            await page.get_by_role("button", name="Sign in with State portal").click()
            await page.locator("[name=login]").fill("anna")
            await page.locator("[name=login]").press("Enter")
            await page.locator("[name=password]").fill(THERE)
            await page.locator("[name=password]").press("Enter")
            await expect(page.locator("#unknown")).to_contain_text("as Anna Adler yet")
            assert page.url == f"{address}/sign-in"  # nothing is left in the history
            await page.get_by_label("Access code of the school").fill(code)
            await page.get_by_role("button", name="Register", exact=True).click()
            await signed_in(page)
            await expect(page.locator("#identities")).to_contain_text("Anna Adler, portal")
            await page.get_by_role("button", name="Sign out").click()
            await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            await page.get_by_role("button", name="Sign in with State portal").click()
            await expect(page.locator("[name=login]")).to_be_visible()  # signed out there too
            page_ = await door.http.get("/sign-in", headers={"Accept-Language": "ru"})
            assert "Войти через Госпортал" in page_.text
