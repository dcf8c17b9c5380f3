"""A demo school small enough to be asked about thousands of times, and a copy with broken rows."""

from contextlib import suppress
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
from graphql import GraphQLObjectType
from sqlmodel import SQLModel

from db.demo import fill
from db.migrations import migrate
from db.reading.parts import table
from db.tables import metadata
from db.tables.history import Revision
from resolvers.declarations.noun import NOUNS
from resolvers.readings import BOUND, Column
from schema.build import schema
from tests.gateway.samples import SHOWN, Samples, code_of
from tests.gateway.small_school import insert
from tests.store.differential.lively import live

STUDENTS = 45
"""Two class groups; of each only a few students stay enrolled."""
KEPT = 4
BEFORE, AFTER = 8, 4
"""Days around today whose lessons are kept."""
MADE = 12
"""Records of each kind that a school has at least."""
LIVELY = {"student": "WHERE (school_id, id) IN (SELECT school_id, student_id FROM enrolment)"}
"""Whom records that are made up should lead to, where that is not anybody."""
NEVER_FILLED = {"begins_on", "ends_on", "sourced_id"}
SAMPLES = {
    "character varying": "'Filled'",
    "text": "'Filled'",
    "date": "current_date",
    "smallint": "3",
    "integer": "3",
    "numeric": "1.5",
    "boolean": "true",
}
NEVER_NULLED = {"school.time_zone", "school.language"}
"""What nothing is read without."""
TIES = {"enrolment", "guardianship", "teaching"}
"""Of which no more are made up: the demo has some of each, and they decide who reads what."""
SET_UP = """
  UPDATE day_off SET class_group_id = NULL WHERE hashtext(id::text) % 3 = 0;
  UPDATE enrolment SET begins_on = current_date - 300, ends_on = current_date + 300
  WHERE hashtext(id::text) % 2 = 0;
  UPDATE guardianship SET begins_on = current_date - 300, ends_on = current_date + 300
  WHERE hashtext(id::text) % 2 = 0;
  UPDATE teaching SET begins_on = current_date - 300, ends_on = current_date + 300,
    stands_in_for_id = teacher_id
  WHERE hashtext(id::text) % 2 = 0;
  UPDATE class_group SET deputy_id = class_teacher_id;
  UPDATE lesson_pattern p SET week = 'A', ends_on = current_date + 300,
    teacher_id = (SELECT id FROM teacher t WHERE t.school_id = p.school_id LIMIT 1)
  WHERE hashtext(id::text) % 2 = 0;
  UPDATE period_grade SET because = 'It differs' WHERE hashtext(id::text) % 2 = 0;
  UPDATE school SET legal_terms = '{"PERSON": {"years": 25, "reason": "A law"}}';
  UPDATE school SET rounding = '{"threshold": "0.6", "marks": {"5": "0.75"}}'
"""
"""What an office may have set up."""
OF_ACCOUNTS = {
    "account", "account_step", "membership", "profile", "calendar_feed", "session", "second_factor",
    "trusted_device", "identity", "pending_identity", "passkey", "dictionary", "dictionary_entry",
    "studied_word", "translation", "notice_ways", "push_device",
}  # fmt: skip
TABLES = sorted(SHOWN.keys() - {"school", *OF_ACCOUNTS})
"""Of all records that clients read, but for what they sign in with."""


def shown_columns(name: str) -> list[str]:
    """The columns of a table that fields read as they are."""
    type_ = schema._schema.type_map[SHOWN[name].__name__]
    assert isinstance(type_, GraphQLObjectType)
    readings = [field.extensions[BOUND].reading for field in type_.fields.values()]
    return sorted({each.name for each in readings if isinstance(each, Column)})


def codes() -> dict[str, list[str]]:
    """The columns of each table that hold codes of an enum."""
    return {
        name: [
            column.name
            for column in table(SHOWN[name]).c
            if code_of(SHOWN[name], column) is not None
        ]
        for name in TABLES
    }


def nulled() -> dict[str, list[str]]:
    """Columns that may not be null, and are in some rows of the broken copy; days are not, for by
    them records are found."""
    days = {table(noun.model).name: noun.day for noun in NOUNS.values()}
    return {
        name: [
            column
            for column in shown_columns(name)
            if column in table(SHOWN[name]).c
            and not table(SHOWN[name]).c[column].nullable
            and not table(SHOWN[name]).c[column].primary_key
            and column != days.get(name)
            and f"{name}.{column}" not in NEVER_NULLED
        ]
        for name in (*TABLES, "school")
    }


