"""What becomes of homework: who says so, what is refused, and who reads and hears of it."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.homework import (
    ChangeHomework,
    SetHomework,
    change_homework,
    set_homework,
    withdraw_homework,
)
from resolvers.mutations.homework_closing import (
    CloseHomework,
    OpenHomework,
    close_homework,
    open_homework,
)
from resolvers.mutations.homework_statuses import (
    AcceptHomework,
    HandInHomework,
    MarkHomeworkMissing,
    ReturnHomework,
    TickHomework,
    accept_homework,
    hand_in_homework,
    mark_homework_missing,
    return_homework,
    tick_homework,
)
from resolvers.mutations.school_rules import ChangeSchool, LimitOfLevel, change_school
from tests.gateway.small_school import TODAY
from tests.store.listening import ask, delivered, listening
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

PEOPLE = (
    STUDENT, GUARDIAN, CLASSMATE, OTHER_GUARDIAN, TEACHER, CLASS_TEACHER, OTHER_TEACHER, HEAD,
    STRANGER,
)  # fmt: skip


@pytest.fixture(autouse=True)
async def nothing_done(room: StaffRoom) -> None:
    await room.rows("DELETE FROM homework_status")


async def tick(room: StaffRoom, kind: str = STUDENT, **other: Any) -> Outcome:
    usual: dict[str, Any] = {"homework": room.id("Homework"), "student": room.id("Student")}
    return await tick_homework(room.store, await room.viewer(kind), TickHomework(**usual | other))


async def hand_in(room: StaffRoom, kind: str = STUDENT, **other: Any) -> Outcome:
    usual: dict[str, Any] = {"homework": room.id("Homework"), "student": room.id("Student")}
    usual["text"] = "Here it is"
    given = HandInHomework(**usual | other)
    return await hand_in_homework(room.store, await room.viewer(kind), given)


async def by_teacher(
    room: StaffRoom, do: Any, of: Any, *students: str, kind: str = TEACHER, **other: Any
) -> Outcome:
    given = of(
        homework=other.pop("homework", room.id("Homework")),
        students=list(students or [room.id("Student")]),
        **other,
    )
    outcome: Outcome = await do(room.store, await room.viewer(kind), given)
    return outcome


async def own_homework(room: StaffRoom, *names: str, **other: Any) -> Any:
    given: dict[str, Any] = {"lesson": room.id("Lesson"), "text": "For you"}
    given |= {"due_on": TOMORROW} | other
    students = [await room.student(name) for name in names]
    outcome = await set_homework(
        room.store, await room.viewer(), SetHomework(**given, students=students)
    )
    assert outcome.errors == []
    return outcome.record


async def test_homework_goes_from_hand_to_hand_with_its_history_and_events(room: StaffRoom) -> None:
    (status,) = (await tick(room)).records
    assert (status.state, status.version, status.day) == ("DONE", 1, TODAY)
    (status,) = (await hand_in(room, GUARDIAN, expected_version=1)).records
    assert (status.state, status.text, status.version) == ("HANDED_IN", "Here it is", 2)
    done = await by_teacher(room, return_homework, ReturnHomework, comment="Once more")
    assert (done.record.state, done.record.comment, done.record.version) == (
        "RETURNED", "Once more", 3,
    )  # fmt: skip
    assert (await hand_in(room, text="Better")).record.text == "Better"
    done = await by_teacher(room, accept_homework, AcceptHomework, kind=HEAD)
    assert (done.record.state, done.record.version) == ("ACCEPTED", 5)
    steps = await room.rows(
        "SELECT version, change, state_before, text_before, comment_before, a.login"
        " FROM homework_status_revision r JOIN account a ON a.id = r.account_id ORDER BY version"
    )
    assert [tuple(step) for step in steps] == [
        (1, "DONE", None, None, None, STUDENT),
        (2, "HANDED_IN", "DONE", None, None, GUARDIAN),
        (3, "RETURNED", "HANDED_IN", "Here it is", None, TEACHER),
        (4, "HANDED_IN", "RETURNED", "Here it is", "Once more", STUDENT),
        (5, "ACCEPTED", "HANDED_IN", "Better", "Once more", HEAD),
    ]
    assert [event[1:] for event in await room.events()] == [
        ("HOMEWORK_STATUS", step["change"], step["version"]) for step in steps
    ]


async def test_a_whole_class_is_dealt_with_at_once_or_not_at_all(room: StaffRoom) -> None:
    ours, theirs = room.id("Student"), await room.student("classmate")
    await tick(room)
    done = await by_teacher(room, accept_homework, AcceptHomework, theirs, ours, comment="Good")
    assert [each.state for each in done.records] == ["ACCEPTED", "ACCEPTED"]
    assert [each.version for each in done.records] == [1, 2]
    assert sorted(await room.events())[1:] == [
        (0, "HOMEWORK_STATUS", "DONE", 1),
        (1, "HOMEWORK_STATUS", "ACCEPTED", 2),
    ]
    before = await room.written()
    stranger = await room.student("other_student")
    refused = await by_teacher(
        room, return_homework, ReturnHomework, ours, stranger, comment="Again"
    )
    assert told(refused) == [("NOT_FOUND", ("students", "1"))]
    twice = await by_teacher(room, accept_homework, AcceptHomework, ours, ours)
    assert told(twice) == [("BAD_INPUT", ("students",))]
    again = await by_teacher(room, accept_homework, AcceptHomework, ours, theirs)
    assert told(again) == [("WRONG_STATE", ("students", "0")), ("WRONG_STATE", ("students", "1"))]
    assert await room.written() == before


async def test_each_step_follows_on_the_states_that_it_should(room: StaffRoom) -> None:
    assert told(await tick(room, done=False)) == [("WRONG_STATE", ("student",))]
    missing = await by_teacher(room, mark_homework_missing, MarkHomeworkMissing)
    assert missing.record.state == "MISSING"
    refused = await tick(room)
    assert told(refused) == [("WRONG_STATE", ("student",))]
    assert refused.record.state == "MISSING"
    assert (await hand_in(room)).record.state == "HANDED_IN"
    assert told(await by_teacher(room, mark_homework_missing, MarkHomeworkMissing)) == [
        ("WRONG_STATE", ("students", "0"))
    ]
    assert (await by_teacher(room, accept_homework, AcceptHomework)).record.state == "ACCEPTED"
    assert told(await hand_in(room)) == [("WRONG_STATE", ("student",))]
    assert told(await tick(room)) == [("WRONG_STATE", ("student",))]


@pytest.mark.parametrize(
    ("kind", "of_family", "of_teacher"),
    [
        (CLASSMATE, ("NOT_FOUND", ("student",)), ("FORBIDDEN", ("homework",))),
        (OTHER_GUARDIAN, ("NOT_FOUND", ("homework",)), ("NOT_FOUND", ("homework",))),
        (OTHER_TEACHER, ("NOT_FOUND", ("homework",)), ("NOT_FOUND", ("homework",))),
        (STRANGER, ("NOT_FOUND", ("homework",)), ("NOT_FOUND", ("homework",))),
        (STUDENT, None, ("FORBIDDEN", ("homework",))),
        (GUARDIAN, None, ("FORBIDDEN", ("homework",))),
        (CLASS_TEACHER, ("FORBIDDEN", ("student",)), ("FORBIDDEN", ("homework",))),
        (TEACHER, ("FORBIDDEN", ("student",)), None),
        (HEAD, ("FORBIDDEN", ("student",)), None),
    ],
)
async def test_the_family_does_homework_and_its_teacher_judges_it(
    room: StaffRoom, kind: str, of_family: Any, of_teacher: Any
) -> None:
    before = await room.written()
    for do in (tick, hand_in):
        assert told(await do(room, kind)) == ([] if of_family is None else [of_family])
    if of_family is not None:
        assert await room.written() == before
    done = await by_teacher(room, accept_homework, AcceptHomework, kind=kind)
    assert told(done) == ([] if of_teacher is None else [of_teacher])


async def test_what_may_not_be_done_changes_nothing(room: StaffRoom) -> None:
    viewer, id_ = await room.viewer(), room.id("Homework")
    later = await own_homework(room, "student")
    before = await room.written()
    later_id = room.id("Homework", later.id)
    early = await by_teacher(room, mark_homework_missing, MarkHomeworkMissing, homework=later_id)
    assert told(early) == [("NOT_DUE", ("homework",))]
    not_for = await by_teacher(
        room, accept_homework, AcceptHomework, await room.student("classmate"), homework=later_id
    )
    assert told(not_for) == [("STUDENT_NOT_IN_COURSE", ("students", "0"))]
    assert told(await tick(room, expected_version=3)) == [("CONFLICT", ("expectedVersion",))]
    assert told(await by_teacher(room, return_homework, ReturnHomework, comment="Why")) == [
        ("WRONG_STATE", ("students", "0"))
    ]
    assert await room.written() == before
    await withdraw_homework(room.store, viewer, Edit(id_, 1, "No"))
    assert told(await tick(room)) == [("WITHDRAWN", ("homework",))]
    await room.lock(TOMORROW)
    assert told(await tick(room, homework=later_id)) == [("PERIOD_LOCKED", ("homework",))]


async def test_who_had_not_come_on_the_day_of_the_lesson_has_no_homework_of_it(
    room: StaffRoom,
) -> None:
    await room.rows("UPDATE enrolment SET begins_on = $1", TOMORROW)
    assert told(await by_teacher(room, accept_homework, AcceptHomework, kind=HEAD)) == [
        ("STUDENT_NOT_IN_COURSE", ("students", "0"))
    ]


async def test_of_two_who_tick_at_once_there_is_one_status(room: StaffRoom) -> None:
    done = await asyncio.gather(tick(room), tick(room, GUARDIAN))
    assert sorted(told(each) for each in done) == [[], [("WRONG_STATE", ("student",))]]
    assert len(await room.rows("SELECT FROM homework_status")) == 1


async def test_a_repeated_request_does_it_once(room: StaffRoom) -> None:
    given = TickHomework(room.id("Homework"), room.id("Student"))
    viewer = await room.viewer(STUDENT)
    once, again = [await tick_homework(room.store, viewer, given, "key") for _ in range(2)]
    assert (once.errors, again.errors) == ([], [])
    assert dict(once.record.items()) == dict(again.record.items())
    assert len(await room.events()) == 1


async def test_a_changed_due_day_is_the_day_of_what_became_of_it(room: StaffRoom) -> None:
    await tick(room)
    viewer = await room.viewer()
    given = ChangeHomework(room.id("Homework"), 1, "Longer", due_on=TOMORROW)
    assert (await change_homework(room.store, viewer, given)).errors == []
    assert [row["day"] for row in await room.rows("SELECT day FROM homework_status")] == [TOMORROW]


TABLE = """
  query ($id: ID!) { node(id: $id) { ... on Homework { text private students { id } statuses {
    state overdue student { id } status { version } } } } }
