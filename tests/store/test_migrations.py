"""Migrations and tables say the same; every statement knows its school, and none the time."""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from db.migrations import asyncpg_url
from db.statement import Statement, registry
from db.tables import metadata
from tests.checks.clocks import IN_SQL

for package in ("db.reading", "db.writing"):
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        import_module(module.name)

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
}


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


@pytest.mark.parametrize("table", [name for name in metadata.tables if name not in GLOBAL_TABLES])
def test_every_key_of_a_schools_table_opens_with_the_school(table: str) -> None:
    made = metadata.tables[table]
    assert next(iter(made.primary_key.columns)).name == "school_id"
    for constraint in made.foreign_key_constraints:
        target = constraint.referred_table.name
        assert target in GLOBAL_TABLES or constraint.column_keys[0] == "school_id"


@pytest.mark.parametrize("statement", registry, ids=lambda statement: statement.name)
def test_every_statement_on_a_schools_tables_names_the_school(statement: Statement[Any]) -> None:
    tables = {name for name in metadata.tables if mentions(statement.text, name)}
    if tables <= GLOBAL_TABLES or statement.name in ACROSS_SCHOOLS:
        return
    inserted = re.search(r"INSERT INTO (?!table_change\b)\w+ \([^)]*\bschool_id\b", statement.text)
    assert inserted or "school_id = $" in statement.text or "(school_id" in statement.text


@pytest.mark.parametrize("statement", registry, ids=lambda statement: statement.name)
def test_no_statement_asks_the_database_for_the_time(statement: Statement[Any]) -> None:
    assert IN_SQL.search(statement.text) is None


async def test_no_default_of_the_database_is_the_time(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef")
    finally:
        await connection.close()
    defaults = {row[0] for row in rows}
    assert "pg_current_xact_id()" in defaults
    assert [default for default in defaults if IN_SQL.search(default)] == []


def mentions(text: str, table: str) -> bool:
    return re.search(rf'(FROM|JOIN|INTO|UPDATE) "?{table}"?\s', text) is not None
