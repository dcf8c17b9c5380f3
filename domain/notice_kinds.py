"""The kinds of notices, and how somebody is told of each: in the app, by e-mail, on devices."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntFlag
from zoneinfo import ZoneInfo

from domain.enums import DescribedEnum


class NoticeKind(DescribedEnum):
    """What a notice is about."""

    MARK = "MARK", "A mark was given, or changed."
    PERIOD_GRADE = "PERIOD_GRADE", "The grade of a period was decided, or changed."
    REMARK = "REMARK", "A remark was written, or replied to."
    ABSENCE = "ABSENCE", "An absence or lateness was entered."
    ABSENCE_NOTICE = "ABSENCE_NOTICE", "An absence was announced; or what the school said to that."
    HOMEWORK = "HOMEWORK", "Homework was set, or changed."
    HOMEWORK_DUE = "HOMEWORK_DUE", "Homework is due tomorrow."
    HOMEWORK_STATUS = "HOMEWORK_STATUS", "Homework was handed in, accepted, returned or missed."
    LESSON = "LESSON", "A lesson was cancelled, moved or replaced."
    MATERIAL = "MATERIAL", "A material was added."
    ANNOUNCEMENT = "ANNOUNCEMENT", "An announcement was made, or changed."
    EVENT = "EVENT", "An event was added, changed or called off."


class Readers(IntFlag):
    """Whom a notice is for, of those around the record that it is addressed to."""

    STUDENTS = 1
    FAMILIES = 2
    STAFF = 4
    ACCOUNT = 8
    ADDRESSED = 16
    """Who has the address: `domain.addressees`."""


FAMILY = Readers.STUDENTS | Readers.FAMILIES


class NoticeMail(DescribedEnum):
    """When notices of a kind are mailed."""

    NEVER = "NEVER", "They are not mailed."
    AT_ONCE = "AT_ONCE", "Within a few minutes; several together."
    DAILY = "DAILY", "Once a day, in the evening."
    WEEKLY = "WEEKLY", "Once a week, on Sunday evening."


@dataclass(frozen=True, slots=True)
class Said:
    """A text in each language. `{student}` and `{subject}` stand for names; a part between
    brackets is left out where there is no such name."""

    en: str
    ru: str

    def text(self, language: str, student: str | None, subject: str | None) -> str:
        found = self.ru if language.lower().startswith("ru") else self.en
        for name, value in (("student", student), ("subject", subject)):
            begin, place, end = found.partition(f"{{{name}}}")
            if place:
                found = f"{begin}{value}{end}" if value else _without(begin, end)
        found = found.replace("[", "").replace("]", "")
        return found[:1].upper() + found[1:]


def _without(begin: str, end: str) -> str:
    return begin[: begin.rindex("[")] + end[end.index("]") + 1 :]


DIGEST_AT = time(18)
SUNDAY = 6


def next_digest(after: datetime, time_zone: str, *, weekly: bool = False) -> datetime:
    """The next evening after the instant; the next Sunday's where it is `weekly`."""
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    while True:
        found = datetime.combine(day, DIGEST_AT, zone).astimezone(UTC)
        if found > after and (not weekly or day.weekday() == SUNDAY):
            return found
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which nothing is mailed or pushed at once; none where both are None. They
    may go over midnight."""

    begins: time | None
    ends: time | None
    time_zone: str

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours end in which the instant is; None where it is in none."""
        if self.begins is None or self.ends is None or self.begins == self.ends:
            return None
        local = now.astimezone(ZoneInfo(self.time_zone))
        at, over_midnight = local.time(), self.begins > self.ends
        within = (at >= self.begins or at < self.ends) if over_midnight else (
            self.begins <= at < self.ends
        )  # fmt: skip
        if not within:
            return None
        day = local.date() + timedelta(days=1 if over_midnight and at >= self.begins else 0)
        return datetime.combine(day, self.ends, ZoneInfo(self.time_zone)).astimezone(UTC)
