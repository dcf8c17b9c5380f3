"""Writing conversations, messages, and what accounts keep of them."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ClauseElement,
    String,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from db.reading.parts import NOW, SCHOOL, table
from db.statement import statement
from db.tables.messages import (
    Conversation,
    ConversationDraft,
    ConversationPlace,
    ConversationRevision,
    Message,
    MessageBlock,
    MessageRest,
    MessageRevision,
)
from db.writing.parts import ACCOUNT, ID, new
from db.writing.versioned import Versioned

CONVERSATIONS = Versioned(
    Conversation,
    ConversationRevision,
    inserted_at="started_at",
)
MESSAGES = Versioned(
    Message,
    MessageRevision,
    inserted_at="sent_at",
    derived=("account_ids", "waiting_ids", "late_ids", "late_at", "due_at"),
)
CONVERSATION: Any = bindparam("conversation", type_=Uuid())


@statement(Conversation)
def reach_more() -> ClauseElement:
    """Add `accounts` to those whom the conversation has reached."""
    own = table(Conversation)
    more = bindparam("accounts", type_=ARRAY(Uuid()))
    ids = func.unnest(own.c.account_ids.op("||")(more)).column_valued("reached")
    all_ids = func.array(select(ids).distinct().scalar_subquery(), type_=ARRAY(Uuid()))
    return (
        update(own)
        .values(account_ids=all_ids)
        .where(
            own.c.school_id == SCHOOL,
            own.c.id == ID,
            ~own.c.account_ids.op("@>", is_comparison=True)(more),
        )
    )


def _place(**more: Any) -> Insert:
    """The account's place in a conversation, which is made where it has none."""
    given = {"read_at": None, "muted": False, "draft": None} | more
    row = {"school_id": SCHOOL, "id": ID, "conversation_id": CONVERSATION, "account_id": ACCOUNT}
    made = insert(table(ConversationPlace)).values(row | given)
    return made.on_conflict_do_update(
        index_elements=["school_id", "conversation_id", "account_id"], set_=more
    )


@statement(ConversationPlace)
def note_read() -> ClauseElement:
    return _place(read_at=NOW)


@statement(ConversationPlace)
def note_sent() -> ClauseElement:
    """Who writes has read what was there, and has no draft any more."""
    return _place(read_at=NOW, draft=None)


@statement(ConversationPlace)
def mute() -> ClauseElement:
    return _place(muted=bindparam("new_muted", type_=Boolean))


@statement(ConversationPlace)
def write_draft() -> ClauseElement:
    return _place(draft=bindparam("new_draft", type_=String))


@statement(ConversationDraft)
def keep_new_draft() -> ClauseElement:
    given = {name: new(ConversationDraft, name) for name in ("subject", "text", "content")}
    row = {"school_id": SCHOOL, "id": ID, "account_id": ACCOUNT}
    made = insert(table(ConversationDraft)).values(row | given | {"kept_at": NOW})
    return made.on_conflict_do_update(
        index_elements=["school_id", "account_id"], set_=given | {"kept_at": NOW}
    )


@statement(ConversationDraft)
def drop_new_draft() -> ClauseElement:
    draft = table(ConversationDraft)
    return delete(draft).where(draft.c.school_id == SCHOOL, draft.c.account_id == ACCOUNT)


@statement(MessageBlock)
def block_account() -> ClauseElement:
    """Returns no row if it is blocked already."""
    made = insert(table(MessageBlock)).values(
        school_id=SCHOOL,
        id=ID,
        account_id=ACCOUNT,
        blocked_id=new(MessageBlock, "blocked_id"),
        at=NOW,
    )
    new_one = made.on_conflict_do_nothing(index_elements=["school_id", "account_id", "blocked_id"])
    return new_one.returning(table(MessageBlock).c.id)


@statement(MessageBlock)
def unblock_account() -> ClauseElement:
    block = table(MessageBlock)
    gone = delete(block).where(
        block.c.school_id == SCHOOL, block.c.account_id == ACCOUNT, block.c.id == ID
    )
    return gone.returning(block.c.id)


@statement(MessageRest)
def set_rest() -> ClauseElement:
    hours = {name: new(MessageRest, name) for name in ("starts", "ends", "weekends")}
    row = {"school_id": SCHOOL, "id": ID, "account_id": ACCOUNT}
    made = insert(table(MessageRest)).values(row | hours)
    return made.on_conflict_do_update(index_elements=["school_id", "account_id"], set_=hours)


@statement(MessageRest)
def end_rest() -> ClauseElement:
    rest = table(MessageRest)
    return delete(rest).where(rest.c.school_id == SCHOOL, rest.c.account_id == ACCOUNT)
