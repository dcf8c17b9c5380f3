"""Somebody tries to change a mark that is not theirs to change: it is refused, and stays."""

from tests.year.actions.marks import a_value, revise
from tests.year.calendar import Played
from tests.year.model.diary import Mark, Marks
from tests.year.model.rights import Eyes
from tests.year.model.ties import Ties
from tests.year.model.world import Account
from tests.year.stage import Stage


async def daily(stage: Stage, played: Played) -> None:
    """Who was replaced, stood in once, leads the class, is of the family, or is a colleague."""
    if stage.chance.random() > 0.5:
        return
    marks = [
        mark
        for course, given in stage.world.of(Marks).by_course.items()
        if course.school is played.year.school
        for mark in given
        if not mark.withdrawn
    ]
    if not marks:
        return
    mark = stage.chance.choice(marks)
    account = someone(stage, mark)
    if account is None:
        return
    eyes, lesson = Eyes(stage.world, account, stage.today), mark.lesson
    if lesson.course in eyes.teaching or eyes.heads(lesson.course.school):
        return
    known = eyes.reads(mark.student, lesson.course, lesson.day)
    code = "FORBIDDEN" if known else "NOT_FOUND"
    await revise(stage, account, mark, a_value(stage, mark.student.school), refused=code)


def someone(stage: Stage, mark: Mark) -> Account | None:
    ties, course = stage.world.of(Ties), mark.lesson.course
    draw = stage.chance.random()
    people: list[object] = list(course.school.teachers)
    if draw < 0.4:
        people = [tie.teacher for tie in ties.teachings[course]]
    elif draw < 0.6:
        people = [tie.guardian for tie in ties.guardianships[mark.student]]
    elif draw < 0.7:
        people = [mark.student]
    if not people:
        return None
    person = stage.chance.choice(people)
    return stage.world.account_of(person)  # type: ignore[arg-type]
