"""Signing in and out, and what a process remembers of a viewer."""

from dataclasses import asdict, replace
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from db.store import Store
from domain.clock import now
from domain.errors import Problem
from resolvers import passwords, sessions, viewers
from resolvers.global_id import NIL
from resolvers.sessions import canonical, renew, sign_in, sign_out, viewer_anew, viewer_of
from resolvers.used_sessions import used_sessions_of
from resolvers.viewers import NOTED_EVERY, Viewers, viewers_of
from tests.cluster import on_one_postgresql

WRONG = "Login or password is wrong."


async def one(store: Store, query: str, *arguments: object) -> Any:
    async with store.pool.acquire() as connection:
        return await connection.fetchval(query, *arguments)


async def test_a_token_stands_for_whom_it_was_given_and_only_its_hash_is_stored(
    store: Store,
) -> None:
    begun = await sign_in(store, "parent1", "demo")
    seen = await viewer_of(store, begun.token)
    assert seen is not None
    assert seen.account.login == "parent1"
    assert len(begun.token) == 43
    stored = await one(store, "SELECT token_hash FROM session")
    assert len(stored) == 32
    assert begun.token.encode() not in stored


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("parent1", "Demo"),
        ("nobody", "demo"),
        ("parent1", ""),
        ("", "demo"),
        ("parent1", "x" * 257),
        ("par\0ent1", "demo"),
    ],
)
async def test_nothing_tells_an_unknown_login_from_a_wrong_password(
    store: Store, login: str, password: str
) -> None:
    with pytest.raises(Problem, match=WRONG) as caught:
        await sign_in(store, login, password)
    assert caught.value.code == "UNAUTHENTICATED"
    assert await one(store, "SELECT count(*) FROM session") == 0


