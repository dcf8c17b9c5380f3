"""Grades of periods decided by a course's teacher, overridden by the head, taken back."""

from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from db.reading.period_grades import period_grades_of_courses, results_of_courses
from db.store import Reader, Store
from db.tables.period_grades import PeriodGrade
from db.writing.period_grades import CHANGED, PERIOD_GRADES, courses_to_decide
from db.writing.periods import periods_to_write_in
from db.writing.versioned import Row
from domain.grading import rounded
from domain.history import Step
from domain.ids import uuid7
from domain.period_grades import (
    DECIDERS,
    LONGEST_BECAUSE,
    OVERRIDERS,
    PeriodGradeState,
    differs,
    is_closed,
)
from domain.refusals import UserError, UserErrorCode, refused
from domain.scales import LONGEST_TOKEN, Mark, OutsideScale, Scale
from resolvers.courses import COURSE
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Refusals
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.mutations.grade_scales import default_scale, scale_of
from resolvers.period_grades import PERIOD_GRADE
from resolvers.relations import may_know
from resolvers.results import CourseResults, PeriodResult
from resolvers.schools import GRADE_SCALE
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code, S = UserErrorCode, PeriodGradeState
BECAUSE = "Why it is decided otherwise than the rule proposes; it has to be told then."
STATE = "Whether it is a mark; GRADED unless told."


def one_mark(value: object, state: object) -> UserError | None:
    """A grade has a mark, or says that there is none."""
    if state is S.WITHDRAWN:
        return UserError(Code.BAD_INPUT, "Withdraw it with `withdrawPeriodGrade`.", ("state",))
    if (value is not None) is (state is S.GRADED):
        return None
    return UserError(Code.BAD_INPUT, "Give the mark, or a state without one.", ("value",))


@dataclass(frozen=True, slots=True)
class PeriodGradeToDecide:
    """Of one student."""

    student: Annotated[str, "Whose grade it is, by global id.", GlobalId("Student")]
    value: Annotated[
        str | None, "The mark, in the course's scale; none where there is none.",
        Text(LONGEST_TOKEN),
    ] = None  # fmt: skip
    state: Annotated[PeriodGradeState, STATE] = S.GRADED
    because: Annotated[str | None, BECAUSE, Text(LONGEST_BECAUSE)] = None
    expected_version: Annotated[
        int | None,
        "The version of the grade that this is meant to replace, 0 where there is none; any other "
        "is a CONFLICT. Unless told, whatever stands is replaced.",
    ] = None

    def error(self) -> UserError | None:
        return one_mark(self.value, self.state)


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


async def open_period(
    transaction: Transaction, period: UUID, reason: str | None, *path: str
) -> Any:
    """The period, in which grades are decided until the transaction ends."""
    periods = await transaction.reader.fetch(periods_to_write_in, school=transaction.school_id)
    found = next((each for each in periods if each.id == period), None)
    if found is None:
        raise not_found("period", *path)
    excepted = transaction.rights.leads and reason is not None
    if is_closed(found, periods, transaction.today, excepted=excepted):
        raise refused(Code.PERIOD_LOCKED, f"{found.name} is locked.", *path)
    if found.starts_on > transaction.today:
        raise refused(Code.BAD_INPUT, f"{found.name} is to come.", *path)
    return found


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


