"""The first steps of what stands in the demo school: who gave, set or wrote each record."""

from typing import Any

FIRST = """
    INSERT INTO {table}_revision (school_id, id, {table}_id, version, change, account_id, at)
    SELECT own.school_id, own.id, own.id, 1, '{change}', {account}, own.{at}
    FROM {table} own {joined}
"""
"""Its own id names the first step of a record too, so none has to be made."""
BY_TEACHER = {
    "account": "membership.account_id",
    "joined": "JOIN membership USING (school_id, teacher_id)",
}
BY_AUTHOR = {"account": "own.author_id", "joined": ""}


async def begin_history(connection: Any) -> None:  # an asyncpg connection
    """Made by the database of what it holds: copied like the rest it would take twice as long."""
    for table, change, at, by in (
        ("grade", "GIVEN", "given_at", BY_TEACHER),
        ("homework", "SET", "set_at", BY_TEACHER),
        ("remark", "ADDED", "written_at", BY_AUTHOR),
    ):
        await connection.execute(FIRST.format(table=table, change=change, at=at, **by))
