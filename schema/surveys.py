"""Surveys of a school, a class group or a course, with what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from db.reading.surveys import surveys_counted, surveys_of_school
from db.tables.surveys import Survey as SurveyRecord
from domain.audience import ANYONE, MEMBER
from domain.charts import Bar, answers_chart
from domain.clock import now
from domain.surveys import (
    WATCHERS,
    Counts,
    OncePer,
    Question,
    SurveyQuestionKind,
    Tally,
    average_of,
    is_closed,
    questions_of,
)
from domain.ties import TieName
from resolvers.addressees import KEEPERS, READERS, asked_by
from resolvers.context import Context
from resolvers.readings import Items, LoadArguments
from resolvers.relations import relation
from resolvers.surveys import (
    SURVEY,
    AnswersBySurvey,
    AnswersCountedBySurvey,
    AuthorBySurvey,
    ParticipationBySurvey,
    TallyBySurvey,
)
from resolvers.viewer import Viewer
from schema.addressees import (
    author_of,
    class_group_of_addressees,
    course_of_addressees,
    to_families,
    to_staff,
    to_students,
)
from schema.charts import Chart, ChartRecord, Language, language_in, path_of
from schema.connections import connection_of
from schema.declare import asking, column, computed, loaded, resolver, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import ClassGroupRef, CourseRef, SchoolRef, SurveyRevisionRef
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may

tell(SurveyQuestionKind)
tell(OncePer)
IN_ORDER = OrderedList("surveys", {"asked_at": datetime})
QuestionPlace = Annotated[
    int, strawberry.argument(description="The place of the question, from 0.")
]
ANSWERED = OrderedList("answers to a survey", {"at": datetime})


@dataclass(frozen=True, slots=True)
class OptionRecord:
    option: str
    count: int


@dataclass(frozen=True, slots=True)
class ResultRecord:
    question: Question
    answered: int
    options: list[OptionRecord]
    average: Decimal | None
    texts: list[str]


@dataclass(frozen=True, slots=True)
class ResultsRecord:
    answered: int
    questions: list[ResultRecord]


@strawberry.type(description="A question of a survey.")
class SurveyQuestion:
    kind: SurveyQuestionKind = column(ANYONE, "How it is answered.")
    text: str = column(ANYONE, "What is asked.")
    choices: list[str] = column(ANYONE, "The choices, in order; none of a question without.")
    least: int | None = column(ANYONE, "The least number of a scale; null where it is none.")
    most: int | None = column(ANYONE, "The greatest number of a scale; null where it is none.")
    required: bool = column(ANYONE, "Whether it has to be answered.")


@strawberry.type(description="How often something was chosen.")
class SurveyOption:
    option: str = column(ANYONE, "The choice, or the number of the scale.")
    count: int = column(ANYONE, "How many have chosen it.")


@strawberry.type(description="What was answered to a question of a survey, taken together.")
class SurveyQuestionResults:
    question: SurveyQuestion = column(ANYONE, "The question.")
    answered: int = column(ANYONE, "How many have answered it.")
    options: list[SurveyOption] = column(
        ANYONE, "How often each choice, or number of the scale, was chosen."
    )
    average: Decimal | None = column(
        ANYONE, "The average of a scale, to the hundredth; null where there is none."
    )
    texts: list[str] = column(ANYONE, "What was answered in words, in the order of the alphabet.")


@strawberry.type(description="What was answered in a survey, taken together.")
class SurveyResults:
    answered: int = column(ANYONE, "Of how many answers they are.")
    questions: list[SurveyQuestionResults] = column(ANYONE, "Of each question, in order.")


@strawberry.type(description="What somebody answered to a question of a survey.")
class SurveyAnswerGiven:
    place: int = column(ANYONE, "The place of the question, from 0.")
    choices: list[int] = column(ANYONE, "The places of what was chosen, from 0.")
    number: int | None = column(ANYONE, "The number on a scale; null where it is none.")
    text: str | None = column(ANYONE, "The words; null where there are none.")


@dataclass(frozen=True, slots=True)
class AnswerGivenRecord:
    place: int
    choices: list[int]
    number: int | None
    text: str | None


def _given(answers: Mapping[str, Any]) -> list[AnswerGivenRecord]:
    found = sorted(answers.items(), key=lambda each: int(each[0]))
    return [
        AnswerGivenRecord(int(place), each["choices"], each["number"], each["text"])
        for place, each in found
    ]


@strawberry.type(description="What somebody answered in a survey that is not anonymous.")
class SurveyAnswer:
    by: str = column(ANYONE, "Who answered.", name="account_name")
    at: datetime = column(ANYONE, "When they answered.")
    answers: list[SurveyAnswerGiven] = computed(
        ANYONE, "What they answered, in the order of the questions.", _given, "answers"
    )


SurveyConnection = connection_of(SURVEY, counted=True)
SurveyAnswerConnection = connection_of(SurveyAnswer, "answer", counted=True)


@IN_ORDER.of_school(
    MEMBER,
    "The surveys that the viewer may know of, in the order in which they were made.",
    SurveyConnection,
    (surveys_of_school, surveys_counted),
)
def surveys(record: Any, context: Context) -> dict[str, object]:
    return asked_by(context.viewer, record.school_id)


def _questions(content: Mapping[str, Any]) -> list[Question]:
    return questions_of(content["questions"])


def results_of(counts: Counts, content: Mapping[str, Any]) -> ResultsRecord:
    pairs = zip(questions_of(content["questions"]), counts["questions"], strict=True)
    return ResultsRecord(
        counts["answered"],
        [
            ResultRecord(
                question,
                of_each["answered"],
                [
                    OptionRecord(option, count)
                    for option, count in zip(question.options, of_each["options"], strict=True)
                ],
                average_of(question, of_each["options"]),
                of_each["texts"],
            )
            for question, of_each in pairs
        ],
    )


async def shown_to(context: Context, survey: SurveyRecord) -> ResultsRecord | None:
    """What the viewer may be told of what was answered."""
    row = await context.loaders.of(TallyBySurvey).load((survey.school_id, survey.id))
    if row is None or survey.withdrawn:
        return None
    tally = Tally(row.counts, row.next, row.shown)
    closed = is_closed(survey.closed, survey.closes_at, now())
    found = None
    if relation(context.viewer, SURVEY.name, survey) & WATCHERS:
        found = tally.results(anonymous=survey.anonymous, closed=closed)
    elif survey.results_told:
        found = tally.told(closed=closed)
    return None if found is None else results_of(found, survey.content)


@strawberry.type(
    description="Questions to the students, the families or the staff of a school, a class group "
    "or a course. Once it is withdrawn, its title and description are null to all who ask for it."
)
class Survey(Node):
    id: strawberry.ID = id_of("Survey", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    title: str | None = column(READERS, "What it is about; null once withdrawn.")
    description: str | None = column(
        READERS, "What is said before the questions; null where nothing is, and once withdrawn."
    )
    questions: list[SurveyQuestion] = computed(READERS, "The questions.", _questions, "content")
    class_group: ClassGroupRef | None = class_group_of_addressees()
    course: CourseRef | None = course_of_addressees()
    to_students: bool = to_students()
    to_families: bool = to_families()
    to_staff: bool = to_staff()
    anonymous: bool = column(READERS, "Whether nobody can be told who has answered what.")
    once_per: OncePer = column(READERS, "Who answers once.")
    results_told: bool = column(
        READERS, "Whether those who are asked are told the results, once it is closed."
    )
    closes_at: datetime | None = column(
        READERS, "When it closes by itself; null where only `closeSurvey` closes it."
    )
    closed: bool = column(READERS, "Whether somebody has closed it.")
    open: bool = computed(
        READERS,
        "Whether it may be answered.",
        lambda closed, closes_at: not is_closed(closed, closes_at, now()),
        "closed",
        "closes_at",
    )
    by: str | None = author_of(AuthorBySurvey)
    asked_at: datetime = column(READERS, "When it was made.")
    withdrawn: bool = column(READERS, "Whether it was taken back.")
    version: int = column(READERS, "Grows by one with every change.")

    @asking(
        READERS,
        "Whether the viewer has answered it, or somebody for their family.",
        bool,
        ParticipationBySurvey,
        "id",
        ("number",),
    )
    def answered(record: Any, viewer: Viewer) -> LoadArguments:
        children = viewer.schools[record.school_id].of_today[TieName.CHILD]
        asked = {"reader": viewer.account.id, "children": tuple(sorted(children))}
        return LoadArguments(asked, lambda row: row is not None)

    @resolver(
        READERS,
        "What was answered. Its author and the heads see it as it comes: of an anonymous one by "
        "five answers or more at a time, and all once it is closed. Others are told, if at all, "
        "when it is closed and five have answered. Null where there is nothing to tell.",
        SurveyResults | None,
        needs=None,
    )
    async def results(record: Any, context: Context) -> ResultsRecord | None:
        return await shown_to(context, record)

    @resolver(
        READERS,
        "A chart of how often each answer to a question was chosen, as `results` has it; null "
        "where they are not told, and of a question that is answered in words.",
        Chart | None,
        needs=None,
    )
    async def chart(
        record: Any, context: Context, question: QuestionPlace, language: Language = None
    ) -> ChartRecord | None:
        found = await shown_to(context, record)
        if found is None or not 0 <= question < len(found.questions):
            return None
        of = found.questions[question]
        if not of.options:
            return None
        bar = Bar(of.question.text, [(each.option, each.count) for each in of.options])
        in_ = await language_in(context, record.school_id, language)
        address = path_of(record, "Survey", "answers", question=question, language=language)
        return ChartRecord(record.school_id, answers_chart(record.title, bar, in_), address)

    @ANSWERED.paging(
        WATCHERS,
        "Who has answered what, in the order of answering; nobody of an anonymous one.",
        SurveyAnswerConnection | None,
        AnswersBySurvey,
        AnswersCountedBySurvey,
        reads=("id", "at", "account_name", "answers"),
    )
    def answers(record: Any, context: Context) -> dict[str, object]:
        return {}

    history: list[SurveyRevisionRef] | None = loaded(
        KEEPERS, "What was done to it, in order.", SURVEY.revisions, "id", items=Items(2)
    )


SurveyRevision = revision_of(Survey, SURVEY, "One step of a survey's history.")
