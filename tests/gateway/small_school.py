"""A school in which every field of every record holds something, and one viewer of each kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel import SQLModel

from db.audit.verifying import entry_of
from db.reading.parts import table
from db.sort_keys import renew_keys
from db.tables.absence_notices import AbsenceNotice
from db.tables.access_codes import AccessCode
from db.tables.accounts import Account, Membership
from db.tables.announcements import Announcement
from db.tables.attendance import Attendance, AttendanceTaking
from db.tables.audit import AuditChain, AuditEntry
from db.tables.bell_schedules import BellSchedule
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.diary_signatures import Seen
from db.tables.events import EventReply, SchoolEvent
from db.tables.faq import FaqEntry
from db.tables.feed import Outbox
from db.tables.files import File
from db.tables.forum import ForumAnswer, ForumBoard, ForumTopic
from db.tables.grade_scales import GradeScale
from db.tables.grades import Grade
from db.tables.grading_rules import GradingRule
from db.tables.guardians import Guardian, Guardianship
from db.tables.history import Revision
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus
from db.tables.lesson_patterns import LessonPattern
from db.tables.lessons import Lesson
from db.tables.materials import Material
from db.tables.messages import Conversation, Message
from db.tables.moderation import ChildRestriction, ModerationCase
from db.tables.notices import Notice
from db.tables.own_data import DataExport, Erasure
from db.tables.pages import OWNERS, Page
from db.tables.period_grades import PeriodGrade
from db.tables.periods import AcademicYear, DayOff, Period
from db.tables.posts import Comment, Post, PostReaction
from db.tables.quizzes import Quiz, QuizQuestion, QuizTry
from db.tables.remarks import Remark
from db.tables.rooms import Room
from db.tables.schools import School, Subject, WorkType
from db.tables.students import Student
from db.tables.surveys import Survey
from db.tables.teachers import Teacher
from db.tables.tie_steps import TieStep
from db.tables.webhooks import Webhook, WebhookDelivery
from domain import clock
from domain.addressees import addresses
from domain.clock import now
from domain.ids import uuid7
from domain.presets import FIVE_POINT
from domain.roles import OFFICE_ROLES
from resolvers import global_id
from resolvers.declarations.noun import ATTACHED, NOUNS
from tests.gateway.samples import TODAY as TODAY
from tests.gateway.samples import Samples

HERE, ELSEWHERE = 1, 2
LAW = {"PERSON": {"years": 25, "reason": "A law"}}


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
        if isinstance(record, Outbox | AuditChain):  # the database gives it
            del values["xid"]
        names = ", ".join(values)
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await connection.execute(
            f'INSERT INTO "{record.__tablename__}" ({names}) VALUES ({places})',
            *(json.dumps(v) if isinstance(v, dict) else v for v in values.values()),
        )


def _person(name: str) -> dict[str, Any]:
    return {
        "given_name": name,
        "family_name": "Adler" if name == "student" else "Sommer",
        "middle_name": "M",
        "email": f"{name}@example.org",
        "phone": "+49 30 1",
        "begins_on": None,
        "ends_on": None,
    }


async def found(connection: asyncpg.Connection) -> SmallSchool:
    """Found the school: student Ada in 7B, her class, her courses, and a record of each noun.

    What nothing here makes by hand is made up; see `samples.py`.
    """
    samples = Samples(HERE)
    await insert(
        connection,
        samples.of(
            School,
            name="Here",
            time_zone="UTC",
            version=2,
            homework_limits={"7": 150},
            legal_terms=LAW,
            pages="CLASSES",
            held_words=["rude"],
        ),
        School(school_id=ELSEWHERE, name="Elsewhere", time_zone="UTC"),
    )
    await _setting(connection, samples)
    people = await _people(connection, samples)
    author = samples.of(Account, login="history", password_hash="-", display_name="Who gave it")
    await insert(connection, author)
    accounts = await _accounts(connection, samples, people)
    await _steps(connection, author.id)
    await _diary(connection, samples, people)
    await _messages(connection, samples, accounts)
    await _files(connection, samples, author.id, accounts["the student"])
    await _webhook(connection, samples, accounts["the head"])
    await _forum(connection, samples, accounts["the student"])
    await _access_codes(connection, samples, accounts["the head"])
    step = {"version": 2, "reason": "A slip", "account_id": author.id}
    of_school = {
        "grade_scale_id_before": samples.id_of(GradeScale),
        "week_days_before": ["MONDAY"],
        "homework_limits_before": {"7": 120},
        "legal_terms_before": LAW,
        "held_words_before": ["rude"],
    }
    await _audit(connection, samples)
    await _notice(connection, samples)
    await _own_data(connection, samples, accounts["guardian of this child"])
    before = BEFORE | {"SchoolRevision": of_school}
    for model in samples.missing():
        own = step | before.get(model.__name__, {}) if issubclass(model, Revision) else {}
        await insert(connection, samples.of(model, **own))
    for seen in (Grade, Remark):
        await insert(connection, samples.of(Seen, record_id=samples.id_of(seen)))
    for who, account in accounts.items():  # whoever is not the student's family has replied alone
        if who not in ("guardian of this child", "the student", "a head of another school"):
            own = {"student_id": None, "account_id": account, "answer": "NO"}
            await insert(connection, samples.of(EventReply, **own))
    await renew_keys(connection)
    named = NOUNS.keys() - {"School"}  # which has the nil id within itself
    ids = {noun: samples.id_of(NOUNS[noun].model) for noun in named}
    return SmallSchool(ids | {"School": global_id.NIL}, accounts)


async def _own_data(connection: asyncpg.Connection, samples: Samples, guardian: UUID) -> None:
    """An export that the guardian asked for, and an erasure."""
    item = {"kind": "MARKS", "table": "grade", "erased": 1, "kept": 2, "why": "A law"}
    expires_at = now() + timedelta(7)
    await insert(
        connection,
        samples.of(
            DataExport,
            author_id=guardian,
            kind="REPORT_CARD",
            format="PDF",
            asked={"of": global_id.make("Student", HERE, samples.id_of(Student))},
            state="READY",
            size=1,
            expires_at=expires_at,
        ),
        samples.of(
            Erasure,
            student_id=samples.id_of(Student),
            account_id=guardian,
            reason="A term",
            report={"items": [item]},
        ),
    )


async def _forum(connection: asyncpg.Connection, samples: Samples, student: UUID) -> None:
    """A topic and an answer of the student's; the topic was reported, and the student appealed."""
    everybody = addresses(HERE, None, None, students=True, families=True, staff=True)
    to = dict.fromkeys(("to_students", "to_families", "to_staff"), True)
    board, answer = samples.of(ForumBoard, addressed=everybody, **to), uuid7()
    topic = samples.of(
        ForumTopic,
        addressed=everybody,
        author_id=student,
        accepted_id=answer,
        pinned=True,
        text="Thirds?",
    )
    await insert(
        connection,
        board,
        topic,
        samples.of(ForumAnswer, id=answer, addressed=everybody, author_id=student, text="Three"),
        samples.of(
            ModerationCase,
            id=topic.id,
            noun="ForumTopic",
            author_id=student,
            told_id=student,
            reports=1,
            restricted_until=TODAY - timedelta(1),
            appeal="It is a question",
        ),
        samples.of(
            FaqEntry,
            question_en="When?",
            answer_en="At eight",
            question_ru="Когда?",
            answer_ru="В восемь",
        ),
        samples.of(ChildRestriction, activity="POSTS"),
    )


