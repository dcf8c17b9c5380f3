"""Events as users meet them: who adds them for whom, who replies, and what is public."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from domain.clock import now
from resolvers.feed import Feed
from tests.gateway.small_school import TODAY
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

EVERYBODY = (
    STUDENT, CLASSMATE, GUARDIAN, OTHER_GUARDIAN, TEACHER, OTHER_TEACHER, CLASS_TEACHER, HEAD,
    SECRETARY, STRANGER,
)  # fmt: skip
SHOWN = """
  query ($id: ID!) { node(id: $id) { ... on SchoolEvent {
    title description location date lastDate withdrawn version places
    answers { yes no maybe } ownReplies { answer by student { givenName } } } } }
"""
LISTED = """
  query ($id: ID!, $from: Date, $to: Date) { node(id: $id) { ... on School {
    events(from: $from, to: $to) { totalCount edges { node { title } } } } } }
"""
PUBLIC = """query ($school: ID!) { publicEvents(school: $school) {
  kind title description location startsAt endsAt timeZone } }"""
LIVE = "subscription { schoolEventChanged { change schoolEvent { title withdrawn } } }"


def at(days: int, hour: int = 18) -> str:
    return datetime.combine(TODAY + timedelta(days), time(hour), UTC).isoformat()


async def add(
    room: StaffRoom, who: str, place: str, to: str = "students families staff", /, **other: Any
) -> Any:
    """What the mutation answers of an event tomorrow at a school, class group or course."""
    given = {
        "kind": "TRIP", "title": "The zoo", "startsAt": at(1), "endsAt": at(1, 20),
        **placed(room, place, to), **other,
    }  # fmt: skip
    return await act(room, f"add{place}Event", "id title version", who, **given)


async def added(room: StaffRoom, *how: Any, **other: Any) -> str:
    answer = await add(room, *how, **other)
    assert answer["errors"] == []
    id_: str = answer["found"]["id"]
    return id_


async def shown(room: StaffRoom, who: str, id_: str) -> Any:
    return (await ask(room, who, SHOWN, id=id_))["node"]


async def listed(room: StaffRoom, who: str, **span: Any) -> list[str]:
    given = {"from": None, "to": None, **span}
    found = (await ask(room, who, LISTED, id=room.id("School"), **given))["node"]["events"]
    titles = [edge["node"]["title"] for edge in found["edges"]]
    assert found["totalCount"] == len(titles)
    return [title for title in titles if title != "Skating"]  # which the small school has


async def reply(
    room: StaffRoom, id_: str, who: str, answer: str = "YES", student: str | None = None
) -> list[tuple[str, str]]:
    """Codes and paths of what was refused."""
    given: dict[str, Any] = {"event": id_, "answer": answer, "student": student}
    return refusals(await act(room, "replyToEvent", "id", who, **given))


async def test_an_event_is_for_the_parts_of_a_place_and_in_the_lists_of_its_days(
    room: StaffRoom, feed: Feed
) -> None:
    ours = (STUDENT, CLASSMATE)
    async with listening(room, feed, STUDENT, LIVE) as student:
        for place, to, by, reached in (
            ("School", "families", HEAD, (GUARDIAN, OTHER_GUARDIAN)),
            ("ClassGroup", "students", CLASS_TEACHER, (*ours,)),
            ("Course", "students staff", TEACHER, (*ours, CLASS_TEACHER)),
        ):
            id_ = await added(room, by, place, to, title=place)
            for who in EVERYBODY:
                known = who in (*reached, by, HEAD, SECRETARY)
                assert (await shown(room, who, id_) is not None) == known, (place, who)
                if who != STRANGER:
                    assert (place in await listed(room, who)) == known, (place, who)
        await delivered(room, feed)
    heard = [event["schoolEvent"]["title"] for event in student.events]
    assert heard == ["ClassGroup", "Course"]
    camp = {"startsAt": at(10), "endsAt": at(14), "title": "Camp"}
    id_ = await added(room, HEAD, "School", **camp)
    found = await shown(room, STUDENT, id_)
    assert (found["date"], found["lastDate"]) == (
        str(TODAY + timedelta(10)), str(TODAY + timedelta(14)),
    )  # fmt: skip
    for first, last, there in ((14, 20, True), (15, 20, False), (1, 10, True), (1, 9, False)):
        span = {"from": str(TODAY + timedelta(first)), "to": str(TODAY + timedelta(last))}
        assert ("Camp" in await listed(room, STUDENT, **span)) == there, span
    assert await listed(room, STUDENT, **{"from": "9999-12-31"}) == []


async def test_what_does_not_fit_or_is_not_theirs_is_refused_and_leaves_nothing(
    room: StaffRoom,
) -> None:
    before = await room.written()
    for who, place, code in (
        (TEACHER, "School", "FORBIDDEN"), (TEACHER, "ClassGroup", "FORBIDDEN"),
        (CLASS_TEACHER, "Course", "FORBIDDEN"), (STUDENT, "ClassGroup", "FORBIDDEN"),
        (GUARDIAN, "School", "FORBIDDEN"), (STRANGER, "School", "NOT_FOUND"),
    ):  # fmt: skip
        assert refusals(await add(room, who, place)) == [(code, field_of(place))], (who, place)
    replies = {"asksReplies": True}
    for wrong, path in (
        ({"title": " "}, "title"), ({"endsAt": at(1)}, "endsAt"), ({"places": 3}, "places"),
        (replies | {"places": 0}, "places"), ({"replyUntil": at(0)}, "replyUntil"),
        (replies | {"replyUntil": at(2)}, "replyUntil"), ({"remindHours": 0}, "remindHours"),
        ({"remindHours": 337}, "remindHours"), ({"location": "x" * 201}, "location"),
    ):  # fmt: skip
        assert refusals(await add(room, HEAD, "School", **wrong)) == [("BAD_INPUT", path)], wrong
    assert refusals(await add(room, HEAD, "School", "")) == [("BAD_INPUT", "")]
    assert await room.written() == before


async def test_families_reply_for_their_children_and_the_last_reply_stands(
    room: StaffRoom,
) -> None:
    id_ = await added(room, CLASS_TEACHER, "ClassGroup", asksReplies=True)
    ada = room.id("Student")
    other = await room.student("other_student")
    assert await reply(room, id_, STUDENT, "MAYBE", ada) == []
    assert await reply(room, id_, GUARDIAN, "YES", ada) == []
    assert await reply(room, id_, TEACHER, "NO") == []  # of the class's staff
    for who, student, told in (
        (GUARDIAN, None, ("BAD_INPUT", "student")),
        (GUARDIAN, other, ("NOT_FOUND", "student")),
        (CLASSMATE, ada, ("NOT_FOUND", "student")),
        (TEACHER, ada, ("NOT_FOUND", "student")),
        (OTHER_GUARDIAN, other, ("NOT_FOUND", "event")),
        (HEAD, None, ("FORBIDDEN", "event")),
    ):
        assert await reply(room, id_, who, "YES", student) == [told], who
    found = await shown(room, STUDENT, id_)
    assert found["answers"] == {"yes": 1, "no": 1, "maybe": 0}
    own = [{"answer": "YES", "by": GUARDIAN, "student": {"givenName": "student"}}]
    assert found["ownReplies"] == own
    assert (await shown(room, CLASSMATE, id_))["ownReplies"] == []
    replies = """query ($id: ID!) { node(id: $id) { ... on SchoolEvent { replies { totalCount
      edges { node { by answer student { givenName } } } } } } }"""
    page = (await ask(room, CLASS_TEACHER, replies, id=id_))["node"]["replies"]
    assert (page["totalCount"], [edge["node"]["by"] for edge in page["edges"]]) == (
        2, [GUARDIAN, TEACHER],
    )  # fmt: skip
    with pytest.raises(AssertionError, match="You may not read this field"):
        await ask(room, GUARDIAN, replies, id=id_)
    whole = await added(room, HEAD, "School", "students", asksReplies=True)
    assert await reply(room, whole, GUARDIAN, "YES", ada) == [("NOT_FOUND", "event")]
    silent = await added(room, HEAD, "School")
    assert await reply(room, silent, STUDENT, "YES", ada) == [("WRONG_STATE", "event")]
    await room.rows("UPDATE school_event SET reply_until = $1", now() - timedelta(minutes=1))
    assert await reply(room, id_, STUDENT, "NO", ada) == [("WRONG_STATE", "event")]


async def test_of_two_families_who_race_for_the_last_place_one_gets_it(room: StaffRoom) -> None:
    id_ = await added(room, HEAD, "School", asksReplies=True, places=1)
    children = [room.id("Student"), await room.student("classmate")]
    racing = [(GUARDIAN, children[0]), (CLASSMATE, children[1])]
    for round_ in range(6):
        found = await asyncio.gather(*(reply(room, id_, who, "YES", of) for who, of in racing))
        assert sorted(found) == [[], [("TOO_MANY", "answer")]], round_
        rows = await room.rows("SELECT answer FROM event_reply WHERE answer = 'YES'")
        assert len(rows) == 1 + YES_OF_SMALL_SCHOOL
        for who, of in racing:
            assert await reply(room, id_, who, "NO", of) == []
    assert await reply(room, id_, GUARDIAN, "YES", children[0]) == []
    assert await reply(room, id_, STUDENT, "YES", children[0]) == []  # whose place it is
    assert await reply(room, id_, CLASSMATE, "MAYBE", children[1]) == []  # which takes none
    edit = {"id": id_, "expectedVersion": 1, "reason": "A larger bus"}
    changed = await act(room, "changeEvent", "places version", HEAD, **edit, places=2)
    assert changed["found"] == {"places": 2, "version": 2}
    assert await reply(room, id_, CLASSMATE, "YES", children[1]) == []
    edit["expectedVersion"] = 2
    assert await why(room, "changeEvent", HEAD, **edit, places=1) == [("TOO_MANY", "places")]


YES_OF_SMALL_SCHOOL = 1


async def test_an_event_is_moved_called_off_and_restored_with_its_history(room: StaffRoom) -> None:
    id_ = await added(room, TEACHER, "Course", description="By bus", asksReplies=True)
    edit = {"id": id_, "expectedVersion": 1, "reason": "Rain"}
    for who, code in ((STUDENT, "FORBIDDEN"), (OTHER_TEACHER, "NOT_FOUND")):
        assert await why(room, "withdrawEvent", who, **edit) == [(code, "id")], who
    assert await why(room, "changeEvent", TEACHER, **edit, startsAt=at(1, 21)) == [
        ("BAD_INPUT", "endsAt")
    ]
    assert await why(room, "changeEvent", TEACHER, **edit, public=True) == [("BAD_INPUT", "public")]
    moved = {"startsAt": at(3), "endsAt": at(3, 20)}
    changed = await act(room, "changeEvent", "date lastDate", TEACHER, **edit, **moved)
    day = str(TODAY + timedelta(3))
    assert changed["found"] == {"date": day, "lastDate": day}
    edit["expectedVersion"] = 2
    assert refusals(await act(room, "withdrawEvent", "id", TEACHER, **edit)) == []
    found = await shown(room, STUDENT, id_)
    assert (found["title"], found["description"], found["withdrawn"]) == ("The zoo", None, True)
    assert "The zoo" in await listed(room, STUDENT)  # so that nobody comes
    told = await reply(room, id_, STUDENT, "YES", room.id("Student"))
    assert told == [("WITHDRAWN", "event")]
    edit["expectedVersion"] = 3
    assert refusals(await act(room, "restoreEvent", "id", HEAD, **edit)) == []
    history = """query ($id: ID!) { node(id: $id) { ... on SchoolEvent { history {
      change reason startsAtBefore } } } }"""
    steps = (await ask(room, TEACHER, history, id=id_))["node"]["history"]
    assert [step["change"] for step in steps] == ["ADDED", "CHANGED", "WITHDRAWN", "RESTORED"]
    assert steps[1]["startsAtBefore"] == at(1)


async def test_whoever_asks_is_told_of_what_was_made_public_and_of_nothing_else(
    room: StaffRoom,
) -> None:
    await added(room, HEAD, "School", title="Inside")
    await added(room, HEAD, "School", title="Open day", public=True, startsAt=at(2), endsAt=at(3))
    gone = await added(room, HEAD, "School", title="Gone", public=True)
    await added(room, HEAD, "School", title="Fair", public=True, kind="CELEBRATION")
    await act(room, "withdrawEvent", "id", HEAD, id=gone, expectedVersion=1, reason="Rain")
    for who in (None, STRANGER, STUDENT):
        found = (await ask(room, who, PUBLIC, school=room.id("School")))["publicEvents"]
        assert [each["title"] for each in found] == ["Fair", "Open day"], who
        assert {each["timeZone"] for each in found} == {"UTC"}
    await room.rows("UPDATE school_event SET ends_at = $1 WHERE title = 'Fair'", now())
    found = (await ask(room, None, PUBLIC, school=room.id("School")))["publicEvents"]
    assert [each["title"] for each in found] == ["Open day"]
    assert (await ask(room, None, PUBLIC, school=room.id("School").replace("AAAB", "AAAC")))[
        "publicEvents"
    ] == []
    with pytest.raises(AssertionError, match="Ask for 1 to 100 events"):
        await ask(room, None, PUBLIC.replace("$school)", "$school, first: 101)"),
                  school=room.id("School"))  # fmt: skip
