"""What the lists of students, guardians and teachers have in common."""

from sqlalchemy import case, exists

from db.reading.listing import Conditions, flag, matching, where_asked
from db.reading.parts import SCHOOL, table
from db.reading.ties import has_not_left
from db.tables.accounts import Membership
from db.tables.guardians import Guardian
from db.tables.students import Student
from db.tables.teachers import Teacher


def people(model: type[Student | Guardian | Teacher]) -> Conditions:
    """Those who have not left, or those who have, if it is they who are asked for; whose accounts
    are missing, where that is."""
    person, membership = table(model), table(Membership)
    left, stays = flag("has_left"), has_not_left(person)
    has_account = exists().where(
        membership.c.school_id == SCHOOL,
        membership.c[f"{person.name}_id"] == person.c.id,
    )
    return [
        *matching(person),
        case((left, ~stays), else_=stays),
        where_asked(flag("without_account"), ~has_account),
    ]
