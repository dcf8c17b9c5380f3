"""Attendance: its kinds, a school's tokens for them, and how they are counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol

from domain.audience import AUTHOR, HEADS, KEEPERS, STAFF_OF, Audience
from domain.enums import DescribedEnum
from domain.grading import QUOTIENT


class AttendanceKind(DescribedEnum):
    """What attendance is, whatever the school writes for it."""

    PRESENT = "PRESENT", "The student was there."
    ABSENT = "ABSENT", "The student was not there, and nobody has excused it."
    EXCUSED = "EXCUSED", "The student was not there, with an excuse."
    ILL = "ILL", "The student was ill."
    LATE = "LATE", "The student came late."
    LEFT_EARLY = "LEFT_EARLY", "The student left before the end."
    ELSEWHERE = "ELSEWHERE", "The student was elsewhere on the school's business."


class AbsenceReason(DescribedEnum):
    """Why a student will be, or was, absent."""

    ILLNESS = "ILLNESS", "The student is ill."
    APPOINTMENT = "APPOINTMENT", "An appointment, such as at a doctor's."
    FAMILY = "FAMILY", "A matter of the family."
    SCHOOL_BUSINESS = "SCHOOL_BUSINESS", "A competition or the like, for the school."
    OTHER = "OTHER", "Another reason, which the text says."


class AbsenceState(DescribedEnum):
    """Where the notice of an absence stands."""

    ANNOUNCED = "ANNOUNCED", "It waits for the class teacher."
    ACCEPTED = "ACCEPTED", "The lessons of its days are excused."
    REFUSED = "REFUSED", "The lessons of its days are not excused."
    WITHDRAWN = "WITHDRAWN", "It was taken back by who announced it."


TAKERS = Audience.COURSE_TEACHER | HEADS
"""Who takes the attendance of a lesson."""
CORRECTORS = STAFF_OF
"""Who corrects an entry."""
MARKERS = Audience.CLASS_TEACHER | HEADS
"""Who enters a day's absence in all lessons."""
ANNOUNCERS = Audience.GUARDIAN | KEEPERS
"""Who announces an absence: a guardian, or who has taken the telephone."""
NOTICE_EDITORS = Audience.GUARDIAN | AUTHOR
LONGEST_TOKEN = 10
MOST_MINUTES = 600
LONGEST_ABSENCE = 190
"""Days that one notice may span."""
TIMED = frozenset({AttendanceKind.LATE, AttendanceKind.LEFT_EARLY})
"""Of which minutes are told."""


class BadAttendance(ValueError):
    """Attendance that can't be entered, in words for who enters it."""


def check_minutes(minutes: int) -> int:
    if not 0 < minutes <= MOST_MINUTES:
        raise BadAttendance(f"These are 1 to {MOST_MINUTES} minutes")
    return minutes


def check_timed(kind: AttendanceKind, minutes: int | None) -> None:
    if minutes is not None and kind not in TIMED:
        raise BadAttendance("Minutes are told of who came late or left early")


