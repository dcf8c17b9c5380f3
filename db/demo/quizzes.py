"""Quizzes of the demo school: a small bank for each subject, a quiz in some courses that is over,
one that may be taken today, and what students have answered."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from db.demo.names import SUBJECTS
from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from domain.names import text_key
from domain.quizzes import CountedTry, Question, QuizQuestionKind, worth_of

K = QuizQuestionKind
EXACT = (
    Question(K.NUMBER, "7 × 8 = ?", (), (), ("56",), Decimal(1)),
    Question(K.SINGLE, "Which is a prime number?", ("21", "23", "27"), (1,), (), Decimal(1)),
    Question(K.MULTIPLE, "Which are even?", ("4", "9", "12", "15"), (0, 2), (), Decimal(2)),
    Question(K.NUMBER, "Половина от 9?", (), (), ("4.5",), Decimal(1)),
)
GENERAL = (
    Question(
        K.SINGLE, "What did the last chapter deal with?",
        ("What we read in class", "The index", "The cover"), (0,), (), Decimal(1),
    ),
    Question(
        K.MULTIPLE, "Which of these help to learn?", ("Notes", "Examples", "Copying"), (0, 1), (),
        Decimal(2),
    ),
    Question(K.TEXT, "Как называется заметка на полях?", (), (), ("Маргиналия",), Decimal(1)),
    Question(K.NUMBER, "How many chapters has the first part?", (), (), ("9",), Decimal(1)),
)  # fmt: skip
OF_NUMBERS = frozenset({"MA", "PH", "CH"})
MARKS = [
    {"mark": mark, "percent": percent}
    for mark, percent in (("5", "85"), ("4", "65"), ("3", "40"), ("2", "0"))
]
SHARE, TAKEN, KNOWN = 0.25, 0.9, 0.75
"""So many courses have quizzes, so many students take one, and know an answer."""
WEEK = timedelta(days=7)


class Quizzes:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter) -> None:
        self._school = school
        self._random = Random(f"quizzes of {school.school_id}")
        self._ids = Ids(self._random, at=1_694_000_000_000)

    def write(self) -> None:
        courses = self._school.plan.courses
        banks: dict[int, list[Row]] = {}
        for number, (_, code, _) in enumerate(SUBJECTS):
            teacher = self._school.teacher_of(number)
            questions = EXACT if code in OF_NUMBERS else GENERAL
            banks[number] = [self._question(each, number, teacher) for each in questions]
        for course in courses:
            if self._random.random() >= SHARE:
                continue
            content = {"questions": banks[course.subject], "marks": MARKS}
            now = self._school.now
            over = self._quiz(course, content, "What we know so far", now - 2 * WEEK, now - WEEK)
            self._quiz(course, content, "Повторение", now - WEEK / 2, now + WEEK)
            for student in course.students:
                if self._random.random() < TAKEN:
                    self._try(over, student)

    def _question(self, each: Question, subject: int, teacher: UUID) -> Row:
        """The question in the bank; answered as a quiz has it."""
        id_, data = self._ids.new(), each.to_data()
        self._school.add(
            "quiz_question",
            id=id_,
            subject_id=self._school.subjects[subject],
            teacher_id=teacher,
            kind=data["kind"],
            text=each.text,
            points=each.points,
            definition=json.dumps({name: data[name] for name in ("choices", "right", "accepted")}),
            word_key=text_key(each.text, *each.choices),
            withdrawn=False,
            added_at=self._school.begun,
            version=1,
        )
        return {"of": str(id_), **data}

    def _quiz(
        self, course: Any, content: Row, title: str, opens_at: datetime, closes_at: datetime
    ) -> Row:
        row: Row = {
            "id": self._ids.new(),
            "course_id": course.id,
            "teacher_id": course.teacher,
            "title": title,
            "description": None,
            "content": content,
            "opens_at": opens_at,
            "closes_at": closes_at,
            "minutes": 20,
            "most_tries": 1,
            "counted": CountedTry.BEST.value,
            "points_at_once": True,
            "answers_shown": True,
            "withdrawn": False,
            "added_at": opens_at - WEEK / 7,
            "version": 1,
        }
        self._school.add("quiz", **row | {"content": json.dumps(content)})
        return row

    def _try(self, quiz: Row, student: UUID) -> None:
        questions = [Question.from_data(each) for each in quiz["content"]["questions"]]
        answers = {
            str(place): self._answer(each, knows=self._random.random() < KNOWN)
            for place, each in enumerate(questions)
        }
        begun = quiz["opens_at"] + timedelta(hours=self._random.randrange(1, 150))
        self._school.add(
            "quiz_try",
            id=self._ids.new(),
            quiz_id=quiz["id"],
            student_id=student,
            course_id=quiz["course_id"],
            number=1,
            begun_at=begun,
            ends_at=begun + timedelta(minutes=20),
            handed_in_at=begun + timedelta(minutes=self._random.randrange(5, 20)),
            answers=json.dumps(answers),
            points=worth_of(questions, answers),
            grade_id=None,
            version=1,
        )

    def _answer(self, each: Question, *, knows: bool) -> Row:
        if each.choices:
            wrong = next(place for place, _ in enumerate(each.choices) if place not in each.right)
            return {"choices": list(each.right) if knows else [wrong], "text": None}
        return {"choices": [], "text": each.accepted[0] if knows else "0"}