"""


async def test_a_table_of_who_did_what_shows_each_viewer_their_own(
    room: StaffRoom, feed: Feed
) -> None:
    ours, theirs = room.id("Student"), await room.student("classmate")
    await tick(room)
    await room.rows("UPDATE homework SET due_on = $1", YESTERDAY)
    done = {"state": "DONE", "overdue": False, "student": {"id": ours}, "status": {"version": 1}}
    open_ = {"state": "ASSIGNED", "overdue": True, "student": {"id": theirs}, "status": None}
    shown = {
        STUDENT: [done], GUARDIAN: [done], CLASSMATE: [open_], TEACHER: [done, open_],
        CLASS_TEACHER: [done, open_], HEAD: [done, open_],
    }  # fmt: skip
    for kind in PEOPLE:
        node = (await ask(room, feed, kind, TABLE, id=room.id("Homework")))["node"]
        assert (node and node["statuses"]) == shown.get(kind), kind


LIVE = """
  subscription { homeworkStatusChanged { change homeworkStatus { state student { id } } } }
"""
LIVE_HOMEWORK = "subscription { homeworkChanged { change homework { text } } }"


async def heard(room: StaffRoom, feed: Feed, query: str, act: Any) -> set[str]:
    """Who is told of what is done."""
    async with AsyncExitStack() as stack:
        listeners = {
            kind: await stack.enter_async_context(listening(room, feed, kind, query))
            for kind in PEOPLE
        }
        await act()
        await delivered(room, feed)
        return {kind for kind, listener in listeners.items() if listener.events}


async def test_family_and_teachers_hear_of_it_and_a_classmate_does_not(
    room: StaffRoom, feed: Feed
) -> None:
    concerned = {STUDENT, GUARDIAN, TEACHER, CLASS_TEACHER, HEAD}
    assert await heard(room, feed, LIVE, lambda: tick(room)) == concerned


async def test_homework_for_one_student_is_known_to_their_family_and_teachers_alone(
    room: StaffRoom, feed: Feed
) -> None:
    made: list[Any] = []

    async def set_it() -> None:
        made.append(await own_homework(room, "student"))

    concerned = {STUDENT, GUARDIAN, TEACHER, CLASS_TEACHER, HEAD}
    assert await heard(room, feed, LIVE_HOMEWORK, set_it) == concerned
    (record,) = made
    lesson = "query ($id: ID!) { node(id: $id) { ... on Lesson { homework { text } } } }"
    steps = "query ($id: ID!) { node(id: $id) { ... on Homework { history { change } } } }"
    id_ = room.id("Homework", record.id)
    for kind in PEOPLE:
        own = kind in concerned
        node = (await ask(room, feed, kind, TABLE, id=id_))["node"]
        assert (node is not None) == own, kind
        if own:
            assert (node["private"], len(node["students"]), len(node["statuses"])) == (True, 1, 1)
            told_ = await ask(room, feed, kind, steps, id=id_)
            assert told_ == {"node": {"history": [{"change": "SET"}]}}
        found = (await ask(room, feed, kind, lesson, id=room.id("Lesson")))["node"]
        texts = [each["text"] for each in found["homework"]] if found else []
        assert ("For you" in texts) == own, kind
    assert (await tick(room, homework=id_)).errors == []
    classmate = await room.student("classmate")
    assert told(await tick(room, CLASSMATE, homework=id_, student=classmate)) == [
        ("NOT_FOUND", ("homework",))
    ]


async def test_homework_is_not_set_for_students_who_do_not_learn_there(room: StaffRoom) -> None:
    before = await room.written()
    given: dict[str, Any] = {"lesson": room.id("Lesson"), "text": "x", "due_on": TOMORROW}
    strange = await room.student("other_student")
    for kind, code in ((TEACHER, "NOT_FOUND"), (HEAD, "STUDENT_NOT_IN_COURSE")):
        new = SetHomework(**given, students=[room.id("Student"), strange])
        outcome = await set_homework(room.store, await room.viewer(kind), new)
        assert told(outcome) == [(code, ("students", "1"))]
    none = await set_homework(room.store, await room.viewer(), SetHomework(**given, students=[]))
    assert told(none) == [("BAD_INPUT", ("students",))]
    assert await room.written() == before


LIST = """
  query ($id: ID!, $from: Date!, $to: Date!, $state: HomeworkFilter, $first: Int! = 50,
         $after: String, $subject: ID) {
    student(id: $id) {
      homework(from: $from, to: $to, state: $state, first: $first, after: $after,
               subject: $subject) {
        edges { node { state overdue dueOn homework { text } } }
        pageInfo { hasNextPage endCursor } }
      homeworkCompletion(from: $from, to: $to) {
        subject { name } total completed overdue missing } } }
