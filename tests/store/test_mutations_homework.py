"""Homework and topics: who may set them, what is refused, conflicts and retries."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.mutations.homework import (
    ChangeHomework,
    SetHomework,
    change_homework,
    restore_homework,
    set_homework,
    withdraw_homework,
)
from resolvers.mutations.lessons import SetLessonTopic, set_lesson_topic
from tests.gateway.small_school import HERE, TODAY
from tests.store.staff_room import (
    GUARDIAN,
    HEAD,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)

NEXT_WEEK = TODAY + timedelta(7)


def work(room: StaffRoom, **other: Any) -> SetHomework:
    usual: dict[str, Any] = {"lesson": room.id("Lesson"), "text": "Page 13", "due_on": TOMORROW}
    return SetHomework(**(usual | other))


def topic(room: StaffRoom, version: int = 1, text: str | None = "Roots") -> SetLessonTopic:
    return SetLessonTopic(room.id("Lesson"), version, text, "Ahead of the plan")


async def was_set(room: StaffRoom, **other: Any) -> Any:
    outcome = await set_homework(room.store, await room.viewer(), work(room, **other))
    assert outcome.errors == []
    return outcome.record


@pytest.mark.parametrize("kind", [TEACHER, HEAD])
async def test_homework_is_set_with_its_history_and_one_event(room: StaffRoom, kind: str) -> None:
    viewer = await room.viewer(kind)
    new = work(room, text=" Page 13 ", expected_minutes=30)
    outcome = await set_homework(room.store, viewer, new)
    record = outcome.record
    assert outcome.errors == []
    assert (record.text, record.due_on, record.lesson_day) == ("Page 13", TOMORROW, TODAY)
    assert (record.expected_minutes, record.withdrawn, record.version) == (30, False, 1)
    (step,) = await room.rows("SELECT * FROM homework_revision")
    assert (step["change"], step["account_id"], step["version"]) == ("SET", viewer.account.id, 1)
    assert await room.events() == [(0, "HOMEWORK", "SET", 1)]


async def test_homework_is_due_at_a_later_lesson_of_the_course(room: StaffRoom) -> None:
    later = await room.lesson(NEXT_WEEK)
    record = await was_set(room, due_on=None, due_lesson=later)
    assert record.due_on == NEXT_WEEK
    assert room.id("Lesson", record.due_lesson_id) == later


async def test_homework_that_was_due_at_a_lesson_may_become_due_on_a_day_and_back(
    room: StaffRoom,
) -> None:
    viewer, later = await room.viewer(), await room.lesson(NEXT_WEEK)
    record = await was_set(room, due_on=None, due_lesson=later)
    id_ = room.id("Homework", record.id)
    text = ChangeHomework(id_, 1, "Longer", text="Page 14")
    assert (await change_homework(room.store, viewer, text)).record.due_lesson_id is not None
    day = ChangeHomework(id_, 2, "Sooner", due_on=TOMORROW)
    sooner = (await change_homework(room.store, viewer, day)).record
    assert (sooner.due_on, sooner.due_lesson_id) == (TOMORROW, None)
    back = ChangeHomework(id_, 3, "After all", due_lesson=later)
    again = (await change_homework(room.store, viewer, back)).record
    assert (again.due_on, again.due_lesson_id) == (NEXT_WEEK, record.due_lesson_id)
    rows = await room.rows(
        "SELECT due_on_before, due_lesson_id_before FROM homework_revision ORDER BY version"
    )
    lesson = record.due_lesson_id
    assert [tuple(row) for row in rows] == [
        (None, None), (NEXT_WEEK, lesson), (NEXT_WEEK, lesson), (TOMORROW, None),
    ]  # fmt: skip


async def test_homework_that_is_set_again_has_to_be_due_at_the_same_lesson(
    room: StaffRoom,
) -> None:
    viewer, later = await room.viewer(), await room.lesson(NEXT_WEEK)
    named = work(room, id=str(uuid7()), due_on=None, due_lesson=later)
    assert (await set_homework(room.store, viewer, named)).errors == []
    assert (await set_homework(room.store, viewer, named)).errors == []
    on_that_day = work(room, id=named.id, due_on=NEXT_WEEK)
    assert told(await set_homework(room.store, viewer, on_that_day)) == [("CONFLICT", ("id",))]


async def test_homework_may_be_set_ahead(room: StaffRoom) -> None:
    record = await was_set(room, lesson=await room.lesson(TOMORROW), due_on=NEXT_WEEK)
    assert record.lesson_day == TOMORROW


async def test_homework_is_changed_and_taken_back_with_its_history(room: StaffRoom) -> None:
    viewer, record = await room.viewer(), await was_set(room)
    id_ = room.id("Homework", record.id)
    asked = ChangeHomework(id_, 1, "Too much", text="Page 14", due_on=NEXT_WEEK)
    changed = await change_homework(room.store, viewer, asked)
    assert (changed.record.text, changed.record.due_on) == ("Page 14", NEXT_WEEK)
    gone = await withdraw_homework(room.store, viewer, Edit(id_, 2, "A holiday"))
    assert (gone.record.withdrawn, gone.record.version) == (True, 3)
    rows = await room.rows(
        "SELECT version, change, reason, text_before, due_on_before, withdrawn_before"
        " FROM homework_revision ORDER BY version"
    )
    assert [tuple(row) for row in rows] == [
        (1, "SET", None, None, None, None),
        (2, "CHANGED", "Too much", "Page 13", TOMORROW, False),
        (3, "WITHDRAWN", "A holiday", "Page 14", NEXT_WEEK, False),
    ]
    assert [event[2] for event in await room.events()] == ["SET", "CHANGED", "WITHDRAWN"]
    before = await room.written()
    again = await change_homework(room.store, viewer, ChangeHomework(id_, 3, "Hm", text="Page 15"))
    assert told(again) == [("WITHDRAWN", ("id",))]
    assert told(await withdraw_homework(room.store, viewer, Edit(id_, 3, "Hm"))) == [
        ("WITHDRAWN", ("id",))
    ]
    assert await room.written() == before


async def test_the_expected_minutes_are_changed_and_taken_away(room: StaffRoom) -> None:
    viewer, record = await room.viewer(), await was_set(room, expected_minutes=30)
    id_ = room.id("Homework", record.id)
    longer = ChangeHomework(id_, 1, "Long", expected_minutes=45)
    changed = await change_homework(room.store, viewer, longer)
    assert (changed.record.expected_minutes, changed.record.text) == (45, record.text)
    without = ChangeHomework(id_, 2, "Unknown", expected_minutes=None)
    assert (await change_homework(room.store, viewer, without)).record.expected_minutes is None
    rows = await room.rows("SELECT expected_minutes_before FROM homework_revision ORDER BY version")
    assert [row[0] for row in rows] == [None, 30, 45]


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "nothing to do": ({"text": " "}, ("BAD_INPUT", "text")),
    "no character": ({"text": "a\0"}, ("BAD_INPUT", "text")),
    "never due": ({"due_on": None}, ("BAD_INPUT", "dueOn")),
    "due before": ({"due_on": YESTERDAY}, ("BAD_INPUT", "dueOn")),
    "due in another year": ({"due_on": date(TODAY.year + 2, 1, 1)}, ("BAD_INPUT", "dueOn")),
    "due twice": ({"due_lesson": "x"}, ("BAD_INPUT", "dueOn")),
    "due at no lesson": ({"due_on": None, "due_lesson": "x"}, ("BAD_INPUT", "dueLesson")),
    "due at an unknown lesson": (
        {"due_on": None, "due_lesson": global_id.make("Lesson", HERE, uuid7())},
        ("NOT_FOUND", "dueLesson"),
    ),
    "no time": ({"expected_minutes": 0}, ("BAD_INPUT", "expectedMinutes")),
    "more than a day": ({"expected_minutes": 2_000_000_000}, ("BAD_INPUT", "expectedMinutes")),
    "a malformed lesson": ({"lesson": "x"}, ("BAD_INPUT", "lesson")),
    "an unknown lesson": (
        {"lesson": global_id.make("Lesson", HERE, uuid7())},
        ("NOT_FOUND", "lesson"),
    ),
    "a malformed id": ({"id": "x"}, ("BAD_INPUT", "id")),
}


@pytest.mark.parametrize("case", WRONG)
async def test_bad_homework_gets_one_error_and_changes_nothing(
    still_room: StaffRoom, case: str
) -> None:
    other, (code, field) = WRONG[case]
    before = await still_room.written()
    outcome = await set_homework(
        still_room.store, await still_room.viewer(), work(still_room, **other), "key"
    )
    assert told(outcome) == [(code, (field,))]
    assert await still_room.written() == before


@pytest.mark.parametrize(
    ("due", "message"),
    [
        ({"due_on": None}, "Say when the homework is due: on a day or at a lesson."),
        (
            {"due_lesson": "x"},
            "Homework is due on a day or at a lesson, not both: leave one of them out.",
        ),
    ],
)
async def test_homework_due_twice_is_told_apart_from_homework_due_never(
    room: StaffRoom, due: dict[str, Any], message: str
) -> None:
    outcome = await set_homework(room.store, await room.viewer(), work(room, **due), "key")
    assert [error.message for error in outcome.errors] == [message]


async def test_an_empty_id_of_a_lesson_is_not_left_out(room: StaffRoom) -> None:
    record = await was_set(room)
    asked = ChangeHomework(room.id("Homework", record.id), 1, "x", text="Page 14", due_lesson="")
    outcome = await change_homework(room.store, await room.viewer(), asked)
    assert told(outcome) == [("BAD_INPUT", ("dueLesson",))]


async def test_homework_is_not_due_at_another_courses_lesson_or_an_earlier_one(
    room: StaffRoom,
) -> None:
    viewer, record = await room.viewer(), await was_set(room)
    other = await room.lesson(TOMORROW, course="Maths 8A")
    earlier = await room.lesson(YESTERDAY)
    before = await room.written()
    for lesson, code in ((other, "LESSON_OF_ANOTHER_COURSE"), (earlier, "BAD_INPUT")):
        new = work(room, due_on=None, due_lesson=lesson)
        assert told(await set_homework(room.store, viewer, new)) == [(code, ("dueLesson",))]
        change = ChangeHomework(room.id("Homework", record.id), 1, "Later", due_lesson=lesson)
        assert told(await change_homework(room.store, viewer, change)) == [(code, ("dueLesson",))]
    assert await room.written() == before


async def test_nothing_is_set_at_a_cancelled_lesson_or_in_a_locked_period(room: StaffRoom) -> None:
    viewer = await room.viewer(HEAD)
    cancelled, locked = await room.lesson(TODAY, "CANCELLED"), await room.lesson(YESTERDAY)
    await room.lock(YESTERDAY)
    before = await room.written()
    for lesson, code in ((cancelled, "LESSON_CANCELLED"), (locked, "PERIOD_LOCKED")):
        outcome = await set_homework(room.store, viewer, work(room, lesson=lesson))
        assert told(outcome) == [(code, ("lesson",))]
        outcome = await set_lesson_topic(room.store, viewer, SetLessonTopic(lesson, 1, "Roots"))
        assert told(outcome) == [(code, ("lesson",))]
    assert await room.written() == before


@pytest.mark.parametrize(
    ("kind", "at_lesson", "of_homework"),
    [
        (STUDENT, "FORBIDDEN", "FORBIDDEN"),
        (GUARDIAN, "FORBIDDEN", "FORBIDDEN"),
        ("the class teacher", "FORBIDDEN", "FORBIDDEN"),
        (OTHER_TEACHER, "FORBIDDEN", "NOT_FOUND"),
        (STRANGER, "NOT_FOUND", "NOT_FOUND"),
    ],
)
async def test_who_may_not_set_homework_or_topics_changes_nothing(
    still_room: StaffRoom, kind: str, at_lesson: str, of_homework: str
) -> None:
    viewer, id_ = await still_room.viewer(kind), still_room.id("Homework")
    before = await still_room.written()
    outcomes = [
        await set_homework(still_room.store, viewer, work(still_room), "k"),
        await set_lesson_topic(still_room.store, viewer, topic(still_room), "k"),
        await change_homework(
            still_room.store, viewer, ChangeHomework(id_, 1, "Hm", text="x"), "k"
        ),
        await withdraw_homework(still_room.store, viewer, Edit(id_, 1, "Hm"), "k"),
    ]
    assert [told(outcome) for outcome in outcomes] == [
        [(at_lesson, ("lesson",))],
        [(at_lesson, ("lesson",))],
        [(of_homework, ("id",))],
        [(of_homework, ("id",))],
    ]
    assert all(outcome.records == [] for outcome in outcomes)
    assert await still_room.written() == before


async def test_a_topic_is_set_with_its_history_and_taken_away(room: StaffRoom) -> None:
    viewer = await room.viewer()
    first = await set_lesson_topic(room.store, viewer, topic(room))
    assert (first.errors, first.record.topic, first.record.version) == ([], "Roots", 2)
    second = await set_lesson_topic(room.store, viewer, topic(room, 2, None))
    assert (second.errors, second.record.topic) == ([], None)
    rows = await room.rows(
        "SELECT version, change, reason, topic_before FROM lesson_revision ORDER BY version"
    )
    assert [tuple(row) for row in rows] == [
        (2, "TOPIC_SET", "Ahead of the plan", "Fractions"),
        (3, "TOPIC_SET", "Ahead of the plan", "Roots"),
    ]
    assert await room.events() == [(0, "LESSON", "TOPIC_SET", 2), (0, "LESSON", "TOPIC_SET", 3)]


async def test_a_topic_that_is_left_out_is_not_taken_away(room: StaffRoom) -> None:
    before = await room.written()
    asked = SetLessonTopic(room.id("Lesson"), 1, reason="Nothing")
    outcome = await set_lesson_topic(room.store, await room.viewer(), asked)
    assert told(outcome) == [("BAD_INPUT", ("topic",))]
    assert await room.written() == before


async def test_of_concurrent_edits_one_is_made_and_the_others_see_it(room: StaffRoom) -> None:
    viewer, id_ = await room.viewer(), room.id("Homework")
    texts = ("Page 1", "Page 2", "Page 3")
    edits = await asyncio.gather(
        *(
            change_homework(room.store, viewer, ChangeHomework(id_, 1, "Hm", text=text))
            for text in texts
        )
    )
    assert sorted(len(outcome.errors) for outcome in edits) == [0, 1, 1]
    assert len({outcome.record.text for outcome in edits}) == 1
    topics = await asyncio.gather(
        *(set_lesson_topic(room.store, viewer, topic(room, 1, text)) for text in texts)
    )
    assert sorted(len(outcome.errors) for outcome in topics) == [0, 1, 1]
    assert len({outcome.record.topic for outcome in topics}) == 1
    assert len(await room.events()) == 2


async def test_retries_with_a_key_or_an_id_do_nothing_twice(room: StaffRoom) -> None:
    viewer, head = await room.viewer(), await room.viewer(HEAD)
    named = work(room, id=str(uuid7()))
    outcomes = await asyncio.gather(
        *(set_homework(room.store, viewer, named) for _ in range(3)),
        *(set_homework(room.store, viewer, work(room), "key") for _ in range(3)),
        *(set_lesson_topic(room.store, viewer, topic(room), "topic") for _ in range(3)),
    )
    assert [outcome.errors for outcome in outcomes] == [[]] * 9
    assert len(await room.events()) == 3
    before = await room.written()
    for who, new in ((viewer, work(room, id=named.id, text="Page 99")), (head, named)):
        assert told(await set_homework(room.store, who, new)) == [("CONFLICT", ("id",))]
    reused = await set_homework(room.store, viewer, work(room, text="Page 1"), "key")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]
    assert await room.written() == before


@pytest.mark.parametrize("kind", [GUARDIAN, STUDENT, OTHER_TEACHER, STRANGER])
async def test_who_may_not_set_the_homework_does_not_learn_that_its_id_is_in_use(
    room: StaffRoom, kind: str
) -> None:
    used, unused = work(room, id=str(uuid7())), work(room, id=str(uuid7()))
    await set_homework(room.store, await room.viewer(), used)
    viewer = await room.viewer(kind)
    refused = await set_homework(room.store, viewer, used)
    assert refused == await set_homework(room.store, viewer, unused)
    assert [code for code, _ in told(refused)] in (["FORBIDDEN"], ["NOT_FOUND"])


async def test_homework_may_link_to_a_page_until_it_is_withdrawn(room: StaffRoom) -> None:
    record = await was_set(room, link=" https://a.example/page ")
    viewer, id_ = await room.viewer(), room.id("Homework", record.id)
    assert record.link == "https://a.example/page"
    for wrong in ("javascript:alert(1)", "http://a.example"):
        outcome = await set_homework(room.store, viewer, work(room, link=wrong))
        assert told(outcome) == [("BAD_INPUT", ("link",))]
    change = ChangeHomework(id_, 1, "Moved", link=None)
    assert (await change_homework(room.store, viewer, change)).record.link is None
    back = ChangeHomework(id_, 2, "After all", link="https://b.example")
    assert (await change_homework(room.store, viewer, back)).record.link == "https://b.example"
    gone = await withdraw_homework(room.store, viewer, Edit(id_, 3, "A holiday"))
    assert (gone.record.link, gone.record.text) == (None, None)
    rows = await room.rows("SELECT link_before FROM homework_revision ORDER BY version")
    assert [row["link_before"] for row in rows] == [
        None, "https://a.example/page", None, "https://b.example",
    ]  # fmt: skip


async def test_withdrawn_homework_is_restored_as_it_was(room: StaffRoom) -> None:
    record = await was_set(room, text="Page 13")
    viewer, id_ = await room.viewer(), room.id("Homework", record.id)
    assert told(await restore_homework(room.store, viewer, Edit(id_, 1, "Hm"))) == [
        ("NOT_WITHDRAWN", ("id",))
    ]
    await withdraw_homework(room.store, viewer, Edit(id_, 1, "A holiday"))
    outcome = await restore_homework(room.store, viewer, Edit(id_, 2, "No holiday"))
    assert outcome.errors == []
    assert (outcome.record.text, outcome.record.withdrawn, outcome.record.version) == (
        "Page 13", False, 3,
    )  # fmt: skip
    assert (await room.events())[-1] == (0, "HOMEWORK", "RESTORED", 3)