async def _audit(connection: asyncpg.Connection, samples: Samples) -> None:
    """A chain of one entry."""
    entry = samples.of(
        AuditEntry,
        change="READ",
        noun="Student",
        ref=samples.id_of(Student),
        what="CONTACTS",
        student_id=samples.id_of(Student),
        account_id=samples.id_of(Account),
        origin="192.0.2.1",
        version=1,
        digest=b"",
    )
    entry.digest = entry_of(entry).digest(b"")
    epoch = await connection.fetchval("SELECT epoch FROM feed_key")
    chain = AuditChain(school_id=HERE, number=1, digest=entry.digest, epoch=epoch)
    await insert(connection, entry, chain)


BEFORE: dict[str, dict[str, Any]] = {
    "GradeRevision": {"change": "REVISED", "value_before": "3", "state_before": "GIVEN"},
    "HomeworkRevision": {"change": "CHANGED"},
    "LessonRevision": {"change": "MOVED", "status_before": "PLANNED"},
    "BellScheduleRevision": {
        "bells_before": {"1": ["08:00", "08:45"]},
        "week_days_before": ["MONDAY"],
    },
    "GradingRuleRevision": {"grade_levels_before": ["7"]},
}
"""What the second step of a history says, where the first of all codes would not do."""


async def _setting(connection: asyncpg.Connection, samples: Samples) -> None:
    span: dict[str, Any] = {"starts_on": TODAY - timedelta(100), "ends_on": TODAY + timedelta(100)}
    year = samples.of(AcademicYear, name="This year", **span)
    whole = Period(school_id=HERE, academic_year_id=year.id, name="Year", kind="YEAR", **span)
    await insert(
        connection,
        year,
        whole,
        samples.of(Period, parent_id=whole.id, name="Quarter", kind="QUARTER", **span),
        DayOff(school_id=HERE, name="Holidays", starts_on=TODAY, ends_on=TODAY + timedelta(9)),
        samples.of(Subject, name="Mathematics", code="MA"),
        samples.of(WorkType, name="Test", kind="TEST", weight=Decimal(2)),
        samples.of(GradeScale, name="Five", definition=FIVE_POINT.to_data()),
    )
    scale = samples.id_of(GradeScale)
    await connection.execute(
        "UPDATE school SET grade_scale_id = $1 WHERE school_id = $2", scale, HERE
    )


