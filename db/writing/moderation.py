"""Writing what moderators decide, and what guardians keep their children from."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables.moderation import (
    ChildRestriction,
    ChildRestrictionRevision,
    ModerationCase,
    ModerationCaseRevision,
)
from db.tables.students import Student
from db.writing.changing import Changing
from db.writing.parts import ID
from db.writing.versioned import Versioned

CASES = Versioned(
    ModerationCase,
    ModerationCaseRevision,
    inserted_at="opened_at",
    derived=("told_id",),
)
CASE_CHANGES = Changing(CASES)
CHILD_RESTRICTIONS = Versioned(
    ChildRestriction,
    ChildRestrictionRevision,
    inserted_at="written_at",
)


@statement(Student)
def hold_child() -> ClauseElement:
    """Hold a student until the transaction ends, so that two guardians do not keep them from the
    same at once."""
    own = table(Student)
    held = select(own.c.id).where(own.c.school_id == SCHOOL, own.c.id == ID)
    return held.with_for_update(key_share=True)
