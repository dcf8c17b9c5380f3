"""What an import has written, noted for the audit before it commits.

Marks and topics have steps in their histories, which the audit follows. Of people and their ties
there are none; whatever way the import wrote them, their rows are of its own transaction.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, func, insert, literal, null, select, text

from db.reading.parts import ACTOR, NOW, ORIGIN
from db.roster.sql import execute, of_schools, table
from db.tables.schools import WITHIN_ITSELF
from db.writing.audit import noun_of_table, student_of

NOTED = ("student", "guardian", "teacher", "guardianship", "enrolment", "membership")
OF_IMPORT = text("xmin = CAST(pg_current_xact_id() AS xid)")


async def note_import(connection: Any, schools: list[int]) -> None:
    """A note of each school, and of each of the people and ties that were made or changed."""
    school = table("school")
    itself = literal(WITHIN_ITSELF)
    await _note(connection, school, itself, null(), of_schools(school, schools))
    for name in NOTED:
        own = table(name)
        written = of_schools(own, schools) & OF_IMPORT
        await _note(connection, own, own.c.id, student_of(own, own), written)


async def _note(
    connection: Any,
    source: Table,
    ref: ColumnElement[Any],
    student: ColumnElement[Any],
    found: ColumnElement[bool],
) -> None:
    row = {
        "school_id": source.c.school_id,
        "id": func.gen_random_uuid(),
        "noun": literal(noun_of_table(source)),
        "ref": ref,
        "student_id": student,
        "change": literal("IMPORTED"),
        "what": literal(""),
        "account_id": ACTOR,
        "origin": ORIGIN,
        "at": NOW,
    }
    rows = select(*row.values()).select_from(source).where(found)
    note = insert(table("audit_note")).from_select(list(row), rows, include_defaults=False)
    await execute(connection, note)
