"""The grade of a period, worked out of its marks by a rule, with what each mark contributes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from uuid import UUID

from domain import grading
from domain.counting import HUNDREDTHS, Best, Counting
from domain.enums import DescribedEnum
from domain.grading import HALF_UP, Average, Rounding, rounded
from domain.grading_rules import (
    AbsencesCounted,
    Exams,
    GradingMethod,
    GradingRule,
    OverdueMarks,
)
from domain.scales import Mark, OutsideScale, Scale, ScaleKind
from domain.works import WorkTypeKind

ZERO, ONE = Fraction(0), Fraction(1)
HUNDRED = Fraction(100)
DAYS_A_WEEK = 7


class WhyNot(DescribedEnum):
    """Why a mark does not count."""

    DUE = "DUE", "It is still due."
    EXCUSED = "EXCUSED", "The student is excused."
    NO_NUMBER = "NO_NUMBER", "The mark has no number, as `pass`."
    NO_WEIGHT = "NO_WEIGHT", "Its weight is 0."
    OTHER_SCALE = "OTHER_SCALE", "It is in another scale, which does not convert."
    NO_SHARE = "NO_SHARE", "The rule gives its kind of work no share."
    NO_MAXIMUM = "NO_MAXIMUM", "It is not in points, so it has no maximum."
    EXAM = "EXAM", "Exams weigh in the year's grade."
    DROPPED = "DROPPED", "The rule leaves out so many marks of its kind."
    LOWERS = "LOWERS", "It is a bonus, and would make the average worse."


class NotAttested(DescribedEnum):
    """Why there is no grade."""

    NO_MARKS = "NO_MARKS", "No mark counts."
    TOO_FEW_MARKS = "TOO_FEW_MARKS", "There are fewer marks than the rule asks for."
    OVERDUE = "OVERDUE", "A mark is overdue."
    WORK_MISSING = "WORK_MISSING", "There is no mark of a kind of work that is required."
    NOT_PASSED = "NOT_PASSED", "Work that must be passed is not."
    TOO_MANY_ABSENCES = "TOO_MANY_ABSENCES", "Too many lessons were missed."


@dataclass(frozen=True, slots=True)
class Given:
    """A mark as a rule reads it; `scale` is the one that it was given in. `id` is None of a mark
    that might be given."""

    value: str | None
    number: Decimal | None
    weight: Decimal
    kind: WorkTypeKind
    scale: Scale
    day: date
    id: UUID | None = None
    due: bool = False
    due_on: date | None = None
    excused: bool = False
    bonus: bool = False
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a mark contributes to the average: its `number` there times its `share` of all weights.
    Either is None where the mark does not count, for the reason `why_not`. The number is lowered by
    `late` percent of the way to the worst one, where the work came late."""

    mark: Given
    number: Fraction | None
    share: Fraction | None
    exact: Fraction
    why_not: WhyNot | None = None
    late: Fraction = Fraction(0)

    @property
    def counts(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many lessons there were in a period, and how many of them the student missed."""

    lessons: int = 0
    absences: int = 0
    unexcused: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What a result is worked out with besides marks; overdue is what was due before `today`.
    `days` is how long the period is."""

    rule: GradingRule
    scale: Scale
    school_rounding: Rounding = HALF_UP
    today: date = date.max
    days: int = DAYS_A_WEEK
    attendance: Attendance = Attendance()
    exams_only: bool = False
    """Whether it is the average of exams that the rule keeps apart."""

    @property
    def rounding(self) -> Rounding:
        return self.rule.rounding or self.school_rounding


@dataclass(frozen=True, slots=True)
class Result:
    """The average, which is exactly the sum of the contributions; None where no mark counts.

    It is in numbers of the setting's scale, or out of 100 where `counting` says so. There is no
    proposal for a student who is `not_attested`, nor in a scale without numbers.
    """

    contributions: tuple[Contribution, ...]
    average: Fraction | None
    counting: Counting
    in_scale: bool
    proposal: Mark | None
    not_attested: tuple[NotAttested, ...]

    @property
    def counted(self) -> list[Contribution]:
        return [each for each in self.contributions if each.counts]

    def shown(self, places: int = 2) -> Decimal | None:
        return None if self.average is None else rounded(self.average, places, ROUND_HALF_UP)


@dataclass(slots=True)
class _Worth:
    """A mark on its way: its number in the scale of the result, and the weight."""

    mark: Given
    number: Fraction = ZERO
    weight: Fraction = ZERO
    whole: Fraction = ZERO
    """What its number adds to the weights: less than its weight where it is extra credit."""
    why_not: WhyNot | None = None
    share: Fraction = ZERO
    """The part of its number that the average has."""


def result_of(marks: Iterable[Given], setting: Setting) -> Result:
    """The result of the marks; withdrawn ones are none."""
    worths = [_Worth(mark) for mark in marks]
    for each in worths:
        each.why_not = why_not(each.mark, setting)
    counting, in_scale = _shown_in(worths, setting)
    for each in worths:
        if each.why_not is None:
            _measure(each, setting, counting, in_scale)
        if each.why_not is None:
            _lower(each, setting, counting, in_scale)
    _drop(worths, setting.rule, counting.best)
    if setting.rule.method is GradingMethod.CATEGORIES and not setting.exams_only:
        average = _by_categories(worths, setting.rule, counting.best)
    else:
        average = _spread(worths, ONE, counting.best)
    contributions = tuple(
        Contribution(each.mark, None, None, ZERO, each.why_not)
        if each.why_not is not None
        else Contribution(
            each.mark,
            each.number,
            each.share,
            each.number * each.share,
            late=late_percent(each.mark, setting.rule),
        )
        for each in worths
    )
    missing = _not_attested(worths, setting, average)
    proposal = None
    if average is not None and not missing:
        proposal = proposed(average, counting, in_scale, setting)
    return Result(contributions, average, counting, in_scale, proposal, missing)


def why_not(mark: Given, setting: Setting) -> WhyNot | None:
    """Why the mark does not count whatever the others are."""
    rule = setting.rule
    if mark.excused:
        return WhyNot.EXCUSED
    if mark.due and not (_is_overdue(mark, setting) and rule.overdue is OverdueMarks.AS_MARK):
        return WhyNot.DUE
    if not mark.due and mark.number is None and not _is_extra(mark, setting):
        return WhyNot.NO_NUMBER
    if not mark.weight:
        return WhyNot.NO_WEIGHT
    if (mark.kind is WorkTypeKind.EXAM and rule.exams is not Exams.AS_OTHERS) is not (
        setting.exams_only
    ):
        return WhyNot.EXAM
    if rule.method is GradingMethod.POINTS and not setting.exams_only:
        return None if mark.scale.kind is ScaleKind.POINTS else WhyNot.NO_MAXIMUM
    if rule.method is GradingMethod.CATEGORIES and not setting.exams_only:
        shares = {each.kind for each in rule.categories}
        return None if mark.kind in shares else WhyNot.NO_SHARE
    return None


def _is_overdue(mark: Given, setting: Setting) -> bool:
    return mark.due and mark.due_on is not None and mark.due_on < setting.today


def _is_extra(mark: Given, setting: Setting) -> bool:
    """Whether it is points of a work that has a maximum of 0."""
    points = mark.scale.kind is ScaleKind.POINTS and not mark.scale.maximum
    return setting.rule.method is GradingMethod.POINTS and points and mark.value is not None


def _shown_in(worths: Sequence[_Worth], setting: Setting) -> tuple[Counting, bool]:
    """How the average counts, and whether in the numbers of the setting's own scale: else it is out
    of 100."""
    own = setting.scale
    if setting.rule.method is GradingMethod.POINTS and not setting.exams_only:
        if own.kind is ScaleKind.POINTS and own.counting.converts and not own.minimum:
            return own.counting, True
        return HUNDREDTHS, False
    others = [each.mark.scale for each in worths if each.why_not is None and not each.mark.due]
    others = [scale for scale in others if scale != own]
    if not others:
        return own.counting, True
    # A line through more than two points has no average that is the sum of contributions.
    if own.counting.converts and len(own.counting.anchors) == 2:
        return own.counting, True
    if all(each.mark.scale.counting.converts for each in worths if each.why_not is None):
        return HUNDREDTHS, False
    return own.counting, True


def _measure(each: _Worth, setting: Setting, counting: Counting, in_scale: bool) -> None:
    mark = each.mark
    each.weight = each.whole = Fraction(mark.weight)
    if setting.rule.method is GradingMethod.POINTS and not setting.exams_only:
        _measure_points(each, setting, counting)
        return
    found = _as_mark(setting) if mark.due else _plain(mark, setting.rule)
    if found is None:
        each.why_not = WhyNot.NO_NUMBER
    elif in_scale and (mark.due or mark.scale == setting.scale):
        each.number = Fraction(found)
    elif counting.converts and (own := _scale_of(mark, setting).counting).converts:
        each.number = counting.number(own.share(found))
    else:
        each.why_not = WhyNot.OTHER_SCALE


def late_percent(mark: Given, rule: GradingRule) -> Fraction:
    """How many percent of it are lost."""
    if mark.due:
        return ZERO
    return min(Fraction(rule.late_percent) * mark.late_days, Fraction(rule.late_most))


def _lower(each: _Worth, setting: Setting, counting: Counting, in_scale: bool) -> None:
    """Take off what is lost where the work came late, on the way to the worst number."""
    lost = late_percent(each.mark, setting.rule)
    if not lost:
        return
    worst = counting.number(ZERO) if counting.converts else None
    ends = [Fraction(end) for end in setting.scale.ends if end is not None]
    if in_scale and ends:
        worst = min(ends) if counting.best is Best.HIGHEST else max(ends)
    if worst is None:
        return
    lowered = each.number - (each.number - worst) * lost / HUNDRED
    beyond = each.number < worst if counting.best is Best.HIGHEST else each.number > worst
    each.number = each.number if beyond else lowered


def passes(mark: Given) -> bool:
    """Whether the mark passes, in its own scale."""
    try:
        return mark.value is not None and mark.scale.mark(mark.value).passing
    except OutsideScale:
        return mark.number is not None and mark.scale.passes(mark.number)


def _scale_of(mark: Given, setting: Setting) -> Scale:
    """The scale of the mark; overdue work counts as a mark of the setting's."""
    return setting.scale if mark.due else mark.scale


def _measure_points(each: _Worth, setting: Setting, counting: Counting) -> None:
    """The number is the share of the maximum, in the numbers of the average; the maximum weighs."""
    mark, maximum = each.mark, Fraction(each.mark.scale.maximum or 0)
    best = counting.number(ONE)
    points = Fraction(mark.number) if mark.number is not None else Fraction(mark.value or "0")
    if mark.due:
        points = ZERO
    if not maximum:
        each.number, each.weight, each.whole = points * best, Fraction(mark.weight), ZERO
        return
    each.number = points / maximum * best
    each.weight = maximum * Fraction(mark.weight)
    each.whole = ZERO if mark.bonus else each.weight


def _as_mark(setting: Setting) -> Decimal | None:
    """The number of the mark that overdue work counts as."""
    try:
        return setting.scale.mark(setting.rule.overdue_mark or "").number
    except OutsideScale:
        return None


def _plain(mark: Given, rule: GradingRule) -> Decimal | None:
    """The mark's number; that of the mark without + or - where the rule has signs count nothing."""
    if rule.signs or mark.value is None or mark.scale.kind is ScaleKind.POINTS:
        return mark.number
    try:
        plain = mark.scale.mark(mark.value.rstrip("+-"))
    except OutsideScale:
        return mark.number
    return plain.number if plain.number is not None else mark.number


def _drop(worths: Sequence[_Worth], rule: GradingRule, best: Best) -> None:
    """Leave out the worst and the best marks of kinds, but never all of a kind."""
    for drop in rule.drops:
        own = [
            each
            for each in worths
            if each.why_not is None and each.mark.kind is drop.kind and not each.mark.bonus
        ]
        own.sort(key=lambda each: each.number, reverse=best is Best.LOWEST)
        worst = min(drop.worst, len(own) - 1)
        rest = own[max(worst, 0) :]
        gone = own[: max(worst, 0)] + rest[max(1, len(rest) - drop.best) :]
        for each in gone:
            each.why_not = WhyNot.DROPPED


def _spread(worths: Sequence[_Worth], among: Fraction, best: Best) -> Fraction | None:
    """Give the marks their shares, which are `among` all; the average of those that count.

    A bonus counts only where it improves the average.
    """
    counting = [each for each in worths if each.why_not is None]
    ordinary = [each for each in counting if not each.mark.bonus]
    whole = sum((each.whole for each in ordinary), ZERO)
    if not whole:
        for each in counting:
            each.why_not = WhyNot.NO_WEIGHT if not each.mark.bonus else WhyNot.LOWERS
        return None
    total = sum((each.number * each.weight for each in ordinary), ZERO)
    highest = best is Best.HIGHEST
    bonuses = [each for each in counting if each.mark.bonus]
    for each in sorted(bonuses, key=lambda one: one.number, reverse=highest):
        new = (total + each.number * each.weight) / (whole + each.whole)
        if not (new > total / whole if highest else new < total / whole):
            each.why_not = WhyNot.LOWERS
            continue
        total, whole = total + each.number * each.weight, whole + each.whole
    for each in counting:
        each.share = among * each.weight / whole
    return total / whole


def _by_categories(worths: Sequence[_Worth], rule: GradingRule, best: Best) -> Fraction | None:
    of_kind: dict[WorkTypeKind, list[_Worth]] = defaultdict(list)
    for each in worths:
        if each.why_not is None:
            of_kind[each.mark.kind].append(each)
    shares = {each.kind: Fraction(each.share) for each in rule.categories}
    # A kind whose marks are all bonuses has no average of its own.
    there = [kind for kind, own in of_kind.items() if _spread(own, ONE, best) is not None]
    whole = sum((shares[kind] for kind in there), ZERO)
    average = None
    for kind in there:
        part = _spread(of_kind[kind], shares[kind] / whole, best)
        average = (average or ZERO) + (part or ZERO) * shares[kind] / whole
    return average


def _not_attested(
    worths: Sequence[_Worth], setting: Setting, average: Fraction | None
) -> tuple[NotAttested, ...]:
    rule, attendance = setting.rule, setting.attendance
    found = []
    counted = [each for each in worths if each.why_not is None]
    if average is None:
        found.append(NotAttested.NO_MARKS)
    if setting.exams_only:
        return tuple(found)
    if len(counted) < marks_asked(setting):
        found.append(NotAttested.TOO_FEW_MARKS)
    if rule.overdue is OverdueMarks.NOT_ATTESTED and any(
        _is_overdue(each.mark, setting) and not each.mark.excused for each in worths
    ):
        found.append(NotAttested.OVERDUE)
    there = {each.mark.kind for each in worths if each.why_not in (None, WhyNot.DROPPED)}
    if not set(rule.required) <= there:
        found.append(NotAttested.WORK_MISSING)
    given = [each.mark for each in worths if not (each.mark.due or each.mark.excused)]
    if any(mark.kind in rule.must_pass and not passes(mark) for mark in given):
        found.append(NotAttested.NOT_PASSED)
    missed = attendance.unexcused
    if rule.absences is AbsencesCounted.ALL:
        missed = attendance.absences
    if (
        rule.absence_share is not None
        and attendance.lessons
        and Fraction(missed, attendance.lessons) >= Fraction(rule.absence_share)
    ):
        found.append(NotAttested.TOO_MANY_ABSENCES)
    return tuple(found)


def marks_asked(setting: Setting) -> int:
    """How many marks there have to be."""
    rule = setting.rule
    if not rule.marks_per_weekly_lesson:
        return rule.minimum_marks
    weekly = Fraction(setting.attendance.lessons * DAYS_A_WEEK, max(setting.days, DAYS_A_WEEK))
    return max(rule.minimum_marks, ceil(weekly * Fraction(rule.marks_per_weekly_lesson)))


def proposed(
    average: Fraction, counting: Counting, in_scale: bool, setting: Setting
) -> Mark | None:
    """The mark that the average proposes: by the rule's percentages, or else by its rounding."""
    scale = setting.scale
    if setting.rule.thresholds and counting.converts:
        percent = counting.share(average) * HUNDRED
        reached = [each for each in setting.rule.thresholds if percent >= Fraction(each.percent)]
        highest = max(reached, key=lambda each: each.percent, default=None)
        return None if highest is None else _mark_or_none(scale, highest.mark)
    if not in_scale:
        if not scale.counting.converts:
            return None
        average = scale.counting.number(counting.share(average))
    return grading.proposal(Average(average, Decimal(1), 1), scale, setting.rounding)


def _mark_or_none(scale: Scale, token: str) -> Mark | None:
    try:
        return scale.mark(token)
    except OutsideScale:
        return None


def might_be(setting: Setting, token: str, weight: Decimal, kind: WorkTypeKind) -> Given:
    """A mark that might be given today; OutsideScale where the scale has no such mark."""
    mark = setting.scale.mark(token)
    return Given(mark.token, mark.number, weight, kind, setting.scale, setting.today)
