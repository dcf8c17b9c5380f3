"""A school of odd ties: courses across classes, years that are over, people who are not there.

What is so is stated here once, as facts; `Oracle` says from them alone who may see what.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from db.sort_keys import renew_keys
from db.tables.accounts import Account, Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.grade_scales import GradeScale
from db.tables.grades import Grade
from db.tables.guardians import Guardian, Guardianship
from db.tables.homework import Homework
from db.tables.lessons import Lesson
from db.tables.periods import AcademicYear
from db.tables.schools import School, Subject, WorkType
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.ids import uuid7
from domain.presets import FIVE_POINT
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY, insert

YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)
YEARS = {
    "this": (TODAY - timedelta(100), TODAY + timedelta(100)),
    "ending today": (TODAY - timedelta(200), TODAY),
    "over": (TODAY - timedelta(300), YESTERDAY),
}
Days = tuple[date | None, date | None]
ALWAYS: Days = (None, None)
LEFT, TO_COME = (None, YESTERDAY), (TOMORROW, None)
LAST_DAY = (None, TODAY)


@dataclass(frozen=True)
class Who:
    days: Days = ALWAYS
    active: bool = True


@dataclass(frozen=True)
class Group:
    leader: str
    year: str | None = "this"
    active: bool = True


@dataclass(frozen=True)
class Taught:
    teacher: str
    group: str | None = None
    year: str | None = "this"
    active: bool = True
    whole: bool = False
    days: Days = ALWAYS
    listed: bool = True


STUDENTS = {
    "ada": Who(),
    "ben": Who(),
    "cleo": Who(),
    "dora, who left": Who(LEFT),
    "emil, put away": Who(active=False),
    "finn, of last year's class too": Who(),
    "gina, on her last day": Who(LAST_DAY),
    "hugo, who is to come": Who(TO_COME),
}
GROUPS = {
    "7B": Group("leads 7B"),
    "8A": Group("leads 8A"),
    "6X": Group("led 6X last year", year="over"),
    "9Z": Group("leads 9Z until today", year="ending today"),
    "5Y": Group("led what is put away", year=None, active=False),
    "4W": Group("leads a class without a year", year=None),
}
COURSES = {
    "maths 7B": Taught("teaches maths", "7B", whole=True),
    "maths 8A": Taught("teaches maths", "8A", whole=True),
    "french, across classes": Taught("teaches french"),
    "religion": Taught("teaches religion"),
    "support": Taught("teaches support", "7B", year=None),
    "maths 6X": Taught("taught last year", "6X", "over", whole=True),
    "crafts 6X": Taught("taught last year too", "6X", None, whole=True),
    "music 9Z": Taught("teaches until today", "9Z", "ending today", whole=True),
    "chess, put away": Taught("taught what is put away", active=False),
    "choir": Taught("taught until yesterday", days=LEFT),
    "latin": Taught("taught by a tie put away", listed=False),
}
PLACES: tuple[tuple[str, str, Days, bool], ...] = (
    ("ada", "7B", ALWAYS, True),
    ("ben", "7B", ALWAYS, True),
    ("cleo", "8A", ALWAYS, True),
    ("dora, who left", "7B", ALWAYS, True),
    ("emil, put away", "7B", ALWAYS, True),
    ("finn, of last year's class too", "6X", ALWAYS, True),
    ("finn, of last year's class too", "8A", ALWAYS, True),
    ("gina, on her last day", "9Z", ALWAYS, True),
    ("hugo, who is to come", "7B", ALWAYS, True),
    ("ben", "8A", LEFT, True),
    ("ben", "4W", ALWAYS, False),
    ("ada", "5Y", ALWAYS, True),
    ("ada", "french, across classes", ALWAYS, True),
    ("cleo", "french, across classes", ALWAYS, True),
    ("ada", "religion", ALWAYS, True),
    ("ben", "support", ALWAYS, True),
    ("ben", "chess, put away", ALWAYS, True),
    ("ben", "choir", ALWAYS, True),
    ("cleo", "choir", LEFT, True),
    ("cleo", "latin", ALWAYS, True),
)
"""Who is enrolled where, and whether a roster still lists it."""
GUARDIANS = {name: Who() for name in (
    "ada's mother", "ada's father", "was ada's until yesterday", "is ada's from tomorrow",
    "ben's and cleo's", "emil's", "dora's", "finn's", "gina's", "hugo's",
)} | {"ada's, put away": Who(active=False), "ada's, who left": Who(LEFT)}  # fmt: skip
WARDS: tuple[tuple[str, str, Days], ...] = (
    ("ada's mother", "ada", ALWAYS),
    ("ada's father", "ada", LAST_DAY),
    ("was ada's until yesterday", "ada", LEFT),
    ("is ada's from tomorrow", "ada", TO_COME),
    ("ada's, put away", "ada", ALWAYS),
    ("ada's, who left", "ada", ALWAYS),
    ("ben's and cleo's", "ben", ALWAYS),
    ("ben's and cleo's", "cleo", ALWAYS),
    ("emil's", "emil, put away", ALWAYS),
    ("dora's", "dora, who left", ALWAYS),
    ("finn's", "finn, of last year's class too", ALWAYS),
    ("gina's", "gina, on her last day", ALWAYS),
    ("hugo's", "hugo, who is to come", ALWAYS),
)
TEACHERS = {
    **{group.leader: Who() for group in GROUPS.values()},
    **{course.teacher: Who() for course in COURSES.values()},
    "leads 8A": Who(LAST_DAY),
    "teaches nothing": Who(),
}
HEADS = {"the head": ALWAYS, "was head until yesterday": LEFT}
GRADED = (
    ("ada", "maths 7B"), ("ada", "french, across classes"), ("ada", "religion"),
    ("ben", "maths 7B"), ("ben", "support"), ("ben", "chess, put away"), ("ben", "choir"),
    ("cleo", "maths 8A"), ("cleo", "french, across classes"), ("cleo", "choir"), ("cleo", "latin"),
    ("dora, who left", "maths 7B"), ("emil, put away", "maths 7B"),
    ("finn, of last year's class too", "maths 6X"), ("finn, of last year's class too", "maths 8A"),
    ("finn, of last year's class too", "crafts 6X"), ("gina, on her last day", "music 9Z"),
    ("hugo, who is to come", "maths 7B"),
)  # fmt: skip
"""There is a lesson of each course with homework, and a grade of each of these."""
DAY_OF = {"religion": TODAY - timedelta(2)}
"""The day of a course's lesson, where it is not yesterday."""
VIEWERS = (*STUDENTS, *GUARDIANS, *TEACHERS, *HEADS)


