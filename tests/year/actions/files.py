"""Files that hang on homework, uploaded by its teacher, and who downloads them."""

from tests.year.actions.marks import writer_of
from tests.year.calendar import Played
from tests.year.model.diary import Homework, Lessons
from tests.year.model.rights import Eyes
from tests.year.model.ties import students_in
from tests.year.model.world import Account
from tests.year.stage import Stage

OFTEN = 0.2


async def daily(stage: Stage, played: Played) -> None:
    """To one piece of homework of today, now and then."""
    school, lessons = played.year.school, stage.world.of(Lessons)
    found = [
        homework
        for lesson in lessons.by_day[stage.today]
        if lesson.course.school is school
        for homework in lessons.homework[lesson]
        if not homework.withdrawn and not homework.files
    ]
    if found and stage.chance.random() < OFTEN:
        await attach(stage, stage.chance.choice(found))


async def attach(stage: Stage, homework: Homework) -> None:
    lesson = homework.lesson
    writer = writer_of(stage, lesson)
    if writer is None:
        return
    name, content = f"Task of {stage.today}.txt", f"{lesson}: read, and write.".encode()
    file = await stage.clients.upload(writer, lesson.course.school, "HOMEWORK", name, content)
    given = {
        "id": homework.id, "expectedVersion": homework.version, "reason": "Here it is.",
        "files": [file["id"]],
    }  # fmt: skip
    [payload] = await stage.clients.do(
        writer, ("changeHomework", given, "homework { version files { name } }")
    )
    homework.version = payload["homework"]["version"]
    homework.files = [name]
    stage.tell(f"{writer} attaches {name} to homework", lesson.course)
    await look(stage, homework, file["url"], writer, content)


async def look(stage: Stage, homework: Homework, url: str, writer: Account, content: bytes) -> None:
    """Its teacher and a family that it is for have it; a stranger, and who is nobody in the school,
    find nothing."""
    lesson, school = homework.lesson, homework.lesson.course.school
    there = students_in(lesson.course, lesson.day, stage.world)
    eyes = [Eyes(stage.world, each, stage.today) for each in stage.world.accounts]
    family = [
        each.account
        for each in eyes
        if any(student in [*each.own, *each.children] for student in there)
    ]
    outside = [each.account for each in eyes if not each.member(school)]
    for account in [writer, *stage.some(family, 1)]:
        await stage.clients.downloads(account, url, content)
    for nobody in [None, *stage.some(outside, 1)]:
        await stage.clients.finds_nothing(nobody, url)
