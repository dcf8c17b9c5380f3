"""Grades of periods of the demo school: what its teachers made of the marks, and by which rule."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from uuid import UUID

from db.demo.plan import Ids, PlannedCourse
from db.demo.rows import ZONE, Row, SchoolWriter
from domain.grading import Average, proposal
from domain.grading_rules import GradingRule
from domain.periods import whole_day
from domain.presets import FIVE_POINT

RULE = GradingRule(minimum_marks=1)
"""Who has a mark is graded, with the school's own rounding."""
BETTER = 0.04
"""Of grades so many are better than proposed."""
BECAUSE = (
    "Much better in the last weeks.",
    "The last test shows what was learnt.",
    "Was ill for weeks, and has caught up.",
)
BEFORE_END = timedelta(days=2)
"""Before the end of a quarter its grades are decided."""
Sums = tuple[int, int, int]
"""Of marks: tenths of their numbers by their weights, the weights, and how many there are."""
NOTHING: Sums = (0, 0, 0)
NUMBERS = {mark.token: mark.number or Decimal(0) for mark in FIVE_POINT.marks}
TENTHS = {token: int(number * 10) for token, number in NUMBERS.items()}


@cache
def _proposed(sums: Sums) -> tuple[str | None, Decimal | None]:
    """What the rule proposes, and the average."""
    total, weight, count = sums
    if not count:
        return None, None
    average = Average(Decimal(total) / 10, Decimal(weight), count)
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
            "grading_rule", id=self._ids.new(), name="Whoever has a mark is graded",
            definition=json.dumps(RULE.to_data()), course_id=None, grade_levels=[], active=True,
            version=1,
        )  # fmt: skip
        over = [
            row
            for row in self._school.rows["period"]
            if row["kind"] == "QUARTER" and row["ends_on"] < self._school.today
        ]
        sums = self._sums(over)
        for period in over:
            at, _ = whole_day(period["ends_on"] - BEFORE_END, ZONE)
            for course in self._school.plan.courses:
                for student in course.students:
                    key = id(student), id(course.id), id(period)
                    own = sums.get(key, NOTHING)
                    self._grade(student, course, period, own, at)

    def _sums(self, periods: list[Row]) -> dict[tuple[int, int, int], Sums]:
        """By student, course and period, what the marks add up to. Keys are the identities of what
        the rows hold: to hash their UUIDs would take as long as all the rest."""
        found: dict[tuple[int, int, int], Sums] = {}
        of_day = {
            period["starts_on"] + timedelta(n): id(period)
            for period in periods
            for n in range((period["ends_on"] - period["starts_on"]).days + 1)
        }
        weights = {id(row["id"]): int(row["weight"]) for row in self._school.rows["work_type"]}
        for row in self._school.rows.get("grade", ()):
            if (period := of_day.get(row["day"])) is not None:
                key = id(row["student_id"]), id(row["course_id"]), period
                total, weight, count = found.get(key, NOTHING)
                own = weights[id(row["work_type_id"])]
                found[key] = total + TENTHS[row["value"]] * own, weight + own, count + 1
        return found

    def _grade(
        self, student: UUID, course: PlannedCourse, period: Row, sums: Sums, at: datetime
    ) -> None:
        proposed, average = _proposed(sums)
        value, because = self._decided(proposed)
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
