"""Lessons as their teachers complete them: entered, closed, reopened; and what the head sees."""

from datetime import timedelta
from typing import Any

from domain.ids import uuid7
from resolvers.feed import Feed
from tests.gateway.small_school import TODAY
from tests.store.listening import delivered, listening
from tests.store.office_room import ask, refusals
from tests.store.staff_room import (
    CLASS_TEACHER,
    GUARDIAN,
    HEAD,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
)

CLOSE = """
  mutation ($input: CloseLessonInput!) { it: closeLesson(input: $input) {
    lesson { status topic closed homeworkClosed version } errors { code path } } }
"""
REOPEN = """
  mutation ($input: ReopenLessonInput!) { it: reopenLesson(input: $input) {
    lesson { status topic closed homeworkClosed version } errors { code path } } }
"""
TAKE = """
  mutation ($input: TakeAttendanceInput!) { it: takeAttendance(input: $input) {
    attendances { token } errors { code path } } }
"""


async def said(room: StaffRoom, query: str, kind: str = TEACHER, /, **given: Any) -> Any:
    """The lesson as it is afterwards; or codes and paths of what was refused."""
    it = (await ask(room, kind, query, input=given))["it"]
    return refusals(it) or it.get("lesson")


async def test_a_lesson_is_closed_with_its_topic_and_attendance_and_opened_again(
    room: StaffRoom, feed: Feed
) -> None:
    lesson = await room.lesson(YESTERDAY)
    given: dict[str, Any] = {"lesson": lesson, "expectedVersion": 1}
    before = await room.written()
    for kind in (STUDENT, GUARDIAN, CLASS_TEACHER, OTHER_TEACHER):
        assert await said(room, CLOSE, kind, **given) == [("FORBIDDEN", "lesson")], kind
    assert await said(room, CLOSE, STRANGER, **given) == [("NOT_FOUND", "lesson")]
    assert await said(room, CLOSE, **given) == [
        ("LESSON_INCOMPLETE", "topic"), ("LESSON_INCOMPLETE", "lesson"),
    ]  # fmt: skip
    assert await said(room, CLOSE, **given, topic="Roots") == [("LESSON_INCOMPLETE", "lesson")]
    assert await room.written() == before
    live = "subscription { lessonChanged { change lesson { closed version } } }"
    async with listening(room, feed, CLASS_TEACHER, live) as listener:
        await said(room, TAKE, lesson=lesson, rows=[])
        closed = {"status": "HELD", "topic": "Roots", "closed": True, "homeworkClosed": True}
        assert await said(room, CLOSE, **given, topic="Roots") == closed | {"version": 2}
        assert await said(room, CLOSE, lesson=lesson, expectedVersion=2) == [
            ("WRONG_STATE", "lesson")
        ]
        again: dict[str, Any] = {"id": lesson, "expectedVersion": 2, "reason": "Homework forgotten"}
        opened = {"status": "PLANNED", "topic": "Roots", "closed": False, "homeworkClosed": True}
        assert await said(room, REOPEN, **again) == opened | {"version": 3}
        assert await said(room, REOPEN, **again | {"expectedVersion": 3}) == [("WRONG_STATE", "id")]
        await delivered(room, feed)
    assert [event["change"] for event in listener.events] == ["CLOSED", "REOPENED"]
    assert listener.events[-1]["lesson"] == {"closed": False, "version": 3}
    steps = await room.rows(
        "SELECT change, reason, topic_before, status_before, closed_before FROM lesson_revision"
        " ORDER BY version"
    )
    assert [tuple(step) for step in steps] == [
        ("CLOSED", None, None, "PLANNED", False),
        ("REOPENED", "Homework forgotten", "Roots", "HELD", True),
    ]