def within(days: Days, day: date = TODAY) -> bool:
    return (days[0] is None or days[0] <= day) and (days[1] is None or day <= days[1])


class Oracle:
    """Who may see what, worked out person by person from the facts; nothing of it is the gateway's.

    Each answers the names of the viewers.
    """

    def there(self, name: str) -> bool:
        who = (STUDENTS | GUARDIANS | TEACHERS).get(name)
        return who.active and within(who.days) if who else within(HEADS[name])

    def group_open(self, name: str) -> bool:
        group = GROUPS[name]
        return group.active and (group.year is None or YEARS[group.year][1] >= TODAY)

    def course_open(self, name: str) -> bool:
        course = COURSES[name]
        year = course.year or (course.group and GROUPS[course.group].year)
        return course.active and (not year or YEARS[year][1] >= TODAY)

    def groups_of(self, student: str) -> set[str]:
        return {
            place
            for who, place, days, listed in PLACES
            if who == student and place in GROUPS and listed and within(days)
        }

    def learnt(self, student: str) -> set[str]:
        """The courses that stand in the student's diary."""
        direct = {
            place
            for who, place, days, listed in PLACES
            if who == student and place in COURSES and listed and within(days)
        }
        groups = self.groups_of(student)
        return direct | {
            name for name, each in COURSES.items() if each.whole and each.group in groups
        }

    def learns(self, student: str) -> set[str]:
        """Those of them that go on."""
        return {
            name
            for name in self.learnt(student)
            if self.course_open(name)
            and not (COURSES[name].whole and not self.group_open(COURSES[name].group or ""))
        }

    def heads(self) -> set[str]:
        return {name for name in HEADS if self.there(name)}

    def guardians(self, student: str) -> set[str]:
        return {
            guardian
            for guardian, ward, days in WARDS
            if ward == student and within(days) and self.there(guardian) and self.there(student)
        }

    def family(self, student: str) -> set[str]:
        return self.guardians(student) | ({student} if self.there(student) else set())

    def leaders(self, student: str) -> set[str]:
        if not self.there(student):
            return set()
        return {
            GROUPS[group].leader
            for group in self.groups_of(student)
            if self.group_open(group) and self.there(GROUPS[group].leader)
        }

    def teachers(self, course: str) -> set[str]:
        taught = COURSES[course]
        holds = taught.listed and within(taught.days) and self.course_open(course)
        return {taught.teacher} if holds and self.there(taught.teacher) else set()

    def members(self) -> set[str]:
        wards = {name for student in STUDENTS for name in self.guardians(student)}
        others = {name for name in (*STUDENTS, *TEACHERS, *HEADS) if self.there(name)}
        return wards | others

    def student(self, name: str) -> set[str]:
        taught = set().union(*(self.teachers(course) for course in self.learns(name)), set())
        near = self.family(name) | self.leaders(name) | (taught if self.there(name) else set())
        return near | self.heads()

    def guardian(self, name: str) -> set[str]:
        wards = [ward for guardian, ward, _ in WARDS if guardian == name]
        near = {
            viewer
            for ward in wards
            if name in self.guardians(ward)
            for viewer in self.family(ward) | self.leaders(ward)
        }
        return near | self.heads()

    def contacts(self, guardian: str) -> set[str]:
        own = {guardian} if guardian in self.members() else set()
        wards = [w for g, w, _ in WARDS if g == guardian and guardian in self.guardians(w)]
        return own | self.heads() | set().union(*(self.leaders(ward) for ward in wards), set())

    def grade(self, student: str, course: str) -> set[str]:
        return self.family(student) | self.leaders(student) | self.teachers(course) | self.heads()

    def homework(self, course: str) -> set[str]:
        found = self.teachers(course) | self.heads()
        for student in STUDENTS:
            if course in self.learnt(student):
                found |= self.family(student)
            if course in self.learns(student):
                found |= self.leaders(student)
        group = COURSES[course].group
        if group and self.group_open(group) and self.course_open(course):
            found |= {GROUPS[group].leader} & self.members()
        return found

    def courses_shown(self, viewer: str, student: str) -> set[str]:
        """Which courses of the student the viewer reads of, whom they may know."""
        whole = viewer in self.family(student) | self.leaders(student) | self.heads()
        return {c for c in self.learns(student) if whole or viewer in self.teachers(c)}

    def pupils_shown(self, viewer: str, course: str) -> set[str]:
        """Which students of the course the viewer reads of in its list."""
        return {
            student
            for student in STUDENTS
            if self.there(student)
            and course in self.learnt(student)
            and viewer
            in self.family(student) | self.leaders(student) | self.heads() | self.teachers(course)
        }

    def visible(self) -> Iterator[tuple[str, str, set[str]]]:
        """Every record that is not everybody's: its noun, its name, and who may know of it."""
        for student in STUDENTS:
            yield "Student", student, self.student(student)
        for guardian in GUARDIANS:
            yield "Guardian", guardian, self.guardian(guardian)
        for course in COURSES:
            yield "Homework", course, self.homework(course)
        for student, course in GRADED:
            yield "Grade", f"{student}/{course}", self.grade(student, course)
        members = self.members()
        for noun, names in (
            ("Teacher", list(TEACHERS)),
            ("ClassGroup", list(GROUPS)),
            ("Course", list(COURSES)),
            ("Lesson", list(COURSES)),
        ):
            for name in names:
                yield noun, name, members


