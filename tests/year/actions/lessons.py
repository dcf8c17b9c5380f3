"""Lessons put on the timetable a week ahead, cancelled, and what is set at them."""

from datetime import UTC, date, datetime, time, timedelta

from tests.year.calendar import Played
from tests.year.client import Step
from tests.year.model.diary import Homework, Lesson, Lessons
from tests.year.model.ties import Ties
from tests.year.model.world import Course, Teacher
from tests.year.stage import Stage

BEGINS, LASTS, EACH = time(13, 0), timedelta(minutes=40), timedelta(minutes=50)
"""In UTC, so that the day is the same one in both schools."""
WEEKDAYS = {
    "Mathematics": {0: 1, 1: 2, 2: 1, 3: 2, 4: 1},
    "History": {0: 2, 2: 2, 4: 2},
    "English": {1: 3, 3: 3},
    "Choir": {2: 4},
}
"""Which hour a subject has on which day of the week."""


def slot_of(course: Course, day: date) -> int | None:
    return WEEKDAYS[course.subject].get(day.weekday())


async def daily(stage: Stage, played: Played) -> None:
    """On the first day of a week, its lessons; now and then one is cancelled."""
    week = played.week_of(stage.today)
    if week[0] == stage.today:
        await plan(stage, played, week)
    for lesson in stage.world.of(Lessons).by_day[stage.today]:
        if lesson.course.school is played.year.school and stage.chance.random() < 0.02:
            await cancel(stage, lesson)


async def plan(stage: Stage, played: Played, week: list[date]) -> None:
    lessons = []
    for day in week:
        for course in played.year.school.courses:
            slot = slot_of(course, day)
            if course.year is played.year and slot is not None:
                topic = f"{course.title}: {day:%d.%m.%Y}"
                teacher = who_holds(stage, course, day)
                lessons.append(
                    Lesson(course=course, day=day, slot=slot, topic=topic, teacher=teacher)
                )
    steps = [_adding(each) for each in lessons]
    payloads = await stage.office(played.year.school, *steps)
    for lesson, payload in zip(lessons, payloads, strict=True):
        lesson.id = payload["lesson"]["id"]
        lesson.version = payload["lesson"]["version"]
        stage.world.of(Lessons).add(lesson)


def who_holds(stage: Stage, course: Course, day: date) -> Teacher | None:
    """Who stands in on the day, or else who has the course."""
    ties = [tie for tie in stage.world.of(Ties).teachings[course] if tie.holds(day)]
    ties.sort(key=lambda tie: (tie.stands_in_for is None, not tie.main))
    return ties[0].teacher if ties else None


def _adding(lesson: Lesson) -> Step:
    starts = datetime.combine(lesson.day, BEGINS, UTC) + EACH * lesson.slot
    given = {
        "course": lesson.course.id, "slot": lesson.slot, "topic": lesson.topic,
        "startsAt": starts.isoformat(), "endsAt": (starts + LASTS).isoformat(),
        "overrule": True, "reason": "A subject has its hour in all classes, and few teachers.",
    }  # fmt: skip
    return "addLesson", given, "lesson { id version }"


async def cancel(stage: Stage, lesson: Lesson) -> None:
    given = {"id": lesson.id, "expectedVersion": lesson.version, "reason": "Nobody is there."}
    [payload] = await stage.office(
        lesson.course.school, ("cancelLesson", given, "lesson { version }")
    )
    lesson.version, lesson.cancelled = payload["lesson"]["version"], True
    stage.tell(f"{lesson} is cancelled", lesson, lesson.course)


def setting(lesson: Lesson, due_on: date) -> tuple[Homework, Step]:
    """Homework to set at the lesson, and how."""
    homework = Homework(lesson=lesson, text=f"Exercise of {lesson.day}", due_on=due_on)
    given = {"lesson": lesson.id, "text": homework.text, "dueOn": due_on.isoformat()}
    return homework, ("setHomework", given, "homework { id version }")


def withdrawing(homework: Homework) -> Step:
    given = {
        "id": homework.id, "expectedVersion": homework.version, "reason": "Not set after all.",
    }  # fmt: skip
    return "withdrawHomework", given, "homework { id version }"
