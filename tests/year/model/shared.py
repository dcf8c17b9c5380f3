"""What is announced, asked and shared, in classes, courses and the forum; and who reads each."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.year.model.rights import Eyes
from tests.year.model.ties import is_in
from tests.year.model.world import Account, Course, Group, School


@dataclass(eq=False, kw_only=True)
class Shared:
    """`shown` has what each who reads it is shown of it."""

    id: str
    school: School
    by: Account
    said: str

    def is_read_by(self, eyes: Eyes) -> bool:
        raise NotImplementedError

    def shown(self, eyes: Eyes) -> dict[str, Any]:
        raise NotImplementedError

    def wrote(self, eyes: Eyes) -> bool:
        return eyes.account is self.by and eyes.member(self.school)


@dataclass(eq=False, kw_only=True)
class ToFamilies(Shared):
    """For the families of a class group: of who is in it today, or was on the day; with who leads
    it, who wrote it, and the head."""

    group: Group
    day: date

    def is_for(self, eyes: Eyes) -> bool:
        return any(
            is_in(child, self.group, day, eyes.world)
            for child in eyes.children
            for day in (eyes.today, self.day)
        )

    def is_read_by(self, eyes: Eyes) -> bool:
        keeps = self.group in eyes.held or eyes.heads(self.school) or self.wrote(eyes)
        return keeps or self.is_for(eyes)


class Announcement(ToFamilies):
    def shown(self, eyes: Eyes) -> dict[str, Any]:
        return {"announcement": self.said}


@dataclass(eq=False, kw_only=True)
class SchoolEvent(ToFamilies):
    """`coming` are students for whom YES was replied."""

    coming: set[Any] = field(default_factory=set)

    def shown(self, eyes: Eyes) -> dict[str, Any]:
        own = sum(each in eyes.children for each in self.coming)
        return {
            "event": self.said,
            "coming": {"yes": len(self.coming)},
            "ownReplies": [{"answer": "YES"}] * own,
        }


@dataclass(eq=False, kw_only=True)
class Survey(ToFamilies):
    """A named one: who asks, and the head, see results as they come."""

    answered: set[Account] = field(default_factory=set)

    def shown(self, eyes: Eyes) -> dict[str, Any]:
        sees = eyes.heads(self.school) or self.wrote(eyes)
        return {
            "survey": self.said,
            "answered": eyes.account in self.answered,
            "results": {"answered": len(self.answered)} if sees else None,
        }


@dataclass(eq=False, kw_only=True)
class OfCourse(Shared):
    """Of who has ever learnt in the course, and their families; and of who keeps its journal."""

    course: Course

    def is_read_by(self, eyes: Eyes) -> bool:
        learners = {*eyes.own, *eyes.children}
        return eyes.keeps_journal(self.course) or any(
            eyes.has_learnt(each, self.course) for each in learners
        )


class Quiz(OfCourse):
    def shown(self, eyes: Eyes) -> dict[str, Any]:
        return {"quiz": self.said}


class Material(OfCourse):
    def shown(self, eyes: Eyes) -> dict[str, Any]:
        return {"material": self.said, "link": "https://library.example/"}


@dataclass(eq=False, kw_only=True)
class Post(Shared):
    """On the page of a class group: for who is in it today, their families, and who leads or
    teaches it."""

    group: Group

    def is_read_by(self, eyes: Eyes) -> bool:
        return (
            eyes.heads(self.school)
            or self.wrote(eyes)
            or self.group in eyes.held
            or any(each.group is self.group for each in eyes.taught)
            or any(
                is_in(each, self.group, eyes.today, eyes.world)
                for each in (*eyes.own, *eyes.children)
            )
        )

    def shown(self, eyes: Eyes) -> dict[str, Any]:
        return {"post": self.said}


@dataclass(eq=False, kw_only=True)
class Topic(Shared):
    """On a board for the students and families of the school: of today, and the head."""

    answers: int = 0

    def is_read_by(self, eyes: Eyes) -> bool:
        return eyes.heads(self.school) or any(
            each.school is self.school and each.holds(eyes.today)
            for each in (*eyes.own, *eyes.children)
        )

    def shown(self, eyes: Eyes) -> dict[str, Any]:
        return {"topic": self.said, "replies": {"totalCount": self.answers}}


class Sharing:
    """All of it, by school; with the pages of class groups, the boards, a question of each subject
    for quizzes, and on how many days something was shared."""

    def __init__(self) -> None:
        self.of: dict[School, list[Shared]] = defaultdict(list)
        self.pages: dict[Group, str] = {}
        self.boards: dict[School, str] = {}
        self.questions: dict[str, str] = {}
        self.days = 0

    def add(self, shared: Shared) -> None:
        self.of[shared.school].append(shared)
