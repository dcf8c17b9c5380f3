"""Lessons that get another room or another teacher, before they are held or told of it after."""

from datetime import timedelta

from tests.year.actions.completed import is_shut
from tests.year.actions.courses import main_teacher
from tests.year.actions.scenes import Scene
from tests.year.actions.teaching import somebody_else
from tests.year.calendar import Played
from tests.year.model.diary import Lesson, Lessons
from tests.year.model.ties import Teaching, Ties
from tests.year.model.world import Teacher
from tests.year.stage import Stage

OFTEN = 0.25
BACK = timedelta(days=40)
FIELDS = "lesson { version room teacher { displayName } replacement { room } }"


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Told some days late, of lessons of the weeks before: one of a room, one of a teacher."""
    return [Scene(played.at(share), lambda: belated(stage, played)) for share in (0.2, 0.4, 0.6)]


async def belated(stage: Stage, played: Played) -> None:
    book = stage.world.of(Lessons)
    lessons = [
        lesson
        for place in range(1, BACK.days)
        for lesson in book.by_day[stage.today - timedelta(days=place)]
        if is_as_planned(lesson, played) and not lesson.closed and not is_shut(stage, lesson)
    ]
    some = stage.some(lessons, 2)
    for lesson in some[:1]:
        await replace(stage, lesson, room=f"Hall {stage.chance.randrange(1, 9)}")
    for lesson in some[1:]:
        if not _has_substitute(stage, lesson):
            await replace(stage, lesson, teacher=somebody_else(stage, lesson.course))


def is_as_planned(lesson: Lesson, played: Played) -> bool:
    as_planned = not lesson.cancelled and lesson.was is None and lesson.teacher is not None
    return as_planned and lesson.course.school is played.year.school


async def daily(stage: Stage, played: Played) -> None:
    """Now and then one of the next day of school, which was planned with its week."""
    if stage.chance.random() > OFTEN:
        return
    lessons = [
        lesson
        for lesson in stage.world.of(Lessons).by_day[played.after(stage.today)]
        if is_as_planned(lesson, played) and lesson.day > stage.today
    ]
    for lesson in stage.some(lessons, 1):
        if stage.chance.random() < 0.5:
            await replace(stage, lesson, room=f"Hall {stage.chance.randrange(1, 9)}")
        elif not _has_substitute(stage, lesson):
            await replace(stage, lesson, teacher=somebody_else(stage, lesson.course))


def _has_substitute(stage: Stage, lesson: Lesson) -> bool:
    ties = stage.world.of(Ties).teachings[lesson.course]
    return any(tie.holds(lesson.day) and not tie.main for tie in ties)


async def replace(
    stage: Stage, lesson: Lesson, *, room: str | None = None, teacher: Teacher | None = None
) -> None:
    given: dict[str, object] = {
        "lesson": lesson.id, "expectedVersion": lesson.version, "reason": "Something has come up.",
        "overrule": True,
    }  # fmt: skip
    given |= {"room": room} if teacher is None else {"teacher": teacher.id}
    school = lesson.course.school
    [payload] = await stage.office(school, ("replaceLesson", given, FIELDS))
    lesson.version, lesson.was = payload["lesson"]["version"], (lesson.room, lesson.teacher)
    if teacher is None:
        lesson.room = room
        stage.tell(f"{lesson} is moved to {room}", lesson.course)
        return
    lesson.teacher = teacher
    absent = main_teacher(stage, lesson.course, lesson.day)
    stage.world.of(Ties).teachings[lesson.course].append(
        Teaching(
            course=lesson.course, teacher=teacher, first=lesson.day, last=lesson.day, main=False,
            stands_in_for=absent,
        )
    )  # fmt: skip
    stage.tell(f"{teacher} holds {lesson}, and writes in it that day", lesson.course, teacher,
               turns=True)  # fmt: skip
