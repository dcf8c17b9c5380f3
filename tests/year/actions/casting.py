"""Who is in the two schools at first: classes with their teachers, and odd families."""

from itertools import cycle

from tests.year.actions.cast import GIVEN, Cast, family_name
from tests.year.actions.courses import add_course, add_courses, add_group
from tests.year.actions.people import (
    add_account,
    add_childless_guardian,
    add_guardian,
    add_students,
    add_teachers,
    begin_guardianship,
)
from tests.year.actions.teaching import assist, lead
from tests.year.model.ties import students_in
from tests.year.model.world import Account, Group, Guardian, Person, School, Student, Teacher
from tests.year.stage import Stage

CLASSES = (("9A", 9), ("9B", 9), ("7C", 7))
OF_HILLSIDE = 6


async def founding(stage: Stage) -> None:
    here, there = stage.world.schools
    staff = await add_teachers(stage, here, 8)
    year = here.years[0]
    groups = [
        await add_group(stage, year, name, level, teacher)
        for (name, level), teacher in zip(CLASSES, staff, strict=False)
    ]
    for group in groups:
        names = [(given, family_name(stage)) for given in given_names(stage, stage.size.a_class)]
        await add_students(stage, group, names, year.first)
    for group, teachers in zip(groups, _staffs(staff), strict=True):
        await add_courses(stage, group, teachers)
    singers = [each for group in groups for each in students_in(group, year.first, stage.world)[:3]]
    await add_course(stage, year, "Choir", None, staff[7], singers)
    await hillside(stage, there)
    await families(stage, groups, there)
    stage.tell(f"{here} has its classes and families", *groups, turns=True)
    await lead(stage, groups[1], staff[7])
    await assist(stage, groups[2], staff[5])


def given_names(stage: Stage, count: int) -> list[str]:
    names = cycle(stage.some(GIVEN, len(GIVEN)))
    return [next(names) for _ in range(count)]


def _staffs(staff: list[Teacher]) -> list[dict[str, Teacher]]:
    """Of each class: some teachers have several."""
    parts = ("Mathematics", "History", "English 1", "English 2")
    return [
        dict(zip(parts, (staff[a], staff[b], staff[c], staff[d]), strict=True))
        for a, b, c, d in ((0, 2, 4, 5), (1, 2, 5, 4), (1, 3, 4, 6))
    ]


async def hillside(stage: Stage, school: School) -> None:
    staff = await add_teachers(stage, school, 3)
    year = school.years[0]
    group = await add_group(stage, year, "9X", 9, staff[0])
    names = [(given, family_name(stage)) for given in given_names(stage, OF_HILLSIDE)]
    await add_students(stage, group, names, year.first)
    parts = ("Mathematics", "History", "English 1", "English 2")
    await add_courses(
        stage, group, dict(zip(parts, [staff[0], staff[1], staff[2], staff[2]], strict=True))
    )
    for student in school.students:
        guardian = await add_guardian(stage, [student], "Uma", "MOTHER")
        await add_account(stage, guardian)


async def families(stage: Stage, groups: list[Group], there: School) -> None:
    """A guardian or two for each, and one of each oddness."""
    first, second, third = (students_in(group, group.year.first, stage.world) for group in groups)
    cast = stage.world.of(Cast).odd
    await siblings(stage, cast, first.pop(), third.pop())
    await divorced(stage, cast, first.pop())
    await grandmother(stage, cast, second.pop())
    await child_of_a_teacher(stage, cast, third.pop())
    await in_two_schools(stage, cast, first[0], there)
    cast["adult"] = second.pop()
    childless = await add_childless_guardian(stage, groups[0].school)
    cast["childless"] = childless
    await add_account(stage, childless)
    for student in [*first[1:], *second, *third]:
        guardian = await add_guardian(stage, [student], "Maria", "MOTHER")
        await add_account(stage, guardian)
        if stage.chance.random() < 0.3:
            father = await add_guardian(stage, [student], "Karl", "FATHER")
            await add_account(stage, father)


Odd = dict[str, Person]


async def siblings(stage: Stage, cast: Odd, one: Student, other: Student) -> None:
    mother = await add_guardian(stage, [one, other], "Sofia", "MOTHER")
    await add_account(stage, mother)
    cast |= {"sibling": one, "other sibling": other, "mother of siblings": mother}


async def divorced(stage: Stage, cast: Odd, child: Student) -> None:
    mother = await add_guardian(stage, [child], "Dora", "MOTHER")
    father = await add_guardian(stage, [child], "Dirk", "FATHER")
    await add_account(stage, mother)
    await add_account(stage, father)
    cast |= {"child of the divorced": child, "mother": mother, "father": father}


async def grandmother(stage: Stage, cast: Odd, child: Student) -> None:
    """A mother, and for some time a grandmother."""
    mother = await add_guardian(stage, [child], "Gita", "MOTHER")
    older = await add_guardian(stage, [child], "Agatha", "GRANDPARENT")
    await add_account(stage, mother)
    await add_account(stage, older)
    cast |= {"grandmother's": child, "grandmother": older}


async def child_of_a_teacher(stage: Stage, cast: Odd, child: Student) -> None:
    """The teacher has one account, with which they are both."""
    teacher = child.school.teachers[2]
    account = stage.world.account_of(teacher)
    assert account is not None
    guardian = await add_guardian(stage, [child], teacher.given, "MOTHER")
    await join_account(stage, account, guardian)
    cast |= {"child of a teacher": child, "teacher and mother": guardian}


async def in_two_schools(stage: Stage, cast: Odd, student: Student, there: School) -> None:
    """One student in both schools, and one guardian, each with one account."""
    [twin] = await add_students(
        stage, there.groups[0], [(student.given, student.family)], there.years[0].first,
        account=False,
    )  # fmt: skip
    account = stage.world.account_of(student)
    assert account is not None
    await join_account(stage, account, twin)
    mother = await add_guardian(stage, [student], "Tilda", "MOTHER")
    mother_there = await add_guardian(stage, [twin], "Tilda", "MOTHER")
    await add_account(stage, mother, mother_there)
    cast |= {"in two schools": student, "the same there": twin, "mother of both": mother}
    here = there.students[0]
    cast["other child of both"] = here
    await begin_guardianship(stage, here, mother_there, stage.today, "GUARDIAN")


async def join_account(stage: Stage, account: Account, person: Student | Guardian) -> None:
    await stage.gateway.join_account(account, person)
    account.people.append(person)
