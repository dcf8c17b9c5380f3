"""What a database of an earlier version holds is brought along: keys of names, and cursors."""

import hmac
from base64 import urlsafe_b64encode
from typing import Any

import asyncpg
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from db.migrations import asyncpg_url, config, migrate
from db.sort_keys import renew_keys
from domain.ids import uuid7
from resolvers.feed import Cursors, Position
from tests.conftest import Server

PEOPLE = (("Zorn", "Ada"), ("Özil", "Mesut"), ("Oz", "Amos"), ("Ozols", "Rita"))


async def at(url: str, revision: str) -> None:
    """Bring an empty database to an earlier version."""

    def upgrade(connection: Connection) -> None:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)

    engine = create_async_engine(asyncpg_url(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


def signed(epoch: bytes, secret: bytes, xid: int, seq: int) -> str:
    """A cursor as versions before this one made them."""
    body = epoch[:8] + xid.to_bytes(8, "big") + seq.to_bytes(4, "big")
    return urlsafe_b64encode(body + hmac.digest(secret, body, "sha256")[:16]).decode()


async def filled(connection: Any) -> Cursors:
    epoch, secret = await connection.fetchrow("SELECT epoch, secret FROM feed_key")
    await connection.execute(
        "INSERT INTO school (school_id, name, time_zone) VALUES (1, 'A', 'UTC')"
    )
    await connection.executemany(
        "INSERT INTO student (school_id, id, family_name, given_name) VALUES (1, $1, $2, $3)",
        [(uuid7(), family, given) for family, given in PEOPLE],
    )
    webhook = uuid7()
    await connection.execute(
        "INSERT INTO webhook (school_id, id, url, topics, secret, state, epoch, xid, seq,"
        " position_at, next_at, version, created_at)"
        " VALUES (1, $1, 'https://a.example/', '{}', '', 'ENABLED', $2, '7', 1, now(), now(), 1,"
        " now())",
        webhook,
        epoch,
    )
    for seq, of in enumerate((epoch.bytes, bytes(range(16)))):
        await connection.execute(
            "INSERT INTO webhook_delivery (school_id, id, webhook_id, xid, seq, cursor, at, state,"
            " attempts, first_at, last_at)"
            " VALUES (1, $1, $2, '7', $3, $4, now(), 'FAILING', 1, now(), now())",
            uuid7(),
            webhook,
            seq,
            signed(of, secret, 7, seq),
        )
    return Cursors(epoch.bytes, secret)


async def test_names_get_their_keys_and_cursors_are_sealed(server: Server) -> None:
    async with server.copy("template0") as url:
        await at(url, "0006")
        connection = await asyncpg.connect(url)
        try:
            cursors = await filled(connection)
            await migrate(url)
            students = await connection.fetch(
                "SELECT family_name, search_key FROM student ORDER BY sort_key"
            )
            assert [tuple(row) for row in students] == [
                ("Oz", " oz amos"),
                ("Özil", " ozil mesut"),
                ("Ozols", " ozols rita"),
                ("Zorn", " zorn ada"),
            ]
            ours, foreign = await connection.fetch(
                "SELECT cursor FROM webhook_delivery ORDER BY seq"
            )
            assert cursors.decode(ours["cursor"]) == Position(7, 0)
            assert Cursors(bytes(16), cursors.secret).decode(foreign["cursor"]) == Position(7, 1)
        finally:
            await connection.close()


async def test_another_language_or_version_renews_a_schools_keys(connection: Any) -> None:
    await filled(connection)
    order = "SELECT family_name FROM student ORDER BY sort_key"
    assert await renew_keys(connection) == 4
    before = [row[0] for row in await connection.fetch(order)]
    assert before == ["Oz", "Özil", "Ozols", "Zorn"]
    assert await renew_keys(connection) == 0
    await connection.execute("UPDATE school SET language = 'sv'")
    assert await renew_keys(connection) == 4
    assert [row[0] for row in await connection.fetch(order)] == ["Oz", "Ozols", "Zorn", "Özil"]
    await connection.execute("UPDATE school SET sorted_by = 'sv 71.1.0'")
    await connection.execute("UPDATE student SET sort_key = 'x'")
    assert await renew_keys(connection) == 4
    assert [row[0] for row in await connection.fetch(order)] == ["Oz", "Ozols", "Zorn", "Özil"]