"""


async def test_a_students_homework_is_listed_by_the_days_by_which_it_is_due(
    room: StaffRoom, feed: Feed
) -> None:
    await room.rows("UPDATE homework SET due_on = $1, due_lesson_id = NULL", YESTERDAY)
    await own_homework(room, "student", due_on=TODAY)
    await own_homework(room, "classmate", due_on=TODAY)
    asked: dict[str, Any] = {
        "id": room.id("Student"), "from": str(YESTERDAY), "to": str(TOMORROW),
    }  # fmt: skip
    late = {"state": "ASSIGNED", "overdue": True, "dueOn": str(YESTERDAY)}
    late |= {"homework": {"text": "Page 12"}}
    for_me = {"state": "ASSIGNED", "overdue": False, "dueOn": str(TODAY)}
    for_me |= {"homework": {"text": "For you"}}

    async def listed(kind: str = STUDENT, **other: Any) -> Any:
        found = (await ask(room, feed, kind, LIST, **asked | other))["student"]
        return [edge["node"] for edge in found["homework"]["edges"]], found

    for kind in (STUDENT, GUARDIAN, CLASS_TEACHER, HEAD):
        assert (await listed(kind))[0] == [late, for_me], kind
    assert (await listed(state="OVERDUE"))[0] == [late]
    assert (await listed(state="DONE"))[0] == []
    assert (await listed(subject=room.id("Subject")))[0] == [late, for_me]
    page, found = await listed(first=1)
    assert (page, found["homework"]["pageInfo"]["hasNextPage"]) == ([late], True)
    cursor = found["homework"]["pageInfo"]["endCursor"]
    page, found = await listed(first=1, after=cursor)
    assert (page, found["homework"]["pageInfo"]["hasNextPage"]) == ([for_me], False)
    await room.rows("UPDATE homework SET due_on = $1 WHERE text = 'For you'", YESTERDAY)
    await tick(room)
    _, found = await listed()
    assert found["homeworkCompletion"] == [
        {"subject": {"name": "Mathematics"}, "total": 2, "completed": 1, "overdue": 1, "missing": 0}
    ]


DUE = """
  query ($group: ID!, $lesson: ID!, $day: Date!) {
    group: node(id: $group) { ... on ClassGroup { homeworkDue(from: $day, to: $day) {
      date minutes limit aboveLimit homework { text } } } }
    lesson: node(id: $lesson) { ... on Lesson { homeworkDue { text } homeworkNone } } }
