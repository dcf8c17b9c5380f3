"""How memberships are written."""

from db.tables.accounts import Membership
from db.writing.office_records import Kept

MEMBERSHIPS = Kept(Membership)
