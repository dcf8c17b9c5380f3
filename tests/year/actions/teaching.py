"""Who teaches and who leads: stood in for, replaced, and gone."""

from datetime import date

from tests.year.actions.courses import main_teacher, of_year
from tests.year.actions.scenes import Scene
from tests.year.calendar import ONE, Played
from tests.year.model.ties import Teaching, Ties
from tests.year.model.world import NEVER, Course, Group, Teacher
from tests.year.stage import Stage


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


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Teachers of the first school fall ill, are replaced, and in the second year one leaves."""
    school = played.year.school
    if school is not stage.world.schools[0]:
        return []
    found = [
        Scene(played.at(0.2), lambda: illness(stage, "History", played)),
        Scene(played.at(0.55), lambda: illness(stage, "Mathematics", played)),
        Scene(played.at(0.45), lambda: replacement(stage, "Mathematics", played)),
        Scene(played.at(0.72), lambda: new_class_teacher(stage, played)),
    ]
    if school.years.index(played.year) == 1:
        found.append(Scene(played.at(0.5), lambda: departure(stage, played)))
    return found


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
    """A teacher who is there to stay, and never had a part in the course; or has none any more,
    where everybody had one."""
    had = {tie.teacher for tie in stage.world.of(Ties).teachings[course]}
    there = [each for each in course.school.teachers if each.last == NEVER]
    new = [each for each in there if each not in had]
    return stage.chance.choice(
        new or [each for each in there if not _any_part(stage, course, each)]
    )


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
