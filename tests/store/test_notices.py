"""Notices: each is told what concerns them, once, in the ways that they have chosen."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import http_ece
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from domain import clock
from domain.addresses import Network
from resolvers import global_id
from resolvers.feed import Feed
from resolvers.messages import Deliveries
from resolvers.mutations.announcements import AnnounceToSchool, announce_to_school
from resolvers.mutations.grades import give_grade
from resolvers.mutations.homework_statuses import HandInHomework, hand_in_homework
from resolvers.notices import Notices, Push
from resolvers.notices.push import key_of, public_of
from resolvers.webhooks import Sender
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import Client, ask, delivered, listening
from tests.store.office_room import SCHOOL, done, done_by, placed
from tests.store.post_room import LOOPBACK
from tests.store.receiver import answer, receiving
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
    StaffRoom,
)

FAMILY = (STUDENT, GUARDIAN)
STEP = {"expectedVersion": 1, "reason": "So it is"}
AFTERNOON = datetime.combine(TODAY, time(16), UTC)
OTHERS = (CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER, STRANGER, HEAD, TEACHER, CLASS_TEACHER)
NOTICES = """
  query ($first: Int = 50, $after: String, $unread: Boolean = false) { viewer { unreadNotices
    notices(first: $first, after: $after, unread: $unread) {
      edges { node { id kind read text russian: text(language: "ru") path record { id } } }
      pageInfo { hasNextPage endCursor } } } }
"""
LIVE = "subscription { noticeChanged { notice { kind text record { id } } } }"
MARK = """
  mutation ($input: MarkNoticesReadInput!) { markNoticesRead(input: $input) {
    errors { code path } viewer { unreadNotices } } }
"""
OF_MARKS = "SELECT * FROM notice WHERE kind = 'MARK' AND author_id IS NOT NULL AND change = 'GIVEN'"
MAILS = "SELECT * FROM mail WHERE template = 'notices'"
SET = """
  mutation ($input: SetNoticeSettingsInput!) { setNoticeSettings(input: $input) {
    errors { code path } viewer { noticeSettings {
      quietFrom quietUntil ways { kind inApp mail push } } } } }
"""
ADD = """
  mutation ($input: AddPushDeviceInput!) { addPushDevice(input: $input) {
    errors { code path message } pushDevice { id name failing }
    viewer { noticeSettings { pushKey devices { id name failing } } } } }
"""


@pytest.fixture(autouse=True)
async def nothing_told(room: StaffRoom) -> None:
    await room.rows("DELETE FROM notice")


async def look(room: StaffRoom, networks: Iterable[Network] = LOOPBACK) -> None:
    """What a process does again and again, once; it may push to the networks."""
    push = Push(room.store, Sender(networks))
    made = Notices(room.store, push, gathered=timedelta(0))
    await made.drop_old()
    await made.look()


async def give(room: StaffRoom, **other: Any) -> str:
    outcome = await give_grade(room.store, await room.viewer(), room.grade(**other), None)
    assert outcome.errors == []
    return room.id("Grade", outcome.record.id)


async def shown(room: StaffRoom, feed: Feed, who: str, **variables: object) -> list[Any]:
    viewer = (await ask(room, feed, who, NOTICES, **variables))["viewer"]
    return [edge["node"] for edge in viewer["notices"]["edges"]]


async def mailed(room: StaffRoom, feed: Feed, who: str, kind: str, when: str, **other: Any) -> None:
    """Have somebody be mailed of what is of the kind, to a confirmed address."""
    await room.rows(
        "UPDATE account SET email = 'g@example.org', email_confirmed_at = now(), language = 'ru'"
        " WHERE id = $1",
        room.small.accounts[who],
    )
    way = {"kind": kind, "inApp": True, "mail": when, "push": True}
    await ask(room, feed, who, SET, input={"ways": [way], **other})


async def told(room: StaffRoom, feed: Feed) -> dict[str, list[tuple[str, str]]]:
    """Of each who is told anything since the last time, the texts and where they lead."""
    for _ in range(2):
        await look(room)
    found = {}
    for who in (*FAMILY, *OTHERS):
        notices = await shown(room, feed, who)
        if notices:
            assert all(each["record"] for each in notices)
            found[who] = [(each["text"], each["path"]) for each in notices]
    await room.rows("DELETE FROM notice_mark")
    await room.rows("DELETE FROM notice")
    return found


def around_now() -> tuple[str, str]:
    """The times of the day an hour ago and in an hour, in the schools' time zone, which is UTC."""
    now, hour = clock.now(), timedelta(hours=1)
    return f"{now - hour:%H:%M}", f"{now + hour:%H:%M}"


