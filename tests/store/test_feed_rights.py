"""Rights that end while somebody follows: what they are told, and when it ends."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.tables.guardians import Guardianship
from domain import clock
from domain.ties import Restriction
from resolvers.feed import Feed, Page, Position, SubscriptionFilter, changes, tailer
from resolvers.feed.changes import Changes
from resolvers.feed.feed import CONCURRENT_READS
from resolvers.feed.outbox import Outbox
from resolvers.feed.page import page_after
from resolvers.global_id import NIL
from resolvers.mutations.grades import GiveGrades, give_grade, give_grades
from resolvers.mutations.guardians import RestrictGuardianship, restrict_guardianship
from resolvers.mutations.roles import EndRole, end_role
from resolvers.viewer import Viewer
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import Client, at_work, delivered, listening, published
from tests.store.staff_room import HEAD, TEACHER, StaffRoom

GUARDIAN, STUDENT = "guardian of this child", "the student"
GRADES = """
  subscription ($students: [ID!], $courses: [ID!], $classGroups: [ID!]) {
    gradeChanged(students: $students, courses: $courses, classGroups: $classGroups) {
      cursor grade { value course { title } }
    }
  }
"""
PAGE = """
  query ($after: String) {
    changes(after: $after) { cursor changes { ... on GradeChange { grade { value } } } }
  }
"""


async def give(room: StaffRoom, feed: Feed, value: str, student: str = "student") -> None:
    new = room.grade(value=value, student=await room.student(student))
    assert (await give_grade(room.store, await room.viewer(), new)).errors == []
    await delivered(room, feed)


async def write(room: StaffRoom, change: str, *arguments: object) -> None:
    """Change who may see what, and tell of it, in one transaction."""
    async with room.store.pool.acquire() as connection, connection.transaction():
        await connection.execute(change, *arguments)
        await connection.execute(
            "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
            " VALUES ($1, 0, 'RIGHTS', 'CHANGED', $2, 1, now())",
            HERE,
            NIL,
        )


async def revoke(room: StaffRoom) -> None:
    await write(
        room,
        "DELETE FROM guardianship WHERE student_id = $1",
        room.small.records["Student"],
    )


async def appoint(room: StaffRoom) -> None:
    """The guardian is the student's from now on, again."""
    small = room.small.records
    await write(
        room,
        "INSERT INTO guardianship (school_id, id, relation, student_id, guardian_id)"
        " VALUES (1, gen_random_uuid(), 'PARENT', $1, $2)",
        small["Student"],
        small["Guardian"],
    )


async def enrol(room: StaffRoom, class_group: UUID) -> None:
    """The student is from now on also in this class group."""
    await write(
        room,
        "INSERT INTO enrolment (school_id, id, active, student_id, class_group_id)"
        " VALUES (1, gen_random_uuid(), true, $1, $2)",
        room.small.records["Student"],
        class_group,
    )


def values(listener: Any) -> list[str]:
    return [event["grade"]["value"] for event in listener.events]


async def second_child(room: StaffRoom) -> None:
    """The guardian is from now on also the classmate's."""
    (row,) = await room.rows("SELECT id FROM student WHERE given_name = 'classmate'")
    guardian = room.small.records["Guardian"]
    await room.add(Guardianship(school_id=HERE, student_id=row["id"], guardian_id=guardian))


async def test_a_revoked_guardian_is_told_nothing_more_until_they_are_one_again(
    room: StaffRoom, feed: Feed
) -> None:
    async with (
        listening(room, feed, GUARDIAN, GRADES) as guardian,
        listening(room, feed, GUARDIAN, GRADES, students=[room.id("Student")]) as of_child,
        listening(room, feed, STUDENT, GRADES) as student,
    ):
        await give(room, feed, "5")
        await revoke(room)
        assert await of_child.end() == "NOT_FOUND"
        await give(room, feed, "2")
        assert (values(guardian), values(student)) == (["5"], ["5", "2"])
        assert guardian.code is None
        await appoint(room)
        await give(room, feed, "3")
        assert values(guardian) == ["5", "3"]
        assert values(of_child) == ["5"]


