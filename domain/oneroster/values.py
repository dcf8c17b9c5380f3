"""Reads dates, numbers, booleans and lists of a roster, and says which spellings are accepted."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from domain.oneroster.instants import Moment
from domain.oneroster.saying import Said, Saying

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

Notice = Callable[[Said], None]
"""Called when a value is not written as the format demands."""


class BadValue(ValueError):
    """A value that can't be read; the message says why."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


def text(value: str, _: Notice) -> str:
    if len(value) > LONGEST:
        raise BadValue(Saying.TOO_LONG(count=len(value), most=LONGEST))
    return value


def day(value: str, notice: Notice) -> date:
    """A date as 2025-01-31, an ISO instant, or 31/01/2025 if only one date is possible."""
    if ISO_DAY.fullmatch(value):
        return _iso(value, value)
    if ISO_INSTANT.fullmatch(value):
        return _moment(value)
    if written := YEAR_FIRST.fullmatch(value):
        notice(Saying.YEAR_FIRST())
        year, _, month, day_ = written.groups()
        return _iso(f"{year}-{month:0>2}-{day_:0>2}", value)
    if written := SLASHED.fullmatch(value):
        return _slashed(value, written, notice)
    raise BadValue(Saying.NO_DAY(value=shown(value)))


def _iso(written: str, value: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadValue(Saying.NO_DAY_OF_CALENDAR(value=shown(value))) from None


def _moment(value: str) -> date:
    _iso(value[:10], value)
    try:
        return Moment.of(datetime.fromisoformat(value))
    except ValueError:
        raise BadValue(Saying.NO_INSTANT_OF_CALENDAR(value=shown(value))) from None


def _slashed(value: str, written: re.Match[str], notice: Notice) -> date:
    first, second, year = map(int, written.groups())
    found = {each for each in ((first, second), (second, first)) if _exists(year, *each)}
    if not found:
        raise BadValue(Saying.NO_DAY_OF_CALENDAR(value=shown(value)))
    if len(found) > 1:
        meant = " or ".join(date(year, *each).isoformat() for each in sorted(found))
        raise BadValue(Saying.SEVERAL_DAYS(value=shown(value), meant=meant))
    notice(Saying.STROKES())
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
            notice(Saying.NO_INSTANT(value=shown(value)))
    elif ISO_DAY.fullmatch(value):
        notice(Saying.DAY_FOR_INSTANT())
    elif SLASHED.fullmatch(value):
        notice(Saying.STROKES_FOR_INSTANT())
    else:
        notice(Saying.NO_INSTANT(value=shown(value)))


def truth(value: str, notice: Notice) -> bool:
    lower = value.lower()
    if lower in ("true", "false"):
        return lower == "true"
    if lower in TRUE or lower in FALSE:
        notice(Saying.OTHER_TRUTH())
        return lower in TRUE
    raise BadValue(Saying.NO_TRUTH(value=shown(value)))


def truth_if_told(value: str, notice: Notice) -> bool | None:
    """As `truth`; a value that is neither is not read."""
    try:
        return truth(value, notice)
    except BadValue:
        notice(Saying.NO_TRUTH_LEFT_OUT())
        return None


def password(_: str, notice: Notice) -> None:
    """Nothing, whatever it is; an empty cell is not noticed."""
    notice(Saying.PASSWORD())


def number(value: str, _: Notice) -> Decimal:
    if not NUMBER.fullmatch(value):
        raise BadValue(Saying.NO_NUMBER(value=shown(value)))
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
            raise BadValue(Saying.NONE_OF(value=shown(value), among=", ".join(tokens)))
        if found != value:
            notice(Saying.READ_AS(value=shown(value), meant=found))
        return found

    return read


def _plain(token: str) -> str:
    return re.sub(r"[\s_-]", "", token).lower()


def shown(value: str) -> str:
    short = value if len(value) <= 40 else f"{value[:40]}…"
    return short if short.isprintable() else ascii(short)
