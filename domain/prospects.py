"""What a grade may still become: the marks that are needed for it, and what is to be expected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement
from math import ceil
from time import monotonic

from domain.counting import Best
from domain.enums import DescribedEnum
from domain.grading_rules import GradingMethod
from domain.period_results import (
    ONE,
    Given,
    NotAttested,
    Result,
    Setting,
    marks_asked,
    proposed,
    result_of,
    why_not,
)
from domain.scales import Mark, Scale
from domain.works import WorkTypeKind

MOST_NEEDED = 20
"""Marks of a list at most: who needs more does not get there."""
MOST_TRIED = 5
"""As `MOST_NEEDED`, where kinds of work have shares."""
MOST_SLOW = 3
"""As `MOST_NEEDED`, where every list has to be worked out with all marks: of a rule that drops some
or adds up points, and where there are bonuses."""
MOST_LISTS = 12
MOST_WORKS = 4
MOST_STEPS = 101
"""Marks of a scale of points that lists are made of."""
MOST_RESULTS, MOST_SLOW_RESULTS = 150, 20
"""Results that are worked out for one question at most, besides those that tell the length."""
SECONDS = 0.5
"""For one question: a student may have hundreds of marks, and a rule may be slow."""
FEW_MARKS = 15


@dataclass(frozen=True, slots=True)
class Work:
    """Work that may still be graded: its kind, and the weight of its mark."""

    kind: WorkTypeKind
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Needed:
    """The shortest `lists` of marks that lead to a grade at least as good as the target, each the
    best mark first; one that is empty where it is reached already. Not `reached` where it can't be
    with `longest` marks, with what is `in_the_way` besides marks.

    A search that took too long `gave_up`: then it may be reachable though it is not told to be, and
    the lists may have better marks than are needed, or not be all.
    """

    reached: bool
    in_the_way: tuple[NotAttested, ...] = ()
    found: tuple[tuple[Given, ...], ...] = ()
    longest: int = 0
    gave_up: bool = False

    @property
    def lists(self) -> tuple[tuple[Given, ...], ...]:
        return self.found[:MOST_LISTS]

    @property
    def more(self) -> bool:
        """Whether there are more lists that are as short."""
        return len(self.found) > MOST_LISTS


class GaveUp(Exception):
    """The time is over, or the tries."""


def marks_of(scale: Scale) -> list[Mark]:
    """The marks that lists are made of, from best to worst: those without + or -, and points at
    even distances where there are many."""
    if scale.marks:
        found = [mark for mark in scale.worst_to_best if mark.number is not None and mark.plain]
        return found[::-1]
    assert scale.minimum is not None
    assert scale.maximum is not None
    assert scale.step is not None
    low, step = Fraction(scale.minimum), Fraction(scale.step)
    count = int((Fraction(scale.maximum) - low) / step)
    stride = max(1, ceil(Fraction(count, MOST_STEPS - 1)))
    numbers = [low + place * step for place in range(count, -1, -stride)]
    marks = [scale.mark(f"{Decimal(each.numerator) / Decimal(each.denominator):f}")
             for each in numbers]  # fmt: skip
    return marks if scale.counting.best is Best.HIGHEST else marks[::-1]


def at_least(result: Result, target: Mark, scale: Scale) -> bool:
    """Whether the proposal is as good as the target or better."""
    return is_at_least(result.proposal, target, scale)


def is_at_least(mark: Mark | None, target: Mark, scale: Scale) -> bool:
    if mark is None or mark.number is None or target.number is None:
        return mark == target
    return scale.counting.goodness(mark.number) >= scale.counting.goodness(target.number)


def needed(
    marks: Sequence[Given],
    setting: Setting,
    target: Mark,
    works: Sequence[Work],
    seconds: float = SECONDS,
) -> Needed:
    """The shortest lists of marks for these works that lead to the target, searched for so long."""
    now = result_of(marks, setting)
    if at_least(now, target, setting.scale):
        return Needed(True, found=((),))
    way = tuple(each for each in now.not_attested if each in NO_MARK_HELPS)
    options = _options(setting, works)
    if way or not options:
        return Needed(False, way)
    tries = _Tries(marks, setting, target, options, now, monotonic() + seconds)
    try:
        for length in tries.lengths():
            if best := tries.best_reaching(length):
                found, gave_up = tries.lists(length, best)
                return Needed(True, (), found, tries.longest, gave_up)
    except GaveUp:
        return Needed(False, longest=tries.longest, gave_up=True)
    return Needed(False, longest=tries.longest)


NO_MARK_HELPS = (NotAttested.TOO_MANY_ABSENCES, NotAttested.OVERDUE, NotAttested.NOT_PASSED)


def _options(setting: Setting, works: Sequence[Work]) -> list[list[Given]]:
    """For each work the marks that it may get, from best to worst."""
    scale = setting.scale
    found = [
        [
            Given(mark.token, mark.number, work.weight, work.kind, scale, setting.today)
            for mark in marks_of(scale)
        ]
        for work in works[:MOST_WORKS]
    ]
    return [own for own in found if own and why_not(own[0], setting) is None]


class _Tries:
    """Lists of a length, tried by what works results out.

    The best mark of each work is never worse than another of it, so a length at which no list of
    best marks leads to the target has no list that does.
    """

    def __init__(
        self,
        marks: Sequence[Given],
        setting: Setting,
        target: Mark,
        options: list[list[Given]],
        now: Result,
        until: float,
    ) -> None:
        self.until = until
        self.marks = list(marks)
        self.setting = setting
        self.target = target
        self.options = options
        self.now = now
        rule = setting.rule
        self.adds = (
            rule.method is not GradingMethod.POINTS
            and not rule.drops
            and not any(each.bonus for each in marks)
        )
        """Whether marks only add to the sums of those that are there."""
        self.plain = self.adds and rule.method is GradingMethod.WEIGHTED and not rule.required
        """Whether of all works that of the greatest weight leads there first."""
        self.left = MOST_RESULTS if self.adds else MOST_SLOW_RESULTS
        self.sums: dict[WorkTypeKind | None, tuple[Fraction, Fraction]] = {}
        for each in now.counted:
            self._add(self.sums, each.mark, each.number or Fraction(0))
        self.longest = MOST_NEEDED if self.plain else MOST_TRIED if self.adds else MOST_SLOW
        if self.plain:
            self.heaviest = max(options, key=lambda own: own[0].weight)

    def _add(
        self,
        sums: dict[WorkTypeKind | None, tuple[Fraction, Fraction]],
        of: Given,
        number: Fraction,
    ) -> None:
        """Add a mark to the sums of its kind; to the whole where kinds have no shares."""
        kind = of.kind if self.setting.rule.method is GradingMethod.CATEGORIES else None
        total, whole = sums.get(kind, (Fraction(0), Fraction(0)))
        sums[kind] = total + number * Fraction(of.weight), whole + Fraction(of.weight)

    def lengths(self) -> Iterable[int]:
        least = max(1, marks_asked(self.setting) - len(self.now.counted))
        most = self.longest
        if least > most:
            return ()
        if self.plain and not self._reaches([self.heaviest[0]] * most):
            return ()
        return range(least, most + 1)

    def best_reaching(self, length: int) -> tuple[Given, ...] | None:
        """The best marks of works of so many that lead there."""
        for works in self._works(length):
            best = [own[0] for own in works]
            if self._reaches(best):
                self.left = MOST_RESULTS if self.adds else MOST_SLOW_RESULTS
                return tuple(best)
        return None

    def lists(
        self, length: int, best: tuple[Given, ...]
    ) -> tuple[tuple[tuple[Given, ...], ...], bool]:
        """Lists that lead there, none of which would with a worse mark in place of any; and whether
        it was given up to look for them. The best marks are one, if there is none besides."""
        found: dict[tuple[tuple[str | None, Decimal, str], ...], tuple[Given, ...]] = {}
        gave_up = False
        try:
            for works in self._every_works(length):
                if self.left <= 0:
                    raise GaveUp
                for own in self._least(works):
                    key = tuple(sorted((each.value, each.weight, each.kind) for each in own))
                    found.setdefault(key, own)
                if len(found) > MOST_LISTS:
                    break
        except GaveUp:
            gave_up = True
        return tuple(found.values()) or (best,), gave_up

    def _works(self, length: int) -> Iterator[tuple[list[Given], ...]]:
        if self.plain:
            yield (self.heaviest,) * length
            return
        yield from combinations_with_replacement(self.options, length)

    def _every_works(self, length: int) -> Iterator[tuple[list[Given], ...]]:
        """Works of which the best marks lead there: of one weight only where there are many."""
        if self.plain and length > MOST_TRIED:
            yield from ((own,) * length for own in self.options)
            return
        yield from combinations_with_replacement(self.options, length)

    def _least(self, works: tuple[list[Given], ...]) -> Iterator[tuple[Given, ...]]:
        """Beginning with the best mark of each work: first one work after the other is let be as
        bad as the rest allows, then each of them in turn a step at a time."""
        best = [own[0] for own in works]
        if not self._reaches(best):
            return
        yield self._lowered(works, [0] * len(works), range(len(works)))
        yield self._lowered(works, [0] * len(works), range(len(works))[::-1])
        if len(works[0]) > FEW_MARKS:
            return
        places = [0] * len(works)
        moved = True
        while moved:
            moved = False
            for place, own in enumerate(works):
                if places[place] + 1 >= len(own):
                    continue
                places[place] += 1
                if self._reaches([own_[at] for own_, at in zip(works, places, strict=True)]):
                    moved = True
                else:
                    places[place] -= 1
        yield self._given(works, places)

    def _lowered(
        self, works: tuple[list[Given], ...], places: list[int], order: Iterable[int]
    ) -> tuple[Given, ...]:
        for place in order:
            low, high = places[place], len(works[place]) - 1
            while low < high:  # the worst mark that still leads there
                middle = (low + high + 1) // 2
                places[place] = middle
                if self._reaches([own[at] for own, at in zip(works, places, strict=True)]):
                    low = middle
                else:
                    high = middle - 1
            places[place] = low
        return self._given(works, places)

    def _given(self, works: tuple[list[Given], ...], places: list[int]) -> tuple[Given, ...]:
        found = [own[at] for own, at in zip(works, places, strict=True)]
        order = self.options[0]
        rank = {each.value: place for place, each in enumerate(order)}
        return tuple(sorted(found, key=lambda each: (rank[each.value], -each.weight)))

    def _reaches(self, more: Sequence[Given]) -> bool:
        if monotonic() > self.until:
            raise GaveUp
        self.left -= 1
        if not self.adds or not self.now.in_scale:
            found = result_of([*self.marks, *more], self.setting)
            return at_least(found, self.target, self.setting.scale)
        if len(self.now.counted) + len(more) < marks_asked(self.setting):
            return False
        kinds = {each.mark.kind for each in self.now.counted} | {each.kind for each in more}
        if not set(self.setting.rule.required) <= kinds:
            return False
        average = self._average(more)
        mark = proposed(average, self.now.counting, self.now.in_scale, self.setting)
        return is_at_least(mark, self.target, self.setting.scale)

    def _average(self, more: Sequence[Given]) -> Fraction:
        """Of all marks, by the sums of those that are there."""
        sums = dict(self.sums)
        for each in more:
            self._add(sums, each, Fraction(each.number or 0))
        if None in sums:
            total, whole = sums[None]
            return total / whole
        shares = {each.kind: Fraction(each.share) for each in self.setting.rule.categories}
        whole = sum((shares[kind] for kind in sums if kind is not None), Fraction(0))
        return sum(
            (
                total / weight * shares[kind] / whole
                for kind, (total, weight) in sums.items()
                if kind is not None
            ),
            Fraction(0),
        )


class ForecastMethod(DescribedEnum):
    """How a grade is forecast."""

    QUARTILES = "QUARTILES", "As many marks come as did, of the average, or of either quartile."


@dataclass(frozen=True, slots=True)
class Forecast:
    """The grade to be expected, with its average, from a low end to a high one in the order of the
    marks' worth; `to_come` is how many marks are expected still."""

    method: ForecastMethod
    to_come: int
    low: Fraction
    likely: Fraction
    high: Fraction
    low_mark: Mark | None
    likely_mark: Mark | None
    high_mark: Mark | None


