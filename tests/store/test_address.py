"""Addresses of databases, as providers hand them out, to a real server over TLS and through a
pool."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg
import pytest
import trustme

from db.address import BadAddress, asyncpg_parameters, check, libpq_address, shown
from db.embedded.user import server_user
from db.migrations import migrate
from db.reading.schools import schools_called
from db.requirements import OLDEST, POOLED, Unsuitable, check_server
from db.store import Store
from tests.cluster import on_one_postgresql

BEFORE_ONE = on_one_postgresql("before a socket of its own, whose plans are those of one server")
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@dataclass
class Provider:
    """Ends TLS before the tests' server, as a hosted database does, with a certificate of an
    authority of its own."""

    port: int
    folder: Path
    sockets: Path
    database: str
    user: str
    over_tls: int = 0

    def url(self, query: str, port: int | None = None) -> str:
        return f"postgresql://{self.user}@localhost:{port or self.port}/{self.database}?{query}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            if await reader.readexactly(8) != SSL_REQUEST:
                return writer.close()
            writer.write(b"S")
            await writer.start_tls(self.context)
            self.over_tls += 1
            server = await asyncio.open_unix_connection(str(self.sockets / ".s.PGSQL.5432"))
            await asyncio.gather(handed_on(reader, server[1]), handed_on(server[0], writer))
        return None

    @cached_property
    def context(self) -> ssl.SSLContext:
        context, authority = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), trustme.CA()
        authority.cert_pem.write_to_path(self.folder / "ca.pem")
        trustme.CA().cert_pem.write_to_path(self.folder / "other.pem")
        authority.issue_cert("localhost").configure_cert(context)
        return context


async def handed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def provider(database_url: str, data: Path) -> AsyncIterator[Provider]:
    tmp_path = data.parent  # into which the server's user may look
    parts = urlsplit(database_url)
    sockets = Path(parse_qs(parts.query)["host"][0])
    made = Provider(free_port(), tmp_path, sockets, parts.path[1:], parts.username or "")
    assert made.context.get_ca_certs() == []  # it is made
    server = await asyncio.start_server(made.serve, "localhost", made.port)
    async with server:
        yield made


async def used(url: str) -> None:
    """Have migrations, the store and the check of the server do their work at the address."""
    connection = await asyncpg.connect(**asyncpg_parameters(url))
    try:
        await check_server(url, connection)
    finally:
        await connection.close()
    await migrate(url)
    store = await Store.connect(url, connections=2)
    try:
        plans = await store.pool.fetchval("SHOW plan_cache_mode")
        assert plans == "force_generic_plan"
        assert await store.fetch(schools_called, wanted="nothing") == []
    finally:
        await store.close()


@BEFORE_ONE
async def test_a_provider_s_address_is_used_as_it_is_handed_out(provider: Provider) -> None:
    verified = f"sslmode=verify-full&sslrootcert={quote(str(provider.folder / 'ca.pem'))}"
    await used(provider.url(verified + "&channel_binding=require&connect_timeout=10"))
    before = provider.over_tls
    assert before >= 4
    others = provider.url("ssl=true&pgbouncer=false&application_name=me")
    await used(others.replace("postgresql://", "postgres://"))
    assert provider.over_tls == 2 * before


@BEFORE_ONE
async def test_a_certificate_of_another_authority_is_refused(provider: Provider) -> None:
    other = quote(str(provider.folder / "other.pem"))
    for wrong in (
        f"sslmode=verify-full&sslrootcert={other}",
        "sslrootcert=system",
        "channel_binding=require",
    ):
        with pytest.raises(OSError, match="certificate verify failed"):
            await asyncpg.connect(**asyncpg_parameters(provider.url(wrong)))


@contextmanager
def pooled(provider: Provider, mode: str) -> Iterator[int]:
    """The port of a pgbouncer before the tests' server."""
    port = free_port()
    file = provider.folder / f"{mode}.ini"
    file.write_text(
        f"[databases]\n* = host={provider.sockets} user={provider.user}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\npool_mode = {mode}\nauth_type = any\n"
        f"unix_socket_dir =\n"
    )
    user = server_user()
    owner = {"user": user.uid, "group": user.gid} if user.uid != -1 else {}
    process = subprocess.Popen([str(PGBOUNCER), "--quiet", file], **owner)  # type: ignore[call-overload]
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.skipif(PGBOUNCER is None, reason="there is no pgbouncer here")
@BEFORE_ONE
async def test_a_pool_of_transactions_is_refused_by_name_and_one_of_sessions_works(
    provider: Provider,
) -> None:
    with pooled(provider, "transaction") as port:
        with pytest.raises(Unsuitable, match="such as pgbouncer") as caught:
            await used(provider.url("sslmode=disable", port))
        assert str(caught.value) == POOLED
    with pooled(provider, "session") as port:
        await used(provider.url("sslmode=disable", port))


async def test_an_older_server_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.requirements.OLDEST", 99)
    with pytest.raises(Unsuitable, match=r"It is PostgreSQL \d+, and 99 is needed at least"):
        await used(database_url)
    assert OLDEST == 15


async def test_a_database_of_another_encoding_is_refused(database_url: str) -> None:
    name = f"ascii_{uuid.uuid4().hex}"
    administrator = await asyncpg.connect(database_url)
    try:
        await administrator.execute(
            f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
        )
        try:
            with pytest.raises(Unsuitable, match="Its encoding is SQL_ASCII, and UTF8 is needed"):
                await used(urlsplit(database_url)._replace(path=f"/{name}").geturl())
        finally:
            await administrator.execute(f"DROP DATABASE {name}")
    finally:
        await administrator.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "It is empty"),
        ("mysql://a@b/c", "It is no address such as"),
        ("postgresql://me:se/cret@host/c", "in a password"),
        ("postgresql://me:se#cret@host/c", "in a password"),
        ("postgresql://h/c?sslrootcert=system&sslmode=require", "goes with sslmode=verify-full"),
        ("postgresql://h/c?sslrootcert=system&sslcert=/no/file", "Its certificate cannot be used"),
    ],
)
def test_what_is_no_address_is_told_without_the_password(url: str, said: str) -> None:
    with pytest.raises(BadAddress, match=said) as caught:
        check(url)
    assert "cret" not in str(caught.value)


def test_an_address_is_shown_without_its_password_and_given_to_programs_apart() -> None:
    url = "postgresql+asyncpg://me%40x:se%2Fcret@[::1]:5433/diary?sslmode=require&pgbouncer=true"
    assert shown(url) == "postgresql://me@x@[::1]:5433/diary"
    assert libpq_address(url) == (
        "postgresql://me%40x@[::1]:5433/diary?sslmode=require", "se/cret",
    )  # fmt: skip
    assert shown("postgresql:///diary?host=/run&user=me") == "postgresql://me@/run/diary"