async def test_a_mark_is_told_once_to_its_family_alone_and_shows_no_more_than_they_may_read(
    room: StaffRoom, feed: Feed
) -> None:
    async with (
        listening(room, feed, GUARDIAN, LIVE) as told,
        listening(room, feed, OTHER_GUARDIAN, LIVE) as others,
    ):
        grade = await give(room)
        assert await room.rows(OF_MARKS) == []  # nothing is added to what gives the mark
        for _ in range(2):
            await look(room)
        await delivered(room, feed)
    assert [event["notice"]["kind"] for event in told.events] == ["MARK"]
    assert told.events[0]["notice"]["record"] == {"id": grade}
    assert others.events == []
    for who in FAMILY:
        (notice,) = await shown(room, feed, who)
        assert notice["text"] == "Student: a new mark in Mathematics"
        assert notice["russian"] == "Student: новая отметка, Mathematics"
        assert notice["path"] == f"/diary/grades?child={room.id('Student')}"
        assert (notice["record"], notice["read"]) == ({"id": grade}, False)
    for who in OTHERS:
        assert await shown(room, feed, who) == []
    (row,) = await room.rows(OF_MARKS)
    assert set(row.keys()) == {  # which say nothing of the mark
        "school_id", "id", "kind", "topic", "change", "ref", "to_id", "to_whom", "student_id",
        "course_id", "day", "author_id", "account_ids", "shown", "shown_id", "cause", "at",
        "version",
    }  # fmt: skip


async def test_a_notice_is_lost_with_the_tie_and_not_repeated_after_a_place_is_lost(
    room: StaffRoom, feed: Feed
) -> None:
    await give(room)
    await look(room)
    await room.rows("UPDATE notice_place SET xid = '0', seq = -1")
    await look(room)
    assert len(await shown(room, feed, GUARDIAN)) == 1
    await room.rows("UPDATE guardianship SET ends_on = $1", TODAY - timedelta(days=1))
    await room.rows(
        "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
        " VALUES ($1, 0, 'RIGHTS', 'CHANGED', $2, 1, now())",
        HERE,
        global_id.NIL,
    )
    await delivered(room, feed)
    answer = await (await Client(room, feed, GUARDIAN).sign_in()).ask(NOTICES)
    assert answer["data"]["viewer"]["notices"]["edges"] == []
    assert len(await shown(room, feed, STUDENT)) == 1