async def test_who_is_restricted_is_told_nothing_more_and_who_has_a_role_no_more_neither(
    room: StaffRoom, feed: Feed
) -> None:
    restricted = RestrictGuardianship(
        room.id("Student"), room.id("Guardian"), Restriction.NOTHING_SEEN, "An order"
    )
    deputy, head = "a deputy head", await room.viewer(HEAD)
    async with (
        listening(room, feed, GUARDIAN, GRADES) as guardian,
        listening(room, feed, GUARDIAN, GRADES, students=[room.id("Student")]) as of_child,
        listening(room, feed, deputy, GRADES) as leading,
        listening(room, feed, "a secretary", GRADES) as secretary,
    ):
        await give(room, feed, "5")
        assert (await restrict_guardianship(room.store, head, restricted)).errors == []
        assert await of_child.end() == "NOT_FOUND"
        await give(room, feed, "2")
        assert (values(guardian), values(leading), values(secretary)) == (["5"], ["5", "2"], [])
        query = "SELECT id FROM membership WHERE role = 'DEPUTY_HEAD'"
        (role,) = await room.rows(query)
        ended = EndRole(room.id("School"), str(role["id"]))
        assert (await end_role(room.store, head, ended)).errors == []
        await delivered(room, feed)
        await give(room, feed, "3")
        assert (values(guardian), values(leading)) == (["5"], ["5", "2"])


async def test_whoever_lost_all_rights_is_answered_as_whoever_never_had_any(
    room: StaffRoom, feed: Feed
) -> None:
    child, course = {"students": [room.id("Student")]}, {"courses": [room.id("Course")]}
    async with (
        listening(room, feed, GUARDIAN, GRADES) as before,
        listening(room, feed, GUARDIAN, GRADES, **child) as child_before,
        listening(room, feed, TEACHER, GRADES, **course) as course_before,
    ):
        await revoke(room)
        await write(room, "UPDATE teaching SET active = false")
        lost = [await child_before.end(), await course_before.end()]
        async with (
            listening(room, feed, GUARDIAN, GRADES) as after,
            listening(room, feed, GUARDIAN, GRADES, **child) as child_after,
            listening(room, feed, TEACHER, GRADES, **course) as course_after,
        ):
            assert [await child_after.end(), await course_after.end()] == lost
            await write(room, "UPDATE teaching SET active = true")
            await give(room, feed, "2")
            assert (before.answers, after.answers) == ([], [])
            assert not before.ended.is_set()
            assert not after.ended.is_set()
            await appoint(room)
            await give(room, feed, "3")
            assert values(before) == values(after) == ["3"]
    assert lost == ["NOT_FOUND", "FORBIDDEN"]


async def test_rights_end_even_while_an_open_transaction_holds_the_feed_back(
    room: StaffRoom, feed: Feed
) -> None:
    named = {"students": [room.id("Student")]}
    async with (
        listening(room, feed, GUARDIAN, GRADES, **named) as guardian,
        room.store.pool.acquire() as connection,
        connection.transaction(),
    ):
        await connection.execute("UPDATE student SET phone = '1'")
        await revoke(room)
        assert await guardian.end() == "NOT_FOUND"


async def test_a_page_shows_nothing_that_was_done_after_rights_had_ended(
    room: StaffRoom, feed: Feed
) -> None:
    remembered = await room.viewer(GUARDIAN)

    async def page(after: str | None) -> Page:
        return await feed.page(
            remembered, lambda: room.viewer(GUARDIAN), SubscriptionFilter(), after, 50
        )

    start = (await page(None)).cursor
    await give(room, feed, "5")
    assert [change.record.value for change in (await page(start)).changes] == ["5"]
    await revoke(room)
    await give(room, feed, "2")
    assert (await page(start)).changes == []


