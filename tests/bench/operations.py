"""The three answers that are measured, as every server is asked for them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson

from resolvers import global_id
from tests.bench.load import Request

LIKE_A_JOURNAL = 549
"""How many grades a class's journal of a period has, as measured before the first line."""
DIARY = """
query DiaryWeek($id: ID!, $from: Date!, $to: Date!) { student(id: $id) { id displayName
  diary(from: $from, to: $to) { date lessons {
    lesson { startsAt topic subject { name } teacher { displayName } homework { text } }
    grades { value weight workType { name } comment } } } } }
"""
JOURNAL = """
query ClassJournal($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { id title
  journal(from: $from, to: $to) { lessons { id date }
    rows { student { displayName } grades { value lesson { date } } average { value } } } } }
"""
STUDENT = "query Student($id: ID!) { student(id: $id) { id displayName gradeLevel bornOn } }"
CHILD = """
    SELECT grade.school_id, grade.student_id AS id, date_trunc('week', day)::date AS first
    FROM account JOIN membership ON account_id = account.id
    JOIN guardianship USING (school_id, guardian_id)
    JOIN grade ON grade.school_id = membership.school_id
      AND grade.student_id = guardianship.student_id
    WHERE login = $1 AND day < current_date GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 2, 3 LIMIT 1
"""
COURSE = """
    SELECT grade.school_id, course_id AS id, starts_on AS first, ends_on AS last,
      count(*)::int AS grades
    FROM grade JOIN period ON period.school_id = grade.school_id AND kind = 'QUARTER'
      AND day BETWEEN starts_on AND ends_on
    WHERE state <> 'WITHDRAWN' GROUP BY 1, 2, 3, 4 ORDER BY abs(count(*) - $1), 2, 3 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an operation is about, from day to day."""

    noun: str
    school_id: int
    id: UUID
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    query: str
    path: str
    subject: Subject
    dated: bool = True

    def graphql(self, token: str) -> Request:
        of = self.subject
        variables = {"id": global_id.make(of.noun, of.school_id, of.id)}
        if self.dated:
            variables |= {"from": str(of.first), "to": str(of.last)}
        body = orjson.dumps({"query": self.query, "variables": variables})
        return Request("/graphql", token, body)

    def rest(self, token: str) -> Request:
        of = self.subject
        query = f"?from={of.first}&to={of.last}" if self.dated else ""
        return Request(self.path.format(school=of.school_id, id=of.id) + query, token)


async def operations(connection: Any, parent: str) -> list[Operation]:
    """About a child of the parent in its fullest week, and the course most like a journal."""
    child = await connection.fetchrow(CHILD, parent)
    course = await connection.fetchrow(COURSE, LIKE_A_JOURNAL)
    week = (child["first"], child["first"] + timedelta(6))
    of_child = Subject("Student", child["school_id"], child["id"], *week)
    of_course = Subject(
        "Course", course["school_id"], course["id"], course["first"], course["last"]
    )
    return [
        Operation("diary week", DIARY, "/{school}/students/{id}/diary", of_child),
        Operation("class journal", JOURNAL, "/{school}/courses/{id}/journal", of_course),
        Operation("one student", STUDENT, "/{school}/students/{id}", of_child, dated=False),
    ]
