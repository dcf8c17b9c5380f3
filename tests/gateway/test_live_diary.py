"""A grade given by a teacher arrives, the same second, with the parent who has the diary open."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from db.demo import Demo
from gateway.process import build_app
from gateway.settings import Settings
from resolvers import global_id
from tests.gateway.browser import browser_page
from tests.gateway.toy import running

pytestmark = pytest.mark.usefixtures("browser")
SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) { token errors { code } } }
"""
GIVE = """
  mutation ($input: GiveGradeInput!) {
    giveGrade(input: $input) { grade { id value } errors { code message } }
  }
"""
A_LESSON = """
  SELECT g.school_id, g.student_id, g.lesson_id, g.work_type_id, ta.login AS teacher,
    pa.login AS parent
  FROM grade g
  JOIN period p ON p.school_id = g.school_id AND g.day BETWEEN p.starts_on AND p.ends_on
  JOIN membership tm ON tm.school_id = g.school_id AND tm.teacher_id = g.teacher_id
  JOIN account ta ON ta.id = tm.account_id
  JOIN guardianship s ON s.school_id = g.school_id AND s.student_id = g.student_id
  JOIN membership pm ON pm.school_id = g.school_id AND pm.guardian_id = s.guardian_id
  JOIN account pa ON pa.id = pm.account_id
  WHERE g.school_id = 1
  GROUP BY 1, 2, 3, 4, 5, 6 HAVING NOT bool_or(p.locked) ORDER BY max(g.day) DESC LIMIT 1
"""


@pytest.fixture
async def gateway(school_url: str) -> AsyncIterator[str]:
    async with running(build_app(Settings(), school_url)) as address:
        yield f"http://{address}"


@pytest.fixture
async def lesson(school_url: str) -> Any:
    connection = await asyncpg.connect(school_url)
    try:
        return await connection.fetchrow(A_LESSON)
    finally:
        await connection.close()


@asynccontextmanager
async def signed_in(gateway: str, login: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway) as client:
        who = {"login": login, "password": "demo"}
        answer = await ask(client, SIGN_IN, input=who)
        assert answer["data"]["signIn"]["errors"] == []
        yield client


async def ask(client: httpx.AsyncClient, query: str, **variables: object) -> Any:
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    return response.json()


async def give(gateway: str, lesson: Any, value: str) -> Any:
    grade = {
        "student": global_id.make("Student", lesson["school_id"], lesson["student_id"]),
        "lesson": global_id.make("Lesson", lesson["school_id"], lesson["lesson_id"]),
        "workType": global_id.make("WorkType", lesson["school_id"], lesson["work_type_id"]),
        "value": value,
    }
    async with signed_in(gateway, lesson["teacher"]) as teacher:
        return (await ask(teacher, GIVE, input=grade))["data"]["giveGrade"]


async def test_a_parent_in_graphiql_sees_a_grade_arrive(gateway: str, lesson: Any) -> None:
    async with browser_page(gateway) as visit:
        await visit.sign_in(lesson["parent"], "demo")
        await visit.open_tab("DiaryWeek")
        await visit.run()
        week = json.loads(await visit.response(containing='"diary"'))
        assert week["data"]["viewer"]["children"]
        await visit.open_tab("LiveGrades")
        await visit.run()
        await visit.page.wait_for_timeout(1_500)
        given = await give(gateway, lesson, "5-")
        assert given["errors"] == []
        live = json.loads(await visit.response(containing=given["grade"]["id"]))
        change = live["data"]["gradeChanged"]
        assert (change["change"], change["grade"]["value"]) == ("GIVEN", "5-")
        await visit.stop()
    assert visit.foreign == []
    assert visit.complaints == []


async def test_a_teacher_in_graphiql_sees_the_journals(gateway: str, demo: Demo) -> None:
    login = next(one.login for one in demo.accounts if one.login.startswith("teacher"))
    async with browser_page(gateway) as visit:
        await visit.sign_in(login, "demo")
        await visit.open_tab("ClassJournal")
        await visit.run()
        answer = json.loads(await visit.response(containing='"journal"'))
        assert all(
            course["journal"]["rows"] for course in answer["data"]["viewer"]["teacher"]["courses"]
        )


async def test_a_mark_outside_the_scale_is_refused_and_nothing_is_given(
    gateway: str, lesson: Any, school_url: str
) -> None:
    connection = await asyncpg.connect(school_url)
    before = await connection.fetchval("SELECT count(*) FROM grade")
    given = await give(gateway, lesson, "7")
    assert given["grade"] is None
    assert [error["code"] for error in given["errors"]] == ["OUTSIDE_SCALE"]
    assert await connection.fetchval("SELECT count(*) FROM grade") == before
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE topic = 'GRADE'") == 0
    await connection.close()
