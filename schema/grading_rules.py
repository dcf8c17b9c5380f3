"""The rules by which a school makes grades of marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import strawberry

from db.reading.grading_rules import grading_rules_of_school
from domain.audience import ANYONE, MEMBER, OFFICE
from domain.grading_rules import (
    AbsencesCounted,
    Exams,
    GradingMethod,
    OverdueMarks,
    YearGrades,
)
from resolvers.courses import CourseById
from resolvers.grading_rules import GRADING_RULE
from resolvers.readings import Items, Told
from resolvers.results import rule_from
from schema.declare import column, computed, loaded, resolver, tell
from schema.enums import PeriodKind, WorkTypeKind
from schema.finding import in_use
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import CourseRef, GradingRuleRef, GradingRuleRevisionRef, SchoolRef
from schema.permissions import viewer_may
from schema.roundings import Rounding, rounding_of

for codes in (AbsencesCounted, Exams, GradingMethod, OverdueMarks, YearGrades):
    tell(codes)


@strawberry.type(description="The share that a kind of work has in an average by categories.")
class CategoryShare:
    kind: WorkTypeKind = column(ANYONE, "The kind of work.")
    share: Decimal = column(ANYONE, "Its share; the shares of all kinds are the whole.")


@strawberry.type(description="How many marks of a kind of work are left out.")
class DroppedMarks:
    kind: WorkTypeKind = column(ANYONE, "The kind of work.")
    worst: int = column(ANYONE, "How many from the worst on; never all of them.")
    best: int = column(ANYONE, "How many from the best on; never all of them.")


@strawberry.type(description="From which percentage on a mark is proposed.")
class PercentThreshold:
    mark: str = column(ANYONE, "The mark, as it is written.")
    percent: Decimal = column(ANYONE, "The percentage.")


@strawberry.type(description="The points of a mark on the scale of the grade point average.")
class MarkPoints:
    mark: str = column(ANYONE, "The mark; one with + or - that is not listed has its points too.")
    points: Decimal = column(ANYONE, "The points.")


@strawberry.type(description="What a rule says.")
class GradingTerms:
    method: GradingMethod = column(ANYONE, "What an average is.")
    rounding: Rounding | None = column(
        ANYONE, "When an average is near enough to a better mark; null where as the school has it."
    )
    signs: bool = column(ANYONE, "Whether + and - count: if not, 4+ is worth what 4 is.")
    minimum_marks: int = column(ANYONE, "With fewer marks the student is not attested.")
    marks_per_weekly_lesson: Decimal = column(
        ANYONE, "How many marks there have to be for each lesson a week, beside the minimum."
    )
    overdue: OverdueMarks = column(ANYONE, "What becomes of marks that are overdue.")
    overdue_mark: str | None = column(
        ANYONE, "The mark as which one counts that is overdue; null where it counts as none."
    )
    absence_share: Decimal | None = column(
        ANYONE,
        "From which share of the lessons on, if they are missed, the student is not attested; null "
        "where absences do not matter.",
    )
    absences: AbsencesCounted = column(ANYONE, "Which absences these are.")
    required: list[WorkTypeKind] = column(
        ANYONE, "Kinds of work of which there has to be a mark.", items=Items(2)
    )
    categories: list[CategoryShare] = column(
        ANYONE, "The shares of kinds of work; empty where the average does not go by them.",
        items=Items(5),
    )  # fmt: skip
    drops: list[DroppedMarks] = column(ANYONE, "Marks that are left out.", items=Items(2))
    thresholds: list[PercentThreshold] = column(
        ANYONE,
        "From which percentage on marks are proposed; empty where the rounding proposes them.",
        items=Items(10),
    )
    period_kind: PeriodKind | None = column(
        ANYONE, "The periods that a year is made of; null for the shortest ones."
    )
    period_weights: list[Decimal] = column(
        ANYONE, "Their weights in the year, in order; one that is not listed weighs 1.",
        items=Items(4),
    )  # fmt: skip
    year: YearGrades = column(ANYONE, "What the grade of a year is made of.")
    exams: Exams = column(ANYONE, "What becomes of exams.")
    exam_share: Decimal | None = column(
        ANYONE, "Their share of the year's grade; null where they have none."
    )
    gpa: list[MarkPoints] = column(
        ANYONE,
        "The points of marks in the grade point average; empty where their numbers count.",
        items=Items(10),
    )
    credit: Decimal = column(ANYONE, "The weight of a course in the grade point average.")
    late_percent: Decimal = column(
        ANYONE,
        "How many percent of the way to the worst mark work loses for each day that it comes late.",
    )
    late_most: Decimal = column(ANYONE, "How many percent it loses at most.")
    must_pass: list[WorkTypeKind] = column(
        ANYONE,
        "Kinds of work that must be passed: with a mark of one that does not pass, the student is "
        "not attested.",
        items=Items(1),
    )


@dataclass(frozen=True, slots=True)
class TermsRecord:
    """A rule as its fields are read, with the rounding as its type has it."""

    rule: Any
    rounding: Any

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.rule, name)
        return list(value) if isinstance(value, tuple) else value


def terms_of(definition: Mapping[str, Any]) -> Any:
    """As the type's fields read it."""
    rule = rule_from(definition)
    rounding = None if rule.rounding is None else rounding_of(rule.rounding.to_data())
    return TermsRecord(rule, rounding)


@strawberry.type(
    description="A rule by which grades are made of marks. A course goes by its own, or else by "
    "that of the grade level of its class group, or else by the school's; of several by the "
    "newest; and by the usual rule where there is none: weighted averages, and the school's "
    "rounding."
)
class GradingRule(Node):
    id: strawberry.ID = id_of("GradingRule", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name.")
    definition: GradingTerms = computed(MEMBER, "What it says.", terms_of, "definition")
    course: CourseRef | None = loaded(
        MEMBER, "The course that it is for; null where it is for several.", CourseById, "course_id"
    )
    grade_levels: list[str] = column(
        MEMBER, "The grade levels that it is for; empty where it is for all, or for one course.",
        items=Items(2),
    )  # fmt: skip
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[GradingRuleRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", GRADING_RULE.revisions, "id", items=Items(2)
    )


GradingRuleRevision = revision_of(GradingRule, GRADING_RULE, "One step of a rule's history.")


grading_rules = resolver(
    MEMBER,
    "The rules by which grades are made of marks: the school's own first, then those of grade "
    "levels and of courses.",
    list[GradingRuleRef],
    items=Items(3),
    told=Told.DAY,
)(in_use(grading_rules_of_school))
