"""What moderators decide, appeals, and what guardians keep their children from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from db.reading.moderation import restrictions_of_students
from db.reading.schools import schools_by_id
from db.tables.moderation import ModerationCase
from db.tables.students import Student
from db.writing.moderation import hold_child
from db.writing.versioned import Row
from domain.audience import Audience
from domain.history import Step
from domain.moderation import APPEALABLE, Activity, ModerationState, guarded_since
from domain.refusals import UserError, UserErrorCode, refused
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Aside, GlobalId, Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_REASON, LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import withdraws
from resolvers.moderation import (
    CHILD_RESTRICTION,
    MODERATION_CASE,
    MODERATORS,
    set_hidden,
)
from resolvers.students import STUDENT

Code, State = UserErrorCode, ModerationState
LONGEST_RESTRICTION = timedelta(days=400)
ITS_AUTHOR = "author_id"
"""The column of who wrote what a case is about, who decides nothing of it."""


def in_state(*states: ModerationState) -> Callable[[ModerationCase], UserError | None]:
    """Refuse what is in another state."""

    def in_state(case: ModerationCase) -> UserError | None:
        if case.state in states:
            return None
        return UserError(Code.WRONG_STATE, f"It stands otherwise: it is {case.state}.")

    return in_state


@edits(
    MODERATION_CASE,
    "Hide what was reported or held back from all but its author and the moderators; its author is "
    "told, and may appeal. Nobody decides on what they wrote themselves.",
    Code.WRONG_STATE,
    step=Step.HIDDEN,
    by=MODERATORS,
    not_by=ITS_AUTHOR,
    requires=[in_state(State.OPEN, State.HELD, State.WARNED, State.CLEARED)],
)
async def hide_reported(transaction: Transaction, given: Parsed[Edit], case: ModerationCase) -> Row:
    await set_hidden(transaction, case, hidden=True, reason=given.given.reason)
    return {"state": State.HIDDEN, "told_id": case.author_id, "appeal": None}


@edits(
    MODERATION_CASE,
    "Find what was reported or held back to be in order, or grant an appeal: it is shown to all, "
    "and its author may write again.",
    Code.WRONG_STATE,
    step=Step.SHOWN,
    by=MODERATORS,
    not_by=ITS_AUTHOR,
    requires=[in_state(*(each for each in State if each is not State.CLEARED))],
)
async def show_reported(transaction: Transaction, given: Parsed[Edit], case: ModerationCase) -> Row:
    await set_hidden(transaction, case, hidden=False, reason=given.given.reason)
    return {"state": State.CLEARED, "restricted_until": None}


@edits(
    MODERATION_CASE,
    "Warn the author of what was reported, who may appeal; it stays as it is for all to see.",
    Code.WRONG_STATE,
    step=Step.WARNED,
    by=MODERATORS,
    not_by=ITS_AUTHOR,
    requires=[in_state(State.OPEN, State.CLEARED)],
)
async def warn_author(_: Transaction, given: Parsed[Edit], case: ModerationCase) -> Row:
    return {"state": State.WARNED, "told_id": case.author_id, "appeal": None}


@dataclass(frozen=True, slots=True)
class RestrictAuthor(Edit):
    """Until when the author of what was reported writes nothing."""

    until: Annotated[
        date | None,
        "The last day on which they do not, at most 400 days on; null lets them write again.",
    ]


@edits(
    MODERATION_CASE,
    "Keep the author of what was reported from writing in the forum, in messages and in posts until"
    " a day, or no longer; they are told, and may appeal. What was only reported is a warning"
    " then.",
    step=Step.SILENCED,
    by=MODERATORS,
    not_by=ITS_AUTHOR,
)
async def restrict_author(
    transaction: Transaction, given: Parsed[RestrictAuthor], case: ModerationCase
) -> Row:
    until, today = given.given.until, transaction.today
    if until is not None and not today <= until <= today + LONGEST_RESTRICTION:
        raise refused(Code.BAD_INPUT, "It is from today to 400 days on.", "until")
    row = {"restricted_until": until, "told_id": case.author_id}
    if until is not None and case.state in (State.OPEN, State.CLEARED):
        return {**row, "state": State.WARNED, "appeal": None}
    return row


@dataclass(frozen=True, slots=True)
class AppealModeration:
    """An appeal of an author against what a moderator decided."""

    id: Annotated[str, "The case, by global id.", Reference()]
    text: Annotated[str, "Why it should be decided otherwise.", Text(LONGEST_TEXT)]


@edits(
    MODERATION_CASE,
    "Appeal against what a moderator decided on something of the viewer's own; once a decision.",
    Code.WRONG_STATE,
    step=Step.APPEALED,
    by=Audience.ADDRESSEE,
    requires=[in_state(*sorted(APPEALABLE))],
)
async def appeal_moderation(
    _: Transaction, given: Parsed[AppealModeration], case: ModerationCase
) -> Row:
    return {"state": State.APPEALED, "appeal": given.given.text}


@edits(
    MODERATION_CASE,
    "Refuse an appeal: what was decided stands.",
    Code.WRONG_STATE,
    step=Step.UPHELD,
    by=MODERATORS,
    not_by=ITS_AUTHOR,
    requires=[in_state(State.APPEALED)],
)
async def uphold_moderation(_: Transaction, given: Parsed[Edit], case: ModerationCase) -> Row:
    return {"state": State.UPHELD}


@dataclass(frozen=True, slots=True)
class RestrictChild:
    """What a guardian keeps their child from."""

    student: Annotated[str, "The child, by global id.", GlobalId("Student")]
    activity: Annotated[Activity, "In what the child is not to take part."]
    reason: Annotated[str, "Why; kept in the history.", Text(LONGEST_REASON), Aside()]


@creates(
    CHILD_RESTRICTION,
    "Keep the viewer's child from writing somewhere, from surveys or from quizzes, as long as it "
    "is younger than the school says (`School.guardedAge`).",
    Code.ALREADY_THERE,
    at=STUDENT,
    field="student",
    step=Step.ADDED,
    by=Audience.GUARDIAN,
    refusal="Only a guardian may do this.",
)
async def restrict_child(
    transaction: Transaction, given: Parsed[RestrictChild], student: Student
) -> Row:
    school, activity = transaction.school_id, given.given.activity
    (rules,) = await transaction.reader.fetch(schools_by_id, schools=[school])
    if student.born_on is not None and student.born_on <= guarded_since(
        transaction.today, rules.guarded_age
    ):
        message = f"Your child is {rules.guarded_age} or older, and decides this."
        raise refused(Code.FORBIDDEN, message, "student")
    await transaction.reader.run(hold_child, school=school, ref=student.id)
    there = await transaction.reader.fetch(
        restrictions_of_students, school=school, ids=[student.id]
    )
    if any(each.activity == activity for each in there):
        raise refused(Code.ALREADY_THERE, "It is kept from it already.", "activity")
    return {
        "id": given.id,
        "student_id": student.id,
        "author_id": transaction.account_id,
        "activity": activity,
    }


lift_child_restriction = withdraws(
    CHILD_RESTRICTION,
    "Let a child take part again where a guardian has kept it from that.",
    by=Audience.GUARDIAN,
    name="lift_child_restriction",
)
