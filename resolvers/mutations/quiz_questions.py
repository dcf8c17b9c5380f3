"""Questions of a subject's bank: added, changed and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.quizzes import QuizQuestion
from db.tables.schools import Subject
from db.writing.versioned import Row
from domain.history import Step
from domain.names import text_key
from domain.quizzes import BANKERS, LONGEST_ANSWER, Question, QuizQuestionKind
from domain.refusals import UserErrorCode
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Aside, GlobalId, OwnId, Parsed, Text
from resolvers.declarations.parsing import LONGEST_TEXT, text_of
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing, withdraws
from resolvers.mutations.materials import in_use
from resolvers.quizzes import QUIZ_QUESTION
from resolvers.schools import SUBJECT

Code = UserErrorCode
CHOICES = "The choices, of a question that is answered by them"
RIGHT = "The places of the right choices, from 0"
ACCEPTED = "The texts or numbers that are right, of a question that is answered by one"


@dataclass(frozen=True, slots=True)
class AddQuizQuestion:
    """A question to add to the bank of a subject."""

    subject: Annotated[str, "The subject, by global id.", GlobalId("Subject")]
    kind: Annotated[QuizQuestionKind, "How it is answered."]
    text: Annotated[str, "What is asked.", Text(LONGEST_TEXT)]
    points: Annotated[Decimal, "What a right answer is worth: at most 100 points."] = Decimal(1)
    choices: Annotated[Sequence[str] | None, f"{CHOICES}.", Aside()] = None
    right: Annotated[Sequence[int] | None, f"{RIGHT}.", Aside()] = None
    accepted: Annotated[Sequence[str] | None, f"{ACCEPTED}.", Aside()] = None
    id: Annotated[
        str | None, "A UUID version 7 of the client's, so that adding it is safe to retry.", OwnId()
    ] = None


@creates(
    QUIZ_QUESTION,
    "Add a question to the bank of a subject, for quizzes of all its courses; by its teachers, and "
    "by heads.",
    at=SUBJECT,
    field="subject",
    step=Step.ADDED,
    by=BANKERS,
    refusal="You may not add questions to this subject.",
    requires=[in_use],
)
async def add_quiz_question(
    transaction: Transaction, given: Parsed[AddQuizQuestion], subject: Subject
) -> Row:
    asked = given.given
    question = Question(
        QuizQuestionKind(asked.kind), asked.text, _texts(asked.choices or (), "choices"),
        tuple(asked.right or ()), _texts(asked.accepted or (), "accepted"), asked.points,
    )  # fmt: skip
    transaction.insist(question.problem())
    return {
        "id": given.id,
        "subject_id": subject.id,
        "teacher_id": transaction.teacher_id,
        **_columns(question),
    }


def _texts(given: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(
        text_of(each, LONGEST_ANSWER, name, str(place)) for place, each in enumerate(given)
    )


def _columns(question: Question) -> dict[str, Any]:
    data = question.to_data()
    return {
        "kind": data["kind"],
        "text": question.text,
        "points": question.points,
        "definition": {name: data[name] for name in ("choices", "right", "accepted")},
        "word_key": text_key(question.text, *question.choices),
    }


def question_of(row: QuizQuestion) -> Question:
    """The question that a record of the bank holds."""
    kept = {"kind": row.kind, "text": row.text, "points": str(row.points)}
    return Question.from_data({**row.definition, **kept})


@dataclass(frozen=True, slots=True)
class ChangeQuizQuestion(Edit):
    """What changes of a question."""

    kind: Annotated[QuizQuestionKind | UnsetType, "How it is answered; as it is, if left out."] = (
        UNSET
    )
    text: Annotated[
        str | UnsetType, "What is asked; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET
    points: Annotated[
        Decimal | UnsetType, "What a right answer is worth; as it is, if left out."
    ] = UNSET
    choices: Annotated[Sequence[str] | UnsetType, f"{CHOICES}; as they are, if left out."] = UNSET
    right: Annotated[Sequence[int] | UnsetType, f"{RIGHT}; as they are, if left out."] = UNSET
    accepted: Annotated[Sequence[str] | UnsetType, f"{ACCEPTED}; as they are, if left out."] = UNSET


@edits(
    QUIZ_QUESTION,
    "Change a question of the bank. Quizzes that it stands in already keep it as it was.",
    Code.WITHDRAWN,
    step=Step.CHANGED,
    by=BANKERS,
    requires=[standing(QUIZ_QUESTION)],
)
async def change_quiz_question(
    transaction: Transaction, given: Parsed[ChangeQuizQuestion], question: QuizQuestion
) -> Row:
    was, new = question_of(question), given.columns(changes=True)
    changed = Question(
        QuizQuestionKind(new.get("kind", was.kind)),
        new.get("text", was.text),
        _texts(new.get("choices", was.choices), "choices"),
        tuple(new.get("right", was.right)),
        _texts(new.get("accepted", was.accepted), "accepted"),
        new.get("points", was.points),
    )
    transaction.insist(changed.problem())
    return _columns(changed)


withdraw_quiz_question = withdraws(
    QUIZ_QUESTION, "Take a question out of the bank; quizzes that it stands in keep it.", by=BANKERS
)
