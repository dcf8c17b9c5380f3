"""Sessions: listed, ended one by one or all at once, and over by their limits."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from websockets import Subprotocol, connect
from websockets.exceptions import ConnectionClosed

from domain.access_codes import hash_of, new_code, shown
from domain.clock import now
from resolvers.sessions import hash_of as hash_of_token
from tests.gateway.front_door import OTHER, PASSWORD, RESPONSE, SIGN_IN, FrontDoor, front_door
from tests.gateway.small_school import HERE, SmallSchool

GUARDIAN, HEAD, STUDENT = "guardian of this child", "the head", "the student"
SESSIONS = """
  { viewer { sessions { id current beganAt lastUsedAt endsAt device method } } }
"""
HERE_STAYS = ("changePassword", "endSession", "elsewhere")
ME = "{ viewer { account { login } } }"
PROTOCOL = Subprotocol("graphql-transport-ws")
ENDED = [{"message": "The session has ended.", "extensions": {"code": "UNAUTHENTICATED"}}]


async def sessions(door: FrontDoor, token: str) -> list[Any]:
    return list((await door.ask(SESSIONS, token))["viewer"]["sessions"])


async def status(door: FrontDoor, token: str) -> int:
    return int((await door.post(ME, token)).status_code)


async def test_ones_sessions_are_told_and_any_is_ended(door: FrontDoor) -> None:
    door.http.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/130.0"
    there = await door.token(GUARDIAN)
    door.http.headers["User-Agent"] = "curl/8.5"
    here = await door.token(GUARDIAN)
    strangers = await door.token(STUDENT)
    (first, second) = await sessions(door, here)
    told = {(each["device"], each["current"], each["method"]) for each in (first, second)}
    assert told == {("curl", True, "PASSWORD"), ("Firefox on Windows", False, "PASSWORD")}
    (other,) = [each["id"] for each in (first, second) if not each["current"]]
    (theirs,) = [each["id"] for each in await sessions(door, strangers)]
    for id_ in (theirs, "x", "00000000-0000-7000-8000-000000000000"):
        failed = await door.do("endSession", token=here, id=id_)
        assert [each["code"] for each in failed["errors"]] == ["NOT_FOUND"]
    assert (await status(door, there), await status(door, strangers)) == (200, 200)
    assert (await door.do("endSession", token=here, id=other))["errors"] == []
    assert (await status(door, there), await status(door, here)) == (401, 200)
    assert (await door.do("endSession", token=here, id=other))["errors"] != []
    (own,) = await sessions(door, here)
    ended = await door.do("endSession", token=here, id=own["id"])
    assert ended["errors"] == []
    assert await status(door, here) == 401


async def test_a_sign_in_with_another_device_from_another_network_is_told_by_mail(
    door: FrontDoor,
) -> None:
    mail = "guardian.of.this.child@mail.example"
    told = "SELECT recipient, data FROM mail WHERE template = 'new_sign_in'"
    for agent in ("curl/8.5", "Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/130.0"):
        door.http.headers["User-Agent"] = agent  # from the network of before
        await door.token(GUARDIAN)
    assert await door.pool.fetch(told) == []
    await door.pool.execute("UPDATE session SET place_hash = 'elsewhere'")
    await door.token(GUARDIAN)  # on the device of before
    await door.pool.execute("UPDATE session SET place_hash = 'elsewhere'")
    assert await door.pool.fetch(told) == []
    door.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0"
    assert (await door.sign_in(GUARDIAN, "wrong"))["errors"] != []
    await door.token(STUDENT)  # the first of all
    await door.token(GUARDIAN)
    (row,) = await door.pool.fetch(told)
    assert row["recipient"] == mail
    assert json.loads(row["data"])["device"] == "Chrome on Linux"
    await door.token(GUARDIAN)
    assert len(await door.pool.fetch(told)) == 1


async def test_all_other_sessions_end_at_once(door: FrontDoor) -> None:
    here, *others = [await door.token(GUARDIAN) for _ in range(3)]
    assert await door.ask("mutation { endOtherSessions { ended } }", here) == {
        "endOtherSessions": {"ended": 2}
    }
    assert [await status(door, each) for each in (here, *others)] == [200, 401, 401]


async def test_signing_in_again_ends_the_session_that_it_came_with(door: FrontDoor) -> None:
    former, other = await door.token(GUARDIAN), await door.token(GUARDIAN)
    failed = await door.ask(SIGN_IN, former, input={"login": GUARDIAN, "password": "wrong"})
    assert failed["signIn"]["errors"]
    assert await status(door, former) == 200
    again = await door.ask(SIGN_IN, former, input={"login": GUARDIAN, "password": PASSWORD})
    assert again["signIn"]["token"] != former
    assert (await status(door, former), await status(door, other)) == (401, 200)


async def test_whoever_shows_again_who_they_are_goes_on_with_another_cookie(
    door: FrontDoor,
) -> None:
    """The session is the same one, and whoever has a copy of the former cookie has nothing."""
    name, former = "gradebook_session", await door.token(GUARDIAN)
    (before,) = await sessions(door, former)
    query = """mutation ($password: String!) {
        beginSecondFactor(input: {password: $password}) { secret errors { code } } }"""
    seen = []
    for password in ("wrong", PASSWORD):
        asked = {"query": query, "variables": {"password": password}}
        cookie = {"Cookie": f"{name}={former}"}
        seen.append(await door.http.post("/graphql", json=asked, headers=RESPONSE | cookie))
        door.http.cookies.clear()
    assert "Set-Cookie" not in seen[0].headers
    renewed = seen[1].cookies[name]
    assert "Max-Age=2592000;" in seen[1].headers["Set-Cookie"]
    assert (await status(door, former), await status(door, renewed)) == (401, 200)
    assert await sessions(door, renewed) == [{**before, "lastUsedAt": ANY}]


async def test_registering_ends_the_session_that_it_came_with(door: FrontDoor) -> None:
    former, other = await door.token(GUARDIAN), await door.token(GUARDIAN)
    code, hashed = shown(new := new_code()), hash_of(new)
    await door.pool.execute("DELETE FROM access_code")
    await door.pool.execute("DELETE FROM membership WHERE student_id IS NOT NULL")
    await door.pool.execute(
        "INSERT INTO access_code (school_id, id, code_hash, student_id, created_at, expires_at)"
        " VALUES ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 day')",
        HERE,
        hashed,
        door.small.records["Student"],
    )
    short = await door.do("register", "token", former, code=code, password="short")
    assert short["errors"] != []
    assert await status(door, former) == 200
    begun = await door.do("register", "token", former, code=code, password=OTHER)
    assert begun["errors"] == []
    assert [await status(door, each) for each in (former, other, begun["token"])] == [401, 200, 200]


async def test_the_office_ends_the_sessions_of_its_people(door: FrontDoor) -> None:
    token, head = await door.token(GUARDIAN), await door.token(HEAD)
    person = await door.id_of(GUARDIAN)
    for by in ("the class teacher", "a head of another school"):
        refused = await door.do("endSessionsOf", "ended", await door.token(by), person=person)
        assert (refused["ended"], len(refused["errors"])) == (0, 1)
    ended = await door.do("endSessionsOf", "ended", head, person=person)
    assert (ended["ended"], ended["errors"]) == (1, [])
    assert await status(door, token) == 401


async def test_signing_in_says_when_the_session_ends(door: FrontDoor) -> None:
    before = now()
    begun = await door.sign_in(GUARDIAN)
    ends = datetime.fromisoformat(begun["sessionEndsAt"])
    assert timedelta(days=30) <= ends - before < timedelta(days=30, minutes=5)
    assert "Max-Age=2592000;" in (await signed_in(door)).headers["Set-Cookie"]
    brief = await signed_in(door, remember=False)
    assert "Max-Age" not in brief.headers["Set-Cookie"]
    ends = datetime.fromisoformat(brief.json()["data"]["signIn"]["sessionEndsAt"])
    assert timedelta(hours=12) <= ends - before < timedelta(hours=12, minutes=5)


async def signed_in(door: FrontDoor, **more: object) -> Any:
    query = "mutation ($input: SignInInput!) { signIn(input: $input) { sessionEndsAt } }"
    return await door.post(query, input={"login": GUARDIAN, "password": PASSWORD, **more})


async def test_a_session_is_over_when_it_is_old_or_was_not_used(
    small_url: str, small_school: SmallSchool
) -> None:
    limits = {"session_hours": 100, "session_idle_hours": 2}
    async with front_door(small_url, small_school, **limits) as door:
        old, idle, used = [await door.token(GUARDIAN) for _ in range(3)]
        assert len(await sessions(door, used)) == 3
        await door.pool.execute(
            "UPDATE session SET expires_at = now() WHERE token_hash = $1", hash_of_token(old)
        )
        ago = "UPDATE session SET last_used_at = now() - $1::interval WHERE token_hash = $2"
        await door.pool.execute(ago, timedelta(hours=2, minutes=1), hash_of_token(idle))
        await door.pool.execute(ago, timedelta(hours=1), hash_of_token(used))
        await tell(door)
        async with asyncio.timeout(30):
            while [await status(door, each) for each in (old, idle)] != [401, 401]:
                await asyncio.sleep(0.1)
        async with asyncio.timeout(30):  # until the one in use is read anew too
            last_used = now() - timedelta(hours=1)
            while now() - last_used > timedelta(minutes=4):
                (left,) = await sessions(door, used)
                last_used = datetime.fromisoformat(left["lastUsedAt"])
                await asyncio.sleep(0.1)
        assert datetime.fromisoformat(left["endsAt"]) - last_used == timedelta(hours=2)


async def told_anew(door: FrontDoor) -> None:
    """Have every process read the account's sessions anew, as an import would."""
    await tell(door)
    await asyncio.sleep(2)


