"""What a school keeps of a student, by kinds: exported for the family, and erased in time."""

import re
from dataclasses import dataclass
from datetime import date

from domain.enums import DescribedEnum
from domain.ties import kept_since

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%]")
"""What spreadsheets may take for the beginning of a formula."""
INSIDE = re.compile(r"(?<=[;\t\r\n])(?=[^\S\t\r\n]*[=+\-@＝＋－＠|%])")
"""The same after what parts cells where commas don't, as in the spreadsheets of most of Europe: to
them the quotes around a cell are a part of it."""


class DataKind(DescribedEnum):
    """A kind of what a school keeps of a student."""

    PERSON = "PERSON", "Names, the day of birth, and the numbers that the school knows them by."
    CONTACTS = "CONTACTS", "How they are reached."
    GUARDIANS = (
        "GUARDIANS",
        "Their guardians, what these signed, and those with no other child.",
    )
    LOGINS = "LOGINS", "What their accounts are in the school, and access codes."
    MARKS = "MARKS", "Comments on marks. The marks themselves count in the averages of classes."
    ATTENDANCE = "ATTENDANCE", "Notes on attendance. That they were there or not is kept counted."
    HOMEWORK = (
        "HOMEWORK",
        "What they handed in, answered and opened, and comments on it.",
    )
    REMARKS = "REMARKS", "Remarks, with their replies and their history."
    NOTICES = "NOTICES", "Notices of absence, with their reasons."
    WRITINGS = "WRITINGS", "What they wrote to others, and against what moderators decided of it."


class ExportState(DescribedEnum):
    """Where an export of a student's data stands."""

    QUEUED = "QUEUED", "It waits for a process to make it."
    RUNNING = "RUNNING", "It is being made."
    READY = "READY", "It can be downloaded, once."
    DOWNLOADED = "DOWNLOADED", "It was downloaded, and is kept no longer."
    EXPIRED = "EXPIRED", "Nobody downloaded it in time."
    FAILED = "FAILED", "It could not be made; another may be asked for."


@dataclass(frozen=True, slots=True)
class Term:
    """For how many years after somebody has left a law has the school keep a kind, and which."""

    years: int
    reason: str


def erasable_since(left: date, keeping: int, law: Term | None, day: date) -> bool:
    """Whether the term of the school, and that of the law, are over on the day."""
    years = keeping if law is None else max(keeping, law.years)
    return left < kept_since(day, years)


def cell(value: object) -> str:
    """A value in a table for spreadsheets: text that would be a formula has an apostrophe before
    it, which makes it text, and so has a part of it. Numbers stay numbers, also below zero."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    dangerous = FORMULA.match(text) or text.startswith(("\t", "\r", "\n"))
    begins = len(text) - len(text.lstrip())
    text = text[:begins] + INSIDE.sub("'", text[begins:])
    return f"'{text}" if dangerous else text
