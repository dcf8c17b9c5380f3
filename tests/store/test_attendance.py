"""Attendance as users meet it: taken, corrected, entered for a day, counted; what was missed."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.attendance import AttendanceKind
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.attendance import (
    AttendanceToTake,
    CorrectAttendance,
    MarkAbsent,
    TakeAttendance,
    correct_attendance,
    mark_absent,
    take_attendance,
)
from resolvers.mutations.attendance_codes import (
    AttendanceCodeToCreate,
    ChangeAttendanceCode,
    CreateAttendanceCodes,
    change_attendance_code,
    create_attendance_codes,
)
from resolvers.mutations.homework import SetHomework, set_homework
from resolvers.mutations.lessons import MoveLesson, move_lesson
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import ask, delivered, listening
from tests.store.post_room import PostRoom
from tests.store.receiver import receiving
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)

FAMILY, STAFF = (STUDENT, GUARDIAN), (TEACHER, CLASS_TEACHER, HEAD)
STRANGERS = (CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER, STRANGER)
EVERYBODY = (*FAMILY, *STAFF, *STRANGERS)
K = AttendanceKind
SPAN = {"from": str(TODAY - timedelta(30)), "to": str(TODAY)}
SPAN_GIVEN = f'from: "{SPAN["from"]}", to: "{SPAN["to"]}"'
COUNTS = "lessons present absent excused ill late lateMinutes leftEarly absences inRate rate"
EMPTY = (
    "attendance_revision", "attendance", "attendance_taking", "absence_notice_revision",
    "absence_notice", "attendance_code_revision", "attendance_code", "day_off",
)  # fmt: skip


@pytest.fixture
async def room(room: StaffRoom) -> StaffRoom:
    """The school without any attendance yet, and with the usual tokens."""
    for name in EMPTY:
        await room.rows(f"DELETE FROM {name}")
    return room


async def row(room: StaffRoom, who: str = "student", **said: Any) -> AttendanceToTake:
    said = said or {"kind": K.ABSENT}
    return AttendanceToTake(await room.student(who), **said)


async def take(
    room: StaffRoom,
    *rows: AttendanceToTake,
    who: str = TEACHER,
    lesson: str | None = None,
    key: str | None = None,
    reason: str | None = None,
) -> Outcome:
    asked = TakeAttendance(lesson or room.id("Lesson"), list(rows), reason)
    return await take_attendance(room.store, await room.viewer(who), asked, key)


async def absent(room: StaffRoom, **said: Any) -> str:
    """The global id of what was entered of Ada today."""
    outcome = await take(room, await row(room, **said))
    assert outcome.errors == []
    return room.id("Attendance", outcome.record.id)


async def correct(
    room: StaffRoom, id_: str, who: str = TEACHER, version: int = 1, **new: Any
) -> Outcome:
    asked = CorrectAttendance(id_, version, "Misread", **(new or {"kind": K.ILL}))
    return await correct_attendance(room.store, await room.viewer(who), asked)


async def mark(room: StaffRoom, who: str = CLASS_TEACHER, **said: Any) -> Outcome:
    key = said.pop("key", None)
    asked = MarkAbsent(**({"student": room.id("Student")} | said))
    return await mark_absent(room.store, await room.viewer(who), asked, key)


async def counts(
    room: StaffRoom,
    feed: Feed,
    by: str,
    of: str = "Student",
    who: str = HEAD,
    fields: str = COUNTS,
    within: str = SPAN_GIVEN,
) -> Any:
    named = "slot course { title } subject { name }" + (
        "" if of == "Student" else " student { id }"
    )
    query = f"""query ($id: ID!) {{ node(id: $id) {{ ... on {of} {{
      attendanceCounts({within}, by: {by}) {{ {named} count {{ {fields} }} }} }} }} }}"""
    found = await ask(room, feed, who, query, id=room.id(of))
    return found["node"]["attendanceCounts"]


async def kinds(room: StaffRoom) -> list[tuple[Any, ...]]:
    rows = await room.rows(
        "SELECT given_name, a.kind, a.version FROM attendance a JOIN student s"
        " ON s.id = a.student_id ORDER BY a.day, given_name, a.id"
    )
    return [tuple(each) for each in rows]


async def test_a_class_is_taken_at_once_with_a_history_and_an_event_of_each(
    room: StaffRoom,
) -> None:
    viewer = await room.viewer()
    outcome = await take(
        room, await row(room, token=" a "), await row(room, "classmate", kind=K.LATE, minutes=5)
    )
    assert outcome.errors == []
    ada, ben = sorted(outcome.records, key=lambda each: each.kind)  # both were taken at once
    assert (ada.kind, ada.token, ada.absence, ada.lateness, ada.in_rate, ada.minutes) == (
        "ABSENT", "A", True, False, True, None,
    )  # fmt: skip
    assert (ben.kind, ben.token, ben.absence, ben.lateness, ben.minutes, ben.day) == (
        "LATE", "L", False, True, 5, TODAY,
    )  # fmt: skip
    steps = await room.rows("SELECT change, account_id, version FROM attendance_revision")
    assert [tuple(step) for step in steps] == [("TAKEN", viewer.account.id, 1)] * 2
    assert await room.events() == [(n, "ATTENDANCE", "TAKEN", 1) for n in range(2)]
    (taking,) = await room.rows("SELECT id FROM attendance_taking")
    assert taking["id"] == room.small.records["Lesson"]


async def test_a_lesson_at_which_all_are_there_is_taken_with_no_rows(
    room: StaffRoom, feed: Feed
) -> None:
    query = "query ($id: ID!) { lesson(id: $id) { attendanceTakenAt attendance { id } } }"
    query = query.replace("lesson(id: $id) {", "node(id: $id) { ... on Lesson {") + " }"
    before = await ask(room, feed, GUARDIAN, query, id=room.id("Lesson"))
    assert before["node"] == {"attendanceTakenAt": None, "attendance": []}
    assert await take(room) == Outcome([])
    after = await ask(room, feed, GUARDIAN, query, id=room.id("Lesson"))
    assert after["node"]["attendanceTakenAt"] is not None
    (of_ada,) = await counts(room, feed, "WHOLE", fields="lessons present rate")
    assert of_ada["count"] == {"lessons": 1, "present": 1, "rate": "1.0000"}


async def test_each_bad_row_is_told_and_nothing_is_entered(room: StaffRoom) -> None:
    other = await room.student("other_student")
    before = await room.written()
    malformed = await take(
        room,
        AttendanceToTake("x", kind=K.ILL),
        await row(room, kind=K.LATE, minutes=0),
        await row(room, "classmate", kind=K.ILL, token="A"),
    )
    assert told(malformed) == [
        ("BAD_INPUT", ("rows", "0", "student")),
        ("BAD_INPUT", ("rows", "1", "minutes")),
        ("BAD_INPUT", ("rows", "2", "token")),
    ]
    wrong = await take(
        room,
        await row(room, token="QQ"),
        await row(room),
        AttendanceToTake(other, kind=K.ABSENT),
        AttendanceToTake(global_id.make("Student", HERE, uuid7()), kind=K.ABSENT),
        AttendanceToTake(global_id.make("Student", HERE + 1, uuid7()), kind=K.ABSENT),
        await row(room, "classmate"),
        who=HEAD,
    )
    assert told(wrong) == [
        ("BAD_INPUT", ("rows", "0", "token")),
        ("BAD_INPUT", ("rows", "1", "student")),
        ("STUDENT_NOT_IN_COURSE", ("rows", "2", "student")),
        ("NOT_FOUND", ("rows", "3", "student")),
        ("NOT_FOUND", ("rows", "4", "student")),
    ]
    assert "it has P, A, E, I, L, D, S" in wrong.errors[0].message
    hidden = await take(room, AttendanceToTake(other, kind=K.ABSENT))
    assert told(hidden) == [("NOT_FOUND", ("rows", "0", "student"))]
    timed = await take(room, await row(room, kind=K.ABSENT, minutes=5))
    assert told(timed) == [("BAD_INPUT", ("rows", "0", "minutes"))]
    assert await room.written() == before


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (CLASS_TEACHER, "FORBIDDEN"),
        *((who, "FORBIDDEN") for who in (*FAMILY, CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER)),
        (STRANGER, "NOT_FOUND"),
    ],
)
async def test_only_the_courses_teacher_and_the_head_take_attendance(
    room: StaffRoom, who: str, code: str
) -> None:
    before = await room.written()
    assert told(await take(room, await row(room), who=who)) == [(code, ("lesson",))]
    assert await room.written() == before
    assert (await take(room, await row(room), who=HEAD)).errors == []


async def test_lessons_to_come_cancelled_or_of_a_locked_day_refuse(room: StaffRoom) -> None:
    ahead, gone = await room.lesson(TOMORROW), await room.lesson(TODAY, "CANCELLED")
    past, entry = await room.lesson(YESTERDAY), await absent(room)
    locked = (await take(room, await row(room), lesson=past)).record
    await room.lock(YESTERDAY)
    before = await room.written()
    for lesson, code in (
        (ahead, "LESSON_IN_FUTURE"), (gone, "LESSON_CANCELLED"), (past, "PERIOD_LOCKED"),
        (global_id.make("Lesson", HERE, uuid7()), "NOT_FOUND"),
    ):  # fmt: skip
        assert told(await take(room, await row(room), lesson=lesson)) == [(code, ("lesson",))]
    assert told(await correct(room, room.id("Attendance", locked.id))) == [
        ("PERIOD_LOCKED", ("id",))
    ]
    assert told(await mark(room, day=YESTERDAY)) == [("PERIOD_LOCKED", ("date",))]
    assert told(await mark(room, day=TOMORROW)) == [("LESSON_IN_FUTURE", ("date",))]
    assert await room.written() == before
    assert (await correct(room, entry)).errors == []


async def test_who_did_not_learn_there_on_the_day_has_no_attendance(room: StaffRoom) -> None:
    await room.rows(
        "UPDATE enrolment SET ends_on = $1 WHERE student_id = $2",
        YESTERDAY, room.small.records["Student"],
    )  # fmt: skip
    assert told(await take(room, await row(room), who=HEAD)) == [
        ("STUDENT_NOT_IN_COURSE", ("rows", "0", "student"))
    ]
    past = await room.lesson(YESTERDAY)
    assert (await take(room, await row(room), lesson=past, who=HEAD)).errors == []


async def test_taken_again_only_what_differs_is_a_step_and_who_is_not_named_stays(
    room: StaffRoom,
) -> None:
    await take(room, await row(room, kind=K.ABSENT, note="Rang"), await row(room, "classmate"))
    again = await take(
        room, await row(room, kind=K.ABSENT), await row(room, "classmate", kind=K.PRESENT),
        reason="Came",
    )  # fmt: skip
    assert again.errors == []
    assert await kinds(room) == [("classmate", "PRESENT", 2), ("student", "ABSENT", 1)]
    assert {each.note for each in again.records} == {"Rang", None}
    assert (await take(room)).errors == []
    assert await kinds(room) == [("classmate", "PRESENT", 2), ("student", "ABSENT", 1)]
    steps = await room.rows(
        "SELECT change, reason, kind_before FROM attendance_revision WHERE version = 2"
    )
    assert [tuple(each) for each in steps] == [("CHANGED", "Came", "ABSENT")]
    stale = await take(
        room, await row(room, kind=K.ILL, expected_version=0),
        await row(room, "classmate", kind=K.ILL, expected_version=2),
    )  # fmt: skip
    assert told(stale) == [("CONFLICT", ("rows", "0", "expectedVersion"))]
    assert await kinds(room) == [("classmate", "PRESENT", 2), ("student", "ABSENT", 1)]


async def test_two_who_take_at_once_leave_one_entry_of_each(room: StaffRoom) -> None:
    outcomes = await asyncio.gather(
        *[take(room, await row(room, kind=kind)) for kind in (K.ILL, K.ABSENT, K.LATE)]
    )
    assert [outcome.errors for outcome in outcomes] == [[]] * 3
    ((_, _, version),) = await kinds(room)
    assert version == 3


async def test_a_retry_with_its_key_enters_nothing_twice(room: StaffRoom) -> None:
    for _ in range(2):
        assert len((await take(room, await row(room), key="take")).records) == 1
        assert len((await mark(room, kind=K.ILL, key="day")).records) == 1
    assert await kinds(room) == [("student", "ILL", 2)]
    reused = await take(room, await row(room, kind=K.ILL), key="take")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]


@pytest.mark.parametrize("who", STAFF)
async def test_staff_corrects_an_entry_and_what_it_was_stays(
    room: StaffRoom, feed: Feed, who: str
) -> None:
    id_ = await absent(room, kind=K.LATE, minutes=7)
    changed = await correct(room, id_, who, kind=K.EXCUSED, note="A doctor's note")
    assert changed.errors == []
    record = changed.record
    assert (record.kind, record.token, record.minutes, record.absence, record.lateness) == (
        "EXCUSED", "E", None, True, False,
    )  # fmt: skip
    query = """query ($id: ID!) { node(id: $id) { ... on Attendance { kind note version
      history { change reason kindBefore minutesBefore } } } }"""
    found = (await ask(room, feed, GUARDIAN, query, id=id_))["node"]
    assert (found["kind"], found["note"], found["version"]) == ("EXCUSED", "A doctor's note", 2)
    assert found["history"] == [
        {"change": "TAKEN", "reason": None, "kindBefore": None, "minutesBefore": None},
        {"change": "CHANGED", "reason": "Misread", "kindBefore": "LATE", "minutesBefore": 7},
    ]


@pytest.mark.parametrize(
    ("who", "code"),
    [*((who, "FORBIDDEN") for who in FAMILY), *((who, "NOT_FOUND") for who in STRANGERS)],
)
async def test_nobody_else_corrects_or_marks(room: StaffRoom, who: str, code: str) -> None:
    id_ = await absent(room)
    before = await room.written()
    assert told(await correct(room, id_, who)) == [(code, ("id",))]
    assert told(await mark(room, who)) == [(code, ("student",))]
    assert await room.written() == before
    assert told(await mark(room, TEACHER)) == [("FORBIDDEN", ("student",))]


async def test_a_correction_is_of_the_version_that_stands_and_says_what_can_be(
    room: StaffRoom,
) -> None:
    id_ = await absent(room)
    before = await room.written()
    assert told(await correct(room, id_, version=2)) == [("CONFLICT", ("expectedVersion",))]
    assert told(await correct(room, id_, minutes=5)) == [("BAD_INPUT", ("minutes",))]
    assert told(await correct(room, id_, token="QQ")) == [("BAD_INPUT", ("token",))]
    assert told(await correct(room, id_, token="I", kind=K.ILL)) == [("BAD_INPUT", ("token",))]
    assert await room.written() == before


async def test_a_days_absence_is_in_all_lessons_or_from_one_on(room: StaffRoom) -> None:
    second = await room.lesson(TODAY)
    later = datetime(TODAY.year, TODAY.month, TODAY.day, 11, tzinfo=UTC)
    await room.rows("UPDATE lesson SET starts_at = $2, ends_at = $3 WHERE id = $1",
                    global_id.read(second)[2], later, later + timedelta(minutes=45))  # fmt: skip
    await room.lesson(TODAY, "CANCELLED")
    await absent(room, kind=K.LATE, minutes=3)
    from_second = await mark(room, since=second, note="Sent home")
    assert from_second.errors == []
    assert sorted(each.kind for each in from_second.records) == ["ABSENT", "LATE"]
    whole = await mark(room, HEAD, kind=K.ILL)
    assert [each.kind for each in whole.records] == ["ILL", "ILL"]
    assert {each.note for each in whole.records} == {None, "Sent home"}
    assert [each.minutes for each in whole.records] == [None, None]
    events = [event[:3] for event in await room.events()]
    assert events[-2:] == [(0, "ATTENDANCE", "CHANGED"), (1, "ATTENDANCE", "CHANGED")]
    assert told(await mark(room, day=YESTERDAY)) == [("BAD_INPUT", ("date",))]
    astray = await mark(room, since=global_id.make("Lesson", HERE, uuid7()))
    assert told(astray) == [("NOT_FOUND", ("from",))]


async def test_a_school_writes_its_own_tokens_which_count_as_it_says(
    room: StaffRoom, feed: Feed
) -> None:
    head = await room.viewer(HEAD)
    asked = CreateAttendanceCodes(
        global_id.make("School", HERE, global_id.NIL),
        [
            AttendanceCodeToCreate("Н", "Не был", K.ABSENT),
            AttendanceCodeToCreate("ОСВ", "Освобождён", K.EXCUSED, absence=False, in_rate=False),
        ],
    )
    made = await create_attendance_codes(room.store, head, asked)
    assert made.errors == []
    twice = await create_attendance_codes(room.store, head, asked)
    assert told(twice) == [
        ("ALREADY_THERE", ("attendanceCodes", "0", "token")),
        ("ALREADY_THERE", ("attendanceCodes", "1", "token")),
    ]
    denied = await create_attendance_codes(room.store, await room.viewer(), asked)
    assert told(denied) == [("FORBIDDEN", ("school",))]
    query = (
        "{ school { attendanceTokens { token countsAsAbsence countsInRate code { version } } } }"
    )
    found = await ask(room, feed, TEACHER, query)
    assert found["school"]["attendanceTokens"] == [
        {"token": "Н", "countsAsAbsence": True, "countsInRate": True, "code": {"version": 1}},
        {"token": "ОСВ", "countsAsAbsence": False, "countsInRate": False, "code": {"version": 1}},
    ]
    (freed,) = (await take(room, await row(room, token="осв"))).records
    assert (freed.kind, freed.token, freed.absence, freed.in_rate) == (
        "EXCUSED", "ОСВ", False, False,
    )  # fmt: skip
    assert (await correct(room, room.id("Attendance", freed.id), kind=K.ILL)).record.token == "I"
    change = ChangeAttendanceCode(
        room.id("AttendanceCode", made.records[1].id), 1, "Rule", token="н"
    )
    assert told(await change_attendance_code(room.store, head, change)) == [
        ("ALREADY_THERE", ("token",))
    ]


async def test_counts_are_exact_and_of_whatever_is_asked(room: StaffRoom, feed: Feed) -> None:
    slots = {1: (TODAY - timedelta(3), TODAY - timedelta(2)), 2: (TODAY - timedelta(3),)}
    for slot, days in slots.items():
        for day in days:
            lesson = await room.lesson(day)
            await room.rows(
                "UPDATE lesson SET slot = $1 WHERE id = $2", slot, global_id.read(lesson)[2]
            )
            rows = [await row(room, kind=K.ABSENT)] if slot == 1 else []
            assert (await take(room, *rows, lesson=lesson)).errors == []
    await room.lesson(YESTERDAY)  # whose attendance nobody takes
    gone = await room.lesson(YESTERDAY)
    await take(room, await row(room), lesson=gone)
    await room.rows("UPDATE lesson SET status = 'CANCELLED' WHERE id = $1", global_id.read(gone)[2])
    await take(room, await row(room, kind=K.LATE, minutes=4), await row(room, "classmate"))
    (whole,) = await counts(room, feed, "WHOLE")
    assert whole["count"] == {
        "lessons": 4, "present": 1, "absent": 2, "excused": 0, "ill": 0, "late": 1,
        "lateMinutes": 4, "leftEarly": 0, "absences": 2, "inRate": 4, "rate": "0.5000",
    }  # fmt: skip
    by_slot = await counts(room, feed, "SLOT", fields="lessons absences")
    assert [(each["slot"], each["count"]) for each in by_slot] == [
        (1, {"lessons": 2, "absences": 2}), (2, {"lessons": 2, "absences": 0}),
    ]  # fmt: skip
    for by, name in (("COURSE", "course"), ("SUBJECT", "subject")):
        (one,) = await counts(room, feed, by, fields="lessons rate", who=GUARDIAN)
        assert one["count"] == {"lessons": 4, "rate": "0.5000"}
        assert list(one[name].values()) == ["Maths 7B" if by == "COURSE" else "Mathematics"]
    for of, who in (("ClassGroup", CLASS_TEACHER), ("Course", TEACHER)):
        each = await counts(room, feed, "STUDENT", of, who, "lessons absences rate")
        assert {found["student"]["id"]: found["count"] for found in each} == {
            await room.student("student"): {"lessons": 4, "absences": 2, "rate": "0.5000"},
            await room.student("classmate"): {"lessons": 4, "absences": 1, "rate": "0.7500"},
        }
        (all_,) = await counts(room, feed, "WHOLE", of, who, "lessons absences rate")
        assert all_["count"] == {"lessons": 8, "absences": 3, "rate": "0.6250"}
    # Of a period that begins with the second of the three days.
    await room.rows("UPDATE period SET starts_on = $1 WHERE name = 'Quarter'", TODAY - timedelta(2))
    quarter = f'period: "{room.id("Period")}"'
    for of, who, count in (("Student", GUARDIAN, 2), ("Course", TEACHER, 4)):
        (own,) = await counts(room, feed, "WHOLE", of, who, "lessons absences", quarter)
        assert own["count"] == {"lessons": count, "absences": count // 2}, of


async def test_what_is_counted_over_courses_is_not_for_who_teaches_one(
    room: StaffRoom, feed: Feed
) -> None:
    await absent(room)
    assert len(await counts(room, feed, "COURSE", who=TEACHER)) == 1
    for by in ("WHOLE", "SLOT", "SUBJECT"):
        found = await counts(room, feed, by, who=TEACHER)
        assert found == []
        assert len(await counts(room, feed, by, who=CLASS_TEACHER)) == 1


async def test_what_was_missed_is_there_with_topic_homework_and_marks(
    room: StaffRoom, feed: Feed
) -> None:
    later = await room.lesson(YESTERDAY)
    await take(room, await row(room, kind=K.LATE), lesson=later)
    await absent(room, kind=K.ILL)
    work = SetHomework(room.id("Lesson"), "Page 13", due_on=TODAY)
    assert (await set_homework(room.store, await room.viewer(), work)).errors == []
    query = """query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
      missed(from: $from, to: $to) { attendance { kind } grades { value }
        lesson { id topic homework { text } } } } }"""
    for who in (*FAMILY, *STAFF):
        found = await ask(room, feed, who, query, id=room.id("Student"), **SPAN)
        (missed,) = found["student"]["missed"]
        assert missed["attendance"] == {"kind": "ILL"}
        assert missed["grades"] == [{"value": "4"}]
        assert (missed["lesson"]["id"], missed["lesson"]["topic"]) == (
            room.id("Lesson"), "Fractions",
        )  # fmt: skip
        assert {"text": "Page 13"} in missed["lesson"]["homework"]


async def test_each_field_shows_what_its_viewer_may_know_of(room: StaffRoom, feed: Feed) -> None:
    await take(room, await row(room), await row(room, "classmate", kind=K.ILL))
    query = """query ($id: ID!) { node(id: $id) { ... on Lesson { attendance { kind } } } }"""
    for who, found in (
        (TEACHER, {"ABSENT", "ILL"}), (HEAD, {"ABSENT", "ILL"}), (GUARDIAN, {"ABSENT"}),
        (STUDENT, {"ABSENT"}), (CLASSMATE, {"ILL"}), (OTHER_TEACHER, set()),
    ):  # fmt: skip
        answer = await ask(room, feed, who, query, id=room.id("Lesson"))
        assert {each["kind"] for each in answer["node"]["attendance"]} == found
    query = """query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
      attendance(from: $from, to: $to) { kind }
      late: attendance(from: $from, to: $to, kinds: [LATE]) { kind }
      diary(from: $from, to: $to) { lessons { attendance { token } } } } }"""
    answer = await ask(room, feed, GUARDIAN, query, id=room.id("Student"), **SPAN)
    assert answer["student"] == {
        "attendance": [{"kind": "ABSENT"}],
        "late": [],
        "diary": [{"lessons": [{"attendance": {"token": "A"}}]}],
    }
    query = """query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) {
      journal(from: $from, to: $to) { rows { attendance { kind } } } } }"""
    answer = await ask(room, feed, TEACHER, query, id=room.id("Course"), **SPAN)
    rows = answer["course"]["journal"]["rows"]
    assert sorted(each["kind"] for row in rows for each in row["attendance"]) == ["ABSENT", "ILL"]


async def test_a_moved_lesson_takes_its_attendance_along_but_not_to_a_day_to_come(
    room: StaffRoom,
) -> None:
    await absent(room)
    lesson = (await room.rows("SELECT id, starts_at, version FROM lesson"))[0]
    head = await room.viewer(HEAD)

    def moved(days: int) -> MoveLesson:
        starts = lesson["starts_at"] + timedelta(days)
        return MoveLesson(
            room.id("Lesson", lesson["id"]), lesson["version"], "Swap", starts_at=starts
        )

    await room.rows("DELETE FROM grade_revision")
    await room.rows("DELETE FROM grade")
    await room.rows("DELETE FROM homework_status_revision")
    await room.rows("DELETE FROM homework_status")
    await room.rows("DELETE FROM homework")
    assert told(await move_lesson(room.store, head, moved(1))) == [
        ("LESSON_IN_FUTURE", ("startsAt",))
    ]
    assert (await move_lesson(room.store, head, moved(-1))).errors == []
    assert [each["day"] for each in await room.rows("SELECT day FROM attendance")] == [YESTERDAY]


async def test_a_parent_hears_of_an_absence_live_and_of_its_correction(
    room: StaffRoom, feed: Feed
) -> None:
    live = "subscription { attendanceChanged { change attendance { id version kind } } }"
    async with AsyncExitStack() as stack:
        listeners = {
            who: await stack.enter_async_context(listening(room, feed, who, live))
            for who in EVERYBODY
        }
        id_ = await absent(room)
        await delivered(room, feed)
        await correct(room, id_)
        await delivered(room, feed)
    heard = {who: listener.events for who, listener in listeners.items() if listener.answers}
    steps = [
        {"change": "TAKEN", "attendance": {"id": id_, "version": 1, "kind": "ABSENT"}},
        {"change": "CHANGED", "attendance": {"id": id_, "version": 2, "kind": "ILL"}},
    ]
    assert heard == dict.fromkeys((*FAMILY, *STAFF), steps)


async def test_a_webhook_is_told_and_sees_nothing_of_it(room: StaffRoom) -> None:
    post = PostRoom(room)
    async with receiving() as receiver:
        await post.webhook(receiver.url, "ATTENDANCE")
        id_ = await absent(room, kind=K.ILL)
        await correct(room, id_, kind=K.EXCUSED)
        async with post.working():
            got = await receiver.until(2)
    assert [each.content["type"] for each in got] == ["attendance.taken", "attendance.changed"]
    assert not any(b"ILL" in each.body for each in got)
