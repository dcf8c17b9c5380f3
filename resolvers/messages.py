"""Conversations and messages: who they are visible to, how they are loaded, and when what waited
is delivered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from db.reading import messages
from db.reading.messages import (
    accounts_to_notice,
    next_message_due,
    rests_of_accounts,
    schools_with_messages_due,
)
from db.store import Reader, Store
from db.tables.messages import FILES_WITHDRAWAL, Conversation, Message
from db.writing.messages import CONVERSATIONS, MESSAGES
from domain import clock
from domain.audience import AUTHOR, PRESENT, Audience
from domain.history import Step
from domain.media import FileUse
from domain.moderation import Activity
from domain.notice_kinds import NoticeKind, Said
from domain.rests import rests_until
from resolvers.declarations.noticing import Naming, School, is_shown, noticed
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.moderation import moderated
from resolvers.relations import addressee, author
from resolvers.upkeep import Looking

PARTAKERS = AUTHOR | Audience.ADDRESSEE
"""Whoever is in a conversation. Nobody reads it for their role in the school."""
ADDRESSED = (*author(), *addressee("account_ids", many=True))
CONVERSATION = Noun(
    Conversation,
    code="Cn",
    visible_to=PARTAKERS,
    ties=ADDRESSED,
    written=CONVERSATIONS,
    history=History("Cm", AUTHOR),
)
MESSAGE = Noun(
    Message,
    code="Me",
    visible_to=PARTAKERS,
    ties=ADDRESSED,
    read=messages.messages_by_id,
    withdrawal=FILES_WITHDRAWAL,
    written=MESSAGES,
    history=History("Mh", AUTHOR),
    attached=Attachments(FileUse.MESSAGE, by=PRESENT, read_by=PARTAKERS),
    event=Event(
        "A message that was written, delivered later or withdrawn.",
        "Messages that are written, delivered later or withdrawn",
        "Messages between people of the school: `message.added` etc.",
    ),
)


def _come_again(message: Message) -> Mapping[str, Any]:
    """Who could not read it until now has it unread from now on."""
    others = [each for each in message.account_ids if each != message.author_id]
    return {"late_ids": others, "late_at": clock.now()}


moderated(MESSAGE, Activity.MESSAGES, "text", instant="sent_at", shown=_come_again)
ConversationById = CONVERSATION.by_id
MessagesByConversation = Loader(
    "MessagesByConversation", messages.messages_of_conversations, "conversation_id", many=True
)
MessagesCountedByConversation = Loader(
    "MessagesCountedByConversation", messages.messages_counted_of_conversations, "conversation_id"
)
LastMessageByConversation = Loader(
    "LastMessageByConversation", messages.last_messages_of_conversations, "conversation_id"
)
UnreadByConversation = Loader(
    "UnreadByConversation", messages.unread_of_conversations, "conversation_id"
)
PlaceByConversation = Loader(
    "PlaceByConversation", messages.places_of_conversations, "conversation_id"
)
PeopleByConversation = Loader(
    "PeopleByConversation", messages.people_of_conversations, "conversation_id", many=True
)


async def _unmuted(
    store: Store, school: School, records: Sequence[Any]
) -> Mapping[UUID, Iterable[UUID]]:
    """Who rests is told when it is delivered to them; who mutes the conversation, never."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    ids = [each.id for each in records]
    rows: list[Any] = list(await store.fetch(accounts_to_notice, school=school.id, ids=ids))
    for row in rows:
        found[row.id].append(row.account_id)
    return found


NEW = Said("A new message[ from {author}]", "Новое сообщение[, {author}]")
noticed(
    MESSAGE,
    NoticeKind.MESSAGE,
    {
        Step.ADDED: NEW,
        Step.DELIVERED: NEW,
        # That step is a moderator's.
        Step.SHOWN: Said("A new message", "Новое сообщение"),
    },
    Naming(_unmuted),
    when=is_shown,
)


async def resting(reader: Reader, school: int, accounts: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """Those of the accounts that rest now, and until when."""
    rows: list[Any] = list(
        await reader.fetch(rests_of_accounts, school=school, accounts=list(accounts))
    )
    now = clock.now()
    found = {row.account_id: rests_until(row, row.time_zone, now) for row in rows}
    return {account: until for account, until in found.items() if until is not None}


class Deliveries:
    """Delivers messages to who rested when they were sent, once their rest is over."""

    def __init__(self, store: Store, poll: float = 30.0) -> None:
        self._store = store
        self._looking = Looking(poll, 1.0)

    async def run(self) -> None:
        await self._looking.run("Messages that wait", self.deliver)

    async def deliver(self) -> None:
        """Deliver what is due, in every school."""
        for row in await self._store.fetch(schools_with_messages_due):
            while await self._deliver_next(row.school_id):
                pass

    async def _deliver_next(self, school: int) -> bool:
        """Whether a message was due. Each has a transaction of its own, in which the feed's row of
        the change is the only one."""
        async with self._store.transaction() as reader:
            message = await reader.first(next_message_due, school=school)
            if message is not None:
                await _deliver(reader, message)
        return message is not None


async def _deliver(reader: Reader, message: Message) -> None:
    """To those who rest no more; a rest may have been changed meanwhile."""
    waits = await resting(reader, message.school_id, message.waiting_ids)
    due = [each for each in message.waiting_ids if each not in waits]
    to = {
        "account_ids": [*message.account_ids, *due],
        "waiting_ids": list(waits),
        "late_ids": [*message.late_ids, *due],
        "late_at": clock.now() if due else message.late_at,
        "due_at": min(waits.values(), default=None),
    }
    await MESSAGES.change(reader, message.author_id, message, Step.DELIVERED, None, to)
