"""Pages of the demo school: of its class groups and subjects, of some teachers, students and
guardians; what they write there, in English and in Russian, and who follows, comments and likes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from db.tables.pages import OWNERS
from domain.pages import PageLevel, PageTheme, Reaction

ABOUT = (
    "I like **chess** and long walks.",
    "Люблю рисовать и читать фантастику.",
    "Football on Thursdays, trumpet on Fridays.",
    "Ask me about *rockets*.",
)
OF_CLASS = (
    "**The trip** is on Friday: bring lunch, a raincoat and the signed form.",
    "Спасибо всем, кто помог украсить кабинет!",
    "Photos of the sports day. Who finds themselves?",
    "We have won the *quiz* of our year. Well done!",
)
OF_SUBJECT = (
    "The olympiad begins next week; [tasks of last year](https://reading.example/olympiad).",
    "Новая выставка в музее: вход для школьников бесплатный.",
)
OF_PERSON = ("My first own cake.", "Мы вернулись с соревнований!", "Who lends me a compass?")
COMMENTS = ("Great!", "Я тоже приду.", "Thank you for the photos.", "When do we meet?")
OF_STUDENTS, OF_TEACHERS, OF_GUARDIANS = 0.12, 0.5, 0.04
"""So many have a page of their own."""
FOLLOWERS, COMMENTED, REACTED = 0.6, 0.5, 8
"""So many of a class follow its page; so many posts have a comment, and reactions at most."""


class Pages:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID], head: UUID) -> None:
        self._school = school
        self._accounts = accounts
        self._head = head
        self._random = Random(f"pages of {school.school_id}")
        self._ids = Ids(self._random, at=1_700_200_000_000)
        self._followed: set[tuple[UUID, UUID]] = set()

    def write(self) -> None:
        school = self._school
        school.rows["school"][0]["pages"] = PageLevel.CLASSES.value
        by_subject = {course.subject: course.teacher for course in school.plan.courses}
        subjects = {
            number: self._page("subject", school.subjects[number], self._accounts[teacher], None)
            for number, teacher in by_subject.items()
        }
        for number, page in subjects.items():
            author = self._accounts[by_subject[number]]
            self._posts(page, author, OF_SUBJECT, [self._head])
        for (group, _, leader), students in zip(
            school.plan.groups, school.plan.students, strict=True
        ):
            people = [self._accounts[each] for each in self._with_guardians(students)]
            author = self._accounts[leader]
            page = self._page("class_group", group, author, None)
            self._posts(page, author, OF_CLASS, people)
            for person in people:
                if self._random.random() < FOLLOWERS:
                    self._follow(page, person)
                    self._follow(self._random.choice(list(subjects.values())), person)
            self._of_people("student", students, OF_STUDENTS, people)
            guardians = list(dict.fromkeys(self._school.guardian_of[each] for each in students))
            families = [self._accounts[each] for each in guardians]
            self._of_people("guardian", guardians, OF_GUARDIANS, families)
        self._of_people("teacher", [id_ for id_, _ in school.teachers], OF_TEACHERS, [self._head])

    def _with_guardians(self, students: list[UUID]) -> list[UUID]:
        return list(
            dict.fromkeys([*students, *(self._school.guardian_of[each] for each in students)])
        )

    def _of_people(self, owner: str, people: list[UUID], share: float, readers: list[UUID]) -> None:
        begun = {row[f"{owner}_id"] for row in self._school.rows.get("page", [])}
        for person in people:
            if person in begun or self._random.random() >= share:
                continue
            author = self._accounts[person]
            page = self._page(owner, person, author, self._random.choice(ABOUT))
            self._posts(page, author, (self._random.choice(OF_PERSON),), readers)
            for reader in self._random.sample(readers, min(3, len(readers))):
                self._follow(page, reader)

    def _page(self, owner: str, id_: UUID, author: UUID, about: str | None) -> UUID:
        page = self._school.add(
            "page",
            id=self._ids.new(),
            **{f"{each}_id": id_ if each == owner else None for each in OWNERS},
            about=about,
            theme=self._random.choice(list(PageTheme)).value,
            begun_at=self._school.begun,
            version=1,
        )
        self._school.add_first_step("page", page, "CREATED", author, at=self._school.begun)
        return page

    def _posts(self, page: UUID, author: UUID, texts: tuple[str, ...], readers: list[UUID]) -> None:
        for text in texts:
            at = self._school.now - timedelta(hours=self._random.randint(2, 24 * 60))
            row: Row = {"id": self._ids.new(), "page_id": page, "author_id": author, "text": text}
            post = self._add("post", "posted_at", at, row)
            if self._random.random() < COMMENTED:
                reader, said = self._random.choice(readers), self._random.choice(COMMENTS)
                row = {"id": self._ids.new(), "post_id": post, "author_id": reader, "text": said}
                self._add("comment", "written_at", at + timedelta(hours=1), row)
            most = min(REACTED, len(readers))
            for reader in self._random.sample(readers, self._random.randint(0, most)):
                self._school.add(
                    "post_reaction",
                    id=self._ids.new(),
                    post_id=post,
                    account_id=reader,
                    kind=self._random.choice(list(Reaction)).value,
                    at=at + timedelta(hours=1),
                )

    def _add(self, table: str, instant: str, at: datetime, row: dict[str, Any]) -> UUID:
        more = {"hidden": False, "withdrawn": False, instant: at, "version": 1}
        return self._school.add(table, **row, **more)

    def _follow(self, page: UUID, account: UUID) -> None:
        if (page, account) in self._followed:
            return
        self._followed.add((page, account))
        self._school.add(
            "page_follow",
            id=self._ids.new(),
            page_id=page,
            account_id=account,
            at=self._school.begun,
        )