class Counting(Protocol):
    """How a token counts."""

    @property
    def absence(self) -> bool: ...
    @property
    def lateness(self) -> bool: ...
    @property
    def in_rate(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Token:
    """What is written, what it stands for, and whether it counts as an absence, as a lateness, and
    in the rate of attendance."""

    token: str
    name: str
    kind: AttendanceKind
    absence: bool
    lateness: bool
    in_rate: bool


def usual(kind: AttendanceKind, token: str, name: str) -> Token:
    """A token that counts as its kind usually does: who is absent for whatever reason is absent,
    and who is elsewhere for the school is not."""
    away = kind in (AttendanceKind.ABSENT, AttendanceKind.EXCUSED, AttendanceKind.ILL)
    elsewhere = kind is AttendanceKind.ELSEWHERE
    return Token(token, name, kind, away, kind is AttendanceKind.LATE, not elsewhere)


USUAL = (
    usual(AttendanceKind.PRESENT, "P", "Present"),
    usual(AttendanceKind.ABSENT, "A", "Absent"),
    usual(AttendanceKind.EXCUSED, "E", "Excused"),
    usual(AttendanceKind.ILL, "I", "Ill"),
    usual(AttendanceKind.LATE, "L", "Late"),
    usual(AttendanceKind.LEFT_EARLY, "D", "Left early"),
    usual(AttendanceKind.ELSEWHERE, "S", "On school business"),
)
"""The tokens of a school that has set none."""


class Tokens:
    """A school's tokens, in their order; the usual ones where it has none, and where it has none of
    a kind the usual one of that kind."""

    def __init__(self, own: Sequence[Token]) -> None:
        self.all = tuple(own) or USUAL
        self._by_token = {each.token.casefold(): each for each in reversed(self.all)}

    def of_token(self, token: str) -> Token:
        """BadAttendance where the school has no such token; capitals do not matter."""
        found = self._by_token.get(token.strip().casefold())
        if found is None:
            known = ", ".join(each.token for each in self.all)
            raise BadAttendance(f"The school has no token {token.strip()}: it has {known}")
        return found

    def of_kind(self, kind: AttendanceKind) -> Token:
        return next(each for each in (*self.all, *USUAL) if each.kind is kind)


KIND_OF: dict[AbsenceReason, AttendanceKind] = {
    AbsenceReason.ILLNESS: AttendanceKind.ILL,
    AbsenceReason.APPOINTMENT: AttendanceKind.EXCUSED,
    AbsenceReason.FAMILY: AttendanceKind.EXCUSED,
    AbsenceReason.SCHOOL_BUSINESS: AttendanceKind.ELSEWHERE,
    AbsenceReason.OTHER: AttendanceKind.EXCUSED,
}
"""As what an accepted notice excuses."""


def excused(kind: AttendanceKind, reason: AbsenceReason | None) -> AttendanceKind:
    """The kind under an accepted notice of the reason: only an absence that nobody has excused is
    another then. Who came after all was there."""
    if reason is None or kind is not AttendanceKind.ABSENT:
        return kind
    return KIND_OF[reason]


def check_days(first: date, last: date) -> None:
    if last < first:
        raise BadAttendance("An absence does not end before it begins")
    if (last - first).days >= LONGEST_ABSENCE:
        raise BadAttendance(f"One notice spans at most {LONGEST_ABSENCE} days")


class Counted(Protocol):
    """How often one kind was entered with one counting, and the minutes told of it; `kind` is None
    of lessons at which nothing was entered of the student, who was there then."""

    @property
    def kind(self) -> str | None: ...
    @property
    def absence(self) -> bool: ...
    @property
    def lateness(self) -> bool: ...
    @property
    def in_rate(self) -> bool: ...
    @property
    def number(self) -> int: ...
    @property
    def minutes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Count:
    """Lessons whose attendance was taken, by what was entered.

    `absences` and `latenesses` are those that count as such. `attended` of the lessons `in_rate`
    were no absences.
    """

    lessons: int
    of_kind: dict[AttendanceKind, int]
    late_minutes: int
    absences: int
    latenesses: int
    in_rate: int
    attended: int

    @property
    def rate(self) -> Decimal | None:
        """The share of lessons attended, to four places, halves up; None where none counts."""
        if self.in_rate == 0:
            return None
        share = Fraction(self.attended, self.in_rate)
        exact = QUOTIENT.divide(Decimal(share.numerator), Decimal(share.denominator))
        return exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def count(rows: Iterable[Counted]) -> Count:
    of_kind = dict.fromkeys(AttendanceKind, 0)
    lessons = late_minutes = absences = latenesses = in_rate = attended = 0
    for row in rows:
        kind = AttendanceKind.PRESENT if row.kind is None else AttendanceKind(row.kind)
        of_kind[kind] += row.number
        lessons += row.number
        late_minutes += row.minutes if kind is AttendanceKind.LATE else 0
        absences += row.number if row.absence else 0
        latenesses += row.number if row.lateness else 0
        in_rate += row.number if row.in_rate else 0
        attended += row.number if row.in_rate and not row.absence else 0
    return Count(lessons, of_kind, late_minutes, absences, latenesses, in_rate, attended)
