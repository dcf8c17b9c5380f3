"""How memberships are written."""

from db.tables.accounts import Membership
from db.writing.kept import Kept

MEMBERSHIPS = Kept(Membership)
