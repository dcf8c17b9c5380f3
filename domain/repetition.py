"""When a word that somebody learns is asked for again: the rule SM-2 (P. A. Wozniak, 1990).

A word comes back after a day, then after six, then after the last interval times its easiness,
rounded up. Easiness begins with 2.5 and follows the answers; it is 1.3 at least. A word that was
forgotten begins anew, is asked for again on the same day, and keeps its easiness.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from domain.enums import DescribedEnum

EASIEST, LEAST_EASY = Decimal("2.50"), Decimal("1.30")
FIRST, SECOND, LONGEST = 1, 6, 3_650
"""Days."""


class Recall(DescribedEnum):
    """How well a word was recalled."""

    FORGOTTEN = "FORGOTTEN", "Not at all; it begins anew."
    HARD = "HARD", "With serious difficulty."
    GOOD = "GOOD", "After a hesitation."
    EASY = "EASY", "At once."


QUALITY = {Recall.HARD: 3, Recall.GOOD: 4, Recall.EASY: 5}
"""What SM-2 calls the quality of an answer, from 0 to 5; what is below 3 was forgotten."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How well a word is known: recalled so many times in a row, asked for after so many days."""

    repetitions: int = 0
    interval: int = 0
    easiness: Decimal = EASIEST

    def after(self, recall: Recall) -> "Progress":
        if recall is Recall.FORGOTTEN:
            return Progress(0, 0, self.easiness)
        missing = 5 - QUALITY[recall]
        easier = (
            self.easiness + Decimal("0.1") - missing * (Decimal("0.08") + missing * Decimal("0.02"))
        )
        easiness = max(LEAST_EASY, easier)
        return Progress(self.repetitions + 1, self._next(easiness), easiness)

    def _next(self, easiness: Decimal) -> int:
        if self.repetitions == 0:
            return FIRST
        if self.repetitions == 1:
            return SECOND
        exact = (self.interval * easiness).to_integral_value(ROUND_CEILING)
        return min(LONGEST, int(exact))

    def due_on(self, today: date) -> date:
        return today + timedelta(self.interval)
