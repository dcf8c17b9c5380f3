"""On which days somebody has learnt where: by the statements just as by the rule of the domain."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import asyncpg

from db.reading.journals import students_of_journals
from db.reading.lessons import lessons_of_students
from db.reading.viewer_ties import ties_of_family
from db.store import Store
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment
from db.tables.lessons import Lesson
from db.tables.periods import AcademicYear
from db.tables.schools import School
from db.tables.students import Student
from domain.ids import uuid7
from domain.ties import Role, Spans, days_learnt, is_among
from resolvers.viewer import spans_of
from tests.gateway.samples import Samples
from tests.gateway.small_school import HERE, TODAY, insert

FIRST, LAST = TODAY - timedelta(12), TODAY + timedelta(12)


def some_days(chance: Random) -> dict[str, Any]:
    def day() -> date | None:
        return None if chance.random() < 0.3 else TODAY + timedelta(chance.randint(-10, 10))

    return {"begins_on": day(), "ends_on": day()}


async def test_statements_say_as_the_domain_on_which_days_somebody_has_learnt(
    database_url: str,
) -> None:
    chance, samples = Random(15), Samples(HERE)
    connection = await asyncpg.connect(database_url)
    await insert(connection, samples.of(School, name="Here", time_zone="UTC", active=True))
    group, part = ClassGroup(school_id=HERE, name="7B"), Course(school_id=HERE, title="Part")
    whole = Course(school_id=HERE, title="Whole", class_group_id=group.id, whole_class=True)
    await insert(connection, group, part, whole)
    lessons: dict[Any, list[date]] = {part.id: [], whole.id: []}
    for course, number in product((part, whole), range(-12, 13)):
        day = TODAY + timedelta(number)
        made = samples.of(Lesson, course_id=course.id, teacher_id=None, day=day, active=True)
        lessons[course.id].append(day)
        await insert(connection, made)
    expected: dict[Any, dict[Any, Spans]] = {}
    bounds_of: dict[Any, Role] = {}
    enrolled: dict[Any, dict[Any, list[Role]]] = {}
    for number in range(150):
        student = Student(
            school_id=HERE, id=uuid7(), given_name=str(number), family_name="A", **some_days(chance)
        )
        await insert(connection, student)
        ties = defaultdict(list)
        for _ in range(chance.randint(0, 3)):
            place, days = chance.choice((part, whole)), some_days(chance)
            column: dict[str, Any] = (
                {"course_id": part.id} if place is part else {"class_group_id": group.id}
            )
            active = chance.random() < 0.9
            await insert(
                connection,
                Enrolment(school_id=HERE, student_id=student.id, active=active, **column, **days),
            )
            if active:
                ties[place.id].append(Role(True, **days))
        bounds = bounds_of[student.id] = Role(True, student.begins_on, student.ends_on)
        enrolled[student.id] = dict(ties)
        found = {place: days_learnt(bounds, each) for place, each in ties.items()}
        expected[student.id] = {place: each for place, each in found.items() if each}
    await connection.close()
    store = await Store.connect(database_url, connections=2)
    try:
        assert any(len(each) > 1 for one in expected.values() for each in one.values())
        for student_id, places in expected.items():
            given: dict[str, Any] = {"school": HERE, "day": TODAY, "since": TODAY}
            people = {"students": [student_id], "guardians": []}
            rows: list[Any] = await store.fetch(ties_of_family, **given, **people)
            ties_found: dict[Any, set[tuple[date, date]]] = defaultdict(set)
            for row in rows:
                if row.name == "COURSE_OF_SELF":
                    ties_found[row.id].update(spans_of(row.days))
            assert {id_: each for id_, each in ties_found.items() if each} == {
                id_: set(each) for id_, each in places.items()
            }
        diaries: list[Any] = await store.fetch(
            lessons_of_students, school=HERE, ids=list(expected), first=FIRST, last=LAST
        )
        shown = [(row.student_id, row.course_id, row.day) for row in diaries]
        owed = [
            (student_id, place, day)
            for student_id, places in expected.items()
            for place, days in places.items()
            for day in lessons[place]
            if is_among(day, days)
        ]
        assert sorted(map(str, shown)) == sorted(map(str, owed))
        # Who is listed in a course learnt there within its year, however long they are enrolled.
        year = samples.of(AcademicYear, starts_on=FIRST, ends_on=TODAY - timedelta(4), active=True)
        connection = await asyncpg.connect(database_url)
        await insert(connection, year)
        await connection.execute("UPDATE course SET academic_year_id = $1", year.id)
        await connection.close()
        span = Role(True, year.starts_on, year.ends_on)
        listed: list[Any] = await store.fetch(
            students_of_journals, school=HERE, ids=[part.id, whole.id], day=LAST,
            first=FIRST + timedelta(5), last=LAST,
        )  # fmt: skip
        learnt = {
            (student_id, place)
            for student_id, ties in enrolled.items()
            for place, each in ties.items()
            if any(
                last >= FIRST + timedelta(5)
                for _, last in days_learnt(bounds_of[student_id], each, span)
            )
        }
        assert {(row.id, row.course_id) for row in listed} == learnt
        assert len(learnt) < len({pair[:2] for pair in owed})
    finally:
        await store.close()
