"""The throttle of signing in, by a clock that the tests set."""

import pytest

from domain.errors import Problem
from domain.throttle import Buckets, Throttle


def test_sign_ins_are_counted_by_login_and_come_back_with_time() -> None:
    now = 0.0
    throttle = Throttle(Buckets(2, 30, clock=lambda: now), Buckets(100, 1, clock=lambda: now))
    throttle.sign_in("anna", "192.0.2.1")
    throttle.sign_in("anna", "192.0.2.2")
    with pytest.raises(Problem, match="Try again in 31 seconds") as caught:
        throttle.sign_in("anna", "192.0.2.3")
    assert caught.value.code == "RATE_LIMITED"
    throttle.sign_in("boris", "192.0.2.1")
    now = 30.0
    throttle.sign_in("anna", "192.0.2.1")


def test_sign_ins_are_counted_by_address() -> None:
    throttle = Throttle(addresses=Buckets(2, 1, clock=lambda: 0.0))
    throttle.sign_in("anna", "192.0.2.1")
    throttle.sign_in("boris", "192.0.2.1")
    with pytest.raises(Problem):
        throttle.sign_in("clara", "192.0.2.1")
    throttle.sign_in("clara", "192.0.2.2")


def test_a_right_password_is_not_counted_against_the_login() -> None:
    throttle = Throttle(Buckets(1, 30, clock=lambda: 0.0), Buckets(100, 1, clock=lambda: 0.0))
    for _ in range(5):
        throttle.sign_in("anna", "192.0.2.1")
        throttle.signed_in("anna")
    throttle.sign_in("anna", "192.0.2.1")
    with pytest.raises(Problem):
        throttle.sign_in("anna", "192.0.2.1")


def test_what_is_given_back_never_exceeds_the_size() -> None:
    buckets = Buckets(1, 60, clock=lambda: 0.0)
    buckets.take("anna")
    buckets.give_back("anna")
    buckets.give_back("anna")
    buckets.give_back("boris")
    assert buckets.levels == {"anna": (1.0, 0.0)}


def test_waiting_does_not_put_the_next_try_off() -> None:
    now = 0.0
    buckets = Buckets(1, 30, clock=lambda: now)
    assert buckets.take("anna") == 0
    now = 15.0
    assert buckets.take("anna") == 15
    now = 30.0
    assert buckets.take("anna") == 0


def test_the_throttle_is_bounded_in_memory() -> None:
    buckets = Buckets(1, 60, capacity=3)
    for number in range(10):
        assert buckets.take(str(number)) == 0
    assert list(buckets.levels) == ["7", "8", "9"]
