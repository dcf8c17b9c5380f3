"""A school of odd ties: courses across classes, years that are over, people who are not there.

What is so is stated here once, as facts; `odd_oracle.py` says from them alone who may see what.
"""

from collections.abc import Mapping
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
KEPT = (
    date(TODAY.year - 5, 3, 1)
    if (TODAY.month, TODAY.day) == (2, 29)
    else date(TODAY.year - 5, TODAY.month, TODAY.day)
)
"""The school keeps for five years: what ended on this day is read today for the last time."""
YEARS = {
    "this": (TODAY - timedelta(100), TODAY + timedelta(100)),
    "ending today": (TODAY - timedelta(200), TODAY),
    "over": (TODAY - timedelta(300), YESTERDAY),
    "kept until today": (KEPT - timedelta(200), KEPT),
    "kept until yesterday": (KEPT - timedelta(200), KEPT - timedelta(1)),
}
Days = tuple[date | None, date | None]
ALWAYS: Days = (None, None)
LEFT, TO_COME = (None, YESTERDAY), (TOMORROW, None)
LAST_DAY = (None, TODAY)
MOVE, GONE = TODAY - timedelta(10), TODAY - timedelta(20)
"""The day on which a student changes class, and the last day of one who has left."""


def day(number: int, of: date = TODAY) -> date:
    return of + timedelta(number)


def until(last: date) -> Days:
    return None, last


