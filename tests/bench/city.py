"""Schools of a city, copies of the demo's, whose families and teachers are signed in; and in which
order they ask in an evening."""

import random
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from db.store import Store
from db.writing.grades import GRADES
from db.writing.homework import HOMEWORK
from db.writing.lessons import LESSONS
from domain.ids import uuid7
from tests.bench.operations import DIARY, JOURNAL, STUDENT, Operation, Subject

COPIED = (
    "school", "academic_year", "period", "grade_scale", "subject", "work_type", "room", "teacher",
    "student", "guardian", "guardianship", "class_group", "course", "teaching", "enrolment",
    "bell_schedule", "lesson_pattern", "lesson", "attendance_taking", "grade", "homework",
    "membership",
)  # fmt: skip
"""The tables of a school that the answers are made of, each after those that it refers to."""
HOUR = 3_600.0
EVENING = 3 * HOUR
TOGETHER = 600.0
"""Seconds within which all of a family open the diary for the first time."""
READING = 20.0
"""Seconds, at most, between what somebody asks for after opening it."""
OPENINGS = 2
"""How often each opens it: when the others do, and again within the hour."""
Ask = tuple[Operation, str]
"""What is asked, by whose token."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Those who ask for the same: a family for a child's week and the child, or whoever teaches a
    course or has its class for the journal."""

    operations: list[Operation]
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class City:
    circles: list[Circle]
    questions_a_student: float
    """How many questions there are for each student, of which `circles` may be a part."""
    sessions: dict[str, list[str]]
    """By token, the students and courses of which it may ask."""
    records: dict[str, list[tuple[int, UUID]]]
    """By table, what is changed."""

    @property
    def reads(self) -> list[tuple[Operation, list[str]]]:
        return [(each, one.tokens) for one in self.circles for each in one.operations]


async def a_city(url: str, schools: int, questions: int) -> City:
    """Copies of the school, each with accounts of its own, and everybody's session; of all that may
    be asked, so many questions by chance."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # keys hold as copied
        # The others' statements do not know homework of some students of a course.
        await connection.execute("UPDATE homework SET student_ids = NULL")
        numbers = [1, *range(3, schools + 2)]
        if numbers[1:]:
            await _copy(connection, numbers[1:])
        await connection.execute("VACUUM ANALYZE")
        return await _asked(connection, numbers, questions)
    finally:
        await connection.close()


async def _copy(connection: Any, numbers: list[int]) -> None:
    await connection.execute(
        "INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'id', md5(a.id::text || n)::uuid, 'login', a.login || '.' || n,"
        " 'email', NULL))).* FROM account a, unnest($1::int[]) n WHERE a.id IN"
        " (SELECT account_id FROM membership WHERE school_id = 1)",
        numbers,
    )
    own = {
        ("membership", "account_id"): "md5(t.account_id::text || n)::uuid",
        ("school", "name"): "t.name || ' ' || n",
    }
    for table in COPIED:
        columns = [row["name"] for row in await connection.fetch(COLUMNS, table)]
        shown = ["n" if c == "school_id" else own.get((table, c), f't."{c}"') for c in columns]
        named = ", ".join(f'"{column}"' for column in columns)
        await connection.execute(
            f"INSERT INTO {table} ({named}) SELECT {', '.join(shown)}"
            f" FROM {table} t, unnest($1::int[]) n WHERE t.school_id = 1",
            numbers,
        )


COLUMNS = """
    SELECT column_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'
"""
FAMILIES = """
    SELECT s.school_id, s.id, array_agg(DISTINCT m.account_id) AS accounts
    FROM student s JOIN membership m ON m.school_id = s.school_id AND (m.student_id = s.id
      OR m.guardian_id IN (SELECT guardian_id FROM guardianship g
        WHERE g.school_id = s.school_id AND g.student_id = s.id))
    WHERE s.school_id = ANY ($1) AND s.active GROUP BY 1, 2 ORDER BY 1, 2
"""
COURSES = """
    SELECT c.school_id, c.id, array_agg(DISTINCT m.account_id) AS accounts
    FROM course c JOIN class_group g ON g.school_id = c.school_id AND g.id = c.class_group_id
    JOIN membership m ON m.school_id = c.school_id AND (m.teacher_id = g.class_teacher_id
      OR m.teacher_id IN (SELECT teacher_id FROM teaching t
        WHERE t.school_id = c.school_id AND t.course_id = c.id AND t.active))
    WHERE c.school_id = ANY ($1) AND c.active GROUP BY 1, 2 ORDER BY 1, 2
