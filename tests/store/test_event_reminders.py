"""Reminders of events: mailed once to whom they are for, and to nobody who said NO."""

from datetime import timedelta
from typing import Any

import pytest

from db.tables.guardians import Guardianship
from domain import clock
from domain.ids import uuid7
from resolvers import global_id
from resolvers.event_reminders import EVENT_REMINDER, Reminders
from resolvers.mail.rendering import render
from tests.gateway.small_school import HERE
from tests.store.office_room import act, done, placed
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    DEPUTY,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    SECRETARY,
    STUDENT,
    TEACHER,
    StaffRoom,
)


async def add(room: StaffRoom, place: str, to: str, **other: Any) -> str:
    """An event in two days, of which a reminder goes out a day before."""
    starts = clock.now() + timedelta(days=2)
    given = {
        "kind": "TRIP", "title": "The zoo", "location": "Gate 3", **placed(room, place, to),
        "startsAt": starts.isoformat(), "endsAt": (starts + timedelta(hours=2)).isoformat(),
        "remindHours": 24, **other,
    }  # fmt: skip
    return str((await done(room, f"add{place}Event", **given))["id"])


async def reminded(room: StaffRoom, days: float = 1.01) -> list[str]:
    """Whom the mail is for that is queued that much later."""
    await room.rows("DELETE FROM mail")
    with clock.at(clock.now() + timedelta(days=days)):
        await Reminders(room.store).look()
    rows = await room.rows("SELECT a.login FROM mail JOIN account a ON a.id = account_id")
    return sorted(row["login"] for row in rows)


@pytest.fixture(autouse=True)
async def _addresses(room: StaffRoom) -> None:
    await room.rows("UPDATE account SET email = login || '@x.example', email_confirmed_at = now()")
    await room.rows("UPDATE account SET language = 'ru' WHERE login = $1", GUARDIAN)
    await room.rows("UPDATE school_event SET remind_at = NULL")  # of the small school itself


async def test_a_reminder_goes_once_to_those_whom_the_event_is_for(room: StaffRoom) -> None:
    for place, to, whom in (
        ("School", "students", [CLASSMATE, STUDENT]),
        ("School", "families", [GUARDIAN, OTHER_GUARDIAN]),
        ("School", "staff", [DEPUTY, OTHER_TEACHER, SECRETARY, CLASS_TEACHER, TEACHER, HEAD]),
        ("ClassGroup", "students families", [CLASSMATE, GUARDIAN, STUDENT]),
        ("ClassGroup", "staff", [CLASS_TEACHER, TEACHER]),
        ("Course", "families staff", [GUARDIAN, CLASS_TEACHER, TEACHER]),
    ):
        await add(room, place, to)
        assert await reminded(room, 0.99) == [], (place, to)
        assert await reminded(room) == sorted(whom), (place, to)
        assert await reminded(room) == [], (place, to)


async def test_who_said_no_has_no_address_or_is_late_is_not_reminded(room: StaffRoom) -> None:
    id_ = await add(room, "School", "students families", asksReplies=True)
    given = {"event": id_, "answer": "NO", "student": room.id("Student")}
    assert (await act(room, "replyToEvent", "id", GUARDIAN, **given))["errors"] == []
    await room.rows("UPDATE account SET email_confirmed_at = NULL WHERE login = $1", CLASSMATE)
    assert await reminded(room) == sorted([OTHER_GUARDIAN, STUDENT])
    child = {"student_id": global_id.read(await room.student("classmate"))[2]}
    both: dict[str, Any] = {"guardian_id": room.small.records["Guardian"], **child}
    await room.add(Guardianship(school_id=HERE, id=uuid7(), **both))
    given = {"event": id_, "answer": "YES", "student": await room.student("classmate")}
    assert (await act(room, "replyToEvent", "id", GUARDIAN, **given))["errors"] == []
    await room.rows("UPDATE school_event SET reminded_at = NULL")
    assert await reminded(room) == sorted([GUARDIAN, OTHER_GUARDIAN, STUDENT])
    await add(room, "School", "families")
    assert await reminded(room, 2.1) == []  # it has begun
    await room.rows("UPDATE school_event SET remind_at = NULL")
    gone = await add(room, "School", "families")
    edit = {"id": gone, "expectedVersion": 1, "reason": "Rain"}
    assert (await act(room, "withdrawEvent", "id", HEAD, **edit))["errors"] == []
    assert await reminded(room) == []


async def test_one_that_is_moved_is_reminded_of_anew_in_the_readers_language(
    room: StaffRoom,
) -> None:
    id_ = await add(room, "School", "families")
    assert len(await reminded(room)) == 2
    edit: dict[str, Any] = {"id": id_, "expectedVersion": 1, "reason": "Rain"}
    later = clock.now() + timedelta(days=4)
    moved = {"startsAt": later.isoformat(), "endsAt": (later + timedelta(hours=1)).isoformat()}
    assert (await act(room, "changeEvent", "id", HEAD, **edit, **moved))["errors"] == []
    assert await reminded(room, 2.5) == []
    assert len(await reminded(room, 3.5)) == 2
    mails = await room.rows("SELECT m.language, m.data FROM mail m ORDER BY 1")
    assert [row["language"] for row in mails] == ["en", "ru"]
    data = {"title": "The zoo", "at": "2026-12-01 18:00", "location": "Gate 3", "school": "Here"}
    english, russian = (
        render(EVENT_REMINDER.name, language, data, "https://x.example")
        for language in ("en", "ru")
    )
    assert (english.subject, russian.subject) == ("Reminder: The zoo", "Напоминание: The zoo")
    assert "2026-12-01 18:00, Gate 3" in russian.text
    assert "Скоро событие школы Here" in russian.html
