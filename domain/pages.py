"""Pages of people, class groups and subjects: who has one, who reads it, and what it looks like."""

from domain.audience import AUTHOR, FAMILY, HEADS, SELF, Audience
from domain.enums import DescribedEnum
from domain.refusals import UserError, UserErrorCode

READERS = Audience.ADDRESSEE | FAMILY | Audience.CLASS_TEACHER | Audience.COURSE_TEACHER | HEADS
"""Who reads a page: those to whom the school's setting opens it, and those whose it is."""
WRITERS = SELF | Audience.CLASS_TEACHER | Audience.COURSE_TEACHER
"""Whose page it is, who leads or teaches the class group, or who teaches the subject."""
EDITORS = WRITERS | HEADS
REMOVERS = AUTHOR | WRITERS | HEADS
"""Who takes a comment back: who wrote it, and who keeps the page."""
MOST_PICTURES = 10


class PageLevel(DescribedEnum):
    """How far a school allows pages."""

    OFF = "OFF", "There are none."
    STAFF = "STAFF", "Of the staff, class groups and subjects; for the staff alone."
    CLASSES = (
        "CLASSES",
        (
            "Of everybody; for those who have to do with each other: a student's and a guardian's "
            "for the class, its families and teachers, a teacher's for those whom they teach."
        ),
    )
    ALL = "ALL", "Of everybody, for everybody who belongs to the school today."


class PageKind(DescribedEnum):
    """Whose a page is."""

    STUDENT = "STUDENT", "A student's."
    TEACHER = "TEACHER", "A teacher's."
    GUARDIAN = "GUARDIAN", "A guardian's."
    CLASS_GROUP = "CLASS_GROUP", "A class group's."
    SUBJECT = "SUBJECT", "A subject's."


class PageTheme(DescribedEnum):
    """What a page looks like."""

    PLAIN = "PLAIN", "Black on white."
    FOREST = "FOREST", "Green."
    SEA = "SEA", "Blue."
    SUNSET = "SUNSET", "Red and orange."
    NIGHT = "NIGHT", "White on black."


class Reaction(DescribedEnum):
    """What somebody thinks of a post."""

    LIKE = "LIKE", "They like it."
    THANKS = "THANKS", "They are thankful for it."
    LAUGH = "LAUGH", "It made them laugh."
    WOW = "WOW", "They marvel at it."
    SAD = "SAD", "It made them sad."


def standing_for_readers(withdrawn: bool, hidden: bool) -> UserError | None:
    """Refuse to write at what readers do not see any more."""
    if not withdrawn and not hidden:
        return None
    return UserError(UserErrorCode.WITHDRAWN, "This is withdrawn, or hidden.")
