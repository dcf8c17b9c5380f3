"""A September by plan: the next year is opened out of the last, taken back, and opened again."""

from datetime import date

from tests.year.actions.cast import ordinary_in
from tests.year.actions.courses import of_year
from tests.year.actions.new_years import a_new_year, read_ids
from tests.year.actions.septembers import TOP, newcomer, stayers
from tests.year.model.ties import Ties
from tests.year.model.world import NEVER, Course, Group, School, Student, Teacher, Year
from tests.year.stage import Stage

OPENED = "academicYear { id version name }"


async def by_plan(stage: Stage, school: School) -> None:
    """The office looks at nothing, changes little: who leaves, and that nobody graduates yet."""
    old = school.years[-1]
    new = a_new_year(old)
    leaver = stage.chance.choice(ordinary_in(stage, school))
    step = ("openAcademicYear", opening(school, old, new, leaver), OPENED)
    [payload] = await stage.office(school, step)
    made = payload["academicYear"]
    back = {"id": made["id"], "expectedVersion": made["version"], "reason": "Not like this."}
    await stage.office(school, ("takeBackAcademicYear", back, "academicYear { id }"))
    stage.tell(f"{new} was opened, and is taken back", school)
    await stage.office(school, step)
    leaver.last = old.last
    stage.tell(f"{leaver} leaves the school with {old}", leaver, turns=True)
    await take_over(stage, school, old, new)


def opening(school: School, old: Year, new: Year, leaver: Student) -> dict[str, object]:
    return {
        "school": school.id, "year": old.id, "name": new.name, "lastLevel": TOP,
        "startsOn": new.first.isoformat(), "endsOn": new.last.isoformat(),
        "periods": [
            {
                "name": each.name, "kind": each.kind,
                "startsOn": each.first.isoformat(), "endsOn": each.last.isoformat(),
            }
            for each in new.periods
        ],
        "leaving": [leaver.id],
    }  # fmt: skip


async def take_over(stage: Stage, school: School, old: Year, new: Year) -> None:
    """The plan by the model: classes go up with whoever stays, and so do their courses."""
    groups, courses = of_year(school, old)
    ups = {
        group: Group(
            school=school, year=new, name=f"{group.level + 1}{group.name.lstrip(DIGITS)}",
            level=group.level + 1, class_teacher=_still(group.class_teacher),
            deputy=_still(group.deputy),
        )
        for group in groups
        if group.level < TOP
    }  # fmt: skip
    continued = [
        (course, _continued(course, ups, new))
        for course in courses
        if course.group is None or course.group in ups
    ]
    await read_ids(stage, new, list(ups.values()), [one for _, one in continued])
    school.years.append(new)
    ties = stage.world.of(Ties)
    for group, up in ups.items():
        school.groups.append(up)
        for student in stayers(stage, group):
            ties.enrol(student, up, new.first)
    for course, one in continued:
        school.courses.append(one)
        for teacher in teachers_to_the_end(stage, course):
            ties.teach(one, teacher, new.first)
        for student in [] if course.whole else stayers(stage, course):
            ties.enrol(student, one, new.first)
    stage.tell(f"{new} is opened by its plan", school, *ups.values(), turns=True)
    await newcomer(stage, next(iter(ups.values())))


DIGITS = "0123456789"


def _still(teacher: Teacher | None) -> Teacher | None:
    return None if teacher is None or teacher.last != NEVER else teacher


def _continued(course: Course, ups: dict[Group, Group], new: Year) -> Course:
    up = None if course.group is None else ups[course.group]
    title = course.title
    if up is not None and course.group is not None:
        title = title.replace(course.group.name, up.name)
    return Course(
        school=course.school, year=new, title=title, subject=course.subject, group=up,
        whole=course.whole,
    )  # fmt: skip


def teachers_to_the_end(stage: Stage, course: Course) -> list[Teacher]:
    """Who had the course on its last day and stays, not who only stood in."""
    day: date = course.year.last
    return [
        tie.teacher
        for tie in stage.world.of(Ties).teachings[course]
        if tie.holds(day) and tie.stands_in_for is None and tie.teacher.last == NEVER
    ]
