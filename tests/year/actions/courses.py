"""Courses with their teachers: made, moved between, stood in for, replaced and given up."""

from datetime import date

from tests.year.actions.cast import ordinary
from tests.year.actions.scenes import Scene
from tests.year.calendar import ONE, Played
from tests.year.model.ties import Teaching, Ties, group_on, is_in, students_in, teaches
from tests.year.model.world import NEVER, Course, Group, School, Student, Teacher, Year
from tests.year.stage import Stage

WHOLE = ("Mathematics", "History")
PARTS = ("English 1", "English 2")
SUBJECTS = {
    "Mathematics": ("Математика", "Mathematics"),
    "History": ("История", "US History"),
    "English": ("Иностранный язык", "World Languages"),
    "Choir": ("Музыка", "Music"),
}


async def add_group(
    stage: Stage, year: Year, name: str, level: int, class_teacher: Teacher | None
) -> Group:
    school = year.school
    given = {
        "school": school.id, "name": name, "academicYear": year.id, "gradeLevel": str(level),
        "classTeacher": class_teacher and class_teacher.id,
    }  # fmt: skip
    [payload] = await stage.office(school, ("createClassGroup", given, "classGroup { id }"))
    group = Group(
        school=school, year=year, name=name, level=level, class_teacher=class_teacher,
        id=payload["classGroup"]["id"],
    )  # fmt: skip
    school.groups.append(group)
    return group


async def add_course(
    stage: Stage,
    year: Year,
    title: str,
    group: Group | None,
    teacher: Teacher,
    students: list[Student] | None = None,
    first: date | None = None,
) -> Course:
    """A course of a whole class, or of those who are named."""
    school, first = year.school, first or year.first
    name = next(each for each in SUBJECTS if title.startswith(each))
    subject = next(school.subjects[each] for each in SUBJECTS[name] if each in school.subjects)
    given = {
        "school": school.id, "subject": subject, "title": title, "teacher": teacher.id,
        "classGroup": group and group.id, "wholeClass": students is None,
        "students": [each.id for each in students or ()], "academicYear": year.id,
        "beginsOn": first.isoformat(),
    }  # fmt: skip
    [payload] = await stage.office(school, ("createCourse", given, "course { id }"))
    course = Course(
        school=school, year=year, title=title, subject=name, group=group,
        whole=students is None, id=payload["course"]["id"],
    )  # fmt: skip
    school.courses.append(course)
    ties = stage.world.of(Ties)
    ties.teach(course, teacher, first)
    for student in students or ():
        ties.enrol(student, course, first)
    stage.tell(f"{course} begins on {first} with {teacher}", course, teacher, group)
    return course


async def add_courses(stage: Stage, group: Group, staff: dict[str, Teacher]) -> None:
    """What each class learns: two subjects as a whole, and English in two halves."""
    year = group.year
    for subject in WHOLE:
        await add_course(stage, year, f"{subject} {group.name}", group, staff[subject])
    there = students_in(group, year.first, stage.world)
    for place, part in enumerate(PARTS):
        await add_course(stage, year, f"{part} {group.name}", group, staff[part], there[place::2])


def parts_of(group: Group) -> list[Course]:
    return [each for each in group.school.courses if each.group is group and not each.whole]


async def take_parts(stage: Stage, student: Student, group: Group, first: date) -> None:
    """Enrol the student in one half of each course that is learnt in halves, the smaller one."""
    halves = parts_of(group)
    if not halves:
        return
    course = min(halves, key=lambda each: len(students_in(each, first, stage.world)))
    await enrol(stage, student, course, first)


async def enrol(stage: Stage, student: Student, place: Group | Course, first: date) -> None:
    name = "classGroup" if isinstance(place, Group) else "course"
    given = {"student": student.id, name: place.id, "beginsOn": first.isoformat()}
    await stage.office(student.school, ("enrolStudent", given, "student { id }"))
    stage.world.of(Ties).enrol(student, place, first)
    stage.tell(f"{student} is enrolled in {place} from {first} on", student, place)


async def end_enrolment(stage: Stage, student: Student, course: Course, last: date) -> None:
    given = {"student": student.id, "course": course.id, "endsOn": last.isoformat()}
    await stage.office(student.school, ("endEnrolment", given, "student { id }"))
    stage.world.of(Ties).end_place(student, course, last)
    stage.tell(f"{student} leaves {course} after {last}", student, course, turns=True)


