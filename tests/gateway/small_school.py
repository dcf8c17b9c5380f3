"""A school in which every field of every record holds something, and one viewer of each kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel import SQLModel

from db.naming import renew_keys
from db.tables.accounts import Account, Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.feed import Outbox
from db.tables.grade_scales import GradeScale, GradeScaleRevision
from db.tables.grades import Grade, GradeRevision
from db.tables.guardians import Guardian, Guardianship
from db.tables.history import Revision
from db.tables.homework import Homework, HomeworkRevision
from db.tables.lessons import Lesson, LessonRevision
from db.tables.periods import (
    AcademicYear,
    AcademicYearRevision,
    DayOff,
    DayOffRevision,
    Period,
    PeriodRevision,
)
from db.tables.schools import School, Subject, SubjectRevision, WorkType, WorkTypeRevision
from db.tables.students import Student
from db.tables.teachers import Teacher
from db.tables.webhooks import Webhook, WebhookDelivery
from domain.ids import uuid7
from domain.presets import FIVE_POINT
from resolvers import global_id
from resolvers.declarations.naming import snake

TODAY = datetime.now(UTC).date()
HERE, ELSEWHERE = 1, 2


@dataclass(frozen=True)
class SmallSchool:
    records: Mapping[str, UUID]
    accounts: Mapping[str, UUID] = field(default_factory=dict)

    def id(self, noun: str) -> str:
        """The global id of the record of this noun that the viewers look at."""
        return global_id.make(noun, HERE, self.records[noun])


async def insert(connection: asyncpg.Connection, *records: SQLModel) -> None:
    for record in records:
        values = record.model_dump()
        if isinstance(record, Outbox):  # the database gives it
            del values["xid"]
        names = ", ".join(values)
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await connection.execute(
            f'INSERT INTO "{record.__tablename__}" ({names}) VALUES ({places})',
            *(json.dumps(v) if isinstance(v, dict) else v for v in values.values()),
        )


def _step(history: type[Revision], **columns: Any) -> Revision:
    """One step of a history, whose columns are those of its record."""
    return history(**columns)


def _person(name: str) -> dict[str, Any]:
    return {
        "given_name": name,
        "family_name": "Adler" if name == "student" else "Sommer",
        "middle_name": "M",
        "email": f"{name}@example.org",
        "phone": "+49 30 1",
    }


async def found(connection: asyncpg.Connection) -> SmallSchool:
    """Found the school: student Ada in 7B, her class, her courses, and one grade of hers."""
    ids = {name: uuid7() for name in _NOUNS}
    await insert(
        connection,
        School(school_id=HERE, name="Here", time_zone="UTC"),
        School(school_id=ELSEWHERE, name="Elsewhere", time_zone="UTC"),
    )
    await _setting(connection, ids)
    people = await _people(connection, ids)
    await _diary(connection, ids, people)
    await _office(connection, ids)
    accounts = await _accounts(connection, ids, people)
    await _webhook(connection, ids, accounts["the head"])
    await renew_keys(connection)
    return SmallSchool(ids | {"School": global_id.NIL}, accounts)


_NOUNS = (
    "AcademicYear",
    "Period",
    "Subject",
    "WorkType",
    "GradeScale",
    "ClassGroup",
    "Course",
    "Student",
    "Guardian",
    "Teacher",
    "Lesson",
    "Homework",
    "Grade",
    "GradeRevision",
    "HomeworkRevision",
    "LessonRevision",
    "Webhook",
    "WebhookDelivery",
    "DayOff",
    "AcademicYearRevision",
    "PeriodRevision",
    "DayOffRevision",
    "SubjectRevision",
    "WorkTypeRevision",
    "GradeScaleRevision",
)


async def _setting(connection: asyncpg.Connection, ids: dict[str, UUID]) -> None:
    first, last = TODAY - timedelta(100), TODAY + timedelta(100)
    year_id, parent_id = ids["AcademicYear"], uuid7()
    span: dict[str, Any] = {"starts_on": first, "ends_on": last}
    common: dict[str, Any] = {"school_id": HERE, "academic_year_id": year_id, **span}
    await insert(
        connection,
        AcademicYear(school_id=HERE, id=year_id, name="This year", **span),
        Period(id=parent_id, name="Year", kind="YEAR", **common),
        Period(
            id=ids["Period"],
            parent_id=parent_id,
            name="Quarter",
            kind="QUARTER",
            open_until=TODAY,
            **common,
        ),
        Subject(school_id=HERE, id=ids["Subject"], name="Mathematics", code="MA"),
        WorkType(school_id=HERE, id=ids["WorkType"], name="Test", kind="TEST", weight=Decimal(2)),
        GradeScale(
            school_id=HERE, id=ids["GradeScale"], name="Five", definition=FIVE_POINT.to_data()
        ),
    )


async def _people(connection: asyncpg.Connection, ids: dict[str, UUID]) -> dict[str, UUID]:
    """People besides the ones who are looked at, by what they are."""
    more = ("classmate", "other_student", "other_guardian", "class_teacher", "other_teacher")
    people = {name: uuid7() for name in more} | {
        "student": ids["Student"],
        "guardian": ids["Guardian"],
        "course_teacher": ids["Teacher"],
    }
    tables: dict[str, Any] = {"student": Student, "classmate": Student, "other_student": Student}
    tables |= {"guardian": Guardian, "other_guardian": Guardian}
    for name, id_ in people.items():
        model = tables.get(name, Teacher)
        more_columns = {"grade_level": "7", "born_on": date(2013, 5, 1)} if model is Student else {}
        await insert(connection, model(school_id=HERE, id=id_, **_person(name), **more_columns))
    other_group, other_course = uuid7(), uuid7()
    course: dict[str, Any] = {
        "school_id": HERE,
        "academic_year_id": ids["AcademicYear"],
        "subject_id": ids["Subject"],
        "grade_scale_id": ids["GradeScale"],
        "whole_class": True,
        "code": "M",
    }
    await insert(
        connection,
        Guardianship(school_id=HERE, student_id=people["student"], guardian_id=people["guardian"]),
        Guardianship(
            school_id=HERE,
            student_id=people["other_student"],
            guardian_id=people["other_guardian"],
        ),
        ClassGroup(
            school_id=HERE,
            id=ids["ClassGroup"],
            name="7B",
            grade_level="7",
            class_teacher_id=people["class_teacher"],
        ),
        ClassGroup(
            school_id=HERE,
            id=other_group,
            name="8A",
            grade_level="8",
        ),
        ClassGroup(
            school_id=HERE, name="9C, without students", class_teacher_id=people["course_teacher"]
        ),
        Course(id=ids["Course"], title="Maths 7B", class_group_id=ids["ClassGroup"], **course),
        Course(id=other_course, title="Maths 8A", class_group_id=other_group, **course),
        Teaching(school_id=HERE, course_id=ids["Course"], teacher_id=people["course_teacher"]),
        Teaching(school_id=HERE, course_id=other_course, teacher_id=people["other_teacher"]),
    )
    for name in ("student", "classmate", "other_student"):
        group = other_group if name == "other_student" else ids["ClassGroup"]
        await insert(
            connection, Enrolment(school_id=HERE, student_id=people[name], class_group_id=group)
        )
    return people


async def _diary(
    connection: asyncpg.Connection, ids: dict[str, UUID], people: dict[str, UUID]
) -> None:
    teacher_id = people["course_teacher"]
    start = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=9)
    login = Account(login="history", password_hash="-", display_name="Who gave it")
    await insert(
        connection,
        login,
        Lesson(
            school_id=HERE,
            id=ids["Lesson"],
            course_id=ids["Course"],
            teacher_id=teacher_id,
            day=TODAY,
            slot=2,
            starts_at=start,
            ends_at=start + timedelta(minutes=45),
            room="12",
            topic="Fractions",
        ),
        Homework(
            school_id=HERE,
            id=ids["Homework"],
            lesson_id=ids["Lesson"],
            course_id=ids["Course"],
            teacher_id=teacher_id,
            lesson_day=TODAY,
            due_on=TODAY,
            due_lesson_id=ids["Lesson"],
            text="Page 12",
            expected_minutes=20,
        ),
        Grade(
            school_id=HERE,
            id=ids["Grade"],
            student_id=ids["Student"],
            course_id=ids["Course"],
            lesson_id=ids["Lesson"],
            work_type_id=ids["WorkType"],
            grade_scale_id=ids["GradeScale"],
            teacher_id=teacher_id,
            day=TODAY,
            value="4",
            number=Decimal(4),
            due_on=TODAY,
            comment="Well done",
        ),
        Grade(
            school_id=HERE,
            student_id=people["classmate"],
            course_id=ids["Course"],
            lesson_id=ids["Lesson"],
            work_type_id=ids["WorkType"],
            grade_scale_id=ids["GradeScale"],
            day=TODAY,
            value="2",
            number=Decimal(2),
            state="WITHDRAWN",
        ),
        _step(
            GradeRevision,
            school_id=HERE,
            id=ids["GradeRevision"],
            grade_id=ids["Grade"],
            version=2,
            change="REVISED",
            reason="A slip",
            account_id=login.id,
            value_before="3",
            weight_before=Decimal(1),
            state_before="GIVEN",
            comment_before="Hm",
            work_type_id_before=ids["WorkType"],
            excused_before=False,
            bonus_before=False,
            due_on_before=TODAY,
        ),
        _step(
            HomeworkRevision,
            school_id=HERE,
            id=ids["HomeworkRevision"],
            homework_id=ids["Homework"],
            version=2,
            change="CHANGED",
            reason="A slip",
            account_id=login.id,
            text_before="Page 11",
            due_on_before=TODAY,
            due_lesson_id_before=ids["Lesson"],
            withdrawn_before=False,
            expected_minutes_before=10,
        ),
        _step(
            LessonRevision,
            school_id=HERE,
            id=ids["LessonRevision"],
            lesson_id=ids["Lesson"],
            version=2,
            change="TOPIC_SET",
            reason="A slip",
            account_id=login.id,
            topic_before="Numbers",
        ),
    )


async def _office(connection: asyncpg.Connection, ids: dict[str, UUID]) -> None:
    """What the office did to what it has set up."""
    (by,) = await connection.fetch("SELECT id FROM account LIMIT 1")
    days: dict[str, Any] = {"starts_on": TODAY, "ends_on": TODAY}
    before: dict[str, Any] = {"starts_on_before": TODAY, "ends_on_before": TODAY}
    off = DayOff(
        school_id=HERE, id=ids["DayOff"], name="Trip", class_group_id=ids["ClassGroup"], **days
    )
    await insert(connection, off)
    await connection.execute(
        "UPDATE school SET grade_scale_id = $1 WHERE school_id = $2", ids["GradeScale"], HERE
    )
    kept: dict[type[Revision], dict[str, Any]] = {
        AcademicYearRevision: before,
        PeriodRevision: before | {"locked_before": False, "open_until_before": TODAY},
        DayOffRevision: before | {"class_group_id_before": ids["ClassGroup"]},
        SubjectRevision: {"code_before": "MA"},
        WorkTypeRevision: {"kind_before": "TEST", "weight_before": Decimal(1)},
        GradeScaleRevision: {},
    }
    for history, columns in kept.items():
        noun = history.__name__.removesuffix("Revision")
        same = {
            "school_id": HERE, "id": ids[history.__name__], "version": 2, "change": "CHANGED",
            "reason": "A slip", "account_id": by["id"], "name_before": "Old",
            "active_before": True, f"{snake(noun)}_id": ids[noun],
        }  # fmt: skip
        await insert(connection, _step(history, **same, **columns))


async def _accounts(
    connection: asyncpg.Connection, ids: dict[str, UUID], people: dict[str, UUID]
) -> dict[str, UUID]:
    persons: dict[str, dict[str, Any]] = {
        "guardian of this child": {"role": "GUARDIAN", "guardian_id": people["guardian"]},
        "guardian of another": {"role": "GUARDIAN", "guardian_id": people["other_guardian"]},
        "the student": {"role": "STUDENT", "student_id": people["student"]},
        "a classmate": {"role": "STUDENT", "student_id": people["classmate"]},
        "the course's teacher": {"role": "TEACHER", "teacher_id": people["course_teacher"]},
        "another teacher": {"role": "TEACHER", "teacher_id": people["other_teacher"]},
        "the class teacher": {"role": "TEACHER", "teacher_id": people["class_teacher"]},
        "the head": {"role": "HEAD"},
        "a head of another school": {"role": "HEAD", "school_id": ELSEWHERE},
    }
    here: dict[str, Any] = {"school_id": HERE}
    accounts = {}
    for kind, held in persons.items():
        account = Account(login=kind, password_hash="-", display_name=kind)
        accounts[kind] = account.id
        await insert(
            connection,
            account,
            Membership(**(here | {"account_id": account.id} | held)),
        )
    return accounts


async def _webhook(connection: asyncpg.Connection, ids: dict[str, UUID], head: UUID) -> None:
    """One that fails at the school's grade."""
    at = datetime.now(UTC)
    place: dict[str, Any] = {"school_id": HERE, "xid": 1, "seq": 0}
    await insert(
        connection,
        Webhook(
            id=ids["Webhook"],
            url="https://receiver.example/hook",
            description="The register",
            topics=["GRADE"],
            secret=b"secret",
            epoch=uuid7(),
            failing_since=at,
            next_at=at + timedelta(1),
            created_by=head,
            **place,
        ),
        WebhookDelivery(
            id=ids["WebhookDelivery"],
            webhook_id=ids["Webhook"],
            cursor="cursor",
            topic="GRADE",
            change="GIVEN",
            ref=ids["Grade"],
            at=at,
            state="FAILING",
            attempts=1,
            status=500,
            error="The answer was 500.",
            excerpt="busy",
            first_at=at,
            last_at=at,
            **place,
        ),
    )
