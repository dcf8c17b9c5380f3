"""What accounts keep of conversations: what they have read, drafts, whom they block, their rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, Any
from uuid import UUID

from db.reading.correspondents import staff_among
from db.tables.messages import Conversation, Message
from db.writing.messages import (
    block_account,
    drop_new_draft,
    end_rest,
    keep_new_draft,
    mute,
    note_read,
    set_rest,
    unblock_account,
    write_draft,
)
from db.writing.versioned import Row
from domain.audience import PRESENT, STAFF, Audience
from domain.ids import uuid7
from domain.messages import LONGEST_SUBJECT, MOST_NAMED, Answers
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import (
    GlobalId,
    GlobalIds,
    Parsed,
    Reference,
    Text,
    record_id,
)
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.messages import CONVERSATION, MESSAGE, PARTAKERS
from resolvers.moderation import report_record
from resolvers.mutations.messages import NAMED
from resolvers.schools import SCHOOL

Code = UserErrorCode
RULE = (
    "class_group", "course", "to_students", "to_families", "to_staff", "to_office", "answers",
)  # fmt: skip
"""What the draft of a conversation keeps of whom it is for."""


async def _write(transaction: Transaction, statement: Any, **more: Any) -> None:
    await transaction.reader.run(
        statement,
        school=transaction.school_id,
        account=transaction.account_id,
        **{"ref": uuid7()} | more,
    )


@dataclass(frozen=True, slots=True)
class ReadConversation:
    """A conversation that the viewer has read."""

    conversation: Annotated[str, "The conversation, by global id.", Reference()]


@edits(
    CONVERSATION,
    "Say that the viewer has read a conversation until now; the others in it are told so.",
    by=PARTAKERS,
    elsewhere=True,
    answer="The conversation.",
)
async def read_conversation(
    transaction: Transaction, given: Parsed[ReadConversation], conversation: Conversation
) -> Row:
    await _write(transaction, note_read, conversation=conversation.id)
    return {}


@dataclass(frozen=True, slots=True)
class MuteConversation:
    """Whether the viewer wants to be told of a conversation."""

    conversation: Annotated[str, "The conversation, by global id.", Reference()]
    muted: Annotated[bool, "Whether it is muted: its messages come, and are not counted."]


@edits(
    CONVERSATION,
    "Mute a conversation for the viewer, or hear of it again.",
    by=PARTAKERS,
    elsewhere=True,
    answer="The conversation.",
)
async def mute_conversation(
    transaction: Transaction, given: Parsed[MuteConversation], conversation: Conversation
) -> Row:
    await _write(transaction, mute, conversation=conversation.id, new_muted=given.given.muted)
    return {}


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """What the viewer has begun to write in a conversation."""

    conversation: Annotated[str, "The conversation, by global id.", Reference()]
    text: Annotated[
        str | None, "What is written so far; null drops the draft.", Text(LONGEST_TEXT)
    ] = None


@edits(
    CONVERSATION,
    "Keep a draft in a conversation, for the viewer alone; a message that is sent takes its place.",
    by=PARTAKERS,
    elsewhere=True,
    answer="The conversation.",
)
async def keep_draft(
    transaction: Transaction, given: Parsed[KeepDraft], conversation: Conversation
) -> Row:
    await _write(transaction, write_draft, conversation=conversation.id, new_draft=given.given.text)
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepConversationDraft:
    """A draft of a conversation that is not started yet: what is written so far, and to whom."""

    school: Annotated[str, "The school, by global id.", Reference()]
    text: Annotated[
        str | None, "What is written so far; without it the draft is dropped.", Text(LONGEST_TEXT)
    ] = None
    subject: Annotated[str | None, "What it is about.", Text(LONGEST_SUBJECT)] = None
    students: Annotated[
        Sequence[str], f"Students, by global id: {MOST_NAMED} at most.", GlobalIds("Student")
    ] = field(default_factory=list)
    guardians: Annotated[
        Sequence[str], "Guardians, by global id; as for students.", GlobalIds("Guardian")
    ] = field(default_factory=list)
    teachers: Annotated[
        Sequence[str], "Teachers, by global id; as for students.", GlobalIds("Teacher")
    ] = field(default_factory=list)
    class_group: Annotated[
        str | None, "The class group whose people it is for.", GlobalId("ClassGroup")
    ] = None
    course: Annotated[str | None, "The course whose people it is for.", GlobalId("Course")] = None
    to_students: Annotated[bool, "Whether it is for the students there."] = False
    to_families: Annotated[bool, "Whether it is for the guardians of those."] = False
    to_staff: Annotated[bool, "Whether it is for the staff of the school."] = False
    to_office: Annotated[bool, "Whether it is for the school's office."] = False
    answers: Annotated[Answers, "Whom answers reach."] = Answers.ALL


@edits(
    SCHOOL,
    "Keep what the viewer has begun to write, for them alone, before the conversation is started: "
    "one draft in each school. Starting a conversation takes its place.",
    by=PRESENT,
    elsewhere=True,
    answer="The school.",
)
async def keep_conversation_draft(
    transaction: Transaction, given: Parsed[KeepConversationDraft], school: Any
) -> Row:
    draft = given.given
    if draft.text is None:
        await transaction.reader.run(
            drop_new_draft, school=transaction.school_id, account=transaction.account_id
        )
        return {}
    for name, (noun, _) in NAMED.items():
        if len(getattr(draft, name)) > MOST_NAMED:
            raise refused(Code.BAD_INPUT, f"At most {MOST_NAMED} people are named.", name)
        for place, id_ in enumerate(getattr(draft, name)):
            record_id(id_, noun, name, str(place))
    content = {name: list(getattr(draft, name)) for name in NAMED}
    rule = {name: getattr(draft, name) for name in RULE}
    await _write(
        transaction,
        keep_new_draft,
        new_subject=draft.subject,
        new_text=draft.text,
        new_content=content | rule,
    )
    return {}


@dataclass(frozen=True, slots=True)
class BlockSender:
    """A message whose author is blocked."""

    message: Annotated[str, "The message, by global id.", Reference()]


@edits(
    MESSAGE,
    "Block who wrote a message: nothing that they write reaches the viewer any more, and they "
    "can't start a conversation with them. The staff can't be blocked, only muted. A teacher who "
    "blocks somebody thereby reports the message to the moderators. The office blocks nobody, and "
    "is reached by everybody.",
    by=Audience.ADDRESSEE,
    elsewhere=True,
    answer="The message.",
)
async def block_sender(
    transaction: Transaction, given: Parsed[BlockSender], message: Message
) -> Row:
    sender = message.author_id
    if sender == transaction.account_id:
        raise refused(Code.BAD_INPUT, "This message is your own.", "message")
    staff = await transaction.reader.fetch(
        staff_among, school=transaction.school_id, day=transaction.today, accounts=[sender]
    )
    if staff:
        message_ = "The staff of the school can't be blocked: mute the conversation."
        raise refused(Code.BAD_INPUT, message_, "message")
    if transaction.rights.office:
        message_ = "The office is there for everybody: mute the conversation, or report it."
        raise refused(Code.FORBIDDEN, message_, "message")
    blocked = await transaction.reader.fetch(
        block_account,
        school=transaction.school_id,
        account=transaction.account_id,
        ref=uuid7(),
        new_blocked_id=sender,
    )
    if blocked and transaction.rights.staff and not message.withdrawn:
        await _report(transaction, message)
    return {}


async def _report(transaction: Transaction, message: Message) -> None:
    """That the staff does not hear a family any more is no secret of theirs."""
    try:
        await report_record(transaction, MESSAGE, message, "Its author was blocked by its reader.")
    except Refused as refusal:
        if {each.code for each in refusal.errors} != {Code.ALREADY_THERE}:
            raise


@dataclass(frozen=True, slots=True)
class Unblock:
    """Somebody whom the viewer hears again."""

    school: Annotated[str, "The school, by global id.", Reference()]
    block: Annotated[str, "The `id` of one of `School.messageBlocks`."]


@edits(
    SCHOOL,
    "Hear somebody again whom the viewer has blocked.",
    by=PRESENT,
    elsewhere=True,
    answer="The school.",
)
async def unblock(transaction: Transaction, given: Parsed[Unblock], school: Any) -> Row:
    try:
        id_ = UUID(given.given.block)
    except ValueError:
        raise not_found("block", "block") from None
    found = await transaction.reader.fetch(
        unblock_account,
        school=transaction.school_id,
        account=transaction.account_id,
        ref=id_,
    )
    if not found:
        raise not_found("block", "block")
    return {}


@dataclass(frozen=True, slots=True)
class SetMessageRest:
    """In which hours the viewer has no messages delivered."""

    school: Annotated[str, "The school, by global id.", Reference()]
    starts: Annotated[time | None, "When they begin, by the school's clock; null for none."] = None
    ends: Annotated[
        time | None, "When they end; on the next day, if that is before they begin."
    ] = None
    weekends: Annotated[bool, "Whether Saturdays and Sundays belong to them."] = False

    def error(self) -> UserError | None:
        if (self.starts is None) != (self.ends is None) or (self.starts is None and self.weekends):
            return UserError(Code.BAD_INPUT, "Hours of rest begin and end.", ("ends",))
        return None


@edits(
    SCHOOL,
    "Set the hours of rest of the viewer, who is of the staff: what is written to them meanwhile "
    "is delivered afterwards, and its author is told when. Without hours there is no rest.",
    by=STAFF,
    elsewhere=True,
    answer="The school.",
)
async def set_message_rest(
    transaction: Transaction, given: Parsed[SetMessageRest], school: Any
) -> Row:
    hours = given.given
    if hours.starts is None:
        await transaction.reader.run(
            end_rest, school=transaction.school_id, account=transaction.account_id
        )
        return {}
    await _write(
        transaction,
        set_rest,
        new_starts=hours.starts,
        new_ends=hours.ends,
        new_weekends=hours.weekends,
    )
    return {}
