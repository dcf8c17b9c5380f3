"""The three answers as tutorials write them: Strawberry types, SQLAlchemy's objects, dataloaders.

Its guards are those of the hand-written endpoint.
"""

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry
from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from db.reading.parts import table
from db.tables.courses import Course, Enrolment
from db.tables.grades import Grade
from db.tables.homework import Homework
from db.tables.lessons import Lesson
from db.tables.schools import Subject, WorkType
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.grading import average
from resolvers import global_id
from tests.bench.servers import sessions_told

engine = create_async_engine(
    os.environ["BENCH_DATABASE_URL"].replace("postgresql", "postgresql+asyncpg", 1),
    pool_size=10,
    max_overflow=0,
    connect_args={"server_settings": {"timezone": "UTC", "jit": "off"}},
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
SEEN: dict[str, frozenset[str]] = sessions_told()
"""By token, the ids of the students and courses that its holder may see."""
Info = strawberry.Info[dict[str, Any], None]
From = Annotated[date, strawberry.argument(name="from")]
STUDENT, LESSON, GRADE, COURSE = table(Student), table(Lesson), table(Grade), table(Course)
HOMEWORK, ENROLMENT = table(Homework), table(Enrolment)


def today(dated: Any) -> Any:
    begun = or_(dated.begins_on.is_(None), dated.begins_on <= func.current_date())
    return and_(begun, or_(dated.ends_on.is_(None), dated.ends_on >= func.current_date()))


def learns() -> Any:
    directly = select(
        ENROLMENT.c.school_id, ENROLMENT.c.student_id, ENROLMENT.c.course_id.label("course_id")
    ).where(ENROLMENT.c.course_id.is_not(None), ENROLMENT.c.active, today(ENROLMENT.c))
    with_the_class = (
        select(ENROLMENT.c.school_id, ENROLMENT.c.student_id, COURSE.c.id.label("course_id"))
        .join(
            COURSE,
            and_(
                COURSE.c.school_id == ENROLMENT.c.school_id,
                COURSE.c.class_group_id == ENROLMENT.c.class_group_id,
                COURSE.c.whole_class,
            ),
        )
        .where(ENROLMENT.c.active, today(ENROLMENT.c))
    )
    return union(directly, with_the_class).subquery()


async def found(statement: Any) -> list[Any]:
    async with sessions() as session:
        return list((await session.scalars(statement)).all())


def by_id(model: Any) -> "DataLoader[tuple[int, UUID], Any]":
    async def load(keys: list[tuple[int, UUID]]) -> list[Any]:
        ids = [id_ for _, id_ in keys]
        rows = await found(select(model).where(model.school_id == keys[0][0], model.id.in_(ids)))
        one = {row.id: row for row in rows}
        return [one.get(id_) for id_ in ids]

    return DataLoader(load_fn=load)


def homework_by_lesson() -> "DataLoader[tuple[int, UUID], list[Any]]":
    async def load(keys: list[tuple[int, UUID]]) -> list[list[Any]]:
        own = defaultdict(list)
        for row in await found(
            select(Homework)
            .where(
                HOMEWORK.c.school_id == keys[0][0],
                HOMEWORK.c.lesson_id.in_([id_ for _, id_ in keys]),
                HOMEWORK.c.withdrawn.is_(False),
            )
            .order_by(HOMEWORK.c.set_at, HOMEWORK.c.id)
        ):
            own[row.lesson_id].append(row)
        return [own[id_] for _, id_ in keys]

    return DataLoader(load_fn=load)


GradesKey = tuple[int, UUID, date, date]


def grades_by(column: Any) -> "DataLoader[GradesKey, list[Any]]":
    async def load(keys: list[GradesKey]) -> list[list[Any]]:
        school, _, first, last = keys[0]
        own = defaultdict(list)
        for row in await found(
            select(Grade)
            .where(
                GRADE.c.school_id == school,
                column.in_([id_ for _, id_, _, _ in keys]),
                GRADE.c.day.between(first, last),
                GRADE.c.state != "WITHDRAWN",
                GRADE.c.active,
            )
            .order_by(GRADE.c.day, GRADE.c.given_at, GRADE.c.id)
        ):
            own[getattr(row, column.name)].append(row)
        return [own[id_] for _, id_, _, _ in keys]

    return DataLoader(load_fn=load)


LOADERS: dict[str, Callable[[], DataLoader[Any, Any]]] = {
    "course": lambda: by_id(Course),
    "subject": lambda: by_id(Subject),
    "teacher": lambda: by_id(Teacher),
    "lesson": lambda: by_id(Lesson),
    "work_type": lambda: by_id(WorkType),
    "homework": homework_by_lesson,
    "grades_of_student": lambda: grades_by(GRADE.c.student_id),
    "grades_of_course": lambda: grades_by(GRADE.c.course_id),
}


@strawberry.type(name="Subject")
class SubjectType:
    name: str


@strawberry.type(name="WorkType")
class WorkTypeType:
    name: str


@strawberry.type(name="Teacher")
class TeacherType:
    display_name: str


@strawberry.type(name="Homework")
class HomeworkType:
    text: str


@strawberry.type(name="Average")
class AverageType:
    value: Decimal


@strawberry.type(name="Lesson")
class LessonType:
    record: strawberry.Private[Any]
    id: strawberry.ID
    date: date
    starts_at: datetime
    topic: str | None

    @classmethod
    def of(cls, record: Any) -> Self:
        id_ = strawberry.ID(global_id.make("Lesson", record.school_id, record.id))
        return cls(
            record=record, id=id_, date=record.day, starts_at=record.starts_at, topic=record.topic
        )

    @strawberry.field
    async def subject(self, info: Info) -> SubjectType | None:
        course = await info.context["course"].load((self.record.school_id, self.record.course_id))
        subject = await info.context["subject"].load((self.record.school_id, course.subject_id))
        return SubjectType(name=subject.name)

    @strawberry.field
    async def teacher(self, info: Info) -> TeacherType | None:
        key = (self.record.school_id, self.record.teacher_id)
        return TeacherType(display_name=name_of(await info.context["teacher"].load(key)))

    @strawberry.field
    async def homework(self, info: Info) -> list[HomeworkType]:
        rows = await info.context["homework"].load((self.record.school_id, self.record.id))
        return [HomeworkType(text=row.text) for row in rows]


@strawberry.type(name="Grade")
class GradeType:
    record: strawberry.Private[Any]
    value: str | None
    weight: Decimal
    comment: str | None

    @classmethod
    def of(cls, record: Any) -> Self:
        return cls(record=record, value=record.value, weight=record.weight, comment=record.comment)

    @strawberry.field
    async def work_type(self, info: Info) -> WorkTypeType | None:
        key = (self.record.school_id, self.record.work_type_id)
        return WorkTypeType(name=(await info.context["work_type"].load(key)).name)

    @strawberry.field
    async def lesson(self, info: Info) -> LessonType | None:
        key = (self.record.school_id, self.record.lesson_id)
        return LessonType.of(await info.context["lesson"].load(key))


@strawberry.type
class DiaryEntry:
    key: strawberry.Private[GradesKey]
    lesson: LessonType

    @strawberry.field
    async def grades(self, info: Info) -> list[GradeType]:
        rows = await info.context["grades_of_student"].load(self.key)
        return [GradeType.of(row) for row in rows if row.lesson_id == self.lesson.record.id]


@strawberry.type
class DiaryDay:
    date: date
    lessons: list[DiaryEntry]


@strawberry.type(name="Student")
class StudentType:
    record: strawberry.Private[Any]
    id: strawberry.ID
    display_name: str
    grade_level: str | None
    born_on: date | None

    @classmethod
    def of(cls, record: Any) -> Self:
        return cls(
            record=record,
            id=strawberry.ID(global_id.make("Student", record.school_id, record.id)),
            display_name=name_of(record),
            grade_level=record.grade_level,
            born_on=record.born_on,
        )

    @strawberry.field
    async def diary(self, from_: From, to: date) -> list[DiaryDay]:
        learning = learns()
        rows = await found(
            select(Lesson)
            .join(
                learning,
                and_(
                    learning.c.school_id == LESSON.c.school_id,
                    learning.c.course_id == LESSON.c.course_id,
                ),
            )
            .where(
                LESSON.c.school_id == self.record.school_id,
                learning.c.student_id == self.record.id,
                LESSON.c.day.between(from_, to),
                LESSON.c.active,
            )
            .order_by(LESSON.c.day, LESSON.c.starts_at, LESSON.c.id)
        )
        key = (self.record.school_id, self.record.id, from_, to)
        days = defaultdict(list)
        for row in rows:
            days[row.day].append(DiaryEntry(key=key, lesson=LessonType.of(row)))
        return [DiaryDay(date=day, lessons=entries) for day, entries in days.items()]


@strawberry.type
class JournalRow:
    key: strawberry.Private[GradesKey]
    student: StudentType

    async def own(self, info: Info) -> list[Any]:
        rows = await info.context["grades_of_course"].load(self.key)
        return [row for row in rows if row.student_id == self.student.record.id]

    @strawberry.field
    async def grades(self, info: Info) -> list[GradeType]:
        return [GradeType.of(row) for row in await self.own(info)]

    @strawberry.field
    async def average(self, info: Info) -> AverageType | None:
        mean = average(await self.own(info))
        return AverageType(value=mean.rounded()) if mean else None


@strawberry.type
class Journal:
    key: strawberry.Private[GradesKey]

    @strawberry.field
    async def lessons(self) -> list[LessonType]:
        school, course, first, last = self.key
        rows = await found(
            select(Lesson)
            .where(
                LESSON.c.school_id == school,
                LESSON.c.course_id == course,
                LESSON.c.day.between(first, last),
                LESSON.c.active,
            )
            .order_by(LESSON.c.day, LESSON.c.starts_at, LESSON.c.id)
        )
        return [LessonType.of(row) for row in rows]

    @strawberry.field
    async def rows(self) -> list[JournalRow]:
        learning = learns()
        rows = await found(
            select(Student)
            .join(
                learning,
                and_(
                    learning.c.school_id == STUDENT.c.school_id,
                    learning.c.student_id == STUDENT.c.id,
                ),
            )
            .where(
                STUDENT.c.school_id == self.key[0],
                learning.c.course_id == self.key[1],
                STUDENT.c.active,
            )
            .order_by(STUDENT.c.family_name, STUDENT.c.given_name, STUDENT.c.id)
        )
        return [JournalRow(key=self.key, student=StudentType.of(row)) for row in rows]


@strawberry.type(name="Course")
class CourseType:
    record: strawberry.Private[Any]
    id: strawberry.ID
    title: str

    @strawberry.field
    def journal(self, from_: From, to: date) -> Journal:
        return Journal(key=(self.record.school_id, self.record.id, from_, to))


@strawberry.type
class Query:
    @strawberry.field
    async def student(self, info: Info, id: strawberry.ID) -> StudentType | None:  # noqa: A002
        record = await one(info, Student, id)
        return record and StudentType.of(record)

    @strawberry.field
    async def course(self, info: Info, id: strawberry.ID) -> CourseType | None:  # noqa: A002
        record = await one(info, Course, id)
        return record and CourseType(record=record, id=id, title=record.title)


async def one(info: Info, model: Any, text: str) -> Any:
    school, id_ = global_id.parse(text, model.__name__)
    if str(id_) not in info.context["seen"]:
        return None
    rows = await found(select(model).where(model.school_id == school, model.id == id_))
    return rows[0] if rows else None


def name_of(person: Any) -> str:
    return f"{person.given_name} {person.family_name}"


class Server(GraphQL[dict[str, Any], None]):
    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
        token = request.headers.get("authorization", "")[7:]
        loaders = {name: make() for name, make in LOADERS.items()}
        return {"seen": SEEN.get(token, frozenset()), **loaders}


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    yield
    await engine.dispose()


endpoint = Server(strawberry.Schema(Query), graphql_ide=None)
app = Starlette(routes=[Route("/graphql", endpoint)], lifespan=lifespan)
