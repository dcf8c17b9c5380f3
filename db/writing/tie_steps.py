"""How steps of roles and guardianships are written."""

from db.tables.tie_steps import TieStep
from db.writing.office_records import Kept

TIE_STEPS = Kept(TieStep, noted=False)
