"""Quizzes: their questions, how an answer is graded by rule, and when what is shown to whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Protocol, Self

from domain.audience import HEADS, Audience
from domain.choices import are_places, wrong_choice
from domain.enums import DescribedEnum
from domain.grading import rounded
from domain.policy import WRITERS as WRITERS
from domain.refusals import UserError, UserErrorCode
from domain.scales import canonical

TAKERS = Audience.SELF
BANKERS = Audience.COURSE_TEACHER | HEADS
"""Who keeps the bank of a subject's questions: whoever teaches it, and the heads."""
MOST_CHOICES = 20
MOST_ACCEPTED = 20
MOST_QUESTIONS = 100
MOST_TRIES = 20
LONGEST_MINUTES = 24 * 60
LONGEST_ANSWER = 500
MOST_POINTS = Decimal(100)
WHOLE = Fraction(100)
"""A percentage of all points."""


class QuizQuestionKind(DescribedEnum):
    """How a question of a quiz is answered."""

    SINGLE = "SINGLE", "By one of several choices, of which one is right."
    MULTIPLE = (
        "MULTIPLE",
        "Any of several choices. A right one adds its share of the points, a wrong one takes one.",
    )
    NUMBER = "NUMBER", "By a number, written with a point or a comma."
    TEXT = "TEXT", "By a few words; neither capitals nor spaces around them count."


class CountedTry(DescribedEnum):
    """Which of several tries counts."""

    BEST = "BEST", "The one with the most points."
    LAST = "LAST", "The last one."


class QuizState(DescribedEnum):
    """Where a quiz stands."""

    TO_COME = "TO_COME", "It has not begun."
    OPEN = "OPEN", "It may be taken."
    OVER = "OVER", "Its time is over."


BY_CHOICE = frozenset({QuizQuestionKind.SINGLE, QuizQuestionKind.MULTIPLE})


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers: the places of choices from 0, or a text."""

    choices: tuple[int, ...] = ()
    text: str | None = None

    def to_data(self) -> dict[str, Any]:
        return {"choices": list(self.choices), "text": self.text}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(data["choices"]), data["text"])


@dataclass(frozen=True, slots=True)
class Question:
    """`right` are the places of the right choices, `accepted` the right texts or numbers."""

    kind: QuizQuestionKind
    text: str
    choices: tuple[str, ...]
    right: tuple[int, ...]
    accepted: tuple[str, ...]
    points: Decimal

    def to_data(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind), "text": self.text, "choices": list(self.choices),
            "right": list(self.right), "accepted": list(self.accepted),
            "points": canonical(self.points),
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            QuizQuestionKind(data["kind"]), data["text"], tuple(data["choices"]),
            tuple(data["right"]), tuple(data["accepted"]), Decimal(data["points"]),
        )  # fmt: skip

    def problem(self) -> UserError | None:
        """What is wrong with it: it can be answered rightly, and only so as its kind says."""
        if not self.points.is_finite() or not 0 < self.points <= MOST_POINTS:
            return _bad(
                f"A question is worth more than 0 and at most {MOST_POINTS} points.", "points"
            )
        if self.points != round(self.points, 2):
            return _bad("Points have at most two digits after their point.", "points")
        if self.kind in BY_CHOICE:
            return self._problem_of_choices()
        if self.choices or self.right:
            return _bad("Only a question of choices has choices.", "choices")
        if not 0 < len(self.accepted) <= MOST_ACCEPTED:
            return _bad(f"Name 1 to {MOST_ACCEPTED} answers that are right.", "accepted")
        if any(not each.strip() or len(each) > LONGEST_ANSWER for each in self.accepted):
            return _bad(f"An answer has 1 to {LONGEST_ANSWER} characters.", "accepted")
        if self.kind is QuizQuestionKind.NUMBER and any(
            number_of(each) is None for each in self.accepted
        ):
            return _bad("What is right is a number.", "accepted")
        return None

    def _problem_of_choices(self) -> UserError | None:
        if self.accepted:
            return _bad("What is right of choices is one of them.", "accepted")
        if not 2 <= len(self.choices) <= MOST_CHOICES or len(set(self.choices)) < len(self.choices):
            return _bad(f"There are 2 to {MOST_CHOICES} choices, and each is another.", "choices")
        if any(not each.strip() or len(each) > LONGEST_ANSWER for each in self.choices):
            return _bad(f"A choice has 1 to {LONGEST_ANSWER} characters.", "choices")
        if not are_places(self.right, self.choices):
            return _bad("What is right is a place among the choices, from 0.", "right")
        if self.kind is QuizQuestionKind.SINGLE and len(self.right) != 1:
            return _bad("Just one choice is right.", "right")
        return None if self.right else _bad("Some choice is right.", "right")

    def misfit(self, answer: Answer) -> str | None:
        """Why this is no answer of the question, if it is none."""
        if self.kind not in BY_CHOICE:
            if answer.choices:
                return "This question has no choices."
            long = answer.text is not None and len(answer.text) > LONGEST_ANSWER
            return f"An answer has at most {LONGEST_ANSWER} characters." if long else None
        if answer.text is not None:
            return "This question is answered by its choices."
        return wrong_choice(answer.choices, self.choices, one=self.kind is QuizQuestionKind.SINGLE)

    def share(self, answer: Answer | None) -> Fraction:
        """The share of the points that the answer is worth."""
        if answer is None:
            return Fraction(0)
        if self.kind in BY_CHOICE:
            chosen, right = set(answer.choices), set(self.right)
            found = Fraction(len(chosen & right) - len(chosen - right), len(right))
            return max(found, Fraction(0))
        if answer.text is None:
            return Fraction(0)
        return Fraction(1 if self._accepts(answer.text) else 0)

    def _accepts(self, text: str) -> bool:
        if self.kind is QuizQuestionKind.NUMBER:
            number = number_of(text)
            return number is not None and number in {number_of(each) for each in self.accepted}
        return _plain(text) in {_plain(each) for each in self.accepted}

    def worth(self, answer: Answer | None) -> Decimal:
        """The points of the answer, to the hundredth."""
        return rounded(self.share(answer) * Fraction(self.points), 2)


def number_of(text: str) -> Decimal | None:
    """The number that is written, with a point or a comma."""
    try:
        found = Decimal(text.strip().replace(",", ".")) if len(text) <= LONGEST_ANSWER else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _bad(message: str, *path: str) -> UserError:
    return UserError(UserErrorCode.BAD_INPUT, message, path)


Answers = Mapping[str, Any]
"""By the place of a question as text, what was answered, as JSON has it."""


def answer_to(answers: Answers, place: int) -> Answer | None:
    found = answers.get(str(place))
    return None if found is None else Answer.from_data(found)


def questions_of(data: Iterable[Mapping[str, Any]]) -> list[Question]:
    return [Question.from_data(each) for each in data]


def worth_of(questions: Sequence[Question], answers: Answers) -> Decimal:
    """The points of all answers together."""
    found = (each.worth(answer_to(answers, place)) for place, each in enumerate(questions))
    return sum(found, Decimal(0))


def whole_of(questions: Iterable[Question]) -> Decimal:
    return sum((each.points for each in questions), Decimal(0))


@dataclass(frozen=True, slots=True)
class MarkFrom:
    """From which percentage of all points on a mark is proposed."""

    mark: str
    percent: Decimal

    def to_data(self) -> dict[str, str]:
        return {"mark": self.mark, "percent": canonical(self.percent)}


def proposed(marks: Iterable[Mapping[str, str]], points: Decimal, whole: Decimal) -> str | None:
    """The mark that so many points lead to; None where the quiz has no rule, or none so low."""
    if not whole:
        return None
    percent = Fraction(points) / Fraction(whole) * WHOLE
    reached = [each for each in marks if percent >= Fraction(Decimal(each["percent"]))]
    found = max(reached, key=lambda each: Decimal(each["percent"]), default=None)
    return None if found is None else found["mark"]


def bad_marks(marks: Sequence[MarkFrom]) -> UserError | None:
    """Refuse a rule that proposes two marks of the same points, or one twice."""
    percents = [each.percent for each in marks]
    if any(not each.is_finite() or not 0 <= each <= 100 for each in percents):
        return _bad("A percentage is 0 to 100.", "marks")
    if len(set(percents)) < len(marks) or len({each.mark for each in marks}) < len(marks):
        return _bad("Each mark has a percentage of its own.", "marks")
    return None


class Timed(Protocol):
    """A quiz, as far as its times go."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def minutes(self) -> int | None: ...


