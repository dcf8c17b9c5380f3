"""The forum and the FAQ of the demo school, in English and in Russian; and what its moderators and
its guardians had to decide."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from domain.addressees import addresses
from domain.moderation import Activity, ModerationState
from domain.names import text_key

STUDENTS, FAMILIES, STAFF = PARTS = ("to_students", "to_families", "to_staff")
BOARDS: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
    ("Questions about school", "Anything that others may know.", PARTS),
    ("Взаимопомощь", "Домашние задания, пропущенные уроки, подготовка к контрольным.", (STUDENTS,)),
    ("Clubs and events", "Who plays, sings and builds, and where.", PARTS),
    ("Lost and found", None, PARTS),
    ("Parents among themselves", "Lifts, clothes and cakes.", (FAMILIES,)),
    ("Staff room", None, (STAFF,)),
)
TOPICS: tuple[tuple[int, str, str, tuple[str, ...]], ...] = (
    (0, "When does the library close?", "Is it open after the sixth lesson?",
     ("Until five, on Fridays until three.", "In the holidays it is closed.")),
    (0, "Which calculator do we need?", "The list says scientific. Does it have to be that one?",
     ("Any that has fractions will do.",)),
    (1, "Не понимаю задачу 14", "Почему в ответе две трети, а не шесть девятых?",
     ("Потому что дробь сократили: это одно и то же.", "Спасибо, я тоже не понял.")),
    (1, "Кто болел на прошлой неделе?", "Давайте вместе разберём новую тему.",
     ("Я болела. Можно после уроков?", "Приходите в читальный зал.")),
    (2, "Chess club", "We meet on Thursdays and need two more players.",
     ("I would like to come.",)),
    (2, "Choir before the concert", "Please bring your notes on Monday.", ()),
    (3, "A blue scarf", "I left it in the gym.", ("It hangs in the office.",)),
    (4, "Who drives to the swimming pool?", "We have two seats left.", ("One for us, please.",)),
    (5, "The copier on the second floor", "It takes no A3.", ("It does since yesterday.",)),
    (3, "Нашёлся ключ", "Ключ с брелоком, лежал у входа.", ()),
)  # fmt: skip
REPORTED = ("Who has bad marks?", "Let us write down here who is the worst of the class.")
FAQ = (
    ("How do I tell the school that my child is ill?",
     "In the diary, under Absence, before the first lesson. A note of a doctor can be attached.",
     "Как сообщить школе, что ребёнок болеет?",
     "В дневнике, в разделе «Отсутствие», до первого урока. Там же можно приложить справку."),
    ("What do the marks mean?", "5 is the best mark, 2 is not enough to pass.",
     "Что значат отметки?", "5 — лучшая отметка, 2 — неудовлетворительно."),
    ("When can I speak to a teacher?", "By arrangement, or on the parents' evening.",
     "Когда можно поговорить с учителем?", "По договорённости или на родительском собрании."),
    ("Where is lunch paid for?", "At the canteen, by card.", None, None),
    (None, None, "Где получить справку об обучении?",
     "В канцелярии, в день обращения."),
)  # fmt: skip
SHARE = 0.05
"""Of the youngest so many guardians keep their child from writing somewhere."""
YOUNGEST = 40
Parts = tuple[str, ...]


class Forum:
    """Made from chances and ids of its own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID], head: UUID) -> None:
        self._school = school
        self._accounts = accounts
        self._head = head
        self._random = Random(f"forum of {school.school_id}")
        self._ids = Ids(self._random, at=1_691_000_000_000)
        self._people: dict[str, list[UUID]] = {
            STUDENTS: [row["id"] for row in school.rows["student"]],
            FAMILIES: list(school.children),
            STAFF: [id_ for id_, _ in school.teachers],
        }

    def write(self) -> None:
        boards = [self._board(rank, *board) for rank, board in enumerate(BOARDS, 1)]
        for place, title, text, answers in TOPICS:
            parts = BOARDS[place][2]
            row = self._topic(boards[place], parts, title, text)
            written = [
                self._answer(row, parts, each, hours) for hours, each in enumerate(answers, 1)
            ]
            row["accepted_id"] = written[0]["id"] if written else None
            row["pinned"] = place == 0 and not written[1:]
        self._moderated(self._topic(boards[0], PARTS, *REPORTED))
        for rank, texts in enumerate(FAQ, 1):
            self._entry(rank, *texts)
        self._restrictions()

    def _board(self, rank: int, name: str, description: str | None, parts: Parts) -> UUID:
        to = {each: each in parts for each in PARTS}
        given: Row = {"name": name, "description": description, "rank": rank, **to}
        given["addressed"] = self._addressed(parts)
        return self._set_up("forum_board", self._school.begun, **given, active=True)["id"]  # type: ignore[no-any-return]

    def _entry(self, rank: int, *texts: str | None) -> None:
        names = ("question_en", "answer_en", "question_ru", "answer_ru")
        given = dict(zip(names, texts, strict=True))
        key = text_key(*texts)
        self._set_up("faq_entry", self._school.begun, **given, word_key=key, rank=rank, active=True)

    def _addressed(self, parts: Parts) -> list[UUID]:
        return addresses(
            self._school.school_id,
            None,
            None,
            students=STUDENTS in parts,
            families=FAMILIES in parts,
            staff=STAFF in parts,
        )

    def _topic(self, board: UUID, parts: Parts, title: str, text: str) -> Row:
        days = timedelta(days=self._random.randrange(1, 21), hours=self._random.randrange(8))
        at = max(self._school.now - days, self._school.begun)
        given = {"board_id": board, "title": title, "text": text, "accepted_id": None}
        flags = dict.fromkeys(("pinned", "locked", "hidden", "withdrawn"), False)
        return self._written(
            "forum_topic", at, parts, **given, word_key=text_key(title, text), **flags
        )

    def _answer(self, topic: Row, parts: Parts, text: str, hours: int) -> Row:
        at = min(topic["written_at"] + timedelta(hours=hours), self._school.now)
        flags = dict.fromkeys(("hidden", "withdrawn"), False)
        return self._written("forum_answer", at, parts, topic_id=topic["id"], text=text, **flags)

    def _written(self, table: str, at: datetime, parts: Parts, **given: Any) -> Row:
        people = self._people[self._random.choice(parts)]
        author = self._accounts[self._random.choice(people)]
        given["addressed"] = self._addressed(parts)
        row: Row = {
            "id": self._ids.new(), "author_id": author, **given, "written_at": at, "version": 1,
        }  # fmt: skip
        self._school.add(table, **row)
        found: Row = self._school.rows[table][-1]
        self._step(table, row["id"], "ADDED", author, at)
        return found

    def _set_up(self, table: str, at: datetime, **given: Any) -> Row:
        row: Row = {"id": self._ids.new(), **given, "version": 1}
        self._school.add(table, **row)
        self._step(table, row["id"], "CREATED", self._head, at)
        return row

    def _step(
        self,
        table: str,
        id_: UUID,
        change: str,
        account: UUID,
        at: datetime,
        reason: str | None = None,
    ) -> None:
        step = self._ids.new()
        self._school.add_first_step(table, id_, change, account, at=at, step=step, reason=reason)

    def _moderated(self, topic: Row) -> None:
        """One that was reported, and waits for a moderator."""
        reporter = self._accounts[self._people[FAMILIES][-1]]
        at = min(topic["written_at"] + timedelta(hours=1), self._school.now)
        self._school.add(
            "moderation_case",
            id=topic["id"],
            noun="ForumTopic",
            author_id=topic["author_id"],
            told_id=None,
            state=ModerationState.OPEN.value,
            reports=1,
            restricted_until=None,
            appeal=None,
            opened_at=at,
            version=1,
        )
        reason = "It makes fun of others"
        self._step("moderation_case", topic["id"], "REPORTED", reporter, at, reason=reason)

    def _restrictions(self) -> None:
        for row in self._school.rows["guardianship"][:YOUNGEST]:
            if self._random.random() >= SHARE:
                continue
            id_, account = self._ids.new(), self._accounts[row["guardian_id"]]
            self._school.add(
                "child_restriction",
                id=id_,
                student_id=row["student_id"],
                author_id=account,
                activity=Activity.FORUM.value,
                withdrawn=False,
                written_at=self._school.begun,
                version=1,
            )
            reason = "When you are older"
            self._step(
                "child_restriction", id_, "ADDED", account, self._school.begun, reason=reason
            )
