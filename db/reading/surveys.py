"""Surveys that a viewer may know of, a page at a time; whether they have answered, and answers."""

from typing import Any

from sqlalchemy import ARRAY, ClauseElement, Select, Uuid, any_, bindparam, func, or_, select

from db.reading.addressees import told_to
from db.reading.listing import counted_by, id_of, paged
from db.reading.parts import SCHOOL, among, columns, table
from db.reading.records import with_account
from db.statement import statement
from db.tables.surveys import (
    WITHDRAWAL,
    Survey,
    SurveyAnswer,
    SurveyParticipation,
    SurveyTally,
)

IN_ORDER = ("asked_at", "id")


def _surveys() -> Select[Any]:
    own = table(Survey)
    return select(*columns(Survey)).where(
        own.c.school_id == SCHOOL, ~WITHDRAWAL.when(own), told_to(own)
    )


@statement(Survey)
def surveys_of_school() -> ClauseElement:
    return paged(_surveys(), IN_ORDER)


@statement(Survey)
def surveys_counted() -> ClauseElement:
    return counted_by(_surveys())


@statement(SurveyTally)
def tallies_of_surveys() -> ClauseElement:
    own = table(SurveyTally)
    return select(*columns(SurveyTally)).where(own.c.school_id == SCHOOL, among(own.c.id))


@statement(SurveyParticipation)
def participations_of_viewer() -> ClauseElement:
    """Of the surveys those that the `reader` has answered, or a guardian of the `children`."""
    own = table(SurveyParticipation)
    children = any_(bindparam("children", (), type_=ARRAY(Uuid())))
    theirs = or_(own.c.account_id == id_of("reader"), own.c.student_id == children)
    keys = (own.c.school_id, own.c.survey_id)
    found = select(*keys, func.count().label("number"))
    return found.where(own.c.school_id == SCHOOL, among(own.c.survey_id), theirs).group_by(*keys)


def _answers() -> Select[Any]:
    return with_account(SurveyAnswer).where(among(table(SurveyAnswer).c.survey_id))


@statement(SurveyAnswer)
def answers_of_surveys() -> ClauseElement:
    """What was answered by name, in the order of answering."""
    return paged(_answers(), ("at", "id"), "survey_id")


@statement(SurveyAnswer)
def answers_counted_of_surveys() -> ClauseElement:
    return counted_by(_answers(), "survey_id")
