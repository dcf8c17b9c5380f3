"""Homework that students tick and hand in, and that teachers accept, return, or find missing."""

from datetime import timedelta

from tests.year.actions.marks import writer_of
from tests.year.calendar import Played
from tests.year.client import Step
from tests.year.model.diary import Homework, Lessons
from tests.year.model.homework import BY_FAMILY, BY_TEACHER, LEADS, States
from tests.year.model.rights import Eyes
from tests.year.model.ties import students_in
from tests.year.model.world import Account, Student
from tests.year.stage import Stage

BACK = timedelta(days=10)
A_DAY = 2
"""Of so many pieces of homework a day somebody says something."""
NAMES = {
    "DONE": "tickHomework", "HANDED_IN": "handInHomework", "ACCEPTED": "acceptHomework",
    "RETURNED": "returnHomework", "MISSING": "markHomeworkMissing",
}  # fmt: skip


async def daily(stage: Stage, played: Played) -> None:
    lessons = stage.world.of(Lessons)
    recent = [
        homework
        for place in range(BACK.days)
        for lesson in lessons.by_day[stage.today - timedelta(days=place)]
        if lesson.course.school is played.year.school
        for homework in lessons.homework[lesson]
        if not homework.withdrawn and homework.due_on >= stage.today
    ]
    for homework in stage.some(recent, A_DAY):
        there = students_in(homework.lesson.course, homework.lesson.day, stage.world)
        for student in stage.some(there, 1):
            await by_family(stage, homework, student)
        await by_teacher(stage, homework, stage.some(there, 2))


async def by_family(stage: Stage, homework: Homework, student: Student) -> None:
    """The student, or a guardian; refused where the state does not lead there."""
    accounts = [
        each
        for each in stage.world.accounts
        if Eyes(stage.world, each, stage.today).to(student) & {"self", "guardian"}
    ]
    if not accounts or not student.holds(stage.today):
        return
    account, state = stage.chance.choice(accounts), stage.chance.choice(BY_FAMILY)
    given: dict[str, object] = {"homework": homework.id, "student": student.id}
    if state == "HANDED_IN":
        given["text"] = f"Written on {stage.today}"
    await take(stage, account, homework, [student], state, given)


async def by_teacher(stage: Stage, homework: Homework, students: list[Student]) -> None:
    """All of them at once, where it can be said of each."""
    account, state = writer_of(stage, homework.lesson), stage.chance.choice(BY_TEACHER)
    if account is None or not students or (state == "MISSING" and homework.due_on > stage.today):
        return
    given: dict[str, object] = {"homework": homework.id, "students": [each.id for each in students]}
    if state == "RETURNED":
        given["comment"] = "Once more, please."
    await take(stage, account, homework, students, state, given)


async def take(
    stage: Stage,
    account: Account,
    homework: Homework,
    students: list[Student],
    state: str,
    given: dict[str, object],
) -> None:
    book = stage.world.of(States)
    wrong = [each for each in students if book.state(homework, each) not in LEADS[state]]
    step: Step = (NAMES[state], given, "")
    if wrong:
        if len(wrong) == 1:
            await stage.clients.do(account, step, refused="WRONG_STATE")
        return
    await stage.clients.do(account, step)
    for student in students:
        book.of[homework, student] = state
        stage.tell(f"{account} says {state} of homework of {student}", student)
