"""Attendance that teachers take and correct; absences that guardians announce and class teachers
accept."""

from collections import defaultdict
from datetime import timedelta

from tests.year.actions.cast import ordinary_in
from tests.year.actions.marks import writer_of
from tests.year.calendar import Played
from tests.year.client import Step
from tests.year.model.attendance import Attendance, Notice, lessons_had
from tests.year.model.diary import Lesson, Lessons
from tests.year.model.ties import group_on, guardians_on, students_in
from tests.year.model.world import Account, Student
from tests.year.stage import Stage

TAKEN, AWAY, LATE, CORRECTED = 0.85, 0.05, 0.04, 0.1
"""How often attendance is taken; how often a student is absent, or late; how often one of a
teacher's entries is corrected afterwards."""
ANNOUNCED = 0.25
"""On so many days an absence is announced."""


async def daily(stage: Stage, played: Played) -> None:
    await announce_some(stage, played)
    await accept_some(stage, played)
    by_writer: dict[Account, list[Lesson]] = defaultdict(list)
    for lesson in stage.world.of(Lessons).by_day[stage.today]:
        of_school = lesson.course.school is played.year.school
        if of_school and not lesson.cancelled and stage.chance.random() < TAKEN:
            writer = writer_of(stage, lesson)
            if writer is not None:
                by_writer[writer].append(lesson)
    for writer, lessons in by_writer.items():
        await take(stage, writer, lessons)


async def take(stage: Stage, writer: Account, lessons: list[Lesson]) -> None:
    """The attendance of lessons, in one request; one of the entries may have been a slip."""
    book = stage.world.of(Attendance)
    named = [draw(stage, lesson) for lesson in lessons]
    steps: list[Step] = []
    for lesson, rows in zip(lessons, named, strict=True):
        given = [
            {"student": student.id, "kind": kind, "minutes": minutes}
            for student, (kind, minutes) in rows.items()
        ]
        steps.append(
            ("takeAttendance", {"lesson": lesson.id, "rows": given},
             "attendances { id version student { id } }")
        )  # fmt: skip
    payloads = await stage.clients.do(writer, *steps)
    for lesson, rows, payload in zip(lessons, named, payloads, strict=True):
        there = students_in(lesson.course, lesson.day, stage.world)
        for student in there:
            excuse = book.excuse(student, lesson.day)
            if student in rows:
                kind, minutes = rows[student]
                excused = excuse if excuse and kind == "ABSENT" else kind
                book.enter(lesson, student, excused, minutes)
            elif excuse and student not in book.at[lesson] and lesson not in book.taken:
                book.enter(lesson, student, excuse, None)
        book.taken.add(lesson)
        learn_ids(book, lesson, payload["attendances"])
        for student in rows:
            stage.tell(f"{writer} enters {book.at[lesson][student]}", student, lesson.course)
    await correct_one(stage, writer, lessons)


def draw(stage: Stage, lesson: Lesson) -> dict[Student, tuple[str, int | None]]:
    """Who is not there, or not in time."""
    found: dict[Student, tuple[str, int | None]] = {}
    for student in students_in(lesson.course, lesson.day, stage.world):
        chance = stage.chance.random()
        if chance < AWAY:
            found[student] = ("ABSENT", None)
        elif chance < AWAY + LATE:
            found[student] = ("LATE", stage.chance.choice([None, 5, 10]))
    return found


def learn_ids(book: Attendance, lesson: Lesson, rows: list[dict[str, object]]) -> None:
    by_id = {student.id: entry for student, entry in book.at[lesson].items()}
    for row in rows:
        entry = by_id[row["student"]["id"]]  # type: ignore[index]
        entry.id = str(row["id"])


async def correct_one(stage: Stage, writer: Account, lessons: list[Lesson]) -> None:
    """An entry turns out to be another: the student came late, or is ill."""
    book = stage.world.of(Attendance)
    entries = [
        entry
        for lesson in lessons
        for entry in book.at[lesson].values()
        if entry.id and stage.chance.random() < CORRECTED
    ]
    if not entries:
        return
    entry = stage.chance.choice(entries)
    kind = "ILL" if entry.kind == "ABSENT" else "PRESENT"
    given = {"id": entry.id, "expectedVersion": entry.version, "reason": "A slip.", "kind": kind}
    await stage.clients.do(writer, ("correctAttendance", given, "attendance { version }"))
    entry.kind, entry.minutes = kind, None
    entry.version += 1
    stage.tell(f"{writer} corrects it to {entry}", entry.student, entry.lesson.course)


async def announce_some(stage: Stage, played: Played) -> None:
    """A guardian says in the afternoon that a child is, and will be, absent."""
    if stage.chance.random() > ANNOUNCED:
        return
    student = stage.chance.choice(ordinary_in(stage, played.year.school))
    guardians = guardians_on(student, stage.today, stage.world)
    accounts = [account for each in guardians if (account := stage.world.account_of(each))]
    if not accounts or not student.holds(stage.today):
        return
    last = stage.today + timedelta(days=stage.chance.choice([0, 1, 3]))
    notice = Notice(
        student=student, first=stage.today, last=last,
        reason=stage.chance.choice(["ILLNESS", "FAMILY"]),
    )  # fmt: skip
    given = {
        "student": student.id, "because": notice.reason, "from": notice.first.isoformat(),
        "to": last.isoformat(),
    }  # fmt: skip
    [payload] = await stage.clients.do(
        accounts[0], ("announceAbsence", given, "absenceNotice { id }")
    )
    notice.id = payload["absenceNotice"]["id"]
    stage.world.of(Attendance).notices[student].append(notice)
    stage.tell(f"{accounts[0]} announces that {student} is absent until {last}", student)


async def accept_some(stage: Stage, played: Played) -> None:
    """The class teacher of today accepts what was announced, most often on the same day."""
    book = stage.world.of(Attendance)
    for student in played.year.school.students:
        for notice in book.notices[student]:
            group = group_on(student, stage.today, stage.world)
            if notice.accepted or group is None or group.class_teacher is None:
                continue
            account = stage.world.account_of(group.class_teacher)
            recent = notice.first >= stage.today - timedelta(days=7)
            if account is None or not recent or stage.chance.random() > 0.7:
                continue
            given = {"id": notice.id, "expectedVersion": 1}
            await stage.clients.do(account, ("acceptAbsence", given, "absenceNotice { state }"))
            last = min(notice.last, stage.today)
            book.accept(notice, lessons_had(student, notice.first, last, stage.world))
            stage.tell(f"{account} accepts that {student} is absent from {notice.first}", student)
