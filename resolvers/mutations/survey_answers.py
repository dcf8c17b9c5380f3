"""Surveys answered, once by each person or family."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

from db.reading.students import students_of_class_groups, students_of_courses
from db.store import Reader, Store
from db.tables.surveys import Survey
from db.writing.feed import publish
from db.writing.surveys import (
    begin_tally,
    change_tally,
    hold_survey,
    keep_answer,
    note_participation,
    tally_to_change,
)
from domain.history import Step
from domain.ids import uuid7
from domain.moderation import Activity
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.surveys import (
    ANSWERERS,
    LONGEST_ANSWER,
    Answer,
    OncePer,
    Question,
    Tally,
    is_answered,
    no_counts,
    questions_of,
)
from domain.ties import TieName
from resolvers.declarations.inputs import GlobalId, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.parsing import rights_in, text_or_none
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.declarations.withdrawal import standing
from resolvers.moderation import may_take_part
from resolvers.mutations.surveys import open_now
from resolvers.surveys import SURVEY
from resolvers.viewer import Viewer

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class SurveyAnswerToGive:
    """The answer to one question."""

    question: Annotated[int, "The place of the question, from 0."]
    choices: Annotated[list[int] | None, "The places of what is chosen, from 0."] = None
    number: Annotated[int | None, "The number on a scale."] = None
    text: Annotated[str | None, f"The words, at most {LONGEST_ANSWER} characters."] = None


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """A survey to answer."""

    survey: Annotated[str, "The survey, by global id.", GlobalId("Survey")]
    answers: Annotated[list[SurveyAnswerToGive], "The answers, one to a question."]


@mutation(
    SURVEY,
    "Answer a survey, as whom it is addressed to: once, for oneself or for one's family, and all "
    "of it at once. Who has answered an anonymous survey is kept apart from what was answered.",
    Code.FORBIDDEN,
    Code.WITHDRAWN,
    Code.NOT_OPEN,
    Code.ALREADY_ANSWERED,
    Code.WRITING_RESTRICTED,
    by=ANSWERERS,
    at="Survey",
    answer="The survey.",
    requires=[standing(SURVEY), open_now],
)
async def answer_survey(
    store: Store, viewer: Viewer, given: AnswerSurvey, key: str | None, _: Services
) -> Outcome:
    # The receipt of a request has a digest of it, by which its answers could be guessed: so it is
    # that of the survey alone.
    request = Request("answer_survey", given.survey, key)

    async def act(reader: Reader) -> list[Survey]:
        parsed = parse(given)
        school, ref = parsed.keys["survey"]
        rights_in(viewer, school, "survey", "survey")
        transaction = Transaction(reader, viewer, school)
        if await earlier(reader, viewer, school, request, [ref]) is None:
            await reader.run(hold_survey, school=school, ref=ref)
            survey = await transaction.known(SURVEY, ref, "survey")
            if not transaction.relation(SURVEY, survey) & ANSWERERS:
                message = "Only those whom it is addressed to answer a survey."
                raise refused(Code.FORBIDDEN, message, "survey")
            transaction.insist(standing(SURVEY)(survey) or open_now(survey), "survey")
            await may_take_part(transaction, Activity.SURVEYS)
            questions = questions_of(survey.content["questions"])
            await _answer(transaction, survey, questions, _answers(questions, given))
        return await transaction.shown(SURVEY, [ref])

    return await attempt(store, viewer, SURVEY, act)


def _answers(questions: list[Question], given: AnswerSurvey) -> dict[int, Answer]:
    """By the places of questions; refused where one does not fit, or is missing."""
    found: dict[int, Answer] = {}
    wrong: list[UserError] = []
    for place, each in enumerate(given.answers):
        path = ("answers", str(place))
        if not 0 <= each.question < len(questions) or each.question in found:
            message = "This is no place of a question, or it is answered already."
            wrong.append(UserError(Code.BAD_INPUT, message, (*path, "question")))
            continue
        text = text_or_none(each.text, LONGEST_ANSWER, *path, "text")
        answer = Answer(tuple(sorted(each.choices or ())), each.number, text)
        if (reason := questions[each.question].misfit(answer)) is not None:
            wrong.append(UserError(Code.BAD_INPUT, reason, path))
        found[each.question] = answer
    if not wrong:
        missing = (
            place
            for place, question in enumerate(questions)
            if question.required and not is_answered(found.get(place))
        )
        wrong = [
            UserError(Code.BAD_INPUT, f"Question {place} is to be answered.", ("answers",))
            for place in missing
        ]
    if wrong:
        raise Refused(*wrong)
    return found


async def _answer(
    transaction: Transaction,
    survey: Survey,
    questions: list[Question],
    answers: Mapping[int, Answer],
) -> None:
    reader, school = transaction.reader, transaction.school_id
    children = await _children(transaction, survey)
    account = None if children else transaction.account_id
    students: list[UUID | None] = [*children] or [None]
    noted = await reader.fetch(
        note_participation,
        school=school,
        id=[uuid4() for _ in students],
        survey_id=[survey.id for _ in students],
        account_id=[account for _ in students],
        student_id=students,
    )
    if len(noted) < len(students):
        message = "You have answered this survey, or somebody for your family has."
        raise refused(Code.ALREADY_ANSWERED, message, "survey")
    none = no_counts(questions)
    sums = {f"new_{name}": none for name in ("counts", "next", "shown")}
    await reader.run(begin_tally, school=school, ref=survey.id, **sums)
    row: Any = await reader.first(tally_to_change, school=school, ref=survey.id)
    was = Tally(row.counts, row.next, row.shown)
    tally = was.with_one_more(questions, answers)
    await reader.run(
        change_tally,
        school=school,
        ref=survey.id,
        new_counts=tally.counts,
        new_next=tally.next,
        new_shown=tally.shown,
    )
    if not survey.anonymous:
        await reader.run(
            keep_answer,
            school=school,
            account=transaction.account_id,
            id=[uuid7()],
            survey_id=[survey.id],
            answers=[{str(place): each.to_data() for place, each in answers.items()}],
        )
    told = _is_told(tally.counts["answered"])
    if tally.shown != was.shown or (told and not survey.anonymous):
        await _tell(transaction, survey)


def _is_told(answered: int) -> bool:
    """Whether so many answers by name are told of: each of a class, and of a school some."""
    return answered <= 30 or answered % 10 == 0


async def _children(transaction: Transaction, survey: Survey) -> list[UUID]:
    """The children for whose families the viewer answers, in order; none where they answer for
    themselves alone."""
    children = transaction.rights.of_today[TieName.CHILD]
    if not survey.to_families or survey.once_per != OncePer.FAMILY or not children:
        return []
    place = survey.class_group_id or survey.course_id
    if place is not None:
        of = students_of_class_groups if survey.class_group_id else students_of_courses
        rows = await transaction.reader.fetch(
            of, school=transaction.school_id, ids=[place], day=transaction.today
        )
        children = children & {row.id for row in rows}
    return sorted(children)


async def _tell(transaction: Transaction, survey: Survey) -> None:
    """Tell the feed that there are new results. The version is no step's: whoever has answered is
    named neither by the history nor by the audit."""
    await transaction.reader.run(
        publish,
        school=transaction.school_id,
        new_topic=SURVEY.topic,
        new_change=Step.ANSWERED,
        seq=[0],
        ref=[survey.id],
        version=[0],
    )
