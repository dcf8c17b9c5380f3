"""Attendance of the demo school: who was ill, came late or stayed away, and what was announced."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import ZONE, Row, SchoolWriter
from db.tables.absence_notices import AbsenceNoticeRevision
from db.tables.history import BEFORE, kept_in
from domain.attendance import KIND_OF, AbsenceReason, AttendanceKind, Token, Tokens
from domain.periods import instant_of

SPELLS = 0.011
"""On a school day so many students who are well begin to be absent."""
LATE = 0.012
OFTEN: dict[AttendanceKind, tuple[int, tuple[int, ...]]] = {
    AttendanceKind.ILL: (60, (1, 2, 2, 3, 3, 5)),
    AttendanceKind.EXCUSED: (26, (1, 1, 1, 2)),
    AttendanceKind.ABSENT: (10, (1,)),
    AttendanceKind.ELSEWHERE: (4, (1, 1, 2)),
}
"""How often a spell is of a kind, and how many school days it may last."""
REASON = {kind: reason for reason, kind in reversed(KIND_OF.items())}
"""Why a family announces what is entered so."""
TEXTS: dict[AttendanceKind, tuple[str | None, ...]] = {
    AttendanceKind.ILL: ("A cold with a temperature.", "A stomach bug.", None, None),
    AttendanceKind.EXCUSED: ("An appointment with the dentist.", "A wedding in the family.", None),
    AttendanceKind.ELSEWHERE: ("The regional mathematics contest.", "A match of the school team."),
}
ANNOUNCED, WAITING = 0.8, 0.01
"""Of spells with a reason so many were announced; for tomorrow so many students are."""


class Attendances:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._accounts = accounts
        self._random = Random(f"attendance of {school.school_id}")
        self._ids = Ids(self._random, at=1_700_000_000_000)
        self._tokens = Tokens(())
        self._held: dict[UUID, dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
        """The lessons that were held, by course and day."""

    def write(self) -> None:
        """Add what was entered at the lessons that were held, and the notices behind it."""
        days: dict[int, set[date]] = defaultdict(set)
        groups = {course.id: course.group for course in self._school.plan.courses}
        for lesson in self._school.rows["lesson"]:
            if lesson["status"] == "HELD":
                self._held[lesson["course_id"]][lesson["day"]].append(lesson)
                days[groups[lesson["course_id"]]].add(lesson["day"])
        for group, students in enumerate(self._school.plan.students):
            courses = [each for each in self._school.plan.courses if each.group == group]
            for student in students:
                own = [each.id for each in courses if student in each.students]
                self._student(student, own, self._school.plan.groups[group][2], sorted(days[group]))

    def _student(self, student: UUID, courses: list[UUID], leader: UUID, days: list[date]) -> None:
        away: list[tuple[AttendanceKind, UUID | None]] = []
        for place, day in enumerate(days):
            if not away and self._random.random() < SPELLS:
                away = self._spell(student, leader, days[place:])
            if away:
                kind, notice = away.pop()
                for lesson in self._lessons(courses, day):
                    self._enter(student, lesson, self._tokens.of_kind(kind), None, notice)
            elif self._random.random() < LATE and (lessons := self._lessons(courses, day)):
                minutes = self._random.choice((3, 5, 5, 10, 15))
                late = self._tokens.of_kind(AttendanceKind.LATE)
                self._enter(student, lessons[0], late, minutes, None)
        if self._random.random() < WAITING:
            tomorrow = self._school.today + timedelta(1)
            self._notice(student, leader, AttendanceKind.ILL, tomorrow, tomorrow, waits=True)

    def _lessons(self, courses: list[UUID], day: date) -> list[Row]:
        found = [lesson for course in courses for lesson in self._held[course].get(day, ())]
        return sorted(found, key=lambda lesson: lesson["starts_at"])

    def _spell(
        self, student: UUID, leader: UUID, days: list[date]
    ) -> list[tuple[AttendanceKind, UUID | None]]:
        """What is entered on the days to come, each with its notice."""
        (kind,) = self._random.choices([*OFTEN], [often for often, _ in OFTEN.values()])
        spell = days[: self._random.choice(OFTEN[kind][1])]
        notice = None
        if kind in REASON and self._random.random() < ANNOUNCED:
            notice = self._notice(student, leader, kind, spell[0], spell[-1])
        return [(kind, notice)] * len(spell)

    def _enter(
        self, student: UUID, lesson: Row, token: Token, minutes: int | None, notice: UUID | None
    ) -> None:
        self._school.add(
            "attendance",
            id=self._ids.new(),
            student_id=student,
            course_id=lesson["course_id"],
            lesson_id=lesson["id"],
            teacher_id=lesson["teacher_id"],
            notice_id=notice,
            day=lesson["day"],
            kind=token.kind,
            token=token.token,
            minutes=minutes,
            note=None,
            absence=token.absence,
            lateness=token.lateness,
            in_rate=token.in_rate,
            taken_at=lesson["starts_at"],
            version=1,
        )

    def _notice(
        self,
        student: UUID,
        leader: UUID,
        kind: AttendanceKind,
        first: date,
        last: date,
        *,
        waits: bool = False,
    ) -> UUID:
        """A guardian's notice of the morning, accepted by the class teacher an hour later."""
        at = min(instant_of(first, time(7), ZONE), self._school.now)
        author = self._accounts[self._school.guardian_of[student]]
        notice: Row = {
            "id": self._ids.new(),
            "student_id": student,
            "author_id": author,
            "starts_on": first,
            "ends_on": last,
            "because": REASON.get(kind, AbsenceReason.OTHER),
            "text": self._random.choice(TEXTS[kind]),
            "state": "ANNOUNCED",
            "announced_at": at,
            "version": 1,
        }
        self._step(notice, "ANNOUNCED", author, at)
        if not waits:
            accepted = min(at + timedelta(hours=1), self._school.now)
            self._step(notice | {"version": 2}, "ACCEPTED", self._accounts[leader], accepted)
            notice |= {"state": "ACCEPTED", "version": 2}
        self._school.add("absence_notice", **notice)
        id_: UUID = notice["id"]
        return id_

    def _step(self, notice: Row, change: str, account: UUID, at: datetime) -> None:
        first = change == "ANNOUNCED"
        before = {
            f"{name}{BEFORE}": None if first else notice[name]
            for name in kept_in(AbsenceNoticeRevision)
        }
        self._school.add(
            "absence_notice_revision",
            id=notice["id"] if first else self._ids.new(),
            absence_notice_id=notice["id"],
            version=notice["version"],
            change=change,
            reason=None,
            account_id=account,
            at=at,
            **before,
        )
