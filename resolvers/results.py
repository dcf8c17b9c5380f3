"""What a row of a year's marks comes to: the result of each period and of the year, by the rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import orjson

from domain.calendar import PeriodKind
from domain.grading import Rounding
from domain.grading_rules import USUAL, GradingRule, YearGrades
from domain.period_grades import PeriodGradeState
from domain.period_results import Attendance, Given, Result, Setting, result_of
from domain.presets import FIVE_POINT
from domain.scales import Mark, OutsideScale, Scale
from domain.works import WorkTypeKind
from domain.year_results import Decided, YearResult, parts_of_year, year_result
from resolvers.mutations.grade_scales import scale_of

READ = (
    "school_id", "id", "student_id", "subject_id", "year_id", "year_starts_on", "year_ends_on",
    "today", "school_rounding", "scale_id", "scale_definition", "rule_id", "rule_definition",
    "marks", "scales", "periods", "decided",
)  # fmt: skip
"""The columns of a row of results."""


@lru_cache(maxsize=512)
def _rule(definition: bytes) -> GradingRule:
    return GradingRule.from_data(orjson.loads(definition))


def rule_from(definition: Mapping[str, Any] | None) -> GradingRule:
    """The rule, which is read once."""
    return USUAL if definition is None else _rule(orjson.dumps(definition))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period, with how many lessons the course had in it."""

    id: UUID
    name: str
    kind: str
    parent_id: UUID | None
    starts_on: date
    ends_on: date
    locked: bool
    open_until: date | None
    attendance: Attendance

    @classmethod
    def of(cls, row: Sequence[Any]) -> "PeriodRow":
        id_, name, kind, parent, starts, ends, locked, until, lessons, missed, unexcused = row
        return cls(
            UUID(id_), name, kind, UUID(parent) if parent else None, date.fromisoformat(starts),
            date.fromisoformat(ends), locked, _day(until),
            Attendance(lessons, missed, unexcused),
        )  # fmt: skip

    @property
    def is_year(self) -> bool:
        return self.kind == PeriodKind.YEAR

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A grade as it was decided."""

    id: UUID
    period_id: UUID
    state: str
    value: str | None
    number: Decimal | None
    version: int
    overridden: bool
    elsewhere: str | None

    @classmethod
    def of(cls, row: Sequence[Any]) -> "DecidedRow":
        id_, period, state, value, number, version, overridden, elsewhere = row
        exact = None if number is None else Decimal(number)
        return cls(UUID(id_), UUID(period), state, value, exact, version, overridden, elsewhere)

    @property
    def stands(self) -> bool:
        return self.state != PeriodGradeState.WITHDRAWN


class CourseResults:
    """A student's results in a course, in the periods of a year."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.school_id: int = row.school_id
        self.student_id: UUID = row.student_id
        self.course_id: UUID = row.id
        self.subject_id: UUID | None = row.subject_id
        self.rule_id: UUID | None = row.rule_id
        self.today: date = row.today

    @property
    def days(self) -> tuple[date, ...]:
        """The ends of the year so far, on which a viewer has to be of the audience."""
        first = self.row.year_starts_on
        return first, max(first, min(self.today, self.row.year_ends_on))

    @cached_property
    def rule(self) -> GradingRule:
        return rule_from(self.row.rule_definition)

    @cached_property
    def scale(self) -> Scale:
        definition = self.row.scale_definition
        return FIVE_POINT if definition is None else scale_of(definition)

    @cached_property
    def periods(self) -> list[PeriodRow]:
        return [PeriodRow.of(row) for row in self.row.periods]

    @cached_property
    def parts(self) -> list[PeriodRow]:
        """The periods that the year's grade is made of."""
        return parts_of_year(self.periods, self.rule.period_kind)

    def period(self, id_: UUID) -> PeriodRow | None:
        return next((each for each in self.periods if each.id == id_), None)

    @property
    def current(self) -> PeriodRow | None:
        """The last of the year's periods that has begun, while the year is not over."""
        if not self.row.year_starts_on <= self.today <= self.row.year_ends_on:
            return None
        begun = [each for each in self.parts if each.starts_on <= self.today]
        return begun[-1] if begun else None

    @cached_property
    def whole(self) -> PeriodRow | None:
        """The year as a period of its own, if it is one."""
        return next((each for each in self.periods if each.is_year), None)

    @cached_property
    def decided(self) -> dict[UUID, DecidedRow]:
        """By their periods, the grades that stand."""
        rows = (DecidedRow.of(row) for row in self.row.decided)
        return {each.period_id: each for each in rows if each.stands}

    @cached_property
    def marks(self) -> list[Given]:
        scales = {id_: scale_of(found) for id_, found in self.row.scales.items()}
        return [self._mark(row, scales) for row in self.row.marks]

    def _mark(self, row: Sequence[Any], scales: Mapping[str, Scale]) -> Given:
        id_, value, number, weight, state, excused, bonus, due_on, day, kind, scale, late = row
        return Given(
            value,
            None if number is None else Decimal(number),
            Decimal(weight),
            WorkTypeKind(kind),
            scales.get(scale, self.scale),
            date.fromisoformat(day),
            UUID(id_),
            due=state == "DUE",
            due_on=_day(due_on),
            excused=excused,
            bonus=bonus,
            late_days=late,
        )

    def marks_in(self, period: PeriodRow) -> list[Given]:
        return [each for each in self.marks if period.starts_on <= each.day <= period.ends_on]

    def setting(self, period: PeriodRow, *, exams_only: bool = False) -> Setting:
        rounding = Rounding.from_data(self.row.school_rounding)
        return Setting(
            self.rule, self.scale, rounding, self.today, period.days, period.attendance, exams_only
        )

    def result(self, period: PeriodRow) -> "PeriodResult":
        """The result of a period; that of the year is made as the rule says."""
        setting, marks = self.setting(period), self.marks_in(period)
        own = result_of(marks, setting)
        of_year = None
        if period.is_year and self.rule.year is YearGrades.PERIODS and self.parts:
            exams = result_of(marks, self.setting(period, exams_only=True))
            grades = [self._decided_in(part) for part in self.parts]
            of_year = year_result(grades, exams, setting)
        return PeriodResult(self, period, setting, marks, own, of_year)

    def _decided_in(self, period: PeriodRow) -> Decided:
        found = self.decided.get(period.id)
        return Decided(None if found is None else found.number, found is not None)

    @cached_property
    def results(self) -> list["PeriodResult"]:
        """Of the periods that the year is made of, in order, and of the year."""
        periods = self.parts if self.whole is None else [*self.parts, self.whole]
        return [self.result(period) for period in periods]

    def grade_in(self, result: "PeriodResult") -> Mark | None:
        """The mark that was decided, or else the one that is proposed."""
        found = result.decided
        if found is None:
            return result.proposal
        try:
            return None if found.value is None else self.scale.mark(found.value)
        except OutsideScale:  # the course was graded in another one then
            return None if found.value is None else Mark(found.value, found.number, passing=True)


