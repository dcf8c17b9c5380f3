"""How guardians and guardianships are written."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, table
from db.statement import statement
from db.tables.guardians import Guardian, Guardianship
from db.writing.office_records import Kept

GUARDIANS = Kept(Guardian)
GUARDIANSHIPS = Kept(Guardianship)


@statement(Guardianship)
def guardianships_to_change() -> ClauseElement:
    """Those of students, by `ids`."""
    tie = table(Guardianship)
    return select(tie).where(tie.c.school_id == SCHOOL, among(tie.c.student_id))
