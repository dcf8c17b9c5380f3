"""Writing surveys, who has answered them, and what was answered.

Of an anonymous survey nothing here is written with a time, or with an id that has one: see
`db/tables/surveys.py`.
"""

from typing import Any

from sqlalchemy import ClauseElement, select, update

from db.reading.parts import NOW, SCHOOL, table
from db.statement import statement
from db.tables.surveys import (
    Survey,
    SurveyAnswer,
    SurveyParticipation,
    SurveyRevision,
    SurveyTally,
)
from db.writing.parts import ACCOUNT, ID, insert_each, insert_from, new
from db.writing.versioned import Versioned

SURVEYS = Versioned(Survey, SurveyRevision, inserted_at="asked_at")
SUMS = ("counts", "next", "shown")


@statement(SurveyParticipation)
def note_participation() -> ClauseElement:
    """Note who has answered; the ids of those who had not before. The constraints keep two answers
    apart that come at once."""
    given = ("id", "survey_id", "account_id", "student_id")
    noted = insert_each(SurveyParticipation, given, {}).on_conflict_do_nothing()
    return noted.returning(table(SurveyParticipation).c.id)


@statement(SurveyTally)
def begin_tally() -> ClauseElement:
    """The sums of a survey that nobody has answered yet; left as they are where somebody has."""
    values: dict[str, Any] = {name: new(SurveyTally, name) for name in SUMS}
    begun = insert_from(SurveyTally, {"id": ID, **values})
    return begun.on_conflict_do_nothing(index_elements=["school_id", "id"])


@statement(SurveyTally)
def tally_to_change() -> ClauseElement:
    """The sums of a survey, held until the transaction ends: answers are added one by one."""
    own = table(SurveyTally)
    return select(own).where(own.c.school_id == SCHOOL, own.c.id == ID).with_for_update()


@statement(SurveyTally)
def change_tally() -> ClauseElement:
    own = table(SurveyTally)
    values = {name: new(SurveyTally, name) for name in SUMS}
    return update(own).values(values).where(own.c.school_id == SCHOOL, own.c.id == ID)


@statement(SurveyAnswer)
def keep_answer() -> ClauseElement:
    """What an account has answered; of a survey that is not anonymous."""
    given = ("id", "survey_id", "answers")
    return insert_each(SurveyAnswer, given, {"account_id": ACCOUNT, "at": NOW})


@statement(Survey)
def hold_survey() -> ClauseElement:
    """Hold a survey until the transaction ends, so that none is answered that is being closed."""
    own = table(Survey)
    held = select(own.c.id).where(own.c.school_id == SCHOOL, own.c.id == ID)
    return held.with_for_update(read=True)
