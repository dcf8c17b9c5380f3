"""Conversations between people of a school, and their messages."""

from datetime import datetime, time
from typing import Annotated, Any

import strawberry

from db.reading.correspondents import correspondents_of_account
from db.reading.messages import (
    blocks_of_account,
    conversations_counted_of_account,
    conversations_of_account,
    draft_of_account,
    rests_of_accounts,
    unread_of_account,
)
from domain.audience import ANYONE, AUTHOR, MEMBER, PRESENT, STAFF
from domain.errors import bad_input
from domain.messages import Answers, CorrespondentRole
from resolvers import global_id
from resolvers.class_groups import ClassGroupById
from resolvers.context import Context
from resolvers.courses import CourseById
from resolvers.messages import (
    CONVERSATION,
    MESSAGE,
    PARTAKERS,
    ConversationById,
    LastMessageByConversation,
    MessagesByConversation,
    MessagesCountedByConversation,
    PeopleByConversation,
    PlaceByConversation,
    UnreadByConversation,
)
from resolvers.readings import Items, LoadArguments, Told
from resolvers.viewer import Viewer
from schema.connections import LONGEST_PAGE, connection_of
from schema.declare import asking, column, computed, loaded, resolver, tell
from schema.files import File, files_of
from schema.finding import SearchNames, words_in, words_of
from schema.histories import revision_of
from schema.moderation import case_of, moderated_text
from schema.node import Node, id_of, school_of
from schema.nouns import (
    ClassGroupRef,
    ConversationRef,
    ConversationRevisionRef,
    CourseRef,
    MessageRef,
    MessageRevisionRef,
    ModerationCaseRef,
    SchoolRef,
)
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may

tell(Answers)
tell(CorrespondentRole)
ConversationConnection = connection_of(CONVERSATION, counted=True)
MessageConnection = connection_of(MESSAGE, counted=True)
IN_ORDER = OrderedList("messages", {"sent_at": datetime})
LATEST = OrderedList("conversations", {"last_at": datetime})
Search = Annotated[str | None, words_in("texts")]


def _of_viewer(viewer: Viewer) -> dict[str, object]:
    return {"account": viewer.account.id}


@strawberry.type(
    description="A message in a conversation: text alone, as it was written. Once it is withdrawn "
    "or hidden, it has no files."
)
class Message(Node):
    id: strawberry.ID = id_of("Message", PARTAKERS)
    school: SchoolRef | None = school_of(PARTAKERS)
    viewer_may = viewer_may()
    conversation: ConversationRef | None = loaded(
        PARTAKERS,
        "The conversation that it is in; never null to anybody who may read the message.",
        ConversationById,
        "conversation_id",
    )
    by: str = column(PARTAKERS, "Who wrote it.", name="author_name")
    text: str | None = moderated_text(PARTAKERS, "What was written.", "text")
    files: list[File] = files_of(
        MESSAGE, "What is attached to it, in order; none once withdrawn or hidden."
    )
    sent_at: datetime = column(PARTAKERS, "When it was sent.")
    hidden: bool = column(PARTAKERS, "Whether moderators keep its text from others.")
    withdrawn: bool = column(PARTAKERS, "Whether it was taken back.")
    version: int = column(PARTAKERS, "Grows by one with every change.")
    moderation: ModerationCaseRef | None = case_of()
    history: list[MessageRevisionRef] | None = loaded(
        AUTHOR,
        "What was done to it, in order.",
        MESSAGE.revisions,
        "id",
        items=Items(1),
    )

    @resolver(
        PARTAKERS, "Whether the viewer wrote it.", bool, needs=("author_id",), told=Told.RIGHTS
    )
    def own(record: Any, context: Context) -> bool:
        return bool(record.author_id == context.account)

    @resolver(
        PARTAKERS,
        "Until when it waits for somebody who rests; null where it has reached all, and to others "
        "than its author.",
        datetime | None,
        needs=("author_id", "due_at"),
        shows="due_at",
    )
    def waits_until(record: Any, context: Context) -> datetime | None:
        due: datetime | None = record.due_at
        return due if record.author_id == context.account else None


MessageRevision = revision_of(Message, MESSAGE, "One step of a message's history.")


@strawberry.type(description="Somebody in a conversation.")
class ConversationPerson:
    name: str = column(ANYONE, "Their name.")
    own: bool = column(ANYONE, "Whether it is the viewer.")
    starter: bool = column(ANYONE, "Whether they started it.")
    read_at: datetime | None = column(
        ANYONE,
        "Up to when they have said that they have read it; null where they never did, and for the "
        "viewer.",
    )


