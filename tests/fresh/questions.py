"""What is asked again after every change: screens of families, teachers and the office."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.bench.operations import DIARY, JOURNAL, STUDENT
from tests.fresh.people import HEAD_OF_TWO, MORE, OF_TWO_SCHOOLS, STUDENT_ELSEWHERE, Ids
from tests.gateway.small_school import TODAY, SmallSchool

VIEWERS = (
    "the student", "guardian of this child", "the course's teacher", "the class teacher",
    "the head", "a deputy head", "another teacher", *MORE,
)  # fmt: skip
AROUND = """
query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) { displayName
  guardians { displayName }
  enrolments { beginsOn endsOn } classGroups { name classTeacher { displayName } }
  courses { title subject { name } teachers { displayName } }
  remarks(from: $from, to: $to) { text kind } finalGrades { value }
  attendance(from: $from, to: $to) { kind minutes }
  grades(from: $from, to: $to) { value comment workType { name } }
  averages(from: $from, to: $to) { average { value } }
  absenceNotices(from: $from, to: $to) { state }
  timetable(from: $from, to: $to) { lessons { topic location { name } } } } }
"""
COURSE = """
query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { title subject { name code }
  classGroup { name } academicYear { name } teachers { displayName } teachings { endsOn }
  students { displayName } lessons(from: $from, to: $to) { topic status homework { text }
    grades { value } attendance { kind } rows { student { displayName } } } } }
"""
LESSON = """
query ($id: ID!) { lesson(id: $id) { topic status version location { name } course { title }
  teacher { displayName } homework { text dueOn statuses { student { displayName } } }
  homeworkDue { text } gradeScale { name } attendanceTakenAt } }
"""
GRADE = """
query ($id: ID!) { grade(id: $id) { value state version student { displayName }
  workType { name } gradeScale { name } lesson { topic } } }
"""
CLASS = """
query ($id: ID!, $from: Date!, $to: Date!) { classGroup(id: $id) { name
  classTeacher { displayName } deputy { displayName } academicYear { name } courses { title }
  students { displayName } timetable(from: $from, to: $to) { lessons { topic } }
  absenceNotices(from: $from, to: $to) { state } } }
"""
ME = """
{ viewer { account { login displayName email } children { displayName school { id } }
  student { displayName classGroups { name } } teacher { displayName courses { title
    classGroup { name } } } schools { id name language today timeZone weekDays }
  memberships { roles school { name } student { displayName } guardian { displayName } } } }
"""
TEACHER_WEEK = """
query ($from: Date!, $to: Date!) { viewer { account { displayName } teacher { displayName
  lessons(from: $from, to: $to) { topic status version room subject { name } course { title
    classGroup { name } } attendanceTakenAt replacement { change } } } } }
"""
FAQ = "query ($id: ID!) { school(id: $id) { name today faq { questionEn answerEn version } } }"
FORUM = """
query ($id: ID!) { school(id: $id) { forumBoards { name topics(first: 10) { totalCount
  edges { cursor node { title text by hidden moderation { state } viewerMay } } } } } }
"""
POST = "query ($id: ID!) { node(id: $id) { ... on Post { text by withdrawn version } } }"
COMMENT = "query ($id: ID!) { node(id: $id) { ... on Comment { text by withdrawn version } } }"
SURVEY = "query ($id: ID!) { node(id: $id) { ... on Survey { title closed version } } }"
ANNOUNCEMENT = "query ($id: ID!) { node(id: $id) { ... on Announcement { title text version } } }"
MESSAGES = """
query ($id: ID!) { node(id: $id) { ... on Conversation { messages(last: 5) { totalCount edges {
  cursor node { text by sentAt own } } } } } }
"""


@dataclass(frozen=True, slots=True)
class Question:
    viewer: str
    query: str
    variables: Mapping[str, Any]


def questions(small: SmallSchool, others: Ids) -> Iterator[Question]:
    """`others` are ids of a classmate, and of another school."""
    span = {"from": str(TODAY - timedelta(60)), "to": str(TODAY + timedelta(30))}
    week = {"from": str(TODAY - timedelta(3)), "to": str(TODAY + timedelta(3))}
    documents = (
        (DIARY, "Student", True), (JOURNAL, "Course", True), (STUDENT, "Student", False),
        (AROUND, "Student", True), (COURSE, "Course", True), (LESSON, "Lesson", False),
        (GRADE, "Grade", False), (CLASS, "ClassGroup", True),
        (FAQ, "School", False), (FORUM, "School", False), (POST, "Post", False),
        (COMMENT, "Comment", False), (SURVEY, "Survey", False),
        (ANNOUNCEMENT, "Announcement", False), (MESSAGES, "Conversation", False),
    )  # fmt: skip
    for viewer in VIEWERS:
        for query, noun, dated in documents:
            yield Question(viewer, query, {"id": small.id(noun)} | (span if dated else {}))
        yield Question(viewer, ME, {})
        yield Question(viewer, TEACHER_WEEK, span)
        yield Question(viewer, DIARY, {"id": small.id("Student")} | week)
        yield Question(viewer, DIARY, {"id": others["classmate"]} | span)
    for viewer in (STUDENT_ELSEWHERE, OF_TWO_SCHOOLS, HEAD_OF_TWO):
        yield Question(viewer, DIARY, {"id": others["Student"]} | span)
        yield Question(viewer, COURSE, {"id": others["Course"]} | span)
        yield Question(viewer, LESSON, {"id": others["Lesson"]})
