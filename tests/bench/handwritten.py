"""The three answers as one would write them by hand: Starlette, asyncpg and orjson.

Its guards are those of the gateway at their cheapest: a session known in memory, and who may see
whom looked up in a set.
"""

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.rows import Row
from domain.grading import average
from resolvers.global_id import make
from tests.bench.servers import sessions_told

LEARNS = """
    SELECT student_id, course_id FROM enrolment
    WHERE school_id = $1 AND course_id IS NOT NULL AND active
      AND (begins_on IS NULL OR begins_on <= current_date)
      AND (ends_on IS NULL OR ends_on >= current_date)
    UNION
    SELECT student_id, course.id FROM enrolment
    JOIN course ON course.school_id = enrolment.school_id
      AND course.class_group_id = enrolment.class_group_id AND whole_class
    WHERE enrolment.school_id = $1 AND enrolment.active
      AND (begins_on IS NULL OR begins_on <= current_date)
      AND (ends_on IS NULL OR ends_on >= current_date)
"""
STUDENT = """
    SELECT given_name, family_name, grade_level, born_on FROM student
    WHERE school_id = $1 AND id = $2 AND active
"""
LESSONS = f"""
    SELECT lesson.id, lesson.day, starts_at, topic, subject.name AS subject,
      teacher.given_name, teacher.family_name
    FROM lesson
    JOIN ({LEARNS}) AS learns ON learns.course_id = lesson.course_id AND learns.student_id = $2
    JOIN course ON course.school_id = lesson.school_id AND course.id = lesson.course_id
    LEFT JOIN subject ON subject.school_id = $1 AND subject.id = course.subject_id
    LEFT JOIN teacher ON teacher.school_id = $1 AND teacher.id = lesson.teacher_id
    WHERE lesson.school_id = $1 AND lesson.day BETWEEN $3 AND $4 AND lesson.active
    ORDER BY lesson.day, starts_at, lesson.id
"""
HOMEWORK = """
    SELECT lesson_id, text FROM homework
    WHERE school_id = $1 AND lesson_id = ANY($2) AND NOT withdrawn ORDER BY set_at, id
"""
GRADES = """
    SELECT lesson_id, value, grade.weight, work_type.name AS work_type, comment
    FROM grade
    JOIN work_type ON work_type.school_id = grade.school_id AND work_type.id = work_type_id
    WHERE grade.school_id = $1 AND student_id = $2 AND day BETWEEN $3 AND $4
      AND state <> 'WITHDRAWN' AND grade.active
    ORDER BY day, given_at, grade.id
"""
COURSE = "SELECT title FROM course WHERE school_id = $1 AND id = $2"
COURSE_LESSONS = """
    SELECT id, day FROM lesson
    WHERE school_id = $1 AND course_id = $2 AND day BETWEEN $3 AND $4 AND active
    ORDER BY day, starts_at, id
"""
LEARNERS = f"""
    SELECT id, given_name, family_name FROM student
    JOIN ({LEARNS}) AS learns ON learns.student_id = student.id AND learns.course_id = $2
    WHERE school_id = $1 AND active ORDER BY family_name, given_name, id
"""
COURSE_GRADES = """
    SELECT student_id, day, value, number, weight, state, excused, bonus FROM grade
    WHERE school_id = $1 AND course_id = $2 AND day BETWEEN $3 AND $4
      AND state <> 'WITHDRAWN' AND active
    ORDER BY day, given_at, id
"""
SESSIONS: dict[str, frozenset[str]] = sessions_told()
"""By token, the ids of the students and courses that its holder may see."""
pool: Any


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    global pool
    pool = await asyncpg.create_pool(
        os.environ["BENCH_DATABASE_URL"], min_size=2, max_size=10, record_class=Row
    )
    yield
    await pool.close()


def asked(request: Request) -> tuple[int, UUID]:
    seen = SESSIONS.get(request.headers.get("authorization", "")[7:])
    if seen is None or request.path_params["id"] not in seen:
        raise HTTPException(404)
    return request.path_params["school"], UUID(request.path_params["id"])


def days(request: Request) -> tuple[date, date]:
    query = request.query_params
    return date.fromisoformat(query["from"]), date.fromisoformat(query["to"])


def said(data: dict[str, Any]) -> Response:
    body = orjson.dumps({"data": data}, default=decimal)
    return Response(body, media_type="application/json")


def decimal(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value))


def name_of(person: Any) -> str:
    return f"{person.given_name} {person.family_name}"


async def student(request: Request) -> Response:
    school, id_ = asked(request)
    row = await pool.fetchrow(STUDENT, school, id_)
    return said(
        {
            "student": {
                "id": make("Student", school, id_),
                "displayName": name_of(row),
                "gradeLevel": row.grade_level,
                "bornOn": row.born_on,
            }
        }
    )


async def diary(request: Request) -> Response:
    school, id_ = asked(request)
    span = days(request)
    async with pool.acquire() as connection:
        person = await connection.fetchrow(STUDENT, school, id_)
        lessons = await connection.fetch(LESSONS, school, id_, *span)
        homework = await connection.fetch(HOMEWORK, school, [lesson.id for lesson in lessons])
        grades = await connection.fetch(GRADES, school, id_, *span)
    set_at, given_at = defaultdict(list), defaultdict(list)
    for work in homework:
        set_at[work.lesson_id].append({"text": work.text})
    for grade in grades:
        given_at[grade.lesson_id].append(
            {
                "value": grade.value,
                "weight": grade.weight,
                "workType": {"name": grade.work_type},
                "comment": grade.comment,
            }
        )
    by_day = defaultdict(list)
    for lesson in lessons:
        by_day[lesson.day].append(
            {
                "lesson": {
                    "startsAt": lesson.starts_at,
                    "topic": lesson.topic,
                    "subject": {"name": lesson.subject},
                    "teacher": {"displayName": name_of(lesson)},
                    "homework": set_at[lesson.id],
                },
                "grades": given_at[lesson.id],
            }
        )
    found = [{"date": day, "lessons": entries} for day, entries in by_day.items()]
    shown = {"id": make("Student", school, id_), "displayName": name_of(person), "diary": found}
    return said({"student": shown})


async def journal(request: Request) -> Response:
    school, id_ = asked(request)
    span = days(request)
    async with pool.acquire() as connection:
        title = await connection.fetchval(COURSE, school, id_)
        lessons = await connection.fetch(COURSE_LESSONS, school, id_, *span)
        learners = await connection.fetch(LEARNERS, school, id_)
        grades = await connection.fetch(COURSE_GRADES, school, id_, *span)
    own = defaultdict(list)
    for grade in grades:
        own[grade.student_id].append(grade)
    rows = []
    for learner in learners:
        mean = average(own[learner.id])
        rows.append(
            {
                "student": {"displayName": name_of(learner)},
                "grades": [
                    {"value": grade.value, "lesson": {"date": grade.day}}
                    for grade in own[learner.id]
                ],
                "average": None if mean is None else {"value": mean.rounded()},
            }
        )
    found = {
        "lessons": [
            {"id": make("Lesson", school, lesson.id), "date": lesson.day} for lesson in lessons
        ],
        "rows": rows,
    }
    return said({"course": {"id": make("Course", school, id_), "title": title, "journal": found}})


app = Starlette(
    routes=[
        Route("/{school:int}/students/{id}", student),
        Route("/{school:int}/students/{id}/diary", diary),
        Route("/{school:int}/courses/{id}/journal", journal),
    ],
    lifespan=lifespan,
)
