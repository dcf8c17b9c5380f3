"""The result of a student in a course and a period: average, proposal, and what makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.audience import ANYONE
from domain.grading import rounded
from domain.period_results import NotAttested, WhyNot
from domain.prospects import SECONDS
from domain.scales import canonical
from resolvers.context import Context
from resolvers.grades import GradeById
from resolvers.grading_rules import GradingRuleById
from resolvers.period_grades import PeriodGradeById
from resolvers.results import PeriodResult as ResultRecord
from resolvers.schools import PeriodById
from schema.declare import column, computed, computing, loaded, resolver, tell
from schema.nouns import GradeRef, GradingRuleRef, PeriodGradeRef, PeriodRef
from schema.prospects import (
    Forecast,
    MarkToTry,
    Needed,
    WhatIf,
    WorkToCome,
    forecast_of,
    needed_for,
    what_if,
)

for codes in (NotAttested, WhyNot):
    tell(codes)
SHARE_PLACES = 6
ZERO = Decimal(0)


def shown(number: Fraction | None, places: int = 2) -> Decimal | None:
    return None if number is None else rounded(number, places)


def share(number: Fraction | None) -> Decimal | None:
    """To six places, without final zeros."""
    return None if number is None else Decimal(canonical(rounded(number, SHARE_PLACES)))


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    school_id: int
    grade_id: UUID | None
    value: str | None
    number: Decimal | None
    weight: Decimal
    share: Decimal | None
    contribution: Decimal
    exact: str
    counts: bool
    why_not: WhyNot | None
    late_percent: Decimal = ZERO


@strawberry.type(
    description="What a grade contributes to an average. The contributions add up to the average "
    "exactly."
)
class Contribution:
    grade: GradeRef | None = loaded(
        ANYONE,
        "The grade; null of a mark that is only tried, and where the viewer may not know of it.",
        GradeById,
        "grade_id",
    )
    value: str | None = column(ANYONE, "The mark as written; null while it is due.")
    number: Decimal | None = column(
        ANYONE,
        "What it is worth in the average, to six places; null where it does not count.",
    )
    weight: Decimal = column(ANYONE, "Its weight.")
    share: Decimal | None = column(
        ANYONE, "The part of all weights that it has, to six places; null where it does not count."
    )
    contribution: Decimal = column(
        ANYONE, "Its number times its share, to six places; 0 where it does not count."
    )
    exact: str = column(
        ANYONE, "The contribution as a fraction, such as 37/9; these add up to the average exactly."
    )
    counts: bool = column(ANYONE, "Whether it counts.")
    why_not: WhyNot | None = column(ANYONE, "Why it does not count; null where it does.")
    late_percent: Decimal = column(
        ANYONE,
        "By how many percent of the way to the worst mark its number is lowered, because the work "
        "came late; 0 as a rule, and in an average that goes by no rule.",
    )


def contributions_of(school: int, made: Sequence[Any]) -> list[ContributionRecord]:
    """Of contributions to a result, each with its mark."""
    return [
        ContributionRecord(
            school,
            each.mark.id,
            each.mark.value,
            share(each.number),
            each.mark.weight,
            share(each.share),
            Decimal(canonical(rounded(each.exact, SHARE_PLACES))),
            str(each.exact),
            each.counts,
            each.why_not,
            Decimal(canonical(rounded(each.late, SHARE_PLACES))),
        )
        for each in made
    ]


@dataclass(frozen=True, slots=True)
class YearPartRecord:
    school_id: int
    period_id: UUID | None
    number: Decimal | None
    share: Decimal | None
    contribution: Decimal
    exact: str


@strawberry.type(description="What a period, or exams, contribute to the grade of a year.")
class YearPart:
    period: PeriodRef | None = loaded(
        ANYONE, "The period; null where it is exams.", PeriodById, "period_id"
    )
    number: Decimal | None = column(
        ANYONE, "The number of its grade; null where it is not decided, or no mark."
    )
    share: Decimal | None = column(
        ANYONE, "Its share of the year's average, to six places; null where it does not count."
    )
    contribution: Decimal = column(ANYONE, "Its number times its share, to six places.")
    exact: str = column(
        ANYONE, "The contribution as a fraction; these add up to the average exactly."
    )


def _parts(record: ResultRecord) -> list[YearPartRecord]:
    if record.of_year is None:
        return []
    periods = record.of.parts
    return [
        YearPartRecord(
            record.school_id,
            None if each.period is None else periods[each.period].id,
            share(each.number),
            None if each.number is None else share(each.share),
            Decimal(canonical(rounded(each.exact, SHARE_PLACES))),
            str(each.exact),
        )
        for each in record.of_year.parts
    ]


def _contributions(record: ResultRecord) -> list[ContributionRecord]:
    if record.of_year is not None:
        return []
    return contributions_of(record.school_id, record.own.contributions)


def _change(record: ResultRecord) -> Decimal | None:
    if record.exact is None or (before := record.before) is None:
        return None
    return rounded(record.exact - before, 2)


def _not_attested(record: ResultRecord) -> list[NotAttested]:
    return [] if record.of_year is not None else list(record.own.not_attested)


Tried = Annotated[
    list[MarkToTry], strawberry.argument(description="Marks that might be given, at most 20.")
]
Without = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="Grades that are left out, by global ids, at most 20."),
]
Target = Annotated[
    str, strawberry.argument(description="The mark to reach, in the course's scale.")
]
Works = Annotated[
    list[WorkToCome] | None,
    strawberry.argument(
        description="The works that may still be graded, at most 4; unless told, one of weight 1."
    ),
]


@strawberry.type(
    description="The result of a student in a course and a period, by the rule of the course. That "
    "of a year is made of the decided grades of its periods, unless the rule says of all marks."
)
class PeriodResult:
    period: PeriodRef = loaded(ANYONE, "The period.", PeriodById, "period_id")
    period_name: str = computed(
        ANYONE, "The period's name, at hand with the result.", lambda of: of.name, "period"
    )
    average: Decimal | None = computed(
        ANYONE, "The average to two places, halves rounded up; null where nothing counts.", shown,
        "exact",
    )  # fmt: skip
    exact: str | None = computed(
        ANYONE,
        "The average as a fraction, such as 37/9; null where nothing counts.",
        lambda exact: None if exact is None else str(exact),
        "exact",
    )
    out_of: Decimal | None = computed(
        ANYONE,
        "What the average is out of, such as 100; null where it is in marks that are no share of "
        "the best.",
        lambda own: own.counting.out_of,
        "own",
    )
    proposal: str | None = computed(
        ANYONE,
        "The mark that the rule proposes; null where the student is not attested, and in a scale "
        "without numbers.",
        lambda mark: None if mark is None else mark.token,
        "proposal",
    )
    not_attested: list[NotAttested] = computed(
        ANYONE, "Why no mark is proposed; empty where one is, and of a year.", _not_attested
    )
    provisional: bool = computed(
        ANYONE,
        "Of a year: whether some of its periods are not decided yet. Of a period: whether it is "
        "not decided.",
        lambda record: (
            record.decided is None if record.of_year is None else record.of_year.provisional
        ),
    )
    value: str | None = computed(
        ANYONE,
        "The mark that was decided; null where none was, or there is no mark.",
        lambda decided: None if decided is None else decided.value,
        "decided",
    )
    grade: PeriodGradeRef | None = loaded(
        ANYONE, "The grade that was decided; null where none was.", PeriodGradeById,
        "period_grade_id",
    )  # fmt: skip
    change: Decimal | None = computed(
        ANYONE,
        "By how much the average is above that of the period before; null where there is none, "
        "and of a year.",
        _change,
    )
    rule: GradingRuleRef | None = loaded(
        ANYONE,
        "The rule that it goes by; null where that is the usual one.",
        GradingRuleById,
        "rule_id",
    )
    contributions: list[Contribution] = computed(
        ANYONE,
        "What each grade contributes, and why others do not; empty of a year that is made of "
        "periods.",
        _contributions,
    )
    year_parts: list[YearPart] = computed(
        ANYONE, "What each period contributes to a year; empty of other periods.", _parts
    )

    @computing(
        ANYONE, "What the average of the marks would be with others, or without some.", WhatIf
    )
    def what_if(record: ResultRecord, grades: Tried, without: Without = None) -> Any:
        return what_if(record, grades, without or [])

    @resolver(
        ANYONE,
        "The shortest lists of marks that lead to a grade, or a better one; null of a year that is "
        "made of periods.",
        Needed | None,
        needs=None,
    )
    async def needed(
        record: ResultRecord, context: Context, target: Target, works: Works = None
    ) -> Any:
        return await context.searching.run(
            lambda seconds: needed_for(record, target, works or [], seconds), SECONDS
        )

    forecast: Forecast | None = computed(
        ANYONE,
        "What the grade is likely to become; null with fewer than three marks, once the period is "
        "over, and of a year.",
        forecast_of,
    )
