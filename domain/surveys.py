"""Surveys: their questions, what answers come to, and when results may be shown.

What was answered anonymously is kept as sums alone, for each question by itself. What is shown of
it grows by at least `FEWEST` answers at a time, and shows what comes last only together with as
many: nobody who looks again and again learns what fewer than `FEWEST` people have said.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, Self

from domain.audience import AUTHOR, HEADS, Audience
from domain.choices import wrong_choice
from domain.enums import DescribedEnum
from domain.grading import rounded
from domain.refusals import UserError, UserErrorCode

WATCHERS = AUTHOR | HEADS
"""Who sees its results as they come, and what was answered by name."""
ANSWERERS = Audience.ADDRESSEE
FEWEST = 5
MOST_QUESTIONS, MOST_CHOICES = 50, 30
LONGEST_CHOICE, LONGEST_ANSWER = 200, 500
MOST_STEPS = 11


class SurveyQuestionKind(DescribedEnum):
    """How a question of a survey is answered."""

    SINGLE = "SINGLE", "By one of several choices."
    MULTIPLE = "MULTIPLE", "By any of several choices."
    SCALE = "SCALE", "By a whole number from the least to the most."
    TEXT = "TEXT", "In words."


class OncePer(DescribedEnum):
    """Who answers a survey once."""

    PERSON = "PERSON", "Each person."
    FAMILY = "FAMILY", "Each family, whichever guardian it is; others answer for themselves."


BY_CHOICE = frozenset({SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE})


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers: the places of choices from 0, a number of the scale, or a text."""

    choices: tuple[int, ...] = ()
    number: int | None = None
    text: str | None = None

    def to_data(self) -> dict[str, Any]:
        return {"choices": list(self.choices), "number": self.number, "text": self.text}


@dataclass(frozen=True, slots=True)
class Question:
    """`least` and `most` are the ends of a scale."""

    kind: SurveyQuestionKind
    text: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    required: bool = True

    def to_data(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind), "text": self.text, "choices": list(self.choices),
            "least": self.least, "most": self.most, "required": self.required,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            SurveyQuestionKind(data["kind"]), data["text"], tuple(data["choices"]), data["least"],
            data["most"], data["required"],
        )  # fmt: skip

    def problem(self) -> UserError | None:
        """What is wrong with it: it has what its kind is answered by, and nothing else."""
        by_choice, scale = self.kind in BY_CHOICE, self.kind is SurveyQuestionKind.SCALE
        if by_choice and not 2 <= len(set(self.choices)) == len(self.choices) <= MOST_CHOICES:
            return _bad(f"There are 2 to {MOST_CHOICES} choices, and each is another.", "choices")
        if self.choices and not by_choice:
            return _bad("Only a question of choices has choices.", "choices")
        if not scale:
            ends = self.least is not None or self.most is not None
            return _bad("Only a scale has ends.", "least") if ends else None
        if self.least is None or self.most is None:
            return _bad("A scale has both its ends.", "least")
        if not 0 <= self.least < self.most <= 100 or self.most - self.least >= MOST_STEPS:
            return _bad(f"A scale is of 2 to {MOST_STEPS} numbers, from 0 to 100.", "most")
        return None

    @property
    def options(self) -> tuple[str, ...]:
        """What can be chosen, as it is counted; nothing of a text."""
        if self.kind is SurveyQuestionKind.SCALE and self.least is not None:
            return tuple(str(each) for each in range(self.least, (self.most or 0) + 1))
        return self.choices

    def misfit(self, answer: Answer) -> str | None:
        """Why this is no answer of the question, if it is none."""
        given = [bool(answer.choices), answer.number is not None, answer.text is not None]
        of_kind = [
            self.kind in BY_CHOICE, self.kind is SurveyQuestionKind.SCALE,
            self.kind is SurveyQuestionKind.TEXT,
        ]  # fmt: skip
        if any(is_given and not fits for is_given, fits in zip(given, of_kind, strict=True)):
            return "This question is answered in another way."
        if answer.number is not None and str(answer.number) not in self.options:
            return f"The scale is from {self.least} to {self.most}."
        return wrong_choice(
            answer.choices, self.choices, one=self.kind is SurveyQuestionKind.SINGLE
        )

    def picked(self, answer: Answer) -> list[int]:
        """The places of what is chosen among the options."""
        if answer.number is not None:
            return [self.options.index(str(answer.number))]
        return list(answer.choices)


