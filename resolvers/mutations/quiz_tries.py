"""Tries of quizzes: begun, answered and handed in by students, and graded by teachers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from db.reading.students import students_of_courses
from db.store import Reader
from db.tables.grades import Grade
from db.tables.quizzes import Quiz, QuizTry
from db.writing.quizzes import MANY_TRIES, hold_quiz, tries_of_quiz
from db.writing.versioned import Row
from domain.clock import now
from domain.history import Step
from domain.moderation import Activity
from domain.policy import WRITERS, takes_place
from domain.quizzes import (
    LONGEST_ANSWER,
    TAKERS,
    Answer,
    ends_at,
    is_over,
    open_quiz,
    questions_of,
    under_way,
    worth_of,
)
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.ties import TieName
from resolvers.declarations.creation import creates, inserts
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import (
    Aside,
    Called,
    GlobalId,
    OwnId,
    Parsed,
    Reference,
)
from resolvers.declarations.parsing import not_found, text_or_none
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing
from resolvers.grades import GRADE
from resolvers.moderation import may_take_part
from resolvers.mutations.grade_preconditions import GradeToGive, rows_of
from resolvers.mutations.grades import GIVING, as_written
from resolvers.quizzes import QUIZ, QUIZ_TRY
from resolvers.relations import may_know

Code = UserErrorCode


def open_now(quiz: Quiz) -> UserError | None:
    return open_quiz(quiz, now())


def under_way_now(taken: QuizTry) -> UserError | None:
    return under_way(taken, now())


@dataclass(frozen=True, slots=True)
class BeginQuiz:
    """A quiz to begin."""

    quiz: Annotated[str, "The quiz, by global id.", GlobalId("Quiz")]
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that beginning is safe to retry.",
        OwnId(),
    ] = None


@creates(
    QUIZ_TRY,
    "Begin a try of a quiz, as a student of its course: from then on its time runs, and its "
    "questions are shown.",
    Code.WITHDRAWN,
    Code.NOT_OPEN,
    Code.TIME_OVER,
    Code.TOO_MANY,
    Code.WRONG_STATE,
    Code.WRITING_RESTRICTED,
    at=QUIZ,
    field="quiz",
    step=Step.BEGUN,
    by=TAKERS,
    refusal="Only who learns in the course takes its quizzes.",
    requires=[standing(QUIZ), open_now],
)
async def begin_quiz(transaction: Transaction, given: Parsed[BeginQuiz], quiz: Quiz) -> Row:
    reader, school = transaction.reader, transaction.school_id
    student = await _learner(transaction, quiz)
    await may_take_part(transaction, Activity.QUIZZES)
    await reader.run(hold_quiz, school=school, ref=quiz.id)
    quiz = await transaction.known(QUIZ, quiz.id, "quiz")
    transaction.insist(standing(QUIZ)(quiz) or open_now(quiz), "quiz")
    tries = await reader.fetch(tries_of_quiz, school=school, ref=quiz.id, student=student)
    if tries and under_way_now(tries[-1]) is None:
        message = "A try of this quiz is under way: go on with it."
        raise refused(Code.WRONG_STATE, message, "quiz", current=tries[-1])
    if len(tries) >= quiz.most_tries:
        raise refused(Code.TOO_MANY, f"There are {quiz.most_tries} tries.", "quiz")
    return {
        "id": given.id,
        "quiz_id": quiz.id,
        "student_id": student,
        "course_id": quiz.course_id,
        "number": len(tries) + 1,
        "ends_at": ends_at(quiz, now()),
        "handed_in_at": None,
        "answers": {},
        "points": 0,
        "grade_id": None,
    }


async def _learner(transaction: Transaction, quiz: Quiz) -> UUID:
    """Which student the viewer is in the quiz's course: an account may be several."""
    own = transaction.rights.of_today[TieName.STUDENT]
    if len(own) > 1:
        learners = await transaction.reader.fetch(
            students_of_courses,
            school=transaction.school_id,
            ids=[quiz.course_id],
            day=transaction.today,
        )
        own &= {student.id for student in learners}
    return min(own)


@dataclass(frozen=True, slots=True)
class QuizAnswer:
    """The answer to one question, in place of what was answered before."""

    question: Annotated[int, "The place of the question, from 0."]
    choices: Annotated[
        Sequence[int] | None, "The places of the choices that are chosen, from 0; none to take all "
        "back.",
    ] = None  # fmt: skip
    text: Annotated[str | None, "The words or the number; null to take it back."] = None


@dataclass(frozen=True, slots=True)
class AnswerQuiz:
    """Answers to questions of a try."""

    quiz_try: Annotated[str, "The try, by global id.", Reference(), Called("try")]
    answers: Annotated[list[QuizAnswer], "What is answered; the other questions stay as they are."]


@dataclass(frozen=True, slots=True)
class HandInQuiz:
    """A try to hand in."""

    quiz_try: Annotated[str, "The try, by global id.", Reference(), Called("try")]
    answers: Annotated[
        list[QuizAnswer] | None, "The last answers; the other questions stay as they are."
    ] = None


@edits(
    QUIZ_TRY,
    "Answer questions of a try that is under way, as often as need be. What stands when its time "
    "is over counts as handed in.",
    Code.TIME_OVER,
    Code.WRONG_STATE,
    step=Step.ANSWERED,
    by=TAKERS,
    requires=[under_way_now],
)
async def answer_quiz(
    transaction: Transaction, given: Parsed[AnswerQuiz], quiz_try: QuizTry
) -> Row:
    return _answered(quiz_try, given.given.answers)


