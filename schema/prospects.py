"""What a grade may still become: with other marks, with the needed ones, and by a forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import strawberry

from domain.audience import ANYONE
from domain.errors import bad_input
from domain.grading import BadWeight, check_weight, rounded
from domain.period_results import Given, NotAttested, Result, might_be, result_of
from domain.prospects import MOST_WORKS, ForecastMethod, Work, forecast, needed
from domain.prospects import Needed as Found
from domain.scales import Mark, OutsideScale
from domain.works import WorkTypeKind as KindCode
from resolvers import global_id
from resolvers.readings import Items
from resolvers.results import PeriodResult as ResultRecord
from schema.declare import column, computed, tell
from schema.enums import WorkTypeKind

tell(NotAttested)
tell(ForecastMethod)
MOST_TRIED = 20
ONE = Decimal(1)


@strawberry.input(description="A mark that might be given.")
class MarkToTry:
    value: str = strawberry.field(description="The mark, in the course's scale.")
    weight: Decimal = strawberry.field(
        default=ONE, description="Its weight, above 0 and at most 100."
    )
    kind: WorkTypeKind = strawberry.field(
        default=KindCode.OTHER, description="The kind of work that it is for."
    )


@strawberry.input(description="Work that may still be graded.")
class WorkToCome:
    weight: Decimal = strawberry.field(
        default=ONE, description="The weight of its mark, above 0 and at most 100."
    )
    kind: WorkTypeKind = strawberry.field(
        default=KindCode.OTHER, description="The kind of work that it is."
    )


@strawberry.type(description="A result as it would be.")
class WhatIf:
    average: Decimal | None = computed(
        ANYONE, "The average to two places; null where nothing counts.",
        lambda result: result.shown(), "result",
    )  # fmt: skip
    exact: str | None = computed(
        ANYONE,
        "The average as a fraction; null where nothing counts.",
        lambda result: None if result.average is None else str(result.average),
        "result",
    )
    proposal: str | None = computed(
        ANYONE, "The mark that the rule would propose; null where none.",
        lambda result: _token(result.proposal), "result",
    )  # fmt: skip
    not_attested: list[NotAttested] = computed(
        ANYONE, "Why no mark would be proposed.", lambda result: list(result.not_attested), "result"
    )


@dataclass(frozen=True, slots=True)
class WhatIfRecord:
    school_id: int
    result: Result


def what_if(record: ResultRecord, grades: Sequence[MarkToTry], without: Sequence[str]) -> Any:
    if len(grades) > MOST_TRIED or len(without) > MOST_TRIED:
        raise bad_input(f"Try at most {MOST_TRIED} marks at once.")
    gone = {global_id.parse(each, "Grade")[1] for each in without}
    marks = [each for each in record.marks if each.id not in gone]
    more = [_mark(record, each.value, _weight(each.weight), KindCode(each.kind)) for each in grades]
    return WhatIfRecord(record.school_id, result_of([*marks, *more], record.setting))


def _weight(weight: Decimal) -> Decimal:
    try:
        return check_weight(weight)
    except BadWeight as error:
        raise bad_input(f"{error}.") from None


def _mark(record: ResultRecord, value: str, weight: Decimal, kind: KindCode) -> Given:
    try:
        return might_be(record.setting, value, weight, kind)
    except OutsideScale as error:
        raise bad_input(f"{error}.") from None


def _token(mark: Mark | None) -> str | None:
    return None if mark is None else mark.token


@strawberry.type(description="A mark of a list that leads to a grade.")
class NeededMark:
    value: str = column(ANYONE, "The mark.")
    weight: Decimal = column(ANYONE, "Its weight.")
    kind: WorkTypeKind = column(ANYONE, "The kind of work that it is for.")


@strawberry.type(description="Marks that lead to a grade together.")
class NeededMarks:
    marks: list[NeededMark] = column(
        ANYONE, "The marks, the best first; none where the grade is reached.", items=Items(10)
    )


@strawberry.type(
    description="The marks that are needed for a grade. No shorter list of marks leads there than "
    "those that are told, and with a worse mark in place of any of theirs none of them would, "
    "unless the search was given up."
)
class Needed:
    reachable: bool = column(
        ANYONE, "Whether it can be reached with at most 20 marks, or fewer where the rule is not a "
        "plain weighted average.", name="reached",
    )  # fmt: skip
    lists: list[NeededMarks] = column(
        ANYONE, "The shortest lists that lead there, at most 12.", items=Items(12)
    )
    more: bool = column(ANYONE, "Whether there are more that are as short.")
    longest: int = column(ANYONE, "How many marks the lists have at most that were tried.")
    gave_up: bool = column(
        ANYONE,
        "Whether the search took too long and was given up: then the grade may be reachable though "
        "it is not told to be, lists may have better marks than are needed, and there may be more.",
    )
    in_the_way: list[NotAttested] = column(
        ANYONE, "What no mark helps against; empty where nothing is in the way."
    )


@dataclass(frozen=True, slots=True)
class ListRecord:
    marks: list[Given]


@dataclass(frozen=True, slots=True)
class NeededRecord:
    found: Found

    @property
    def reached(self) -> bool:
        return self.found.reached

    @property
    def lists(self) -> list[ListRecord]:
        return [ListRecord(list(each)) for each in self.found.lists]

    @property
    def more(self) -> bool:
        return self.found.more

    @property
    def longest(self) -> int:
        return self.found.longest

    @property
    def gave_up(self) -> bool:
        return self.found.gave_up

    @property
    def in_the_way(self) -> list[NotAttested]:
        return list(self.found.in_the_way)


def needed_for(
    record: ResultRecord, target: str, works: Sequence[WorkToCome], seconds: float
) -> Any:
    if len(works) > MOST_WORKS:
        raise bad_input(f"Name at most {MOST_WORKS} works.")
    if record.of_year is not None:
        return None
    wanted = [Work(KindCode(each.kind), _weight(each.weight)) for each in works]
    wanted = wanted or [Work(KindCode.OTHER, ONE)]
    _mark(record, target, ONE, KindCode.OTHER)  # refused unless the scale has it
    mark = record.setting.scale.mark(target)
    return NeededRecord(needed(record.marks, record.setting, mark, wanted, seconds))


@strawberry.type(
    description="What a grade is likely to become, from the worst to the best that is to be "
    "expected."
)
class Forecast:
    method: ForecastMethod = column(ANYONE, "How it is found.")
    marks_to_come: int = column(ANYONE, "How many marks are expected still.", name="to_come")
    lowest: Decimal = column(ANYONE, "The average at the low end, to two places.")
    likely: Decimal = column(ANYONE, "The likely average, to two places.")
    highest: Decimal = column(ANYONE, "The average at the high end, to two places.")
    worst_mark: str | None = column(
        ANYONE, "The mark proposed at the low end; null where none is.", name="low_mark"
    )
    likely_mark: str | None = column(ANYONE, "The likely mark; null where none is proposed.")
    best_mark: str | None = column(
        ANYONE, "The mark proposed at the high end; null where none is.", name="high_mark"
    )


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    method: ForecastMethod
    to_come: int
    lowest: Decimal
    likely: Decimal
    highest: Decimal
    low_mark: str | None
    likely_mark: str | None
    high_mark: str | None


def forecast_of(record: ResultRecord) -> Any:
    period, today = record.period, record.setting.today
    if record.of_year is not None or today > period.ends_on:
        return None
    gone, left = (today - period.starts_on).days + 1, (period.ends_on - today).days
    found = forecast(record.marks, record.setting, gone, left)
    if found is None:
        return None
    return ForecastRecord(
        found.method,
        found.to_come,
        rounded(found.low, 2),
        rounded(found.likely, 2),
        rounded(found.high, 2),
        _token(found.low_mark),
        _token(found.likely_mark),
        _token(found.high_mark),
    )