async def move(stage: Stage, student: Student, group: Group, first: date) -> None:
    """Into another class from the day on; its half of English is chosen with it."""
    old = group_on(student, first, stage.world)
    assert old is not None
    given = {"student": student.id, "classGroup": group.id, "beginsOn": first.isoformat()}
    await stage.office(student.school, ("moveStudent", given, "student { id }"))
    ties = stage.world.of(Ties)
    ties.end_place(student, old, first - ONE)
    ties.enrol(student, group, first)
    stage.tell(
        f"{student} moves from {old} to {group}, where {first} is the first day",
        student, old, group, turns=True,
    )  # fmt: skip
    await take_parts(stage, student, group, first)


async def stand_in(
    stage: Stage, course: Course, ill: Teacher, helper: Teacher, first: date, last: date
) -> None:
    given = {
        "course": course.id, "teacher": helper.id, "standsInFor": ill.id,
        "beginsOn": first.isoformat(), "endsOn": last.isoformat(),
    }  # fmt: skip
    await stage.office(course.school, ("standIn", given, "course { id }"))
    stage.world.of(Ties).teachings[course].append(
        Teaching(
            course=course, teacher=helper, first=first, last=last, main=False, stands_in_for=ill
        )
    )
    text = f"{ill} is ill: {helper} stands in for {course} from {first} to {last}"
    stage.tell(text, course, ill, helper, turns=True)


async def replace(stage: Stage, course: Course, old: Teacher, new: Teacher, last: date) -> None:
    """Somebody else has the course from the day after the last one on."""
    ended = {"course": course.id, "teacher": old.id, "endsOn": last.isoformat()}
    begun = {"course": course.id, "teacher": new.id, "beginsOn": (last + ONE).isoformat()}
    await stage.office(
        course.school,
        ("endTeaching", ended, "course { id }"),
        ("assignTeacher", begun, "course { id }"),
    )
    ties = stage.world.of(Ties)
    for tie in ties.teachings[course]:
        if tie.teacher is old and tie.last >= last:
            tie.last = last
    ties.teach(course, new, last + ONE)
    text = f"{new} has {course} from {last + ONE} on, in the place of {old}"
    stage.tell(text, course, old, new, turns=True)


async def lead(stage: Stage, group: Group, teacher: Teacher) -> None:
    given = {"id": group.id, "classTeacher": teacher.id}
    await stage.office(group.school, ("changeClassGroup", given, "classGroup { id }"))
    old, group.class_teacher = group.class_teacher, teacher
    stage.tell(
        f"{teacher} is the class teacher of {group}, in the place of {old}",
        group, old, teacher, turns=True,
    )  # fmt: skip


async def assist(stage: Stage, group: Group, teacher: Teacher) -> None:
    """Lead a class group beside its class teacher."""
    given = {"id": group.id, "deputy": teacher.id}
    await stage.office(group.school, ("changeClassGroup", given, "classGroup { id }"))
    group.deputy = teacher
    stage.tell(f"{teacher} is the deputy of {group}'s class teacher", group, teacher, turns=True)


async def teacher_leaves(stage: Stage, teacher: Teacher, last: date) -> None:
    given = {"id": teacher.id, "endsOn": last.isoformat()}
    await stage.office(teacher.school, ("setTeacherLeaving", given, "teacher { id }"))
    teacher.last = last
    stage.tell(f"{teacher} leaves the school: {last} is the last day", teacher, turns=True)


def main_teacher(stage: Stage, course: Course, day: date) -> Teacher | None:
    for tie in stage.world.of(Ties).teachings[course]:
        if tie.main and teaches(tie, day):
            return tie.teacher
    return None


