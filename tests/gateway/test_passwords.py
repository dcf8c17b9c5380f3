"""Passwords over real HTTP: changed, handed out for a while, forgotten, and guessed at."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.clock import now
from tests.gateway.front_door import OTHER, PASSWORD, FrontDoor
from tests.gateway.small_school import ELSEWHERE, HERE

GUARDIAN, STUDENT, HEAD = "guardian of this child", "the student", "the head"
TEACHER, CLASS_TEACHER = "the course's teacher", "the class teacher"
MAIL = "guardian.of.this.child@mail.example"
WRONG = "Login or password is wrong."


async def change(door: FrontDoor, token: str, old: str, new: str) -> Any:
    return (await door.do("changePassword", token=token, oldPassword=old, newPassword=new))[
        "errors"
    ]


async def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions(
    door: FrontDoor,
) -> None:
    here, there = await door.token(GUARDIAN), await door.token(GUARDIAN)
    assert await change(door, here, "wrong", OTHER) == [
        {
            "code": "UNAUTHENTICATED",
            "message": "The old password is wrong.",
            "path": ["input", "oldPassword"],
        }
    ]
    for new, message in (
        ("short", "A password needs at least 8 characters."),
        (PASSWORD, "The new password is the old one."),
        ("qwertyuiop", "This password is known: it is on the lists that are tried first."),
        (f"{GUARDIAN}!", "A password may not be the login, the address or a name of its owner"),
    ):
        (error,) = await change(door, here, PASSWORD, new)
        assert (error["code"], error["path"]) == ("BAD_INPUT", ["input", "newPassword"])
        assert error["message"].startswith(message)
    assert (await door.post("{ viewer { account { login } } }", there)).status_code == 200
    given = {"oldPassword": PASSWORD, "newPassword": OTHER}
    changed = await door.do("changePassword", "token", here, **given)
    assert (changed["errors"], changed["token"] in (here, there)) == ([], False)
    for token, status in ((changed["token"], 200), (here, 401), (there, 401)):
        assert (await door.post("{ viewer { account { login } } }", token)).status_code == status
    (failed,) = (await door.sign_in(GUARDIAN))["errors"]
    assert failed["code"] == "UNAUTHENTICATED"
    assert await door.token(GUARDIAN, OTHER)
    (mail,) = await door.mail(MAIL)
    assert (mail["template"], mail["data"]) == (
        "password_changed",
        '{"login": "guardian of this child"}',
    )


async def test_the_old_password_may_not_be_guessed_by_who_has_a_session(door: FrontDoor) -> None:
    token = await door.token(GUARDIAN)
    many = " ".join(
        f'a{n}: changePassword(input: {{oldPassword: "{n}", newPassword: "{OTHER}"}})'
        " { errors { code } }"
        for n in range(12)
    )
    answers = await door.ask(f"mutation {{ {many} }}", token)
    codes = [answer["errors"][0]["code"] for answer in answers.values()]
    assert codes == ["UNAUTHENTICATED"] * 10 + ["RATE_LIMITED"] * 2


async def give(door: FrontDoor, by: str, to: str) -> Any:
    person = await door.id_of(to)
    return await door.do(
        "giveTemporaryPassword", "login password expiresAt", await door.token(by), person=person
    )


REFUSED = {"code": "FORBIDDEN"}


@pytest.mark.parametrize("by", [HEAD, CLASS_TEACHER])
async def test_a_temporary_password_lets_in_to_choose_another_and_nothing_else(
    door: FrontDoor, by: str
) -> None:
    before = await door.token(GUARDIAN)
    given = await give(door, by, GUARDIAN)
    assert given["errors"] == []
    assert given["login"] == GUARDIAN
    assert (await door.post("{ viewer { account { login } } }", before)).status_code == 401
    assert (await door.sign_in(GUARDIAN))["errors"][0]["code"] == "UNAUTHENTICATED"
    begun = await door.sign_in(GUARDIAN, given["password"])
    assert begun["mustChangePassword"] is True
    assert begun["viewer"]["children"] == []
    token = begun["token"]
    for query in (
        "{ viewer { account { login } } }",
        "{ school { name } }",
        '{ __typename node(id: "x") { id } }',
        "query { ...All } fragment All on Query { viewer { sessions { id } } }",
        "mutation { endOtherSessions { ended } }",
        'mutation { endSession(input: {id: "x"}) { errors { code } } }',
        'mutation { checkPassword(input: {password: "a"}) { refusal } endOtherSessions { ended } }',
    ):
        answer = (await door.post(query, token)).json()
        assert list(answer) == ["errors"], query
        (error,) = answer["errors"]
        assert error["extensions"] == REFUSED, query
        assert error["message"].endswith("is not allowed before you have changed your password.")
    begin = f'signIn(input: {{login: "{GUARDIAN}", password: "{given["password"]}"}})'
    for inside in (
        f"{begin} {{ viewer {{ sessions {{ id }} }} }}",
        f"{begin} {{ token }} endOtherSessions {{ ended }}",
    ):
        answer = (await door.post(f"mutation {{ {inside} }}")).json()
        assert [error["extensions"] for error in answer["errors"]] == [REFUSED]
        assert answer["data"] in (None, {"signIn": {"viewer": None}})
    chosen = {"oldPassword": given["password"], "newPassword": OTHER}
    token = (await door.do("changePassword", "token", token, **chosen))["token"]
    assert (await door.ask("{ viewer { children { givenName } } }", token))["viewer"]["children"]
    assert (await door.sign_in(GUARDIAN, OTHER))["mustChangePassword"] is False


async def test_a_temporary_password_follows_no_feed(door: FrontDoor) -> None:
    given = await give(door, HEAD, GUARDIAN)
    token = await door.token(GUARDIAN, given["password"])
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    followed = await door.http.post(
        "/graphql", json={"query": "subscription { diaryChanged { cursor } }"}, headers=headers
    )
    assert '"code":"FORBIDDEN"' in followed.text
    assert followed.text.endswith("event: complete\ndata:\n\n")


async def test_a_temporary_password_is_over_after_three_days(door: FrontDoor) -> None:
    before = now()
    given = await give(door, HEAD, GUARDIAN)
    lasts = datetime.fromisoformat(given["expiresAt"]) - before
    assert timedelta(days=3) <= lasts < timedelta(days=3, minutes=5)
    token = await door.token(GUARDIAN, given["password"])
    await door.pool.execute(
        "UPDATE account SET temporary_until = $1 WHERE temporary_until IS NOT NULL",
        datetime.fromisoformat(given["expiresAt"]) - timedelta(days=3),
    )
    await door.pool.execute(
        "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
        " VALUES ($1, 1, 'RIGHTS', 'CHANGED', $2, 1, now())",
        HERE,
        door.small.accounts[GUARDIAN],
    )
    (failed,) = (await door.sign_in(GUARDIAN, given["password"]))["errors"]
    assert failed["message"].startswith(WRONG)
    async with asyncio.timeout(30):
        while (await door.post(CHANGE, token)).status_code != 401:
            await asyncio.sleep(0.05)


async def test_only_who_is_responsible_for_all_that_an_account_is_hands_out_a_password(
    door: FrontDoor,
) -> None:
    other = "guardian of another"
    for by, to, code in (
        (TEACHER, GUARDIAN, "NOT_FOUND"),  # of whom a teacher of a course knows nothing
        (TEACHER, STUDENT, "FORBIDDEN"),
        (GUARDIAN, STUDENT, "FORBIDDEN"),
        (STUDENT, STUDENT, "FORBIDDEN"),
        (CLASS_TEACHER, TEACHER, "FORBIDDEN"),
        (CLASS_TEACHER, other, "NOT_FOUND"),
        ("a head of another school", GUARDIAN, "NOT_FOUND"),
    ):
        given = await give(door, by, to)
        assert (given["password"], given["errors"][0]["code"]) == (None, code), (by, to)
    for more in ({"role": "HEAD", "school_id": HERE}, {"role": "HEAD", "school_id": ELSEWHERE}):
        await door.pool.execute(
            "DELETE FROM membership WHERE account_id = $1 AND role = 'HEAD'",
            door.small.accounts[GUARDIAN],
        )
        await door.pool.execute(
            "INSERT INTO membership (school_id, id, account_id, role)"
            " VALUES ($1, gen_random_uuid(), $2, $3)",
            more["school_id"],
            door.small.accounts[GUARDIAN],
            more["role"],
        )
        for by in (HEAD, CLASS_TEACHER):
            given = await give(door, by, GUARDIAN)
            assert given["errors"][0]["code"] == "FORBIDDEN"
    for person, code in (("x", "BAD_INPUT"), (door.small.id("Grade"), "NOT_FOUND")):
        head = await door.token(HEAD)
        for mutation in ("giveTemporaryPassword", "endSessionsOf"):
            (error,) = (await door.do(mutation, "", head, person=person))["errors"]
            assert (error["code"], error["path"][0]) == (code, "input")
    await door.pool.execute("DELETE FROM membership WHERE guardian_id IS NOT NULL")
    given = await give_to(door, HEAD, "Guardian")
    assert given["errors"][0]["code"] == "NOT_THERE"
    assert await door.token(STUDENT)  # nobody's password was changed


async def give_to(door: FrontDoor, by: str, noun: str) -> Any:
    return await door.do(
        "giveTemporaryPassword", "password", await door.token(by), person=door.small.id(noun)
    )


async def test_a_forgotten_password_is_set_once_by_a_mailed_code(door: FrontDoor) -> None:
    before = await door.token(GUARDIAN)
    asked = await door.do("requestPasswordCode", login=GUARDIAN.upper(), language="ru-RU")
    assert asked["errors"] == []
    code = await door.code(MAIL)
    (mail,) = await door.mail(MAIL)
    assert mail["language"] == "ru"
    assert code in mail["data"]  # which a demo alone keeps, to show it
    stored = await door.pool.fetch("SELECT * FROM password_code")
    assert len(stored) == 1
    assert code not in str(stored)
    short = await door.do("setPassword", code=code, newPassword="short")
    assert short["errors"][0]["path"] == ["input", "newPassword"]
    done = await door.do("setPassword", code=f" {code.upper()} ", newPassword=OTHER)
    assert done["errors"] == []
    assert (await door.post("{ viewer { account { login } } }", before)).status_code == 401
    assert await door.token(GUARDIAN, OTHER)
    assert [each["template"] for each in await door.mail(MAIL, count=2)] == [
        "password_code",
        "password_changed",
    ]
    for wrong, message in (
        (code, "This code was used already. Ask for a new one."),
        ("nothing", "There is no such code. Ask for a new one."),
    ):
        failed = await door.do("setPassword", code=wrong, newPassword=PASSWORD)
        assert failed["errors"] == [
            {"code": "NOT_FOUND", "message": message, "path": ["input", "code"]}
        ]


async def test_a_code_is_over_after_half_an_hour_and_when_another_was_used(
    door: FrontDoor,
) -> None:
    for _ in range(2):
        await door.do("requestPasswordCode", login=MAIL)
    old = await door.code(MAIL, place=2)
    hashes = await door.pool.fetch("SELECT expires_at - created_at AS valid FROM password_code")
    assert len(hashes) == 2
    half_an_hour = timedelta(minutes=30)
    assert all(half_an_hour - timedelta(minutes=5) < row["valid"] <= half_an_hour for row in hashes)
    await door.pool.execute("UPDATE password_code SET expires_at = now() - interval '1 second'")
    failed = await door.do("setPassword", code=old, newPassword=OTHER)
    assert failed["errors"][0]["message"] == "This code is over. Ask for a new one."
    await door.pool.execute("UPDATE password_code SET expires_at = now() + interval '1 minute'")
    assert (await door.do("setPassword", code=old, newPassword=OTHER))["errors"] == []
    used = "SELECT count(*) FROM password_code WHERE used_at IS NOT NULL"
    assert await door.pool.fetchval(used) == 2


async def test_logins_are_mailed_to_the_address_that_they_have(door: FrontDoor) -> None:
    await door.pool.execute(
        "UPDATE account SET email = $1 WHERE login = ANY($2)", MAIL, [GUARDIAN, STUDENT]
    )
    assert (await door.do("requestLogins", email=f" {MAIL.upper()}"))["errors"] == []
    (mail,) = await door.mail(MAIL)
    assert (GUARDIAN in mail["data"], STUDENT in mail["data"]) == (True, True)
    assert TEACHER not in mail["data"]


UNKNOWN = ("nobody", "nobody@mail.example", "the.head@mail.example", "'; --")


async def test_nothing_tells_whether_there_is_anybody_to_mail_to(door: FrontDoor) -> None:
    """The answer, the statements, the rows and their number are the same."""
    await door.pool.execute(
        "UPDATE account SET email_confirmed_at = NULL WHERE login = 'the head';"
        "UPDATE account SET active = false WHERE login = 'a classmate'"
    )
    for typed in (GUARDIAN, MAIL, *UNKNOWN, HEAD, "a classmate"):
        asked = await door.do("requestPasswordCode", login=typed)
        assert asked == {"errors": []}, typed
        assert await door.do("requestLogins", email=typed) == {"errors": []}, typed
    await door.settled()
    rows = await door.pool.fetch("SELECT recipient, template, state FROM mail")
    assert len(rows) == 16
    told = {(row["recipient"], row["template"]) for row in rows if row["state"] == "SHOWN"}
    assert told == {(MAIL, "password_code"), (MAIL, "logins")}
    assert await door.pool.fetchval("SELECT count(*) FROM mail WHERE state = 'NOBODY'") == 13
    assert [row["template"] for row in rows if row["recipient"] == MAIL].count("password_code") == 2
    for typed in (GUARDIAN, "nobody"):
        codes = [(await door.do("requestPasswordCode", login=typed))["errors"] for _ in range(3)]
        assert [[error["code"] for error in each] for each in codes] == [[], [], ["RATE_LIMITED"]]


async def test_a_failed_sign_in_hints_at_what_was_typed_whatever_exists(door: FrontDoor) -> None:
    known, unknown = [
        await door.sign_in(login, " CORRECT H0RSE") for login in ("the head", "the hare")
    ]
    assert known["hints"] == unknown["hints"] == ["CAPS_LOCK", "LOOKALIKES", "SPACES"]
    assert known["errors"] == unknown["errors"]
    assert known["errors"][0]["message"] == (
        f"{WRONG} Is Caps Lock on? Capitals matter in a password. Is each letter one, and each"
        " digit? O looks like 0, and З like 3. There are spaces before or after what was typed."
    )
    assert (await door.sign_in("the head"))["hints"] == []


async def test_strength_is_told_as_one_types_and_neither_kept_nor_logged(
    door: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    token = await door.token(GUARDIAN)
    shows = "strength refusal advice"
    await door.pool.execute("UPDATE school SET name = 'Lindenhof School'")
    own = await door.do("checkPassword", shows, token, password="Lindenhof2026!")
    assert own["refusal"].startswith("A password may not be the login, the address or a name")
    for given, strength in (
        ("secret-of-7-owls", "STRONG"),
        ("zebra2019", "WEAK"),
        ("x", "VERY_WEAK"),
    ):
        checked = await door.do("checkPassword", shows, None, password=given, login="anna")
        assert (checked["strength"], checked["errors"]) == (strength, [])
    assert "secret-of-7-owls" not in caplog.text
    named = await door.do("checkPassword", shows, None, password="anna-anna", login="anna")
    assert named["refusal"].startswith("A password may not be the login")
    got = await door.http.get(
        "/graphql",
        params={"query": 'mutation { checkPassword(input: {password: "x"}) { strength } }'},
        headers={"X-Gradebook-Client": "test"},
    )
    assert got.status_code == 405


CHANGE = """
  mutation { changePassword(input: {oldPassword: "a", newPassword: "b"})
    { viewer { account { login } } } }
"""
