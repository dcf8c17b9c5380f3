"""The results of all students of a course or class group in a period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.audience import ANYONE, STAFF_OF
from domain.group_results import GroupResult, group_result, may_be_told
from domain.period_grades import PeriodGradeState
from domain.scales import Mark
from resolvers.context import Context
from resolvers.loaders import Loader
from resolvers.readings import Items, LoadArguments
from resolvers.results import CourseResults
from resolvers.results import PeriodResult as ResultRecord
from resolvers.students import StudentById
from schema.declare import column, loaded
from schema.nouns import CourseRef, StudentRef
from schema.results import PeriodResult, share, shown
from schema.spans import id_in
from schema.threads import worked_out

OfPeriod = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        name="period",
        description="The period, by global id; unless told, the last one that has begun, of those "
        "that the year is made of.",
    ),
]


@dataclass(frozen=True, slots=True)
class MemberRecord:
    school_id: int
    student_id: UUID
    course_id: UUID
    result: ResultRecord
    days: tuple[date, ...]


@strawberry.type(description="The result of one student of a course.")
class CourseResult:
    student: StudentRef | None = loaded(
        STAFF_OF,
        "The student; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    result: PeriodResult = column(STAFF_OF, "The result.")


@dataclass(frozen=True, slots=True)
class CountRecord:
    mark: str
    count: int


@dataclass(frozen=True, slots=True)
class FiguresRecord:
    school_id: int
    course: Any
    period_name: str
    students: int
    graded: int
    average: Decimal | None
    worst: str | None
    best: str | None
    distribution: list[CountRecord]
    success: Decimal | None
    quality: Decimal | None
    not_attested: int
    decided: int


@strawberry.type(description="How many students have a mark.")
class MarkCount:
    mark: str = column(ANYONE, "The mark.")
    count: int = column(ANYONE, "How many students have it.")


@strawberry.type(
    description="The marks of a course's students in a period, taken together: those that were "
    "decided, or else are proposed."
)
class CourseFigures:
    course: CourseRef = column(ANYONE, "The course.")
    students: int = column(ANYONE, "How many students learnt in it.")
    graded: int = column(ANYONE, "How many of them have a mark.")
    decided: int = column(ANYONE, "Of how many the grade was decided.")
    not_attested: int = column(ANYONE, "How many of those were not attested.")
    average: Decimal | None = column(
        ANYONE, "The average of the marks, to two places; null without any that has a number."
    )
    worst: str | None = column(ANYONE, "The worst mark; null without any.")
    best: str | None = column(ANYONE, "The best mark; null without any.")
    distribution: list[MarkCount] = column(
        ANYONE, "How many students have each mark, from the best on.", items=Items(5)
    )
    success: Decimal | None = column(
        ANYONE, "The share of marks that pass, to six places; null without any."
    )
    quality: Decimal | None = column(
        ANYONE,
        "The share of marks that are good, to six places: in the better half of those that pass, "
        "as 4 and 5 where 3 passes; null without any.",
    )


@dataclass(frozen=True, slots=True)
class ToldRecord:
    average: Decimal | None
    worst: str | None
    best: str | None


@strawberry.type(
    description="What families are told of the marks of a course: of a period that is over and "
    "whose grades are decided, and only where nobody's mark follows from it."
)
class ToldFigures:
    average: Decimal | None = column(
        ANYONE, "The average of the marks, to one place; null where they have no numbers."
    )
    worst: str | None = column(ANYONE, "The worst mark; never null.")
    best: str | None = column(ANYONE, "The best mark; never null.")


def _results(rows: Sequence[Any], period: UUID | None) -> list[ResultRecord]:
    found = []
    for row in rows:
        of = CourseResults(row)
        place = of.current if period is None else of.period(period)
        if place is not None:
            found.append(of.result(place))
    return found


def _asked(school: int, period: str | None) -> tuple[UUID | None, dict[str, object]]:
    if period is None:
        return None, {}
    id_ = id_in(school, period, "Period")
    return id_, {"period": id_}


def members(school: int, period: str | None) -> LoadArguments:
    """The result of each student of a course, by name."""
    id_, asked = _asked(school, period)

    def of_rows(rows: list[Any]) -> list[MemberRecord]:
        return [
            MemberRecord(
                each.school_id,
                each.student_id,
                each.of.course_id,
                each,
                (
                    each.period.starts_on,
                    max(each.period.starts_on, min(each.of.today, each.period.ends_on)),
                ),
            )
            for each in _results(rows, id_)
        ]

    return LoadArguments(asked, of_rows)


def figures(school: int, period: str | None) -> LoadArguments:
    """Those of each course of the rows, in their order."""
    id_, asked = _asked(school, period)

    def of_rows(rows: list[Any]) -> list[FiguresRecord]:
        by_course: dict[UUID, list[ResultRecord]] = defaultdict(list)
        for each in _results(rows, id_):
            by_course[each.of.course_id].append(each)
        return [_figures(own) for own in by_course.values()]

    return LoadArguments(asked, of_rows)


async def figures_of(
    context: Context, loader: Loader, record: Any, period: str | None
) -> list[FiguresRecord]:
    """Those of each course of the record, worked out in a thread."""
    asked = figures(record.school_id, period)
    found: list[FiguresRecord] = await worked_out(context, loader, record, asked)
    return found


def told(school: int, period: str | None) -> LoadArguments:
    """What families are told of a course; None where they are told nothing."""
    id_, asked = _asked(school, period)
    return LoadArguments(asked, lambda rows: _told(_results(rows, id_)))


def _figures(results: Sequence[ResultRecord]) -> FiguresRecord:
    first = results[0].of
    found = group_result([each.of.grade_in(each) for each in results], first.scale)
    decided = [each.decided for each in results if each.decided is not None]
    missing = [each for each in decided if each.state == PeriodGradeState.NOT_ATTESTED]
    return FiguresRecord(
        first.school_id,
        first.row,
        results[0].period.name,
        found.students,
        found.graded,
        shown(found.average),
        _token(found.worst),
        _token(found.best),
        [CountRecord(mark.token, count) for mark, count in found.distribution],
        share(found.success),
        share(found.quality),
        len(missing),
        len(decided),
    )


def _token(mark: Mark | None) -> str | None:
    return None if mark is None else mark.token


def _told(results: Sequence[ResultRecord]) -> ToldRecord | None:
    decided = [each for each in results if each.decided is not None]
    if not decided or len(decided) < len(results):
        return None
    of = decided[0].of
    marks = [each.of.grade_in(each) for each in decided]
    if decided[0].period.ends_on >= of.today or not may_be_told(marks):
        return None
    found: GroupResult = group_result(marks, of.scale)
    return ToldRecord(shown(found.average, 1), _token(found.worst), _token(found.best))
