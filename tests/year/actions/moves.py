"""Students change their class, or their half of a course that is learnt in parts."""

from datetime import date

from tests.year.actions.cast import ordinary
from tests.year.actions.courses import of_year, parts_of
from tests.year.actions.scenes import Scene
from tests.year.calendar import ONE, Played
from tests.year.model.ties import Ties, group_on, is_in, students_in
from tests.year.model.world import NEVER, Course, Group, Student
from tests.year.stage import Stage


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


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Students of the first school change class, come back, and change their half of English."""
    if played.year.school is not stage.world.schools[0]:
        return []
    return [
        Scene(played.at(0.12), lambda: some_move(stage, 0, played)),
        Scene(played.at(0.3), lambda: some_move(stage, 2, played)),
        Scene(played.at(0.4), lambda: change_half(stage, played)),
        Scene(played.at(0.6), lambda: move_back(stage, played)),
        Scene(played.at(0.85), lambda: some_move(stage, 0, played)),
    ]


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