@edits(
    QUIZ_TRY,
    "Hand in a try, which ends it.",
    Code.TIME_OVER,
    Code.WRONG_STATE,
    step=Step.HANDED_IN,
    by=TAKERS,
    requires=[under_way_now],
)
async def hand_in_quiz(
    transaction: Transaction, given: Parsed[HandInQuiz], quiz_try: QuizTry
) -> Row:
    return {**_answered(quiz_try, given.given.answers or ()), "handed_in_at": now()}


def _answered(quiz_try: Any, answers: Sequence[QuizAnswer]) -> dict[str, Any]:  # with its content
    """The columns of the try with these answers too, and what they are worth together."""
    questions = questions_of(quiz_try.content["questions"])
    found: dict[str, Any] = dict(quiz_try.answers)
    wrong: list[UserError] = []
    for place, given in enumerate(answers):
        path = ("answers", str(place))
        if not 0 <= given.question < len(questions):
            message = "This is no place of a question of the quiz."
            wrong.append(UserError(Code.BAD_INPUT, message, (*path, "question")))
            continue
        text = text_or_none(given.text, LONGEST_ANSWER, *path, "text")
        answer = Answer(tuple(sorted(given.choices or ())), text)
        if (reason := questions[given.question].misfit(answer)) is not None:
            wrong.append(UserError(Code.BAD_INPUT, reason, path))
        found[str(given.question)] = answer.to_data()
    if wrong:
        raise Refused(*wrong)
    return {"answers": found, "points": worth_of(questions, found)}


@dataclass(frozen=True, slots=True)
class QuizGradeToGive(GradeToGive):
    """A grade for a try of a quiz."""

    quiz_try: Annotated[
        str | None, "The try it is for, by global id.", GlobalId("QuizTry"), Called("try"), Aside()
    ] = None


@dataclass(frozen=True, slots=True)
class GradeQuiz:
    """Grades for tries of a quiz, as its teacher confirms them: all of them or none."""

    grades: Annotated[list[QuizGradeToGive], "1 to 200 grades."]


async def _rows(transaction: Transaction, drafts: Sequence[Parsed[Any]]) -> Sequence[Row]:
    """The grades as `giveGrades` makes them; each try names its own from then on."""
    rows = await rows_of(transaction, drafts)
    tries = await _tries(transaction.reader, transaction.school_id, drafts)
    grades = await _grades(transaction.reader, transaction.school_id, tries.values())
    wrong: list[UserError] = []
    changed: list[tuple[QuizTry, Row]] = []
    for draft, row in zip(drafts, rows, strict=True):
        found = tries.get(draft.id_of("quiz_try"))
        error = _ungradable(transaction, draft, row, found, grades)
        if error is not None:
            wrong.append(error)
        elif found is not None:
            changed.append((found, {"grade_id": row["id"]}))
    if len({found.id for found, _ in changed}) < len(changed):
        wrong.append(UserError(Code.BAD_INPUT, "A try is named twice.", ("grades",)))
    if wrong:
        raise Refused(*wrong)
    account, school = transaction.account_id, transaction.school_id
    done = await MANY_TRIES.change(
        transaction.reader, account, school, Step.GRADED, None, changed, len(rows)
    )
    if len(done) < len(changed):
        message = "Another was faster to grade one of these tries."
        raise refused(Code.CONFLICT, message, "grades")
    return rows


async def _tries(
    reader: Reader, school: int, drafts: Sequence[Parsed[QuizGradeToGive]]
) -> dict[Any, QuizTry]:
    ids = [id_ for draft in drafts if (id_ := draft.id_of("quiz_try")) is not None]
    return {row.id: row for row in await reader.fetch(QUIZ_TRY.whole, school=school, ids=ids)}


async def _grades(reader: Reader, school: int, tries: Any) -> Mapping[Any, Grade]:
    """The grades that the tries name, by id."""
    ids = [each.grade_id for each in tries if each.grade_id is not None]
    rows = await reader.fetch(GRADE.whole, school=school, ids=ids)
    return {row.id: row for row in rows}


def _ungradable(
    transaction: Transaction,
    draft: Parsed[QuizGradeToGive],
    row: Mapping[str, Any],
    found: QuizTry | None,
    grades: Mapping[Any, Grade],
) -> UserError | None:
    """Why the grade can't be given for the try, if it can't be."""
    path = draft.at("try")
    if found is None or not may_know(transaction.viewer, QUIZ_TRY.name, found):
        return not_found("quiz try", *path).errors[0]
    if (found.student_id, found.course_id) != (row["student_id"], row["course_id"]):
        message = "This try is of another student or course."
        return UserError(Code.BAD_INPUT, message, path)
    if not is_over(found.ends_at, found.handed_in_at, now()):
        return UserError(Code.WRONG_STATE, "This try is still under way.", path)
    given = None if found.grade_id is None else grades.get(found.grade_id)
    if given is not None and given.state != "WITHDRAWN":
        return UserError(Code.WRONG_STATE, "A grade was given for this try.", path)
    return None


grade_quiz = inserts(
    GRADE,
    GradeQuiz,
    _rows,
    "Give grades for tries of a quiz that are over, as its teacher confirms or decides otherwise "
    "than the quiz proposes; they are grades as `giveGrades` gives them.",
    *GIVING,
    Code.WRONG_STATE,
    Code.CONFLICT,
    field="lesson",
    step=Step.GIVEN,
    by=WRITERS,
    at="Lesson",
    requires=[takes_place],
    items="grades",
    as_written=as_written,
)
