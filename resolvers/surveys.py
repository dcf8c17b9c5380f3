"""Surveys: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import surveys
from db.reading.writings import by_id_with_author
from db.tables.surveys import WITHDRAWAL, Survey
from db.writing.surveys import SURVEYS
from domain.history import Step
from domain.notice_kinds import NoticeKind, Readers, Said
from resolvers.addressees import KEEPERS, READERS, addressees
from resolvers.declarations.noticing import noticed, to_addressed
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader

SURVEY = Noun(
    Survey,
    code="Sy",
    visible_to=READERS,
    ties=addressees("day"),
    withdrawal=WITHDRAWAL,
    written=SURVEYS,
    history=History("Sz", KEEPERS),
    event=Event(
        "A survey that was made, changed, closed, opened or withdrawn, or has new results.",
        "Surveys that are made, changed, closed, opened or withdrawn, or have new results",
        "Surveys of the school, class groups and courses: `survey.added` etc.",
    ),
)
AuthorBySurvey = Loader("AuthorBySurvey", by_id_with_author(Survey), "id")
TallyBySurvey = Loader("TallyBySurvey", surveys.tallies_of_surveys, "id")
ParticipationBySurvey = Loader(
    "ParticipationBySurvey", surveys.participations_of_viewer, "survey_id"
)
AnswersBySurvey = Loader("AnswersBySurvey", surveys.answers_of_surveys, "survey_id", many=True)
AnswersCountedBySurvey = Loader(
    "AnswersCountedBySurvey", surveys.answers_counted_of_surveys, "survey_id"
)
noticed(
    SURVEY,
    NoticeKind.SURVEY,
    {Step.ADDED: Said("A new survey", "Новый опрос")},
    to_addressed,
    whom=Readers.ADDRESSED,
    when=lambda each, _: not each.withdrawn and not each.closed,
    day="day",
)
noticed(
    SURVEY,
    NoticeKind.SURVEY,
    {Step.CLOSED: Said("The results of a survey", "Результаты опроса")},
    to_addressed,
    whom=Readers.ADDRESSED,
    when=lambda each, _: not each.withdrawn and each.closed and each.results_told,
    day="day",
)
