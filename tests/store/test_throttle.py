"""The throttle of signing in: all processes count together, and nobody is locked out by others."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.store import Store
from domain.errors import Problem
from resolvers.sessions import LASTS, drop_old, sign_in, sign_out
from resolvers.throttle import Allowance, Throttle

HOUR = timedelta(hours=1)
STRICT = Throttle(Allowance(2, HOUR), Allowance(5, HOUR))
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.1"


@pytest.fixture
async def other_process(school_url: str) -> AsyncIterator[Store]:
    store = await Store.connect(school_url, connections=4)
    try:
        yield store
    finally:
        await store.close()


async def said(
    store: Store, login: str, password: str = "wrong", address: str = HOME, by: Throttle = STRICT
) -> str:
    """The code with which signing in ends."""
    try:
        await sign_in(store, login, password, address=address, throttle=by)
    except Problem as problem:
        return str(problem.code)
    return "SIGNED_IN"


async def wait(store: Store, time: timedelta) -> None:
    """What is counted, as it is after a while."""
    await store.pool.execute("UPDATE sign_in_tries SET full_at = full_at - $1::interval", time)


async def taken(allowance: Allowance, store: Store, key: bytes = b"anna") -> bool:
    try:
        await allowance.take(store, key)
    except Problem:
        return False
    return True


async def test_tries_of_a_login_are_counted_however_it_is_written_and_from_wherever(
    store: Store,
) -> None:
    assert await said(store, "parent1", address=HOME) == "UNAUTHENTICATED"
    assert await said(store, "PARENT1", address=ELSEWHERE) == "UNAUTHENTICATED"
    assert await said(store, "Parent1", "demo") == "RATE_LIMITED"
    assert await said(store, "parent2", "demo") == "SIGNED_IN"


async def test_tries_of_an_address_are_counted_whatever_the_login(store: Store) -> None:
    tries = [await said(store, f"nobody{number}") for number in range(6)]
    assert tries == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"]
    assert await said(store, "parent1", "demo", ELSEWHERE) == "SIGNED_IN"


async def test_who_has_a_network_of_ipv6_has_no_more_tries_than_who_has_an_address(
    store: Store,
) -> None:
    addresses = [f"2001:db8:1:1::{number}" for number in range(6)]
    tries = [await said(store, f"nobody{at}", address=at) for at in addresses]
    assert tries == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"]
    assert await said(store, "parent1", "demo", "2001:db8:1:2::1") == "SIGNED_IN"


async def test_a_wide_network_of_ipv6_has_more_tries_than_a_household_but_not_as_all_in_it(
    store: Store,
) -> None:
    """Here an address has 5: a /56 has 10, and a /48 has 20."""

    async def tried(*prefixes: str) -> int:
        tries = [
            await said(store, f"nobody{prefix}{host}", address=f"{prefix}::{host}")
            for prefix in prefixes
            for host in range(1, 8)
        ]
        assert set(tries) <= {"UNAUTHENTICATED", "RATE_LIMITED"}
        return tries.count("UNAUTHENTICATED")

    assert await tried("2001:db8:1:0") == 5
    assert await tried("2001:db8:1:1", "2001:db8:1:2", "2001:db8:1:ff") == 5
    assert await tried("2001:db8:1:100", "2001:db8:1:200") == 10
    assert await tried("2001:db8:1:300", "2001:db8:1:ffff") == 0
    assert await tried("2001:db8:2:0") == 5
    assert await said(store, "parent1", "demo", "2001:db8:2:1::1") == "SIGNED_IN"


async def test_a_try_that_a_wider_network_has_not_uses_up_none_of_the_narrower(
    store: Store,
) -> None:
    for net in range(4):
        for host in range(5):
            await said(store, f"nobody{net}{host}", address=f"2001:db8:1:{net}00::{host}")
    late = "2001:db8:1:400::1"
    for _ in range(9):
        assert await said(store, "parent1", address=late) == "RATE_LIMITED"
    await wait(store, HOUR)  # with which four come back to the /48
    tries = [await said(store, f"somebody{number}", address=late) for number in range(5)]
    assert tries == ["UNAUTHENTICATED"] * 4 + ["RATE_LIMITED"]


async def test_what_an_address_has_no_tries_for_uses_up_none_of_the_login(store: Store) -> None:
    by = Throttle(Allowance(1, HOUR), Allowance(1, HOUR))
    assert await said(store, "nobody", by=by) == "UNAUTHENTICATED"
    assert await said(store, "parent1", by=by) == "RATE_LIMITED"
    assert await said(store, "parent1", "demo", ELSEWHERE, by) == "SIGNED_IN"


async def test_signing_in_rightly_uses_no_try_up(store: Store) -> None:
    by = Throttle(Allowance(1, HOUR))
    rightly = [await said(store, "parent1", "demo", by=by) for _ in range(3)]
    assert rightly == ["SIGNED_IN"] * 3
    assert await said(store, "parent1", by=by) == "UNAUTHENTICATED"
    assert await said(store, "parent1", by=by) == "RATE_LIMITED"


async def test_who_has_signed_in_from_where_they_are_is_not_locked_out_from_elsewhere(
    store: Store,
) -> None:
    begun = await sign_in(store, "parent1", "demo", address=HOME, throttle=STRICT)
    await sign_out(store, begun.token)
    guesses = [await said(store, "parent1", address=ELSEWHERE) for _ in range(3)]
    assert guesses == ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED"]
    assert await said(store, "parent1", "demo", ELSEWHERE) == "RATE_LIMITED"
    assert await said(store, "parent1", "demo", HOME) == "SIGNED_IN"
    at_home = [await said(store, "parent1", address=HOME) for _ in range(3)]
    assert at_home == ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED"]


async def test_tries_say_neither_which_logins_there_are_nor_who_has_signed_in_where(
    store: Store,
) -> None:
    """However the tries of a login were used up elsewhere, each has its own where anybody is
    known."""
    await sign_in(store, "parent1", "demo", address=HOME, throttle=STRICT)
    by = Throttle(Allowance(2, HOUR), Allowance(99, HOUR))
    said_of = {}
    for login in ("parent1", "parent2", "nobody"):
        tries = [await said(store, login, address=ELSEWHERE, by=by) for _ in range(3)]
        said_of[login] = tries + [await said(store, login, address=HOME, by=by) for _ in range(3)]
    three = ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED"]
    assert said_of == dict.fromkeys(said_of, three * 2)


async def test_who_makes_many_networks_known_has_no_tries_without_end(store: Store) -> None:
    by = Throttle(Allowance(2, HOUR), Allowance(99, HOUR), familiar=Allowance(5, HOUR))
    tries = []
    for place in range(4):
        address = f"198.51.100.{place}"
        await sign_in(store, "parent2", "demo", address=address)
        tries += [await said(store, "parent1", address=address, by=by) for _ in range(2)]
    assert tries == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"] * 3
    assert await said(store, "parent1", "demo", ELSEWHERE, by) == "RATE_LIMITED"
    assert await said(store, "parent3", "demo", ELSEWHERE, by) == "SIGNED_IN"


async def test_a_place_where_nobody_has_signed_in_for_long_is_as_strange_as_any(
    store: Store,
) -> None:
    await sign_in(store, "parent1", "demo", address=HOME, throttle=STRICT)
    await store.pool.execute("UPDATE session SET created_at = now() - $1::interval", LASTS)
    await drop_old(store)
    assert await store.pool.fetchval("SELECT count(*) FROM session") == 0
    for _ in range(3):
        await said(store, "parent1", address=ELSEWHERE)
    assert await said(store, "parent1", "demo", HOME) == "RATE_LIMITED"


async def test_a_try_comes_back_with_time_and_asking_early_does_not_put_it_off(
    store: Store,
) -> None:
    allowance = Allowance(2, timedelta(hours=2))
    assert [await taken(allowance, store) for _ in range(3)] == [True, True, False]
    with pytest.raises(Problem, match=r"Try again in 7\d\d\d seconds\.") as caught:
        await allowance.take(store, b"anna")
    assert caught.value.code == "RATE_LIMITED"
    await wait(store, HOUR)
    assert not await taken(allowance, store)
    await wait(store, HOUR)
    assert [await taken(allowance, store) for _ in range(2)] == [True, False]


async def test_what_is_given_back_is_never_more_than_there_was(store: Store) -> None:
    allowance = Allowance(1, HOUR)
    assert await taken(allowance, store)
    for _ in range(3):
        await allowance.give_back(store, b"anna")
    assert [await taken(allowance, store) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("used_before", [0, 3])
async def test_of_tries_in_several_processes_at_once_just_as_many_go_through_as_may(
    store: Store, other_process: Store, used_before: int
) -> None:
    allowance = Allowance(10, HOUR)
    for _ in range(used_before):
        await allowance.take(store, b"anna")
    tries = (taken(allowance, one) for _ in range(25) for one in (store, other_process))
    assert sum(await asyncio.gather(*tries)) == 10 - used_before
    assert await taken(allowance, other_process, b"boris")


async def test_counts_that_say_nothing_any_more_are_dropped(store: Store) -> None:
    for key, allowance in ((b"anna", Allowance(1, HOUR)), (b"boris", Allowance(1, 2 * HOUR))):
        await allowance.take(store, key)
    await wait(store, HOUR)
    await drop_old(store)
    kept: list[Any] = await store.pool.fetch("SELECT key FROM sign_in_tries")
    assert [row["key"] for row in kept] == [b"boris"]
