"""Reads dates, numbers, booleans and lists of a roster, and says which spellings are accepted."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from domain.oneroster.instants import Moment

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", re.ASCII)
TRUE, FALSE = ("1", "yes", "y", "t"), ("0", "no", "n", "f")
LONGEST = 4_000

NOTHING: Mapping[str, str] = MappingProxyType({})

Notice = Callable[[str], None]
"""Called when a value is not written as the format demands."""


class BadValue(ValueError):
    """A value that can't be read; the message says why."""


def text(value: str, _: Notice) -> str:
    if len(value) > LONGEST:
        raise BadValue(f"has {len(value)} characters, more than {LONGEST}")
    return value


def day(value: str, notice: Notice) -> date:
    """A date as 2025-01-31, an ISO instant, or 31/01/2025 if only one date is possible."""
    if ISO_DAY.fullmatch(value):
        return _iso(value, value)
    if ISO_INSTANT.fullmatch(value):
        return _moment(value)
    if written := YEAR_FIRST.fullmatch(value):
        notice("days are written with the year first and strokes; they are read so")
        year, _, month, day_ = written.groups()
        return _iso(f"{year}-{month:0>2}-{day_:0>2}", value)
    if written := SLASHED.fullmatch(value):
        return _slashed(value, written, notice)
    raise BadValue(f"{shown(value)} is not a day: write it as 2025-01-31")


def _iso(written: str, value: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadValue(f"{shown(value)} is not a day of the calendar") from None


def _moment(value: str) -> date:
    _iso(value[:10], value)
    try:
        return Moment.of(datetime.fromisoformat(value))
    except ValueError:
        raise BadValue(f"{shown(value)} is not an instant of the calendar") from None


def _slashed(value: str, written: re.Match[str], notice: Notice) -> date:
    first, second, year = map(int, written.groups())
    found = {each for each in ((first, second), (second, first)) if _exists(year, *each)}
    if not found:
        raise BadValue(f"{shown(value)} is not a day of the calendar")
    if len(found) > 1:
        meant = " or ".join(date(year, *each).isoformat() for each in sorted(found))
        raise BadValue(f"{shown(value)} may be {meant}: write the one that is meant")
    notice("days are written with strokes; those that can only mean one day are taken")
    return date(year, *found.pop())


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def instant(value: str, notice: Notice) -> None:
    """When a record was last changed. It is only checked, as nothing depends on it."""
    if ISO_INSTANT.fullmatch(value):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            notice(f"{shown(value)} is no instant; nothing depends on it")
    elif ISO_DAY.fullmatch(value):
        notice("is a day and not an instant; nothing depends on it")
    elif SLASHED.fullmatch(value):
        notice("is written like 1/05/2023, day or month first; nothing depends on it")
    else:
        notice(f"{shown(value)} is no instant; nothing depends on it")


def truth(value: str, notice: Notice) -> bool:
    lower = value.lower()
    if lower in ("true", "false"):
        return lower == "true"
    if lower in TRUE or lower in FALSE:
        notice("truth is written otherwise than true and false; it is read so")
        return lower in TRUE
    raise BadValue(f"{shown(value)} is neither true nor false")


def truth_if_told(value: str, notice: Notice) -> bool | None:
    """As `truth`; a value that is neither is not read."""
    try:
        return truth(value, notice)
    except BadValue:
        notice("is neither true nor false, so it is not read")
        return None


def password(_: str, notice: Notice) -> None:
    """Nothing, whatever it is; an empty cell is not noticed."""
    notice(
        "is never taken over: people choose their own with an access code; delete the column, as "
        "whoever has the file can read it"
    )


def number(value: str, _: Notice) -> Decimal:
    if not NUMBER.fullmatch(value):
        raise BadValue(f"{shown(value)} is not a number")
    return Decimal(value)


def names(value: str, _: Notice) -> tuple[str, ...]:
    """Several values in one cell, separated by commas, without duplicates."""
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in value.split(",")))))


def one_of(*tokens: str, also: Mapping[str, str] = NOTHING) -> Callable[[str, Notice], str]:
    """A reader for one of the format's words; another case or spelling is accepted with a notice.

    `also` maps further words to them.
    """
    plain = {_plain(token): token for token in tokens} | {**also}

    def read(value: str, notice: Notice) -> str:
        found = plain.get(_plain(value))
        if found is None:
            raise BadValue(f"{shown(value)} is none of {', '.join(tokens)}")
        if found != value:
            notice(f"{shown(value)} is read as {found}")
        return found

    return read


def _plain(token: str) -> str:
    return re.sub(r"[\s_-]", "", token).lower()


def shown(value: str) -> str:
    short = value if len(value) <= 40 else f"{value[:40]}…"
    return short if short.isprintable() else ascii(short)
