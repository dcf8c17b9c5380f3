"""What people write to one another, with the names of their authors."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ClauseElement, Select, String, false, func, literal, select, union_all
from sqlmodel import SQLModel

from db.reading.listing import counted_by, paged
from db.reading.parts import SCHOOL, among, table
from db.reading.records import named, with_account
from db.statement import Statement
from db.tables.accounts import Membership
from db.tables.history import Withdrawal
from db.tables.surveys import Survey, SurveyParticipation
from domain.moderation import Activity

T = TypeVar("T", bound=SQLModel)
IN_ORDER = ("written_at", "id")


def with_author(model: type[SQLModel], withdrawal: Withdrawal | None = None) -> Select[Any]:
    """Records of the school with `author_name`, without what is hidden of those withdrawn."""
    return with_account(model, "author_id", withdrawal)


def by_id_with_author(model: type[T], withdrawal: Withdrawal | None = None) -> Statement[T]:
    """A statement of records by `ids`, with the names of their authors."""

    def build() -> ClauseElement:
        return with_author(model, withdrawal).where(among(table(model).c.id))

    return named(f"{table(model).name}s_by_id_with_author", model, build)


def texts_of(model: type[SQLModel], texts: Sequence[str]) -> Statement[Any]:
    """A statement of what is written in records, by `ids`, as `written`."""
    own = table(model)

    def build() -> ClauseElement:
        whole = func.concat_ws("\n", *(own.c[name] for name in texts)).label("written")
        return select(own.c.school_id, own.c.id, whole).where(
            own.c.school_id == SCHOOL, among(own.c.id)
        )

    return named(f"texts_of_{own.name}s", model, build)


Written = tuple[type[SQLModel], str, Sequence[str], str, str]
"""A table, what people do there, the columns of its texts, of its author and of its instant."""


def of_students(
    made_of: type[SQLModel], written: Sequence[Written]
) -> tuple[Statement[Any], Statement[Any]]:
    """Statements of what students have written by their accounts, and which surveys they have
    answered, in order, a page at a time; and of how much that is. Nothing of what was withdrawn."""

    def rows() -> Select[Any]:
        held = table(Membership)
        each = []
        for model, activity, texts, author, instant in written:
            own = table(model)
            stands = (~own.c.withdrawn,) if "withdrawn" in own.c else ()
            each.append(
                select(
                    own.c.school_id,
                    own.c.id,
                    held.c.student_id,
                    literal(model.__name__, String).label("noun"),
                    literal(activity, String).label("activity"),
                    func.concat_ws("\n", *(own.c[name] for name in texts)).label("written"),
                    own.c.hidden,
                    own.c[instant].label("written_at"),
                )
                .join(
                    held,
                    (held.c.school_id == own.c.school_id) & (held.c.account_id == own.c[author]),
                )
                .where(own.c.school_id == SCHOOL, among(held.c.student_id), *stands)
                .distinct()
            )
        found = union_all(*each, _surveys_answered()).subquery("writings")
        return select(*found.c)

    return (
        named("writings_of_students", made_of, lambda: paged(rows(), IN_ORDER, "student_id")),
        named("writings_counted_of_students", made_of, lambda: counted_by(rows(), "student_id")),
    )


def _surveys_answered() -> Select[Any]:
    """By the titles of surveys, at the time when each was made: nobody knows when an anonymous one
    was answered, nor what was answered."""
    part, survey, held = table(SurveyParticipation), table(Survey), table(Membership)
    return (
        select(
            survey.c.school_id,
            survey.c.id,
            held.c.student_id,
            literal(Survey.__name__, String).label("noun"),
            literal(str(Activity.SURVEYS), String).label("activity"),
            survey.c.title.label("written"),
            false().label("hidden"),
            survey.c.asked_at.label("written_at"),
        )
        .join(part, (part.c.school_id == survey.c.school_id) & (part.c.survey_id == survey.c.id))
        .join(
            held,
            (held.c.school_id == part.c.school_id) & (held.c.account_id == part.c.account_id),
        )
        .where(survey.c.school_id == SCHOOL, among(held.c.student_id), ~survey.c.withdrawn)
        .distinct()
    )
