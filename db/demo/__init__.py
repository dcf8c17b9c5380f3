"""A demo school of invented people; the same seed gives the same school."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import itemgetter
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from db.demo.announcements import Announcements
from db.demo.attendance import Attendances
from db.demo.diary_signatures import DiarySignatures
from db.demo.files import Attachments, DemoFile
from db.demo.forum import Forum
from db.demo.glossaries import Glossaries, words_of
from db.demo.history import begin_history
from db.demo.homework import HomeworkDone
from db.demo.lessons import LessonsClosed
from db.demo.materials import Materials
from db.demo.messages import Messages
from db.demo.pages import Pages
from db.demo.period_grades import PeriodGrades
from db.demo.plan import Ids
from db.demo.quizzes import Quizzes
from db.demo.remarks import Remarks
from db.demo.rows import MADE_AT, ZONE, Row, Rows, SchoolWriter
from db.demo.site_pages import write_site_pages
from db.demo.surveys import Surveys
from db.demo.timetable import Timetable
from db.loading import checked_at_the_end
from db.sort_keys import renew_keys
from db.tables import metadata
from db.telling import tell_of
from domain import clock
from domain.periods import instant_of

PASSWORD = "demo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    login: str
    password: str
    who: str


@dataclass(frozen=True, slots=True)
class Demo:
    """A few accounts to start with; everybody in the school has one."""

    accounts: tuple[DemoAccount, ...]
    files: tuple[DemoFile, ...] = ()
    """What hangs on records; the bytes are still to be kept."""


def school_clock() -> datetime:
    """The current date and time in the demo school."""
    return clock.now().astimezone(ZoneInfo(ZONE))


async def is_empty(connection: Any) -> bool:  # an asyncpg connection, or a pool's proxy of one
    return not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM school)")


async def real_schools(connection: Any) -> list[str]:
    """The names of schools that are none of the demo's."""
    rows = await connection.fetch("SELECT name FROM school WHERE NOT demo ORDER BY school_id")
    return [row["name"] for row in rows]


async def let_in(connection: Any, wanted: bool) -> None:
    """Let the demo's accounts sign in, whose passwords everybody knows, or no longer."""
    async with connection.transaction():
        changed = "UPDATE account SET active = $1 WHERE demo AND active <> $1"
        if await connection.execute(changed, wanted) != "UPDATE 0":
            await tell_of(connection)  # whoever is signed in by them is no longer


async def fill(
    connection: Any,
    *,
    students: int = 900,
    seed: int = 7,
    today: date,
    at: time = time.max,
) -> Demo:
    """Fill an empty database with a school of this many students, and a small second school.

    Lessons that end before the hour `at` of today, in the school's time zone, have been held.
    """
    random, now = Random(seed), instant_of(today, at, ZONE)
    ids = Ids(random)
    schools = [
        SchoolWriter(1, students, today, now, random, ids),
        SchoolWriter(2, min(students, 20), today, now, random, ids),
    ]
    accounts, files = Accounts(ids), list[DemoFile]()
    async with connection.transaction(), checked_at_the_end(connection):
        for school, name in zip(schools, ("Lindenhof School", "Seaside School"), strict=True):
            school.write(name, accounts.in_both)
            accounts.of(school)
            head = accounts.heads[school.school_id]
            Remarks(school, accounts.of_person).write()
            Attendances(school, accounts.of_person).write()
            HomeworkDone(school, accounts.of_person).write()
            Materials(school, accounts.of_person).write()
            write_site_pages(school, head)
            Quizzes(school).write()
            Forum(school, accounts.of_person, head).write()
            Announcements(school, accounts.of_person, head).write()
            Surveys(school, accounts.of_person, head).write()
            Glossaries(school).write()
            Timetable(school, head).write()
            Messages(school, accounts.of_person, head).write()
            Pages(school, accounts.of_person, head).write()
            files += Attachments(school, accounts.of_person).write()
            DiarySignatures(school, accounts.of_person).write()
            PeriodGrades(school, accounts.of_person).write()
            LessonsClosed(school).write()
        written = [*(school.rows for school in schools), accounts.rows]
        written.append(words_of(schools, accounts.of_person))
        for table in metadata.sorted_tables:
            for rows in written:
                if rows.get(table.name):
                    await _copy(connection, table.name, rows[table.name])
        await begin_history(connection)
        await renew_keys(connection)
        await tell_of(connection)
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence('school', 'school_id'), max(school_id))"
            " FROM school"
        )
    await connection.execute("ANALYZE")
    return Demo(tuple(accounts.shown), tuple(files))