def bad_times(opens_at: datetime, closes_at: datetime) -> UserError | None:
    if closes_at > opens_at:
        return None
    return _bad("A quiz closes after it opens.", "closesAt")


def state_of(opens_at: datetime, closes_at: datetime, now: datetime) -> QuizState:
    if now < opens_at:
        return QuizState.TO_COME
    return QuizState.OPEN if now < closes_at else QuizState.OVER


def open_quiz(quiz: Timed, now: datetime) -> UserError | None:
    """Refuse to begin a quiz before it opens, and once it has closed."""
    state = state_of(quiz.opens_at, quiz.closes_at, now)
    if state is QuizState.TO_COME:
        return UserError(UserErrorCode.NOT_OPEN, f"This quiz opens at {quiz.opens_at:%FT%RZ}.")
    if state is QuizState.OVER:
        return UserError(UserErrorCode.TIME_OVER, f"This quiz closed at {quiz.closes_at:%FT%RZ}.")
    return None


def ends_at(quiz: Timed, now: datetime) -> datetime:
    """When a try that begins now is over."""
    if quiz.minutes is None:
        return quiz.closes_at
    return min(quiz.closes_at, now + timedelta(minutes=quiz.minutes))


class Taken(Protocol):
    """A try, as far as it may still be answered."""

    @property
    def ends_at(self) -> datetime: ...
    @property
    def handed_in_at(self) -> datetime | None: ...


def is_over(ends_at: datetime, handed_in_at: datetime | None, now: datetime) -> bool:
    return handed_in_at is not None or now >= ends_at


def under_way(taken: Taken, now: datetime) -> UserError | None:
    """Refuse an answer to what was handed in, or whose time is over."""
    if taken.handed_in_at is not None:
        return UserError(UserErrorCode.WRONG_STATE, "This try was handed in.")
    if now >= taken.ends_at:
        return UserError(UserErrorCode.TIME_OVER, "The time of this try is over.")
    return None


def shows_points(*, at_once: bool, over: bool, closes_at: datetime, now: datetime) -> bool:
    """Whether the student is told the points: of a try that is over, at once where the quiz says
    so, or else when the quiz is over."""
    return over and (at_once or now >= closes_at)


def shows_answers(*, ever: bool, closes_at: datetime, now: datetime) -> bool:
    """Whether the student is told what was right: not before nobody can answer any more."""
    return ever and now >= closes_at
