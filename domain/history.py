"""The steps of a record's history."""

from domain.enums import DescribedEnum


class Step(DescribedEnum):
    """What was done to a record."""

    GIVEN = "GIVEN", "The grade was given."
    REVISED = "REVISED", "The grade was changed."
    ADDED = "ADDED", "It was written."
    REPLIED = "REPLIED", "It was replied to."
    SET = "SET", "The homework was set."
    HOMEWORK_CLOSED = "HOMEWORK_CLOSED", "It was said that the lesson's homework is complete."
    HOMEWORK_OPENED = "HOMEWORK_OPENED", "The lesson's homework was opened again."
    ASSIGNED = "ASSIGNED", "The homework was no longer said to be done."
    DONE = "DONE", "The homework was said to be done."
    HANDED_IN = "HANDED_IN", "The homework was handed in."
    ACCEPTED = "ACCEPTED", "The homework was accepted."
    RETURNED = "RETURNED", "The homework was returned, with a comment."
    MISSING = "MISSING", "The homework was found to be missing."
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
    RESTORED = "RESTORED", "Its withdrawal was undone."
