"""Grades of periods decided by a course's teacher, of all students or of none."""

from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from db.reading.period_grades import period_grades_of_courses, results_of_courses
from db.store import Reader, Store
from db.tables.courses import Course
from db.tables.period_grades import PeriodGrade
from db.writing.period_grades import CHANGED, PERIOD_GRADES, courses_to_decide
from db.writing.versioned import Row
from domain.history import Step
from domain.ids import uuid7
from domain.period_grades import DECIDERS, PeriodGradeState
from domain.refusals import UserErrorCode, refused
from resolvers.courses import COURSE
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.inputs import GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.mutations.grade_scales import default_scale
from resolvers.mutations.period_decision_rows import PeriodGradeToDecide, decisions_of
from resolvers.mutations.period_grades import open_period
from resolvers.period_grades import PERIOD_GRADE
from resolvers.relations import may_know
from resolvers.results import CourseResults, PeriodResult
from resolvers.schools import GRADE_SCALE
from resolvers.viewer import Viewer

Code, S = UserErrorCode, PeriodGradeState


@dataclass(frozen=True, slots=True)
class DecidePeriodGrades:
    """The grades of a course in a period."""

    course: Annotated[str, "The course, by global id.", GlobalId("Course")]
    period: Annotated[
        str, "The period, by global id; one of the kind YEAR for the year's.", GlobalId("Period")
    ]
    rows: Annotated[list[PeriodGradeToDecide], f"At most {MOST_AT_ONCE} students."] = field(
        default_factory=list
    )
    accept_proposals: Annotated[
        bool,
        "Whether students who are not named, and of whom nothing is decided yet, get what the "
        "rule proposes, NOT_ATTESTED included.",
    ] = False
    reason: Annotated[
        str | None,
        "Why, kept in the history; with one the head decides after the days of grace.",
        Text(LONGEST_REASON),
    ] = None


@mutation(
    PERIOD_GRADE,
    "Decide the grades of a course in a period: of all students or of none, and again if need be. "
    "Each is the mark that the rule proposes, or says why it is another.",
    Code.FORBIDDEN,
    Code.CONFLICT,
    Code.OUTSIDE_SCALE,
    Code.STUDENT_NOT_IN_COURSE,
    Code.PERIOD_LOCKED,
    by=DECIDERS,
    at="Course",
    answer="All grades of the course in the period now.",
    many=True,
)
async def decide_period_grades(
    store: Store, viewer: Viewer, given: DecidePeriodGrades, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[PeriodGrade]:
        if len(given.rows) > MOST_AT_ONCE:
            raise refused(Code.BAD_INPUT, f"Give at most {MOST_AT_ONCE} rows at once.", "rows")
        parsed = parse(given)
        school, ref = parsed.keys["course"]
        rights_in(viewer, school, "course", "course")
        parsed.check_school(school)
        transaction = Transaction(reader, viewer, school)
        request = Request("decide_period_grades", given, key)
        if await earlier(reader, viewer, school, request, [ref]) is None:
            await _decide(transaction, parsed, ref)
        return await _shown(transaction, ref, parsed.keys["period"][1])

    return await attempt(store, viewer, PERIOD_GRADE, act)


async def _decide(transaction: Transaction, given: Parsed[DecidePeriodGrades], ref: UUID) -> None:
    course = await transaction.known(COURSE, ref, "course")
    if not transaction.relation(COURSE, course) & DECIDERS:
        raise refused(Code.FORBIDDEN, "You may not decide grades in this course.", "course")
    reader, school = transaction.reader, transaction.school_id
    period = await open_period(transaction, given.keys["period"][1], given.given.reason, "period")
    await reader.fetch(courses_to_decide, school=school, ids=[ref])
    results = await results_in(transaction, ref, period.id)
    scale_id, definition = await _scale(transaction, course)
    rows, accepts = given.items.get("rows", []), given.given.accept_proposals
    decisions = await decisions_of(transaction, rows, results, definition, accepts=accepts)
    new: list[Row] = []
    changes: list[tuple[Any, Row]] = []
    ids = [each.result.decided.id for each in decisions if each.result.decided]
    there = {
        each.id: each for each in await reader.fetch(PERIOD_GRADE.whole, school=school, ids=ids)
    }
    for each in decisions:
        columns = each.columns() | {"grade_scale_id": scale_id}
        decided = each.result.decided
        if decided is None and each.withdrawn is None:
            new.append(
                {
                    "id": uuid7(),
                    "student_id": each.result.student_id,
                    "course_id": course.id,
                    "subject_id": course.subject_id,
                    "period_id": period.id,
                    "author_id": transaction.account_id,
                    "day": period.ends_on,
                    "overridden": False,
                    "elsewhere": None,
                    **columns,
                }
            )
        else:
            record: Any = there[decided.id] if decided else each.withdrawn
            if any(record[name] != value for name, value in columns.items()):
                changes.append((record, columns))
    account = transaction.account_id
    if new:
        await PERIOD_GRADES.insert(reader, account, school, Step.DECIDED, new)
    reason = given.given.reason
    done = await CHANGED.change(reader, account, school, Step.CHANGED, reason, changes, len(new))
    if len(done) < len(changes):
        raise refused(Code.CONFLICT, "Another change was faster: load anew.", "rows")


async def results_in(
    transaction: Transaction, course: UUID, period: UUID
) -> dict[UUID, PeriodResult]:
    """By student, the results of the course in the period."""
    rows = await transaction.reader.fetch(
        results_of_courses,
        school=transaction.school_id, ids=[course], period=period, day=transaction.today,
    )  # fmt: skip
    found: dict[UUID, PeriodResult] = {}
    for row in rows:
        of = CourseResults(row)
        place = of.period(period)
        if place is not None:
            found[of.student_id] = of.result(place)
    return found


async def _scale(transaction: Transaction, course: Course) -> tuple[UUID, Any]:
    """The scale that the course's grades are decided in, and its definition."""
    reader, school = transaction.reader, transaction.school_id
    if course.grade_scale_id is None:
        return await default_scale(reader, school)
    found = await reader.first(GRADE_SCALE.read, school=school, ids=[course.grade_scale_id])
    if found is None:
        raise not_found("grade scale", "course")
    return found.id, found.definition


async def _shown(transaction: Transaction, course: UUID, period: UUID) -> list[PeriodGrade]:
    rows = await transaction.reader.fetch(
        period_grades_of_courses, school=transaction.school_id, ids=[course], period=period
    )
    return [row for row in rows if may_know(transaction.viewer, PERIOD_GRADE.name, row)]
