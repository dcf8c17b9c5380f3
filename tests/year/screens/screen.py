"""A screen: the query of an account, and the whole answer that it has to get."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.year.model.diary import Average, Mark
from tests.year.model.world import Account, Course, Person

Denied = tuple[str, str]
"""The code of an error, and the path of its field."""


@dataclass(frozen=True)
class Screen:
    title: str
    viewer: Account | None
    query: str
    variables: dict[str, Any]
    shown: dict[str, Any]
    """The data."""
    about: tuple[Any, ...]
    """Whom and what the story is told of, if it is not shown so."""
    denied: Sequence[Denied] = ()


@dataclass(frozen=True)
class Difference:
    """The first place at which an answer is not what the model says."""

    screen: Screen
    where: str
    expected: Any
    got: Any


def compare(screen: Screen, answer: dict[str, Any]) -> Difference | None:
    denied = sorted(
        (
            error.get("extensions", {}).get("code", error.get("message")),
            ".".join(map(str, error.get("path", ()))),
        )
        for error in answer.get("errors", [])
    )
    if denied != sorted(screen.denied):
        return Difference(
            screen, "errors", sorted(screen.denied), (denied, "with", answer.get("data"))
        )
    found = first_difference(screen.shown, answer.get("data"))
    return None if found is None else Difference(screen, *found)


def first_difference(expected: Any, got: Any, at: str = "") -> tuple[str, Any, Any] | None:
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in {**expected, **got}:
            found = first_difference(
                expected.get(name, "(not asked)"), got.get(name, "(missing)"), f"{at}.{name}"
            )
            if found is not None:
                return found
        return None
    if isinstance(expected, list) and isinstance(got, list):
        for place, (one, other) in enumerate(zip(expected, got, strict=False)):
            found = first_difference(one, other, f"{at}[{place}]")
            if found is not None:
                return found
        if len(expected) == len(got):
            return None
        more, less = (expected, got) if len(expected) > len(got) else (got, expected)
        which = f"{at}[{len(less)}]"
        extra = more[len(less)]
        return (which, extra, "(nothing)") if more is expected else (which, "(nothing)", extra)
    if isinstance(expected, Decimal) and isinstance(got, str):
        return None if expected == Decimal(got) else (at, str(expected), got)
    return None if expected == got else (at, expected, got)


def names(people: Iterable[Person]) -> list[dict[str, str]]:
    return [{"displayName": each.name} for each in by_name(people)]


def by_name(people: Iterable[Any]) -> list[Any]:
    return sorted(people, key=lambda each: (each.family.lower(), each.given.lower()))


def titles(courses: Iterable[Course]) -> list[dict[str, str]]:
    return [{"title": each.title} for each in by_title(courses)]


def by_title(courses: Iterable[Course]) -> list[Course]:
    return sorted(courses, key=lambda each: natural(each.title))


def natural(text: str) -> tuple[Any, ...]:
    """Words of a title, so that 9A comes before 10A."""
    words = []
    for word in text.split():
        digits = word[: len(word) - len(word.lstrip("0123456789"))]
        words.append((1, word) if not digits else (0, int(digits), word[len(digits) :]))
    return tuple(words)


def shown_average(found: Average | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.value, "weight": found.weight, "count": found.count}


def shown_mark(mark: Mark) -> dict[str, Any]:
    return {
        "date": mark.lesson.day.isoformat(),
        "value": mark.value,
        "state": mark.state,
        "weight": mark.weight,
        "comment": mark.comment,
        "excused": mark.excused,
    }


MARK = "date value state weight comment excused"
