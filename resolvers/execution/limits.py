"""What one answer may grow to, and for how long it may hold the event loop."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

MOST_RECORDS = 100_000
"""How many records one answer may read, and write."""
MOST_FIELDS = 1_000
"""How many fields an operation may have with all its fragments spread. One of that size compiles
within a tenth of a second."""
TIME_SLICE = 0.01
"""For how many seconds an answer may hold the event loop before it yields to other tasks."""


class LimitExceeded(BaseException):
    """The answer or its operation is too large.

    It is no Exception, so that it ends the whole answer: no field reports it as an error of its
    own.
    """


class TooManyRecords(LimitExceeded):
    def __init__(self, most: int) -> None:
        super().__init__(f"The answer holds more than {most} records: ask for less at once.")


class TooManyFields(LimitExceeded):
    def __init__(self, most: int) -> None:
        super().__init__(f"The operation comes to more than {most} fields, its fragments spread.")


@dataclass(slots=True)
class RecordCount:
    """Counts the records that an answer reads or writes."""

    records: int = 0

    def add(self, records: int) -> None:
        """Raises TooManyRecords."""
        self.records += records
        if self.records > MOST_RECORDS:
            raise TooManyRecords(MOST_RECORDS)


@dataclass(slots=True)
class TimeSlice:
    """The time until which an answer may go on before it yields to the event loop."""

    began: float = field(default_factory=monotonic)

    async def give_way(self) -> None:
        """Let other tasks run where the time slice has ended."""
        if monotonic() > self.began + TIME_SLICE:
            await asyncio.sleep(0)
            self.began = monotonic()
