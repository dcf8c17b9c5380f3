"""How the numbers of a grade scale count in averages: which end is better, and the share of the
best that each number is."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Self

from domain.enums import DescribedEnum

MOST_ANCHORS = 100
SHARE = re.compile(r"-?[0-9]{1,8}(\.[0-9]{1,8})?")


class BadCounting(ValueError):
    """A definition of counting that contradicts itself."""


class ScaleEnd(DescribedEnum):
    """An end of a scale."""

    HIGHEST = "HIGHEST", "The highest number, as of points."
    LOWEST = "LOWEST", "The lowest, as where 1 is best."


class ExtraCredit(DescribedEnum):
    """What becomes of points above a scale's maximum."""

    REFUSED = "REFUSED", "They are no mark of the scale."
    CAPPED = "CAPPED", "They are kept and shown, and worth no more than the maximum."
    COUNTED = "COUNTED", "They are worth what they are."


class Best(StrEnum):
    """The better end of a scale: the highest number of five points, the lowest of German marks."""

    HIGHEST = "HIGHEST"
    LOWEST = "LOWEST"


class Above(StrEnum):
    """How points above a scale's maximum count, such as 51 of 50.

    REFUSED points are not marks of the scale. CAPPED points are kept and shown, but count as the
    maximum. COUNTED points count in full.
    """

    REFUSED = "REFUSED"
    CAPPED = "CAPPED"
    COUNTED = "COUNTED"


Anchor = tuple[Decimal, Decimal]
"""A number of the scale and its share of the best: 45 points of 50 are 0.9."""


@dataclass(frozen=True)
class Counting:
    """`anchors` define the conversion: rising numbers with their shares, linear between them and
    beyond. A scale without anchors is not averaged with other scales."""

    best: Best = Best.HIGHEST
    anchors: tuple[Anchor, ...] = ()

    def __post_init__(self) -> None:
        if not self.anchors:
            return
        if not 2 <= len(self.anchors) <= MOST_ANCHORS:
            raise BadCounting(f"A scale converts by 2 to {MOST_ANCHORS} numbers with their shares")
        if not all(part.is_finite() for anchor in self.anchors for part in anchor):
            raise BadCounting("A scale converts by numbers")
        rising = self.best is Best.HIGHEST
        for (number, share), (next_number, next_share) in zip(
            self.anchors, self.anchors[1:], strict=False
        ):
            if number >= next_number:
                raise BadCounting("The numbers by which a scale converts rise")
            if share == next_share or (share < next_share) is not rising:
                raise BadCounting("A better number of a scale is a greater share")

    @classmethod
    def of_points(cls, maximum: Decimal) -> Self:
        """Points count as a share of the maximum."""
        if maximum <= 0:
            return cls()
        return cls(anchors=((Decimal(0), Decimal(0)), (maximum, Decimal(1))))

    @property
    def converts(self) -> bool:
        return bool(self.anchors)

    def share(self, number: Decimal | Fraction) -> Fraction:
        """The share of a number: 0 is the worst, 1 the best, and extra credit is above 1."""
        return _along(self._exact, Fraction(number))

    def number(self, share: Fraction) -> Fraction:
        """The number of a share; the inverse of `share`."""
        turned = [(share_, number) for number, share_ in self._exact]
        return _along(turned if self.best is Best.HIGHEST else turned[::-1], share)

    def goodness(self, number: Decimal | Fraction) -> Fraction:
        """A figure that is greater the better the number is."""
        return Fraction(number) if self.best is Best.HIGHEST else -Fraction(number)

    @cached_property
    def out_of(self) -> Decimal | None:
        """The number whose share is 1, which is the maximum of points. None if the scale does not
        convert, or if the lowest number is best."""
        if not self.converts or self.best is Best.LOWEST:
            return None
        whole = self.number(Fraction(1))
        return Decimal(int(whole)) if whole == int(whole) else Decimal(f"{round(whole * 1000)}E-3")

    def to_data(self) -> dict[str, Any]:
        """The definition as JSON; numbers are strings, so that they stay exact."""
        anchors = [[f"{number:f}", f"{share:f}"] for number, share in self.anchors]
        return {"best": str(self.best), "shares": anchors or None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Self:
        """The definition that `to_data` wrote. The default, for None: the highest number is best,
        and nothing converts."""
        if data is None:
            return cls()
        try:
            shares: Sequence[Sequence[str]] = data.get("shares") or ()
            anchors = tuple((_number(number), _number(share)) for number, share in shares)
            return cls(Best(data.get("best", Best.HIGHEST)), anchors)
        except (TypeError, AttributeError) as error:
            raise BadCounting("How a scale counts is not as it was written") from error

    @cached_property
    def _exact(self) -> list[tuple[Fraction, Fraction]]:
        return [(Fraction(number), Fraction(share)) for number, share in self.anchors]


USUAL = Counting()
"""The default: the highest number is best, and nothing converts."""
OUT_OF = Decimal(100)
HUNDREDTHS = Counting.of_points(OUT_OF)
"""The scale in which marks of different scales are shown together if their course has no scale."""


@lru_cache(maxsize=1024)
def counting_of(text: str | None) -> Counting:
    """The counting in the JSON of a scale's definition, cached."""
    return Counting.from_data(None if text is None else json.loads(text))


def _along(line: Sequence[tuple[Fraction, Fraction]], at: Fraction) -> Fraction:
    """The value of the piecewise linear function at a place; its places rise."""
    place = next((place for place, (x, _) in enumerate(line[1:-1], 1) if at <= x), len(line) - 1)
    (x, y), (next_x, next_y) = line[place - 1], line[place]
    return y + (at - x) * (next_y - y) / (next_x - x)


def _number(text: object) -> Decimal:
    if not isinstance(text, str) or not SHARE.fullmatch(text):
        raise BadCounting("A number by which a scale converts is written in digits")
    return Decimal(text)