@strawberry.type(
    description="A conversation between people of a school, for those in it alone. Each message "
    "reaches those whom its starter may write to on that day."
)
class Conversation(Node):
    id: strawberry.ID = id_of("Conversation", PARTAKERS)
    school: SchoolRef | None = school_of(PARTAKERS)
    viewer_may = viewer_may()
    subject: str | None = column(PARTAKERS, "What it is about; null where that was not said.")
    answers: Answers = column(PARTAKERS, "Whom answers in it reach.")
    class_group: ClassGroupRef | None = loaded(
        PARTAKERS,
        "The class group whose people it is for; null where it is for others.",
        ClassGroupById,
        "class_group_id",
    )
    course: CourseRef | None = loaded(
        PARTAKERS,
        "The course whose people it is for; null where it is for others.",
        CourseById,
        "course_id",
    )
    to_students: bool = column(PARTAKERS, "Whether it is for all students there.")
    to_families: bool = column(PARTAKERS, "Whether it is for all guardians of those.")
    to_staff: bool = column(PARTAKERS, "Whether it is for the staff of the school.")
    to_office: bool = column(PARTAKERS, "Whether it is for the school's office.")
    hidden: bool = column(PARTAKERS, "Whether the school has hidden it.")
    started_at: datetime = column(PARTAKERS, "When it was started.")
    version: int = column(PARTAKERS, "Grows by one with every change of its subject.")
    history: list[ConversationRevisionRef] | None = loaded(
        AUTHOR,
        "What was done to it, in order.",
        CONVERSATION.revisions,
        "id",
        items=Items(1),
    )

    @IN_ORDER.paging(
        PARTAKERS,
        "Its messages that have reached the viewer, in the order of sending.",
        MessageConnection | None,
        MessagesByConversation,
        MessagesCountedByConversation,
    )
    def messages(record: Any, context: Context, search: Search = None) -> dict[str, object]:
        return {"account": context.account, **words_of(search)}

    @asking(
        PARTAKERS,
        "The last message that has reached the viewer; null where none has yet.",
        MessageRef | None,
        LastMessageByConversation,
        "id",
        None,
    )
    def last_message(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments(_of_viewer(viewer))

    @asking(
        PARTAKERS,
        "Who is in it, by name. Where answers are private, only who started it knows of the "
        "others.",
        list[ConversationPerson],
        PeopleByConversation,
        "id",
        None,
        items=Items(30),
    )
    def people(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments(_of_viewer(viewer))

    @asking(
        PARTAKERS,
        "How many of its messages the viewer has not read.",
        int,
        UnreadByConversation,
        "id",
        ("total",),
    )
    def unread(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments(_of_viewer(viewer), lambda row: 0 if row is None else row.total)

    @asking(
        PARTAKERS,
        "Whether the viewer has muted it.",
        bool,
        PlaceByConversation,
        "id",
        ("muted",),
    )
    def muted(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments(_of_viewer(viewer), lambda row: row is not None and row.muted)

    @asking(
        PARTAKERS,
        "What the viewer has begun to write in it; null where nothing.",
        str | None,
        PlaceByConversation,
        "id",
        ("draft",),
    )
    def draft(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments(_of_viewer(viewer), lambda row: row and row.draft)


ConversationRevision = revision_of(
    Conversation, CONVERSATION, "One step of a conversation's history."
)


def _id_of_person(school_id: int, role: str, person_id: Any) -> str | None:
    """The office is written to as one, and nobody of it by an id."""
    if role == CorrespondentRole.OFFICE:
        return None
    return global_id.make(role.capitalize(), school_id, person_id)


@strawberry.type(description="Somebody to whom the viewer may write.")
class Correspondent:
    id: strawberry.ID | None = computed(
        ANYONE,
        "The student, guardian or teacher, by global id, as `startConversation` takes it; null of "
        "the office, which is written to as one.",
        _id_of_person,
        "school_id",
        "role",
        "person_id",
    )
    role: CorrespondentRole = column(ANYONE, "As what they are written to.")
    name: str = column(ANYONE, "Their name.")
    about: list[str] = column(
        ANYONE, "The names of the children of a guardian; of others, none.", items=Items(1)
    )


def _kept(name: str, description: str) -> Any:  # stands as a field
    return computed(ANYONE, description, lambda content: content[name], "content")


@strawberry.type(description="A conversation that the viewer has begun to write, and not started.")
class ConversationDraft:
    text: str | None = column(ANYONE, "What is written so far.")
    subject: str | None = column(ANYONE, "What it is about; null where that was not said.")
    students: list[strawberry.ID] = _kept("students", "The students whom it is for.")
    guardians: list[strawberry.ID] = _kept("guardians", "The guardians whom it is for.")
    teachers: list[strawberry.ID] = _kept("teachers", "The teachers whom it is for.")
    class_group: strawberry.ID | None = _kept(
        "class_group", "The class group whose people it is for; null where it is for others."
    )
    course: strawberry.ID | None = _kept(
        "course", "The course whose people it is for; null where it is for others."
    )
    to_students: bool = _kept("to_students", "Whether it is for the students there.")
    to_families: bool = _kept("to_families", "Whether it is for the guardians of those.")
    to_staff: bool = _kept("to_staff", "Whether it is for the staff of the school.")
    to_office: bool = _kept("to_office", "Whether it is for the school's office.")
    answers: Answers = _kept("answers", "Whom answers reach.")
    kept_at: datetime = column(ANYONE, "When it was kept.")


@strawberry.type(description="Somebody whom the viewer has blocked.")
class MessageBlock:
    id: strawberry.ID = computed(ANYONE, "Names it for `unblock`.", str, "id")
    name: str = column(ANYONE, "Their name.")
    at: datetime = column(ANYONE, "Since when.")


@strawberry.type(description="Hours in which the viewer has no messages delivered.")
class MessageRest:
    starts: time = column(ANYONE, "When they begin, by the school's clock.")
    ends: time = column(ANYONE, "When they end; on the next day, if that is before they begin.")
    weekends: bool = column(ANYONE, "Whether Saturdays and Sundays belong to them.")


def _mine(record: Any, context: Context) -> dict[str, Any]:
    return {"school": record.school_id, "account": context.signed_in().account.id}


Unread = Annotated[
    bool, strawberry.argument(description="Whether only those with messages that are not read.")
]


@LATEST.of_school(
    MEMBER,
    "The viewer's conversations there, the one with the newest message last: ask for the `last` "
    "ones.",
    ConversationConnection | None,
    (conversations_of_account, conversations_counted_of_account),
)
def conversations(
    record: Any, context: Context, search: Search = None, unread: Unread = False
) -> dict[str, object]:
    return _mine(record, context) | words_of(search) | ({"unread": True} if unread else {})


@resolver(
    MEMBER,
    "How many messages the viewer has not read there, but for those of muted conversations.",
    int,
)
async def unread_messages(record: Any, context: Context) -> int:
    row: Any = await context.store.first(unread_of_account, **_mine(record, context))
    return int(row.total)


Most = Annotated[
    int, strawberry.argument(description=f"How many at most, from 1 to {LONGEST_PAGE}.")
]


@resolver(
    PRESENT,
    "To whom the viewer may write there, by name: whoever teaches or leads them or their children, "
    "or learns with them, the families of those, the staff if they are of it, and the office.",
    list[Correspondent] | None,
    items=Items(50),
)
async def correspondents(
    record: Any, context: Context, search: SearchNames = None, first: Most = 50
) -> Any:
    if not 1 <= first <= LONGEST_PAGE:
        raise bad_input(f"A list has from 1 to {LONGEST_PAGE} people.")
    given = _mine(record, context) | {"day": context.today(record.school_id), "limit": first}
    return await context.store.fetch(correspondents_of_account, **given, **words_of(search))


@resolver(
    MEMBER, "Whom the viewer has blocked there, the earliest first.", list[MessageBlock],
    items=Items(1),
)  # fmt: skip
async def message_blocks(record: Any, context: Context) -> Any:
    return await context.store.fetch(blocks_of_account, **_mine(record, context))


@resolver(
    PRESENT,
    "The viewer's draft of a conversation there that is not started yet; null where there is none.",
    ConversationDraft | None,
)
async def conversation_draft(record: Any, context: Context) -> Any:
    return await context.store.first(draft_of_account, **_mine(record, context))


@resolver(STAFF, "The viewer's hours of rest; null where they have none.", MessageRest | None)
async def message_rest(record: Any, context: Context) -> Any:
    mine = [context.signed_in().account.id]
    return await context.store.first(rests_of_accounts, school=record.school_id, accounts=mine)