@dataclass(frozen=True)
class OddSchool:
    ids: Mapping[tuple[str, str], UUID]
    """By noun and name."""
    accounts: Mapping[str, UUID] = field(default_factory=dict)

    def name(self, noun: str, id_: UUID) -> str:
        return next(name for (of, name), each in self.ids.items() if of == noun and each == id_)


async def found_odd(connection: asyncpg.Connection) -> OddSchool:
    ids: dict[tuple[str, str], UUID] = {}

    def new(noun: str, name: str) -> UUID:
        return ids.setdefault((noun, name), uuid7())

    here: dict[str, Any] = {"school_id": HERE}
    work, scale, subject = uuid7(), uuid7(), uuid7()
    await insert(
        connection,
        School(school_id=HERE, name="Here"),
        School(school_id=ELSEWHERE, name="Elsewhere"),
        WorkType(**here, id=work, name="Test", kind="TEST"),
        GradeScale(**here, id=scale, name="Five", definition=FIVE_POINT.to_data()),
        Subject(**here, id=subject, name="Any"),
        *(
            AcademicYear(**here, id=new("Year", name), name=name, starts_on=first, ends_on=last)
            for name, (first, last) in YEARS.items()
        ),
    )
    accounts = await _people(connection, new)
    for name, group in GROUPS.items():
        year = new("Year", group.year) if group.year else None
        led: dict[str, Any] = {
            "class_teacher_id": new("Teacher", group.leader),
            "active": group.active,
        }
        await insert(
            connection,
            ClassGroup(**here, id=new("ClassGroup", name), name=name, academic_year_id=year, **led),
        )
    for name, course in COURSES.items():
        await _course(connection, new, name, course, subject)
    for who, place, days, listed in PLACES:
        noun, column = (
            ("ClassGroup", "class_group_id") if place in GROUPS else ("Course", "course_id")
        )
        said: dict[str, Any] = {column: new(noun, place), "active": listed}
        await insert(
            connection,
            Enrolment(
                **here, student_id=new("Student", who), begins_on=days[0], ends_on=days[1], **said
            ),
        )
    for student, name in GRADED:
        await insert(
            connection,
            Grade(
                **here,
                id=new("Grade", f"{student}/{name}"),
                student_id=new("Student", student),
                course_id=new("Course", name),
                lesson_id=new("Lesson", name),
                work_type_id=work,
                grade_scale_id=scale,
                day=DAY_OF.get(name, YESTERDAY),
                value="4",
                number=Decimal(4),
            ),
        )
    await renew_keys(connection)
    return OddSchool(ids, accounts)


