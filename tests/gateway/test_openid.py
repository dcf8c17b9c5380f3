"""Signing in with a provider of identities over real HTTP: a program of its own, by which people
register, are known again, and sign out; and which is down, slow, or not what it says."""

import json
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import ValidationError

from domain.clock import now
from domain.openid import Provider
from domain.second_factor import code_at, step_at
from gateway.settings import Settings
from resolvers.http import Http
from resolvers.openid import remote
from resolvers.openid.failures import Failed, Reason
from resolvers.openid.tokens import claimed
from tests.gateway.front_door import PASSWORD, RESPONSE, FrontDoor, front_door
from tests.gateway.identity_provider import IdentityProvider, identity_provider
from tests.gateway.small_school import SmallSchool
from tests.gateway.test_second_factor import holder

GUARDIAN, STUDENT, HEAD = "guardian of this child", "the student", "the head"
TEACHER = "the course's teacher"
ME = "{ viewer { account { login withoutPassword } sessions { method current } } }"
IDENTITIES = "{ viewer { identities { id name provider issuer } } }"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture(scope="module")
async def provider() -> AsyncIterator[IdentityProvider]:
    async with identity_provider(free_port()) as provider:
        yield provider


@dataclass
class Browser:
    """A browser with the gateway's cookies, whose page asks."""

    door: FrontDoor
    http: httpx.AsyncClient
    provider: IdentityProvider

    async def ask(self, query: str, **variables: object) -> Any:
        asked = {"query": query, "variables": variables}
        answer = (await self.http.post("/graphql", json=asked, headers=RESPONSE)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def do(self, mutation: str, shows: str = "", **given: Any) -> Any:
        name = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation ($input: {name}Input!) {{ {mutation}(input: $input)"
            f" {{ {shows} errors {{ code message path }} }} }}"
        )
        return (await self.ask(query, input=given))[mutation]

    async def begin(self, name: str = "portal", **asked: Any) -> dict[str, str]:
        """What the page is told: the address of the provider, or the problem."""
        origin = {"Origin": str(self.http.base_url).rstrip("/")}
        answer = await self.http.post(f"/sign-in/with/{name}", json=asked, headers=origin)
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = answer.json()
        return told

    async def back(self, address: str) -> dict[str, str]:
        """What the page finds behind the # of its address."""
        answer = await self.http.get(address)
        assert answer.status_code == 303, answer.text
        page = urlsplit(answer.headers["location"])
        assert page.path == "/sign-in"
        return dict(parse_qsl(page.fragment))

    async def go(self, who: str = "anna", **asked: Any) -> dict[str, str]:
        """To the provider and back."""
        way = (await self.begin(**asked))["address"]
        return await self.back(await self.provider.sign_in(way, who))


@asynccontextmanager
async def gateway(
    url: str,
    small: SmallSchool,
    provider: IdentityProvider,
    issuer: str = "",
    **more: Any,
) -> AsyncIterator[FrontDoor]:
    """The small school behind a gateway that is a client of the provider."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    out, back = f"{address}/sign-in", f"{address}/sign-in/from/portal"
    client = await provider.register(back, out)
    named = {
        "name": "portal",
        "issuer": issuer or provider.issuer,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "titles": {"en": "State portal"},
        **more,
    }
    elsewhere = {"name": "second", "issuer": f"http://localhost:{provider.port}/second"}
    several = [named, {**named, **elsewhere}]
    async with front_door(url, small, port=port, public_url=address, providers=several) as door:
        yield door


@asynccontextmanager
async def browser(door: FrontDoor, provider: IdentityProvider) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=f"http://{door.host}", timeout=60) as http:
        yield Browser(door, http, provider)


@pytest.fixture
async def door(
    small_url: str, small_school: SmallSchool, provider: IdentityProvider
) -> AsyncIterator[FrontDoor]:
    async with gateway(small_url, small_school, provider) as door:
        yield door


@pytest.fixture
async def page(door: FrontDoor, provider: IdentityProvider) -> AsyncIterator[Browser]:
    async with browser(door, provider) as page:
        yield page


def codes_of(payload: Any) -> list[Any]:
    return [error["code"] for error in payload["errors"]]


async def link(page: Browser, login: str, who: str = "anna") -> None:
    """Let the login's account sign in as them at the provider, and sign out."""
    signed = await page.do("signIn", "token", login=login, password=PASSWORD)
    assert signed["errors"] == []
    assert await page.go(who, link=True) == {"state": "linking"}
    linked = await page.do("linkIdentity", "viewer { identities { name } }", password=PASSWORD)
    assert codes_of(linked) == []
    await page.ask("mutation { signOut { errors { code } } }")


async def new_code(door: FrontDoor) -> str:
    """An access code of the student, who has no account any more."""
    student = await door.id_of(STUDENT)
    await door.pool.execute(
        "DELETE FROM membership WHERE account_id = $1", door.small.accounts[STUDENT]
    )
    head = await door.token(HEAD)
    given = {"school": door.small.id("School"), "people": [student]}
    made = await door.do("createAccessCodes", "accessCodes { code }", head, **given)
    assert made["errors"] == []
    return str(made["accessCodes"][0]["code"])


async def test_somebody_registers_signs_in_and_signs_out_with_a_provider(
    page: Browser, door: FrontDoor
) -> None:
    code = await new_code(door)
    assert await page.ask("{ pendingIdentity { name } }") == {"pendingIdentity": None}
    assert await page.go() == {"state": "unknown"}
    assert await page.ask("{ pendingIdentity { name issuer } viewer { schools { id } } }") == {
        "pendingIdentity": {"name": "Anna Adler", "issuer": page.provider.issuer},
        "viewer": None,
    }
    refused = await page.do("register", code=code)
    assert (codes_of(refused), refused["errors"][0]["path"]) == (["BAD_INPUT"], ["password"])
    made = await page.do("register", "login token", code=code, identity=True)
    assert made["errors"] == []
    me = await page.ask(ME)
    assert me["viewer"]["account"] == {"login": made["login"], "withoutPassword": True}
    assert me["viewer"]["sessions"] == [{"method": "PROVIDER", "current": True}]
    assert await page.ask("{ pendingIdentity { name } }") == {"pendingIdentity": None}

    former = made["token"]
    assert await page.go() == {"state": "in"}
    assert (await page.ask(ME))["viewer"]["account"]["login"] == made["login"]
    assert (await page.door.post(ME, former)).status_code == 401  # the new one took its place
    out = await page.ask("mutation { signOut { providerUrl errors { code } } }")
    asked = parse_qs(urlsplit(out["signOut"]["providerUrl"]).query)
    assert page.provider.key is not None
    claims = jwt.decode(asked["id_token_hint"][0], page.provider.key).claims
    assert (claims["sub"], claims["iss"]) == ("anna", page.provider.issuer)
    ended = await page.provider.http.get(out["signOut"]["providerUrl"])
    assert ended.headers["location"] == f"http://{page.door.host}/sign-in"
    assert (await page.ask(ME))["viewer"] is None
    assert await page.go("boris") == {"state": "unknown"}  # who is somebody else
    taken = await page.do("register", code=code, identity=True)
    assert codes_of(taken) == ["CODE_USED"]


async def test_an_identity_is_added_by_the_password_and_taken_away(
    page: Browser, door: FrontDoor
) -> None:
    assert (await page.begin(link=True)) == {"problem": "SIGNED_OUT"}
    await page.do("signIn", login=GUARDIAN, password=PASSWORD)
    assert codes_of(await page.do("linkIdentity", password=PASSWORD)) == ["NOT_FOUND"]
    assert await page.go(link=True) == {"state": "linking"}
    for given, code in (({}, "BAD_INPUT"), ({"password": "wrong"}, "UNAUTHENTICATED")):
        assert codes_of(await page.do("linkIdentity", **given)) == [code]
    shows = "viewer { identities { name provider issuer } }"
    linked = await page.do("linkIdentity", shows, password=PASSWORD)
    assert linked["viewer"]["identities"] == [
        {"name": "Anna Adler", "provider": "portal", "issuer": page.provider.issuer}
    ]
    (mail,) = await door.mail("guardian.of.this.child@mail.example")
    assert mail["template"] == "way_in_added"
    assert await page.go(link=True) == {"problem": "TAKEN"}
    other = await door.token(GUARDIAN)
    await page.ask("mutation { signOut { errors { code } } }")
    assert await page.go() == {"state": "in"}
    (own,) = (await page.ask(IDENTITIES))["viewer"]["identities"]
    assert codes_of(await door.do("unlinkIdentity", token=other, id=own["id"])) == ["BAD_INPUT"]
    strangers = await door.token(STUDENT)
    for id_ in (own["id"], "x"):
        given = {"id": id_, "password": PASSWORD}
        refused = await door.do("unlinkIdentity", token=strangers, **given)
        assert codes_of(refused) == ["NOT_FOUND"]
    unlinked = await page.do("unlinkIdentity", shows, id=own["id"])  # just signed in: no password
    assert unlinked == {"viewer": {"identities": []}, "errors": []}
    assert (await door.post(ME, other)).status_code == 401
    assert await page.go() == {"state": "unknown"}


async def test_the_only_way_in_is_not_taken_away(page: Browser, door: FrontDoor) -> None:
    code = await new_code(door)
    await page.go()
    assert codes_of(await page.do("register", code=code, identity=True)) == []
    (own,) = (await page.ask(IDENTITIES))["viewer"]["identities"]
    assert codes_of(await page.do("unlinkIdentity", id=own["id"])) == ["IN_USE"]
    assert len((await page.ask(IDENTITIES))["viewer"]["identities"]) == 1
    wrong = await page.do("changePassword", oldPassword="x", newPassword=PASSWORD)
    assert codes_of(wrong) == ["UNAUTHENTICATED"]
    await page.door.pool.execute("UPDATE session SET created_at = now() - interval '1 hour'")
    assert codes_of(await page.do("changePassword", newPassword=PASSWORD)) == ["UNAUTHENTICATED"]
    await page.go()
    assert codes_of(await page.do("changePassword", newPassword="first of its own")) == []
    assert not (await page.ask(ME))["viewer"]["account"]["withoutPassword"]
    assert codes_of(await page.do("unlinkIdentity", id=own["id"])) == []


async def test_a_sign_in_is_of_one_browser_and_works_once(
    page: Browser, door: FrontDoor, provider: IdentityProvider
) -> None:
    await link(page, GUARDIAN)
    way = (await page.begin())["address"]
    address = await provider.sign_in(way, "anna")
    async with browser(door, provider) as other:
        await other.begin()  # which has a cookie of its own
        assert await other.back(address) == {"problem": "OVER"}
        assert (await other.ask(ME))["viewer"] is None
    assert await page.back(address) == {"state": "in"}
    assert await page.back(address) == {"problem": "OVER"}
    await page.ask("mutation { signOut { errors { code } } }")
    for wrong in ("/sign-in/from/portal", "/sign-in/from/nobody?state=x&code=y"):
        assert await page.back(wrong) == {"problem": "OVER"}
    late = await provider.sign_in((await page.begin())["address"], "anna")
    await door.pool.execute("UPDATE provider_sign_in SET expires_at = created_at")
    assert await page.back(late) == {"problem": "OVER"}
    assert await page.begin("nobody") == {"problem": "OVER"}
    denied = dict(parse_qsl(urlsplit((await page.begin())["address"]).query))["state"]
    back = f"/sign-in/from/portal?error=access_denied&state={denied}"
    assert await page.back(back) == {"problem": "CANCELLED"}
    await page.do("signIn", login=GUARDIAN, password=PASSWORD)
    linking = await provider.sign_in((await page.begin(link=True))["address"], "boris")
    await page.ask("mutation { signOut { errors { code } } }")
    assert await page.back(linking) == {"problem": "SIGNED_OUT"}
    kept = str(await door.pool.fetch("SELECT * FROM provider_sign_in"))
    assert page.http.cookies["gradebook_browser"] not in kept
    other_page = {"Origin": "http://evil.example"}
    answer = await page.http.post("/sign-in/with/portal", json={}, headers=other_page)
    assert answer.status_code == 403


def altered(address: str, **changed: str | None) -> str:
    """The address with other parameters; those that are None are left out."""
    parts = urlsplit(address)
    told = {**dict(parse_qsl(parts.query)), **changed}
    query = urlencode({name: value for name, value in told.items() if value is not None})
    return parts._replace(query=query).geturl()


async def test_what_a_provider_says_is_checked(page: Browser, door: FrontDoor) -> None:
    await link(page, GUARDIAN)
    provider = page.provider
    for on_the_way in ({"nonce": "of another"}, {"code_challenge": "A" * 43}):
        way = altered((await page.begin())["address"], **on_the_way)
        assert await page.back(await provider.sign_in(way, "anna")) == {"problem": "UNTRUSTED"}
    for on_the_way_back in ({"iss": "http://evil.example"}, {"iss": None}, {"code": "another"}):
        address = await provider.sign_in((await page.begin())["address"], "anna")
        assert await page.back(altered(address, **on_the_way_back)) == {"problem": "UNTRUSTED"}
    # What was begun with one of several providers does not come back from another.
    address = await provider.sign_in((await page.begin())["address"], "anna")
    assert await page.back(address.replace("/from/portal?", "/from/second?")) == {"problem": "OVER"}
    assert await page.begin("second") == {"problem": "UNTRUSTED"}
    assert (await page.ask(ME))["viewer"] is None
    assert await page.go() == {"state": "in"}


async def test_an_issuer_that_calls_itself_otherwise_is_not_trusted(
    small_url: str, small_school: SmallSchool, provider: IdentityProvider
) -> None:
    other = f"http://localhost:{provider.port}"
    async with (
        gateway(small_url, small_school, provider, issuer=other) as door,
        browser(door, provider) as page,
    ):
        assert await page.begin() == {"problem": "UNTRUSTED"}


async def test_a_token_is_signed_by_the_provider_for_us_and_now(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    time_ = int(now().timestamp())
    whole = {
        "iss": provider.issuer, "aud": "us", "sub": "anna", "nonce": "n", "iat": time_,
        "exp": time_ + 60,
    }  # fmt: skip
    key = provider.key
    assert key is not None
    secret = OctKey.import_key("the secret that the client has, and nobody else")
    public = OctKey.import_key(str(key.as_dict(private=False)["n"]))
    strange = RSAKey.generate_key(2048, {"kid": str(key.kid)})

    def signed(by: Any = key, alg: str = "RS256", **changed: Any) -> str:
        told = {name: each for name, each in {**whole, **changed}.items() if each is not None}
        return jwt.encode({"alg": alg, "kid": str(key.kid)}, told, by, algorithms=[alg])

    async with AsyncExitStack() as after:
        http = Http()
        after.push_async_callback(http.close)
        us = Provider("portal", provider.issuer, "us", "the secret that the client has")
        asked = remote.Remote(us, http)
        found = await claimed(asked, signed(amr=["pwd"], name=" Anna "), "n")
        assert (found.subject, found.name, found.two_factors) == ("anna", "Anna", False)
        assert (await claimed(asked, signed(aud=["us", "x"], azp="us"), "n")).subject == "anna"
        head, body = (urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=")
                      for each in ({"alg": "none"}, whole))  # fmt: skip
        for wrong in (
            f"{head}.{body}.", signed(secret, "HS256"), signed(public, "HS256"), signed(strange),
            signed(iss="http://evil.example"), signed(aud="x"), signed(aud=["us", "x"]),
            signed(aud=["us", "x"], azp="x"), signed(azp="x"), signed(sub=None), signed(sub=""),
            signed(sub="x" * 256), signed(nonce="x"), signed(nonce=None), signed(exp=time_ - 90),
            signed(exp=None), signed(iat=time_ + 300), signed(iat=None), "", "x.y.z", "x" * 20_000,
        ):  # fmt: skip
            with pytest.raises(Failed) as failed:
                await claimed(asked, wrong, "n")
            assert failed.value.reason is Reason.UNTRUSTED


async def test_a_key_that_the_provider_changes_is_fetched_anew_but_once_a_minute(
    page: Browser, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await page.go() == {"state": "unknown"}
    waits = await provider.sign_in((await page.begin())["address"], "anna")
    await provider.stop()
    assert await page.back(waits) == {"problem": "UNAVAILABLE"}
    for state in ({"state": "unknown"}, {"problem": "UNTRUSTED"}):
        await provider.stop()
        await provider.start(provider.client)
        assert await page.go() == state
    monkeypatch.setattr(remote, "KEYS_ANEW_AFTER", 0)
    assert await page.go() == {"state": "unknown"}


async def test_a_provider_that_is_down_or_slow_is_told_in_time(
    page: Browser, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await provider.sign_in((await page.begin())["address"], "anna")
    monkeypatch.setattr(remote, "SECONDS", 0.5)
    monkeypatch.setattr(remote, "FRESH_FOR", 0)
    provider.pause()
    begun = time.monotonic()
    try:
        assert await page.back(address) == {"problem": "UNAVAILABLE"}
        assert await page.begin() == {"problem": "UNAVAILABLE"}
    finally:
        provider.go_on()
    assert time.monotonic() - begun < 30  # without a limit of time it would wait for ever
    monkeypatch.setattr(remote, "SECONDS", 30)
    assert await page.go() == {"state": "unknown"}


async def test_a_second_factor_follows_on_a_provider_unless_that_has_asked_for_two(
    page: Browser, door: FrontDoor, provider: IdentityProvider
) -> None:
    await link(page, GUARDIAN)
    by = await holder(door, GUARDIAN)
    told = await page.go(remember=False)
    assert (told["app"], told["passkey"]) == ("1", "0")
    assert (await page.ask(ME))["viewer"] is None
    code = code_at(by.secret, step_at(now()) + 1)
    entered = await page.do("signInWithCode", "token", challenge=told["challenge"], code=code)
    assert codes_of(entered) == []
    out = await page.ask("mutation { signOut { providerUrl errors { code } } }")
    assert out["signOut"]["providerUrl"].startswith(provider.issuer)
    strong = [{"name": "portal", "issuer": provider.issuer, **credentials(provider),
               "two_factors": ["pwd"]}]  # fmt: skip
    assert Settings(providers=strong).providers[0].provider.shows_two_factors({"amr": ["pwd"]})  # type: ignore[arg-type]
    assert not Settings(providers=strong).providers[0].provider.shows_two_factors({"acr": "x"})  # type: ignore[arg-type]


async def test_a_device_that_is_trusted_is_so_after_a_provider_too(
    page: Browser, door: FrontDoor
) -> None:
    await link(page, GUARDIAN)
    by = await holder(door, GUARDIAN)
    step = step_at(now())

    async def goes(device: str, off: int) -> str:
        told = await page.go(deviceToken=device)
        if "challenge" not in told:
            return told["state"]
        given = {"challenge": told["challenge"], "code": code_at(by.secret, step + off)}
        entered = await page.do("signInWithCode", "deviceToken", **given, trustDevice=True)
        assert codes_of(entered) == []
        return str(entered["deviceToken"])

    device = await goes("unknown", 1)
    await page.ask("mutation { signOut { errors { code } } }")
    assert await goes(device, 2) == "in"
    (here,) = [s for s in (await page.ask(ME))["viewer"]["sessions"] if s["current"]]
    assert here["method"] == "TRUSTED_DEVICE"
    await page.ask("mutation { endOtherSessions { ended } }")
    await page.ask("mutation { signOut { errors { code } } }")
    await door.pool.execute("UPDATE second_factor SET last_step = NULL")
    assert await goes(device, 0) not in ("in", device)


async def test_a_provider_that_tells_of_two_factors_is_enough(
    small_url: str, small_school: SmallSchool, provider: IdentityProvider
) -> None:
    async with (
        gateway(small_url, small_school, provider, two_factors=["pwd"]) as door,
        browser(door, provider) as page,
    ):
        await link(page, GUARDIAN)
        await holder(door, GUARDIAN)
        assert await page.go() == {"state": "in"}
        sessions = (await page.ask(ME))["viewer"]["sessions"]
        assert {"method": "PROVIDER", "current": True} in sessions


async def test_what_an_account_may_not_it_may_not_by_a_provider(
    page: Browser, door: FrontDoor
) -> None:
    await link(page, GUARDIAN)
    await link(page, TEACHER, "boris")
    person, head = await door.id_of(GUARDIAN), await door.token(HEAD)
    given = await door.do("giveTemporaryPassword", "password", head, person=person)
    assert codes_of(given) == []
    assert await page.go() == {"state": "change"}
    answer = await page.http.post("/graphql", json={"query": ME}, headers=RESPONSE)
    assert answer.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    await page.ask("mutation { signOut { errors { code } } }")
    await door.pool.execute("UPDATE account SET temporary_until = now() - interval '1 s'"
                            " WHERE temporary_until IS NOT NULL")  # fmt: skip
    assert await page.go() == {"problem": "CLOSED"}
    await door.pool.execute("UPDATE school SET second_factor_required = true")
    assert await page.go("boris") == {"state": "protect"}
    begun = await page.do("beginSecondFactor", "secret qr")  # just signed in: no password
    assert begun["errors"] == []
    assert begun["qr"].startswith("data:image/svg+xml")
    await page.ask("mutation { signOut { errors { code } } }")
    await door.pool.execute("UPDATE account SET active = false WHERE login = $1", TEACHER)
    try:
        assert await page.go("boris") == {"problem": "CLOSED"}
    finally:
        await door.pool.execute("UPDATE account SET active = true")
        await door.pool.execute("UPDATE school SET second_factor_required = false")


async def test_whoever_signs_out_at_the_provider_is_signed_out_here(
    page: Browser, door: FrontDoor, provider: IdentityProvider
) -> None:
    await link(page, GUARDIAN)
    assert await page.go() == {"state": "in"}
    elsewhere = await door.token(GUARDIAN)  # by the password: it is none of the provider's
    time_ = int(now().timestamp())
    claims = {
        "iss": provider.issuer, "aud": provider.client["client_id"], "sub": "anna",
        "iat": time_, "exp": time_ + 120, "jti": "1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }  # fmt: skip

    async def out(key: RSAKey | None, **changed: Any) -> int:
        assert key is not None
        told = {name: each for name, each in {**claims, **changed}.items() if each is not None}
        token = jwt.encode({"alg": "RS256", "kid": key.kid}, told, key)
        form = {"logout_token": token}
        return (await page.http.post("/sign-in/out/portal", data=form)).status_code

    strange = RSAKey.generate_key(2048, {"kid": str(provider.key and provider.key.kid)})
    assert await out(strange) == 400
    wrong: dict[str, Any]
    for wrong in ({"events": {}}, {"nonce": "x"}, {"sub": None}, {"aud": "another"},
                  {"exp": time_ - 120}, {"iss": "http://evil.example"}):  # fmt: skip
        assert await out(provider.key, **wrong) == 400
    assert await out(provider.key, sub="boris") == 200
    assert (await page.ask(ME))["viewer"]["account"]["login"] == GUARDIAN
    assert await out(provider.key) == 200
    answer = await page.http.post("/graphql", json={"query": ME}, headers=RESPONSE)
    assert answer.status_code == 401
    assert (await door.post(ME, elsewhere)).status_code == 200


def test_settings_name_providers_that_can_be_trusted() -> None:
    named: dict[str, Any] = {"name": "portal", "issuer": "https://id.example", "client_id": "x"}
    wrong: dict[str, Any]
    for wrong in (
        {"issuer": "http://id.example"}, {"issuer": "https://id.example/?a=b"}, {"name": "A/b"},
        {"scope": "profile"}, {"client_id": ""}, {"unknown": 1},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            Settings(providers=({**named, **wrong},))  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="the same name twice"):
        Settings(providers=(named, {**named, "issuer": "https://other.example"}))  # type: ignore[arg-type]
    assert "hush" not in repr(Settings(providers=({**named, "client_secret": "hush"},)))  # type: ignore[arg-type]


def credentials(provider: IdentityProvider) -> dict[str, str]:
    return {name: provider.client[name] for name in ("client_id", "client_secret")}
