"""The steps of a record's history."""

from domain.enums import DescribedEnum


class Step(DescribedEnum):
    """What was done to a record."""

    GIVEN = "GIVEN", "The grade was given."
    REVISED = "REVISED", "The grade was changed."
    ADDED = "ADDED", "It was written."
    REPLIED = "REPLIED", "It was replied to."
    SET = "SET", "The homework was set."
    CHANGED = "CHANGED", "The homework was changed."
    TOPIC_SET = "TOPIC_SET", "The lesson's topic was set."
    MOVED = "MOVED", "The lesson was moved, or given another teacher or room."
    CANCELLED = "CANCELLED", "The lesson was cancelled."
    REMOVED = "REMOVED", "The lesson was taken off the timetable."
    WITHDRAWN = "WITHDRAWN", "It was taken back."
    RESTORED = "RESTORED", "Its withdrawal was undone."
