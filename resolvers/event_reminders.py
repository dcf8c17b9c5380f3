"""Reminders of events, by mail to whom they are for: once, some hours before each starts."""

from typing import Any
from zoneinfo import ZoneInfo

from db.reading.event_reminders import accounts_reminded, due_reminders
from db.reading.schools import schools_by_id
from db.store import Store
from db.writing.events import claim_reminder
from db.writing.mail import queue_mails
from domain import clock
from domain.ids import uuid7
from resolvers.mail import letter
from resolvers.mail.rendering import language_of
from resolvers.upkeep import Looking

EVENT_REMINDER = letter("event_reminder")
POLL = 60.0
"""Seconds between two looks."""


class Reminders:
    """`run` queues what is due until it is cancelled; as many processes may run as there are: one
    of them claims each reminder."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looking = Looking(POLL, 0.0)

    async def run(self) -> None:
        await self._looking.run("Reminders", self.look)

    async def look(self) -> None:
        """Queue the mail of every reminder that is due."""
        while due := await self._store.fetch(due_reminders):
            for each in due:
                await self._remind(each.school_id, each.id)

    async def _remind(self, school: int, id_: Any) -> None:
        async with self._store.transaction() as transaction:
            event: Any = await transaction.first(claim_reminder, school=school, ref=id_)
            found: list[Any] = list(await transaction.fetch(schools_by_id, schools=[school]))
            if event is None or not found:  # another process was faster, or the school is no more
                return
            zone = found[0].time_zone
            accounts: list[Any] = list(
                await transaction.fetch(
                    accounts_reminded, school=school, ref=id_, day=clock.today(zone)
                )
            )
            await transaction.run(
                queue_mails,
                id=[uuid7() for _ in accounts],
                event=[f"event:{id_}:{event.remind_at.isoformat()}:{a.id}" for a in accounts],
                recipient=[account.email for account in accounts],
                language=[language_of(account.language) for account in accounts],
                account_id=[account.id for account in accounts],
                new_template=EVENT_REMINDER.name,
                new_data={
                    "title": event.title,
                    "at": f"{event.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}",
                    "location": event.location,
                    "school": found[0].name,
                },
                new_expires_at=event.starts_at,
            )