async def test_a_subscription_goes_on_where_some_of_it_may_be_seen(
    room: StaffRoom, feed: Feed
) -> None:
    await second_child(room)
    named = {"students": [room.id("Student")]}
    async with (
        listening(room, feed, GUARDIAN, GRADES) as both,
        listening(room, feed, GUARDIAN, GRADES, **named) as one,
        listening(room, feed, GUARDIAN, GRADES, courses=[room.id("Course")]) as course,
    ):
        await give(room, feed, "5")
        await revoke(room)
        assert await one.end() == "NOT_FOUND"
        await give(room, feed, "2")
        await give(room, feed, "3", "classmate")
        assert values(both) == values(course) == ["5", "3"]
        assert values(one) == ["5"]


async def test_who_learns_where_is_read_once_and_anew_when_the_feed_tells_of_a_change(
    room: StaffRoom, feed: Feed
) -> None:
    (group,) = await room.rows("SELECT id FROM class_group WHERE name = '8A'")
    read: list[str] = []
    room.store.watchers.append(read.append)
    named = {"classGroups": [room.id("ClassGroup", group["id"])]}
    async with listening(room, feed, HEAD, GRADES, **named) as head:
        await give(room, feed, "5")
        await give(room, feed, "4")
        assert read.count("recipients_on_day") == 1
        await enrol(room, group["id"])
        await give(room, feed, "3")
        assert values(head) == ["3"]


async def learn(room: StaffRoom) -> None:
    """The guardian gets a second child, who gets a grade after that."""
    await second_child(room)
    await write(room, "SELECT")
    new = room.grade(value="4", student=await room.student("classmate"))
    assert (await give_grade(room.store, await room.viewer(), new)).errors == []


async def test_what_comes_in_the_transaction_of_a_right_is_told_as_an_import_writes_it(
    room: StaffRoom, feed: Feed
) -> None:
    await give(room, feed, "2", "classmate")
    async with listening(room, feed, GUARDIAN, GRADES) as guardian:
        await write(
            room,
            "WITH child AS (INSERT INTO guardianship (school_id, id, relation, student_id,"
            " guardian_id) SELECT 1, gen_random_uuid(), 'PARENT', student_id, $2 FROM grade"
            " WHERE id = $1), revised AS (UPDATE grade SET value = '4', version = 2 WHERE id = $1)"
            " INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
            " VALUES (1, 1, 'GRADE', 'REVISED', $1, 2, now())",
            (await room.rows("SELECT ref FROM outbox"))[0]["ref"],
            room.small.records["Guardian"],
        )
        await give(room, feed, "3", "classmate")
        assert values(guardian) == ["4", "3"]


async def test_what_waits_for_who_gets_a_right_comes_once_and_in_order(
    room: StaffRoom, feed: Feed
) -> None:
    async with listening(room, feed, GUARDIAN, GRADES) as guardian:
        for _ in range(CONCURRENT_READS):
            await feed._gate.acquire()  # nobody's rights are looked at meanwhile
        await learn(room)
        new = room.grade(value="5")
        assert (await give_grade(room.store, await room.viewer(), new)).errors == []
        await published(room.store, feed)
        for _ in range(CONCURRENT_READS):
            feed._gate.release()
        await delivered(room, feed)
        assert values(guardian) == ["4", "5"]


async def test_a_right_that_comes_while_others_are_looked_at_misses_nothing(
    room: StaffRoom, feed: Feed
) -> None:
    looks, go_on = asyncio.Event(), asyncio.Event()
    go_on.set()

    async def viewer_of() -> Viewer:
        found = await room.viewer(GUARDIAN)
        looks.set()
        await go_on.wait()
        return found

    async with aclosing(feed.subscribe(viewer_of, SubscriptionFilter(), None)) as told_of:
        coming = asyncio.ensure_future(anext(told_of))
        while len(feed._subscribers) == 0:
            await asyncio.sleep(0)
        looks.clear()
        go_on.clear()
        await write(room, "SELECT")  # of somebody else in the school
        feed.wake()
        await looks.wait()
        await learn(room)
        await published(room.store, feed)
        go_on.set()
        async with asyncio.timeout(10):
            assert (await coming).record.value == "4"


