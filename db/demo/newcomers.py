"""Parents of the demo school who have no account yet, so that a sheet of codes can be printed."""

from typing import Any

from db.demo.names import GIVEN
from db.sort_keys import renew_keys
from db.telling import tell_of
from domain.ids import uuid7

SCHOOL, NEWCOMERS = 1, 6
CHILDREN = """
  SELECT s.id, s.family_name, g.name FROM student s
  JOIN enrolment e ON (e.school_id, e.student_id) = (s.school_id, s.id)
  JOIN class_group g ON (g.school_id, g.id) = (e.school_id, e.class_group_id)
  WHERE s.school_id = $1 ORDER BY g.name, s.id LIMIT $2
"""


async def add_newcomers(connection: Any) -> tuple[int, str]:
    """Give some children of one class another guardian; the school's number and the class."""
    children = await connection.fetch(CHILDREN, SCHOOL, NEWCOMERS)
    for place, child in enumerate(children):
        guardian = uuid7()
        await connection.execute(
            "INSERT INTO guardian (school_id, id, given_name, family_name) VALUES ($1, $2, $3, $4)",
            SCHOOL, guardian, GIVEN[place], child["family_name"],
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)"
            " VALUES ($1, $2, $3, $4, 'PARENT')",
            SCHOOL, uuid7(), child["id"], guardian,
        )  # fmt: skip
    await renew_keys(connection)
    await tell_of(connection, SCHOOL)
    return SCHOOL, children[0]["name"]
