"""A second factor over real HTTP: set up, asked for, required, lost, and guessed at."""

import asyncio
import json
from base64 import b32decode
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner, Result
from websockets import Subprotocol, connect

from domain.clock import now
from domain.second_factor import code_at, step_at
from gateway.command import app
from tests.complaints import complaints
from tests.gateway.front_door import OTHER, PASSWORD, FrontDoor
from tests.gateway.small_school import HERE

GUARDIAN, STUDENT, HEAD = "guardian of this child", "the student", "the head"
TEACHER, CLASS_TEACHER = "the course's teacher", "the class teacher"
MAIL = "guardian.of.this.child@mail.example"
WRONG = "Login or password is wrong."
ME = "{ viewer { account { login } } }"
SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) {
    token mustChangePassword mustSetUpSecondFactor viewer { account { login } }
    secondFactor { challenge expiresAt } errors { code message path } } }
"""
WITH_CODE = "token deviceToken sessionEndsAt viewer { account { login } }"


@dataclass
class Holder:
    """Somebody with a second factor, and the session in which they set it up."""

    door: FrontDoor
    login: str
    token: str
    secret: bytes
    codes: list[str]

    async def code(self, off: int = 0) -> str:
        """A code that works now, whichever were used before."""
        await self.door.pool.execute("UPDATE second_factor SET last_step = NULL")
        return code_at(self.secret, step_at(now()) + off)

    async def challenge(self, password: str = PASSWORD, **more: object) -> str:
        payload = await first_step(self.door, self.login, password, **more)
        assert (payload["token"], payload["viewer"], payload["errors"]) == (None, None, [])
        return str(payload["secondFactor"]["challenge"])

    async def enter(self, challenge: str, code: str, **more: Any) -> Any:
        return await self.door.do(
            "signInWithCode", WITH_CODE, challenge=challenge, code=code, **more
        )


async def first_step(door: FrontDoor, login: str, password: str = PASSWORD, **more: object) -> Any:
    given = {"login": login, "password": password, **more}
    return (await door.ask(SIGN_IN, input=given))["signIn"]


async def begin(door: FrontDoor, token: str, **given: Any) -> Any:
    return await door.do("beginSecondFactor", "secret uri", token, **given)


async def holder(door: FrontDoor, login: str) -> Holder:
    token = await door.token(login)
    secret = b32decode((await begin(door, token, password=PASSWORD))["secret"])
    confirmed = await door.do(
        "confirmSecondFactor", "recoveryCodes", token, code=code_at(secret, step_at(now()))
    )
    assert confirmed["errors"] == []
    return Holder(door, login, token, secret, confirmed["recoveryCodes"])


def codes_of(payload: Any) -> list[Any]:
    return [error["code"] for error in payload["errors"]]


async def status(door: FrontDoor, token: str) -> int:
    return int((await door.post(ME, token)).status_code)


async def test_a_second_factor_is_set_up_with_the_password_and_a_first_code(
    door: FrontDoor,
) -> None:
    here, there = await door.token(GUARDIAN), await door.token(GUARDIAN)
    assert codes_of(await begin(door, here, password="wrong")) == ["UNAUTHENTICATED"]
    begun = await begin(door, here, password=PASSWORD)
    assert begun["errors"] == []
    assert begun["uri"].startswith("otpauth://totp/Gradebook:guardian%20of%20this%20child?")
    assert await door.token(GUARDIAN)  # nothing is asked for yet
    secret = b32decode(begun["secret"])
    step = step_at(now())
    for code in ("000000", "", code_at(secret, step + 9)):
        failed = await door.do("confirmSecondFactor", "", here, code=code)
        assert (codes_of(failed), failed["errors"][0]["path"]) == (
            ["UNAUTHENTICATED"],
            ["input", "code"],
        )
    code = code_at(secret, step_at(now()))
    shows = "recoveryCodes viewer { secondFactor { since required recoveryCodesLeft } }"
    confirmed = await door.do("confirmSecondFactor", shows, here, code=code)
    assert confirmed["errors"] == []
    assert len(set(confirmed["recoveryCodes"])) == 10
    told = confirmed["viewer"]["secondFactor"]
    assert (told["since"] is None, told["required"], told["recoveryCodesLeft"]) == (
        False,
        False,
        10,
    )
    assert [await status(door, each) for each in (here, there)] == [200, 401]
    assert codes_of(await door.do("confirmSecondFactor", "", here, code=code)) == ["NOT_FOUND"]
    kept = str(await door.pool.fetch("SELECT * FROM second_factor"))
    kept += str(await door.pool.fetch("SELECT * FROM recovery_code"))
    for secret_text in (begun["secret"], str(secret), *confirmed["recoveryCodes"]):
        assert secret_text not in kept
    challenge = (await first_step(door, GUARDIAN))["secondFactor"]["challenge"]
    again = await door.do("signInWithCode", "token", challenge=challenge, code=code)
    assert codes_of(again) == ["UNAUTHENTICATED"]  # it confirmed, and so it was used


async def test_a_secret_that_nobody_confirms_is_over_after_half_an_hour(door: FrontDoor) -> None:
    token = await door.token(GUARDIAN)
    secret = b32decode((await begin(door, token, password=PASSWORD))["secret"])
    await door.pool.execute("UPDATE second_factor SET coming_until = now()")
    code = code_at(secret, step_at(now()))
    assert codes_of(await door.do("confirmSecondFactor", "", token, code=code)) == ["NOT_FOUND"]
    assert await door.token(GUARDIAN)


async def test_signing_in_takes_a_code_after_the_password_and_each_works_once(
    door: FrontDoor,
) -> None:
    by = await holder(door, GUARDIAN)
    response = await door.post(SIGN_IN, input={"login": GUARDIAN, "password": PASSWORD})
    assert "Set-Cookie" not in response.headers
    first, second, third = [await by.challenge() for _ in range(3)]
    assert codes_of(await by.enter(first, "000000")) == ["UNAUTHENTICATED"]
    code = await by.code()
    entered = await by.enter(first, code)
    assert (entered["errors"], entered["viewer"]) == ([], {"account": {"login": GUARDIAN}})
    assert entered["deviceToken"] is None
    (session, *_) = (
        await door.ask("{ viewer { sessions { method current } } }", entered["token"])
    )["viewer"]["sessions"]
    assert session == {"method": "CODE", "current": True}
    used = await by.enter(second, code)
    assert (codes_of(used), used["errors"][0]["path"]) == (["UNAUTHENTICATED"], ["input", "code"])
    assert codes_of(await by.enter(first, await by.code())) == ["CODE_EXPIRED"]
    assert codes_of(await by.enter("nothing", await by.code())) == ["CODE_EXPIRED"]
    for off in (-3, 3):
        assert codes_of(await by.enter(second, await by.code(off))) == ["UNAUTHENTICATED"]
    await door.pool.execute("DELETE FROM sign_in_tries")
    assert codes_of(await by.enter(second, await by.code(1))) == []
    assert codes_of(await by.enter(third, await by.code(1))) == []


async def test_two_at_once_with_one_code_are_one_session(door: FrontDoor) -> None:
    by = await holder(door, GUARDIAN)
    challenges = [await by.challenge() for _ in range(4)]
    code = await by.code()
    entered = await asyncio.gather(*(by.enter(each, code) for each in challenges))
    assert sorted(codes_of(each) for each in entered) == [[]] + [["UNAUTHENTICATED"]] * 3
    recovery = by.codes[0]
    await door.pool.execute("DELETE FROM sign_in_tries")
    challenge = await by.challenge()
    entered = await asyncio.gather(*(by.enter(challenge, recovery) for _ in range(3)))
    assert sum(not each["errors"] for each in entered) == 1


async def test_a_recovery_code_works_once_however_it_is_typed(door: FrontDoor) -> None:
    by = await holder(door, GUARDIAN)
    first, second = by.codes[:2]
    entered = await by.enter(await by.challenge(), f" {first.lower().replace('-', ' ')} ")
    assert entered["errors"] == []
    shown = await door.ask(
        "{ viewer { sessions { method current } secondFactor { recoveryCodesLeft } } }",
        entered["token"],
    )
    assert {"method": "RECOVERY_CODE", "current": True} in shown["viewer"]["sessions"]
    assert shown["viewer"]["secondFactor"] == {"recoveryCodesLeft": 9}
    assert codes_of(await by.enter(await by.challenge(), first)) == ["UNAUTHENTICATED"]
    renewed = await door.do("renewRecoveryCodes", "recoveryCodes", by.token, code=second)
    assert (len(renewed["recoveryCodes"]), renewed["errors"]) == (10, [])
    assert codes_of(await by.enter(await by.challenge(), by.codes[2])) == ["UNAUTHENTICATED"]
    assert codes_of(await by.enter(await by.challenge(), renewed["recoveryCodes"][0])) == []
    other = await holder(door, STUDENT)
    assert codes_of(await other.enter(await other.challenge(), renewed["recoveryCodes"][1])) == [
        "UNAUTHENTICATED"
    ]


async def test_a_wrong_password_is_told_alike_with_and_without_a_second_factor(
    door: FrontDoor,
) -> None:
    await holder(door, GUARDIAN)
    told = [await first_step(door, login, "wrong pass") for login in (GUARDIAN, STUDENT, "nobody")]
    assert told[0] == told[1] == told[2]
    assert told[0]["secondFactor"] is None


async def test_a_challenge_is_over_after_five_minutes_and_with_the_password(
    door: FrontDoor,
) -> None:
    by = await holder(door, GUARDIAN)
    late, overtaken = await by.challenge(), await by.challenge()
    await door.pool.execute(
        "UPDATE sign_in_challenge SET expires_at = now()"
        " WHERE created_at = (SELECT min(created_at) FROM sign_in_challenge)"
    )
    assert codes_of(await by.enter(late, await by.code())) == ["CODE_EXPIRED"]
    await door.do("requestPasswordCode", login=GUARDIAN)
    mailed = await door.code(MAIL)
    assert (await door.do("setPassword", code=mailed, newPassword=OTHER))["errors"] == []
    assert codes_of(await by.enter(overtaken, await by.code())) == ["CODE_EXPIRED"]
    challenge = await by.challenge(OTHER)  # which the mailed code does not spare
    assert codes_of(await by.enter(challenge, await by.code())) == []


async def test_codes_are_not_guessed_by_many_tries_nor_by_many_challenges(
    door: FrontDoor,
) -> None:
    by = await holder(door, GUARDIAN)
    challenge = await by.challenge()
    tries = [codes_of(await by.enter(challenge, f"00000{n}"))[0] for n in range(7)]
    assert tries == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"] * 2
    assert codes_of(await by.enter(await by.challenge(), await by.code())) == ["RATE_LIMITED"]
    many = " ".join(
        f'a{n}: signInWithCode(input: {{challenge: "x", code: "{n}"}}) {{ errors {{ code }} }}'
        for n in range(7)
    )
    answers = await door.ask(f"mutation {{ {many} }}")
    found = [answer["errors"][0]["code"] for answer in answers.values()]
    assert found == ["CODE_EXPIRED"] * 5 + ["RATE_LIMITED"] * 2
    assert await status(door, by.token) == 200
    assert codes_of(await door.do("endSecondFactor", "", by.token, code="000000")) == [
        "RATE_LIMITED"
    ]


async def test_a_device_is_trusted_until_the_password_or_its_owner_ends_it(
    door: FrontDoor,
) -> None:
    by = await holder(door, GUARDIAN)
    door.http.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/130.0"
    listed = "{ viewer { secondFactor { trustedDevices { id device trustedAt endsAt } } } }"

    async def trusted() -> str:
        entered = await by.enter(await by.challenge(), await by.code(), trustDevice=True)
        return str(entered["deviceToken"])

    async def lets_in(device: str, login: str = GUARDIAN, password: str = PASSWORD) -> bool:
        payload = await first_step(door, login, password, deviceToken=device)
        return payload["token"] is not None

    device = await trusted()
    assert device not in str(await door.pool.fetch("SELECT * FROM trusted_device"))
    assert await lets_in(device)
    assert not await lets_in(device, password="wrong pass")
    assert not await lets_in("nothing")
    methods = await door.ask("{ viewer { sessions { method } } }", by.token)
    assert {"method": "TRUSTED_DEVICE"} in methods["viewer"]["sessions"]
    await holder(door, STUDENT)
    assert not await lets_in(device, STUDENT)
    (known,) = (await door.ask(listed, by.token))["viewer"]["secondFactor"]["trustedDevices"]
    assert known["device"] == "Firefox on Windows"
    strangers = await door.token(HEAD)
    for token, id_ in ((strangers, known["id"]), (by.token, "x")):
        assert codes_of(await door.do("distrustDevice", "", token, id=id_)) == ["NOT_FOUND"]
    assert await lets_in(device)
    assert codes_of(await door.do("distrustDevice", "", by.token, id=known["id"])) == []
    assert not await lets_in(device)
    device = await trusted()
    await door.ask("mutation { endOtherSessions { ended } }", by.token)
    assert not await lets_in(device)
    device = await trusted()
    await door.pool.execute("UPDATE trusted_device SET expires_at = now()")
    assert not await lets_in(device)
    device = await trusted()
    changed = await door.do(
        "changePassword", token=by.token, oldPassword=PASSWORD, newPassword=OTHER
    )
    assert changed["errors"] == []
    assert not await lets_in(device, password=OTHER)


async def test_a_second_factor_is_ended_by_the_password_or_a_code(door: FrontDoor) -> None:
    by = await holder(door, GUARDIAN)
    assert codes_of(await door.do("endSecondFactor", "", by.token)) == ["BAD_INPUT"]
    for wrong in ({"password": "wrong"}, {"code": "000000"}):
        assert codes_of(await door.do("endSecondFactor", "", by.token, **wrong)) == [
            "UNAUTHENTICATED"
        ]
    assert (await first_step(door, GUARDIAN))["secondFactor"] is not None
    shows = "viewer { secondFactor { since recoveryCodesLeft } }"
    ended = await door.do("endSecondFactor", shows, by.token, code=await by.code())
    assert ended == {
        "viewer": {"secondFactor": {"since": None, "recoveryCodesLeft": 0}},
        "errors": [],
    }
    assert await door.token(GUARDIAN)
    for mutation in ("endSecondFactor", "renewRecoveryCodes"):
        again = await door.do(mutation, "", by.token, password=PASSWORD)
        assert codes_of(again) == ["NOT_THERE"]


async def test_another_app_takes_over_only_by_a_code_of_the_one_before(door: FrontDoor) -> None:
    by = await holder(door, GUARDIAN)
    assert codes_of(await begin(door, by.token, password=PASSWORD)) == ["BAD_INPUT"]
    assert codes_of(await begin(door, by.token, password=PASSWORD, code="000000")) == [
        "UNAUTHENTICATED"
    ]
    begun = await begin(door, by.token, password=PASSWORD, code=by.codes[0])
    assert begun["errors"] == []
    assert codes_of(await by.enter(await by.challenge(), await by.code())) == []
    secret = b32decode(begun["secret"])
    code = code_at(secret, step_at(now()))
    confirmed = await door.do("confirmSecondFactor", "recoveryCodes", by.token, code=code)
    assert confirmed["errors"] == []
    challenge = await by.challenge()
    assert codes_of(await by.enter(challenge, await by.code())) == ["UNAUTHENTICATED"]
    assert codes_of(await by.enter(challenge, by.codes[1])) == ["UNAUTHENTICATED"]
    by.secret = secret
    assert codes_of(await by.enter(challenge, await by.code())) == []


async def require(door: FrontDoor, by: str, required: bool = True) -> Any:
    return await door.do(
        "requireSecondFactor",
        "school { secondFactorRequired }",
        await door.token(by),
        school=door.small.id("School"),
        required=required,
    )


async def test_only_the_head_requires_a_second_factor(door: FrontDoor) -> None:
    for by in (TEACHER, CLASS_TEACHER, GUARDIAN, STUDENT, "a head of another school"):
        assert (await require(door, by))["errors"], by
    assert not await door.pool.fetchval("SELECT bool_or(second_factor_required) FROM school")
    asked = "{ school { secondFactorRequired } }"
    assert (await door.ask(asked, await door.token(TEACHER)))["school"] == {
        "secondFactorRequired": False
    }
    denied = (await door.post(asked, await door.token(GUARDIAN))).json()
    assert denied["data"]["school"] == {"secondFactorRequired": None}


async def test_staff_without_the_required_one_may_do_nothing_but_set_it_up(
    door: FrontDoor,
) -> None:
    head = await holder(door, HEAD)
    teacher, family = await door.token(TEACHER), await door.token(GUARDIAN)
    done = await door.do(
        "requireSecondFactor",
        "school { secondFactorRequired }",
        head.token,
        school=door.small.id("School"),
        required=True,
    )
    assert done == {"school": {"secondFactorRequired": True}, "errors": []}
    assert [await status(door, each) for each in (head.token, family)] == [200, 200]
    for query in (
        ME,
        "{ school { name } }",
        '{ node(id: "x") { id } }',
        "mutation { endOtherSessions { ended } }",
        'mutation { endSecondFactor(input: {password: "x"}) { errors { code } } }',
    ):
        answer = (await door.post(query, teacher)).json()
        (error,) = answer["errors"]
        assert (list(answer), error["extensions"]) == (["errors"], {"code": "FORBIDDEN"}), query
        assert error["message"].endswith(
            "is not allowed before you have set up your second factor."
        )
    begun = await first_step(door, TEACHER)
    assert (begun["mustSetUpSecondFactor"], begun["mustChangePassword"]) == (True, False)
    sign_in = f'signIn(input: {{login: "{TEACHER}", password: "{PASSWORD}"}})'
    for inside in (
        f"{sign_in} {{ viewer {{ sessions {{ id }} }} }}",
        f"{sign_in} {{ token }} endOtherSessions {{ ended }}",
    ):
        answer = (await door.post(f"mutation {{ {inside} }}")).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    by = await holder(door, TEACHER)
    assert (await door.post("{ school { name } }", by.token)).json()["data"]["school"]
    refused = await door.do("endSecondFactor", "", by.token, password=PASSWORD)
    assert codes_of(refused) == ["FORBIDDEN"]
    assert (await require_again(door, head, False))["errors"] == []
    assert codes_of(await door.do("endSecondFactor", "", by.token, password=PASSWORD)) == []


async def require_again(door: FrontDoor, head: Holder, required: bool) -> Any:
    return await door.do(
        "requireSecondFactor",
        "",
        head.token,
        school=door.small.id("School"),
        required=required,
    )


async def test_a_stream_feels_within_a_second_that_a_second_factor_is_required(
    door: FrontDoor,
) -> None:
    head, teacher = await holder(door, HEAD), await door.token(TEACHER)
    headers = {"Authorization": f"Bearer {teacher}"}
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(
        f"ws://{door.host}/graphql", subprotocols=[protocol], additional_headers=headers
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        assert (await require_again(door, head, True))["errors"] == []
        await asyncio.sleep(1)
        query = {"query": "subscription { gradeChanged { cursor } }"}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
        async with asyncio.timeout(10):
            told = json.loads(await socket.recv())
        assert told["type"] == "error"
        assert told["payload"][0]["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize("by", [HEAD, CLASS_TEACHER])
async def test_who_is_responsible_takes_a_second_factor_that_was_lost(
    door: FrontDoor, by: str
) -> None:
    lost = await holder(door, GUARDIAN)
    person, token = await door.id_of(GUARDIAN), await door.token(by)
    assert codes_of(await door.do("resetSecondFactor", "", token, person=person)) == []
    assert await status(door, lost.token) == 401
    assert await door.token(GUARDIAN)
    assert codes_of(await door.do("resetSecondFactor", "", token, person=person)) == ["NOT_THERE"]
    rows = await door.pool.fetchval("SELECT count(*) FROM recovery_code")
    assert rows == 0
    changed, mail = await door.mail(MAIL, count=2)
    assert (changed["template"], json.loads(changed["data"])["on"]) == (
        "second_factor_changed", True,
    )  # fmt: skip
    assert mail["template"] == "second_factor_taken"
    query = "{ viewer { account { doneByOthers { change by reason school } } } }"
    found = await door.ask(query, await door.token(GUARDIAN))
    step = {"change": "SECOND_FACTOR_TAKEN", "by": by, "reason": None, "school": None}
    assert found["viewer"]["account"]["doneByOthers"][0] == step


async def test_a_deputys_is_taken_by_the_head_and_a_heads_by_who_runs_the_gateway(
    door: FrontDoor, small_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.pool.execute(
        "INSERT INTO membership (school_id, id, account_id, role)"
        " VALUES ($1, gen_random_uuid(), $2, 'DEPUTY_HEAD')",
        HERE,
        door.small.accounts[TEACHER],
    )
    await door.pool.execute("DELETE FROM account_step")
    lost, person = await holder(door, TEACHER), await door.id_of(TEACHER)
    for by, codes in (("a secretary", ["FORBIDDEN"]), ("a deputy head", ["FORBIDDEN"]), (HEAD, [])):
        token = await door.token(by)
        assert codes_of(await door.do("resetSecondFactor", "", token, person=person)) == codes
    assert await status(door, lost.token) == 401
    given = await door.do("giveTemporaryPassword", "", await door.token(HEAD), person=person)
    assert codes_of(given) == ["FORBIDDEN"]  # which would let the head in

    head = await holder(door, HEAD)
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", small_url)

    async def reset(*arguments: str) -> Result:
        command = ("reset-second-factor", *arguments)
        return await asyncio.to_thread(CliRunner().invoke, app, command)

    for arguments, said in (
        (("nobody", "--reason", "x"), "There is no account nobody."),
        ((STUDENT, "--reason", "x"), "the student has no second factor."),
        ((HEAD, "--reason", " "), "Say why with --reason."),
        ((HEAD,), "--reason"),
    ):
        result = await reset(*arguments)
        assert result.exit_code != 0
        assert said in result.stderr
    assert await status(door, head.token) == 200
    result = await reset("THE head", "--reason", "Passport shown\nin the office")
    assert (result.exception, complaints(result)) == (None, "")
    assert result.stdout == (
        "the head has no second factor any more, and their sessions have ended."
        " They are told at the.head@mail.example.\n"
    )
    async with asyncio.timeout(30):  # another process has done it
        while await status(door, head.token) != 401:
            await asyncio.sleep(0.05)
    again = await door.token(HEAD)
    query = "{ viewer { account { doneByOthers { change by reason } } } }"
    (step,) = (await door.ask(query, again))["viewer"]["account"]["doneByOthers"]
    assert step == {
        "change": "SECOND_FACTOR_TAKEN", "by": None, "reason": "Passport shown in the office",
    }  # fmt: skip
    (*_, mail) = await door.mail("the.head@mail.example", count=2)
    assert mail["template"] == "second_factor_taken"


async def test_nobody_else_takes_a_second_factor_away(door: FrontDoor) -> None:
    await holder(door, GUARDIAN)
    await holder(door, TEACHER)
    for by, to, code in (
        (TEACHER, GUARDIAN, "NOT_FOUND"),
        (STUDENT, STUDENT, "FORBIDDEN"),
        (CLASS_TEACHER, TEACHER, "FORBIDDEN"),
        ("a head of another school", GUARDIAN, "NOT_FOUND"),
    ):
        await door.pool.execute("UPDATE account SET second_factor_at = NULL WHERE login = $1", by)
        token, person = await door.token(by), await door.id_of(to)
        assert codes_of(await door.do("resetSecondFactor", "", token, person=person)) == [code]
    await door.pool.execute(
        "INSERT INTO membership (school_id, id, account_id, role)"
        " VALUES ($1, gen_random_uuid(), $2, 'HEAD')",
        HERE,
        door.small.accounts[GUARDIAN],
    )
    token, person = await door.token(HEAD), await door.id_of(GUARDIAN)
    assert codes_of(await door.do("resetSecondFactor", "", token, person=person)) == ["FORBIDDEN"]
    assert (await first_step(door, GUARDIAN))["secondFactor"] is not None


async def test_a_temporary_password_needs_the_code_too_and_then_another_password(
    door: FrontDoor,
) -> None:
    by = await holder(door, GUARDIAN)
    person, head = await door.id_of(GUARDIAN), await door.token(HEAD)
    given = await door.do("giveTemporaryPassword", "password", head, person=person)
    challenge = await by.challenge(given["password"])
    payload = await door.do(
        "signInWithCode",
        "token mustChangePassword mustSetUpSecondFactor",
        challenge=challenge,
        code=await by.code(),
    )
    assert (payload["mustChangePassword"], payload["mustSetUpSecondFactor"]) == (True, False)
    answer = (await door.post(ME, payload["token"])).json()
    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