async def _people(connection: asyncpg.Connection, samples: Samples) -> dict[str, UUID]:
    """People besides the ones who are looked at, by what they are."""
    models: dict[str, type[SQLModel]] = {
        "student": Student, "classmate": Student, "other_student": Student,
        "guardian": Guardian, "other_guardian": Guardian,
        "course_teacher": Teacher, "class_teacher": Teacher, "other_teacher": Teacher,
    }  # fmt: skip
    people: dict[str, UUID] = {}
    for name, model in models.items():
        person = samples.of(model, **_person(name))
        people[name] = person.id
        await insert(connection, person)
    course: dict[str, Any] = {"whole_class": True, "code": "M"}
    led = {f"{who}_id": people["class_teacher"] for who in ("class_teacher", "deputy")}
    ours = samples.of(ClassGroup, name="7B", grade_level="7", **led)
    eighth = ClassGroup(school_id=HERE, name="8A", grade_level="8")
    seventh_maths = samples.of(Course, title="Maths 7B", **course)
    eighth_maths = samples.of(Course, title="Maths 8A", class_group_id=eighth.id, **course)
    guarded = Guardianship(
        school_id=HERE, student_id=people["student"], guardian_id=people["guardian"]
    )
    taught = Teaching(
        school_id=HERE, course_id=seventh_maths.id, teacher_id=people["course_teacher"]
    )
    samples.keep(guarded, taught)
    await insert(
        connection,
        guarded,
        Guardianship(
            school_id=HERE,
            student_id=people["other_student"],
            guardian_id=people["other_guardian"],
        ),
        ours,
        eighth,
        ClassGroup(
            school_id=HERE, name="9C, without students", class_teacher_id=people["course_teacher"]
        ),
        seventh_maths,
        eighth_maths,
        taught,
        Teaching(school_id=HERE, course_id=eighth_maths.id, teacher_id=people["other_teacher"]),
    )
    for name in ("student", "classmate", "other_student"):
        group = eighth if name == "other_student" else ours
        placed = Enrolment(school_id=HERE, student_id=people[name], class_group_id=group.id)
        samples.keep(placed)
        await insert(connection, placed)
    return people


async def _steps(connection: asyncpg.Connection, author: UUID) -> None:
    """Of the guardianships and the roles in the office: how they began."""
    ties = await connection.fetch(
        "SELECT id, relation AS kind FROM guardianship WHERE school_id = $1 UNION ALL "
        "SELECT id, role FROM membership WHERE school_id = $1 AND role = ANY($2) UNION ALL "
        "SELECT id, 'CLASS_TEACHER' FROM class_group WHERE school_id = $1 UNION ALL "
        "SELECT id, 'TEACHER' FROM course WHERE school_id = $1 UNION ALL "
        "SELECT id, 'TEACHER' FROM teacher WHERE school_id = $1 UNION ALL "
        "SELECT id, 'GUARDIAN' FROM guardian WHERE school_id = $1",
        HERE,
        sorted(OFFICE_ROLES),
    )
    for row in ties:
        step = TieStep(
            school_id=HERE,
            tie_id=row["id"],
            change="GRANTED",
            kind=row["kind"],
            reason="So it is",
            account_id=author,
        )
        await insert(connection, step)


