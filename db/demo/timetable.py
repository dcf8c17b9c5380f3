"""The timetable of the demo school: rooms, bells, holidays, weekly patterns, and replacements."""

import json
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import BEGINS, LESSON_LENGTH, ZONE, Row, SchoolWriter
from db.tables.history import BEFORE, kept_in
from db.tables.lessons import LessonRevision
from domain.bells import WEEK, Bell, to_data
from domain.calendar import Weekday
from domain.history import Step
from domain.periods import instant_of

SHORT = (time(8), time(8, 35), time(9, 10), time(9, 45), time(10, 20), time(10, 55))
SHORT_LENGTH = timedelta(minutes=30)
AFTERNOON = (time(13, 30), time(14, 20), time(15, 10), time(16))
HOLIDAYS = ("Autumn holidays", "Winter holidays", "Spring holidays")
SEATS = (24, 28, 30, 32)
DAYS_AHEAD = 3
"""For how many school days to come a teacher is known to be absent."""
REASONS = ("Ill", "On an excursion with another class", "At a training day")


class Timetable:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, head: UUID) -> None:
        self._school = school
        self._head = head
        self._random = Random(f"timetable of {school.school_id}")
        self._ids = Ids(self._random, at=1_600_000_000_000)
        self._rooms: dict[str, UUID] = {}
        self._days = sorted({row["day"] for row in school.rows["lesson"]})
        self._to_come = [day for day in self._days if day > school.today]

    def write(self) -> None:
        for lesson in self._school.rows["lesson"]:
            lesson["room_id"] = self._room(lesson["room"])
        self._bells()
        self._holidays()
        self._patterns()
        for day in self._to_come[:DAYS_AHEAD]:
            self._absent(day)

    def _room(self, name: str) -> UUID:
        if name not in self._rooms:
            seats = self._random.choice(SEATS)
            row = {"id": self._ids.new(), "name": name, "seats": seats}
            self._rooms[name] = self._school.add("room", **row, active=True, version=1)
        return self._rooms[name]

    def _bells(self) -> None:
        """Those of the morning, those of the afternoon, and those of the last day of school, which
        is short."""
        last = self._days[-1]
        self._schedule("Mornings", BEGINS, LESSON_LENGTH)
        self._schedule("Afternoons", AFTERNOON, LESSON_LENGTH, shift=2)
        self._schedule("Short day", SHORT, SHORT_LENGTH, starts_on=last, ends_on=last)
        for lesson in self._school.rows["lesson"]:
            if lesson["day"] == last:
                starts = instant_of(last, SHORT[lesson["slot"] - 1], ZONE)
                lesson |= {"starts_at": starts, "ends_at": starts + SHORT_LENGTH}

    def _schedule(
        self, name: str, begins: tuple[time, ...], length: timedelta, shift: int = 1, **days: date
    ) -> None:
        ends = [(datetime.combine(date.min, at) + length).time() for at in begins]
        bells = [Bell(slot, *each) for slot, each in enumerate(zip(begins, ends, strict=True), 1)]
        self._school.add(
            "bell_schedule",
            id=self._ids.new(),
            name=name,
            shift=shift,
            week_days=[str(day) for day in Weekday if WEEK.index(day) < 5],
            starts_on=days.get("starts_on"),
            ends_on=days.get("ends_on"),
            bells=json.dumps(to_data(bells)),
            active=True,
            version=1,
        )

    def _holidays(self) -> None:
        quarters = self._school.calendar.quarters
        for name, (_, last), (first, _) in zip(HOLIDAYS, quarters, quarters[1:], strict=False):
            self._school.add(
                "day_off",
                id=self._ids.new(),
                name=name,
                starts_on=last + timedelta(1),
                ends_on=first - timedelta(1),
                class_group_id=None,
                active=True,
                version=1,
            )

    def _patterns(self) -> None:
        made: dict[tuple[UUID, int, int], UUID] = {}
        for lesson in self._school.rows["lesson"]:
            course, day, slot = lesson["course_id"], lesson["day"].weekday(), lesson["slot"]
            if (course, day, slot) not in made:
                made[course, day, slot] = self._school.add(
                    "lesson_pattern",
                    id=self._ids.new(),
                    course_id=course,
                    week_day=str(WEEK[day]),
                    slot=slot,
                    week=None,
                    shift=1,
                    teacher_id=None,
                    room_id=lesson["room_id"],
                    starts_on=self._school.calendar.first,
                    ends_on=None,
                    active=True,
                    version=1,
                )
            lesson["pattern_id"] = made[course, day, slot]
            lesson |= {"planned_on": lesson["day"], "replaces_id": None, "joined_id": None}

    def _absent(self, day: date) -> None:
        """A teacher is absent: colleagues who are free hold their lessons, or nobody does."""
        of_day = [row for row in self._school.rows["lesson"] if row["day"] == day]
        busy: dict[int, set[UUID]] = defaultdict(set)
        for row in of_day:
            busy[row["slot"]].add(row["teacher_id"])
        absent = self._random.choice(sorted({row["teacher_id"] for row in of_day}, key=str))
        reason = self._random.choice(REASONS)
        for row in of_day:
            if row["teacher_id"] != absent or row["status"] != "PLANNED":
                continue
            free = [id_ for id_, _ in self._school.teachers if id_ not in busy[row["slot"]]]
            if not free:
                self._change(row, Step.CANCELLED, reason, status="CANCELLED")
                continue
            sub = self._random.choice(free)
            busy[row["slot"]].add(sub)
            self._change(row, Step.REPLACED, reason, status="REPLACED", teacher_id=sub)
            self._stand_in(row["course_id"], sub, absent, day)

    def _change(self, lesson: Row, step: Step, reason: str, **to: Any) -> None:
        """The head decided it in the morning."""
        at = min(instant_of(self._school.today, time(7), ZONE), self._school.now)
        self._school.add(
            "lesson_revision",
            id=self._ids.new(),
            lesson_id=lesson["id"],
            version=2,
            change=str(step),
            reason=reason,
            account_id=self._head,
            at=at,
            **{f"{name}{BEFORE}": lesson[name] for name in kept_in(LessonRevision)},
        )
        lesson |= to | {"version": 2}

    def _stand_in(self, course: UUID, teacher: UUID, absent: UUID, day: date) -> None:
        days = {"begins_on": day, "ends_on": day}
        ties = self._school.rows["teaching"]
        for tie in ties:
            for name in ("begins_on", "ends_on", "stands_in_for_id"):
                tie.setdefault(name, None)
        if any(tie["course_id"] == course and tie["teacher_id"] == teacher for tie in ties):
            return
        self._school.add(
            "teaching",
            id=self._ids.new(),
            course_id=course,
            teacher_id=teacher,
            main=False,
            active=True,
            stands_in_for_id=absent,
            **days,
        )
