"""Students, guardians and teachers come, are tied to each other, and leave."""

from collections.abc import Iterator, Sequence
from datetime import date

from tests.year.actions.cast import GIVEN, Cast, family_name, ordinary
from tests.year.actions.moves import take_parts
from tests.year.actions.scenes import Scene
from tests.year.calendar import ONE, Played
from tests.year.model.ties import Enrolment, Ties, days_in, guardians_on
from tests.year.model.world import (
    NEVER,
    Account,
    Group,
    Guardian,
    Person,
    School,
    Student,
    Teacher,
)
from tests.year.stage import Stage


async def add_teachers(stage: Stage, school: School, count: int) -> list[Teacher]:
    new = [
        Teacher(school=school, given=stage.chance.choice(GIVEN), family=family_name(stage))
        for _ in range(count)
    ]
    rows = [{"givenName": each.given, "familyName": each.family} for each in new]
    [payload] = await stage.office(
        school, ("createTeachers", {"school": school.id, "rows": rows}, "teachers { id }")
    )
    for each, made in zip(new, payload["teachers"], strict=True):
        each.id = made["id"]
        school.teachers.append(each)
        await add_account(stage, each)
    return new


async def add_students(
    stage: Stage,
    group: Group,
    names: Sequence[tuple[str, str]],
    first: date,
    *,
    account: bool = True,
) -> list[Student]:
    """Enrol new students in the class group from the day on."""
    school = group.school
    new = [Student(school=school, given=given, family=family) for given, family in names]
    rows = [
        {"givenName": each.given, "familyName": each.family, "classGroup": group.id} for each in new
    ]
    given = {"school": school.id, "rows": rows, "beginsOn": first.isoformat()}
    [payload] = await stage.office(school, ("enrolStudents", given, "students { id }"))
    for each, made in zip(new, payload["students"], strict=True):
        each.id = made["id"]
        school.students.append(each)
        stage.world.of(Ties).enrol(each, group, first)
        stage.tell(f"{each} is enrolled in {group} from {first} on", each, group)
        if account:
            await add_account(stage, each)
    return new


async def add_guardian(
    stage: Stage, children: Sequence[Student], given: str, kind: str = "GUARDIAN"
) -> Guardian:
    """A new guardian, of the children from now on."""
    [guardian] = [Guardian(school=children[0].school, given=given, family=children[0].family)]
    return await _bring(stage, guardian, children, kind)


async def add_childless_guardian(stage: Stage, school: School) -> Guardian:
    return await _bring(
        stage, Guardian(school=school, given="Zoe", family=family_name(stage)), [], "GUARDIAN"
    )


async def _bring(
    stage: Stage, guardian: Guardian, children: Sequence[Student], kind: str
) -> Guardian:
    school = guardian.school
    row = {
        "givenName": guardian.given, "familyName": guardian.family,
        "children": [each.id for each in children], "kind": kind,
    }  # fmt: skip
    given = {"school": school.id, "rows": [row]}
    [payload] = await stage.office(school, ("createGuardians", given, "guardians { id }"))
    guardian.id = payload["guardians"][0]["id"]
    school.guardians.append(guardian)
    for child in children:
        stage.world.of(Ties).guard(child, guardian, stage.today, kind)
        stage.tell(f"{guardian} becomes a guardian of {child} ({kind})", child, guardian)
    return guardian


async def add_account(stage: Stage, *people: Person) -> Account:
    """One login for one person, or for several who are the same, as a teacher who is a parent."""
    login = f"{people[0].given}.{people[0].family}".lower()
    taken = {each.login for each in stage.world.accounts}
    if login in taken:
        login += str(len(taken))
    account = Account(login, people=list(people))
    await stage.gateway.add_account(account)
    stage.world.accounts.append(account)
    return account


async def begin_guardianship(
    stage: Stage, student: Student, guardian: Guardian, first: date, kind: str
) -> None:
    given = {
        "student": student.id, "guardian": guardian.id, "kind": kind,
        "beginsOn": first.isoformat(),
    }  # fmt: skip
    await stage.office(student.school, ("beginGuardianship", given, "student { id }"))
    stage.world.of(Ties).guard(student, guardian, first, kind)
    text = f"{guardian} is to be a guardian of {student} from {first} on ({kind})"
    stage.tell(text, student, guardian, turns=True)


async def end_guardianship(stage: Stage, student: Student, guardian: Guardian, last: date) -> None:
    given = {"student": student.id, "guardian": guardian.id, "endsOn": last.isoformat()}
    await stage.office(student.school, ("endGuardianship", given, "student { id }"))
    for tie in stage.world.of(Ties).guardianships[student]:
        if tie.guardian is guardian and tie.last >= last:
            tie.last = last
    text = f"{guardian} is a guardian of {student} until {last}"
    stage.tell(text, student, guardian, turns=True)