NINE = ["09:00", "09:45"]
SUMS = {
    "questions": [{
        "of": "0190f9a1-0000-7000-8000-000000000000", "kind": "NUMBER", "text": "2 + 2?",
        "choices": [], "right": [], "accepted": ["4"], "points": "1",
    }],
    "marks": [{"mark": "5", "percent": "90"}, {"mark": "4", "percent": "0"}],
}  # fmt: skip
"""What a quiz has in it."""
SURVEYED: dict[str, Any] = {
    "questions": [{
        "kind": "TEXT", "text": "Lunch?", "choices": [], "least": None, "most": None,
        "required": False,
    }],
}  # fmt: skip
"""What a survey asks."""


async def _diary(connection: asyncpg.Connection, samples: Samples, people: dict[str, UUID]) -> None:
    year = await connection.fetchval("SELECT id FROM period WHERE kind = 'YEAR'")
    start = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=9)
    monday: dict[str, Any] = {"name": "Usual", "week_days": ["MONDAY"], "bells": {"2": NINE}}
    await insert(
        connection,
        samples.of(Room, name="12", seats=30),
        samples.of(BellSchedule, **monday),
        samples.of(LessonPattern, week_day="MONDAY", slot=2),
        samples.of(
            Lesson,
            status="REPLACED",
            starts_at=start,
            ends_at=start + timedelta(minutes=45),
            slot=2,
            room="12",
            topic="Fractions",
        ),
        material := samples.of(Material, subject_id=None, title="Fractions"),
        samples.of(Material, subject_id=None, lesson_id=None, day=None, title="Textbook"),
        samples.of(Material, course_id=None, lesson_id=None, day=None, title="Atlas"),
        samples.of(
            Homework,
            text="Page 12",
            expected_minutes=20,
            student_ids=None,
            material_ids=[material.id],
        ),
        samples.of(Grade, value="4", number=Decimal(4), comment="Well done"),
        samples.of(
            Grade,
            student_id=people["classmate"],
            value="2",
            number=Decimal(2),
            state="WITHDRAWN",
            due_on=None,
            comment=None,
            teacher_id=None,
        ),
        samples.of(
            QuizQuestion,
            text="2 + 2?",
            definition={"choices": ["4", "5"], "right": [0], "accepted": ["4"]},
        ),
        samples.of(
            Quiz,
            title="Sums",
            content=SUMS,
            opens_at=start - timedelta(days=1),
            closes_at=start - timedelta(hours=9),
            minutes=20,
        ),
        samples.of(
            QuizTry,
            answers={"0": {"choices": [], "text": "4"}},
            handed_in_at=start - timedelta(hours=10),
            ends_at=start - timedelta(hours=9),
            grade_id=samples.id_of(Grade),
        ),
        samples.of(GradingRule, grade_levels=["7"]),
        samples.of(
            PeriodGrade,
            period_id=year,
            value="5",
            number=Decimal(5),
            proposed="4",
            average=Decimal(4),
            because="Has caught up",
            elsewhere="School No. 2",
        ),
        AttendanceTaking(school_id=HERE, id=samples.id_of(Lesson)),
        notice := samples.of(AbsenceNotice, text="A cold"),
        samples.of(
            Attendance, kind="ILL", token="I", absence=True, in_rate=True, notice_id=notice.id
        ),
    )


async def _messages(
    connection: asyncpg.Connection, samples: Samples, accounts: dict[str, UUID]
) -> None:
    """What the course's teacher has written to the guardian."""
    teacher = accounts["the course's teacher"]
    both: dict[str, Any] = {
        "author_id": teacher,
        "account_ids": [teacher, accounts["guardian of this child"]],
    }
    await insert(
        connection,
        samples.of(Conversation, **both, subject="Fractions", to_families=True),
        samples.of(
            Message,
            **both,
            text="See you then",
            word_key=" see you then",
            waiting_ids=[],
            late_ids=[],
            due_at=now() + timedelta(900),
        ),
    )


def _announced(samples: Samples, author: UUID) -> tuple[Announcement, SchoolEvent, Survey]:
    """An announcement, an event and a survey for the students and families of 7B."""
    to_whom = {"to_students": True, "to_families": True, "to_staff": False}
    group = samples.id_of(ClassGroup)
    parts = {name.removeprefix("to_"): wanted for name, wanted in to_whom.items()}
    common: dict[str, Any] = {
        "course_id": None,
        "author_id": author,
        "addressed": addresses(HERE, group, None, **parts),
        **to_whom,
    }
    starts_at = now() + timedelta(days=1)
    event = samples.of(
        SchoolEvent,
        kind="TRIP",
        title="Skating",
        description="By bus",
        location="The rink",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        day=starts_at.date(),
        last_day=starts_at.date(),
        asks_replies=True,
        reply_until=starts_at,
        capacity=30,
        remind_hours=24,
        **common,
    )
    survey = samples.of(
        Survey,
        title="Lunch",
        content=SURVEYED,
        anonymous=False,
        closes_at=now() + timedelta(days=30),
        **common,
    )
    return samples.of(Announcement, title="Lost", **common), event, survey


