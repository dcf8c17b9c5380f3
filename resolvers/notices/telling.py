"""People told of their notices by e-mail and web push: each account in its own ways and hours."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from db.reading.accounts import account_by_id
from db.reading.notices import devices_of_account
from db.store import Store
from db.tables.accounts import Account
from db.tables.notices import NoticeWays, PushDevice
from db.writing.mail import NewMail, queue
from db.writing.notices import claim_ways, end_telling
from domain import clock
from domain.ids import uuid7
from domain.languages import language_of
from domain.notice_kinds import next_digest
from domain.rests import Hours, rests_until
from resolvers.mail.letters import letter
from resolvers.notices.push import Message, Push
from resolvers.notices.reading import notices_of
from resolvers.notices.texts import path_of, text_of
from resolvers.viewer import Viewer, load_viewer

log = logging.getLogger(__name__)
NOTICES = letter("notices")
LEASE = timedelta(minutes=3)
MOST_MAILED = 50
"""Notices in one mail; it says so where there are more."""
MOST_PUSHED = 4
"""Messages at once; where there are more, one says how many there are."""
TITLE = {"en": "Diary", "ru": "Дневник"}
SUMMARY = {"en": "{} new notices", "ru": "Новых уведомлений: {}"}
AT_ONCE_TOLD = 8
"""Accounts that are told at the same time."""
AT_ONCE, DAILY, WEEKLY = "at_once", "daily", "weekly"


class Telling:
    def __init__(self, store: Store, push: Push, wake_post: Callable[[], object]) -> None:
        self._store = store
        self._push = push
        self._wake_post = wake_post
        self._turns = asyncio.Semaphore(AT_ONCE_TOLD)

    async def tell(self) -> None:
        """Tell every account that is due."""
        async with asyncio.TaskGroup() as group:
            await self.begin(group)

    async def begin(self, group: asyncio.TaskGroup) -> None:
        """Begin to tell every account that is due, some at once: one whose devices do not answer
        holds up nobody else."""
        while True:
            await self._turns.acquire()
            holder = uuid7()
            try:
                ways = await self._store.first(claim_ways, holder=holder, lease=LEASE)
            except BaseException:
                self._turns.release()
                raise
            if ways is None:
                self._turns.release()
                return
            group.create_task(self._take(Turn(self._store, self._push, ways, holder)))

    async def _take(self, turn: "Turn") -> None:
        try:
            await turn.take()
        except Exception:  # it is due again after the lease
            log.exception("An account could not be told of its notices; it is tried again")
        finally:
            self._turns.release()
        self._wake_post()


class Turn:
    """An account's turn: what it is told of is what it may read in this moment."""

    def __init__(self, store: Store, push: Push, ways: NoticeWays, holder: UUID) -> None:
        self._store = store
        self._push = push
        self._ways = ways
        self._holder = holder
        self._mail: list[NewMail] = []
        self._next: list[datetime | None] = []
        self._moved: dict[str, Any] = {
            f"new_{name}": getattr(ways, name)
            for name in ("told_up_to", "daily_up_to", "weekly_up_to", "daily_at", "weekly_at")
        }

    async def take(self) -> None:
        ways, now = self._ways, clock.now()
        account = await self._store.first(account_by_id, account=ways.account_id)
        if account is not None and account.active:
            viewer = await load_viewer(self._store, account)
            await self._at_once(viewer, now)
            await self._digest(viewer, now, DAILY)
            await self._digest(viewer, now, WEEKLY)
        await self._end(now)

    async def _at_once(self, viewer: Viewer, now: datetime) -> None:
        """What is mailed and pushed at once; after the quiet hours, where it is in these."""
        ways = self._ways
        devices = await self._store.fetch(devices_of_account, account=ways.account_id)
        if not devices and not ways.at_once:
            return
        if (until := _quiet_until(ways, now)) is not None:
            self._next.append(until)
            return
        found = await self._unread(viewer, ways.told_up_to)
        if not found:
            return
        self._moved["new_told_up_to"] = found[0].id
        self._write(viewer.account, AT_ONCE, [each for each in found if each.kind in ways.at_once])
        pushed = [each for each in found if each.kind not in ways.unpushed]
        messages = _messages(pushed, viewer.account)
        await asyncio.gather(*(self._push_to(device, messages) for device in devices))

    async def _push_to(self, device: PushDevice, messages: Sequence[Message]) -> None:
        """One that does not take a message is not kept waiting for with the others."""
        for message in messages:
            if not await self._push.send(device, message):
                return

    async def _digest(self, viewer: Viewer, now: datetime, which: str) -> None:
        at, ways = getattr(self._ways, f"{which}_at"), self._ways
        if at is None:
            return
        if at > now:
            self._next.append(at)
            return
        found = await self._unread(viewer, getattr(ways, f"{which}_up_to"))
        if found:
            self._moved[f"new_{which}_up_to"] = found[0].id
        kinds = getattr(ways, which)
        self._write(viewer.account, which, [each for each in found if each.kind in kinds])
        self._moved[f"new_{which}_at"] = None

    async def _unread(self, viewer: Viewer, since: UUID) -> Sequence[Any]:
        return await notices_of(
            self._store, viewer, MOST_MAILED + 1, since=since, unread=True, hidden=[]
        )

    def _write(self, account: Account, which: str, found: Sequence[Any]) -> None:
        if not found or account.email is None or account.email_confirmed_at is None:
            return
        language = account.language or "en"
        shown = [
            {"text": text_of(each, language), "path": path_of(each)} for each in found[:MOST_MAILED]
        ]
        self._mail.append(
            NewMail(
                f"notices:{account.id}:{which}:{found[0].id}",
                NOTICES.name,
                account.email,
                language,
                {"notices": shown, "more": len(found) > MOST_MAILED, "which": which},
                account.id,
            )
        )

    async def _end(self, now: datetime) -> None:
        """Queue the mail and move the places in one transaction: neither is done without the
        other."""
        ways = self._ways
        due = min((each for each in self._next if each is not None), default=None)
        async with self._store.transaction() as transaction:
            ended = await transaction.first(
                end_telling,
                account=ways.account_id,
                holder=self._holder,
                new_due_at=due,
                evening=next_digest(now, ways.time_zone) if ways.daily else None,
                sunday=next_digest(now, ways.time_zone, weekly=True) if ways.weekly else None,
                **self._moved,
            )
            if ended is not None:
                for mail in self._mail:
                    await queue(transaction, mail)


def _messages(found: Sequence[Any], account: Account) -> list[Message]:
    language = language_of(account.language)
    title = TITLE[language]
    if len(found) > MOST_PUSHED:
        text = SUMMARY[language].format(len(found))
        return [Message(title, text, "/diary/notices", str(found[0].id))]
    return [
        Message(title, text_of(each, language), path_of(each), str(each.id))
        for each in reversed(found)
    ]


def _quiet_until(ways: NoticeWays, now: datetime) -> datetime | None:
    """When the account's quiet hours end, if they go on now."""
    if ways.quiet_from is None or ways.quiet_until is None:
        return None
    return rests_until(Hours(ways.quiet_from, ways.quiet_until), ways.time_zone, now)
