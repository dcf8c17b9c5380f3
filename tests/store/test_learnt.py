"""On which days somebody has learnt where: by the statements just as by the rule of the domain."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import asyncpg

from db.reading.lessons import lessons_of_students
from db.reading.tied import ties_of_family
from db.store import Store
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment
from db.tables.lessons import Lesson
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
        bounds = Role(True, student.begins_on, student.ends_on)
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
    finally:
        await store.close()
