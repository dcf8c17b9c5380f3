"""What several reports have in common."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.clock import now
from domain.errors import bad_input
from domain.languages import language_of
from domain.reports import LONGEST_AT_ONCE
from gateway.drawing.layout import Cell, Report, Table
from gateway.reports.asking import Asking, Data, ReportRequest
from gateway.reports.texts import Words
from schema.spans import checked_span

SCHOOL = "school { name language timeZone today }"


async def nothing(_done: int, _of: int) -> None:
    pass


@dataclass(slots=True)
class Making:
    """How a report comes to be: who asks, for what, and who is told how far it is."""

    ask: Asking
    asked: ReportRequest
    told: Callable[[int, int], Awaitable[None]] = nothing
    at_once: bool = True
    """Whether somebody waits for it."""

    async def span(self) -> tuple[date, date, str | None]:
        """The days that were asked for, or those of the period, with its name."""
        asked = self.asked
        if asked.period is not None:
            if asked.first is not None or asked.last is not None:
                raise bad_input("Name days or a period, not both.")
            query = """query ($of: ID!) { of: node(id: $of) {
              ... on Period { name startsOn endsOn } } }"""
            found = await self.ask(query, of=asked.period)
            if "startsOn" not in found:
                raise bad_input("`period` is the global id of a period.")
            first, last = day_of(found["startsOn"]), day_of(found["endsOn"])
            name = found["name"]
        elif asked.first is None or asked.last is None:
            raise bad_input("Name the first and the last day, or a period.")
        else:
            first, last, name = asked.first, asked.last, None
        checked_span(first, last)
        if self.at_once and (last - first).days >= LONGEST_AT_ONCE:
            raise too_long()
        return first, last, name


class TooLong(ValueError):
    """It is made in the background alone."""


def too_long() -> TooLong:
    return TooLong("This is long: have it made in the background, by a mutation.")


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def words_of(asked: ReportRequest, school: Data) -> Words:
    return Words(language_of(asked.language, school["language"]))


def report(
    words: Words,
    school: Data,
    title: str,
    lines: Iterable[tuple[str, str | None]],
    tables: Sequence[Table],
    **more: Any,
) -> Report:
    at = now().astimezone(ZoneInfo(school["timeZone"]))
    return Report(
        title,
        [(label, value) for label, value in lines if value],
        tables,
        words.language,
        school["name"],
        words("made", day=words.day(at.date())),
        at.isoformat(timespec="seconds"),
        **more,
    )


def mark(value: str | None) -> Cell:
    """A mark that is a number stays one in a spreadsheet."""
    if value is not None and value.isascii() and value.isdecimal() and len(value) < 6:
        return int(value)
    return value


def number(value: str | None) -> float | None:
    """A decimal as the schema has it."""
    return None if value is None else float(value)


def listed_name(person: Data) -> str:
    return f"{person['familyName']} {person['givenName']}"


def written(grade: Data) -> str | None:
    """A mark in a cell; a point where it is due still."""
    if grade["value"] is None:
        return "•" if grade["state"] == "DUE" else None
    return f"({grade['value']})" if grade["excused"] else str(grade["value"])


def together(values: Iterable[str | None]) -> Cell:
    """What stands in one cell."""
    found = [each for each in values if each]
    return mark(found[0]) if len(found) == 1 else ", ".join(found)


def at_clock(text: str, zone: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(zone)):%H:%M}"
