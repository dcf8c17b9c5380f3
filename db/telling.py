"""What a statement writes and reads, by the tables that its text names.

Answers are kept as long as nothing that they depend on has changed (`resolvers/answers`). A record
with a history tells which one changed by its row of the outbox, with the ids that the change
`concerns`. Every other statement that writes a table tells of the table itself: a row of
`table_change` is added to it when it is compiled, so that none can be forgotten.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    DateTime,
    Integer,
    String,
    bindparam,
    column,
    func,
    literal,
    select,
)
from sqlalchemy import table as named_table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.selectable import HasCTE

from domain.clock import now

EVERYTHING = "*"
"""Stands for all tables in a row of `table_change`."""
EVERYWHERE = 0
"""Stands for all schools in a row of `table_change`."""
UNTOLD = frozenset({
    "access_code", "account", "account_step", "account_tally", "announcement_reading",
    "audit_chain", "audit_entry", "audit_note", "calendar_feed", "conversation_draft",
    "conversation_place",
    "data_export", "data_export_archive", "dictionary", "dictionary_entry", "email_confirmation",
    "erasure", "event_reply", "feed_key", "identity", "mail", "membership", "message_block",
    "message_rest", "notice", "notice_mark", "notice_place", "notice_reading", "notice_ways",
    "outbox", "page_follow", "passkey", "passkey_challenge", "password_code", "pending_identity",
    "post_reaction", "profile", "provider_session", "provider_sign_in", "push_device", "push_key",
    "receipt", "recovery_code", "second_factor", "seen", "session", "sign_in_challenge",
    "sign_in_tries", "stray_bytes", "studied_word", "survey_answer", "survey_participation",
    "survey_tally", "table_change", "tie_step", "timetable", "translation", "translation_use",
    "trusted_device", "webhook", "webhook_delivery", "year_opening",
})  # fmt: skip
"""Tables of whose changes nothing is told: an answer that depends on one of them is not kept. What
rights follow from them (`membership`, `session`) is told by rows of the topic `RIGHTS`."""
TOLD_COLUMNS = {"account": frozenset({"id", "display_name"})}
"""Of a table of `UNTOLD`, columns of which every change is told: what is made of these alone may be
kept. A new record is told of by whatever names it."""
WRITTEN = re.compile(
    r'\b(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO) (?:ONLY )?"?([a-z_][a-z_0-9]*)'
)


def written(text: str) -> frozenset[str]:
    """The tables that the SQL writes."""
    return frozenset(WRITTEN.findall(text))


def to_tell(text: str) -> frozenset[str]:
    """The tables that the SQL writes, as far as their changes are told of."""
    told = {
        table
        for table, names in TOLD_COLUMNS.items()
        if any(re.search(rf"\bUPDATE {table} SET .*\b{name}=", text, re.DOTALL) for name in names)
    }
    return written(text) - UNTOLD | told


def telling(source: ClauseElement, tables: Iterable[str], *, of_school: bool) -> ClauseElement:
    """The statement, which writes these tables and tells so in the same transaction."""
    if not isinstance(source, HasCTE):
        raise TypeError(f"A statement that writes {', '.join(tables)} cannot tell of it.")
    school: Any = bindparam("school", type_=Integer) if of_school else literal(EVERYWHERE)
    names = func.unnest(literal(sorted(tables), ARRAY(String))).column_valued("written")
    rows = select(school, names, bindparam("now", type_=DateTime(timezone=True)))
    into = named_table("table_change", column("school_id"), column("name"), column("at"))
    told = insert(into).from_select(["school_id", "name", "at"], rows)
    return source.add_cte(told.on_conflict_do_nothing().cte("table_changes"))


async def tell_of(
    connection: Any, school: int | None = None, *tables: str
) -> None:  # a connection of asyncpg
    """Tell, in the open transaction, that these tables were written, or all; of a school or of all.

    For what is written by no `Statement`.
    """
    await connection.execute(
        "INSERT INTO table_change (school_id, name, at) SELECT $1, unnest($2::text[]), $3"
        " ON CONFLICT DO NOTHING",
        EVERYWHERE if school is None else school,
        list(tables) or [EVERYTHING],
        now(),
    )
