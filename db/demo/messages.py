"""Conversations of the demo school: of class teachers with families, of families with teachers,
and of the staff."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from domain.names import text_key

TO_FAMILIES = (
    (
        "Parents' evening",
        "Dear parents, we meet on Thursday at seven in the classroom. Will you come?",
    ),
    (
        "Trip to the museum",
        "Dear parents, we go to the museum next week. Please pack a lunch for the children.",
    ),
)
ANSWERS = (
    "Thank you, we will be there.",
    "I am afraid I have to work until eight; may I call you on Friday?",
    "Thank you. Is there still somebody needed to come along?",
)
ASKED = (
    (
        "The last test",
        "Good evening, my child says that the test will be written again. Is that so?",
        "Good morning, yes, on Wednesday. The worksheet in the materials is what to practise with.",
    ),
    (
        "Absent on Friday",
        "Good evening, we have an appointment at the doctor's on Friday. What will be missed?",
        "Thank you for telling me. I will add the page to the homework.",
    ),
    (
        None,
        "Good evening, thank you for the help with the presentation.",
        "It was a pleasure; it went well.",
    ),
)
STAFF = ("Rooms", "Dear colleagues, room 112 is painted on Monday. Please use 108 meanwhile.")
OF_PARENTS, OF_ANSWERS = 0.06, 0.4
"""How many parents have written to a teacher, and have answered to all of the class."""


class Messages:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID], head: UUID) -> None:
        self._school = school
        self._accounts = accounts
        self._head = head
        self._random = Random(f"messages of {school.school_id}")
        self._ids = Ids(self._random, at=1_699_500_000_000)

    def write(self) -> None:
        guardians: dict[UUID, list[UUID]] = {}
        for row in self._school.rows["guardianship"]:
            account = self._accounts[row["guardian_id"]]
            guardians.setdefault(row["student_id"], []).append(account)
        for place, (group, _, leader) in enumerate(self._school.plan.groups):
            families = sorted({
                each
                for student in self._school.plan.students[place]
                for each in guardians[student]
            })  # fmt: skip
            self._to_families(group, self._accounts[leader], families)
            for parent in families:
                if self._random.random() < OF_PARENTS:
                    self._asked(parent, self._accounts[leader])
        staff = sorted(self._accounts[teacher] for teacher, _ in self._school.teachers)
        subject, text = STAFF
        self._conversation(self._head, staff, subject, [(self._head, text)], to_staff=True)

    def _to_families(self, group: UUID, leader: UUID, families: Sequence[UUID]) -> None:
        subject, text = self._random.choice(TO_FAMILIES)
        said = [(leader, text)]
        said += [
            (parent, self._random.choice(ANSWERS))
            for parent in self._random.sample(families, min(2, len(families)))
            if self._random.random() < OF_ANSWERS
        ]
        self._conversation(
            leader, families, subject, said,
            class_group_id=group, to_families=True, answers="PRIVATE",
        )  # fmt: skip

    def _asked(self, parent: UUID, teacher: UUID) -> None:
        subject, question, answer = self._random.choice(ASKED)
        said = [(parent, question)]
        if self._random.random() < 0.7:
            said.append((teacher, answer))
        self._conversation(parent, [teacher], subject, said)

    def _conversation(
        self,
        starter: UUID,
        others: Sequence[UUID],
        subject: str | None,
        said: Sequence[tuple[UUID, str]],
        **more: Any,
    ) -> None:
        at = self._school.now - timedelta(hours=self._random.randrange(20, 200))
        everybody = [starter, *(each for each in others if each != starter)]
        row: Row = {
            "id": self._ids.new(),
            "author_id": starter,
            "account_ids": everybody,
            "subject": subject,
            "answers": "ALL",
            "class_group_id": None,
            "course_id": None,
            "to_students": False,
            "to_families": False,
            "to_staff": False,
            "to_office": False,
            "hidden": False,
            "started_at": at,
            "version": 1,
        }
        self._school.add("conversation", **row | more)
        private = more.get("answers") == "PRIVATE"
        for place, (author, text) in enumerate(said):
            to = [author, starter] if private and author != starter else everybody
            self._school.add(
                "message",
                id=row["id"] if place == 0 else self._ids.new(),
                conversation_id=row["id"],
                author_id=author,
                account_ids=to,
                waiting_ids=[],
                late_ids=[],
                late_at=None,
                due_at=None,
                text=text,
                word_key=text_key(subject if place == 0 else None, text),
                hidden=False,
                withdrawn=False,
                sent_at=at + place * timedelta(hours=2),
                version=1,
            )
