"""Quarters that are locked with some days of grace, unlocked for a correction, and locked again."""

from datetime import timedelta
from functools import partial

from tests.year.actions.marks import a_value, closed, closing, revise
from tests.year.actions.scenes import Scene
from tests.year.calendar import Played
from tests.year.model.diary import Mark, Marks
from tests.year.model.ties import Ties, teaches
from tests.year.model.world import Account, Course, Period
from tests.year.stage import Stage

GRACE = 3


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Each quarter is locked some days after it has ended; the second one is opened once more."""
    found = []
    quarters = [each for each in played.year.periods if each.kind == "QUARTER"]
    for place, quarter in enumerate(quarters):
        day = played.after(quarter.last, 3)
        if day <= quarter.last:
            continue
        found.append(Scene(day, partial(lock, stage, quarter, place)))
        if place == 1:
            later = played.after(day, 4)
            found.append(Scene(later, partial(correct, stage, quarter)))
    return found


async def lock(stage: Stage, period: Period, place: int) -> None:
    """The first with days of grace, the second at once, and so on."""
    grace = GRACE if place % 2 == 0 else None
    given = _changing(period) | {"graceDays": grace}
    school = period.year.school
    [payload] = await stage.office(school, ("lockPeriod", given, "period { version }"))
    period.version, period.locked = payload["period"]["version"], True
    period.open_until = None if grace is None else stage.today + timedelta(days=grace - 1)
    stage.tell(f"{period} is locked, open until {period.open_until}", period, turns=True)


async def unlock(stage: Stage, period: Period) -> None:
    [payload] = await stage.office(
        period.year.school, ("unlockPeriod", _changing(period), "period { version }")
    )
    period.version, period.locked = payload["period"]["version"], False
    period.open_until = None
    stage.tell(f"{period} is unlocked", period, turns=True)


def _changing(period: Period) -> dict[str, object]:
    return {"id": period.id, "expectedVersion": period.version, "reason": "As every quarter."}


async def correct(stage: Stage, period: Period) -> None:
    """Refused, unlocked, corrected, locked again."""
    found = marks_of(stage, period)
    if not found:
        return
    mark = stage.chance.choice(found)
    writer = writer_now(stage, mark)
    if writer is None:
        return
    value = a_value(stage, mark.student.school)
    if closed(mark.lesson, stage.today.toordinal()):
        await revise(stage, writer, mark, value, refused="PERIOD_LOCKED")
    await unlock(stage, period)
    await revise(stage, writer, mark, value)
    await lock(stage, period, 1)
    await revise(stage, writer, mark, value, refused="PERIOD_LOCKED")


async def daily(stage: Stage, played: Played) -> None:
    """Somebody tries to change a mark of a locked day: it is refused, unless there is grace."""
    if stage.chance.random() > 0.3:
        return
    locked = [each for each in played.year.periods if each.locked]
    if not locked:
        return
    marks = marks_of(stage, stage.chance.choice(locked))
    if not marks:
        return
    mark = stage.chance.choice(marks)
    value = a_value(stage, mark.student.school)
    writer = writer_now(stage, mark)
    head = stage.chance.random() < 0.2 and closing(mark.lesson)
    if head:
        writer = stage.head(mark.student.school)
    if writer is not None:
        shut = closed(mark.lesson, stage.today.toordinal(), to_head=bool(head))
        await revise(stage, writer, mark, value, refused="PERIOD_LOCKED" if shut else None)


def marks_of(stage: Stage, period: Period) -> list[Mark]:
    return [
        mark
        for course, marks in stage.world.of(Marks).by_course.items()
        if course.year is period.year
        for mark in marks
        if period.holds(mark.lesson.day) and not mark.withdrawn
    ]


def writer_now(stage: Stage, mark: Mark) -> Account | None:
    return writer_of_course(stage, mark.lesson.course)


def writer_of_course(stage: Stage, course: Course) -> Account | None:
    for tie in stage.world.of(Ties).teachings[course]:
        if teaches(tie, stage.today):
            return stage.world.account_of(tie.teacher)
    return None
