"""PostGraphile's own documents for the three answers, and its answers in the gateway's shape."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from resolvers.global_id import make
from tests.bench.load import Request
from tests.bench.operations import Operation

Data = dict[str, Any]
"""A part of an answer, as JSON has it."""
DIARY = """
query DiaryWeek($school: Int!, $id: UUID!, $from: Date!, $to: Date!) {
  student: studentBySchoolIdAndRowId(schoolId: $school, rowId: $id) {
    givenName familyName
    lessons: diaryLessonsList(begins: $from, ends: $to) { rowId day startsAt topic
      course: courseBySchoolIdAndCourseId { subject: subjectBySchoolIdAndSubjectId { name } }
      teacher: teacherBySchoolIdAndTeacherId { givenName familyName }
      homework: homeworkBySchoolIdAndLessonIdList(condition: {withdrawn: false}) { text } }
    grades: diaryGradesList(begins: $from, ends: $to) { lessonId value weight comment
      workType: workTypeBySchoolIdAndWorkTypeId { name } } } }
"""
JOURNAL = """
query ClassJournal($school: Int!, $id: UUID!, $from: Date!, $to: Date!) {
  course: courseBySchoolIdAndRowId(schoolId: $school, rowId: $id) { title
    lessons: journalLessonsList(begins: $from, ends: $to) { rowId day }
    students: journalStudentsList { rowId givenName familyName }
    grades: journalGradesList(begins: $from, ends: $to) { studentId value day }
    averages: journalAveragesList(begins: $from, ends: $to) { studentId value } } }
"""
STUDENT = """
query Student($school: Int!, $id: UUID!) {
  student: studentBySchoolIdAndRowId(schoolId: $school, rowId: $id) {
    givenName familyName gradeLevel bornOn } }
"""


def asked(operation: Operation, token: str) -> Request:
    of = operation.subject
    variables = {"school": of.school_id, "id": str(of.id)}
    if operation.dated:
        variables |= {"from": str(of.first), "to": str(of.last)}
    query, _ = SHAPES[operation.name]
    return Request("/graphql", token, orjson.dumps({"query": query, "variables": variables}))


def as_ours(operation: Operation, body: bytes) -> Data:
    """The answer as the gateway would give it; KeyError or TypeError where it is none."""
    _, shape = SHAPES[operation.name]
    return {"data": shape(operation, orjson.loads(body)["data"])}


def _name(person: Data) -> str:
    return f"{person['givenName']} {person['familyName']}"


def _student(operation: Operation, data: Data) -> Data:
    student = data["student"]
    of = operation.subject
    return {
        "student": {
            "id": make(of.noun, of.school_id, of.id),
            "displayName": _name(student),
            "gradeLevel": student["gradeLevel"],
            "bornOn": student["bornOn"],
        }
    }


def _diary(operation: Operation, data: Data) -> Data:
    student = data["student"]
    of = operation.subject
    grades = _by(student["grades"], "lessonId")
    days: dict[str, list[Data]] = defaultdict(list)
    for lesson in student["lessons"]:
        starts = datetime.fromisoformat(lesson["startsAt"]).astimezone(UTC)
        days[lesson["day"]].append(
            {
                "lesson": {
                    "startsAt": starts.isoformat(),
                    "topic": lesson["topic"],
                    "subject": lesson["course"]["subject"],
                    "teacher": {"displayName": _name(lesson["teacher"])},
                    "homework": lesson["homework"],
                },
                "grades": grades[lesson["rowId"]],
            }
        )
    diary = [{"date": day, "lessons": entries} for day, entries in days.items()]
    id_ = make(of.noun, of.school_id, of.id)
    return {"student": {"id": id_, "displayName": _name(student), "diary": diary}}


def _journal(operation: Operation, data: Data) -> Data:
    course = data["course"]
    of = operation.subject
    grades = _by(course["grades"], "studentId")
    averages = _by(course["averages"], "studentId")
    rows = [
        {
            "student": {"displayName": _name(student)},
            "grades": [
                {"value": grade["value"], "lesson": {"date": grade["day"]}}
                for grade in grades[student["rowId"]]
            ],
            "average": next(iter(averages[student["rowId"]]), None),
        }
        for student in course["students"]
    ]
    lessons = [
        {"id": make("Lesson", of.school_id, UUID(lesson["rowId"])), "date": lesson["day"]}
        for lesson in course["lessons"]
    ]
    id_ = make(of.noun, of.school_id, of.id)
    journal = {"lessons": lessons, "rows": rows}
    return {"course": {"id": id_, "title": course["title"], "journal": journal}}


def _by(rows: list[Data], key: str) -> dict[str, list[Data]]:
    found: dict[str, list[Data]] = defaultdict(list)
    for row in rows:
        found[row[key]].append({name: value for name, value in row.items() if name != key})
    return found


SHAPES: dict[str, tuple[str, Callable[[Operation, Data], Data]]] = {
    "diary week": (DIARY, _diary),
    "class journal": (JOURNAL, _journal),
    "one student": (STUDENT, _student),
}
