"""Templates of schools, each a file of a few lines: what a new one begins with."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.attendance import LONGEST_TOKEN, AttendanceKind, Token, Tokens, usual
from domain.calendar import PeriodKind, Weekday, outside, overlap
from domain.counting import Counting
from domain.grading import Rounding, check_weight
from domain.grading_rules import GradingRule
from domain.homework import check_limits
from domain.presets import READY, ReadyScale
from domain.scales import Mark, Scale
from domain.works import WorkTypeKind

FOLDER = Path(__file__).parent
TEMPLATES = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))
"""The names by which they are asked for."""


class BadTemplate(ValueError):
    """A template that contradicts itself."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A year or a period of the template; `kind` is a period's."""

    name: str
    starts_on: date
    ends_on: date
    kind: PeriodKind = PeriodKind.OTHER


@dataclass(frozen=True, slots=True)
class Work:
    name: str
    kind: WorkTypeKind
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Template:
    """What a new school has in a certain year; the first of the `scales` is its own."""

    title: str
    week: tuple[Weekday, ...]
    scales: tuple[Scale, ...]
    rounding: Rounding
    year: Dated
    periods: tuple[Dated, ...]
    subjects: tuple[str, ...]
    work: tuple[Work, ...]
    attendance: tuple[Token, ...]
    homework_limits: Mapping[str, int]
    """By grade level, how many minutes of homework may be due on a day."""
    rule: GradingRule
    """By which grades are made of marks."""


def read(name: str, today: date) -> Template:
    """The template in the year that today is in, or else in the next one to begin."""
    if name not in TEMPLATES:
        raise BadTemplate(f"There is no template {name}: there are {', '.join(TEMPLATES)}")
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    try:
        return _template(data, today)
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise BadTemplate(f"The template {name} is not sound: {error}") from error


def _template(data: dict[str, Any], today: date) -> Template:
    first, last = _days(today, *data["year"])
    called = str(first.year) if first.year == last.year else f"{first.year}/{last.year % 100:02}"
    year = Dated(called, first, last)
    periods = [
        Dated(name, _within(year, begins), _within(year, ends), PeriodKind(kind))
        for name, kind, begins, ends in data["periods"]
    ]
    _nest(year, periods)
    return Template(
        data["title"],
        tuple(Weekday(day) for day in data["week"]),
        tuple(_scales(data)),
        Rounding(Decimal(data["rounding"])),
        year,
        tuple(periods),
        tuple(data["subjects"]),
        tuple(
            Work(name, WorkTypeKind(kind), check_weight(Decimal(weight)))
            for name, kind, weight in data["work"]
        ),
        _tokens(data["attendance"]),
        check_limits(dict(data.get("homework", []))),
        GradingRule.from_data(data.get("rule", {})),
    )


def _tokens(rows: list[Any]) -> tuple[Token, ...]:
    """Tokens that count as their kinds usually do, or as a fourth column says: of it, `absence`,
    `lateness` and `rate` are what they count in."""
    found = []
    for token, name, kind, *counts in rows:
        as_usual = usual(AttendanceKind(kind), token, name)
        said = counts[0].split() if counts else None
        found.append(
            as_usual
            if said is None
            else replace(
                as_usual,
                absence="absence" in said,
                lateness="lateness" in said,
                in_rate="rate" in said,
            )
        )
        if len(token) > LONGEST_TOKEN or found.index(Tokens(found).of_token(token)) + 1 != len(
            found
        ):
            raise BadTemplate(f"the token {token} is too long, or there twice")
    return tuple(found)


def _days(today: date, begins: str, ends: str) -> tuple[date, date]:
    """The first year that is not over today, as its first and last day."""
    for start in (today.year - 1, today.year, today.year + 1):
        first = _day(start, begins)
        last = _day(start + (ends <= begins), ends)
        if last >= today:
            return first, last
    raise BadTemplate("its year never comes")


def _within(year: Dated, text: str) -> date:
    """The day of the year that is written so, without its number."""
    first = _day(year.starts_on.year, text)
    return first if first >= year.starts_on else _day(year.starts_on.year + 1, text)


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def _nest(year: Dated, periods: list[Dated]) -> None:
    """Each is within the year, and those of one kind do not overlap."""
    for place, period in enumerate(periods):
        same = [each for each in periods[:place] if each.kind == period.kind]
        if (reason := outside(period, year) or overlap(period, same)) is not None:
            raise BadTemplate(reason.message)


def _scales(data: dict[str, Any]) -> Iterator[Scale]:
    """The school's own scale first; a name in capitals is that of a ready one."""
    own = {each["name"]: _scale(each) for each in data.get("scales", [])}
    names = [data["scale"], *data.get("scales_ready", [])]
    for name in names:
        yield own.pop(name) if name in own else READY[ReadyScale(name)]
    yield from own.values()


def _scale(data: dict[str, Any]) -> Scale:
    if "points" not in data:
        marks = (
            Mark(token, Decimal(number) if number else None, passing)
            for token, number, passing in data["marks"]
        )
        return Scale(data["name"], tuple(marks))
    least, most, step, passing = map(Decimal, data["points"])
    counting = Counting() if least else Counting.of_points(most)
    return Scale(data["name"], (), least, most, step, passing, counting)