"""


async def test_the_load_of_a_day_is_told_and_warned_of_above_the_schools_limit(
    room: StaffRoom, feed: Feed
) -> None:
    head = await room.viewer(HEAD)
    limits = [LimitOfLevel("7", 45)]
    given = ChangeSchool(room.id("School"), homework_limits=limits)
    assert (await change_school(room.store, head, given)).errors == []
    usual: dict[str, Any] = {"lesson": room.id("Lesson"), "due_on": TOMORROW, "text": "Read"}
    viewer = await room.viewer()
    lesson = await room.lesson(TOMORROW)

    async def more(minutes: int, **other: Any) -> str | None:
        new = SetHomework(**usual, expected_minutes=minutes, **other)
        outcome = await set_homework(room.store, viewer, new)
        assert outcome.errors == []
        return outcome.more.get("warning")

    assert await more(45) is None
    assert await more(60, students=[room.id("Student")]) is None
    assert await more(1) == (
        f"7B has 46 minutes of homework for {TOMORROW}, above the school's 45."
    )
    asked = {"group": room.id("ClassGroup"), "lesson": lesson, "day": str(TOMORROW)}
    data = await ask(room, feed, CLASSMATE, DUE, **asked)
    load = {"date": str(TOMORROW), "minutes": 46, "limit": 45, "aboveLimit": True}
    assert data["group"]["homeworkDue"] == [load | {"homework": [{"text": "Read"}] * 2}]
    assert data["lesson"] == {"homeworkDue": [{"text": "Read"}] * 2, "homeworkNone": False}
    assert len((await ask(room, feed, STUDENT, DUE, **asked))["lesson"]["homeworkDue"]) == 3
    strange = await ask(room, feed, OTHER_TEACHER, DUE, **asked)
    assert strange["group"]["homeworkDue"] == [load | {"homework": []}]
    too_many = ChangeSchool(room.id("School"), homework_limits=[LimitOfLevel("7", 0)])
    assert told(await change_school(room.store, head, too_many)) == [
        ("BAD_INPUT", ("homeworkLimits", "0", "minutes"))
    ]


async def test_a_lesson_without_homework_says_so_once_it_is_closed(
    room: StaffRoom, feed: Feed
) -> None:
    lesson = await room.lesson(TODAY + timedelta(2))
    none = "query ($id: ID!) { node(id: $id) { ... on Lesson { homeworkNone homeworkClosed } } }"

    async def shown() -> tuple[bool, bool]:
        node = (await ask(room, feed, CLASSMATE, none, id=lesson))["node"]
        return node["homeworkNone"], node["homeworkClosed"]

    assert await shown() == (False, False)
    for kind in (STUDENT, CLASS_TEACHER, OTHER_TEACHER):
        done = await close_homework(room.store, await room.viewer(kind), CloseHomework(lesson, 1))
        assert told(done) == [("FORBIDDEN", ("lesson",))], kind
    viewer = await room.viewer()
    assert (await close_homework(room.store, viewer, CloseHomework(lesson, 1))).errors == []
    assert await shown() == (True, True)
    again = await close_homework(room.store, viewer, CloseHomework(lesson, 2))
    assert told(again) == [("WRONG_STATE", ("lesson",))]
    await own_homework(room, "student", lesson=lesson, due_on=TODAY + timedelta(3))
    assert await shown() == (True, True)
    later = SetHomework(lesson, "After all", TODAY + timedelta(3))
    assert (await set_homework(room.store, viewer, later)).errors == []
    assert await shown() == (False, True)
    assert (await open_homework(room.store, viewer, OpenHomework(lesson, 2))).errors == []
    steps = await room.rows("SELECT change, homework_closed_before FROM lesson_revision ORDER BY 1")
    assert [tuple(step) for step in steps] == [
        ("HOMEWORK_CLOSED", False), ("HOMEWORK_OPENED", True),
    ]  # fmt: skip
