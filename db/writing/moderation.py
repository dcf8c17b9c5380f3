"""Writing what moderators decide, and what guardians keep their children from."""

from db.tables.moderation import (
    ChildRestriction,
    ChildRestrictionRevision,
    ModerationCase,
    ModerationCaseRevision,
)
from db.writing.changing import Changing
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
