"""Quizzes of courses: made of questions of the bank, changed and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.courses import Course
from db.tables.quizzes import Quiz, QuizQuestion
from db.writing.quizzes import hold_quiz, tries_of_quiz
from db.writing.versioned import Row
from domain.history import Step
from domain.quizzes import (
    LONGEST_MINUTES,
    MOST_QUESTIONS,
    MOST_TRIES,
    WRITERS,
    CountedTry,
    MarkFrom,
    bad_marks,
    bad_times,
)
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.scales import MOST_MARKS
from resolvers.courses import COURSE
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import (
    Aside,
    Checked,
    GlobalId,
    GlobalIds,
    OwnId,
    Parsed,
    Text,
    record_id,
)
from resolvers.declarations.office import known_ids
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing, withdraws
from resolvers.mutations.grade_scales import default_scale, mark_in
from resolvers.mutations.quiz_questions import question_of
from resolvers.quizzes import QUIZ, QUIZ_QUESTION
from resolvers.relations import may_know
from resolvers.schools import GRADE_SCALE

Code = UserErrorCode
LONGEST_TITLE = 200


def _minutes(given: int) -> int:
    if not 0 < given <= LONGEST_MINUTES:
        raise ValueError(f"A try lasts 1 to {LONGEST_MINUTES} minutes")
    return given


def _tries(given: int) -> int:
    if not 0 < given <= MOST_TRIES:
        raise ValueError(f"There are 1 to {MOST_TRIES} tries")
    return given


@dataclass(frozen=True, slots=True)
class QuizMarkFrom:
    """From how much on a mark is proposed."""

    mark: Annotated[str, "The mark, as the course's scale writes it."]
    percent: Annotated[Decimal, "The percentage of all points, from 0 to 100."]


@dataclass(frozen=True, slots=True)
class CreateQuiz:
    """A quiz to make."""

    course: Annotated[str, "The course it is for, by global id.", GlobalId("Course")]
    title: Annotated[str, "What it is called.", Text(LONGEST_TITLE)]
    questions: Annotated[
        Sequence[str],
        f"Its questions in order, of the bank of the course's subject, by global ids: 1 to "
        f"{MOST_QUESTIONS}. It has them as they are now, whatever becomes of the bank.",
        GlobalIds("QuizQuestion"),
    ]
    opens_at: Annotated[datetime, "From when on it may be taken."]
    closes_at: Annotated[datetime, "When it ends for everybody, whoever has begun or not."]
    description: Annotated[str | None, "What is said before it begins.", Text(LONGEST_TEXT)] = None
    minutes: Annotated[
        int | None,
        "How long a try lasts; as long as the quiz is open, if left out.",
        Checked(_minutes),
    ] = None
    most_tries: Annotated[int, "How many tries each student has.", Checked(_tries)] = 1
    counted: Annotated[CountedTry, "Which of several tries counts."] = CountedTry.BEST
    points_at_once: Annotated[
        bool, "Whether a student is told their points when they hand in, not when the quiz is over."
    ] = False
    answers_shown: Annotated[
        bool, "Whether students are told what was right, when the quiz is over for everybody."
    ] = True
    marks: Annotated[
        list[QuizMarkFrom] | None,
        "The rule by which marks are proposed; without one the teacher decides.",
        Aside(),
    ] = None
    id: Annotated[
        str | None, "A UUID version 7 of the client's, so that making it is safe to retry.", OwnId()
    ] = None

    def error(self) -> UserError | None:
        return bad_times(self.opens_at, self.closes_at) or bad_marks(_rule(self.marks))


def _rule(marks: Sequence[QuizMarkFrom] | None) -> list[MarkFrom]:
    return [MarkFrom(each.mark, each.percent) for each in marks or ()]


async def _as_written(
    transaction: Transaction, drafts: Sequence[tuple[Parsed[CreateQuiz], Quiz]]
) -> Sequence[Row]:
    """The content of the record, where the draft names the same questions and percentages."""
    found: list[Row] = []
    for draft, quiz in drafts:
        ids = [str(record_id(each, "QuizQuestion")[1]) for each in draft.given.questions]
        marks = [each.to_data()["percent"] for each in _rule(draft.given.marks)]
        same = ids == [each["of"] for each in quiz.content["questions"]]
        same = same and marks == [each["percent"] for each in quiz.content["marks"]]
        found.append({"content": quiz.content if same else {}})
    return found


OF_INPUT = (
    "title", "description", "opens_at", "closes_at", "minutes", "most_tries", "counted",
    "points_at_once", "answers_shown",
)  # fmt: skip


@creates(
    QUIZ,
    "Make a quiz for all who learn in a course.",
    Code.OUTSIDE_SCALE,
    Code.WITHDRAWN,
    at=COURSE,
    field="course",
    step=Step.CREATED,
    by=WRITERS,
    refusal="You may not make quizzes in this course.",
    as_written=_as_written,
)
async def create_quiz(transaction: Transaction, given: Parsed[CreateQuiz], course: Course) -> Row:
    asked = given.given
    questions = await _questions(transaction, course, asked.questions)
    marks = await _marks(transaction, course, asked.marks or ())
    return {
        "id": given.id,
        **{name: getattr(asked, name) for name in OF_INPUT},
        "course_id": course.id,
        "teacher_id": transaction.teacher_id,
        "content": {"questions": questions, "marks": marks},
    }


async def _questions(
    transaction: Transaction, course: Course, named: Sequence[str]
) -> list[dict[str, Any]]:
    """The named questions as they stand in the bank of the course's subject."""
    if not 0 < len(named) <= MOST_QUESTIONS:
        message = f"A quiz has 1 to {MOST_QUESTIONS} questions."
        raise refused(Code.BAD_INPUT, message, "questions")
    ids = await known_ids(transaction, "QuizQuestion", named, "questions")
    if len(set(ids)) < len(ids):
        raise refused(Code.BAD_INPUT, "A question is named twice.", "questions")
    school = transaction.school_id
    rows = await transaction.reader.fetch(QUIZ_QUESTION.whole, school=school, ids=ids)
    bank: dict[Any, QuizQuestion] = {row.id: row for row in rows}
    wrong: list[UserError] = []
    for place, id_ in enumerate(ids):
        wrong += _unusable(transaction, course, bank.get(id_), "questions", str(place))
    if wrong:
        raise Refused(*wrong)
    return [{"of": str(id_), **question_of(bank[id_]).to_data()} for id_ in ids]


