"""The steps of a record's history."""

from domain.enums import DescribedEnum


class Step(DescribedEnum):
    """What was done to a record."""

    GIVEN = "GIVEN", "The grade was given."
    REVISED = "REVISED", "The grade was changed."
    ADDED = "ADDED", "It was written."
    REPLIED = "REPLIED", "It was replied to."
    SIGNED = "SIGNED", "The week was signed."
    SET = "SET", "The homework was set."
    HOMEWORK_CLOSED = "HOMEWORK_CLOSED", "It was said that the lesson's homework is complete."
    HOMEWORK_OPENED = "HOMEWORK_OPENED", "The lesson's homework was opened again."
    CLOSED = "CLOSED", "It was said that the lesson was held, and is complete."
    REOPENED = "REOPENED", "The lesson was opened again."
    ASSIGNED = "ASSIGNED", "The homework was no longer said to be done."
    DONE = "DONE", "The homework was said to be done."
    HANDED_IN = "HANDED_IN", "The homework was handed in."
    ACCEPTED = "ACCEPTED", "It was accepted."
    RETURNED = "RETURNED", "The homework was returned, with a comment."
    MISSING = "MISSING", "The homework was found to be missing."
    CREATED = "CREATED", "It was made."
    CHANGED = "CHANGED", "It was changed."
    TOPIC_SET = "TOPIC_SET", "The lesson's topic was set."
    GENERATED = "GENERATED", "The lesson was made of the weekly pattern of its course."
    REPLACED = (
        "REPLACED",
        "The lesson takes place with another teacher, subject, room or time; or another does.",
    )
    JOINED = "JOINED", "The lesson was joined to another, with which it is held."
    MOVED = "MOVED", "The lesson was moved, or given another teacher or room."
    CANCELLED = "CANCELLED", "The lesson was cancelled."
    REMOVED = "REMOVED", "The lesson was taken off the timetable."
    WITHDRAWN = "WITHDRAWN", "It was taken back."
    LOCKED = "LOCKED", "Its days were closed."
    UNLOCKED = "UNLOCKED", "Its days were opened."
    PUT_AWAY = "PUT_AWAY", "It was put out of use, and is kept."
    TAKEN = "TAKEN", "The attendance was entered."
    ANNOUNCED = "ANNOUNCED", "The absence was announced."
    REFUSED = "REFUSED", "It was refused."
    GRANTED = "GRANTED", "The role was granted, or the guardianship begun."
    ENDED = "ENDED", "Its last day was set."
    RESTRICTED = "RESTRICTED", "What is kept from the guardian was set."
    DECIDED = "DECIDED", "The grade of a period was decided."
    OVERRIDDEN = "OVERRIDDEN", "The head decided otherwise."
    TRANSFERRED = "TRANSFERRED", "The grade was brought from another school."
    DELIVERED = "DELIVERED", "It was delivered to who had rested before."
    RESTORED = "RESTORED", "Its withdrawal was undone."