def since(first: date) -> Days:
    return first, None


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
    "ivan, who changed class": Who(),
    "jana, who was away in between": Who(),
    "kira, who left in mid-year": Who(until(GONE)),
    "lena, read today for the last time": Who(until(KEPT)),
    "mila, read until yesterday": Who(until(day(-1, KEPT))),
    "nils, who changes class tomorrow": Who(),
}
GROUPS = {
    "7B": Group("leads 7B"),
    "8A": Group("leads 8A"),
    "6X": Group("led 6X last year", year="over"),
    "9Z": Group("leads 9Z until today", year="ending today"),
    "5Y": Group("led what is put away", year=None, active=False),
    "4W": Group("leads a class without a year", year=None),
    "3K": Group("leads what is kept until today", year="kept until today"),
    "2K": Group("led what was kept until yesterday", year="kept until yesterday"),
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
    "physics 7B": Taught("took over physics", "7B", whole=True, days=since(MOVE)),
    "art 3K": Taught("taught what is kept until today", "3K", "kept until today", whole=True),
    "art 2K": Taught(
        "taught what was kept until yesterday", "2K", "kept until yesterday", whole=True
    ),
}
MORE_TEACHINGS: tuple[tuple[str, str, Days], ...] = (
    ("was replaced in physics", "physics 7B", until(day(-1, MOVE))),
    ("taught maths 6X but for its last day", "maths 6X", until(day(-1, YESTERDAY))),
    ("stood in to the end of maths 6X", "maths 6X", (day(-5), YESTERDAY)),
)
"""Who else teaches or has taught a course, and when."""
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
    ("cleo", "3K", ALWAYS, True),
    ("cleo", "2K", ALWAYS, True),
    ("ivan, who changed class", "7B", until(day(-1, MOVE)), True),
    ("ivan, who changed class", "8A", since(MOVE), True),
    ("ivan, who changed class", "french, across classes", ALWAYS, True),
    ("jana, who was away in between", "7B", until(day(-1, MOVE)), True),
    ("jana, who was away in between", "7B", since(day(2, MOVE)), True),
    ("kira, who left in mid-year", "7B", ALWAYS, True),
    ("lena, read today for the last time", "3K", ALWAYS, True),
    ("mila, read until yesterday", "3K", ALWAYS, True),
    ("nils, who changes class tomorrow", "7B", LAST_DAY, True),
    ("nils, who changes class tomorrow", "8A", TO_COME, True),
)
"""Who is enrolled where, and whether a roster still lists it."""
GUARDIANS = {name: Who() for name in (
    "ada's mother", "ada's father", "was ada's until yesterday", "is ada's from tomorrow",
    "ben's and cleo's", "emil's", "dora's", "finn's", "gina's", "hugo's", "ivan's", "lena's",
    "mila's",
    "kira's", "kira's to the last day", "kira's until the day before", "kira's until the day after",
    "kira's from the day after", "kira's and ada's",
    "ada's, without contacts", "ada's, who sees nothing", "kira's, who sees nothing",
    "ben's, and cleo's without contacts",
)} | {
    "ada's, put away": Who(active=False), "ada's, who left": Who(LEFT),
    "kira's, who left with her": Who(until(GONE)),
    "kira's, who left before": Who(until(day(-1, GONE))),
    "kira's, who left after her": Who(until(day(1, GONE))),
}  # fmt: skip
RESTRICTED = {
    ("ada's, without contacts", "ada"): "NO_CONTACTS",
    ("ada's, who sees nothing", "ada"): "NOTHING_SEEN",
    ("kira's, who sees nothing", "kira, who left in mid-year"): "NOTHING_SEEN",
    ("ben's, and cleo's without contacts", "cleo"): "NO_CONTACTS",
}
"""What is kept from guardians of a child, by a court's order."""
WARDS: tuple[tuple[str, str, Days], ...] = (
    ("ada's mother", "ada", ALWAYS),
    ("ada's father", "ada", LAST_DAY),
    ("ada's, without contacts", "ada", ALWAYS),
    ("ada's, who sees nothing", "ada", ALWAYS),
    ("kira's, who sees nothing", "kira, who left in mid-year", ALWAYS),
    ("ben's, and cleo's without contacts", "ben", ALWAYS),
    ("ben's, and cleo's without contacts", "cleo", ALWAYS),
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
    ("ivan's", "ivan, who changed class", since(day(2, MOVE))),
    ("lena's", "lena, read today for the last time", ALWAYS),
    ("mila's", "mila, read until yesterday", ALWAYS),
    ("kira's", "kira, who left in mid-year", ALWAYS),
    ("kira's to the last day", "kira, who left in mid-year", until(GONE)),
    ("kira's until the day before", "kira, who left in mid-year", until(day(-1, GONE))),
    ("kira's until the day after", "kira, who left in mid-year", until(day(1, GONE))),
    ("kira's from the day after", "kira, who left in mid-year", since(day(1, GONE))),
    ("kira's and ada's", "kira, who left in mid-year", ALWAYS),
    ("kira's and ada's", "ada", ALWAYS),
    ("kira's, who left with her", "kira, who left in mid-year", ALWAYS),
    ("kira's, who left before", "kira, who left in mid-year", ALWAYS),
    ("kira's, who left after her", "kira, who left in mid-year", ALWAYS),
)
TEACHERS = {
    **{group.leader: Who() for group in GROUPS.values()},
    **{course.teacher: Who() for course in COURSES.values()},
    **{teacher: Who() for teacher, _, _ in MORE_TEACHINGS},
    "leads 8A": Who(LAST_DAY),
    "teaches nothing": Who(),
}
HEADS = {"the head": ALWAYS, "was head until yesterday": LEFT}
DAY_OF = {"religion": TODAY - timedelta(2)}
"""The day of a course's lesson, where it is not yesterday."""
EDGES: dict[str, tuple[date, ...]] = {
    "maths 7B": (
        day(-1, MOVE),
        MOVE,
        day(1, MOVE),
        day(2, MOVE),
        GONE,
        day(1, GONE),
        TODAY,
        TOMORROW,
    ),
    "maths 8A": (day(-1, MOVE), MOVE, day(1, MOVE), TODAY, TOMORROW),
    "french, across classes": (day(-1, MOVE), MOVE, TODAY, day(101)),
    "physics 7B": (day(-1, MOVE), MOVE),
    "maths 6X": (day(-2), TODAY),
    "support": (day(-301),),
    "art 3K": (day(-1, KEPT), KEPT),
    "art 2K": (day(-1, KEPT),),
}
"""The days of a course's other lessons. The last ones of maths 6X and of french are after their
year, and so in nobody's diary; that of support is before the year of 6X."""
LESSONS: dict[str, tuple[str, date]] = {
    name: (name, DAY_OF.get(name, YESTERDAY))
    for name, course in COURSES.items()
    if course.year not in ("kept until today", "kept until yesterday")
} | {f"{name} of {on}": (name, on) for name, days in EDGES.items() for on in days}
"""Each lesson's course and day. At each there is homework."""
GRADED = (
    ("ada", "maths 7B"), ("ada", "french, across classes"), ("ada", "religion"),
    ("ben", "maths 7B"), ("ben", "support"), ("ben", "chess, put away"), ("ben", "choir"),
    ("cleo", "maths 8A"), ("cleo", "french, across classes"), ("cleo", "choir"), ("cleo", "latin"),
    ("dora, who left", "maths 7B"), ("emil, put away", "maths 7B"),
    ("finn, of last year's class too", "maths 6X"), ("finn, of last year's class too", "maths 8A"),
    ("finn, of last year's class too", "crafts 6X"), ("gina, on her last day", "music 9Z"),
    ("hugo, who is to come", "maths 7B"), ("cleo", f"art 3K of {KEPT}"),
    ("finn, of last year's class too", f"maths 8A of {TODAY}"),
    ("finn, of last year's class too", f"support of {day(-301)}"),
    ("ivan, who changed class", f"maths 7B of {day(-1, MOVE)}"),
    ("ivan, who changed class", f"maths 8A of {MOVE}"), ("ivan, who changed class", "maths 8A"),
    ("ivan, who changed class", f"french, across classes of {day(-1, MOVE)}"),
    ("ivan, who changed class", f"french, across classes of {MOVE}"),
    ("jana, who was away in between", f"maths 7B of {day(2, MOVE)}"),
    ("kira, who left in mid-year", f"maths 7B of {GONE}"),
    ("lena, read today for the last time", f"art 3K of {KEPT}"),
    ("mila, read until yesterday", f"art 3K of {day(-1, KEPT)}"),
)  # fmt: skip
"""There is a grade of each of these, at the lesson."""
VIEWERS = (*STUDENTS, *GUARDIANS, *TEACHERS, *HEADS)


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
    for lesson, (name, on) in LESSONS.items():
        await _lesson(connection, new, lesson, new("Course", name), on)
    for teacher, name, days in MORE_TEACHINGS:
        tie: dict[str, Any] = {"begins_on": days[0], "ends_on": days[1]}
        ids_of: dict[str, Any] = {
            "course_id": new("Course", name),
            "teacher_id": new("Teacher", teacher),
        }
        await insert(connection, Teaching(**here, **ids_of, **tie))
    for student, lesson in GRADED:
        name, on = LESSONS[lesson]
        await insert(
            connection,
            Grade(
                **here,
                id=new("Grade", f"{student}/{lesson}"),
                student_id=new("Student", student),
                course_id=new("Course", name),
                lesson_id=new("Lesson", lesson),
                work_type_id=work,
                grade_scale_id=scale,
                day=on,
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
        dated["restriction"] = RESTRICTED.get((guardian, ward))
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
    course_id = new("Course", name)
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
    )


async def _lesson(
    connection: asyncpg.Connection, new: Any, name: str, course_id: UUID, day: date
) -> None:
    here: dict[str, Any] = {"school_id": HERE}
    lesson_id = new("Lesson", name)
    starts = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9)
    await insert(
        connection,
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
            due_on=max(day, TODAY),
            text=name,
        ),
    )
