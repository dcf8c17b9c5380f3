"""Grade scales as data: the marks that a school may give, their numbers, and which ones pass."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any, Self
from unicodedata import normalize

from domain.counting import USUAL, Above, BadCounting, Best, Counting
from domain.enums import DescribedEnum

WRITTEN = re.compile(r"-?[0-9]{1,8}(\.[0-9]{1,8})?")
LONGEST_TOKEN = 16
MOST_MARKS = 100
LARGEST = 99_999
COUNTING = "average"
"""The key of a definition that holds its counting; SQL statements read it."""
PLACES = 3
"""Decimals of a number. The column of a grade's number has room for these and `LARGEST`."""


class BadScale(ValueError):
    """A scale that contradicts itself."""


class OutsideScale(ValueError):
    """A mark that is not in the scale; the message lists the marks that are."""


class ScaleKind(DescribedEnum):
    """What a scale is made of."""

    POINTS = "POINTS", "Points from a minimum to a maximum."
    MARKS = "MARKS", "Marks, each by itself."


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as written, and its number in averages; `pass` has none."""

    token: str
    number: Decimal | None
    passing: bool

    @property
    def plain(self) -> bool:
        """Whether it is written without a final + or -."""
        return self.token.rstrip("+-") in ("", self.token)


@dataclass(frozen=True, slots=True)
class Scale:
    """Explicit `marks`, or points from `minimum` to `maximum` in steps of `step`.

    Points pass from `passing_from` on; if it is None, all pass. Points `above` the maximum are
    extra credit. With a maximum of 0 all points are extra credit: they are no share of it, so they
    have no number unless the school has defined their shares.
    """

    name: str
    marks: tuple[Mark, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    passing_from: Decimal | None = None
    counting: Counting = USUAL
    above: Above = Above.REFUSED

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise BadScale("A scale needs a name")
        if not self.marks:
            _check_points(*self._range(), self.passing_from, self.above)
        elif (self.minimum, self.maximum, self.step, self.passing_from) != (None,) * 4:
            raise BadScale("A scale has either marks or points, not both")
        elif self.above is not Above.REFUSED:
            raise BadScale("Nothing is above the marks of a scale")
        else:
            _check_marks(self.marks)

    @property
    def kind(self) -> ScaleKind:
        return ScaleKind.MARKS if self.marks else ScaleKind.POINTS

    @property
    def allowed(self) -> str:
        """The allowed marks in words: "1 to 5, with + or -"."""
        if self.marks:
            return _listed([mark.token for mark in self.marks])
        minimum, maximum, step = map(canonical, self._range())
        more = "" if self.above is Above.REFUSED else " or above"
        return f"{minimum} to {maximum}{more}" + ("" if step == "1" else f" in steps of {step}")

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The lowest and the highest number; None if no mark has a number."""
        if not self.marks:
            return self.minimum, self.maximum
        numbers = [mark.number for mark in self.marks if mark.number is not None]
        return min(numbers, default=None), max(numbers, default=None)

    @property
    def worst_to_best(self) -> tuple[Mark, ...]:
        """The marks from worst to best. Marks without a number come first, failing before passing
        ones."""
        if not self.marks:
            return ()
        sign = 1 if self.counting.best is Best.HIGHEST else -1
        worth = [sign * mark.number for mark in self.marks if mark.number is not None]
        best_first = bool(worth) and worth[0] > worth[-1]

        def place(mark: Mark) -> tuple[bool, bool | Decimal]:
            numbered = mark.number is not None
            return numbered, mark.passing if mark.number is None else sign * mark.number

        return tuple(sorted(self.marks[::-1] if best_first else self.marks, key=place))

    def mark(self, token: str) -> Mark:
        """The mark of a token: " a+ " is A+, and 07.50 points are 7.5."""
        written = token.strip() if len(token) <= 4 * LONGEST_TOKEN else ""
        found = self._listed_mark(written) if self.marks else _point(self, written)
        if found is None:
            raise OutsideScale(
                f"{_shown(token)} is not a mark of the scale {self.name}: {self.allowed}"
            )
        return found

    def around(self, number: Fraction) -> tuple[Mark, Mark] | None:
        """The nearest plain marks below and above the number: the same mark twice if the number is
        one or lies beyond an end.

        None if no plain mark has a number.
        """
        if not self.marks:
            minimum, maximum, step = map(Fraction, self._range())
            steps = (min(max(number, minimum), maximum) - minimum) / step
            below, above = floor(steps), ceil(steps)
            return self._at(minimum + below * step), self._at(minimum + above * step)
        worth = {mark.number: mark for mark in self.marks if mark.plain}
        numbers = sorted(each for each in worth if each is not None)
        if not numbers:
            return None
        next_below = max((each for each in numbers if each <= number), default=numbers[0])
        next_above = min((each for each in numbers if each >= number), default=numbers[-1])
        return worth[next_below], worth[next_above]

    def to_data(self) -> dict[str, Any]:
        """The scale as JSON, without defaults; numbers are strings, so that they stay exact."""
        counts = {} if self.counting == USUAL else {COUNTING: self.counting.to_data()}
        if self.marks:
            return {
                "kind": str(self.kind),
                "name": self.name,
                "marks": [
                    {"token": each.token, "number": _text(each.number), "passing": each.passing}
                    for each in self.marks
                ],
                **counts,
            }
        minimum, maximum, step = map(canonical, self._range())
        return {
            "kind": str(self.kind),
            "name": self.name,
            "minimum": minimum,
            "maximum": maximum,
            "step": step,
            "passing_from": _text(self.passing_from),
            **({} if self.above is Above.REFUSED else {"above": str(self.above)}),
            **counts,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The scale that `to_data` wrote."""
        try:
            counting = Counting.from_data(data.get(COUNTING))
            if data["kind"] == ScaleKind.MARKS:
                marks = tuple(_mark(each) for each in data["marks"])
                return cls(data["name"], marks, counting=counting)
            if data["kind"] == ScaleKind.POINTS:
                return cls(
                    data["name"],
                    minimum=_number(data["minimum"]),
                    maximum=_number(data["maximum"]),
                    step=_number(data["step"]),
                    passing_from=_number(data["passing_from"]),
                    counting=counting,
                    above=Above(data.get("above", Above.REFUSED)),
                )
        except BadCounting as error:
            raise BadScale(str(error)) from error
        except (KeyError, TypeError, AttributeError) as error:
            raise BadScale("The definition of a scale is not as it was written") from error
        raise BadScale("A scale's kind is POINTS or MARKS")

    def _range(self) -> tuple[Decimal, Decimal, Decimal]:
        if self.minimum is None or self.maximum is None or self.step is None:
            raise BadScale("A scale needs marks, or a minimum, a maximum and a step")
        return self.minimum, self.maximum, self.step

    def _listed_mark(self, written: str) -> Mark | None:
        key = _key(written)
        return next((mark for mark in self.marks if _key(mark.token) == key), None)

    def _at(self, number: Fraction) -> Mark:
        _, maximum, _ = self._range()
        exact = Decimal(f"{int(number * 10**PLACES)}E-{PLACES}")
        token = canonical(exact)
        worth: Decimal | None = Decimal(token)
        if not maximum and not self.counting.converts:
            worth = None
        elif number > maximum and self.above is Above.CAPPED:
            worth = Decimal(canonical(maximum))
        return Mark(token, worth, self.passes(exact))

    def passes(self, number: Decimal) -> bool:
        """Whether so many points pass; of a scale of marks each mark says itself."""
        if self.passing_from is None:
            return True
        if self.counting.best is Best.LOWEST:
            return number <= self.passing_from
        return number >= self.passing_from


@lru_cache(maxsize=8192)
def _point(scale: Scale, written: str) -> Mark | None:
    """The mark for points as written. Cached, as a class's test or a roster asks for the same ones
    again."""
    if not WRITTEN.fullmatch(written):
        return None
    number = Decimal(written)
    minimum, maximum, step = scale._range()
    if scale.above is not Above.REFUSED:
        maximum = Decimal(LARGEST)
    if not minimum <= number <= maximum or not _on_step(number, minimum, step):
        return None
    return scale._at(Fraction(number))


def canonical(number: Decimal) -> str:
    """The number in its shortest form: 7.50 is 7.5, and -0 is 0."""
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fits(number: Decimal, places: int) -> bool:
    """Whether the number is finite and has at most this many decimals, not counting final zeros."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return False
    return exponent >= -places or not any(digits[exponent + places :])


def _key(token: str) -> str:
    return normalize("NFC", token).lower()


def _shown(token: str) -> str:
    token = token.strip()
    if not token:
        return "Nothing"
    short = token if len(token) <= LONGEST_TOKEN else f"{token[:LONGEST_TOKEN]}…"
    return short if short.isprintable() else ascii(short)


def _listed(tokens: list[str]) -> str:
    plain = [token for token in tokens if token[-1] not in "+-"]
    signed = {each + sign for each in plain for sign in ("", "+", "-")}
    return f"{_run(plain)}, with + or -" if set(tokens) == signed else _run(tokens)


def _run(tokens: list[str]) -> str:
    """The tokens, or "1 to 5" if they are consecutive whole numbers."""
    if len(tokens) > 2 and all(token.isascii() and token.isdigit() for token in tokens):
        numbers = sorted(map(int, tokens))
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(tokens)


def _check_marks(marks: tuple[Mark, ...]) -> None:
    if len(marks) > MOST_MARKS:
        raise BadScale(f"A scale has at most {MOST_MARKS} marks")
    seen = set()
    for mark in marks:
        if not 0 < len(mark.token) <= LONGEST_TOKEN or mark.token != mark.token.strip():
            raise BadScale(f"A mark is 1 to {LONGEST_TOKEN} characters, with no space around it")
        if not mark.token.isprintable():
            raise BadScale("A mark is written in characters that can be seen")
        if _key(mark.token) in seen:
            raise BadScale(f"The mark {mark.token} is in the scale twice")
        seen.add(_key(mark.token))
        if mark.number is not None:
            _check_number(mark.number)


def _check_points(
    minimum: Decimal, maximum: Decimal, step: Decimal, passing_from: Decimal | None, above: Above
) -> None:
    for number in (minimum, maximum, step):
        _check_number(number)
    only_extra = minimum == maximum == 0 and above is not Above.REFUSED
    if minimum >= maximum and not only_extra:
        raise BadScale("A scale's maximum is above its minimum")
    if step <= 0 or not _on_step(maximum, minimum, step):
        raise BadScale("The steps of a scale lead from its minimum to its maximum")
    if passing_from is not None:
        _check_number(passing_from)
        if not minimum <= passing_from <= maximum:
            raise BadScale("The first passing mark is within the scale")


def _check_number(number: Decimal) -> None:
    if not fits(number, PLACES) or not -LARGEST <= number <= LARGEST:
        raise BadScale(f"A number is within ±{LARGEST}, with at most {PLACES} decimals")


def _on_step(number: Decimal, minimum: Decimal, step: Decimal) -> bool:
    return (Fraction(number) - Fraction(minimum)) % Fraction(step) == 0


def _text(number: Decimal | None) -> str | None:
    return None if number is None else canonical(number)


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    if not WRITTEN.fullmatch(text):
        raise BadScale("A number of a scale is written in digits")
    return Decimal(text)


def _mark(data: Mapping[str, Any]) -> Mark:
    if not isinstance(data["token"], str) or not isinstance(data["passing"], bool):
        raise BadScale("A mark has a token and passes or does not")
    return Mark(data["token"], _number(data["number"]), data["passing"])
