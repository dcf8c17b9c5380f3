"""A demo school small enough to be asked about thousands of times, and a copy with broken rows."""

from datetime import date, timedelta
from typing import Any

import asyncpg

from db.demo import fill
from db.migrations import migrate

STUDENTS = 45
"""Two class groups; of each only a few students stay enrolled."""
KEPT = 4
BEFORE, AFTER = 8, 4
"""Days around today whose lessons are kept."""
TABLES = (
    "academic_year", "class_group", "course", "grade", "grade_revision", "grade_scale", "guardian",
    "homework", "homework_revision", "lesson", "lesson_revision", "period", "student", "subject",
    "teacher", "work_type",
)  # fmt: skip
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
CODES = {
    "grade": "state",
    "lesson": "status",
    "work_type": "kind",
    "grade_revision": "change",
    "homework_revision": "change",
    "lesson_revision": "change",
}
NULLED = {
    "academic_year": "name ends_on",
    "class_group": "name",
    "course": "title",
    "grade": "weight state excused bonus given_at changed_at version",
    "grade_revision": "version change at",
    "grade_scale": "name definition",
    "guardian": "given_name family_name",
    "homework": "text due_on withdrawn set_at version",
    "homework_revision": "version change at",
    "lesson": "starts_at ends_at status version",
    "lesson_revision": "version change at",
    "period": "name kind locked ends_on",
    "school": "name",
    "student": "given_name family_name",
    "subject": "name",
    "teacher": "given_name family_name",
    "work_type": "name kind weight",
}
"""Columns that may not be null, and are in some rows of the broken copy."""


async def found(url: str, today: date) -> None:
    """Fill an empty database."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await fill(connection, students=STUDENTS, seed=7, today=today)
        await _prune(connection, today)
        await _revise(connection)
        await _hook(connection)
        for table in TABLES:
            await _fill_nulls(connection, table)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _prune(connection: Any, today: date) -> None:
    span = today - timedelta(BEFORE), today + timedelta(AFTER)
    await connection.execute(
        "UPDATE homework SET due_lesson_id = NULL WHERE due_on NOT BETWEEN $1 AND $2", *span
    )
    for table, day in (
        ("grade_revision", "at::date"),
        ("homework_revision", "at::date"),
        ("grade", "day"),
        ("homework", "lesson_day"),
        ("lesson", "day"),
    ):
        await connection.execute(f"DELETE FROM {table} WHERE {day} NOT BETWEEN $1 AND $2", *span)
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


async def _revise(connection: Any) -> None:
    """A second step for some grades, homework and lessons: a new school has the first at most."""
    account = await connection.fetchval("SELECT id FROM account ORDER BY id LIMIT 1")
    made = "school_id, md5('{0}' || id::text)::uuid, id, 2, '{1}', 'A slip', $1, now()"
    await connection.execute(
        "INSERT INTO grade_revision (school_id, id, grade_id, version, change, reason, account_id,"
        " at, value_before, weight_before, state_before, work_type_id_before, comment_before,"
        f" excused_before, bonus_before, due_on_before) SELECT {made.format('g', 'REVISED')},"
        " '3', 1.0, 'GIVEN', work_type_id, 'Well', false, false, day FROM grade"
        " WHERE hashtext(id::text) % 2 = 0",
        account,
    )
    await connection.execute(
        "INSERT INTO homework_revision (school_id, id, homework_id, version, change, reason,"
        " account_id, at, text_before, due_on_before, due_lesson_id_before, withdrawn_before,"
        f" expected_minutes_before) SELECT {made.format('h', 'CHANGED')}, 'Read', due_on,"
        " lesson_id, false, 10 FROM homework",
        account,
    )
    await connection.execute(
        "INSERT INTO lesson_revision (school_id, id, lesson_id, version, change, reason,"
        f" account_id, at, topic_before) SELECT {made.format('l', 'TOPIC_SET')}, 'Birds'"
        " FROM lesson WHERE hashtext(id::text) % 2 = 0",
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


async def _fill_nulls(connection: Any, table: str) -> None:
    """Give some rows a value in each column that holds none at all."""
    columns = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'YES'",
        table,
    )
    for name, type_ in columns:
        sample = SAMPLES.get(type_)
        if sample is None or name in NEVER_FILLED:
            continue
        if not await connection.fetchval(f"SELECT bool_or({name} IS NOT NULL) FROM {table}"):
            await connection.execute(
                f"UPDATE {table} SET {name} = {sample} WHERE hashtext(id::text) % 2 = 0"
            )


async def broken(url: str) -> None:
    """Break a copy: nulls where there may be none, and codes that no enum knows."""
    connection = await asyncpg.connect(url)
    try:
        for table, names in NULLED.items():
            for place, name in enumerate(names.split()):
                key = "id::text" if table != "school" else "school_id::text"
                await connection.execute(f"ALTER TABLE {table} ALTER {name} DROP NOT NULL")
                await connection.execute(
                    f"UPDATE {table} SET {name} = NULL"
                    f" WHERE abs(hashtext('{name}' || {key})) % 7 = {place % 3}"
                )
        for table, name in CODES.items():
            await connection.execute(
                f"UPDATE {table} SET {name} = 'NONSENSE'"
                f" WHERE abs(hashtext('code' || id::text)) % 6 = 1"
            )
        await connection.execute(
            "UPDATE grade_revision SET state_before = 'NONSENSE'"
            " WHERE abs(hashtext('before' || id::text)) % 5 = 1"
        )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
