"""Surveys made, changed, closed, opened and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.class_groups import ClassGroup
from db.tables.courses import Course
from db.tables.schools import School
from db.tables.surveys import Survey
from db.writing.versioned import Row
from domain.addressees import EDITORS
from domain.clock import now
from domain.history import Step
from domain.refusals import UserError, UserErrorCode, refused
from domain.surveys import (
    LONGEST_CHOICE,
    MOST_QUESTIONS,
    OncePer,
    Question,
    SurveyQuestionKind,
    closed_survey,
    open_survey,
)
from resolvers.addressees import ToWhom, addressed, creates_for, placed
from resolvers.class_groups import CLASS_GROUP
from resolvers.courses import COURSE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Aside, GlobalId, OwnId, Parsed, Text
from resolvers.declarations.parsing import LONGEST_TEXT, text_of
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing, withdraws
from resolvers.schools import SCHOOL
from resolvers.surveys import SURVEY

Code = UserErrorCode
LONGEST_TITLE = 200


def open_now(survey: Survey) -> UserError | None:
    return open_survey(survey, now())


def closed_now(survey: Survey) -> UserError | None:
    return closed_survey(survey, now())


@dataclass(frozen=True, slots=True)
class SurveyQuestionToAsk:
    """A question of a survey."""

    kind: Annotated[SurveyQuestionKind, "How it is answered."]
    text: Annotated[str, "What is asked.", Text(LONGEST_TEXT)]
    choices: Annotated[
        Sequence[str] | None, "The choices, of a question that is answered by them."
    ] = None
    least: Annotated[int | None, "The least number of a scale."] = None
    most: Annotated[int | None, "The greatest number of a scale."] = None
    required: Annotated[bool, "Whether it has to be answered."] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSurvey(ToWhom):
    """A survey to make."""

    title: Annotated[str, "What it is about, in a few words.", Text(LONGEST_TITLE)]
    description: Annotated[str | None, "What is said before the questions.", Text(LONGEST_TEXT)] = (
        None
    )
    questions: Annotated[
        list[SurveyQuestionToAsk], f"The questions in order, 1 to {MOST_QUESTIONS}.", Aside()
    ]
    anonymous: Annotated[
        bool,
        "Whether nobody can be told who has answered what: what was answered is kept as sums "
        "alone, and shown of five people or more.",
    ] = True
    once_per: Annotated[OncePer, "Who answers once."] = OncePer.PERSON
    results_told: Annotated[
        bool, "Whether those who are asked are told the results, once it is closed."
    ] = False
    closes_at: Annotated[
        datetime | None, "When it closes by itself; when somebody closes it, if left out."
    ] = None
    id: Annotated[
        str | None, "A UUID version 7 of the client's, so that asking is safe to retry.", OwnId()
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSchool(NewSurvey):
    """A survey to make of the whole school."""

    school: Annotated[str, "The school, by global id.", GlobalId("School"), Aside()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskClassGroup(NewSurvey):
    """A survey to make of a class group."""

    class_group: Annotated[str, "The class group, by global id.", GlobalId("ClassGroup")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCourse(NewSurvey):
    """A survey to make of a course."""

    course: Annotated[str, "The course, by global id.", GlobalId("Course")]


async def _as_written(
    transaction: Transaction, drafts: Sequence[tuple[Parsed[Any], Survey]]
) -> Sequence[Row]:
    places = await placed(transaction, drafts)
    return [
        {**place, "content": {"questions": _questions(draft)}}
        for place, (draft, _) in zip(places, drafts, strict=True)
    ]


@creates_for(
    SURVEY,
    "Ask the students, the families or the staff of the whole school.",
    at=SCHOOL,
    as_written=_as_written,
    refusal="Only the school's office asks the whole school.",
)
async def ask_school(transaction: Transaction, given: Parsed[AskSchool], school: School) -> Row:
    return _row(transaction, given, school)


@creates_for(
    SURVEY,
    "Ask the students, the families or the staff of a class group.",
    at=CLASS_GROUP,
    as_written=_as_written,
    refusal="You may not ask this class group.",
)
async def ask_class_group(
    transaction: Transaction, given: Parsed[AskClassGroup], class_group: ClassGroup
) -> Row:
    return _row(transaction, given, class_group)


@creates_for(
    SURVEY,
    "Ask the students, the families or the staff of a course.",
    at=COURSE,
    as_written=_as_written,
    refusal="You may not ask this course.",
)
async def ask_course(transaction: Transaction, given: Parsed[AskCourse], course: Course) -> Row:
    return _row(transaction, given, course)


def _row(transaction: Transaction, given: Parsed[Any], at: Any) -> Row:
    survey: NewSurvey = given.given
    _insist_on_future(survey.closes_at)
    return {
        "id": given.id,
        **addressed(transaction, given, at),
        "author_id": transaction.account_id,
        "day": transaction.today,
        "title": survey.title,
        "description": survey.description,
        "content": {"questions": _questions(given)},
        "anonymous": survey.anonymous,
        "once_per": survey.once_per,
        "results_told": survey.results_told,
        "closes_at": survey.closes_at,
    }


def _insist_on_future(closes_at: Any) -> None:
    if isinstance(closes_at, datetime) and closes_at <= now():
        raise refused(Code.BAD_INPUT, "A survey closes at a time to come.", "closesAt")


def _questions(given: Parsed[Any]) -> list[dict[str, Any]]:
    """The questions as JSON; refused where one could not be answered."""
    asked = given.items.get("questions", [])
    if not 0 < len(asked) <= MOST_QUESTIONS:
        message = f"A survey has 1 to {MOST_QUESTIONS} questions."
        raise refused(Code.BAD_INPUT, message, "questions")
    return [_question(each) for each in asked]


def _question(given: Parsed[SurveyQuestionToAsk]) -> dict[str, Any]:
    asked = given.given
    choices = tuple(
        text_of(each, LONGEST_CHOICE, *given.at("choices", str(place)))
        for place, each in enumerate(asked.choices or ())
    )
    kind = SurveyQuestionKind(asked.kind)
    question = Question(kind, asked.text, choices, asked.least, asked.most, asked.required)
    if (error := question.problem()) is not None:
        raise refused(error.code, error.message, *given.at(*error.path))
    return question.to_data()


@dataclass(frozen=True, slots=True)
class ChangeSurvey(Edit):
    """What changes of a survey; its questions, and whom it asks, stay as they are."""

    title: Annotated[
        str | UnsetType,
        "What it is about, in a few words; as it is, if left out.",
        Text(LONGEST_TITLE),
    ] = UNSET
    description: Annotated[
        str | UnsetType | None,
        "What is said before the questions; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    results_told: Annotated[
        bool | UnsetType, "Whether those asked are told the results; as it is, if left out."
    ] = UNSET
    closes_at: Annotated[
        datetime | UnsetType | None,
        "When it closes by itself; as it is, if left out; null has only `closeSurvey` close it.",
    ] = UNSET


@edits(
    SURVEY,
    "Change a survey that is open; what it was stays in its history.",
    Code.WITHDRAWN,
    Code.NOT_OPEN,
    step=Step.CHANGED,
    by=EDITORS,
    requires=[standing(SURVEY), open_now],
)
async def change_survey(_: Transaction, given: Parsed[ChangeSurvey], survey: Survey) -> Row:
    _insist_on_future(given.given.closes_at)
    return given.columns(changes=True)


@edits(
    SURVEY,
    "Close a survey: nobody answers it any more.",
    Code.WITHDRAWN,
    Code.NOT_OPEN,
    step=Step.CLOSED,
    by=EDITORS,
    requires=[standing(SURVEY), open_now],
)
async def close_survey(_: Transaction, given: Parsed[Edit], survey: Survey) -> Row:
    return {"closed": True}


def reopens(survey: Survey) -> UserError | None:
    """Refuse to open an anonymous survey again: the answers that would be added to results that
    were shown in whole might be those of too few."""
    if not survey.anonymous:
        return None
    message = "An anonymous survey that was closed stays closed: make another."
    return UserError(Code.WRONG_STATE, message)


@edits(
    SURVEY,
    "Open a survey again that was closed, until somebody closes it; one that is not anonymous.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    step=Step.OPENED,
    by=EDITORS,
    requires=[standing(SURVEY), closed_now, reopens],
)
async def open_survey_again(_: Transaction, given: Parsed[Edit], survey: Survey) -> Row:
    return {"closed": False, "closes_at": None}


withdraw_survey = withdraws(
    SURVEY, "Take a survey back: nobody answers it any more, nor is told its results.", by=EDITORS
)