async def test_what_is_to_come_or_cancelled_is_not_closed_and_what_is_closed_stays_complete(
    room: StaffRoom,
) -> None:
    coming = await room.lesson(TOMORROW)
    given: dict[str, Any] = {"expectedVersion": 1, "topic": "Roots", "reason": "A fire drill"}
    assert await said(room, CLOSE, lesson=coming, **given) == [("LESSON_IN_FUTURE", "lesson")]
    gone = await room.lesson(YESTERDAY, "CANCELLED")
    assert await said(room, CLOSE, lesson=gone, **given) == [("LESSON_CANCELLED", "lesson")]
    lesson = await room.lesson(YESTERDAY - timedelta(1))
    # With a reason it is closed though its attendance was not taken.
    closed = await said(room, CLOSE, lesson=lesson, **given)
    assert (closed["closed"], closed["version"]) == (True, 2)
    told = await room.rows("SELECT reason FROM lesson_revision WHERE change = 'CLOSED'")
    assert [row["reason"] for row in told] == ["A fire drill"]
    edit = {"expectedVersion": 2, "reason": "Why not"}
    for name, input_, kind, refusal in (
        ("setLessonTopic", {"lesson": lesson, "topic": None}, TEACHER, ("WRONG_STATE", "topic")),
        ("openHomework", {"lesson": lesson}, TEACHER, ("WRONG_STATE", "lesson")),
        ("cancelLesson", {"id": lesson}, HEAD, ("WRONG_STATE", "id")),
        ("removeLesson", {"id": lesson}, HEAD, ("WRONG_STATE", "id")),
        ("moveLesson", {"id": lesson, "startsAt": f"{TOMORROW}T09:00:00Z"}, HEAD,
         ("LESSON_IN_FUTURE", "startsAt")),
    ):  # fmt: skip
        type_ = f"{name[0].upper()}{name[1:]}Input!"
        called = f"{name}(input: $input) {{ errors {{ code path }} }}"
        query = f"mutation ($input: {type_}) {{ it: {called} }}"
        some = edit if name != "openHomework" else {"expectedVersion": 2}
        assert await said(room, query, kind, **some, **input_) == [refusal], name
    await room.lock(YESTERDAY - timedelta(1))
    locked = {"id": lesson, "expectedVersion": 2, "reason": "A slip"}
    assert await said(room, REOPEN, **locked) == [("PERIOD_LOCKED", "id")]


OPEN = """
  query ($from: Date, $to: Date, $first: Int, $last: Int, $after: String, $before: String,
         $where: OpenLessonFilter) {
    school { openLessons(from: $from, to: $to, first: $first, last: $last, after: $after,
                         before: $before, where: $where) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { node { date } } } } }
"""
FIVE = [TODAY - timedelta(days) for days in (9, 8, 7, 6, 5)]


async def test_the_head_pages_through_the_lessons_of_a_span_that_nobody_has_closed(
    room: StaffRoom,
) -> None:
    await room.rows("UPDATE lesson SET closed = true")
    for day in FIVE:
        await room.lesson(day)
    await room.lesson(FIVE[0], "CANCELLED")
    await room.lesson(TOMORROW)
    span = {"from": str(FIVE[0]), "to": str(TOMORROW)}

    async def page(kind: str = HEAD, **asked: Any) -> Any:
        found = (await ask(room, kind, OPEN, **span | asked))["school"]["openLessons"]
        return [edge["node"]["date"] for edge in found["edges"]], found["totalCount"], found

    days = [str(day) for day in FIVE]
    assert (await page())[:2] == (days, 5)
    some, total, first = await page(first=2)
    assert (some, total) == (days[:2], 5)
    info = first["pageInfo"]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, False)
    some, _, second = await page(first=2, after=info["endCursor"])
    assert (some, second["pageInfo"]["hasPreviousPage"]) == (days[2:4], True)
    some, _, back = await page(last=1, before=second["pageInfo"]["startCursor"])
    assert (some, back["pageInfo"]["hasNextPage"], back["pageInfo"]["hasPreviousPage"]) == (
        [days[1]], True, True,
    )  # fmt: skip
    some, total, end = await page(last=2)
    assert (some, total, end["pageInfo"]["hasNextPage"]) == (days[3:], 5, False)
    until: dict[str, Any] = {"from": None, "to": str(FIVE[-1])}
    assert (await page(**until))[1] == sum(
        FIVE[-1] - timedelta(FIVE[-1].weekday()) <= day for day in FIVE
    )
    wheres = {"classGroup": "ClassGroup", "course": "Course", "subject": "Subject"}
    for name, noun in wheres.items():
        for id_, count in ((None, 5), (uuid7(), 0)):
            where = {name: room.id(noun, id_)}
            assert (await page(where=where))[1] == count, (name, id_)
    assert (await page(where={"teacher": room.id("Teacher")}))[1] == 0
    await room.rows(
        "UPDATE lesson SET teacher_id = $1 WHERE day = $2", room.small.records["Teacher"], FIVE[1]
    )
    assert (await page(where={"teacher": room.id("Teacher")}))[0] == [days[1]]
    of_both = """
      query ($from: Date, $to: Date, $teacher: ID!, $group: ID!) {
        node(id: $teacher) { ... on Teacher {
          openLessons(from: $from, to: $to) { totalCount edges { node { date } } } } }
        classGroup(id: $group) { openLessons(from: $from, to: $to, last: 2) {
          totalCount edges { node { date } } } } }
    """
    ids = {"teacher": room.id("Teacher"), "group": room.id("ClassGroup")}
    found = await ask(room, HEAD, of_both, **span, **ids)
    assert found["node"]["openLessons"] == {
        "totalCount": 1, "edges": [{"node": {"date": days[1]}}],
    }  # fmt: skip
    assert found["classGroup"]["openLessons"] == {
        "totalCount": 5, "edges": [{"node": {"date": day}} for day in days[3:]],
    }  # fmt: skip