async def test_notices_are_paged_counted_and_marked_as_read_by_each_for_themselves(
    room: StaffRoom, feed: Feed
) -> None:
    for _ in range(3):
        await give(room)
    await look(room)
    first = (await ask(room, feed, GUARDIAN, NOTICES, first=2))["viewer"]
    page = first["notices"]
    assert (first["unreadNotices"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = await shown(room, feed, GUARDIAN, first=2, after=page["pageInfo"]["endCursor"])
    ids = [edge["node"]["id"] for edge in page["edges"]] + [each["id"] for each in rest]
    assert len(set(ids)) == 3
    marked = await ask(room, feed, GUARDIAN, MARK, input={"ids": [ids[1]]})
    assert marked["markNoticesRead"] == {"errors": [], "viewer": {"unreadNotices": 2}}
    assert [each["read"] for each in await shown(room, feed, GUARDIAN)] == [False, True, False]
    assert [each["id"] for each in await shown(room, feed, GUARDIAN, unread=True)] == [
        ids[0],
        ids[2],
    ]
    assert [each["read"] for each in await shown(room, feed, STUDENT)] == [False] * 3
    marked = await ask(room, feed, GUARDIAN, MARK, input={"upTo": ids[0]})
    assert marked["markNoticesRead"]["viewer"] == {"unreadNotices": 0}
    assert await room.rows("SELECT * FROM notice_mark") == []
    wrong: list[dict[str, Any]] = [
        {},
        {"ids": []},
        {"ids": [ids[0]], "upTo": ids[0]},
        {"ids": ["no id"]},
    ]
    for given in wrong:
        refused = await ask(room, feed, GUARDIAN, MARK, input=given)
        assert refused["markNoticesRead"]["errors"][0]["code"] == "BAD_INPUT"


async def test_a_kind_may_be_hidden_and_homework_for_tomorrow_is_told_of_once(
    room: StaffRoom, feed: Feed
) -> None:
    await room.rows("UPDATE homework SET due_on = $1, lesson_day = $2", TOMORROW, TODAY)
    with clock.at(AFTERNOON):
        await look(room)
        await look(room)
    kinds = [each["kind"] for each in await shown(room, feed, STUDENT)]
    assert kinds == ["HOMEWORK_DUE"]
    assert await shown(room, feed, TEACHER) == []
    way = {"kind": "HOMEWORK_DUE", "inApp": False, "mail": "NEVER", "push": True}
    done = await ask(room, feed, STUDENT, SET, input={"ways": [way]})
    ways = done["setNoticeSettings"]["viewer"]["noticeSettings"]["ways"]
    assert way in ways
    assert {"kind": "MARK", "inApp": True, "mail": "NEVER", "push": True} in ways
    assert await shown(room, feed, STUDENT) == []
    assert [each["kind"] for each in await shown(room, feed, GUARDIAN)] == ["HOMEWORK_DUE"]


async def test_what_a_student_hands_in_is_told_to_who_teaches_the_course(
    room: StaffRoom, feed: Feed
) -> None:
    await room.rows("UPDATE homework SET due_on = $1", TOMORROW)
    await room.rows("DELETE FROM homework_status_revision")
    given = HandInHomework(room.id("Homework"), room.id("Student"), text="Done.")
    done = await hand_in_homework(room.store, await room.viewer(STUDENT), given, None)
    assert done.errors == []
    await look(room)
    (notice,) = [
        each for each in await shown(room, feed, TEACHER) if each["kind"] == "HOMEWORK_STATUS"
    ]
    assert notice["path"] == f"/diary/journal/{room.id('Course')}"
    assert [each["kind"] for each in await shown(room, feed, GUARDIAN)].count(
        "HOMEWORK_STATUS"
    ) == 0


async def test_an_announcement_is_one_notice_however_many_it_is_for(
    room: StaffRoom, feed: Feed
) -> None:
    new = AnnounceToSchool(
        school=room.id("School", global_id.NIL), title="Trip", text="On Friday.", to_families=True
    )
    done = await announce_to_school(room.store, await room.viewer(HEAD), new, None)
    assert done.errors == []
    async with listening(room, feed, OTHER_GUARDIAN, LIVE) as told:
        await look(room)
        await delivered(room, feed)
    assert len(await room.rows("SELECT * FROM notice WHERE kind = 'ANNOUNCEMENT'")) == 1
    assert [event["notice"]["text"] for event in told.events] == ["A new announcement"]
    for who in (GUARDIAN, OTHER_GUARDIAN):
        (notice,) = await shown(room, feed, who)
        assert notice["record"] == {"id": room.id("Announcement", done.record.id)}
    for who in (STUDENT, TEACHER, STRANGER, HEAD):
        assert await shown(room, feed, who) == []


@pytest.mark.parametrize(
    ("who", "place", "whom"),
    [
        (GUARDIAN, "School", "families"),
        (TEACHER, "School", "staff"),
        (STUDENT, "ClassGroup", "students"),
        (CLASS_TEACHER, "ClassGroup", "staff"),
        (GUARDIAN, "Course", "families"),
        (TEACHER, "Course", "staff"),
    ],
)
async def test_what_is_announced_is_mailed_to_whom_it_is_for(
    room: StaffRoom, feed: Feed, who: str, place: str, whom: str
) -> None:
    await mailed(room, feed, who, "ANNOUNCEMENT", "AT_ONCE")
    given = {"title": "Trip", "text": "On Friday.", **placed(room, place, whom)}
    await done(room, f"announceTo{place}", **given)
    for _ in range(2):
        await look(room)
    (mail,) = await room.rows(MAILS)
    assert mail["account_id"] == room.small.accounts[who]
    leads = f"/diary/announcements?school={SCHOOL}"
    assert [each["path"] for each in mail["data"]["notices"]] == [leads]


async def test_an_absence_that_is_announced_is_mailed_to_the_class_teacher(
    room: StaffRoom, feed: Feed
) -> None:
    await mailed(room, feed, CLASS_TEACHER, "ABSENCE_NOTICE", "AT_ONCE")
    day = (TODAY + timedelta(1)).isoformat()
    absence = {"student": room.id("Student"), "from": day, "to": day, "because": "ILLNESS"}
    await done_by(room, GUARDIAN, "announceAbsence", **absence)
    for _ in range(2):
        await look(room)
    (mail,) = await room.rows(MAILS)
    assert mail["account_id"] == room.small.accounts[CLASS_TEACHER]


async def test_mail_at_once_waits_for_the_quiet_hours_and_leads_to_the_thing_itself(
    room: StaffRoom, feed: Feed
) -> None:
    begins, ends = around_now()
    hours = {"begins": begins, "ends": ends}
    await mailed(room, feed, GUARDIAN, "MARK", "AT_ONCE", quietHours=hours)
    await give(room)
    await look(room)
    assert await room.rows(MAILS) == []
    for missing in hours:
        half = await ask(room, feed, GUARDIAN, SET, input={"quietHours": hours | {missing: None}})
        wrong = {"code": "BAD_INPUT", "path": ["quietHours", missing]}
        assert half["setNoticeSettings"]["errors"] == [wrong]
    await ask(room, feed, GUARDIAN, SET, input={"quietHours": {"begins": None, "ends": None}})
    await room.rows("UPDATE notice_ways SET due_at = now()")
    for _ in range(2):
        await look(room)
    (mail,) = await room.rows(MAILS)
    assert (mail["recipient"], mail["language"]) == ("g@example.org", "ru")
    assert mail["data"]["notices"] == [
        {
            "text": "Student: новая отметка, Mathematics",
            "path": f"/diary/grades?child={room.id('Student')}",
        }
    ]


async def test_a_daily_digest_comes_in_the_evening_with_what_is_not_read_yet(
    room: StaffRoom, feed: Feed
) -> None:
    await mailed(room, feed, GUARDIAN, "MARK", "DAILY")
    await give(room)
    await give(room)
    await look(room)
    assert await room.rows(MAILS) == []
    read = (await shown(room, feed, GUARDIAN))[0]["id"]
    await ask(room, feed, GUARDIAN, MARK, input={"ids": [read]})
    (ways,) = await room.rows("SELECT * FROM notice_ways")
    assert ways["due_at"] == ways["daily_at"] > clock.now()
    await room.rows("UPDATE notice_ways SET due_at = now(), daily_at = now()")
    await look(room)
    (mail,) = await room.rows(MAILS)
    assert [len(mail["data"]["notices"]), mail["data"]["which"]] == [1, "daily"]
    (ways,) = await room.rows("SELECT due_at, daily_at, lease_until FROM notice_ways")
    assert tuple(ways) == (None, None, None)


async def test_a_push_is_sealed_for_the_browser_signed_and_holds_nothing_of_the_record(
    room: StaffRoom, feed: Feed
) -> None:
    browser, secret = ec.generate_private_key(ec.SECP256R1()), b"s" * 16
    point = browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    async with receiving() as receiver:
        new = {
            "endpoint": receiver.url,
            "p256dh": urlsafe_b64encode(point).decode(),
            "auth": urlsafe_b64encode(secret).decode().rstrip("="),
            "name": "Phone",
        }
        for wrong in ({"p256dh": "AAAA"}, {"auth": "AAAA"}):
            refused = await ask(room, feed, GUARDIAN, ADD, input=new | wrong)
            assert refused["addPushDevice"]["errors"][0]["code"] == "BAD_INPUT"
        plain = await ask(room, feed, GUARDIAN, ADD, input=new)  # plain HTTP, where not allowed
        inward = await ask(
            room, feed, GUARDIAN, ADD, input=new | {"endpoint": "https://10.0.0.1/push"}
        )
        public = "The address of a push service is one on the public internet."
        secure = "The address has to begin with https://."
        for each, message in ((plain, secure), (inward, public)):
            assert each["addPushDevice"] == {
                "errors": [{"code": "BAD_INPUT", "path": ["endpoint"], "message": message}],
                "pushDevice": None, "viewer": None,
            }  # fmt: skip
        there = new | {"endpoint": "https://push.example.org/1"}
        control = await ask(room, feed, GUARDIAN, ADD, input=there | {"name": "a\x01b"})
        assert control["addPushDevice"]["errors"][0]["path"] == ["name"]
        added = (await ask(room, feed, GUARDIAN, ADD, input=there))["addPushDevice"]
        assert added["pushDevice"] in added["viewer"]["noticeSettings"]["devices"]
        assert added["pushDevice"]["name"] == "Phone"
        await room.rows(
            "UPDATE push_device SET endpoint = $1 WHERE endpoint LIKE $2",
            receiver.url,
            "https:%example%",
        )
        await give(room, value="5")
        await look(room)
        await look(room)
        (got,) = await receiver.until(1)
        body = http_ece.decrypt(got.body, private_key=browser, auth_secret=secret)
        assert orjson.loads(body)["title"] == "Diary"
        assert orjson.loads(body)["text"] == "Student: a new mark in Mathematics"
        assert orjson.loads(body)["path"] == f"/diary/grades?child={room.id('Student')}"
        assert Vapid02.verify(got.headers["authorization"])
        assert got.headers["authorization"].endswith(public_of(await key_of(room.store)))
        # A device that is gone is removed.
        receiver.script = [answer(410)]
        await give(room)
        await look(room)
        assert await room.rows("SELECT * FROM push_device WHERE endpoint = $1", receiver.url) == []


async def test_devices_that_answer_late_hold_up_no_other_and_are_as_many_as_may_be(
    room: StaffRoom, feed: Feed
) -> None:
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    keys = {
        "p256dh": urlsafe_b64encode(point).decode(),
        "auth": urlsafe_b64encode(b"s" * 16).decode(),
    }

    async def add(who: str, number: int) -> list[str]:
        new = keys | {"endpoint": f"https://push.example.org/{number}"}
        found = await ask(room, feed, who, ADD, input=new)
        return [error["code"] for error in found["addPushDevice"]["errors"]]

    assert await add(STUDENT, 0) == await add(GUARDIAN, 1) == await add(STUDENT, 2) == []
    async with receiving() as receiver:
        await room.rows(
            "UPDATE push_device SET endpoint = $1 || split_part(endpoint, '/', 4)"
            " WHERE endpoint LIKE 'https://push.example.org/%'",
            receiver.url,
        )
        receiver.pause = asyncio.Barrier(3).wait  # none is answered before all are asked
        await give(room)
        await look(room)
        await look(room)
        assert receiver.most_at_once == 3
    failed = await room.rows("SELECT failures FROM push_device WHERE endpoint LIKE 'http:%'")
    assert [row["failures"] for row in failed] == [0, 0, 0]
    await room.rows("DELETE FROM push_device")
    answers = await asyncio.gather(*(add(STUDENT, number) for number in range(24)))
    assert sorted(answers) == [[]] * 20 + [["TOO_MANY"]] * 4


async def test_a_push_goes_to_no_address_inside_whatever_its_name_leads_to(
    room: StaffRoom, feed: Feed
) -> None:
    new = {
        "endpoint": "https://localhost.example/push",
        "p256dh": urlsafe_b64encode(
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        ).decode(),
        "auth": urlsafe_b64encode(b"s" * 16).decode(),
    }
    await ask(room, feed, STUDENT, ADD, input=new)
    async with receiving() as receiver:
        await room.rows(
            "UPDATE push_device SET endpoint = $1 WHERE endpoint LIKE $2",
            receiver.url,
            "https:%example%",
        )
        await give(room)
        await look(room, networks=())
        assert receiver.got == []
    (device,) = await room.rows("SELECT * FROM push_device WHERE endpoint = $1", receiver.url)
    assert device["failures"] == 1
    assert "not one that" in device["last_error"]


async def test_a_message_is_told_to_whom_it_reaches_once_and_read_with_its_conversation(
    room: StaffRoom, feed: Feed
) -> None:
    people = {"classGroup": room.id("ClassGroup"), "toFamilies": True}
    first = await done_by(
        room, CLASS_TEACHER, "startConversation", "conversation { id }",
        school=SCHOOL, text="Hello", **people,
    )  # fmt: skip
    conversation = first["conversation"]["id"]
    news = [(f"A new message from {CLASS_TEACHER}", f"/diary/messages/{conversation}")]
    assert await told(room, feed) == {GUARDIAN: news}

    starts, ends = around_now()
    rest = {"school": SCHOOL, "starts": starts, "ends": ends, "weekends": True}
    await done_by(room, CLASS_TEACHER, "setMessageRest", **rest)
    answer = {"conversation": conversation, "text": "Hi"}
    await done_by(room, GUARDIAN, "sendMessage", **answer)
    assert await told(room, feed) == {}  # it waits
    await done_by(room, CLASS_TEACHER, "setMessageRest", school=SCHOOL)
    await room.rows("UPDATE message SET due_at = now() WHERE due_at IS NOT NULL")
    async with listening(room, feed, CLASS_TEACHER, LIVE) as live:
        await Deliveries(room.store).deliver()
        await look(room)
        await delivered(room, feed)
    assert [(event["notice"]["kind"], event["notice"]["text"]) for event in live.events] == [
        ("MESSAGE", f"A new message from {GUARDIAN}")
    ]
    of_conversation = "SELECT * FROM notice WHERE shown_id = $1"
    own = global_id.parse(conversation, "Conversation")[1]
    (row,) = await room.rows(of_conversation, own)
    assert row["account_ids"] == [room.small.accounts[CLASS_TEACHER]]
    assert (await ask(room, feed, CLASS_TEACHER, NOTICES))["viewer"]["unreadNotices"] == 1
    await done_by(room, CLASS_TEACHER, "readConversation", conversation=conversation)
    viewer = (await ask(room, feed, CLASS_TEACHER, NOTICES))["viewer"]
    assert viewer["unreadNotices"] == 0
    assert viewer["notices"]["edges"][0]["node"]["read"] is True
    assert await shown(room, feed, CLASS_TEACHER, unread=True) == []
    # Were all of it looked at again, nobody would be told twice.
    await room.rows("UPDATE notice_place SET xid = '0', seq = -1")
    await look(room)
    assert len(await room.rows(of_conversation, own)) == 2
    await room.rows("DELETE FROM notice")

    muted = {"conversation": conversation, "muted": True}
    await done_by(room, GUARDIAN, "muteConversation", **muted)
    await done_by(room, CLASS_TEACHER, "sendMessage", conversation=conversation, text="Again")
    assert await told(room, feed) == {}


async def test_surveys_quizzes_posts_and_answers_are_told_to_whom_they_are_for(
    room: StaffRoom, feed: Feed
) -> None:
    for what in ("child_restriction_revision", "child_restriction"):
        await room.rows(f"DELETE FROM {what}")
    question = {"kind": "TEXT", "text": "How was it?"}
    survey = await done_by(
        room, CLASS_TEACHER, "askClassGroup",
        title="The trip", questions=[question], resultsTold=True,
        **placed(room, "ClassGroup", "families"),
    )  # fmt: skip
    leads = f"/diary/survey/{survey['id']}"
    assert await told(room, feed) == {GUARDIAN: [("A new survey", leads)]}
    await done_by(room, CLASS_TEACHER, "closeSurvey", id=survey["id"], **STEP)
    assert await told(room, feed) == {GUARDIAN: [("The results of a survey", leads)]}

    now = clock.now()
    (asked_before,) = await room.rows("SELECT id FROM quiz_question LIMIT 1")
    quiz = await done_by(
        room, TEACHER, "createQuiz",
        course=room.id("Course"), title="Products",
        questions=[room.id("QuizQuestion", asked_before["id"])],
        opensAt=now.isoformat(), closesAt=(now + timedelta(hours=1)).isoformat(),
        marks=[{"mark": "5", "percent": "85"}],
    )  # fmt: skip
    said = ("A new quiz in Mathematics", f"/diary/quiz/{quiz['id']}")
    assert await told(room, feed) == {who: [said] for who in (*FAMILY, CLASSMATE)}

    page = await done_by(room, CLASS_TEACHER, "beginClassPage", classGroup=room.id("ClassGroup"))
    for who in (CLASSMATE, GUARDIAN, HEAD):
        await done_by(room, who, "followPage", page=page["id"])
    post = await done_by(room, CLASS_TEACHER, "writePost", page=page["id"], text="News")
    said = ("A new post", f"/diary/page/{page['id']}")
    assert await told(room, feed) == {who: [said] for who in (CLASSMATE, GUARDIAN, HEAD)}
    await done_by(room, GUARDIAN, "commentOnPost", post=post["id"], text="Thanks")
    said = ("Your post was commented on", f"/diary/page/{page['id']}")
    assert await told(room, feed) == {CLASS_TEACHER: [said]}
    # Who reads the page no more is told of nothing on it.
    await done(room, "changeSchool", school=SCHOOL, pages="STAFF")
    await done_by(room, CLASS_TEACHER, "writePost", page=page["id"], text="More")
    assert (await told(room, feed)).keys() == {HEAD}

    topic = await done_by(
        room, STUDENT, "addForumTopic", board=room.id("ForumBoard"), title="Help", text="Who?"
    )
    leads = f"/diary/topic/{topic['id']}"
    answer = {"topic": topic["id"], "text": "I"}
    await done_by(room, TEACHER, "addForumAnswer", **answer)
    said = ("A new answer in a topic of yours", leads)
    assert await told(room, feed) == {STUDENT: [said]}
    await done_by(room, GUARDIAN, "addForumAnswer", **answer)
    assert await told(room, feed) == {STUDENT: [said], TEACHER: [said]}
    await room.rows("UPDATE forum_board SET to_students = false")

    reported = {"id": topic["id"], "reason": "Rude"}
    await done_by(room, GUARDIAN, "reportForumTopic", **reported)
    moderated = "/diary/moderation"
    await look(room)
    await done_by(room, CLASSMATE, "reportForumTopic", **reported)  # which is told no second time
    assert await told(room, feed) == {HEAD: [("Something was reported", moderated)]}
    (case,) = await room.rows(
        "SELECT id FROM moderation_case WHERE id = $1",
        global_id.parse(topic["id"], "ForumTopic")[1],
    )
    step = {"id": room.id("ModerationCase", case["id"]), "reason": "Decided"}
    await done(room, "hideReported", **step, expectedVersion=2)
    assert await told(room, feed) == {STUDENT: [("A moderator hid what you wrote", leads)]}
    await done_by(room, STUDENT, "appealModeration", id=step["id"], text="It was a joke")
    assert await told(room, feed) == {HEAD: [("A decision was appealed", moderated)]}
    own = await done_by(
        room, HEAD, "addForumTopic", board=room.id("ForumBoard"), title="So", text="It is"
    )
    await room.rows("UPDATE forum_board SET to_students = true")
    await done_by(room, CLASSMATE, "reportForumTopic", id=own["id"], reason="Rude")
    assert await told(room, feed) == {}  # the head is told of nothing of their own
