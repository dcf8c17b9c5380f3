"""Signatures of the demo school's diaries, and what guardians have seen of the last weeks."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import SchoolWriter

WEEKS = 3
"""Of so many weeks before this one guardians have signed."""
SIGNED, SEEN = 0.6, 0.4
"""Of the diaries and of the grades, so many."""
SUNDAY_EVENING = timedelta(days=6, hours=18)


class DiarySignatures:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._random = Random(f"signatures of {school.school_id}")
        self._ids = Ids(self._random, at=1_690_000_000_000)
        self._guardians = {
            row["student_id"]: accounts[row["guardian_id"]]
            for row in school.rows["guardianship"]
            if row["guardian_id"] in accounts
        }
        today = school.now.date()
        self._monday = today - timedelta(today.weekday())

    def write(self) -> None:
        """Add the signatures of the last weeks, and who has seen which grade of them."""
        for student, account in self._guardians.items():
            for back in range(1, WEEKS + 1):
                if self._random.random() < SIGNED:
                    self._sign(student, account, self._monday - timedelta(7 * back))
        first = self._monday - timedelta(7 * WEEKS)
        for grade in self._school.rows["grade"]:
            guardian = self._guardians.get(grade["student_id"])
            if guardian is not None and grade["day"] >= first and self._random.random() < SEEN:
                self._see(grade["student_id"], guardian, grade["id"], grade["given_at"])

    def _sign(self, student: UUID, account: UUID, week: date) -> None:
        at = datetime.combine(week, time(), UTC) + SUNDAY_EVENING
        id_ = self._ids.new()
        self._school.add(
            "diary_signature",
            id=id_, student_id=student, author_id=account, week=week, signed_at=at, version=1,
        )  # fmt: skip
        self._school.add_first_step("diary_signature", id_, "SIGNED", account, at=at)

    def _see(self, student: UUID, account: UUID, record: UUID, given_at: datetime) -> None:
        at = min(given_at + timedelta(hours=5), self._school.now)
        self._school.add(
            "seen", id=self._ids.new(), student_id=student, account_id=account, record_id=record,
            at=at,
        )  # fmt: skip
