"""Remarks of the demo school: what teachers noticed, and what was replied."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from db.tables.history import BEFORE, kept_in
from db.tables.remarks import RemarkRevision

SAID = {
    "PRAISE": (
        "Helped a classmate through the whole exercise without being asked.",
        "Gave a talk that the class asked questions about until the bell.",
        "Has caught up everything that was missed.",
    ),
    "BEHAVIOUR": (
        "Talked to neighbours all through the lesson, and went on when asked to stop.",
        "Came ten minutes late for the third time this month.",
        "Was very quiet today; please tell us if something is the matter.",
    ),
    "WORK": (
        "Came without the homework again.",
        "Understands the matter and hurries through the exercises.",
        "Takes part more than last month.",
    ),
}
OFTEN = (3, 3, 4)
"""Of ten remarks so many are praise, on behaviour and on work."""
REPLIES = (
    "Thank you, we have talked about it at home.",
    "Thank you for telling us.",
    "May we come and see you about it next week?",
    "That was the bus, which is late on most Mondays.",
)
SHARE = 0.06
"""Of the lessons so many lead to a remark: about two a student and year."""
REPLIED, WITHDRAWN = 0.3, 0.02
LATER = timedelta(hours=6)
"""After the lesson: when its remark is replied to or taken back."""


class Remarks:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._accounts = accounts
        self._random = Random(f"remarks of {school.school_id}")
        self._ids = Ids(self._random, at=1_690_000_000_000)

    def write(self) -> None:
        """Add the remarks of the lessons that were held, with their replies and history."""
        students = {course.id: course.students for course in self._school.plan.courses}
        for lesson in self._school.rows["lesson"]:
            if lesson["status"] == "HELD" and self._random.random() < SHARE:
                self._remark(lesson, self._random.choice(students[lesson["course_id"]]))

    def _remark(self, lesson: Row, student: UUID) -> None:
        author, at = self._accounts[lesson["teacher_id"]], lesson["ends_at"]
        (kind,) = self._random.choices([*SAID], OFTEN)
        remark: Row = {
            "id": self._ids.new(),
            "student_id": student,
            "course_id": lesson["course_id"],
            "author_id": author,
            "kind": kind,
            "day": lesson["day"],
            "text": self._random.choice(SAID[kind]),
            "withdrawn": False,
            "written_at": at,
            "version": 0,
        }
        self._step(remark, "ADDED", author, at)
        if at + LATER <= self._school.now:
            self._go_on(remark, at + LATER)
        self._school.add("remark", **remark)

    def _go_on(self, remark: Row, at: datetime) -> None:
        """What became of the remark."""
        luck = self._random.random()
        if luck < REPLIED:
            guardian = self._accounts[self._school.guardian_of[remark["student_id"]]]
            reply = {"author_id": guardian, "text": self._random.choice(REPLIES), "at": at}
            self._school.add("remark_reply", id=self._ids.new(), remark_id=remark["id"], **reply)
            self._step(remark, "REPLIED", guardian, at)
        elif luck < REPLIED + WITHDRAWN:
            self._step(remark, "WITHDRAWN", remark["author_id"], at, "Meant for another student.")
            remark["withdrawn"] = True

    def _step(
        self, remark: Row, change: str, account: UUID, at: datetime, reason: str | None = None
    ) -> None:
        remark["version"] += 1
        step = {"version": remark["version"], "change": change, "account_id": account, "at": at}
        kept, first = kept_in(RemarkRevision), change == "ADDED"
        before = {f"{name}{BEFORE}": None if first else remark[name] for name in kept}
        id_ = remark["id"] if first else self._ids.new()
        self._school.add(
            "remark_revision", id=id_, remark_id=remark["id"], reason=reason, **step, **before
        )
