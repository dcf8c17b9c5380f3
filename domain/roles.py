"""Roles in a school's office: who grants them, and what each may do.

What a field or a mutation asks for is an audience (`domain/audience.py`):

- HEAD alone: the roles of heads and deputies, webhooks, and resigning.
- HEADS, the head and the deputies: everything of marks (they read and write all of them, set the
  rules by which marks count, lock periods and open them), who teaches a course, making two records
  of one person one, and the roles of secretaries.
- OFFICE, those and the secretaries: people, class groups, courses, enrolments, guardianships, the
  calendar, the timetable, passwords and access codes. A secretary reads no mark, no remark, no
  homework and no attendance, but decides on notices of absence.
"""

from collections.abc import Iterable

from domain.audience import HEAD, HEADS, STAFF, Audience
from domain.enums import DescribedEnum


class OfficeRole(DescribedEnum):
    """What somebody is in a school's office; it is granted to an account."""

    HEAD = "HEAD", "The head of the school."
    DEPUTY_HEAD = "DEPUTY_HEAD", "A deputy: all but the roles of heads, and webhooks."
    SECRETARY = "SECRETARY", "A secretary: people, classes and enrolments, and no marks."


class TeacherRole(DescribedEnum):
    """What a teacher is to a course or a class group."""

    TEACHER = "TEACHER", "Teaches the course."
    STAND_IN = "STAND_IN", "Stands in for who teaches it."
    CLASS_TEACHER = "CLASS_TEACHER", "Leads the class group."
    DEPUTY = "DEPUTY", "Leads it beside the class teacher."


OFFICE_ROLES = frozenset(each.value for each in OfficeRole)
LEADING = frozenset({OfficeRole.HEAD.value, OfficeRole.DEPUTY_HEAD.value})
OFFICE = Audience.OFFICE | STAFF
EVERYWHERE = {
    OfficeRole.HEAD.value: OFFICE | Audience.HEAD,
    OfficeRole.DEPUTY_HEAD.value: OFFICE | Audience.DEPUTY_HEAD,
    OfficeRole.SECRETARY.value: OFFICE,
}
"""What a role makes of somebody to every record of the school."""


def everywhere(roles: Iterable[str]) -> Audience:
    found = Audience.NOBODY
    for role in roles:
        found |= EVERYWHERE.get(role, Audience.NOBODY)
    return found


def granted_by(role: str) -> Audience:
    """Who grants the role, and ends it."""
    return HEAD if role in LEADING else HEADS
