"""Announcements and events of the demo school, in English and in Russian; who has read what, and
what families have replied."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from db.demo.names import SUBJECTS
from db.demo.plan import Ids
from db.demo.rows import ZONE, Row, SchoolWriter
from domain.addressees import addresses
from domain.events import EventAnswer, EventKind
from domain.names import text_key
from domain.periods import instant_of

TO_SCHOOL = (
    (20, "students families staff", "The library is open again",
     "From Monday on, in every long break. Bring back what you have at home."),
    (11, "students families", "Столовая: новое меню",
     "Меню на месяц висит у входа. Об аллергии сообщите классному руководителю."),
    (6, "staff", "Teachers' conference", "On Thursday at three, in the big hall."),
    (2, "students families staff", "Lost and found",
     "Gloves, two scarves and a **blue bottle** wait at the secretary's."),
)  # fmt: skip
TO_GROUPS = (
    (9, "students families", "Class fund", "Please bring 5 euros until the end of the week."),
    (3, "families", "Экскурсия", "Едем на автобусе; не забудьте завтрак и непромокаемую куртку."),
)
"""So many days ago, to whom, the title and the text."""
K = EventKind
OF_SCHOOL = (
    (12, 10, 4, K.OTHER, "Open day", "The school", True, None),
    (19, 17, 2, K.CELEBRATION, "Зимний концерт", "Актовый зал", True, 200),
)
OF_GROUPS = (
    (8, 18, 2, K.PARENTS_MEETING, "Parents' meeting {group}", "Room 12", False, None),
    (5, 9, 5, K.TRIP, "Поездка в музей, {group}", "Городской музей", False, 20),
)
"""In so many days, at which hour, for how many hours, what, where, whether public, the places."""
READ, REPLIED = 0.5, 0.6
"""So many of a class have read an announcement to it, and so many have replied for a child."""


class Announcements:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID], head: UUID) -> None:
        self._school = school
        self._accounts = accounts
        self._head = head
        self._random = Random(f"announcements of {school.school_id}")
        self._ids = Ids(self._random, at=1_693_000_000_000)

    def write(self) -> None:
        for days, to, title, text in TO_SCHOOL:
            self._announce(days, to, title, text, self._head)
        for in_days, hour, hours, kind, title, where, public, places in OF_SCHOOL:
            self._event(
                in_days, hour, hours, kind, title, where, public, places, self._head,
                "students families",
            )  # fmt: skip
        groups = zip(self._school.plan.groups, self._school.plan.students, strict=True)
        for (group, name, leader), students in groups:
            author, place = self._accounts[leader], {"class_group_id": group}
            for days, to, title, text in TO_GROUPS:
                row = self._announce(days, to, title, text, author, **place)
                self._read(row, students)
            for days, hour, hours, kind, title, where, public, places in OF_GROUPS:
                titled = title.format(group=name)
                made = self._event(
                    days, hour, hours, kind, titled, where, public, places, author,
                    "families", **place,
                )  # fmt: skip
                self._reply(made, students)
        for course in self._school.plan.courses[:: len(SUBJECTS)]:
            author, place = self._accounts[course.teacher], {"course_id": course.id}
            self._announce(4, "students", "Test next week", "Chapters 3 and 4.", author, **place)
            self._event(
                10, 9, 1, K.EXAM, f"{course.title}: test", None, False, None,
                self._accounts[course.teacher], "students families", course_id=course.id,
            )  # fmt: skip

    def _addressed(self, to: str, **place: UUID) -> Row:
        group, course = place.get("class_group_id"), place.get("course_id")
        parts = {part: part in to.split() for part in ("students", "families", "staff")}
        found = addresses(self._school.school_id, group, course, **parts)
        places = {"class_group_id": group, "course_id": course}
        return {**places, **{f"to_{part}": parts[part] for part in parts}, "addressed": found}

    def _announce(
        self, days: int, to: str, title: str, text: str, author: UUID, **place: UUID
    ) -> Row:
        at = self._school.now - timedelta(days=days, minutes=self._random.randrange(300))
        row: Row = {
            "id": self._ids.new(), **self._addressed(to, **place), "author_id": author,
            "day": at.date(), "title": title, "text": text, "word_key": text_key(title, text),
            "withdrawn": False, "published_at": at, "version": 1,
        }  # fmt: skip
        self._school.add("announcement", **row)
        return row

    def _event(
        self, days: int, hour: int, hours: int, kind: EventKind, title: str, where: str | None,
        public: bool, places: int | None, author: UUID, to: str, **place: UUID,
    ) -> Row:  # fmt: skip
        day = self._school.today + timedelta(days=days)
        starts_at = instant_of(day, time(hour), ZONE)
        asks = kind in (K.PARENTS_MEETING, K.TRIP) or places is not None
        row: Row = {
            "id": self._ids.new(), **self._addressed(to, **place), "author_id": author,
            "kind": kind.value, "title": title, "description": None, "location": where,
            "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours),
            "day": day, "last_day": day, "public": public, "asks_replies": asks,
            "reply_until": starts_at - timedelta(days=1) if asks else None, "capacity": places,
            "remind_hours": 24, "remind_at": starts_at - timedelta(hours=24), "reminded_at": None,
            "withdrawn": False, "added_at": self._lately(), "version": 1,
        }  # fmt: skip
        self._school.add("school_event", **row)
        return row

    def _lately(self) -> datetime:
        return self._school.now - timedelta(hours=self._random.randrange(30, 200))

    def _read(self, announcement: Row, students: Sequence[UUID]) -> None:
        to_students = announcement["to_students"]
        people = [each if to_students else self._school.guardian_of[each] for each in students]
        for person in dict.fromkeys(people):  # a guardian may have two children there
            if self._random.random() < READ:
                later = timedelta(minutes=self._random.randrange(600))
                self._school.add(
                    "announcement_reading",
                    id=self._ids.new(),
                    announcement_id=announcement["id"],
                    account_id=self._accounts[person],
                    at=min(announcement["published_at"] + later, self._school.now),
                )

    def _reply(self, event: Row, students: Sequence[UUID]) -> None:
        left = event["capacity"] or len(students)
        for student in students:
            if self._random.random() >= REPLIED:
                continue
            answer = self._random.choice([*EventAnswer, EventAnswer.YES])
            if answer is EventAnswer.YES and left == 0:
                answer = EventAnswer.MAYBE
            left -= answer is EventAnswer.YES
            self._school.add(
                "event_reply",
                id=self._ids.new(),
                event_id=event["id"],
                student_id=student,
                account_id=self._accounts[self._school.guardian_of[student]],
                answer=answer.value,
                at=min(event["added_at"] + timedelta(hours=5), self._school.now),
            )
