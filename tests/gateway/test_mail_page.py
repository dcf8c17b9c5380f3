"""The demo's `/mail`: seen on this machine, and nowhere else; and the settings of real mail."""

import asyncio

import httpx
import pytest
from pydantic import ValidationError

from db.store import Store
from db.writing.mail import NewMail, queue
from gateway.process import build_app
from gateway.settings import Settings
from resolvers.mail import letter
from tests.gateway import toy

MAIL = NewMail("changed:1", "password_changed", "anna@school.example", "ru", {"login": "<anna>"})
letter("password_changed")


async def test_a_demo_shows_its_mail_to_this_machine_only(store: Store, school_url: str) -> None:
    app = build_app(Settings(), school_url, demo=True)
    async with toy.running(app) as host, httpx.AsyncClient(base_url=f"http://{host}") as client:
        empty = await client.get("/mail")
        assert "No mail has been sent yet." in empty.text
        async with store.transaction() as transaction:
            assert await queue(transaction, MAIL)
        async with asyncio.timeout(30):
            while "anna" not in (page := await client.get("/mail")).text:
                await asyncio.sleep(0.05)
        assert "<h2>Ваш пароль для Gradebook изменён</h2>" in page.text
        assert "To anna@school.example" in page.text
        assert "логина &lt;anna&gt;" in page.text
        assert '<a href="http://127.0.0.1:8000/password">' in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        for headers in (
            {"Host": "gradebook.example"},
            {"X-Forwarded-For": "127.0.0.1"},
            {"X-Real-IP": "127.0.0.1"},
            {"Forwarded": "for=127.0.0.1"},
            {"Via": "1.1 proxy"},
        ):
            assert (await client.get("/mail", headers=headers)).status_code == 404
        for peer, status in (("10.0.0.1", 404), ("2001:db8::1", 404), ("::1", 200), ("", 404)):
            transport = httpx.ASGITransport(app, client=(peer, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://[::1]:80") as near:
                assert (await near.get("/mail")).status_code == status, peer


@pytest.mark.parametrize("demo", [False, True])
async def test_there_is_no_mail_to_see_where_it_is_sent_or_real(
    school_url: str, demo: bool
) -> None:
    sends = {"smtp_url": "smtp://127.0.0.1:1", "mail_sender": "a@school.example"} if demo else {}
    app = build_app(Settings.model_validate(sends), school_url, demo=demo)
    async with toy.running(app) as host, httpx.AsyncClient(base_url=f"http://{host}") as client:
        assert (await client.get("/mail")).status_code == 404


def test_a_mail_servers_address_says_how_it_is_reached() -> None:
    given = {"mail_sender": "Школа № 5 <gradebook@school.example>"}
    settings = Settings.model_validate(given | {"smtp_url": "smtps://gate:p%3Aw@mail.example"})
    server = settings.mail_server
    assert server is not None
    assert (server.host, server.port, server.tls) == ("mail.example", 465, "implicit")
    assert (server.username, server.password) == ("gate", "p:w")
    assert server.sender.display_name == "Школа № 5"
    assert "p:w" not in f"{server}{settings!r}"
    assert "p%3Aw" not in f"{settings!r}"
    started = Settings.model_validate(given | {"smtp_url": "smtp://mail.example"}).mail_server
    assert started is not None
    assert (started.port, started.tls) == (587, "starttls")
    off = Settings.model_validate(
        given | {"smtp_url": "smtp://mail.example:25", "smtp_tls": "false"}
    ).mail_server
    assert off is not None
    assert (off.port, off.tls) == (25, "off")


@pytest.mark.parametrize(
    "given",
    [
        {"smtp_url": "smtp://gate:secret@mail.example"},
        {"smtp_url": "http://gate:secret@mail.example", "mail_sender": "a@school.example"},
        {"smtp_url": "smtp://gate:secret@mail.example:x", "mail_sender": "a@school.example"},
        {"smtp_url": "gate:secret@mail.example", "mail_sender": "a@school.example"},
        {"smtp_url": "smtp://gate:secret@mail.example", "mail_sender": "School"},
        {"smtp_url": "smtp://gate:secret@mail.example", "mail_sender": "a@b.example, c"},
    ],
)
def test_a_mail_server_that_is_written_wrong_is_told_so_without_its_password(
    given: dict[str, str],
) -> None:
    with pytest.raises(ValidationError, match="GRADEBOOK_") as caught:
        Settings.model_validate(given)
    assert all("secret" not in error["msg"] for error in caught.value.errors())
