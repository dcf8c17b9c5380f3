"""Lessons that their teachers close, where they were held and are complete."""

from collections import defaultdict
from datetime import timedelta

from tests.year.actions.marks import closed, writer_of
from tests.year.calendar import Played
from tests.year.client import Step
from tests.year.model.attendance import Attendance
from tests.year.model.completed import has_begun
from tests.year.model.diary import Lesson, Lessons
from tests.year.model.ties import students_in
from tests.year.model.world import Account
from tests.year.stage import Stage

CLOSED, TRIED, REOPENED = 0.7, 0.1, 0.03
BACK = 4


async def daily(stage: Stage, played: Played) -> None:
    """Lessons of the last days; somebody tries one that is to come or not complete."""
    book = stage.world.of(Lessons)
    by_writer: dict[Account, list[Lesson]] = defaultdict(list)
    for place in range(BACK):
        for lesson in book.by_day[stage.today - timedelta(days=place)]:
            writer = writer_of(stage, lesson)
            of_school = lesson.course.school is played.year.school
            if of_school and writer and not lesson.cancelled and not is_shut(stage, lesson):
                by_writer[writer].append(lesson)
    for writer, lessons in by_writer.items():
        await close_some(stage, writer, [each for each in lessons if not each.closed])
        await reopen_one(stage, writer, [each for each in lessons if each.closed])


def is_shut(stage: Stage, lesson: Lesson) -> bool:
    return closed(lesson, stage.today.toordinal())


async def close_some(stage: Stage, writer: Account, lessons: list[Lesson]) -> None:
    whole = [each for each in lessons if refusal(stage, each) is None]
    chosen = [each for each in whole if stage.chance.random() < CLOSED]
    if chosen:
        payloads = await stage.clients.do(writer, *(closing(each) for each in chosen))
        for lesson, payload in zip(chosen, payloads, strict=True):
            lesson.version, lesson.closed = payload["lesson"]["version"], True
            stage.tell(f"{writer} closes {lesson}", lesson.course)
    for lesson in lessons:
        code = refusal(stage, lesson)
        if code is not None and stage.chance.random() < TRIED:
            await stage.clients.do(writer, closing(lesson), refused=code)


def refusal(stage: Stage, lesson: Lesson) -> str | None:
    if not has_begun(lesson, stage.today):
        return "LESSON_IN_FUTURE"
    if lesson in stage.world.of(Attendance).taken:
        return None
    there = students_in(lesson.course, lesson.day, stage.world)
    return "LESSON_INCOMPLETE" if there else None


def closing(lesson: Lesson) -> Step:
    given = {"lesson": lesson.id, "expectedVersion": lesson.version}
    return "closeLesson", given, "lesson { version }"


async def reopen_one(stage: Stage, writer: Account, lessons: list[Lesson]) -> None:
    if not lessons or stage.chance.random() > REOPENED:
        return
    lesson = stage.chance.choice(lessons)
    given = {"id": lesson.id, "expectedVersion": lesson.version, "reason": "Something is missing."}
    [payload] = await stage.clients.do(writer, ("reopenLesson", given, "lesson { version }"))
    lesson.version, lesson.closed = payload["lesson"]["version"], False
    stage.tell(f"{writer} opens {lesson} again", lesson.course)