async def _people(connection: asyncpg.Connection, new: Any) -> dict[str, UUID]:
    accounts: dict[str, UUID] = {}
    nouns: tuple[tuple[str, Any, Mapping[str, Who]], ...] = (
        ("Student", Student, STUDENTS),
        ("Guardian", Guardian, GUARDIANS),
        ("Teacher", Teacher, TEACHERS),
    )
    for noun, model, people in nouns:
        for name, who in people.items():
            days = {"begins_on": who.days[0], "ends_on": who.days[1], "active": who.active}
            named = {"given_name": name, "family_name": noun, "email": f"{name} <x@example.org>"}
            id_ = new(noun, name)
            await insert(connection, model(school_id=HERE, id=id_, **named, **days))
            held = {"role": noun.upper(), f"{noun.lower()}_id": id_}
            accounts[name] = await _account(connection, name, held)
    for name, days_of in HEADS.items():
        held = {"role": "HEAD", "begins_on": days_of[0], "ends_on": days_of[1]}
        accounts[name] = await _account(connection, name, held)
    for guardian, ward, (first, last) in WARDS:
        tie = {"student_id": new("Student", ward), "guardian_id": new("Guardian", guardian)}
        dated: dict[str, Any] = {"begins_on": first, "ends_on": last}
        await insert(connection, Guardianship(school_id=HERE, **tie, **dated))
    return accounts


async def _account(connection: asyncpg.Connection, name: str, held: Mapping[str, Any]) -> UUID:
    account = Account(login=name, password_hash="-", display_name=name)
    await insert(connection, account, Membership(school_id=HERE, account_id=account.id, **held))
    return account.id


async def _course(
    connection: asyncpg.Connection, new: Any, name: str, course: Taught, subject: UUID
) -> None:
    here: dict[str, Any] = {"school_id": HERE}
    course_id, lesson_id = new("Course", name), new("Lesson", name)
    day = DAY_OF.get(name, YESTERDAY)
    starts = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9)
    await insert(
        connection,
        Course(
            **here,
            id=course_id,
            title=name,
            subject_id=subject,
            academic_year_id=new("Year", course.year) if course.year else None,
            class_group_id=new("ClassGroup", course.group) if course.group else None,
            whole_class=course.whole,
            active=course.active,
        ),
        Teaching(
            **here,
            course_id=course_id,
            teacher_id=new("Teacher", course.teacher),
            begins_on=course.days[0],
            ends_on=course.days[1],
            active=course.listed,
        ),
        Lesson(
            **here,
            id=lesson_id,
            course_id=course_id,
            day=day,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=45),
            topic=name,
        ),
        Homework(
            **here,
            id=new("Homework", name),
            lesson_id=lesson_id,
            course_id=course_id,
            lesson_day=day,
            due_on=TODAY,
            text=name,
        ),
    )
