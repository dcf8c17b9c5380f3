"""Migrations and tables say the same; every statement knows its school, and none the time."""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from db.migrations import asyncpg_url
from db.statement import registry
from db.tables import metadata
from tests.checks.clocks import IN_SQL
from tests.cluster import on_one_postgresql

for package in ("db.reading", "db.writing"):
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        import_module(module.name)

STATEMENTS = tuple(registry)
GLOBAL_TABLES = {
    "account",
    "session",
    "sign_in_tries",
    "feed_key",
    "school",
    "mail",
    "password_code",
    "second_factor",
    "recovery_code",
    "sign_in_challenge",
    "trusted_device",
    "email_confirmation",
    "account_step",
    "account_tally",
    "profile",
    "stray_bytes",
    "identity",
    "provider_sign_in",
    "pending_identity",
    "provider_session",
    "passkey",
    "passkey_challenge",
    "calendar_feed",
    "notice_ways",
    "push_device",
    "push_key",
    "dictionary",
    "dictionary_entry",
    "studied_word",
    "translation",
    "translation_use",
}
ACROSS_SCHOOLS = {
    "rows_after": "one reader follows the feed of all schools for a whole process",
    "rows_of_schools_after": "the schools of one viewer, in the one order of the feed",
    "changes_since": "one look finds what has changed in all schools for a whole process",
    "courses_ever_had": "what was read of students in all schools is kept by a whole process",
    "drop_old_table_changes": "what tells of changes in all schools ages alike",
    "rights_after": "rights that end in any school end at once",
    "newest_row": "the feed of all schools has one order, and one end",
    "drop_old_events": "the feed of all schools has one order, and ages in it",
    "chains_behind": "one worker adds to the audits of all schools",
    "places_behind": "one worker makes the notices of all schools",
    "places_to_look_ahead": "one worker makes the notices of all schools",
    "drop_old_notices": "the notices of all schools age alike",
    "due_webhooks": "one worker sends for the webhooks of all schools",
    "oldest_row": "the feed of all schools has one order, and is dropped in it",
    "waiting_queues": "what waits in all schools is counted for whoever runs the gateway",
    "due_reminders": "one worker reminds of the events of all schools",
    "due_exports": "one worker makes the exports of all schools",
    "expire_exports": "the exports of all schools age alike",
    "drop_old_deliveries": "the logs of all schools age alike",
    "access_code_by_hash": "asked before any school is known, by 80 random bits alone",
    "schools_with_messages_due": "one worker delivers in all schools",
    "places_of_chains": "a backup is of all schools",
    "schools_of_accounts": "asked of what was counted of accounts, by the accounts alone",
    "memberships_of_account": "asked before any school is known, by the account alone",
    "viewers_by_sessions": "asked before any school is known, by the session alone",
}


@on_one_postgresql("a cluster has shards besides, and lacks the key of `WITHOUT_CONSTRAINTS`")
async def test_the_migrated_database_is_what_the_tables_declare(database_url: str) -> None:
    engine = create_async_engine(asyncpg_url(database_url))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()


def differences(connection: Any) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_every_key_of_a_schools_table_opens_with_the_school() -> None:
    found: dict[str, str] = {}
    for name in metadata.tables.keys() - GLOBAL_TABLES:
        made = metadata.tables[name]
        keys = {"its own": next(iter(made.primary_key.columns)).name}
        for constraint in made.foreign_key_constraints:
            if (target := constraint.referred_table.name) not in GLOBAL_TABLES:
                keys[f"of {target}: {constraint.name}"] = constraint.column_keys[0]
        found |= {f"{name}, {key}": first for key, first in keys.items() if first != "school_id"}
    assert found == {}


def test_every_statement_on_a_schools_tables_names_the_school() -> None:
    of_schools = metadata.tables.keys() - GLOBAL_TABLES
    assert [
        each.name
        for each in STATEMENTS
        if mentioned(each.text) & of_schools
        and each.name not in ACROSS_SCHOOLS
        and not names_school(each.text)
    ] == []
    assert ACROSS_SCHOOLS.keys() <= {each.name for each in STATEMENTS}


def names_school(text: str) -> bool:
    inserted = re.search(r"INSERT INTO (?!table_change\b)\w+ \([^)]*\bschool_id\b", text)
    return bool(inserted) or "school_id = $" in text or "(school_id" in text


def mentioned(text: str) -> set[str]:
    """The tables that a statement reads or writes, or what else it calls so."""
    return set(re.findall(r'(?:FROM|JOIN|INTO|UPDATE) "?(\w+)"?\s', text))


def test_what_names_no_school_is_seen() -> None:
    assert mentioned('SELECT 1 FROM grade JOIN "lesson" ON true') == {"grade", "lesson"}
    assert not names_school("SELECT 1 FROM grade WHERE id = $1")
    assert names_school("INSERT INTO grade (id, school_id) SELECT $1, $2")


def test_no_statement_asks_the_database_for_the_time() -> None:
    assert [each.name for each in STATEMENTS if IN_SQL.search(each.text)] == []


async def test_no_default_of_the_database_is_the_time(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef")
    finally:
        await connection.close()
    defaults = {row[0] for row in rows}
    assert "pg_current_xact_id()" in defaults
    assert [default for default in defaults if IN_SQL.search(default)] == []