class Accounts:
    """Accounts for everybody. They share one password, and so one hash."""

    def __init__(self, ids: Ids) -> None:
        hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        salt = ids.random.randbytes(16)
        self._hash = hasher.hash(PASSWORD, salt=salt)
        self._ids = ids
        self.rows: Rows = {"account": [], "membership": []}
        self.heads: dict[int, UUID] = {}
        """The accounts of heads by the numbers of their schools."""
        self.of_person: dict[UUID, UUID] = {}
        """The accounts of people by the ids of these."""
        self.shown: list[DemoAccount] = []
        self.in_both: tuple[str, str] | None = None
        """Given and family name of the parent with children in both schools."""
        self._by_login: dict[str, UUID] = {}
        self._numbers: Counter[str] = Counter()

    def of(self, school: SchoolWriter) -> None:
        """Logins are numbered across schools: `head`, `head2`, `student1` to `student920`."""
        head = "head" if school.school_id == 1 else f"head{school.school_id}"
        self._add(school, head, "HEAD", None, "The head")
        self.heads[school.school_id] = self._by_login[head]
        self._show(head, f"head of {school.rows['school'][0]['name']}")
        parents, teachers = list(school.children), [id_ for id_, _ in school.teachers]
        if self.in_both:
            self._add_parent_of_both(school, parents.pop(0))
        of_parent = self._all(school, "parent", "GUARDIAN", parents)
        of_teacher = self._all(school, "teacher", "TEACHER", teachers)
        of_student = self._all(
            school, "student", "STUDENT", [row["id"] for row in school.rows["student"]]
        )
        if self.in_both:
            return
        best = max(parents, key=lambda id_: len({group for _, group in school.children[id_]}))
        self._show(of_parent[best], f"parent of {_listed(school, best)}")
        _, led, leader = school.plan.groups[0]
        self._show(of_teacher[leader], f"{school.names[leader]}, class teacher of {led}")
        student, login = next(iter(of_student.items()))
        self._show(login, f"{school.names[student]}, student of {led}")
        self._choose_parent_of_both(
            school, next((one for one in reversed(parents) if one != best), best), of_parent
        )

    def _choose_parent_of_both(
        self, school: SchoolWriter, parent: UUID, logins: dict[UUID, str]
    ) -> None:
        """Choose the parent who will have children in the next school too."""
        row = next(row for row in school.rows["guardian"] if row["id"] == parent)
        self.in_both = (row["given_name"], row["family_name"])
        self._both = (logins[parent], _listed(school, parent))

    def _add_parent_of_both(self, school: SchoolWriter, parent: UUID) -> None:
        login, others = self._both
        self._tie(school, self._by_login[login], "GUARDIAN", parent)
        self._show(login, f"parent of {others} and, in the other school, {_listed(school, parent)}")

    def _all(
        self, school: SchoolWriter, word: str, role: str, people: list[UUID]
    ) -> dict[UUID, str]:
        logins = {}
        for id_ in people:
            self._numbers[word] += 1
            logins[id_] = f"{word}{self._numbers[word]}"
            self._add(school, logins[id_], role, id_, school.names[id_])
        return logins

    def _add(
        self, school: SchoolWriter, login: str, role: str, person: UUID | None, name: str
    ) -> None:
        account = self._by_login[login] = self._ids.new()
        self.rows["account"].append(
            {
                "id": account,
                "login": login,
                "password_hash": self._hash,
                "display_name": name,
                "active": True,
                "demo": True,
                "created_at": MADE_AT,
                "email": f"{login}@demo.example",
                "email_confirmed_at": MADE_AT,
            }
        )
        self._tie(school, account, role, person)

    def _tie(self, school: SchoolWriter, account: UUID, role: str, person: UUID | None) -> None:
        keys = {"STUDENT": "student_id", "GUARDIAN": "guardian_id", "TEACHER": "teacher_id"}
        held = {keys[role]: person} if role in keys else {}
        if person is not None:
            self.of_person[person] = account
        self.rows["membership"].append(
            {
                "school_id": school.school_id,
                "id": self._ids.new(),
                "account_id": account,
                "role": role,
                "student_id": None,
                "guardian_id": None,
                "teacher_id": None,
                **held,
            }
        )

    def _show(self, login: str, who: str) -> None:
        self.shown.append(DemoAccount(login, PASSWORD, who))


def _listed(school: SchoolWriter, parent: UUID) -> str:
    """The children with their classes: "Anna Petrov, 7B and Oleg Petrov, 5A"."""
    return " and ".join(f"{name}, {group}" for name, group in school.children[parent])


async def _copy(connection: Any, table: str, rows: list[Row]) -> None:
    """Copy the rows; all have the same columns."""
    columns = list(rows[0])
    await connection.copy_records_to_table(
        table, columns=columns, records=map(itemgetter(*columns), rows)
    )
