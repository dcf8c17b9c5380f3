"""Events of a school: their kinds, what is answered to them, and what fits together."""

from datetime import datetime

from domain.enums import DescribedEnum
from domain.refusals import UserError, UserErrorCode

Code = UserErrorCode
MOST_PLACES = 10_000
MOST_HOURS = 24 * 14
"""A reminder goes out at most so long before an event."""


class EventKind(DescribedEnum):
    """What an event is."""

    PARENTS_MEETING = "PARENTS_MEETING", "A meeting of parents and teachers."
    TRIP = "TRIP", "A trip or an excursion."
    EXAM = "EXAM", "An exam."
    CELEBRATION = "CELEBRATION", "A celebration, a concert or a competition."
    OTHER = "OTHER", "Anything else."


class EventAnswer(DescribedEnum):
    """What is answered to an event."""

    YES = "YES", "They come; it takes a place."
    NO = "NO", "They don't come."
    MAYBE = "MAYBE", "They don't know yet; it takes no place."


def misplaced(
    starts_at: datetime,
    ends_at: datetime,
    *,
    asks_replies: bool,
    places: int | None,
    reply_until: datetime | None,
    remind_hours: int | None,
) -> UserError | None:
    """Refuse what does not fit together."""

    def wrong(message: str, field: str) -> UserError:
        return UserError(Code.BAD_INPUT, message, (field,))

    if ends_at <= starts_at:
        return wrong("An event ends after it starts.", "endsAt")
    if places is not None and not 1 <= places <= MOST_PLACES:
        return wrong(f"There are from 1 to {MOST_PLACES} places.", "places")
    if not asks_replies and places is not None:
        return wrong("Places are taken by replies: ask for them.", "places")
    if not asks_replies and reply_until is not None:
        return wrong("No replies are asked for.", "replyUntil")
    if reply_until is not None and reply_until > starts_at:
        return wrong("Replies come before it starts.", "replyUntil")
    if remind_hours is not None and not 1 <= remind_hours <= MOST_HOURS:
        return wrong(f"A reminder goes out from 1 to {MOST_HOURS} hours before.", "remindHours")
    return None
