"""Writing quizzes, the bank of their questions, and the tries of students."""

from sqlalchemy import ClauseElement, Uuid, bindparam, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.quizzes import (
    Quiz,
    QuizQuestion,
    QuizQuestionRevision,
    QuizRevision,
    QuizTry,
    QuizTryRevision,
)
from db.writing.changing import Changing
from db.writing.parts import ID
from db.writing.versioned import Versioned

QUESTIONS = Versioned(
    QuizQuestion, QuizQuestionRevision, inserted_at="added_at",
    derived=("definition", "word_key"),
)  # fmt: skip
QUIZZES = Versioned(Quiz, QuizRevision, inserted_at="added_at", derived=("content",))
TRIES = Versioned(
    QuizTry, QuizTryRevision, inserted_at="begun_at",
    derived=("answers", "points", "grade_id"),
)  # fmt: skip
MANY_TRIES = Changing(TRIES)


@statement(Quiz)
def hold_quiz() -> ClauseElement:
    """Hold a quiz until the transaction ends, so that tries are counted one after the other, and it
    is not changed while one begins."""
    own = table(Quiz)
    return select(own.c.id).where(own.c.school_id == SCHOOL, own.c.id == ID).with_for_update()


@statement(QuizTry)
def tries_of_quiz() -> ClauseElement:
    """The tries of a quiz, or those of one student, in their order."""
    own, student = table(QuizTry), bindparam("student", None, type_=Uuid())
    of_student = student.is_(None) | (own.c.student_id == student)
    found = select(*columns(QuizTry)).where(own.c.school_id == SCHOOL, own.c.quiz_id == ID)
    return found.where(of_student).order_by(own.c.student_id, own.c.number)