async def found(url: str, today: date) -> None:
    """Fill an empty database."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await fill(connection, students=STUDENTS, seed=7, today=today)
        await _prune(connection, today)
        await _hook(connection)
        await _codes(connection)
        await _noted(connection)
        await live(connection)
        await _fill_up(connection)
        await _revise(connection)
        for name in TABLES:
            await _fill_nulls(connection, name)
        await connection.execute(SET_UP)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _prune(connection: Any, today: date) -> None:
    span = today - timedelta(BEFORE), today + timedelta(AFTER)
    for noun in NOUNS.values():
        if noun.day is not None:
            name = table(noun.model).name
            await _delete(connection, name, f"{noun.day} NOT BETWEEN $1 AND $2", *span)
    await connection.execute(
        f"""
        DELETE FROM enrolment WHERE (school_id, student_id) NOT IN (
          SELECT school_id, student_id FROM (
            SELECT e.school_id, e.student_id, row_number() OVER (
              PARTITION BY e.school_id, e.class_group_id
              ORDER BY NOT EXISTS (
                SELECT FROM guardianship g JOIN membership m USING (school_id, guardian_id)
                JOIN account a ON a.id = m.account_id
                WHERE g.school_id = e.school_id AND g.student_id = e.student_id
                  AND (SELECT count(DISTINCT m2.school_id) FROM membership m2
                       WHERE m2.account_id = a.id) > 1
              ), e.student_id) AS place
            FROM enrolment e WHERE e.class_group_id IS NOT NULL) placed
          WHERE place <= {KEPT})
        """
    )


async def _delete(connection: Any, name: str, where: str, *parameters: object) -> None:
    """Delete rows of a table, and what cannot be without them."""
    lost = f"(SELECT school_id, id FROM {name} WHERE {where})"
    for other in metadata.sorted_tables:
        for key in other.foreign_keys:
            column = key.parent
            if key.column.table.name != name or column.name == "school_id":
                continue
            leads = f"(school_id, {column.name}) IN {lost}"
            if column.nullable:
                await connection.execute(
                    f"UPDATE {other.name} SET {column.name} = NULL WHERE {leads}", *parameters
                )
            else:
                await _delete(connection, other.name, leads, *parameters)
    await connection.execute(f"DELETE FROM {name} WHERE {where}", *parameters)


async def _revise(connection: Any) -> None:
    """A second step for some records: a new school has the first at most."""
    account = await connection.fetchval("SELECT id FROM account ORDER BY id LIMIT 1")
    for noun in NOUNS.values():
        if noun.written is None:
            continue
        kept = noun.written.kept
        before = "".join(f", {name}_before" for name in kept)
        values = "".join(f", {name}" for name in kept)
        own, steps = table(noun.model).name, table(noun.written.history).name
        await connection.execute(
            f"INSERT INTO {steps} (school_id, id, {noun.written.key}, version, change, reason,"
            f" account_id, at{before}) SELECT school_id, md5('{own}' || id::text)::uuid, id, 2,"
            f" 'CHANGED', 'A slip', $1, now(){values} FROM {own}"
            f" WHERE hashtext(id::text) % 2 = 0 OR (SELECT count(*) FROM {own}) < {MADE}"
            " ON CONFLICT DO NOTHING",
            account,
        )
    await connection.execute(
        "UPDATE period p SET parent_id = first.id FROM (SELECT school_id, min(id::text)::uuid AS id"
        " FROM period GROUP BY school_id) first WHERE p.school_id = first.school_id"
        " AND p.id <> first.id"
    )


async def _hook(connection: Any) -> None:
    """A webhook in each school, with what became of some events."""
    await connection.execute(
        "INSERT INTO webhook (school_id, id, url, description, topics, secret, state, epoch, xid,"
        " seq, position_at, next_at, failing_since, version, created_at, created_by)"
        " SELECT school_id, md5('hook' || school_id)::uuid, 'https://example.org/', 'Sent on',"
        " '{GRADE}', 'secret', 'ENABLED', md5('epoch')::uuid, '1', 1, now(), now(), now(), 1,"
        " now(), (SELECT id FROM account ORDER BY id LIMIT 1) FROM school"
    )
    await connection.execute(
        "INSERT INTO webhook_delivery (school_id, id, webhook_id, xid, seq, cursor, topic, change,"
        " ref, at, state, attempts, status, error, excerpt, first_at, last_at)"
        " SELECT w.school_id, md5('sent' || w.school_id || n)::uuid, w.id, '1', n, 'cursor' || n,"
        " 'GRADE', 'GIVEN', w.id, now(), 'DELIVERED', n, 200, 'None', 'Ok', now(), now()"
        " FROM webhook w, generate_series(1, 4) n"
    )


async def _codes(connection: Any) -> None:
    """Two access codes for each person, all that a code can be."""
    for person in ("student", "guardian", "teacher"):
        await connection.execute(
            f"INSERT INTO access_code (school_id, id, code_hash, {person}_id, created_by,"
            " created_at, expires_at, revoked_at, used_at, used_by)"
            " SELECT school_id, md5(id::text || n)::uuid, decode(md5(id::text || n), 'hex'), id,"
            " account, now(), now() + (n - 1) * interval '1 day',"
            " CASE WHEN hashtext(id::text) % 2 = 0 THEN now() END,"
            " CASE WHEN hashtext(id::text) % 3 = 0 THEN now() END,"
            " CASE WHEN hashtext(id::text) % 3 = 0 THEN account END"
            f" FROM {person}, generate_series(1, 2) n,"
            " (SELECT id AS account FROM account ORDER BY id LIMIT 1) a"
        )


async def _noted(connection: Any) -> None:
    """Entries of the audit, reports of erasures, and exports that guardians asked for."""
    await connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")  # rows are broken
    for statement in NOTED:
        await connection.execute(statement)


OF_SOME = """
  FROM (SELECT school_id, student_id, row_number() OVER (PARTITION BY school_id) AS n
    FROM enrolment) e, (SELECT id FROM account ORDER BY id LIMIT 1) a