def _unusable(
    transaction: Transaction, course: Course, found: QuizQuestion | None, *path: str
) -> Sequence[UserError]:
    known = found is not None and may_know(transaction.viewer, QUIZ_QUESTION.name, found)
    if found is None or not known or found.subject_id != course.subject_id:
        return not_found("quiz question", *path).errors
    error = standing(QUIZ_QUESTION)(found)
    return () if error is None else (error.at(*path),)


async def _marks(
    transaction: Transaction, course: Course, marks: Sequence[QuizMarkFrom]
) -> list[dict[str, str]]:
    """The rule, with marks as the course's scale writes them."""
    if not marks:
        return []
    if len(marks) > MOST_MARKS:
        raise refused(Code.BAD_INPUT, f"There are at most {MOST_MARKS} marks.", "marks")
    definition = await _scale(transaction, course)
    return [
        MarkFrom(
            mark_in(definition, each.mark, "marks", str(place), "mark").token, each.percent
        ).to_data()
        for place, each in enumerate(marks)
    ]


async def _scale(transaction: Transaction, course: Course) -> Any:
    """The definition of the scale of the course's marks, as JSON has it."""
    reader, school = transaction.reader, transaction.school_id
    if course.grade_scale_id is None:
        return (await default_scale(reader, school))[1]
    (scale,) = await reader.fetch(GRADE_SCALE.read, school=school, ids=[course.grade_scale_id])
    return scale.definition


@dataclass(frozen=True, slots=True)
class ChangeQuiz(Edit):
    """What changes of a quiz."""

    title: Annotated[
        str | UnsetType, "What it is called; as it is, if left out.", Text(LONGEST_TITLE)
    ] = UNSET
    description: Annotated[
        str | UnsetType | None,
        "What is said before it begins; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    opens_at: Annotated[
        datetime | UnsetType, "From when on it may be taken; as it is, if left out."
    ] = UNSET
    closes_at: Annotated[
        datetime | UnsetType,
        "When it ends for everybody; as it is, if left out. A try that has begun keeps its end.",
    ] = UNSET
    minutes: Annotated[
        int | UnsetType | None,
        "How long a try lasts, of those that begin from now on; as it is, if left out; null takes "
        "the limit away.",
        Checked(_minutes),
    ] = UNSET
    most_tries: Annotated[
        int | UnsetType, "How many tries each student has; as it is, if left out.", Checked(_tries)
    ] = UNSET
    counted: Annotated[
        CountedTry | UnsetType, "Which of several tries counts; as it is, if left out."
    ] = UNSET
    points_at_once: Annotated[
        bool | UnsetType, "Whether points are told on handing in; as it is, if left out."
    ] = UNSET
    answers_shown: Annotated[
        bool | UnsetType, "Whether students are told what was right; as it is, if left out."
    ] = UNSET
    questions: Annotated[
        Sequence[str] | UnsetType,
        "Its questions anew, by global ids; as they are, if left out. Once somebody has begun, "
        "they stay: IN_USE.",
        GlobalIds("QuizQuestion"),
    ] = UNSET


@edits(
    QUIZ,
    "Change a quiz; what it was stays in its history.",
    Code.WITHDRAWN,
    Code.IN_USE,
    step=Step.CHANGED,
    by=WRITERS,
    requires=[standing(QUIZ)],
)
async def change_quiz(transaction: Transaction, given: Parsed[ChangeQuiz], quiz: Quiz) -> Row:
    new = given.columns(changes=True)
    opens_at = new.get("opens_at", quiz.opens_at)
    transaction.insist(bad_times(opens_at, new.get("closes_at", quiz.closes_at)))
    if not isinstance(given.given.questions, UnsetType):
        reader, school = transaction.reader, transaction.school_id
        await reader.run(hold_quiz, school=school, ref=quiz.id)
        if await reader.fetch(tries_of_quiz, school=school, ref=quiz.id):
            message = "Somebody has begun this quiz: its questions stay."
            raise refused(Code.IN_USE, message, "questions")
        course = await transaction.known(COURSE, quiz.course_id, "id")
        questions = await _questions(transaction, course, given.given.questions)
        new["content"] = {**quiz.content, "questions": questions}
    return new


withdraw_quiz = withdraws(
    QUIZ, "Take a quiz back; it stays in the history, and so do the tries of students.", by=WRITERS
)