def _of_everybody(record: Any) -> Any:
    """The same for the whole school; an event, today."""
    everybody = {"to_students": True, "to_families": True, "to_staff": True}
    parts = {name.removeprefix("to_"): wanted for name, wanted in everybody.items()}
    to_whom = everybody | {
        "class_group_id": None,
        "addressed": addresses(HERE, None, None, **parts),
    }
    days = {"day": TODAY, "last_day": TODAY}
    return type(record)(**record.model_dump() | {"id": uuid7()} | to_whom | days)


async def _files(
    connection: asyncpg.Connection, samples: Samples, author: UUID, student: UUID
) -> None:
    """A picture that hangs on each record on which files may hang; their bytes are nowhere."""
    owners = {f"{owner}_id": None for owner in OWNERS if owner != "student"}
    page = samples.of(Page, about="Likes **chess**", **owners)
    await insert(connection, page, samples.of(Post, author_id=student, text="Won"))
    await insert(
        connection,
        samples.of(Comment, author_id=student, text="Bravo"),
        samples.of(PostReaction, account_id=student, kind="LIKE"),
        Page(school_id=HERE, subject_id=samples.id_of(Subject), theme="PLAIN"),
    )
    announcement, event, survey = _announced(samples, author)
    await insert(connection, samples.of(HomeworkStatus), announcement, event, survey)
    await insert(connection, _of_everybody(event), _of_everybody(survey))
    for use, noun in ATTACHED.items():
        file = samples.of(
            File,
            author_id=author,
            use=str(use),
            name="notes.jpg",
            media_type="image/jpeg",
            digest=b"digest",
            thumbnail=True,
            record_id=samples.id_of(noun.model),
            detached_at=None,
            place=1,
        )
        await insert(connection, file)


async def _accounts(
    connection: asyncpg.Connection, samples: Samples, people: dict[str, UUID]
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
        "a deputy head": {"role": "DEPUTY_HEAD"},
        "a secretary": {"role": "SECRETARY"},
        "a head of another school": {"role": "HEAD", "school_id": ELSEWHERE},
    }
    here: dict[str, Any] = {"school_id": HERE}
    accounts = {}
    for kind, held in persons.items():
        account = Account(login=kind, password_hash="-", display_name=kind)
        accounts[kind] = account.id
        membership = Membership(**(here | {"account_id": account.id} | held))
        samples.keep(account, membership)
        await insert(connection, account, membership)
    return accounts


async def _access_codes(connection: asyncpg.Connection, samples: Samples, head: UUID) -> None:
    """One of each kind of person that is looked at; the student's is all that a code can be."""
    at = now()
    done = {"revoked_at": at, "used_at": at, "used_by": head}
    for model, more in ((Student, done), (Guardian, {}), (Teacher, {})):
        name = f"{table(model).name}_id"
        people: dict[str, Any] = dict.fromkeys(("student_id", "guardian_id", "teacher_id"))
        code = samples.of(
            AccessCode,
            **people | {name: samples.id_of(model)},
            code_hash=uuid7().bytes,
            expires_at=at + timedelta(60),
            created_by=head,
            **more,
        )
        await insert(connection, code)


async def _notice(connection: asyncpg.Connection, samples: Samples) -> None:
    """That of the student's grade, to the family."""
    student = samples.id_of(Student)
    told = {"kind": "MARK", "topic": "GRADE", "change": "GIVEN", "ref": samples.id_of(Grade)}
    await insert(connection, samples.of(Notice, **told, to_id=student, to_whom=3, author_id=None))


async def _webhook(connection: asyncpg.Connection, samples: Samples, head: UUID) -> None:
    """One that fails at the school's grade."""
    at = clock.now()
    place: dict[str, Any] = {"xid": 1, "seq": 0}
    await insert(
        connection,
        samples.of(
            Webhook,
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
        samples.of(
            WebhookDelivery,
            cursor="cursor",
            topic="GRADE",
            change="GIVEN",
            ref=samples.id_of(Grade),
            at=at,
            state="FAILING",
            attempts=1,
            status=500,
            error="The answer was 500.",
            excerpt="busy",
            **place,
        ),
    )