"""
NOTED = (
    "INSERT INTO audit_entry (school_id, id, number, at, account_id, origin, change, noun, ref,"
    " version, student_id, what, digest) SELECT school_id, md5('audit' || school_id || n)::uuid,"
    " n, now(), a.id, '192.0.2.1', 'READ', 'Student', student_id, 1, student_id, 'CONTACTS', 'x'"
    + OF_SOME,
    "INSERT INTO erasure (school_id, id, student_id, account_id, reason, report, at)"
    " SELECT school_id, md5('erasure' || school_id || n)::uuid, student_id, a.id, 'A term',"
    ' \'{"items": [{"kind": "MARKS", "table": "grade", "erased": 1, "kept": 2, "why": "A law"}]}\','
    " now()" + OF_SOME,
    (
        "INSERT INTO data_export (school_id, id, student_id, author_id, state, language, kind,"
        " format, asked, done, parts, size, attempts, asked_at, expires_at, version)"
        " SELECT g.school_id, md5('export' || m.id || g.id)::uuid, g.student_id, m.account_id,"
        " 'READY', 'en',"
        " 'REPORT_CARD', 'PDF', '{\"of\": \"a card\"}',"
        " 1, 2, 3, 0, now(), now() + interval '1 day', 1"
        " FROM guardianship g JOIN membership m USING (school_id, guardian_id)"
    ),
)


async def _fill_up(connection: Any) -> None:
    """Make up records of which a school has none, or few of its students; steps of histories come
    after."""
    made: set[str] = set()
    leads = {
        name: {key.column.table.name for key in metadata.tables[name].foreign_keys}
        for name in TABLES
    }
    for model in (SHOWN[each.name] for each in metadata.sorted_tables if each.name in TABLES):
        if issubclass(model, Revision) or table(model).name in TIES:
            continue
        for school in (1, 2):
            name = table(model).name
            there = await connection.fetchval(
                f"SELECT count(*) FROM {name} WHERE school_id = $1", school
            )
            if there == 0 or (leads[name] & {"student", *made} and there < 3 * MADE):
                made.add(name)
                for n in range(MADE):
                    samples = Samples(school, await _leads(connection, model, school, n))
                    id_ = await connection.fetchval("SELECT md5($1)::uuid", f"{name} {school} {n}")
                    with suppress(asyncpg.UniqueViolationError):  # such a one is there
                        await insert(connection, samples.of(model, id=id_))


async def _leads(
    connection: Any, model: type[SQLModel], school: int, number: int
) -> dict[str, Any]:
    """A record of each table that the model's may lead to, another one for each number."""
    found = {}
    for name in {key.column.table.name for key in table(model).foreign_keys} - {"school"}:
        of_school = "school_id = $2" if "school_id" in metadata.tables[name].c else "$2::int = $2"
        lively = LIVELY.get(name, "WHERE true")
        row = await connection.fetchrow(
            f"SELECT * FROM {name} {lively} AND {of_school} ORDER BY md5($1 || id::text) LIMIT 1",
            str(number),
            school,
        )
        if row is not None:
            found[name] = SimpleNamespace(**dict(row))
    return found


async def _fill_nulls(connection: Any, in_table: str) -> None:
    """Give some rows a value in each column that hardly any has one in."""
    columns = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'YES'",
        in_table,
    )
    for name, type_ in columns:
        sample = SAMPLES.get(type_)
        if sample is None or name in NEVER_FILLED:
            continue
        filled = f"SELECT count({name}) >= count(*) / 8.0 FROM {in_table}"
        if not await connection.fetchval(filled):
            await connection.execute(
                f"UPDATE {in_table} SET {name} = {sample}"
                f" WHERE {name} IS NULL AND hashtext(id::text) % 2 = 0"
            )


async def broken(url: str) -> None:
    """Break a copy: nulls where there may be none, and codes that no enum knows."""
    connection = await asyncpg.connect(url)
    try:
        for name, columns in nulled().items():
            key = "school_id::text" if name == "school" else "id::text"
            for place, column in enumerate(columns):
                await connection.execute(f"ALTER TABLE {name} ALTER {column} DROP NOT NULL")
                await connection.execute(
                    f"UPDATE {name} SET {column} = NULL"
                    f" WHERE abs(hashtext('{column}' || {key})) % 7 = {place % 3}"
                )
        for name, columns in codes().items():
            for column in columns:
                await connection.execute(
                    f"UPDATE {name} SET {column} = 'NONSENSE'"
                    f" WHERE abs(hashtext('{column} code' || id::text)) % 6 = 1"
                )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
