"""Webhooks against a real receiver: every event arrives, signed, in order, whatever fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks import WebhookVerificationError

from db.store import Store
from domain.errors import Problem
from domain.ids import uuid7
from domain.webhooks import Schedule
from resolvers import global_id
from resolvers.declarations.mutation import Services
from resolvers.feed.outbox import Outbox
from resolvers.mutations.webhooks import (
    ChangeWebhook,
    RemoveWebhook,
    ReplayWebhook,
    change_webhook,
    remove_webhook,
    replay_webhook,
)
from tests.gateway.small_school import ELSEWHERE, HERE, SmallSchool
from tests.store.post_room import LOOPBACK, PostRoom, post_room
from tests.store.receiver import OK, Receiver, answer, receiving
from tests.store.staff_room import HEAD

BUSY = answer(500, b"busy")


@pytest.fixture
async def room(room_url: str, small_school: SmallSchool) -> AsyncIterator[PostRoom]:
    async with post_room(room_url, small_school) as room:
        yield room


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


def changes(receiver: Receiver) -> list[str]:
    return [got.content["type"].partition(".")[2].upper() for got in receiver.got]


async def test_an_event_arrives_signed_and_says_no_more_than_what_to_ask_for(
    room: PostRoom, receiver: Receiver
) -> None:
    _, secret = await room.webhook(receiver.url)
    await room.happen("REVISED")
    async with room.working():
        (got,) = await receiver.until(1)
    outbox = Outbox(room.store)
    await outbox.open()
    content = got.verified(secret)
    position = await outbox.resume(content["data"]["cursor"])
    (row,) = await room.room.rows("SELECT xid, at FROM outbox")
    assert position == (row["xid"], 0)
    assert content == {
        "type": "grade.revised",
        "timestamp": row["at"].isoformat().replace("+00:00", "Z"),
        "data": {
            "id": room.room.id("Grade"),
            "version": 2,
            "cursor": content["data"]["cursor"],
            "school": global_id.make("School", HERE, global_id.NIL),
        },
    }
    assert got.headers["content-type"] == "application/json"
    assert got.id.startswith("msg_")
    assert got.path == "/hook"
    with pytest.raises(WebhookVerificationError):
        got.verified("whsec_" + "A" * 44)


async def test_the_record_is_read_again_when_its_message_is_sent(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    await room.happen("REVISED", "WITHDRAWN")
    async with room.working():
        got = await receiver.until(2)
    assert [each.content["data"]["version"] for each in got] == [3, 3]


async def test_events_arrive_once_and_in_order_and_the_log_says_so(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    told = [f"STEP_{number}" for number in range(250)]
    await room.happen(*told[:120])
    async with room.working():
        await room.happen(*told[120:])
        await room.until_logged(
            *((step, "DELIVERED", 1, 204) for step in told),
            columns="change state attempts status",
        )
        await asyncio.sleep(0.05)
    assert changes(receiver) == told
    assert len({got.id for got in receiver.got}) == 250


async def test_only_the_topics_asked_for_arrive_and_only_of_the_school(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url, "HOMEWORK", "LESSON")
    await room.happen("SET", topic="HOMEWORK")
    await room.happen("GIVEN")
    await room.store.pool.execute(
        "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
        " VALUES ($1, 0, 'LESSON', 'TOPIC_SET', $2, 1, now()),"
        " ($3, 0, 'RIGHTS', 'X', $2, 1, now())",
        ELSEWHERE,
        uuid4(),
        HERE,
    )
    await room.happen("TOPIC_SET", topic="LESSON")
    async with room.working():
        got = await receiver.until(2)
        await room.until_logged(("SET",), ("TOPIC_SET",), columns="change")
    assert [each.content["type"] for each in got] == ["homework.set", "lesson.topic_set"]
    assert got[1].content["data"]["id"] == room.room.id("Lesson")


async def test_what_happened_before_a_webhook_was_created_is_not_sent(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.happen("GIVEN")
    await room.webhook(receiver.url)
    await room.happen("REVISED")
    async with room.working():
        await room.until_logged(("REVISED",), columns="change")
    assert changes(receiver) == ["REVISED"]


async def test_transactions_that_commit_in_reverse_order_lose_nothing(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    async with room.working(), room.store.pool.acquire() as connection:
        early, homework = connection.transaction(), "HOMEWORK"
        await early.start()
        await room.tell(connection, "FIRST")
        async with room.store.pool.acquire() as other, other.transaction():
            await room.tell(other, "OTHER", homework)
        await asyncio.sleep(0.05)
        await early.commit()
        await room.happen("SECOND")
        await receiver.until(2)
    assert changes(receiver) == ["FIRST", "SECOND"]


async def test_a_failing_event_is_tried_by_the_schedule_and_then_the_following_go_on(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    await room.happen("GIVEN", "REVISED")
    receiver.script = [BUSY] * 10
    delays = []
    async with room.working():
        for tries in range(1, 10):
            await room.until_logged(("GIVEN", "FAILING", tries, 500))
            standing = await room.standing()
            (last_at,) = await room.room.rows("SELECT last_at FROM webhook_delivery")
            delays.append(round((standing["next_at"] - last_at["last_at"]).total_seconds()))
            room.clock.ahead += standing["next_at"] - room.clock()
        await room.until_logged(("GIVEN", "DEAD", 10, 500), ("REVISED", "DELIVERED", 1, 204))
    assert delays == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert changes(receiver) == ["GIVEN"] * 10 + ["REVISED"]
    assert len({got.id for got in receiver.got[:10]}) == 1
    assert await room.log("error", "excerpt") == [("The answer was 500.", "busy"), (None, None)]


async def test_nothing_overtakes_what_failed(room: PostRoom, receiver: Receiver) -> None:
    await room.webhook(receiver.url)
    receiver.script = [BUSY]
    async with room.working():
        await room.happen("GIVEN")
        await room.until_logged(("GIVEN", "FAILING", 1, 500))
        await room.happen("REVISED")
        await asyncio.sleep(0.1)
        assert changes(receiver) == ["GIVEN"]
        room.clock.forward(seconds=6)
        await room.until_logged(("GIVEN", "DELIVERED", 2, 204), ("REVISED", "DELIVERED", 1, 204))
    assert changes(receiver) == ["GIVEN", "GIVEN", "REVISED"]


async def test_chance_spreads_the_tries(room: PostRoom, receiver: Receiver) -> None:
    room.terms = replace(room.terms, chance=lambda: 0.5)
    await room.webhook(receiver.url)
    receiver.script = [BUSY]
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(("GIVEN", "FAILING", 1, 500))
    (row,) = await room.room.rows(
        "SELECT next_at - last_at AS delay FROM webhook JOIN webhook_delivery USING (school_id)"
    )
    assert round(row["delay"].total_seconds(), 1) == 5.5


async def test_a_receiver_that_hangs_is_left_after_the_time_for_a_try(
    room: PostRoom, receiver: Receiver
) -> None:
    room.terms = replace(room.terms, timeout=0.2)
    await room.webhook(receiver.url)
    receiver.script = [None]
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(
            ("FAILING", None, "There was no answer within 0.2 seconds."),
            columns="state status error",
        )
    room.terms = replace(room.terms, timeout=20)  # what answers need not be quick
    room.clock.forward(seconds=6)
    async with room.working():
        await room.until_logged(("GIVEN", "DELIVERED", 2, 204))


async def test_a_receiver_that_dies_gets_what_it_missed_when_it_returns(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    async with room.working():
        await room.happen("GIVEN")
        await receiver.until(1)
        await receiver.die()
        await room.happen("REVISED")
        await room.until_logged(("DELIVERED",), ("FAILING",), columns="state")
        await room.happen("WITHDRAWN")
        await receiver.live()
        room.clock.forward(seconds=6)
        await receiver.until(3)
        await room.until_logged(*[("DELIVERED",)] * 3, columns="state")
    assert changes(receiver) == ["GIVEN", "REVISED", "WITHDRAWN"]


async def test_who_cannot_be_connected_to_is_told_so_in_the_log(room: PostRoom) -> None:
    async with receiving() as receiver:
        await room.webhook(receiver.url)
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(
            ("FAILING", "The host could not be connected to."), columns="state error"
        )


async def test_who_is_gone_is_sent_nothing_more_until_it_is_enabled_again(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    receiver.script = [answer(410)]
    await room.happen("GIVEN", "REVISED")
    async with room.working() as worker:
        await room.until_logged(("GIVEN", "FAILING", 1, 410))
        room.clock.forward(days=1)
        await asyncio.sleep(0.1)
        assert (await room.standing())["state"] == "GONE"
        assert len(receiver.got) == 1
        await room_change(room, webhook.id, enabled=True)
        worker.wake()
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204), ("REVISED", "DELIVERED", 1, 204))


async def room_change(room: PostRoom, id_: Any, **what: Any) -> str | None:
    asked = ChangeWebhook(
        global_id.make("Webhook", HERE, id_), (await room.standing())["version"], **what
    )
    head = await room.room.viewer(HEAD)
    outcome = await change_webhook(room.store, head, asked, None, Services(LOOPBACK))
    assert outcome.errors == []
    secret: str | None = outcome.more.get("secret")
    return secret


@pytest.mark.parametrize("status", [429, 503])
async def test_who_asks_to_wait_is_waited_for(
    room: PostRoom, receiver: Receiver, status: int
) -> None:
    await room.webhook(receiver.url)
    receiver.script = [answer(status, retry_after="3600")]
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(("GIVEN", "FAILING", 1, status))
        webhook = await room.standing()
        await room_change(room, webhook["id"], description="A change of words alone")
        room.clock.forward(minutes=59)
        await asyncio.sleep(0.1)
        assert len(receiver.got) == 1
        room.clock.forward(minutes=2)
        await room.until_logged(("GIVEN", "DELIVERED", 2, 204))


async def test_who_took_nothing_for_days_is_given_up_and_nothing_of_it_is_lost(
    room: PostRoom, receiver: Receiver
) -> None:
    room.terms = replace(room.terms, schedule=Schedule(patience=timedelta(seconds=8)))
    webhook, _ = await room.webhook(receiver.url)
    receiver.script = [BUSY, BUSY]
    await room.happen("GIVEN", "REVISED")
    async with room.working():
        await room.until_logged(("GIVEN", "FAILING", 1, 500))
        room.clock.forward(seconds=9)
        await room.until_logged(("GIVEN", "FAILING", 2, 500))
        room.clock.forward(days=1)
        await asyncio.sleep(0.1)
        standing = await room.standing()
        assert standing["state"] == "GIVEN_UP"
        assert standing["failing_since"] is not None
        assert len(receiver.got) == 2
        await room_change(room, webhook.id, enabled=True)
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204), ("REVISED", "DELIVERED", 1, 204))
    assert (await room.standing())["failing_since"] is None


async def test_two_processes_never_send_for_a_webhook_at_once(
    room: PostRoom, receiver: Receiver, room_url: str
) -> None:
    room.terms = replace(room.terms, turn=0.05)  # they take turns
    receiver.pause = lambda: asyncio.sleep(0.002)
    await room.webhook(receiver.url)
    told = [f"STEP_{number}" for number in range(120)]
    other = await Store.connect(room_url, connections=3)
    try:
        async with room.working(stores=(room.store, other)):
            await room.happen(*told)
            await room.until_logged(*((step,) for step in told), columns="change")
            await asyncio.sleep(0.05)
    finally:
        await other.close()
    assert changes(receiver) == told
    assert receiver.most_at_once == 1


async def test_what_a_dead_process_held_is_sent_once_its_lease_ends(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    await room.happen("GIVEN")
    await room.store.pool.execute(
        "UPDATE webhook SET lease_holder = $1, lease_until = now() + interval '1 hour'", uuid7()
    )
    async with room.working():
        await asyncio.sleep(0.1)
        assert receiver.got == []
        await room.store.pool.execute("UPDATE webhook SET lease_until = now()")
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204))


async def test_a_process_that_stops_lets_another_go_on_at_once(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    receiver.script = [None]
    await room.happen("GIVEN")
    async with room.working():
        await receiver.until(1)
    assert (await room.standing())["lease_until"] is None
    async with room.working():
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204))
    assert receiver.got[0].id == receiver.got[1].id


async def test_who_lost_the_lease_notes_nothing(room: PostRoom, receiver: Receiver) -> None:
    await room.webhook(receiver.url)
    answered = asyncio.Event()
    receiver.pause = answered.wait
    await room.happen("GIVEN")
    async with room.working():
        await receiver.until(1)
        await room.store.pool.execute(
            "UPDATE webhook SET lease_holder = $1, lease_until = now() + interval '1 hour'",
            uuid7(),
        )
        before = await room.standing()
        answered.set()
        await asyncio.sleep(0.1)
        assert await room.standing() == before
        assert await room.log() == []


async def test_a_new_address_gets_what_the_old_one_was_being_sent(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    answered = asyncio.Event()
    receiver.pause = answered.wait
    await room.happen("GIVEN", "REVISED")
    async with receiving() as elsewhere, room.working():
        await receiver.until(1)
        await room_change(room, webhook.id, url=elsewhere.url)
        answered.set()
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204), ("REVISED", "DELIVERED", 1, 204))
    assert changes(receiver) == ["GIVEN"]
    assert changes(elsewhere) == ["GIVEN", "REVISED"]


async def test_what_is_removed_while_it_is_sent_to_is_gone(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    answered = asyncio.Event()
    receiver.pause = answered.wait
    await room.happen("GIVEN", "REVISED")
    async with room.working():
        await receiver.until(1)
        removal = RemoveWebhook(global_id.make("Webhook", HERE, webhook.id))
        await remove_webhook(room.store, await room.room.viewer(HEAD), removal)
        answered.set()
        await asyncio.sleep(0.1)
    assert changes(receiver) == ["GIVEN"]
    assert await room.log() == []


async def test_one_slow_receiver_holds_up_no_other(room: PostRoom, receiver: Receiver) -> None:
    async with receiving(None) as slow:
        await room.webhook(slow.url)
        await room.webhook(receiver.url)
        told = [f"STEP_{number}" for number in range(20)]
        async with room.working():
            await room.happen(*told)
            await slow.until(1)
            await receiver.until(20)
    assert changes(receiver) == told
    assert len(slow.got) == 1


async def test_no_more_receivers_are_sent_to_at_once_than_are_meant_to_be(room: PostRoom) -> None:
    room.terms = replace(room.terms, at_once=2)
    async with receiving() as receiver:
        answered = asyncio.Event()
        receiver.pause = answered.wait
        for _ in range(4):
            await room.webhook(receiver.url)
        await room.happen("GIVEN")
        async with room.working():
            await receiver.until(2)
            await asyncio.sleep(0.1)
            assert len(receiver.got) == 2
            answered.set()
            await receiver.until(4)
    assert receiver.most_at_once == 2


async def test_a_new_secret_and_for_a_day_the_old_one_verify(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, old = await room.webhook(receiver.url)
    new = await room_change(room, webhook.id, rotate_secret=True)
    assert new is not None
    async with room.working():
        await room.happen("GIVEN")
        (both,) = await receiver.until(1)
        await room.store.pool.execute("UPDATE webhook SET previous_until = now()")
        await room.happen("REVISED")
        _, later = await receiver.until(2)
    assert both.verified(old) == both.verified(new) == both.content
    assert later.verified(new) == later.content
    with pytest.raises(WebhookVerificationError):
        later.verified(old)


async def ask_replay(room: PostRoom, webhook: Any, **what: Any) -> list[tuple[str, ...]]:
    asked = ReplayWebhook(global_id.make("Webhook", HERE, webhook.id), **what)
    outcome = await replay_webhook(room.store, await room.room.viewer(HEAD), asked)
    return [(str(error.code), *error.path) for error in outcome.errors]


async def test_dead_letters_are_sent_again_when_a_head_asks(
    room: PostRoom, receiver: Receiver
) -> None:
    room.terms = replace(room.terms, schedule=Schedule(delays=()))
    webhook, _ = await room.webhook(receiver.url)
    receiver.script = [BUSY, BUSY]
    await room.happen("GIVEN", "REVISED", "WITHDRAWN")
    async with room.working():
        await room.until_logged(
            ("GIVEN", "DEAD", 1, 500),
            ("REVISED", "DEAD", 1, 500),
            ("WITHDRAWN", "DELIVERED", 1, 204),
        )
        assert await ask_replay(room, webhook, dead_letters=True) == []
        await room.until_logged(
            *((step, "DELIVERED", 1, 204) for step in ("GIVEN", "REVISED", "WITHDRAWN"))
        )
    assert changes(receiver) == ["GIVEN", "REVISED", "WITHDRAWN", "GIVEN", "REVISED"]
    assert [got.id for got in receiver.got[3:]] == [got.id for got in receiver.got[:2]]


async def test_everything_after_a_cursor_or_a_time_is_sent_again(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    await room.happen("GIVEN", "REVISED", "WITHDRAWN")
    async with room.working():
        got = list(await receiver.until(3))
        ids = [each.id for each in got]
        cursor, at = got[0].content["data"]["cursor"], got[2].content["timestamp"]
        await room.until_logged(*[("DELIVERED",)] * 3, columns="state")
        assert await ask_replay(room, webhook, after=cursor) == []
        await receiver.until(5)
        await room.until_logged(*[("DELIVERED",)] * 3, columns="state")
        (row,) = await room.room.rows("SELECT max(at) AS at FROM outbox")
        assert row["at"].isoformat().replace("+00:00", "Z") == at
        assert await ask_replay(room, webhook, since=row["at"]) == []
        await receiver.until(6)
        await asyncio.sleep(0.05)
    assert [each.id for each in receiver.got[3:]] == [ids[1], ids[2], ids[2]]


async def test_a_replay_while_a_message_is_under_way_is_not_forgotten(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    await room.happen("GIVEN", "REVISED")
    answered = asyncio.Event()
    async with room.working():
        await room.until_logged(*[("DELIVERED",)] * 2, columns="state")
        cursor = receiver.got[0].content["data"]["cursor"]
        receiver.pause = answered.wait
        await room.happen("WITHDRAWN")
        await receiver.until(3)
        assert await ask_replay(room, webhook, after=cursor) == []
        answered.set()
        await receiver.until(5)
        await room.until_logged(*[("DELIVERED",)] * 3, columns="state")
    assert changes(receiver)[3:] == ["REVISED", "WITHDRAWN"]


async def test_a_replay_names_one_thing_that_is_still_there(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    await room.happen("GIVEN")
    async with room.working():
        await receiver.until(1)
    cursor = receiver.got[0].content["data"]["cursor"]
    now = room.clock()
    assert await ask_replay(room, webhook) == [("BAD_INPUT",)]
    assert await ask_replay(room, webhook, dead_letters=True, since=now) == [("BAD_INPUT",)]
    assert await ask_replay(room, webhook, since=now, after=cursor) == [("BAD_INPUT",)]
    assert await ask_replay(room, webhook, after="x") == [("BAD_INPUT", "after")]
    naive = now.replace(tzinfo=None)
    assert await ask_replay(room, webhook, since=naive) == [("BAD_INPUT", "since")]
    await room.store.pool.execute("DELETE FROM outbox")
    assert await ask_replay(room, webhook, after=cursor) == [("RESYNC", "after")]


async def test_where_events_were_dropped_before_they_were_sent_the_log_says_so(
    room: PostRoom, receiver: Receiver
) -> None:
    webhook, _ = await room.webhook(receiver.url)
    await room_change(room, webhook.id, enabled=False)
    await room.happen("GIVEN", "REVISED")
    await room.store.pool.execute(
        "UPDATE outbox SET at = $1 WHERE change = 'GIVEN'", room.clock() - timedelta(days=40)
    )
    await room.store.pool.execute("UPDATE webhook SET position_at = now() - interval '40 days'")
    await Outbox(room.store).drop_old()
    await room_change(room, webhook.id, enabled=True)
    async with room.working():
        await room.until_logged((None, "GAP", 0, None), ("REVISED", "DELIVERED", 1, 204))
    assert changes(receiver) == ["REVISED"]


async def test_a_quiet_school_has_no_gap_after_the_holidays(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    await room.happen("SET", topic="HOMEWORK")
    before = (await room.standing())["xid"]
    async with room.working():
        while (await room.standing())["xid"] == before:
            await asyncio.sleep(0.01)
        for _ in range(3):
            room.clock.forward(days=29)
            long_ago = room.clock() - 2 * room.clock.ahead  # the outbox has another clock
            await room.store.pool.execute("UPDATE outbox SET at = $1", long_ago)
            await Outbox(room.store).drop_old()
            while (await room.standing())["position_at"] < room.clock() - timedelta(days=1):
                await asyncio.sleep(0.01)
        await room.happen("GIVEN")
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204))


async def test_after_a_restore_a_webhook_begins_anew_and_the_log_says_so(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    await room.store.pool.execute("UPDATE webhook SET xid = '9000000000000', epoch = $1", uuid7())
    async with room.working():
        await room.until_logged(("GAP",), columns="state")
        await room.happen("GIVEN")
        await receiver.until(1)
        await room.until_logged(("GAP",), ("DELIVERED",), columns="state")


async def test_an_event_takes_the_place_of_a_restored_one_with_the_same_number(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(("GIVEN", "DELIVERED", 1, 204))
    (before,) = await room.log("id", "at", "first_at")
    (first,) = await room.room.rows("SELECT xid, seq, at + '1 hour' AS later FROM outbox")
    later = "UPDATE outbox SET change = 'REVISED', at = $1"
    await room.store.pool.execute(later, first["later"])
    await room.store.pool.execute(
        "UPDATE webhook SET xid = $1, seq = $2", first["xid"], first["seq"] - 1
    )
    async with room.working():
        await room.until_logged(("REVISED", "DELIVERED", 1, 204))
    (after,) = await room.log("id", "at", "first_at")
    assert after[0] > before[0]
    assert after[1] == before[1] + timedelta(hours=1)
    assert after[2] > before[2]
    assert changes(receiver) == ["GIVEN", "REVISED"]


async def test_what_is_under_way_at_a_restore_bears_no_cursor_of_the_new_database(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    answered = asyncio.Event()
    receiver.pause = answered.wait
    await room.happen("GIVEN", "REVISED")
    async with room.working() as worker:
        await receiver.until(1)
        await room.store.pool.execute("UPDATE feed_key SET epoch = gen_random_uuid()")
        before = worker._outbox.cursors
        worker.wake()
        async with asyncio.timeout(10):
            while worker._outbox.cursors is before:
                await asyncio.sleep(0.01)
        answered.set()
        await room.until_logged(("DELIVERED",), ("GAP",), columns="state")
        after = worker._outbox.cursors
    cursors = [got.content["data"]["cursor"] for got in receiver.got]
    for cursor in cursors:
        with pytest.raises(Problem, match="another database"):
            after.decode(cursor)


async def test_an_answer_is_read_no_further_than_its_beginning(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    endless = b"HTTP/1.1 500 No\r\ncontent-length: 99999999\r\n\r\n" + b"a\x00\xff\n" * 10_000
    receiver.script = [endless]
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(("FAILING", 500), columns="state status")
    ((excerpt,),) = await room.log("excerpt")
    assert len(excerpt) == 299
    assert set(excerpt) == {"a", " ", "\N{REPLACEMENT CHARACTER}"}


async def test_a_connection_that_breaks_off_is_a_failure(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    receiver.script = [b"this is not HTTP\r\n\r\n"]
    await room.happen("GIVEN")
    async with room.working():
        await room.until_logged(
            ("FAILING", "The connection broke off before there was a whole answer."),
            columns="state error",
        )


async def test_old_entries_of_the_log_are_dropped_and_open_ones_are_not(
    room: PostRoom, receiver: Receiver
) -> None:
    await room.webhook(receiver.url)
    receiver.script = [OK, BUSY]
    await room.happen("GIVEN", "REVISED")
    async with room.working():
        await room.until_logged(("DELIVERED",), ("FAILING",), columns="state")
    room.clock.forward(days=31)
    receiver.usual = None
    async with room.working():
        await room.until_logged(("FAILING",), columns="state")