def _bad(message: str, *path: str) -> UserError:
    return UserError(UserErrorCode.BAD_INPUT, message, path)


def questions_of(data: Iterable[Mapping[str, Any]]) -> list[Question]:
    return [Question.from_data(each) for each in data]


def is_answered(answer: Answer | None) -> bool:
    return answer is not None and bool(
        answer.choices or answer.number is not None or answer.text is not None
    )


Counts = Mapping[str, Any]
"""As JSON: how many have answered in all, and for each question how many have, how often each
option was chosen, and the texts in the order of the alphabet."""


def no_counts(questions: Sequence[Question]) -> dict[str, Any]:
    of_each = [
        {"answered": 0, "options": [0] * len(each.options), "texts": []} for each in questions
    ]
    return {"answered": 0, "questions": of_each}


def added(counts: Counts, questions: Sequence[Question], answers: Mapping[int, Answer]) -> Counts:
    """The counts with the answers of one more, which are by the places of questions."""
    found: dict[str, Any] = deepcopy(dict(counts))
    found["answered"] += 1
    for place, answer in answers.items():
        if not is_answered(answer):
            continue
        of_question = found["questions"][place]
        of_question["answered"] += 1
        for each in questions[place].picked(answer):
            of_question["options"][each] += 1
        if answer.text is not None:
            of_question["texts"] = sorted([*of_question["texts"], answer.text])
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """`shown` is what was answered so far as an anonymous survey shows it; `next` is what it shows
    as soon as there are `FEWEST` more."""

    counts: Counts
    next: Counts
    shown: Counts

    def with_one_more(
        self, questions: Sequence[Question], answers: Mapping[int, Answer]
    ) -> "Tally":
        counts = added(self.counts, questions, answers)
        if counts["answered"] - self.next["answered"] < FEWEST:
            return Tally(counts, self.next, self.shown)
        return Tally(counts, counts, self.next)

    def results(self, *, anonymous: bool, closed: bool) -> Counts | None:
        """What may be shown to whoever keeps the survey; None of an anonymous one too small."""
        if not anonymous:
            return self.counts
        # Once it is closed nothing is added any more: what came last is FEWEST answers or more.
        found = self.counts if closed else self.shown
        return found if found["answered"] >= FEWEST else None

    def told(self, *, closed: bool) -> Counts | None:
        """What is told to those who were asked: all of it at the end, where they were enough."""
        return self.counts if closed and self.counts["answered"] >= FEWEST else None


def average_of(question: Question, options: Sequence[int]) -> Decimal | None:
    """Of the numbers of a scale, to the hundredth."""
    total = sum(options)
    if question.kind is not SurveyQuestionKind.SCALE or not total:
        return None
    worth = sum(int(each) * count for each, count in zip(question.options, options, strict=True))
    return rounded(Fraction(worth, total), 2)


class Closable(Protocol):
    @property
    def closed(self) -> bool: ...
    @property
    def closes_at(self) -> datetime | None: ...


def is_closed(closed: bool, closes_at: datetime | None, now: datetime) -> bool:
    return closed or (closes_at is not None and now >= closes_at)


def open_survey(survey: Closable, now: datetime) -> UserError | None:
    """Refuse to answer, or to close, what is closed."""
    if not is_closed(survey.closed, survey.closes_at, now):
        return None
    return UserError(UserErrorCode.NOT_OPEN, "This survey is closed.")


def closed_survey(survey: Closable, now: datetime) -> UserError | None:
    """Refuse to open what is open."""
    if is_closed(survey.closed, survey.closes_at, now):
        return None
    return UserError(UserErrorCode.WRONG_STATE, "This survey is open.")