async def tell(door: FrontDoor) -> None:
    await door.pool.execute(
        "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
        " VALUES (1, 1, 'RIGHTS', 'CHANGED', $1, 1, now())",
        door.small.accounts[GUARDIAN],
    )


async def test_use_is_noted_every_few_minutes_at_most(door: FrontDoor) -> None:
    token = await door.token(GUARDIAN)
    noted = "SELECT last_used_at FROM session WHERE token_hash = $1"
    first = await door.pool.fetchval(noted, hash_of_token(token))
    await told_anew(door)
    assert await status(door, token) == 200
    assert await door.pool.fetchval(noted, hash_of_token(token)) == first


async def ending(door: FrontDoor, how: str, token: str, here: str) -> str:
    """Returns the token that the other session has from then on."""
    if how == "changePassword":
        changed = await door.do(how, "token", here, oldPassword=PASSWORD, newPassword=OTHER)
        assert changed["errors"] == []
        return str(changed["token"])
    if how == "elsewhere":  # as another process ends it
        await door.pool.execute(
            "UPDATE session SET expires_at = now() WHERE token_hash = $1", hash_of_token(token)
        )
        await tell(door)
    elif how == "endSession":
        (other,) = [each["id"] for each in await sessions(door, here) if not each["current"]]
        assert (await door.do(how, token=here, id=other))["errors"] == []
    else:
        person, head = await door.id_of(GUARDIAN), await door.token(HEAD)
        why = {"reason": "Another person"} if how == "undoRegistration" else {}
        assert (await door.do(how, "", head, person=person, **why))["errors"] == []
    return here