def of_year(school: School, year: Year) -> tuple[list[Group], list[Course]]:
    groups = [each for each in school.groups if each.year is year]
    return groups, [each for each in school.courses if each.year is year]


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Moves, illness, and teachers who are replaced, in the first school."""
    school = played.year.school
    if school is not stage.world.schools[0]:
        return []
    found = [
        Scene(played.at(0.12), lambda: some_move(stage, 0, played)),
        Scene(played.at(0.3), lambda: some_move(stage, 2, played)),
        Scene(played.at(0.4), lambda: change_half(stage, played)),
        Scene(played.at(0.6), lambda: move_back(stage, played)),
        Scene(played.at(0.85), lambda: some_move(stage, 0, played)),
        Scene(played.at(0.2), lambda: illness(stage, "History", played)),
        Scene(played.at(0.55), lambda: illness(stage, "Mathematics", played)),
        Scene(played.at(0.45), lambda: replacement(stage, "Mathematics", played)),
        Scene(played.at(0.72), lambda: new_class_teacher(stage, played)),
    ]
    if school.years.index(played.year) == 1:
        found.append(Scene(played.at(0.5), lambda: departure(stage, played)))
    return found


async def some_move(stage: Stage, later: int, played: Played) -> None:
    """A student goes to the parallel class, today or as is announced."""
    groups, _ = of_year(played.year.school, played.year)
    first = played.after(stage.today, later) if later else stage.today
    old, new = stage.some(groups[:2], 2)
    there = [
        each
        for each in ordinary(stage)
        if is_in(each, old, first, stage.world) and is_in(each, old, first - ONE, stage.world)
    ]
    if there:
        await move(stage, stage.chance.choice(there), new, first)


async def move_back(stage: Stage, played: Played) -> None:
    """Who has moved this year goes back to where they came from."""
    moved = [
        event.about
        for event in stage.world.events
        if " moves from " in event.text and played.year.holds(event.day)
    ]
    for student, old, new in moved:
        if group_on(student, stage.today, stage.world) is new and student.last == NEVER:
            await move(stage, student, old, stage.today)
            return


async def change_half(stage: Stage, played: Played) -> None:
    groups, _ = of_year(played.year.school, played.year)
    one, other = parts_of(stage.chance.choice(groups))
    student = stage.chance.choice(students_in(one, stage.today, stage.world))
    await end_enrolment(stage, student, one, stage.today - ONE)
    await enrol(stage, student, other, stage.today)


async def illness(stage: Stage, subject: str, played: Played) -> None:
    """All courses of a teacher are stood in for, for some days."""
    _, courses = of_year(played.year.school, played.year)
    course = stage.chance.choice([each for each in courses if each.subject == subject])
    ill = main_teacher(stage, course, stage.today)
    assert ill is not None
    helper = somebody_else(stage, course)
    last = played.after(stage.today, stage.chance.choice([1, 4, 8]))
    for each in courses:
        if main_teacher(stage, each, stage.today) is ill and not _any_part(stage, each, helper):
            await stand_in(stage, each, ill, helper, stage.today, last)


def _any_part(stage: Stage, course: Course, teacher: Teacher) -> bool:
    ties = stage.world.of(Ties).teachings[course]
    return any(tie.teacher is teacher and tie.last >= stage.today for tie in ties)


def somebody_else(stage: Stage, course: Course) -> Teacher:
    """A teacher who is there to stay, and has no part in the course."""
    ties = stage.world.of(Ties).teachings[course]
    had = {tie.teacher for tie in ties}
    there = [each for each in course.school.teachers if each not in had and each.last == NEVER]
    return stage.chance.choice(there)


async def replacement(stage: Stage, subject: str, played: Played) -> None:
    _, courses = of_year(played.year.school, played.year)
    course = stage.chance.choice([each for each in courses if each.subject == subject])
    old = main_teacher(stage, course, stage.today)
    assert old is not None
    await replace(stage, course, old, somebody_else(stage, course), stage.today - ONE)


async def new_class_teacher(stage: Stage, played: Played) -> None:
    groups, _ = of_year(played.year.school, played.year)
    group = stage.chance.choice(groups)
    there = [
        each
        for each in group.school.teachers
        if each is not group.class_teacher and each.last == NEVER
    ]
    await lead(stage, group, stage.chance.choice(there))


async def departure(stage: Stage, played: Played) -> None:
    """A teacher leaves the school in mid-year; others take over."""
    _, courses = of_year(played.year.school, played.year)
    course = stage.chance.choice([each for each in courses if each.subject == "English"])
    old = main_teacher(stage, course, stage.today)
    assert old is not None
    last = played.after(stage.today, 2)
    await teacher_leaves(stage, old, last)
    for each in courses:
        if main_teacher(stage, each, stage.today) is old:
            await replace(stage, each, old, somebody_else(stage, each), last)
    for group in old.school.groups:
        if group.class_teacher is old and group.year is played.year:
            await lead(
                stage,
                group,
                stage.chance.choice([each for each in old.school.teachers if each.last == NEVER]),
            )
