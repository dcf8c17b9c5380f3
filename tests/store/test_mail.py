"""Mail is queued with what causes it, and sent once, whatever the server does."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import trustme

from db.store import Store
from db.writing.mail import NewMail, queue
from domain.mail import Server
from gateway.pages import PAGES
from resolvers.mail import Post, Ready, Terms
from resolvers.mail.letters import LETTERS, letter
from resolvers.mail.rendering import LETTERS as TEXTS
from resolvers.mail.rendering import render
from tests.store.mail_server import lets_in, mail_server
from tests.store.post_room import Clock

ADDRESS = "http://gradebook.example"
CODE = {"accounts": [{"login": "anna", "code": "s3cret"}], "minutes": 30}


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = await Store.connect(database_url, connections=6)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _plain_letter() -> Iterator[None]:
    """The letter's own way to find its recipient is another test's."""
    known = LETTERS.get("password_code")
    letter("password_code")
    yield
    if known is not None:
        LETTERS["password_code"] = known


@asynccontextmanager
async def sending(
    store: Store,
    server: Server | None,
    clock: Clock,
    *,
    posts: int = 1,
    at_once: int = 4,
    shows: bool = False,
) -> AsyncIterator[None]:
    terms = Terms(clock=clock, chance=lambda: 0.0, poll=0.02, apart=0, at_once=at_once)
    async with AsyncExitStack() as stack:
        for _ in range(posts):
            post = Post(store, server, address=ADDRESS, shows=shows, terms=terms)
            await stack.enter_async_context(running(post))
        yield


@asynccontextmanager
async def running(post: Post) -> AsyncIterator[None]:
    task = asyncio.create_task(post.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def queued(
    store: Store, *to: str, language: str = "en", expires_at: datetime | None = None
) -> None:
    async with store.transaction() as transaction:
        for each in to:
            new = NewMail(f"reset:{each}", "password_code", each, language, CODE, None, expires_at)
            assert await queue(transaction, new)


async def log(store: Store, columns: str = "recipient, state, attempts") -> list[tuple[Any, ...]]:
    rows = await store.pool.fetch(f"SELECT {columns} FROM mail ORDER BY recipient")
    return [tuple(row) for row in rows]


async def until(store: Store, *rows: tuple[Any, ...]) -> None:
    try:
        async with asyncio.timeout(30):
            while await log(store) != sorted(rows):
                await asyncio.sleep(0.01)
    except TimeoutError:
        assert await log(store) == sorted(rows)


async def test_a_mail_is_queued_with_what_causes_it_and_once_for_an_event(store: Store) -> None:
    new = NewMail("reset:1", "password_code", "anna@school.example")
    with suppress(ZeroDivisionError):
        async with store.transaction() as transaction:
            assert await queue(transaction, new)
            raise ZeroDivisionError
    assert await log(store) == []
    async with store.transaction() as transaction:
        assert await queue(transaction, new)
        assert not await queue(transaction, new)
    assert await log(store) == [("anna@school.example", "QUEUED", 0)]


async def test_a_mail_is_sent_as_text_and_html_in_the_familys_language_and_then_forgotten(
    store: Store, clock: Clock
) -> None:
    async with mail_server() as server, sending(store, server.server(), clock):
        await queued(store, "anna@school.example", language="ru")
        await until(store, ("anna@school.example", "SENT", 1))
        ((to, message),) = server.got
    ((id_, data),) = await log(store, "id, data")
    assert (to, message["To"]) == ("anna@school.example", "anna@school.example")
    assert message["From"] == "Gradebook <gradebook@school.example>"
    assert message["Subject"] == "Новый пароль для Gradebook"
    assert message["Message-ID"] == f"<{id_}@school.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"Логин: anna\n{ADDRESS}/password#s3cret\n" in server.text()
    html = message.get_body(("html",))
    assert html is not None
    assert f'<a href="{ADDRESS}/password#s3cret">' in html.get_content()
    assert data == {}


async def test_several_processes_send_each_mail_once(store: Store, clock: Clock) -> None:
    to = [f"parent{number}@school.example" for number in range(60)]
    await queued(store, *to)
    async with mail_server() as server, sending(store, server.server(), clock, posts=3):
        await until(store, *((each, "SENT", 1) for each in to))
        assert sorted(each for each, _ in server.got) == sorted(to)
        assert server.connections < len(to)


async def test_mail_waits_while_the_server_is_down(store: Store, clock: Clock) -> None:
    async with mail_server() as server:
        await server.die()
        await queued(store, "anna@school.example", "boris@school.example")
        async with sending(store, server.server(), clock, at_once=1):
            await until(
                store, ("anna@school.example", "QUEUED", 1), ("boris@school.example", "QUEUED", 0)
            )
            ((error,), _) = await log(store, "last_error")
            assert error == "The server could not be reached."
            await server.live()
            clock.forward(minutes=1)
            await until(
                store, ("anna@school.example", "SENT", 2), ("boris@school.example", "SENT", 1)
            )
        assert len(server.got) == 2


async def test_a_mail_is_given_up_when_it_was_tried_for_long_or_its_time_is_over(
    store: Store, clock: Clock
) -> None:
    async with mail_server() as server:
        await server.die()
        await queued(store, "anna@school.example")
        async with sending(store, server.server(), clock):
            for tries in range(1, 13):
                await until(store, ("anna@school.example", "QUEUED", tries))
                clock.forward(days=1, minutes=1)
            await until(store, ("anna@school.example", "FAILED", 13))
        await queued(store, "boris@school.example", expires_at=clock() + timedelta(minutes=30))
        clock.forward(minutes=31)
        await server.live()
        async with sending(store, server.server(), clock):
            await until(
                store, ("anna@school.example", "FAILED", 13), ("boris@school.example", "FAILED", 1)
            )
        assert server.got == []


async def test_a_server_may_be_slow(store: Store, clock: Clock) -> None:
    """Before it has the text, a mail that takes too long is tried again."""
    async with mail_server(slow_recipients=1.0) as server:
        await queued(store, "anna@school.example")
        async with sending(store, server.server(seconds=0.3), clock):
            await until(store, ("anna@school.example", "QUEUED", 1))
            assert await log(store, "last_error") == [("The server did not answer in time.",)]
            server.slow_recipients = 0.01
            clock.forward(minutes=1)
            await until(store, ("anna@school.example", "SENT", 2))
        assert len(server.got) == 1


async def test_an_address_that_is_refused_bounces_and_the_others_get_theirs(
    store: Store, clock: Clock
) -> None:
    refuses = {
        "gone@school.example": "550 5.1.1 No such user",
        "full@school.example": "452 4.2.2 Try again later",
    }
    async with mail_server(refuses=refuses) as server, sending(store, server.server(), clock):
        await queued(store, "gone@school.example", "full@school.example", "anna@school.example")
        await until(
            store,
            ("gone@school.example", "BOUNCED", 1),
            ("full@school.example", "QUEUED", 1),
            ("anna@school.example", "SENT", 1),
        )
        errors = [error for (error,) in await log(store, "last_error")]
        assert errors == [None, "452 4.2.2 Try again later", "550 5.1.1 No such user"]
        del refuses["full@school.example"]
        clock.forward(minutes=1)
        await until(
            store,
            ("gone@school.example", "BOUNCED", 1),
            ("full@school.example", "SENT", 2),
            ("anna@school.example", "SENT", 1),
        )
        assert [to for to, _ in server.got] == ["anna@school.example", "full@school.example"]


@pytest.mark.parametrize(
    ("answer", "state"), [("554 5.7.1 Spam", "BOUNCED"), ("451 4.7.1 Greylisted", "SENT")]
)
async def test_a_text_that_is_refused_is_tried_again_only_if_the_server_asks_for_it(
    store: Store, clock: Clock, answer: str, state: str
) -> None:
    async with mail_server(answers=[answer]) as server, sending(store, server.server(), clock):
        await queued(store, "anna@school.example")
        if state == "SENT":
            await until(store, ("anna@school.example", "QUEUED", 1))
            clock.forward(minutes=1)
        await until(store, ("anna@school.example", state, 2 if state == "SENT" else 1))
        assert len(server.got) == (state == "SENT")


@pytest.mark.parametrize("drops", [False, True])
async def test_a_text_whose_answer_comes_too_late_or_never_is_not_sent_again(
    store: Store, clock: Clock, drops: bool
) -> None:
    async with mail_server(holds=asyncio.Event(), drops=drops) as server:
        await queued(store, "anna@school.example")
        async with sending(store, server.server(answer_seconds=0.3), clock):
            await until(store, ("anna@school.example", "UNANSWERED", 1))
            assert server.holds is not None
            server.holds.set()
            clock.forward(days=2)
            await queued(store, "boris@school.example")
            await until(
                store,
                ("anna@school.example", "UNANSWERED", 1),
                ("boris@school.example", "UNANSWERED" if drops else "SENT", 1),
            )
        assert [to for to, _ in server.got] == ["anna@school.example", "boris@school.example"]


async def test_a_text_that_a_process_has_handed_over_before_it_died_is_not_sent_again(
    store: Store, clock: Clock
) -> None:
    await queued(store, "anna@school.example", "boris@school.example")
    await store.pool.execute(
        "UPDATE mail SET state = 'SENDING', lease_until = now() + interval '1 minute'"
        " WHERE recipient LIKE 'anna%'"
    )
    async with mail_server() as server, sending(store, server.server(), clock):
        await until(
            store, ("anna@school.example", "SENDING", 0), ("boris@school.example", "SENT", 1)
        )
        clock.forward(minutes=2)
        await until(
            store, ("anna@school.example", "UNANSWERED", 0), ("boris@school.example", "SENT", 1)
        )
        assert len(server.got) == 1


async def test_a_process_that_stops_ends_what_it_has_handed_over(
    store: Store, clock: Clock
) -> None:
    async with mail_server(holds=asyncio.Event()) as server:
        await queued(store, "anna@school.example")
        async with sending(store, server.server(), clock):
            await until(store, ("anna@school.example", "SENDING", 0))
            assert server.holds is not None
            asyncio.get_running_loop().call_later(0.3, server.holds.set)
        assert await log(store) == [("anna@school.example", "SENT", 1)]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("name", ["127.0.0.1", "another.example", None])
async def test_mail_goes_only_over_tls_with_a_certificate_of_the_servers_name(
    store: Store, clock: Clock, authority: trustme.CA, name: str | None
) -> None:
    login = {
        "tls_context": certified(authority, name) if name else None,
        "authenticator": lets_in(b"gate", b"p:w@"),
        "auth_require_tls": True,
    }
    async with mail_server(options=login if name else {}) as server:
        given = server.server(
            tls="starttls",
            ssl_context=trusting(authority),
            username="gate" if name else None,
            password="p:w@" if name else None,
        )
        async with sending(store, given, clock):
            await queued(store, "anna@school.example")
            if name == "127.0.0.1":
                await until(store, ("anna@school.example", "SENT", 1))
                assert server.clients == ["gate"]
                return
            await until(store, ("anna@school.example", "QUEUED", 1))
        ((error,),) = await log(store, "last_error")
        assert error.startswith("The server offers no TLS that does")
        assert server.got == []


async def test_a_server_that_lets_the_gateway_not_in_gets_no_mail_and_loses_none(
    store: Store, clock: Clock, authority: trustme.CA
) -> None:
    options = {
        "tls_context": certified(authority, "127.0.0.1"),
        "authenticator": lets_in(b"gate", b"right"),
        "auth_required": True,
    }
    async with mail_server(options=options) as server:
        given = server.server(
            tls="starttls", ssl_context=trusting(authority), username="gate", password="wrong"
        )
        async with sending(store, given, clock):
            await queued(store, "anna@school.example")
            await until(store, ("anna@school.example", "QUEUED", 1))
        ((error,),) = await log(store, "last_error")
        assert error.startswith("535 ")
        assert server.got == []


async def test_addresses_of_other_letters_are_written_as_the_server_takes_them(
    store: Store, clock: Clock
) -> None:
    async with mail_server() as server, sending(store, server.server(), clock):
        await queued(store, "anna@школа.example", "анна@школа.example")
        await until(store, ("anna@школа.example", "SENT", 1), ("анна@школа.example", "SENT", 1))
        assert sorted(to for to, _ in server.got) == [
            "anna@xn--80atdl2c.example",
            "анна@xn--80atdl2c.example",
        ]


async def test_a_letter_may_find_its_recipient_when_it_is_sent(store: Store, clock: Clock) -> None:
    async def prepare(_: Store, mail: Any) -> Ready | None:
        return None if mail.recipient == "nobody" else Ready("anna@school.example", CODE)

    letter("password_code", prepare)
    async with mail_server() as server, sending(store, server.server(), clock):
        await queued(store, "nobody", "anna")
        await until(store, ("nobody", "NOBODY", 1), ("anna", "SENT", 1))
        assert [to for to, _ in server.got] == ["anna@school.example"]


async def test_without_a_server_mail_waits_and_a_demo_shows_it(store: Store, clock: Clock) -> None:
    await queued(store, "anna@school.example")
    async with sending(store, None, clock):
        await asyncio.sleep(0.2)
        assert await log(store) == [("anna@school.example", "QUEUED", 0)]
    async with sending(store, None, clock, shows=True):
        await until(store, ("anna@school.example", "SHOWN", 1))
    assert await store.pool.fetchval("SELECT data->'accounts'->0->>'code' FROM mail") == "s3cret"


async def test_old_mail_is_dropped(store: Store, clock: Clock) -> None:
    await queued(store, "anna@school.example")
    clock.forward(days=31)
    async with sending(store, None, clock):
        await until(store)


def test_every_letter_has_a_text_and_a_page_and_every_language_has_all_texts() -> None:
    assert TEXTS.names("txt") == TEXTS.names("html") - {"layout"}
    assert set(LETTERS) <= TEXTS.names("txt")
    for whole in (TEXTS, PAGES):
        wanted = {message.id for message in whole.texts() if message.id}
        assert len(wanted) > 10
        assert whole.languages == ("en", "ru")
        for catalogue in whole.catalogues():
            known = {each.id: each for each in catalogue if each.id}
            assert known.keys() == wanted
            for text in known.values():
                assert text.string
                assert not text.fuzzy
                assert list(text.check()) == [], text.id


def test_what_people_have_typed_is_text_in_a_letter_and_a_subject_has_one_line() -> None:
    rendered = render("logins", "fr", {"accounts": [{"login": "<b>", "name": "x\ny"}]}, ADDRESS)
    assert "&lt;b&gt; (x\ny)" in rendered.html
    assert rendered.subject == "Your login for Gradebook"
