"""How grades are written."""

from db.tables import Grade, GradeRevision
from db.writing.versioned import Versioned

GRADES = Versioned(
    Grade,
    GradeRevision,
    topic="GRADE",
    inserted_at="given_at",
    changed_at="changed_at",
    derived=("number",),
)
