"""Announcements as users meet them: who makes them to whom, who is reached, and who has read."""

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from domain.clock import now
from domain.ids import uuid7
from resolvers.feed import Feed
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import delivered, listening
from tests.store.office_room import act, ask, field_of, placed, refusals, why
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    SECRETARY,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)

OFFICE = (HEAD, SECRETARY)
EVERYBODY = (
    STUDENT, CLASSMATE, GUARDIAN, OTHER_GUARDIAN, TEACHER, OTHER_TEACHER, CLASS_TEACHER, *OFFICE,
    STRANGER,
)  # fmt: skip
NAMES = {"School": "Here", "ClassGroup": "7B", "Course": "Maths 7B"}
SHOWN = """
  query ($id: ID!) { node(id: $id) { ... on Announcement {
    title text by withdrawn version classGroup { name } course { title } readAt } } }
"""
LISTED = """
  query ($id: ID!, $search: String, $unread: Boolean!, $last: Int) { node(id: $id) {
    ... on School { announcements(search: $search, unread: $unread, last: $last) { ...page } } } }
  fragment page on AnnouncementConnection { totalCount edges { node { title } } }
"""
LIVE = "subscription { announcementChanged { change announcement { id version title } } }"


async def announce(
    room: StaffRoom, who: str, at: str, to: str = "students families staff", /, **other: Any
) -> Any:
    """What the mutation answers of an announcement at a school, class group or course."""
    given = {"title": "Skates", "text": "Bring **skates**.", **placed(room, at, to), **other}
    return await act(room, f"announceTo{at}", "id title version publishedAt", who, **given)


async def announced(room: StaffRoom, *how: Any, **other: Any) -> str:
    answer = await announce(room, *how, **other)
    assert answer["errors"] == []
    id_: str = answer["found"]["id"]
    return id_


async def shown(room: StaffRoom, who: str, id_: str) -> Any:
    return (await ask(room, who, SHOWN, id=id_))["node"]


async def listed(room: StaffRoom, who: str, **given: Any) -> list[str]:
    given = {"unread": False, "last": 50, "search": None, **given}
    found = (await ask(room, who, LISTED, id=room.id("School"), **given))["node"]["announcements"]
    titles = [edge["node"]["title"] for edge in found["edges"]]
    assert given["last"] < 50 or found["totalCount"] == len(titles)
    return [title for title in titles if title != "Lost"]  # which the small school has


async def test_it_reaches_the_parts_of_a_place_that_it_is_for_and_exists_for_nobody_else(
    room: StaffRoom,
) -> None:
    """And the lists say the same as the records do."""
    learners, families = (STUDENT, CLASSMATE), (GUARDIAN,)
    staff = (TEACHER, CLASS_TEACHER, OTHER_TEACHER)
    for at, to, by, reached in (
        ("School", "students", HEAD, (STUDENT, CLASSMATE)),
        ("School", "families", SECRETARY, (GUARDIAN, OTHER_GUARDIAN)),
        ("School", "staff", SECRETARY, staff),
        ("ClassGroup", "students", CLASS_TEACHER, learners),
        ("ClassGroup", "families", HEAD, (*families, CLASS_TEACHER)),
        ("ClassGroup", "staff", SECRETARY, (CLASS_TEACHER, TEACHER)),
        ("Course", "students", TEACHER, learners),
        ("Course", "families", HEAD, (*families, TEACHER)),
        ("Course", "staff", HEAD, (TEACHER, CLASS_TEACHER)),
        ("Course", "students families", TEACHER, (*learners, *families)),
    ):
        title = f"{at} {to}"
        id_ = await announced(room, by, at, to, title=title)
        for who in EVERYBODY:
            known = who in (*reached, by, *OFFICE)
            assert (await shown(room, who, id_) is not None) == known, (title, who)
            if who != STRANGER:  # for whom there is no such school
                assert (title in await listed(room, who)) == known, (title, who)
        found = await shown(room, by, id_)
        assert (found["by"], found["text"]) == (by, "Bring **skates**.")
        place = (found["classGroup"] or found["course"] or {"": "Here"}).popitem()[1]
        assert place == NAMES[at]


async def test_whoever_may_not_announce_there_is_refused_and_nothing_is_left(
    room: StaffRoom,
) -> None:
    may = {"School": OFFICE, "ClassGroup": (*OFFICE, CLASS_TEACHER), "Course": (*OFFICE, TEACHER)}
    before = await room.written()
    for at, let in may.items():
        for who in set(EVERYBODY) - {*let}:
            # The class teacher knows the course, and is not who teaches it.
            code = "NOT_FOUND" if who == STRANGER else "FORBIDDEN"
            assert refusals(await announce(room, who, at)) == [(code, field_of(at))], (at, who)
    for wrong, told in (
        ({"title": " "}, ("BAD_INPUT", "title")),
        ({"title": "x" * 201}, ("BAD_INPUT", "title")),
        ({"text": "x" * 10_001}, ("BAD_INPUT", "text")),
        ({"classGroup": room.id("Course")}, ("BAD_INPUT", "classGroup")),
        ({"classGroup": room.id("ClassGroup", uuid7())}, ("NOT_FOUND", "classGroup")),
        ({"id": "x"}, ("BAD_INPUT", "id")),
    ):
        assert refusals(await announce(room, HEAD, "ClassGroup", **wrong)) == [told], wrong
    assert refusals(await announce(room, HEAD, "School", "students", toStudents=False)) == [
        ("BAD_INPUT", "")
    ]
    assert await room.written() == before