@pytest.mark.parametrize(
    "how",
    [
        "changePassword",
        "endSession",
        "endSessionsOf",
        "giveTemporaryPassword",
        "undoRegistration",
        "elsewhere",
    ],
)
async def test_sockets_and_streams_of_a_session_that_has_ended_end_within_a_second(
    door: FrontDoor, how: str
) -> None:
    token, here = await door.token(GUARDIAN), await door.token(GUARDIAN)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        connect(
            f"ws://{door.host}/graphql", subprotocols=[PROTOCOL], additional_headers=headers
        ) as following,
        connect(
            f"ws://{door.host}/graphql", subprotocols=[PROTOCOL], additional_headers=headers
        ) as idle,
        door.http.stream(
            "POST",
            "/graphql",
            json={"query": "subscription { diaryChanged { cursor } }"},
            headers=headers | {"Accept": "text/event-stream"},
        ) as streamed,
    ):
        for socket in (following, idle):
            await socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        query = {"query": "subscription { gradeChanged { cursor } }"}
        await following.send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
        await asyncio.sleep(0.5)
        here = await ending(door, how, token, here)
        async with asyncio.timeout(10):  # a second, on a machine that has time
            told = json.loads(await following.recv())
            assert told == {"id": "1", "type": "error", "payload": ENDED}
            for socket in (following, idle):
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4403
            text = "".join([part async for part in streamed.aiter_text()])
        assert '"code":"UNAUTHENTICATED"' in text
        assert (await status(door, here) == 200) == (how in HERE_STAYS)
