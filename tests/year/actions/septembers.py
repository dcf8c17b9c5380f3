"""The turn of the year: a new calendar, classes that go up, leavers and graduates."""

from datetime import date

from tests.year.actions.cast import GIVEN, family_name
from tests.year.actions.courses import add_course, add_group, main_teacher, of_year, parts_of
from tests.year.actions.people import (
    add_account,
    add_guardian,
    add_students,
    leave,
)
from tests.year.calendar import a_year_later
from tests.year.client import Step
from tests.year.model.ties import Ties, students_in
from tests.year.model.world import NEVER, Course, Group, Period, School, Student, Year
from tests.year.stage import Stage

TOP = 11
"""The last year of school."""


async def by_mutations(stage: Stage, school: School) -> None:
    """The office makes the next year out of this one, by hand."""
    old = school.years[-1]
    new = await add_year(stage, old)
    groups, courses = of_year(school, old)
    ups = {group: await go_up(stage, group, new) for group in groups if group.level < TOP}
    for course in courses:
        if course.group in ups:
            await continue_course(stage, course, ups[course.group], new)
        elif course.group is None:
            await continue_course(stage, course, None, new)
    stage.tell(f"{new} is opened by {school}'s office", *ups.values(), school, turns=True)
    await newcomer(stage, next(iter(ups.values())))


async def add_year(stage: Stage, old: Year) -> Year:
    first, last = a_year_later(old.first), a_year_later(old.last)
    name = f"{first.year}/{last.year % 100:02}"
    new = Year(school=old.school, name=name, first=first, last=last)
    school = old.school
    [payload] = await stage.office(
        school,
        (
            "createAcademicYears",
            {"school": school.id, "academicYears": [{"name": name, **_days(first, last)}]},
            "academicYears { id version }",
        ),
    )
    new.id = payload["academicYears"][0]["id"]
    school.years.append(new)
    await add_periods(stage, old, new)
    return new


async def add_periods(stage: Stage, old: Year, new: Year) -> None:
    new.periods = [
        Period(
            year=new, name=each.name, kind=each.kind,
            first=a_year_later(each.first), last=a_year_later(each.last),
        )
        for each in old.periods
    ]  # fmt: skip
    rows = [
        {"academicYear": new.id, "name": each.name, "kind": each.kind}
        | _days(each.first, each.last)
        for each in new.periods
    ]
    given = {"school": new.school.id, "periods": rows}
    [payload] = await stage.office(new.school, ("createPeriods", given, "periods { id version }"))
    for each, made in zip(new.periods, payload["periods"], strict=True):
        each.id, each.version = made["id"], made["version"]


def _days(first: date, last: date) -> dict[str, str]:
    return {"startsOn": first.isoformat(), "endsOn": last.isoformat()}


def stayers(stage: Stage, place: Group | Course) -> list[Student]:
    """Who was in it on the last day of its year, and does not leave."""
    return [each for each in students_in(place, place.year.last, stage.world) if each.last == NEVER]


async def go_up(stage: Stage, group: Group, year: Year) -> Group:
    """5A becomes 6A, with its students and its class teacher."""
    name = f"{group.level + 1}{group.name.lstrip('0123456789')}"
    teacher = group.class_teacher
    if teacher is not None and teacher.last != NEVER:
        teacher = None
    new = await add_group(stage, year, name, group.level + 1, teacher)
    students = stayers(stage, group)
    await stage.office(year.school, *(_enrolling(each, new) for each in students))
    for student in students:
        stage.world.of(Ties).enrol(student, new, year.first)
    stage.tell(f"{group} becomes {new}", group, new, *students)
    return new


def _enrolling(student: Student, group: Group) -> Step:
    given = {
        "student": student.id, "classGroup": group.id, "beginsOn": group.year.first.isoformat(),
    }  # fmt: skip
    return "enrolStudent", given, "student { id }"


async def continue_course(stage: Stage, course: Course, group: Group | None, year: Year) -> None:
    teacher = main_teacher(stage, course, course.year.last)
    if teacher is None or teacher.last != NEVER:
        teacher = next(each for each in course.school.teachers if each.last == NEVER)
    subject = course.title if group is None else course.title.rpartition(" ")[0]
    title = subject if group is None else f"{subject} {group.name}"
    students = None if course.whole else stayers(stage, course)
    await add_course(stage, year, title, group, teacher, students)


async def newcomer(stage: Stage, group: Group) -> None:
    """Somebody who begins with the year."""
    [student] = await add_students(
        stage, group, [(stage.chance.choice(GIVEN), family_name(stage))], group.year.first
    )
    guardian = await add_guardian(stage, [student], "Nora", "MOTHER")
    await add_account(stage, guardian)
    half = parts_of(group)[0]
    given = {
        "student": student.id, "course": half.id, "beginsOn": group.year.first.isoformat()
    }  # fmt: skip
    await stage.office(group.school, ("enrolStudent", given, "student { id }"))
    stage.world.of(Ties).enrol(student, half, group.year.first)


async def graduation(stage: Stage, school: School) -> None:
    """Who has come to the end of school leaves it with the year."""
    year = school.years[-1]
    for group in of_year(school, year)[0]:
        if group.level == TOP:
            for student in students_in(group, year.last, stage.world):
                if student.last == NEVER:
                    await leave(stage, student, year.last)
            stage.tell(f"{group} graduates", group, turns=True)