"""


async def _asked(connection: Any, schools: list[int], questions: int) -> City:
    week = await connection.fetchval(
        "SELECT date_trunc('week', day)::date FROM grade WHERE school_id = 1"
        " AND day < current_date GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    quarter = await connection.fetchrow(
        "SELECT starts_on, ends_on FROM period WHERE school_id = 1 AND kind = 'QUARTER'"
        " AND $1 BETWEEN starts_on AND ends_on",
        week,
    )
    circles: list[Circle] = []
    sessions: dict[str, list[str]] = {}
    tokens: dict[UUID, str] = {}
    last = week.fromordinal(week.toordinal() + 6)
    students = 0
    for query, noun in ((FAMILIES, "Student"), (COURSES, "Course")):
        for row in await connection.fetch(query, schools):
            own = [tokens.setdefault(each, f"session-{each}") for each in row["accounts"]]
            for token in own:
                sessions.setdefault(token, []).append(str(row["id"]))
            school, id_ = row["school_id"], row["id"]
            if noun == "Student":
                students += 1
                of = Subject(noun, school, id_, week, last)
                diary = "/{school}/students/{id}/diary"
                one = "/{school}/students/{id}"
                operations = [
                    Operation("diary week", DIARY, diary, of),
                    Operation("one student", STUDENT, one, of, dated=False),
                ]
            else:
                of = Subject(noun, school, id_, quarter["starts_on"], quarter["ends_on"])
                journal = "/{school}/courses/{id}/journal"
                operations = [Operation("class journal", JOURNAL, journal, of)]
            circles.append(Circle(operations, own))
    asked = sum(len(each.operations) for each in circles) / students
    await connection.executemany(
        "INSERT INTO session (token_hash, account_id, created_at, expires_at, id, last_used_at)"
        " VALUES ($1, $2, now(), now() + interval '1 day', $3, now())",
        [(sha256(token.encode()).digest(), id_, uuid7()) for id_, token in tokens.items()],
    )
    records = {}
    for table in ("grade", "homework", "lesson"):
        day = "lesson_day" if table == "homework" else "day"
        found = await connection.fetch(
            f"SELECT school_id, id FROM {table} WHERE school_id = ANY ($1)"
            f" AND {day} BETWEEN $2 AND $3",
            schools,
            week,
            last,
        )
        records[table] = [(row["school_id"], row["id"]) for row in found]
    return City(_some(circles, questions), asked, sessions, records)


def _some(circles: list[Circle], questions: int) -> list[Circle]:
    """A fair part of them, with so many questions; the first of each kind stay first."""
    chance, found, count = random.Random(17), list[Circle](), 0
    for circle in chance.sample(circles, len(circles)):
        if count >= questions:
            break
        found.append(circle)
        count += len(circle.operations)
    return sorted(found, key=lambda circle: -len(circle.operations))


def evening(city: City, chance: random.Random) -> list[Ask]:
    """What is asked from its beginning to its end. A family opens the diary within some minutes,
    and each of them again within the hour; whoever opens it asks for all that is theirs."""
    timed: list[tuple[float, Operation, str]] = []
    for circle in city.circles:
        together = chance.uniform(0, EVENING - HOUR)
        for token in circle.tokens:
            opened = together + chance.uniform(0, TOGETHER)
            for _ in range(OPENINGS):
                time = opened
                for operation in circle.operations:
                    timed.append((time, operation, token))
                    time += chance.uniform(0, READING)
                opened += chance.uniform(TOGETHER, HOUR - TOGETHER)
    timed.sort(key=lambda each: each[0])
    return [(operation, token) for _, operation, token in timed]


async def change(store: Store, city: City, chance: random.Random) -> None:
    """One mark, one homework or one topic, with its history and its row of the outbox."""
    written, column, values = chance.choice(
        (
            (GRADES, "value", ("2", "3", "4", "5")),
            (GRADES, "value", ("2", "3", "4", "5")),
            (HOMEWORK, "text", (f"Page {chance.randrange(200)}",)),
            (LESSONS, "topic", (f"Topic {chance.randrange(200)}",)),
        )
    )
    table = written.topic.lower()
    school, id_ = chance.choice(city.records[table])
    row: Any = await store.pool.fetchrow(
        f"SELECT * FROM {table} WHERE school_id = $1 AND id = $2",
        school,
        id_,
    )
    account = uuid7()
    async with store.transaction() as reader:
        record: Any = Record(row)
        to = {column: chance.choice(values)}
        await written.change(reader, account, record, "REVISED", "So it is", to)


class Record(dict[str, Any]):
    """A row by attribute too."""

    def __getattr__(self, name: str) -> Any:
        return self[name]
