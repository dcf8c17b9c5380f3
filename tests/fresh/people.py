"""Viewers besides those of the small school, of whom one account is several things; and a second
school, in which a student learns."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from db.sort_keys import renew_keys
from db.tables.accounts import Account, Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.guardians import Guardian, Guardianship
from db.tables.lessons import Lesson
from db.tables.periods import AcademicYear, Period
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.ids import uuid7
from resolvers import global_id
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY, SmallSchool, insert

UNDER_AN_ORDER = "a guardian under an order"
TEACHER_AND_PARENT = "a teacher who is a parent"
OF_TWO_SCHOOLS = "a guardian in two schools"
HEAD_OF_TWO = "a head of two schools"
STUDENT_ELSEWHERE = "a student of another school"
HEAD_ELSEWHERE = "a head of another school"
"""Of the small school."""
MORE = (UNDER_AN_ORDER, TEACHER_AND_PARENT, OF_TWO_SCHOOLS, HEAD_OF_TWO, STUDENT_ELSEWHERE)
Ids = Mapping[str, str]


async def joined(connection: Any, small: SmallSchool) -> Ids:
    """Add them, unless they are there: global ids of what is asked of the second school, and of a
    classmate."""
    login = "SELECT count(*) FROM account WHERE login = $1"
    if not await connection.fetchval(login, HEAD_OF_TWO):
        async with connection.transaction():
            await _add(connection, small)
    found = {}
    for noun in ("Student", "Course", "Lesson"):
        query = f"SELECT id FROM {noun.lower()} WHERE school_id = $1"
        found[noun] = global_id.make(noun, ELSEWHERE, await connection.fetchval(query, ELSEWHERE))
    classmate = await connection.fetchval(
        "SELECT student_id FROM membership WHERE account_id = $1", small.accounts["a classmate"]
    )
    return {**found, "classmate": global_id.make("Student", HERE, classmate)}


async def _add(connection: asyncpg.Connection, small: SmallSchool) -> None:
    child = await _elsewhere(connection)
    student = small.records["Student"]
    own = [uuid7() for _ in range(4)]
    people = [
        Guardian(school_id=school, id=id_, given_name="Grace", family_name=f"Adler {number}")
        for number, (id_, school) in enumerate(zip(own, (HERE, HERE, HERE, ELSEWHERE), strict=True))
    ]
    teacher = Teacher(school_id=HERE, id=uuid7(), given_name="Alan", family_name="Adler")
    taught = Teaching(school_id=HERE, course_id=small.records["Course"], teacher_id=teacher.id)
    restricted: dict[str, Any] = {"restriction": "NO_CONTACTS"}
    ties = [
        Guardianship(school_id=HERE, student_id=student, guardian_id=own[0], **restricted),
        Guardianship(school_id=HERE, student_id=student, guardian_id=own[1]),
        Guardianship(school_id=HERE, student_id=student, guardian_id=own[2]),
        Guardianship(school_id=ELSEWHERE, student_id=child, guardian_id=own[3]),
    ]
    await insert(connection, *people, teacher, taught, *ties)
    held: dict[str, list[dict[str, Any]]] = {
        UNDER_AN_ORDER: [{"role": "GUARDIAN", "guardian_id": own[0]}],
        TEACHER_AND_PARENT: [
            {"role": "GUARDIAN", "guardian_id": own[1]},
            {"role": "TEACHER", "teacher_id": teacher.id},
        ],
        OF_TWO_SCHOOLS: [
            {"role": "GUARDIAN", "guardian_id": own[2]},
            {"role": "GUARDIAN", "guardian_id": own[3], "school_id": ELSEWHERE},
        ],
        HEAD_OF_TWO: [{"role": "HEAD"}, {"role": "HEAD", "school_id": ELSEWHERE}],
        STUDENT_ELSEWHERE: [{"role": "STUDENT", "student_id": child, "school_id": ELSEWHERE}],
    }
    for login, roles in held.items():
        account = Account(login=login, password_hash="-", display_name=login)
        here: dict[str, Any] = {"school_id": HERE, "account_id": account.id}
        await insert(connection, account, *(Membership(**here | role) for role in roles))
    await renew_keys(connection)


async def _elsewhere(connection: asyncpg.Connection) -> UUID:
    """A student in a class of the second school, with a lesson today."""
    of: dict[str, Any] = {"school_id": ELSEWHERE}
    span: dict[str, Any] = {"starts_on": TODAY - timedelta(100), "ends_on": TODAY + timedelta(100)}
    year = AcademicYear(id=uuid7(), name="This year", **of, **span)
    whole = Period(id=uuid7(), academic_year_id=year.id, name="Year", kind="YEAR", **of, **span)
    student = Student(id=uuid7(), given_name="Bo", family_name="Berg", **of)
    group = ClassGroup(id=uuid7(), name="5A", grade_level="5", **of)
    course = Course(
        id=uuid7(), title="Art 5A", code="A", whole_class=True, class_group_id=group.id, **of
    )
    enrolled = Enrolment(student_id=student.id, class_group_id=group.id, **of)
    starts = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=9)
    lesson = Lesson(
        id=uuid7(), course_id=course.id, day=TODAY, slot=1, starts_at=starts,
        ends_at=starts + timedelta(minutes=45), topic="Lines", **of,
    )  # fmt: skip
    await insert(connection, year, whole, student, group, course, enrolled, lesson)
    return student.id
