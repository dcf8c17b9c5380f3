"""The first steps of what stands in the demo school: who gave each grade, set each homework, added
each material, quiz and term, took the attendance and decided the grades of periods."""

from typing import Any

FIRST = """
    INSERT INTO {table}_revision (school_id, id, {table}_id, version, change, account_id, at)
    SELECT own.school_id, own.id, own.id, 1, '{change}', membership.account_id, own.{at}
    FROM {table} own JOIN membership USING (school_id, teacher_id)
"""
"""Its own id names the first step of a record too, so none has to be made."""

TAKEN = """
    INSERT INTO attendance_taking (school_id, id, at)
    SELECT school_id, id, starts_at FROM lesson WHERE status = 'HELD'
"""

DECIDED = """
    INSERT INTO period_grade_revision
      (school_id, id, period_grade_id, version, change, account_id, at)
    SELECT school_id, id, id, 1, 'DECIDED', author_id, decided_at FROM period_grade
"""


BEGUN = """
    INSERT INTO quiz_try_revision (school_id, id, quiz_try_id, version, change, account_id, at)
    SELECT own.school_id, own.id, own.id, 1, 'BEGUN', membership.account_id, own.begun_at
    FROM quiz_try own JOIN membership USING (school_id, student_id)
"""

WRITTEN = """
    INSERT INTO {table}_revision (school_id, id, {table}_id, version, change, account_id, at)
    SELECT school_id, id, id, 1, 'ADDED', author_id, {at} FROM {table}
"""


async def begin_history(connection: Any) -> None:  # an asyncpg connection
    """Made by the database of what it holds: copied like the rest it would take twice as long."""
    for table, change, at in (
        ("grade", "GIVEN", "given_at"),
        ("homework", "SET", "set_at"),
        ("material", "ADDED", "added_at"),
        ("quiz_question", "ADDED", "added_at"),
        ("quiz", "CREATED", "added_at"),
        ("glossary_term", "ADDED", "added_at"),
        ("attendance", "TAKEN", "taken_at"),
    ):
        await connection.execute(FIRST.format(table=table, change=change, at=at))
    for table, at in (
        ("announcement", "published_at"),
        ("school_event", "added_at"),
        ("survey", "asked_at"),
        ("conversation", "started_at"),
        ("message", "sent_at"),
        ("post", "posted_at"),
        ("comment", "written_at"),
    ):
        await connection.execute(WRITTEN.format(table=table, at=at))
    await connection.execute(TAKEN)
    await connection.execute(DECIDED)
    await connection.execute(BEGUN)