async def test_its_author_and_the_office_change_it_withdraw_it_and_let_it_stand_again(
    room: StaffRoom,
) -> None:
    id_ = await announced(room, TEACHER, "Course", "students", title="Test")
    edit = {"id": id_, "expectedVersion": 1, "reason": "A slip"}
    for who, code in (
        (STUDENT, "FORBIDDEN"), (GUARDIAN, "NOT_FOUND"), (CLASS_TEACHER, "NOT_FOUND"),
    ):  # fmt: skip
        told = await why(room, "changeAnnouncement", who, **edit, text="Not mine")
        assert told == [(code, "id")], who
    changed = await act(room, "changeAnnouncement", "text version", TEACHER, **edit, text="Page 3")
    assert changed["found"] == {"text": "Page 3", "version": 2}
    await room.rows("UPDATE sign_in_tries SET full_at = full_at + interval '1 hour'")
    for name, given in (
        ("changeAnnouncement", {**edit, "expectedVersion": 2, "text": "Page 4"}),
        ("announceToCourse", {**placed(room, "Course", "students"), "title": "T", "text": "T"}),
    ):
        assert await why(room, name, TEACHER, **given) == [("RATE_LIMITED", "")], name
    await room.rows("DELETE FROM sign_in_tries")
    late = await act(room, "withdrawAnnouncement", "version", TEACHER, **edit)
    assert (refusals(late), late["found"]) == ([("CONFLICT", "expectedVersion")], {"version": 2})
    edit["expectedVersion"] = 2
    assert refusals(await act(room, "withdrawAnnouncement", "id", SECRETARY, **edit)) == []
    for who in (STUDENT, TEACHER, HEAD):
        found = await shown(room, who, id_)
        assert (found["title"], found["text"], found["withdrawn"]) == (None, None, True), who
        assert "Test" not in await listed(room, who), who
    edit["expectedVersion"] = 3
    told = await why(room, "changeAnnouncement", TEACHER, **edit, text="Again")
    assert told == [("WITHDRAWN", "id")]
    assert refusals(await act(room, "restoreAnnouncement", "id", TEACHER, **edit)) == []
    assert (await shown(room, STUDENT, id_))["text"] == "Page 3"
    history = "query ($id: ID!) { node(id: $id) { ... on Announcement { history {"
    history += " change textBefore reason } } } }"
    steps = (await ask(room, TEACHER, history, id=id_))["node"]["history"]
    assert [(step["change"], step["textBefore"]) for step in steps] == [
        ("ADDED", None), ("CHANGED", "Bring **skates**."), ("WITHDRAWN", "Page 3"),
        ("RESTORED", "Page 3"),
    ]  # fmt: skip
    with pytest.raises(AssertionError, match="You may not read this field"):
        await ask(room, STUDENT, history, id=id_)


async def test_those_reached_hear_of_it_live_and_nobody_else_does(
    room: StaffRoom, feed: Feed
) -> None:
    async with AsyncExitStack() as stack:
        heard = {
            who: await stack.enter_async_context(listening(room, feed, who, LIVE))
            for who in EVERYBODY
        }
        ids = [
            await announced(room, by, at, to, title=f"{at} {to}")
            for at, to, by in (
                ("School", "families", HEAD), ("ClassGroup", "students", CLASS_TEACHER),
                ("Course", "staff", TEACHER),
            )
        ]  # fmt: skip
        await delivered(room, feed)
    told = {
        who: [ids.index(event["announcement"]["id"]) for event in listener.events]
        for who, listener in heard.items()
    }
    assert told == {
        GUARDIAN: [0], OTHER_GUARDIAN: [0], STUDENT: [1], CLASSMATE: [1], TEACHER: [2],
        CLASS_TEACHER: [1, 2], HEAD: [0, 1, 2], SECRETARY: [0, 1, 2], OTHER_TEACHER: [],
        STRANGER: [],
    }  # fmt: skip


