"""Surveys of the demo school: an anonymous one of all families that is over, and one by name
of some classes that may be answered still."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import SchoolWriter
from domain.addressees import addresses
from domain.surveys import Answer, OncePer, Question, SurveyQuestionKind, Tally, no_counts

K = SurveyQuestionKind
LUNCH = (
    Question(K.SINGLE, "Is lunch at school good?", ("Yes", "Mostly", "No")),
    Question(K.SCALE, "How loud is the canteen?", least=1, most=5),
    Question(K.TEXT, "Что изменить в меню?", required=False),
)
SPORTS = (
    Question(K.MULTIPLE, "Which sports shall we do?", ("Swimming", "Volleyball", "Шахматы")),
    Question(K.SCALE, "How hard was this week?", least=1, most=5),
    Question(K.TEXT, "Anything else?", required=False),
)
WORDS = ("More salad", "Больше фруктов", "Nothing, thank you")
SHARE, TALKATIVE = 0.6, 0.1
DAYS = timedelta(days=1)


class Surveys:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID], head: UUID) -> None:
        self._school = school
        self._accounts = accounts
        self._head = head
        self._random = Random(f"surveys of {school.school_id}")
        self._ids = Ids(self._random, at=1_695_000_000_000)

    def write(self) -> None:
        rows = self._school.rows["guardianship"]
        families = {row["student_id"]: self._accounts[row["guardian_id"]] for row in rows}
        lunch = self._survey("Lunch at school", LUNCH, None, families=True, ago=20)
        self._answered(lunch, LUNCH, sorted(set(families.values())))
        plan = self._school.plan
        for (group, name, leader), learners in [*zip(plan.groups, plan.students, strict=True)][-3:]:
            title = f"Спорт в {name}"
            sports = self._survey(title, SPORTS, group, families=False, ago=2, leader=leader)
            people = [self._accounts[id_] for id_ in learners]
            self._answered(sports, SPORTS, people, self._school.now - 2 * DAYS)

    def _survey(
        self,
        title: str,
        questions: tuple[Question, ...],
        group: UUID | None,
        *,
        families: bool,
        ago: int,
        leader: UUID | None = None,
    ) -> UUID:
        id_, asked_at = self._ids.new(), self._school.now - ago * DAYS
        school = self._school.school_id
        self._school.add(
            "survey",
            id=id_,
            class_group_id=group,
            course_id=None,
            to_students=not families,
            to_families=families,
            to_staff=False,
            addressed=addresses(
                school, group, None, students=not families, families=families, staff=False
            ),
            author_id=self._head if leader is None else self._accounts[leader],
            day=asked_at.date(),
            title=title,
            description=None,
            content=json.dumps({"questions": [each.to_data() for each in questions]}),
            anonymous=families,
            once_per=OncePer.PERSON.value,
            results_told=True,
            closes_at=asked_at + 14 * DAYS,
            closed=False,
            withdrawn=False,
            asked_at=asked_at,
            version=1,
        )
        return id_

    def _answered(
        self,
        survey: UUID,
        questions: tuple[Question, ...],
        people: list[UUID],
        at: datetime | None = None,
    ) -> None:
        """Some of the people have answered; by name, from the instant on, where one is given."""
        none = no_counts(questions)
        tally = Tally(none, none, none)
        for account in people:
            if self._random.random() < SHARE:
                answers = self._answers(questions)
                tally = tally.with_one_more(questions, answers)
                if at is not None:
                    self._by_name(survey, account, answers, at)
                self._school.add(
                    "survey_participation",
                    id=UUID(int=self._random.getrandbits(128), version=4),
                    survey_id=survey,
                    account_id=account,
                    student_id=None,
                )
        sums: dict[str, Any] = {"counts": tally.counts, "next": tally.next, "shown": tally.shown}
        encoded = {name: json.dumps(each) for name, each in sums.items()}
        self._school.add("survey_tally", id=survey, **encoded)

    def _by_name(
        self, survey: UUID, account: UUID, answers: Mapping[int, Answer], at: datetime
    ) -> None:
        given = {str(place): each.to_data() for place, each in answers.items()}
        self._school.add(
            "survey_answer",
            id=self._ids.new(),
            survey_id=survey,
            account_id=account,
            answers=json.dumps(given),
            at=at + timedelta(minutes=self._random.randrange(1, 2_000)),
        )

    def _answers(self, questions: tuple[Question, ...]) -> dict[int, Answer]:
        return {place: self._answer(each) for place, each in enumerate(questions)}

    def _answer(self, each: Question) -> Answer:
        if each.kind is K.TEXT:
            talks = self._random.random() < TALKATIVE
            return Answer(text=self._random.choice(WORDS) if talks else None)
        place = self._random.randrange(len(each.options))
        if each.kind is K.SCALE:
            return Answer(number=int(each.options[place]))
        return Answer((place,))
