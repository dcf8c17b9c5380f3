"""The steps of a record's history."""

from domain.enums import DescribedEnum


class Step(DescribedEnum):
    """What was done to a record."""

    GIVEN = "GIVEN", "The grade was given."
    REVISED = "REVISED", "The grade was changed."
    ADDED = "ADDED", "It was written."
    REPLIED = "REPLIED", "It was replied to."
    SET = "SET", "The homework was set."
    CREATED = "CREATED", "It was made."
    CHANGED = "CHANGED", "It was changed."
    TOPIC_SET = "TOPIC_SET", "The lesson's topic was set."
    MOVED = "MOVED", "The lesson was moved, or given another teacher or room."
    CANCELLED = "CANCELLED", "The lesson was cancelled."
    REMOVED = "REMOVED", "The lesson was taken off the timetable."
    WITHDRAWN = "WITHDRAWN", "It was taken back."
    LOCKED = "LOCKED", "Its days were closed."
    UNLOCKED = "UNLOCKED", "Its days were opened."
    PUT_AWAY = "PUT_AWAY", "It was put out of use, and is kept."
    GRANTED = "GRANTED", "The role was granted, or the guardianship begun."
    ENDED = "ENDED", "Its last day was set."
    RESTRICTED = "RESTRICTED", "What is kept from the guardian was set."
    RESTORED = "RESTORED", "Its withdrawal was undone."
