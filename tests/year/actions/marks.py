"""Marks and homework that teachers write after their lessons, revise and withdraw."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from tests.year.actions.lessons import setting, withdrawing
from tests.year.calendar import Played
from tests.year.client import Step
from tests.year.model.diary import Homework, Lesson, Lessons, Mark, Marks
from tests.year.model.ties import Ties, students_in, teaches
from tests.year.model.world import Account, Period, School
from tests.year.stage import Stage

FIVE_POINT = ("5", "5", "4", "4", "4", "3", "5-", "4+", "3+", "2", "1+")
REVISED_WITHIN = timedelta(days=10)
PER_LESSON = 3


async def daily(stage: Stage, played: Played) -> None:
    """Each teacher writes what their lessons of today brought, in one request."""
    by_writer: dict[Account, list[Lesson]] = defaultdict(list)
    for lesson in stage.world.of(Lessons).by_day[stage.today]:
        if lesson.course.school is played.year.school and not lesson.cancelled:
            writer = writer_of(stage, lesson)
            if writer is not None:
                by_writer[writer].append(lesson)
    for writer, lessons in by_writer.items():
        await write(stage, played, writer, lessons)
        await revise_some(stage, writer, lessons)


def writer_of(stage: Stage, lesson: Lesson) -> Account | None:
    """Who stands in today, or else who has the course."""
    ties = [
        tie for tie in stage.world.of(Ties).teachings[lesson.course] if teaches(tie, stage.today)
    ]
    ties.sort(key=lambda tie: tie.stands_in_for is None)
    return stage.world.account_of(ties[0].teacher) if ties else None


async def write(stage: Stage, played: Played, writer: Account, lessons: list[Lesson]) -> None:
    steps: list[Step] = []
    marks: list[list[Mark]] = []
    homework: list[Homework] = []
    for lesson in lessons:
        of_lesson = new_marks(stage, lesson)
        if of_lesson:
            marks.append(of_lesson)
            given = [_giving(each) for each in of_lesson]
            steps.append(("giveGrades", {"grades": given}, "grades { id version }"))
    for lesson in lessons:
        if stage.chance.random() < 0.3:
            one, step = setting(lesson, played.after(stage.today))
            homework.append(one)
            steps.append(step)
    if not steps:
        return
    payloads = await stage.clients.do(writer, *steps)
    for of_lesson, payload in zip(marks, payloads, strict=False):
        for mark, made in zip(of_lesson, payload["grades"], strict=True):
            mark.id, mark.version = made["id"], made["version"]
            stage.world.of(Marks).add(mark)
    for one, payload in zip(homework, payloads[len(marks) :], strict=True):
        one.id, one.version = payload["homework"]["id"], payload["homework"]["version"]
        stage.world.of(Lessons).homework[one.lesson].append(one)
    if homework and stage.chance.random() < 0.1:
        [payload] = await stage.clients.do(writer, withdrawing(homework[0]))
        homework[0].version, homework[0].withdrawn = payload["homework"]["version"], True
        stage.tell(f"homework at {homework[0].lesson} is withdrawn", homework[0].lesson.course)


def new_marks(stage: Stage, lesson: Lesson) -> list[Mark]:
    there = students_in(lesson.course, lesson.day, stage.world)
    return [new_mark(stage, lesson, student) for student in stage.some(there, PER_LESSON)]


def new_mark(stage: Stage, lesson: Lesson, student: object) -> Mark:
    chance = stage.chance
    work = chance.choice(lesson.course.school.works)
    owed = chance.random() < 0.06
    return Mark(
        lesson=lesson,
        student=student,  # type: ignore[arg-type]
        work=work,
        value=None if owed else a_value(stage, lesson.course.school),
        weight=Decimal(chance.choice(["0.5", "2.5"]) if chance.random() < 0.1 else work.weight),
        excused=not owed and chance.random() < 0.05,
        due_on=stage.today + timedelta(days=14) if owed else None,
        comment=f"Said on {stage.today}" if chance.random() < 0.1 else None,
    )


def a_value(stage: Stage, school: School) -> str:
    if school is stage.world.schools[0]:
        return str(stage.chance.choice(FIVE_POINT))
    return str(stage.chance.randrange(40, 101))


def _giving(mark: Mark) -> dict[str, object]:
    given: dict[str, object] = {
        "student": mark.student.id, "lesson": mark.lesson.id, "workType": mark.work.id,
        "value": mark.value, "excused": mark.excused, "comment": mark.comment,
        "dueOn": mark.due_on and mark.due_on.isoformat(),
    }  # fmt: skip
    if mark.weight != Decimal(mark.work.weight):
        given["weight"] = str(mark.weight)
    return given


async def revise_some(stage: Stage, writer: Account, lessons: list[Lesson]) -> None:
    """Now and then another mark of the same course is changed, withdrawn or restored."""
    for lesson in lessons:
        if stage.chance.random() > 0.25:
            continue
        recent = [
            mark
            for mark in stage.world.of(Marks).by_course[lesson.course]
            if mark.lesson.day >= stage.today - REVISED_WITHIN
            and not closed(mark.lesson, stage.today.toordinal())
        ]
        if recent:
            mark = stage.chance.choice(recent)
            if mark.withdrawn:
                await restore(stage, writer, mark)
            elif stage.chance.random() < 0.3:
                await withdraw(stage, writer, mark)
            else:
                await revise(stage, writer, mark, a_value(stage, mark.student.school))


def closing(lesson: Lesson) -> list[Period]:
    """The locked periods around the lesson."""
    return [each for each in lesson.course.year.periods if each.locked and each.holds(lesson.day)]


def closed(lesson: Lesson, today: int, *, to_head: bool = False) -> bool:
    """Whether nothing is written of the lesson's day any more: by teachers, or even by the head."""
    for each in closing(lesson):
        if each.open_until is None:
            return True
        if not to_head and each.open_until.toordinal() < today:
            return True
    return False


async def revise(
    stage: Stage, writer: Account, mark: Mark, value: str, refused: str | None = None
) -> None:
    given = _changing(mark) | {"value": value}
    if mark.due_on is not None:
        given["dueOn"] = None
    [payload] = await stage.clients.do(
        writer, ("reviseGrade", given, "grade { version }"), refused=refused
    )
    if refused is None:
        mark.value, mark.due_on = value, None
        mark.version = payload["grade"]["version"]
        stage.tell(f"{writer} revises {mark} to {value}", mark.student, mark.lesson.course)


async def withdraw(stage: Stage, writer: Account, mark: Mark) -> None:
    [payload] = await stage.clients.do(
        writer, ("withdrawGrade", _changing(mark), "grade { version }")
    )
    mark.version, mark.withdrawn = payload["grade"]["version"], True
    stage.tell(f"{writer} withdraws {mark}", mark.student, mark.lesson.course)


async def restore(stage: Stage, writer: Account, mark: Mark) -> None:
    [payload] = await stage.clients.do(
        writer, ("restoreGrade", _changing(mark), "grade { version }")
    )
    mark.version, mark.withdrawn = payload["grade"]["version"], False
    stage.tell(f"{writer} restores {mark}", mark.student, mark.lesson.course)


def _changing(mark: Mark) -> dict[str, object]:
    return {"id": mark.id, "expectedVersion": mark.version, "reason": "It was not so."}