async def leave(stage: Stage, student: Student, last: date) -> None:
    given = {"id": student.id, "endsOn": last.isoformat()}
    await stage.office(student.school, ("setStudentLeaving", given, "student { id }"))
    student.last = last
    stage.tell(f"{student} leaves the school: {last} is the last day", student, turns=True)


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Joiners, leavers, and guardianships that begin and end, in the first school."""
    school = played.year.school
    if school is not stage.world.schools[0]:
        return []
    number = school.years.index(played.year)
    found = [Scene(played.at(share), lambda: join(stage)) for share in (0.08, 0.55 - 0.1 * number)]
    found.append(Scene(played.at(0.5), lambda: leaving(stage, played)))
    found.append(Scene(played.at(0.25 + 0.1 * number), lambda: leaving(stage, played)))
    found.append(Scene(played.at(0.85), lambda: take_back(stage, played)))
    found += [
        Scene(played.at(0.35), lambda: end_one(stage, "grandmother")),
        Scene(played.at(0.45), lambda: foster(stage, played)),
        Scene(played.at(0.65), lambda: end_one(stage, "father") if number == 1 else idle()),
        Scene(played.at(0.75), lambda: begin_again(stage, "grandmother")),
    ]
    return found


async def idle() -> None:
    """Nothing."""


async def join(stage: Stage) -> None:
    """Somebody new in the middle of the year."""
    school = stage.world.schools[0]
    year = school.year_on(stage.today)
    group = stage.chance.choice([each for each in school.groups if each.year is year])
    [student] = await add_students(
        stage, group, [(stage.chance.choice(GIVEN), family_name(stage))], stage.today
    )
    guardian = await add_guardian(stage, [student], "Yana", "MOTHER")
    await add_account(stage, guardian)
    await take_parts(stage, student, group, stage.today)
    stage.tell(f"{student} joins {group}", student, group, guardian, turns=True)


async def leaving(stage: Stage, played: Played) -> None:
    student = stage.chance.choice(ordinary(stage))
    await leave(stage, student, stage.chance.choice([stage.today, played.after(stage.today, 2)]))


async def take_back(stage: Stage, played: Played) -> None:
    """Somebody who has left this year is there again, and was away in between."""
    ties = stage.world.of(Ties)
    away = [
        student
        for student in played.year.school.students
        if played.year.first < student.last < stage.today - ONE
        and any(days[1] == student.last for days in _days_in_groups(stage, student, played))
    ]
    for student in stage.some(away, 1):
        left = student.last
        given = {"id": student.id, "endsOn": None, "returnsOn": stage.today.isoformat()}
        await stage.office(student.school, ("setStudentLeaving", given, "student { id }"))
        for tie in list(ties.enrolments[student]):
            if tie.first <= left < tie.last:
                if tie.last >= stage.today and tie.place.year.last >= stage.today:
                    ties.enrolments[student].append(
                        Enrolment(
                            student=student, place=tie.place, first=stage.today, last=tie.last
                        )
                    )
                tie.last = left
        student.last = NEVER
        stage.tell(f"{student} is back, after {left}", student, turns=True)


def _days_in_groups(stage: Stage, student: Student, played: Played) -> Iterator[tuple[date, date]]:
    for group in student.school.groups:
        if group.year is played.year:
            yield from days_in(student, group, stage.world)


async def end_one(stage: Stage, name: str) -> None:
    """End what a guardian with a name among the odd ones is to their child today."""
    guardian = stage.world.of(Cast).odd[name]
    assert isinstance(guardian, Guardian)
    for child in guardian.school.students:
        if child.last > stage.today and guardian in guardians_on(child, stage.today, stage.world):
            await end_guardianship(stage, child, guardian, stage.today)


async def begin_again(stage: Stage, name: str) -> None:
    cast = stage.world.of(Cast).odd
    guardian, child = cast[name], cast[f"{name}'s"]
    assert isinstance(guardian, Guardian)
    assert isinstance(child, Student)
    if child.last > stage.today and guardian not in guardians_on(child, stage.today, stage.world):
        first = stage.today + ONE
        await begin_guardianship(stage, child, guardian, first, "GRANDPARENT")


async def foster(stage: Stage, played: Played) -> None:
    """A child's guardians are replaced by a foster carer."""
    student = stage.chance.choice(ordinary(stage))
    for guardian in guardians_on(student, stage.today, stage.world):
        await end_guardianship(stage, student, guardian, stage.today)
    school = student.school
    carer = await _bring(
        stage, Guardian(school=school, given="Frida", family=family_name(stage)), [], "GUARDIAN"
    )
    await add_account(stage, carer)
    await begin_guardianship(stage, student, carer, stage.today + ONE, "FOSTER_CARER")