@dataclass(frozen=True, slots=True, eq=False)
class PeriodResult:
    """A student's result in a course and a period, before and after it is decided."""

    of: CourseResults
    period: PeriodRow
    setting: Setting
    marks: list[Given]
    own: Result
    of_year: YearResult | None

    @property
    def school_id(self) -> int:
        return self.of.school_id

    @property
    def student_id(self) -> UUID:
        return self.of.student_id

    @property
    def period_id(self) -> UUID:
        return self.period.id

    @property
    def rule_id(self) -> UUID | None:
        return self.of.rule_id

    @property
    def exact(self) -> Fraction | None:
        return self.own.average if self.of_year is None else self.of_year.average

    @property
    def proposal(self) -> Mark | None:
        return self.own.proposal if self.of_year is None else self.of_year.proposal

    @property
    def decided(self) -> DecidedRow | None:
        return self.of.decided.get(self.period.id)

    @property
    def period_grade_id(self) -> UUID | None:
        return None if self.decided is None else self.decided.id

    @property
    def before(self) -> Fraction | None:
        """The average of the period before, in the same numbers."""
        parts = self.of.parts
        if self.period not in parts or not (place := parts.index(self.period)):
            return None
        other = self.of.result(parts[place - 1])
        return other.exact if other.own.in_scale == self.own.in_scale else None
