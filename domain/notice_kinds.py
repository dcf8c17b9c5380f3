"""The kinds of notices, and how somebody is told of each: in the app, by e-mail, on devices."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntFlag
from zoneinfo import ZoneInfo

from domain.enums import DescribedEnum
from domain.languages import language_of


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
    MESSAGE = "MESSAGE", "A message has reached the viewer."
    SURVEY = "SURVEY", "A survey was made, or its results are told."
    QUIZ = "QUIZ", "A quiz was made."
    POST = "POST", "A post was written on a page that the viewer follows, or a comment on theirs."
    FORUM = "FORUM", "A topic that the viewer wrote in was answered."
    MODERATION = "MODERATION", "A moderator decided on something that the viewer wrote."
    REPORT = "REPORT", "Something waits for the moderators: reported, held back or appealed."


class Readers(IntFlag):
    """Whom a notice is for, of those around the record that it is addressed to."""

    STUDENTS = 1
    FAMILIES = 2
    STAFF = 4
    ACCOUNT = 8
    ADDRESSED = 16
    """Who has the address: `domain.addressees`."""
    NAMED = 32
    """The accounts that the notice names."""


FAMILY = Readers.STUDENTS | Readers.FAMILIES


class NoticeMail(DescribedEnum):
    """When notices of a kind are mailed."""

    NEVER = "NEVER", "They are not mailed."
    AT_ONCE = "AT_ONCE", "Within a few minutes; several together."
    DAILY = "DAILY", "Once a day, in the evening."
    WEEKLY = "WEEKLY", "Once a week, on Sunday evening."


@dataclass(frozen=True, slots=True)
class Said:
    """A text in each language. `{student}`, `{subject}` and `{author}`, who took the step, stand
    for names; a part between brackets is left out where there is no such name."""

    en: str
    ru: str

    def text(self, language: str, **names: str | None) -> str:
        template = self.ru if language_of(language) == "ru" else self.en

        def kept(part: re.Match[str]) -> str:
            return part[1] if all(map(names.get, NAME.findall(part[1]))) else ""

        found = NAME.sub(lambda each: names.get(each[1]) or "", OPTIONAL.sub(kept, template))
        return found[:1].upper() + found[1:]


NAME = re.compile(r"\{(\w+)\}")
OPTIONAL = re.compile(r"\[([^]]*)\]")
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
