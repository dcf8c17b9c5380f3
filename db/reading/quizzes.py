"""Quizzes of courses and questions of subjects, a page at a time; and tries with what their quiz
says of them."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Select,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from db.reading.listing import counted_by, flag, has_words, paged
from db.reading.parts import NOW, SCHOOL, among, columns, table
from db.statement import statement
from db.tables.quizzes import (
    QUESTION_WITHDRAWAL,
    QUIZ_WITHDRAWAL,
    Quiz,
    QuizQuestion,
    QuizTry,
)
from domain.quizzes import CountedTry

IN_BANK, IN_COURSE = ("added_at", "id"), ("opens_at", "id")


def _questions() -> Select[Any]:
    """Those that stand, with all the `words` that are asked for."""
    own = table(QuizQuestion)
    return select(*columns(QuizQuestion)).where(
        own.c.school_id == SCHOOL,
        among(own.c.subject_id),
        ~QUESTION_WITHDRAWAL.when(own),
        has_words(own.c.word_key),
    )


@statement(QuizQuestion)
def questions_of_subjects() -> ClauseElement:
    return paged(_questions(), IN_BANK, "subject_id")


@statement(QuizQuestion)
def questions_counted_of_subjects() -> ClauseElement:
    return counted_by(_questions(), "subject_id")


def _quizzes() -> Select[Any]:
    own = table(Quiz)
    stands = ~QUIZ_WITHDRAWAL.when(own)
    return select(*columns(Quiz)).where(own.c.school_id == SCHOOL, among(own.c.course_id), stands)


@statement(Quiz)
def quizzes_of_courses() -> ClauseElement:
    return paged(_quizzes(), IN_COURSE, "course_id")


@statement(Quiz)
def quizzes_counted_of_courses() -> ClauseElement:
    return counted_by(_quizzes(), "course_id")


def _over_at(quiz: Any) -> ColumnElement[Any]:
    """When nobody answers the quiz any more: a try that was begun keeps its end, though the quiz
    was made to close before."""
    other: Any = table(QuizTry).alias("other")
    last = select(func.max(other.c.ends_at)).where(
        other.c.school_id == SCHOOL, other.c.quiz_id == quiz.c.id, other.c.handed_in_at.is_(None)
    )
    found: ColumnElement[Any] = func.greatest(quiz.c.closes_at, last.scalar_subquery())
    return found


def _tries() -> Select[Any]:
    """Tries, with what their quiz says of when they are shown, and of what they are worth."""
    own, quiz = table(QuizTry), table(Quiz)
    return (
        select(
            *columns(QuizTry),
            quiz.c.content,
            _over_at(quiz).label("closes_at"),
            quiz.c.points_at_once,
            quiz.c.answers_shown,
        )
        .join(quiz, (quiz.c.school_id == own.c.school_id) & (quiz.c.id == own.c.quiz_id))
        .where(own.c.school_id == SCHOOL)
    )


@statement(QuizTry)
def quiz_tries_by_id() -> ClauseElement:
    return _tries().where(among(table(QuizTry).c.id))


@statement(QuizTry)
def tries_of_quizzes() -> ClauseElement:
    own = table(QuizTry)
    return _tries().where(among(own.c.quiz_id)).order_by(own.c.student_id, own.c.number)


@statement(QuizTry)
def counted_tries_of_quizzes() -> ClauseElement:
    """Of each student the try that counts among those that are over. Which try is the best tells
    something of its points, so it is answered only where all are `told`, the course is one of the
    `taught`, or students are told the points."""
    own, quiz = table(QuizTry), table(Quiz)
    over = own.c.handed_in_at.is_not(None) | (own.c.ends_at <= NOW)
    best = case((quiz.c.counted == CountedTry.BEST.value, own.c.points))
    order = (best.desc().nulls_last(), own.c.number.desc())
    taught = any_(bindparam("taught", (), type_=ARRAY(Uuid())))
    told = or_(
        flag("told"), own.c.course_id == taught, quiz.c.points_at_once, _over_at(quiz) <= NOW
    )
    found = _tries().where(among(own.c.quiz_id), over, told)
    of_each = (own.c.quiz_id, own.c.student_id)
    return found.ext(distinct_on(*of_each)).order_by(*of_each, *order)