async def _decide(transaction: Transaction, given: Parsed[DecidePeriodGrades], ref: UUID) -> None:
    course = await transaction.known(COURSE, ref, "course")
    if not transaction.relation(COURSE, course) & DECIDERS:
        raise refused(Code.FORBIDDEN, "You may not decide grades in this course.", "course")
    reader, school = transaction.reader, transaction.school_id
    period = await open_period(transaction, given.keys["period"][1], given.given.reason, "period")
    await reader.fetch(courses_to_decide, school=school, ids=[ref])
    results = await results_in(transaction, ref, period.id)
    scale_id, scale = await _scale(transaction, course)
    decisions = await _decisions(transaction, given, results, scale)
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


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of one student; `withdrawn` is the grade that was taken back before."""

    result: PeriodResult
    state: PeriodGradeState
    mark: Mark | None
    because: str | None
    withdrawn: Any = None

    def columns(self) -> dict[str, Any]:
        proposal = self.result.proposal
        return proposed_by(self.result) | {
            "state": self.state.value,
            "value": self.mark.token if self.mark else None,
            "number": self.mark.number if self.mark else None,
            "because": self.because
            if differs(
                self.mark.token if self.mark else None,
                self.state,
                proposal.token if proposal else None,
            )
            else None,
        }


def proposed_by(result: PeriodResult) -> dict[str, Any]:
    """What is kept of the result when it is decided."""
    return {
        "proposed": result.proposal.token if result.proposal else None,
        "average": None if result.exact is None else rounded(result.exact, 2),
    }


async def _decisions(
    transaction: Transaction,
    given: Parsed[DecidePeriodGrades],
    results: dict[UUID, PeriodResult],
    scale: Scale,
) -> list[Decision]:
    """Of the rows; or Refused with what is wrong with each."""
    refusals, found, named = Refusals(), list[Decision](), set[UUID]()
    gone = await _withdrawn(transaction, results)
    for draft in given.items.get("rows", []):
        with refusals.noting():
            student, path = draft.keys["student"][1], draft.at("student")
            if draft.keys["student"][0] != transaction.school_id:
                raise not_found("student", *path)
            if student in named:
                raise refused(Code.BAD_INPUT, "This student is named twice.", *path)
            named.add(student)
            if (result := results.get(student)) is None:
                await transaction.known(STUDENT, student, *path)
                message = "This student did not learn in the course in this period."
                raise refused(Code.STUDENT_NOT_IN_COURSE, message, *path)
            row: PeriodGradeToDecide = draft.given
            _check_standing(transaction, result, row, *draft.path)
            mark = None if row.value is None else _mark(scale, row.value, *draft.at("value"))
            proposal = result.proposal.token if result.proposal else None
            value = mark.token if mark else None
            if differs(value, row.state, proposal) and row.because is None:
                told = f"the rule proposes {proposal}" if proposal else "the rule proposes none"
                raise refused(Code.BAD_INPUT, f"Say why: {told}.", *draft.at("because"))
            found.append(Decision(result, row.state, mark, row.because, gone.get(student)))
    refusals.check()
    if given.given.accept_proposals:
        found += [
            Decision(
                result, S.GRADED if result.proposal else S.NOT_ATTESTED, result.proposal, None,
                gone.get(student),
            )
            for student, result in results.items()
            if student not in named and result.decided is None
        ]  # fmt: skip
    return found


async def _withdrawn(
    transaction: Transaction, results: dict[UUID, PeriodResult]
) -> dict[UUID, Any]:
    """By student, grades that were taken back: they stand again once they are decided."""
    ids = {}
    for student, result in results.items():
        for row in result.of.row.decided:
            if UUID(row[1]) == result.period.id and row[2] == S.WITHDRAWN:
                ids[UUID(row[0])] = student
    rows = await transaction.reader.fetch(
        PERIOD_GRADE.whole, school=transaction.school_id, ids=list(ids)
    )
    return {ids[row.id]: row for row in rows}


def _check_standing(
    transaction: Transaction, result: PeriodResult, row: PeriodGradeToDecide, *path: str
) -> None:
    decided = result.decided
    version = 0 if decided is None else decided.version
    if row.expected_version not in (None, version):
        message = f"Another change was faster: the version is {version} now."
        raise refused(Code.CONFLICT, message, *path, "expectedVersion")
    if decided is not None and decided.overridden and not transaction.rights.leads:
        raise refused(Code.FORBIDDEN, "The head has decided this grade.", *path, "student")


def _mark(scale: Scale, value: str, *path: str) -> Mark:
    try:
        return scale.mark(value)
    except OutsideScale as error:
        raise refused(Code.OUTSIDE_SCALE, f"{error}.", *path) from None


async def _scale(transaction: Transaction, course: Any) -> tuple[UUID, Scale]:
    """The scale that the course's grades are decided in."""
    reader, school = transaction.reader, transaction.school_id
    if course.grade_scale_id is None:
        id_, definition = await default_scale(reader, school)
        return id_, scale_of(definition)
    found = await reader.first(GRADE_SCALE.read, school=school, ids=[course.grade_scale_id])
    if found is None:
        raise not_found("grade scale", "course")
    return found.id, scale_of(found.definition)


async def _shown(transaction: Transaction, course: UUID, period: UUID) -> list[PeriodGrade]:
    rows = await transaction.reader.fetch(
        period_grades_of_courses, school=transaction.school_id, ids=[course], period=period
    )
    return [row for row in rows if may_know(transaction.viewer, PERIOD_GRADE.name, row)]


def standing(grade: PeriodGrade) -> UserError | None:
    if grade.state != S.WITHDRAWN:
        return None
    return UserError(Code.WITHDRAWN, "This grade was withdrawn: decide it again.")


def not_overridden(grade: PeriodGrade) -> UserError | None:
    if not grade.overridden:
        return None
    return UserError(Code.WRONG_STATE, "The head has decided this grade: it stands.")


@edits(
    PERIOD_GRADE,
    "Take back the grade of a period, unless it is the head's; it stays in the history, and may be "
    "decided again.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    Code.PERIOD_LOCKED,
    step=Step.WITHDRAWN,
    by=DECIDERS,
    requires=[standing, not_overridden],
)
async def withdraw_period_grade(
    transaction: Transaction, given: Parsed[Edit], grade: PeriodGrade
) -> Row:
    await open_period(transaction, grade.period_id, given.given.reason, "id")
    return {"state": S.WITHDRAWN.value}


@dataclass(frozen=True, slots=True)
class OverridePeriodGrade(Edit):
    """What the head decides."""

    value: Annotated[str | None, "The mark; none where there is none.", Text(LONGEST_TOKEN)] = None
    state: Annotated[PeriodGradeState, STATE] = S.GRADED

    def error(self) -> UserError | None:
        return one_mark(self.value, self.state)


@edits(
    PERIOD_GRADE,
    "Decide a grade otherwise than its teacher has, also after the days of grace; its teachers "
    "change it no more.",
    Code.OUTSIDE_SCALE,
    Code.PERIOD_LOCKED,
    Code.WITHDRAWN,
    step=Step.OVERRIDDEN,
    by=OVERRIDERS,
    requires=[standing],
)
async def override_period_grade(
    transaction: Transaction, given: Parsed[OverridePeriodGrade], grade: PeriodGrade
) -> Row:
    await open_period(transaction, grade.period_id, given.given.reason, "id")
    found = await transaction.reader.first(
        GRADE_SCALE.read, school=grade.school_id, ids=[grade.grade_scale_id]
    )
    assert found is not None
    mark = None
    if given.given.value is not None:
        mark = _mark(scale_of(found.definition), given.given.value, "value")
    return {
        "state": given.given.state.value,
        "value": mark.token if mark else None,
        "number": mark.number if mark else None,
        "because": given.given.reason,
        "overridden": True,
    }
