"""Where webhooks connect to: the address that was looked at, over TLS, and nowhere inside."""

import ssl
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest
import trustme

from domain.addresses import Address
from domain.webhooks import Verdict
from resolvers.webhooks.sender import Answer, Sender
from tests.store.post_room import LOOPBACK
from tests.store.receiver import Receiver, answer, receiving

FORBIDDEN = Answer(error="The host's address is not one that webhooks may be sent to.")
INSECURE = Answer(
    error="No secure connection could be made: the certificate or protocol does not do."
)
HEADERS = {"webhook-id": "msg_1"}
AUTHORITY = trustme.CA()


class Names:
    """Resolves any name to these addresses, one list after another; the last one lasts."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[Address]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(each) for each in found]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def secure() -> AsyncIterator[Receiver]:
    """Has a certificate for receiver.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("receiver.example").configure_cert(context)
    async with receiving(tls=context) as receiver:
        yield receiver


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


async def send(sender: Sender, url: str) -> Answer:
    async with sender.line(url, 5) as line:
        return await line.send(HEADERS, b"{}")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        [],
    ],
)
async def test_a_name_that_leads_inside_is_not_connected_to(
    receiver: Receiver, addresses: list[str]
) -> None:
    sender = Sender(resolve=Names(addresses))
    assert await send(sender, f"https://inside.example:{receiver.port}/") == FORBIDDEN
    assert receiver.got == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1"])
async def test_an_inner_address_is_refused_however_it_is_written(
    receiver: Receiver, host: str
) -> None:
    found = await send(Sender(), f"https://{host}:{receiver.port}/")
    assert found == FORBIDDEN
    assert receiver.got == []


async def test_a_name_that_leads_elsewhere_at_the_next_connection_is_looked_at_again(
    receiver: Receiver,
) -> None:
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    sender = Sender(LOOPBACK, resolve=names)
    url = f"http://rebinding.example:{receiver.port}/"
    assert (await send(sender, url)).verdict is Verdict.DELIVERED
    assert await send(sender, url) == FORBIDDEN
    assert names.asked == ["rebinding.example"] * 2
    assert len(receiver.got) == 1


async def test_plain_http_goes_to_the_loopback_alone(receiver: Receiver) -> None:
    sender = Sender(LOOPBACK, resolve=Names(["93.184.215.14"]))
    assert await send(sender, f"http://outside.example:{receiver.port}/") == FORBIDDEN


async def test_a_certificate_is_verified_by_the_name_and_not_the_address(secure: Receiver) -> None:
    sender = Sender(LOOPBACK, resolve=Names(["127.0.0.1"]), ssl_context=trusting())
    found = await send(sender, f"https://receiver.example:{secure.port}/")
    assert found == Answer(status=204)
    (got,) = secure.got
    assert got.headers["host"] == f"receiver.example:{secure.port}"


async def test_a_certificate_of_another_name_or_of_nobody_is_refused(secure: Receiver) -> None:
    names = Names(["127.0.0.1"])
    other = Sender(LOOPBACK, resolve=names, ssl_context=trusting())
    assert await send(other, f"https://other.example:{secure.port}/") == INSECURE
    stranger = Sender(LOOPBACK, resolve=names)
    assert await send(stranger, f"https://receiver.example:{secure.port}/") == INSECURE
    assert secure.got == []


async def test_a_redirection_is_not_followed(receiver: Receiver) -> None:
    receiver.script = [answer(302, location=f"{receiver.url}/elsewhere")]
    found = await send(Sender(LOOPBACK), receiver.url)
    assert found == Answer(302, "The answer was 302: a redirection is not followed.")
    assert len(receiver.got) == 1


async def test_a_proxy_of_the_environment_is_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert await send(Sender(LOOPBACK), receiver.url) == Answer(status=204)


async def test_a_name_that_does_not_exist_is_a_failure() -> None:
    async def unknown(host: str, port: int) -> list[Address]:
        raise OSError(f"{host} is unknown")

    found = await send(Sender(resolve=unknown), "https://nowhere.example/")
    assert found == Answer(error="The host's name could not be resolved.")


@pytest.mark.parametrize("host", ["...", "a..example", "a" * 64 + ".example"])
async def test_what_no_host_can_be_called_is_a_name_that_does_not_exist(host: str) -> None:
    found = await send(Sender(), f"https://{host}/")
    assert found == Answer(error="The host's name could not be resolved.")


async def test_a_second_address_is_tried_where_the_first_does_not_answer(
    receiver: Receiver,
) -> None:
    sender = Sender(LOOPBACK, resolve=Names(["127.0.0.2", "127.0.0.1"]))
    found = await send(sender, f"http://two.example:{receiver.port}/")
    assert found == Answer(status=204)
