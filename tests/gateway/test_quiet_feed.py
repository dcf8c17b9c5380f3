"""Clients that ask for changes now and then, while nothing happens and when something does."""

import asyncio
from typing import Any

from tests.gateway.front_door import FrontDoor

PAGE = "query ($after: String) { changes(after: $after) { cursor hasMore changes { __typename } } }"
READ = {"newest_row", "rows_of_schools_after"}
PARENT, HEAD = "guardian of this child", "the head"


async def polled(door: FrontDoor, after: str | None) -> tuple[list[str], str, list[str]]:
    """The kinds of changes, without the notices that the gateway makes of them when it comes to it,
    the cursor, and which statements were run."""
    seen: list[str] = []
    door.store.watchers.append(seen.append)
    page = (await door.ask(PAGE, door.tokens[PARENT], after=after))["changes"]
    door.store.watchers.remove(seen.append)
    assert page["hasMore"] is False
    kinds = [each["__typename"] for each in page["changes"]]
    return [each for each in kinds if each != "NoticeChange"], page["cursor"], seen


async def told(door: FrontDoor, after: str) -> tuple[list[str], str, list[str]]:
    """As `polled`, once there is a change: a transaction of the gateway's own may hold it back."""
    async with asyncio.timeout(30):
        while not (found := await polled(door, after))[0]:
            await asyncio.sleep(0.01)
    return found


async def remark(door: FrontDoor) -> None:
    given = {"student": door.small.id("Student"), "kind": "WORK", "text": "Well done."}
    assert (await door.do("addRemark", "", door.tokens[HEAD], **given))["errors"] == []


async def test_while_nothing_happens_a_poll_reads_nothing_but_one_look_and_loses_no_change(
    door: FrontDoor,
) -> None:
    for who in (PARENT, HEAD):
        door.tokens[who] = await door.token(who)
    _, cursor, seen = await polled(door, None)
    assert READ & {*seen}
    async with asyncio.timeout(20):  # a transaction of the gateway's own may be open
        while READ & {*seen}:
            changes, after, seen = await polled(door, cursor)
            assert (changes, after) == ([], cursor)
    await remark(door)
    changes, cursor, seen = await told(door, cursor)
    assert (changes, "rows_of_schools_after" in seen) == (["RemarkChange"], True)

    held: Any
    async with door.pool.acquire() as held:
        transaction = held.transaction()
        await transaction.start()
        await held.fetch("SELECT pg_current_xact_id()")
        await remark(door)
        for _ in range(3):  # an older transaction holds the change back
            changes, cursor, _ = await polled(door, cursor)
            assert changes == []
        await transaction.commit()  # without a row of its own
    changes, _, _ = await told(door, cursor)
    assert changes == ["RemarkChange"]