async def test_an_announcement_to_all_is_one_row_and_a_mark_of_each_who_has_read_it(
    room: StaffRoom,
) -> None:
    people = [(uuid7(), f"many {number}", "-", "Many", True, now()) for number in range(3_000)]
    named = ("id", "login", "password_hash", "display_name", "active", "created_at")
    await room.store.pool.copy_records_to_table("account", records=people, columns=named)
    ties = [(HERE, uuid7(), each[0], "SECRETARY") for each in people]
    tied = ("school_id", "id", "account_id", "role")
    await room.store.pool.copy_records_to_table("membership", records=ties, columns=tied)
    written = {name: len(rows) for name, rows in (await room.written()).items()}
    id_ = await announced(room, HEAD, "School")
    new = {name: len(rows) - written[name] for name, rows in (await room.written()).items()}
    assert {name: number for name, number in new.items() if number} == {
        "announcement": 1, "announcement_revision": 1, "outbox": 1,
    }  # fmt: skip
    before = {"announcement": 1, "announcement_reading": 1}  # the small school's own
    assert "Skates" in await listed(room, GUARDIAN, unread=True)
    for who in (STUDENT, GUARDIAN, GUARDIAN):
        answer = await act(room, "readAnnouncement", "readAt", who, announcement=id_)
        assert answer["found"]["readAt"] is not None
    first = (await shown(room, GUARDIAN, id_))["readAt"]
    again = await act(room, "readAnnouncement", "readAt", GUARDIAN, announcement=id_)
    assert again["found"]["readAt"] == first
    assert (await shown(room, TEACHER, id_))["readAt"] is None
    assert "Skates" not in await listed(room, GUARDIAN, unread=True)
    assert "Skates" not in await listed(room, HEAD, unread=True)  # who wrote it
    for table, more in (("announcement", 1), ("announcement_reading", 2)):
        assert len(await room.rows(f"SELECT FROM {table}")) == before[table] + more
    assert len(await room.rows("SELECT FROM outbox")) == 1  # and nobody is told of a mark
    readings = """query ($id: ID!) { node(id: $id) { ... on Announcement {
      readings(first: 1) { totalCount edges { node { by at } } pageInfo { hasNextPage } } } } }"""
    found = (await ask(room, HEAD, readings, id=id_))["node"]["readings"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, True)
    assert [edge["node"]["by"] for edge in found["edges"]] == [STUDENT]
    with pytest.raises(AssertionError, match="You may not read this field"):
        await ask(room, STUDENT, readings, id=id_)
    staff = await announced(room, HEAD, "School", "staff")
    assert await why(room, "readAnnouncement", STUDENT, announcement=staff) == [
        ("NOT_FOUND", "announcement")
    ]


async def test_who_comes_to_a_class_reads_what_stands_there_and_who_left_what_was_said_to_them(
    room: StaffRoom,
) -> None:
    before = await announced(room, CLASS_TEACHER, "ClassGroup", title="Before")
    await room.rows("UPDATE announcement SET day = $1 WHERE title = 'Before'", TODAY - timedelta(9))
    moved = "UPDATE enrolment SET {} = $1 WHERE student_id = $2"
    ada = room.small.records["Student"]
    await room.rows(moved.format("begins_on"), TODAY, ada)
    assert (await shown(room, STUDENT, before))["title"] == "Before"
    await room.rows("UPDATE enrolment SET begins_on = NULL WHERE student_id = $1", ada)
    await room.rows(moved.format("ends_on"), TODAY - timedelta(2), ada)
    after = await announced(room, CLASS_TEACHER, "ClassGroup", title="After")
    for who in (STUDENT, GUARDIAN):
        assert (await shown(room, who, before))["title"] == "Before", who
        assert await shown(room, who, after) is None, who
        assert await listed(room, who) == [], who
        told = await why(room, "readAnnouncement", who, announcement=before)
        assert told == [("FORBIDDEN", "announcement")], who
    assert (await shown(room, CLASSMATE, after))["title"] == "After"


async def test_they_are_found_by_the_beginnings_of_words_the_newest_last(room: StaffRoom) -> None:
    for title, text in (("Éléments", "Livre VII"), ("Поход", "В пятницу"), ("Élan", "Tout")):
        await announced(room, HEAD, "School", title=title, text=text)
    for search, found in (
        ("el", ["Éléments", "Élan"]), ("VII ele", ["Éléments"]), ("пятн", ["Поход"]),
        ("lements", []), ("!", []),
    ):  # fmt: skip
        assert await listed(room, STUDENT, search=search) == found, search
    assert await listed(room, STUDENT, last=2) == ["Поход", "Élan"]
    own, key = str(uuid7()), {"idempotencyKey": "k"}
    for _ in range(2):  # is safe to retry
        await announced(room, HEAD, "School", title="Once", id=own)
        await announced(room, HEAD, "School", title="By key", **key)
    assert (await listed(room, STUDENT))[-2:] == ["Once", "By key"]
    conflict = await announce(room, HEAD, "School", "staff", title="Once", id=own)
    assert refusals(conflict) == [("CONFLICT", "id")]
    rows = await room.rows("SELECT DISTINCT school_id FROM announcement")
    assert [row["school_id"] for row in rows] == [HERE]
