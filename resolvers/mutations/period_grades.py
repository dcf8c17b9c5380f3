"""Grades of periods overridden by the head and taken back, and what it takes to write one."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from db.tables.period_grades import PeriodGrade
from db.writing.periods import periods_to_write_in
from db.writing.versioned import Row
from domain.history import Step
from domain.period_grades import DECIDERS, OVERRIDERS, PeriodGradeState, is_closed
from domain.refusals import UserError, UserErrorCode, refused
from domain.scales import LONGEST_TOKEN
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Parsed, Text
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.grade_scales import mark_in
from resolvers.period_grades import PERIOD_GRADE
from resolvers.schools import GRADE_SCALE

Code, S = UserErrorCode, PeriodGradeState
STATE = "Whether it is a mark; GRADED unless told."


def one_mark(value: object, state: object) -> UserError | None:
    """A grade has a mark, or says that there is none."""
    if state is S.WITHDRAWN:
        return UserError(Code.BAD_INPUT, "Withdraw it with `withdrawPeriodGrade`.", ("state",))
    if (value is not None) is (state is S.GRADED):
        return None
    return UserError(Code.BAD_INPUT, "Give the mark, or a state without one.", ("value",))


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
        mark = mark_in(found.definition, given.given.value, "value")
    return {
        "state": given.given.state.value,
        "value": mark.token if mark else None,
        "number": mark.number if mark else None,
        "because": given.given.reason,
        "overridden": True,
    }