FEWEST = 3
"""Marks of which a forecast is made at least."""


def forecast(marks: Sequence[Given], setting: Setting, gone: int, left: int) -> Forecast | None:
    """The forecast after so many days of the period, with so many left; None of fewer than three
    marks."""
    result = result_of(marks, setting)
    counted = result.counted
    if result.average is None or len(counted) < FEWEST or gone <= 0:
        return None
    to_come = round(Fraction(len(counted) * max(left, 0), gone))
    numbers = sorted(each.number for each in counted if each.number is not None)
    if setting.scale.counting.best is Best.LOWEST and result.in_scale:
        numbers.reverse()
    weight = Fraction(to_come, len(counted))

    so_far = result.average

    def coming(number: Fraction) -> tuple[Fraction, Mark | None]:
        average = (so_far + number * weight) / (ONE + weight)
        return average, proposed(average, result.counting, result.in_scale, setting)

    low, low_mark = coming(_quantile(numbers, Fraction(1, 4)))
    likely, likely_mark = coming(so_far)
    high, high_mark = coming(_quantile(numbers, Fraction(3, 4)))
    return Forecast(
        ForecastMethod.QUARTILES, to_come, low, likely, high, low_mark, likely_mark, high_mark
    )


def _quantile(numbers: Sequence[Fraction], at: Fraction) -> Fraction:
    """Between two numbers in proportion."""
    place = at * (len(numbers) - 1)
    below = int(place)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (place - below) * (numbers[above] - numbers[below])
