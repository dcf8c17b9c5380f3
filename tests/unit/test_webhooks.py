"""What webhooks keep to: Standard Webhooks' signature and schedule, and where they may go."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from domain import clock
from domain.addresses import may_reach
from domain.webhooks import Schedule, Verdict, new_secret, shown_secret, signature, verdict, wait_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_signature_is_the_one_of_the_specifications_own_library() -> None:
    secret, at = new_secret(), clock.now()
    body = b'{"type":"grade.given"}'
    ours = signature([secret], "msg_1", int(at.timestamp()), body)
    assert ours == Webhook(shown_secret(secret)).sign("msg_1", at, body.decode())


def test_a_message_signed_with_two_secrets_is_taken_by_either_and_by_no_third() -> None:
    old, new, body = new_secret(), new_secret(), b"{}"
    at = int(clock.now().timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at),
        "webhook-signature": signature([new, old], "msg_1", at, body),
    }
    assert Webhook(shown_secret(old)).verify(body, headers) == {}
    assert Webhook(shown_secret(new)).verify(body, headers) == {}
    with pytest.raises(WebhookVerificationError):
        Webhook(shown_secret(new_secret())).verify(body, headers)


def test_a_secret_is_written_as_the_specification_says() -> None:
    assert shown_secret(b"\xff" * 32) == "whsec_" + b64encode(b"\xff" * 32).decode()
    assert len(new_secret()) == 32


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (301, Verdict.FAILED),
        (404, Verdict.FAILED),
        (410, Verdict.GONE),
        (429, Verdict.FAILED),
        (500, Verdict.FAILED),
        (None, Verdict.FAILED),
    ],
)
def test_what_an_answer_means(status: int | None, found: Verdict) -> None:
    assert verdict(status) is found


def test_a_message_is_tried_ten_times_within_76_hours() -> None:
    delays = [Schedule().delay(attempts, chance=0) for attempts in range(1, 11)]
    assert delays == [
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
        None,
    ]


@given(st.integers(1, 9), st.floats(0, 1), st.timedeltas(timedelta(), timedelta(hours=24)))
def test_chance_only_ever_adds_to_a_delay(attempts: int, chance: float, asked: timedelta) -> None:
    delay = Schedule().delay(attempts, chance, asked)
    least = Schedule().delay(attempts, 0, asked)
    assert delay is not None
    assert least is not None
    assert least >= asked
    assert least <= delay <= least * 1.2 + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, timedelta()),
        ("120", timedelta(minutes=2)),
        ("Mon, 02 Mar 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(hours=24)),
        ("-5", timedelta()),
        ("soon", timedelta()),
        ("", timedelta()),
        ("Mon, 99 Foo 2026", timedelta()),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(
    header: str | None, wait: timedelta
) -> None:
    assert wait_of(header, NOW) == wait


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_the_public_internet_may_be_sent_to(address: str) -> None:
    assert may_reach(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::7f00:1", "fe80::1", "fec0::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_nothing_but_the_public_internet_may_be_sent_to(address: str) -> None:
    assert not may_reach(ip_address(address))


def test_a_network_that_is_allowed_by_name_may_be_sent_to_and_no_other() -> None:
    allowed = [ip_network("10.1.0.0/16")]
    assert may_reach(ip_address("10.1.2.3"), allowed)
    assert may_reach(ip_address("::ffff:10.1.2.3"), allowed)
    assert not may_reach(ip_address("10.2.2.3"), allowed)