async def test_a_right_that_comes_while_somebody_resumes_misses_nothing(
    room: StaffRoom, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    resume_from = """
      subscription ($after: String) { gradeChanged(after: $after) { cursor grade { value } } }
    """
    async with listening(room, feed, GUARDIAN, resume_from) as guardian:
        await give(room, feed, "5")
        last = guardian.events[0]["cursor"]
    resume = Outbox.resume

    async def resume_late(self: Outbox, cursor: str) -> Position:
        await learn(room)
        await published(room.store, feed)
        return await resume(self, cursor)

    monkeypatch.setattr(Outbox, "resume", resume_late)
    async with listening(room, feed, GUARDIAN, resume_from, after=last) as guardian:
        await delivered(room, feed)
        await give(room, feed, "3", "classmate")
        assert values(guardian) == ["4", "3"]


async def test_a_page_that_is_ahead_of_its_feed_has_what_came_in_one_more_school(
    room: StaffRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "POLL", 3_600)
    async with at_work(room.store) as feed:
        head = await Client(room, feed, "a head of another school").sign_in()
        start = (await head.ask(PAGE))["data"]["changes"]["cursor"]
        await write(
            room,
            "INSERT INTO membership (school_id, id, account_id, role)"
            " VALUES (1, gen_random_uuid(), $1, 'HEAD')",
            room.small.accounts[head.who],
        )
        new = room.grade(value="4")
        assert (await give_grade(room.store, await room.viewer(), new)).errors == []
        shown = (await head.ask(PAGE, after=start))["data"]["changes"]["changes"]
        assert shown == [{"grade": {"value": "4"}}]


async def test_a_page_that_is_ahead_of_its_feed_has_what_came_after_a_right(
    room: StaffRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "POLL", 3_600)
    async with at_work(room.store) as feed:
        guardian = await Client(room, feed, GUARDIAN).sign_in()
        start = (await guardian.ask(PAGE))["data"]["changes"]["cursor"]
        await learn(room)
        shown = (await guardian.ask(PAGE, after=start))["data"]["changes"]["changes"]
        assert shown == [{"grade": {"value": "4"}}]


async def test_a_page_that_is_ahead_of_the_feed_knows_who_learns_where(room: StaffRoom) -> None:
    (group,) = await room.rows("SELECT id FROM class_group WHERE name = '8A'")
    outbox, made, head = Outbox(room.store), Changes(room.store), await room.viewer(HEAD)
    wanted = SubscriptionFilter(class_groups=frozenset({(HERE, group["id"])}))

    async def page(after: str | None) -> Page:
        heard = Position(0, 0)
        return await page_after(
            outbox, made, heard, head, lambda: room.viewer(HEAD), wanted, after, 50
        )

    async def give(value: str) -> None:
        assert (await give_grade(room.store, head, room.grade(value=value))).errors == []

    start = (await page(None)).cursor
    await give("5")
    assert (await page(start)).changes == []
    await enrol(room, group["id"])
    await give("3")
    assert [change.record.value for change in (await page(start)).changes] == ["5", "3"]


async def test_rights_that_come_while_somebody_begins_to_follow_count_from_the_first_change(
    room: StaffRoom, feed: Feed
) -> None:
    began: list[Viewer] = []

    async def viewer_of() -> Viewer:
        found = await room.viewer(GUARDIAN)
        if not began:
            began.append(found)
            await second_child(room)
            await write(room, "SELECT")
            await delivered(room, feed)
        return found

    new = room.grade(value="4", student=await room.student("classmate"))
    async with aclosing(feed.subscribe(viewer_of, SubscriptionFilter(), None)) as changes:
        coming = asyncio.create_task(anext(changes))
        while not len(feed._subscribers):
            await asyncio.sleep(0)
        assert (await give_grade(room.store, await room.viewer(), new)).errors == []
        feed.wake()
        async with asyncio.timeout(20):
            assert (await coming).record.value == "4"


async def test_whoever_stops_teaching_follows_the_course_no_more(
    room: StaffRoom, feed: Feed
) -> None:
    async with (
        listening(room, feed, TEACHER, GRADES) as own,
        listening(room, feed, TEACHER, GRADES, classGroups=[room.id("ClassGroup")]) as group,
    ):
        await write(room, "UPDATE teaching SET active = false")
        assert await group.end() == "FORBIDDEN"
        assert own.code is None  # who leads a class group, even an empty one, may be told more
        assert len(feed._subscribers) == 1


async def test_guardianship_ends_with_its_day_in_the_school_though_nobody_writes(
    room: StaffRoom, feed: Feed
) -> None:
    await room.store.pool.execute("UPDATE guardianship SET ends_on = $1", TODAY)
    midnight = datetime.combine(TODAY + timedelta(days=1), time(), UTC)
    named = {"students": [room.id("Student")]}
    with clock.at(midnight - timedelta(seconds=1)):
        async with (
            listening(room, feed, GUARDIAN, GRADES, **named) as guardian,
            listening(room, feed, STUDENT, GRADES) as student,
        ):
            assert len(feed._subscribers) == 2
            assert await guardian.end() == "NOT_FOUND"
            assert student.code is None


async def test_a_subscription_ends_when_its_session_has_lasted(room: StaffRoom, feed: Feed) -> None:
    client = await Client(room, feed, GUARDIAN).sign_in()
    await room.store.pool.execute("UPDATE session SET expires_at = now() + interval '1 second'")
    async with listening(room, feed, client.who, GRADES) as guardian:
        assert guardian.code is None
        assert await guardian.end() == "UNAUTHENTICATED"


async def test_naming_what_one_may_see_nothing_of_is_forbidden(room: StaffRoom, feed: Feed) -> None:
    (group,) = await room.rows("SELECT id FROM class_group WHERE name = '8A'")
    for who, named in (
        ("a classmate", {"classGroups": [room.id("ClassGroup", group["id"])]}),
        ("guardian of another", {"courses": [room.id("Course")]}),
    ):
        async with listening(room, feed, who, GRADES, **named) as listener:
            assert await listener.end() == "FORBIDDEN"


async def test_a_change_that_waited_is_shown_as_its_record_is_by_then(
    room: StaffRoom, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "STALE", 0)
    of = changes.Changes.of

    async def then_changed(*arguments: Any) -> Any:
        found = await of(*arguments)
        await room.store.pool.execute("UPDATE grade SET value = '1'")
        return found

    monkeypatch.setattr(changes.Changes, "of", then_changed)
    async with listening(room, feed, GUARDIAN, GRADES) as guardian:
        await give(room, feed, "5")
        assert values(guardian) == ["1"]


async def test_what_many_are_shown_of_a_change_is_read_once(
    room: StaffRoom, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "STALE", 60)  # however long it waits
    seen: list[str] = []
    async with (
        listening(room, feed, GUARDIAN, GRADES) as guardian,
        listening(room, feed, STUDENT, GRADES) as student,
        listening(room, feed, HEAD, GRADES) as head,
    ):
        room.store.watchers.append(seen.append)
        await give(room, feed, "5")
        assert values(guardian) == values(student) == values(head) == ["5"]
    assert guardian.events == student.events
    assert seen.count("courses_by_id") == 1


async def test_what_changes_of_several_children_show_is_read_together(
    room: StaffRoom, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "STALE", 60)  # however long they wait
    query = """subscription ($students: [ID!]) {
      gradeChanged(students: $students) { grade { value student { givenName } } } }"""
    classmate = await room.student("classmate")
    seen: list[str] = []
    async with (
        listening(room, feed, GUARDIAN, query) as guardian,
        listening(room, feed, HEAD, query, students=[classmate]) as head,
    ):
        await delivered(room, feed)
        room.store.watchers.append(seen.append)
        news = [room.grade(value="4"), room.grade(value="5", student=classmate)]
        assert (await give_grades(room.store, await room.viewer(), GiveGrades(news))).errors == []
        await delivered(room, feed)
        assert [one["grade"] for one in guardian.events + head.events] == [
            {"value": "4", "student": {"givenName": "student"}},
            {"value": "5", "student": {"givenName": "classmate"}},
        ]
    assert seen.count("students_by_id") == 1
