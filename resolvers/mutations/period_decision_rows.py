"""What is decided of each student in a period, made of an input's rows and the rule's proposals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from domain.grading import rounded
from domain.period_grades import LONGEST_BECAUSE, PeriodGradeState, differs
from domain.refusals import UserError, UserErrorCode, refused
from domain.scales import LONGEST_TOKEN, Mark
from resolvers.declarations.inputs import GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import Transaction
from resolvers.mutations.grade_scales import mark_in
from resolvers.mutations.period_grades import STATE, one_mark
from resolvers.period_grades import PERIOD_GRADE
from resolvers.results import PeriodResult
from resolvers.students import STUDENT

Code, S = UserErrorCode, PeriodGradeState
BECAUSE = "Why it is decided otherwise than the rule proposes; it has to be told then."


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


async def decisions_of(
    transaction: Transaction,
    rows: Sequence[Parsed[PeriodGradeToDecide]],
    results: Mapping[UUID, PeriodResult],
    definition: Any,
    *,
    accepts: bool,
) -> list[Decision]:
    """Of the rows, and of all others where it `accepts` what is proposed; or Refused with what is
    wrong with each row. The `definition` is the scale's, as JSON has it."""
    refusals, found, named = Refusals(), list[Decision](), set[UUID]()
    gone = await _withdrawn(transaction, results)
    for draft in rows:
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
            mark = None if row.value is None else mark_in(definition, row.value, *draft.at("value"))
            proposal = result.proposal.token if result.proposal else None
            value = mark.token if mark else None
            if differs(value, row.state, proposal) and row.because is None:
                told = f"the rule proposes {proposal}" if proposal else "the rule proposes none"
                raise refused(Code.BAD_INPUT, f"Say why: {told}.", *draft.at("because"))
            found.append(Decision(result, row.state, mark, row.because, gone.get(student)))
    refusals.check()
    if accepts:
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
    transaction: Transaction, results: Mapping[UUID, PeriodResult]
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