async def test_an_unknown_login_costs_a_hash_with_the_same_parameters(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    verified = passwords._verified

    def watch(stored: str, password: str) -> bool:
        compared.append(stored)
        return verified(stored, password)

    monkeypatch.setattr(passwords, "_verified", watch)
    for login in ("parent1", "nobody"):
        with pytest.raises(Problem):
            await sign_in(store, login, "wrong")
    known, unknown = (stored.split("$")[:4] for stored in compared)
    assert known == unknown == ["", "argon2id", "v=19", "m=19456,t=2,p=1"]
    assert len(compared[0]) == len(compared[1])
    with pytest.raises(VerifyMismatchError):  # it was read, and computed to the end
        passwords._hasher.verify(compared[1], "wrong")


async def test_an_account_that_was_closed_cannot_sign_in(store: Store) -> None:
    await one(store, "UPDATE account SET active = false WHERE login = 'parent1'")
    with pytest.raises(Problem, match=WRONG):
        await sign_in(store, "parent1", "demo")


async def test_a_login_may_be_written_in_capitals_or_in_wide_letters(store: Store) -> None:
    begun = await sign_in(store, " ＰArent1 ", "demo")
    assert begun.viewer.account.login == canonical(" ＰArent1 ") == "parent1"


async def test_a_hash_of_other_parameters_is_made_anew(store: Store) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("demo")
    await one(store, "UPDATE account SET password_hash = $1 WHERE login = 'parent1'", old)
    await sign_in(store, "parent1", "demo")
    fresh = await one(store, "SELECT password_hash FROM account WHERE login = 'parent1'")
    assert fresh.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await sign_in(store, "parent1", "demo")
    assert await one(store, "SELECT password_hash FROM account WHERE login = 'parent1'") == fresh


async def test_where_too_many_wait_for_a_hash_one_more_is_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = BoundedSemaphore(1)
    monkeypatch.setattr(passwords, "_places", places)
    places.acquire()
    with pytest.raises(Problem) as caught:
        await passwords.verify(None, "demo")
    assert caught.value.code == "RATE_LIMITED"


async def test_a_session_ends_here_at_once_and_tells_the_others(store: Store) -> None:
    begun = await sign_in(store, "parent1", "demo")
    await sign_out(store, begun.token)
    assert await viewer_of(store, begun.token) is None
    told = await one(store, "SELECT (topic, ref)::text FROM outbox")
    assert told == f"(RIGHTS,{begun.viewer.account.id})"
    await sign_out(store, begun.token)


async def test_a_session_that_is_over_stands_for_nobody(store: Store) -> None:
    begun = await sign_in(store, "parent1", "demo")
    await one(store, "UPDATE session SET expires_at = $1", now() - timedelta(seconds=1))
    viewers_of(store).forget(begun.viewer.account.id)
    assert await viewer_of(store, begun.token) is None


async def test_rights_are_read_anew_when_they_have_changed(store: Store) -> None:
    begun = await sign_in(store, "parent1", "demo")
    for ref in (begun.viewer.account.id, NIL):
        before = await viewer_of(store, begun.token)
        assert await viewer_of(store, begun.token) is before
        viewers_of(store).rights_changed(1, ref)
        assert await viewer_of(store, begun.token) is not before


async def test_rights_are_read_anew_after_a_while(store: Store) -> None:
    time = 0.0
    known = Viewers(clock=lambda: time)
    viewer = (await sign_in(store, "parent1", "demo")).viewer
    known.keep(b"token", viewer, known.age)
    time = viewers.FRESH_FOR - 1
    assert known.get(b"token") is viewer
    time = viewers.FRESH_FOR
    assert known.get(b"token") is None


@on_one_postgresql("a cluster reads three statements, each of which finds its worker")
async def test_who_a_session_is_of_is_read_in_one_statement(store: Store) -> None:
    async def read(login: str) -> list[str]:
        """The statements; who is read so is whoever was read by those of a sign-in."""
        begun, seen = await sign_in(store, login, "demo"), list[str]()
        store.watchers.append(seen.append)
        viewer = await viewer_anew(store, begun.token)
        store.watchers.clear()
        assert viewer is not None
        assert asdict(viewer.account).keys() == dict(begun.viewer.account).keys()
        assert viewer.schools == begun.viewer.schools != {}
        assert viewer.held == begun.viewer.held
        return seen

    for login in ("head", "parent1", "student1"):
        assert await read(login) == ["viewers_by_sessions"]
    assert await read("teacher1") == ["viewers_by_sessions", "ties_of_teachers"]
    await one(  # of somebody who is no student there any more, for whom ties are not asked
        store,
        "INSERT INTO membership (school_id, id, account_id, role, student_id, ends_on)"
        " SELECT m.school_id, gen_random_uuid(), m.account_id, 'STUDENT', s.id, '2000-01-01'"
        " FROM membership m JOIN account a ON a.id = account_id AND login = 'parent1'"
        " JOIN student s ON s.school_id = m.school_id LIMIT 1",
    )
    assert await read("parent1") == ["viewers_by_sessions", "ties_of_family"]


async def test_a_viewer_is_known_for_longer_where_a_look_finds_their_rights_unchanged(
    store: Store,
) -> None:
    time, looks = 0.0, [True, False, True]
    known = Viewers(clock=lambda: time)
    viewer = (await sign_in(store, "parent1", "demo")).viewer

    async def look() -> bool:
        return looks.pop(0)

    known.keep(b"token", viewer, known.age)
    time = viewers.FRESH_WITH_FEED
    assert await known.renewed(b"token") is None  # nothing looks
    known.look = look
    assert known.get(b"token") is None
    assert await known.renewed(b"token") is viewer
    assert known.get(b"token") is viewer
    time = 2 * viewers.FRESH_WITH_FEED
    assert await known.renewed(b"token") is None  # a look that failed
    assert known.get(b"token") is None
    time = viewers.FRESH_WITH_LOOKS
    assert await known.renewed(b"token") is None  # they are read anew now and then
    known.keep(b"token", viewer, known.age)
    time += viewers.FRESH_FOR

    async def found() -> bool:
        known.rights_changed(1, viewer.account.id)
        return True

    known.look = found
    assert await known.renewed(b"token") is None
    known.keep(b"token", replace(viewer, schools={}), known.age)
    time += viewers.FRESH_FOR
    known.look = look
    assert await known.renewed(b"token") is None  # whose changes nobody tells of


async def test_use_is_noted_of_a_viewer_who_is_not_read_anew(store: Store) -> None:
    begun, late = await sign_in(store, "parent1", "demo"), 0.0
    known = Viewers(clock=lambda: late)
    token_hash = sessions.hash_of(begun.token)
    known.keep(token_hash, begun.viewer, known.age)
    long_ago = "UPDATE session SET last_used_at = now() - interval '1 hour'"
    used = "SELECT now() - last_used_at < interval '1 minute' FROM session WHERE token_hash = $1"
    await store.pool.execute(long_ago)
    with patch.object(sessions, "viewers_of", lambda _: known):
        assert await sessions.viewer_of(store, begun.token) is begun.viewer
        assert await store.pool.fetchval(used, token_hash) is False
        late = NOTED_EVERY.total_seconds()
        known.feed_caught_up()
        known._known[token_hash].since = late
        assert await sessions.viewer_of(store, begun.token) is begun.viewer
        await used_sessions_of(store).written()
        assert await store.pool.fetchval(used, token_hash) is True


async def test_the_old_token_of_a_session_is_told_of(store: Store) -> None:
    begun = await sign_in(store, "parent1", "demo")
    assert await renew(store, begun.token) is not None
    told = "SELECT array_agg(ref) FROM outbox WHERE topic = 'RIGHTS'"
    assert await one(store, told) == [begun.viewer.account.id]


async def test_rights_are_trusted_for_longer_while_a_feed_tells_of_their_changes(
    store: Store,
) -> None:
    time = 0.0
    known = Viewers(clock=lambda: time)
    viewer = (await sign_in(store, "parent1", "demo")).viewer
    known.keep(b"token", viewer, known.age)
    time = viewers.FRESH_FOR
    known.feed_caught_up()
    assert known.get(b"token") is viewer
    time = viewers.FRESH_FOR + viewers.CAUGHT_UP_FOR
    assert known.get(b"token") is None
    time = viewers.FRESH_WITH_FEED
    known.feed_caught_up()
    assert known.get(b"token") is None


async def test_what_was_read_before_rights_changed_is_not_kept(store: Store) -> None:
    known = Viewers()
    viewer = (await sign_in(store, "parent1", "demo")).viewer
    age = known.age
    known.forget(viewer.account.id)
    known.keep(b"token", viewer, age)
    assert known.get(b"token") is None


async def test_what_is_remembered_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "MOST_VIEWERS", 2)
    known = Viewers()
    viewer = (await sign_in(store, "parent1", "demo")).viewer
    for token in (b"1", b"2", b"3"):
        known.keep(token, viewer, known.age)
    assert [known.get(token) for token in (b"1", b"2", b"3")] == [None, viewer, viewer]
