"""Grade scales: which marks there are, and what each is worth in an average."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)


class OutsideScale(ValueError):
    """A mark that the scale does not have."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`number` is its worth in an average, None where it has none, such as a pass."""

    token: str
    number: Decimal | None
    passing: bool = True


@dataclass(frozen=True, slots=True)
class Scale:
    """Either a list of marks from worst to best, or a range of numbers by steps."""

    name: str
    marks: tuple[Mark, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal = Decimal(1)

    def mark(self, token: str) -> Mark:
        """The mark that was written; raises OutsideScale, which names what there is."""
        written = token.strip()
        if self.marks:
            for mark in self.marks:
                if mark.token.casefold() == written.casefold():
                    return mark
        elif (number := self._number(written)) is not None:
            return Mark(_plain(number), number)
        raise OutsideScale(f"{_shown(token)} is not a mark of the scale {self.name}: {self.range}.")

    @property
    def range(self) -> str:
        if self.marks:
            return ", ".join(mark.token for mark in self.marks)
        return f"{self.minimum} to {self.maximum} by {self.step}"

    def _number(self, written: str) -> Decimal | None:
        if self.minimum is None or self.maximum is None or not _NUMBER.fullmatch(written):
            return None
        number = Decimal(written)
        if not self.minimum <= number <= self.maximum or (number - self.minimum) % self.step:
            return None
        return number

    def to_data(self) -> dict[str, Any]:  # JSON, as a scale is stored
        if self.marks:
            return {
                "marks": [
                    {
                        "token": mark.token,
                        "number": None if mark.number is None else str(mark.number),
                        "passing": mark.passing,
                    }
                    for mark in self.marks
                ]
            }
        return {
            "minimum": str(self.minimum),
            "maximum": str(self.maximum),
            "step": str(self.step),
        }

    @classmethod
    def from_data(cls, name: str, data: Mapping[str, Any]) -> Self:  # as to_data wrote it
        if "marks" in data:
            return cls(name, tuple(_mark(mark) for mark in data["marks"]))
        return cls(
            name,
            minimum=Decimal(data["minimum"]),
            maximum=Decimal(data["maximum"]),
            step=Decimal(data["step"]),
        )


def _mark(data: Mapping[str, Any]) -> Mark:
    number = data["number"]
    return Mark(data["token"], None if number is None else Decimal(number), data["passing"])


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _shown(token: str) -> str:
    return repr(token if len(token) <= 20 else token[:17] + "...")


def _five_point() -> tuple[Mark, ...]:
    """Three tenths up for a plus, down for a minus: no national rule settles it."""
    marks = []
    for whole in range(1, 6):
        for sign, shift in (("-", "-0.3"), ("", "0"), ("+", "0.3")):
            marks.append(Mark(f"{whole}{sign}", whole + Decimal(shift), whole > 2))
    return tuple(marks)


def _letters() -> tuple[Mark, ...]:
    worths = (
        ("F", "0"), ("D-", "0.7"), ("D", "1"), ("D+", "1.3"), ("C-", "1.7"), ("C", "2"),
        ("C+", "2.3"), ("B-", "2.7"), ("B", "3"), ("B+", "3.3"), ("A-", "3.7"), ("A", "4"),
        ("A+", "4.3"),
    )  # fmt: skip
    return tuple(Mark(token, Decimal(worth), token != "F") for token, worth in worths)


FIVE_POINT = Scale("Five-point", _five_point())
TEN = Scale("Ten-point", minimum=Decimal(1), maximum=Decimal(10))
TWELVE = Scale("Twelve-point", minimum=Decimal(1), maximum=Decimal(12))
HUNDRED = Scale("Hundred-point", minimum=Decimal(0), maximum=Decimal(100))
LETTERS = Scale("Letters", _letters())
PASS_FAIL = Scale("Pass or fail", (Mark("fail", None, passing=False), Mark("pass", None)))
