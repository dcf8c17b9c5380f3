"""Grades of periods of the demo school: what its teachers made of the marks, and by which rule."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids, PlannedCourse
from db.demo.rows import ZONE, SchoolWriter
from domain.grading import Average, proposal
from domain.grading_rules import GradingRule
from domain.periods import whole_day
from domain.presets import FIVE_POINT

RULE = GradingRule(minimum_marks=3)
"""Three marks for a quarter, and the school's own rounding."""
BETTER = 0.04
"""Of grades so many are better than proposed."""
BECAUSE = (
    "Much better in the last weeks.",
    "The last test shows what was learnt.",
    "Was ill for weeks, and has caught up.",
)
BEFORE_END = timedelta(days=2)
"""Before the end of a quarter its grades are decided."""
Row = dict[str, Any]
Sums = tuple[Decimal, Decimal, int]
NOTHING: Sums = (Decimal(0), Decimal(0), 0)
NUMBERS = {mark.token: mark.number for mark in FIVE_POINT.marks}


@cache
def _proposed(sums: Sums) -> tuple[str | None, Decimal | None]:
    """What the rule proposes, and the average."""
    total, weight, count = sums
    if not count:
        return None, None
    average = Average(total, weight, count)
    mark = proposal(average, FIVE_POINT) if count >= RULE.minimum_marks else None
    return None if mark is None else mark.token, average.rounded()


class PeriodGrades:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._accounts = accounts
        self._random = Random(f"period grades of {school.school_id}")
        self._ids = Ids(self._random, at=1_695_000_000_000)

    def write(self) -> None:
        """Add the rule, and the grades of the quarters that are over."""
        self._school.add(
            "grading_rule", id=self._ids.new(), name="At least three marks",
            definition=json.dumps(RULE.to_data()), course_id=None, grade_levels=[], active=True,
            version=1,
        )  # fmt: skip
        periods = self._school.rows["period"]
        for period in periods:
            if period["kind"] == "QUARTER" and period["ends_on"] < self._school.today:
                sums = self._sums(period)
                for course in self._school.plan.courses:
                    for student in course.students:
                        self._grade(
                            student, course, period, sums.get((student, course.id), NOTHING)
                        )

    def _sums(self, period: Row) -> dict[tuple[UUID, UUID], Sums]:
        """By student and course, what the marks of the period add up to."""
        found: dict[tuple[UUID, UUID], Sums] = {}
        first, last = period["starts_on"], period["ends_on"]
        for row in self._school.rows.get("grade", ()):
            if first <= row["day"] <= last:
                key = row["student_id"], row["course_id"]
                total, weight, count = found.get(key, NOTHING)
                own: Decimal = row["weight"]
                found[key] = total + row["number"] * own, weight + own, count + 1
        return found

    def _grade(self, student: UUID, course: PlannedCourse, period: Row, sums: Sums) -> None:
        proposed, average = _proposed(sums)
        value, because = self._decided(proposed)
        at, _ = whole_day(period["ends_on"] - BEFORE_END, ZONE)
        self._school.add(
            "period_grade",
            id=self._ids.new(),
            student_id=student,
            course_id=course.id,
            subject_id=self._school.subjects[course.subject],
            period_id=period["id"],
            grade_scale_id=self._school.scale,
            author_id=self._accounts[course.teacher],
            day=period["ends_on"],
            state="NOT_ATTESTED" if value is None else "GRADED",
            value=value,
            number=None if value is None else NUMBERS[value],
            proposed=proposed,
            average=average,
            because=because,
            overridden=False,
            elsewhere=None,
            decided_at=at,
            changed_at=at,
            version=1,
        )

    def _decided(self, proposed: str | None) -> tuple[str | None, str | None]:
        if proposed in (None, "5") or self._random.random() >= BETTER:
            return proposed, None
        return str(int(proposed or 0) + 1), self._random.choice(BECAUSE)
