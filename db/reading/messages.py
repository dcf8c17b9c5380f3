"""Conversations of an account, and the messages that have reached it."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on

from db.reading.accounts import ACCOUNT, has_account
from db.reading.listing import counted_by, flag, has_words, paged, where_asked
from db.reading.parts import NOW, SCHOOL, among, columns, holds_on_day, table
from db.reading.writings import by_id_with_author, with_author
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.messages import (
    WITHDRAWAL,
    Conversation,
    ConversationDraft,
    ConversationPlace,
    Message,
    MessageBlock,
    MessageRest,
)
from db.tables.schools import School
from domain.roles import OFFICE_ROLES

OFFICE: Any = any_(literal(sorted(OFFICE_ROLES), ARRAY(String)))
ACCOUNTS: Any = any_(bindparam("accounts", type_=ARRAY(Uuid())))
IN_ORDER = ("sent_at", "id")
LATEST = ("last_at", "id")

messages_by_id = by_id_with_author(Message, WITHDRAWAL)


def _has_reached(message: Any) -> ColumnElement[bool]:
    """Whether the message has reached the account, or is its own."""
    return has_account(message.c.account_ids)


def _has_words(message: Any) -> ColumnElement[bool]:
    """Whether the message has all `words` that are asked for; one that was withdrawn or hidden has
    none."""
    return has_words(message.c.word_key, ~message.c.withdrawn & ~message.c.hidden)


def _of_conversations() -> Select[Any]:
    own = table(Message)
    return with_author(Message, WITHDRAWAL).where(
        among(own.c.conversation_id), _has_reached(own), _has_words(own)
    )


@statement(Message)
def messages_of_conversations() -> ClauseElement:
    return paged(_of_conversations(), IN_ORDER, "conversation_id")


@statement(Message)
def messages_counted_of_conversations() -> ClauseElement:
    return counted_by(_of_conversations(), "conversation_id")


@statement(Message)
def last_messages_of_conversations() -> ClauseElement:
    """The last one in each that has reached the account."""
    own = table(Message)
    return (
        with_author(Message, WITHDRAWAL)
        .where(among(own.c.conversation_id), _has_reached(own))
        .ext(distinct_on(own.c.conversation_id))
        .order_by(own.c.conversation_id, own.c.sent_at.desc(), own.c.id.desc())
    )


def _is_unread(message: Any, place: Any) -> ColumnElement[bool]:
    """Whether the message, which has reached the account, has come since it has read last."""
    came_at = case((has_account(message.c.late_ids), message.c.late_at), else_=message.c.sent_at)
    found: ColumnElement[bool] = (message.c.author_id != ACCOUNT) & (
        place.c.read_at.is_(None) | (came_at > place.c.read_at)
    )
    unread: ColumnElement[bool] = found & ~message.c.withdrawn & ~message.c.hidden
    return unread


def _own_place(message: Any, place: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        (place.c.school_id == message.c.school_id)
        & (place.c.conversation_id == message.c.conversation_id)
        & (place.c.account_id == ACCOUNT)
    )
    return found


@statement(Message)
def unread_of_conversations() -> ClauseElement:
    """How many messages the account has not read, by conversation; no row where none."""
    own, place = table(Message), table(ConversationPlace)
    keys = (own.c.school_id, own.c.conversation_id)
    return (
        select(*keys, func.count().label("total"))
        .outerjoin(place, _own_place(own, place))
        .where(
            own.c.school_id == SCHOOL,
            among(own.c.conversation_id),
            _has_reached(own),
            _is_unread(own, place),
        )
        .group_by(*keys)
    )


@statement(Message)
def unread_of_account() -> ClauseElement:
    """How many messages the account has not read, but for those of conversations that it mutes."""
    own, place = table(Message), table(ConversationPlace)
    muted = func.coalesce(place.c.muted, False)
    return (
        select(func.count().label("total"))
        .select_from(own.outerjoin(place, _own_place(own, place)))
        .where(own.c.school_id == SCHOOL, _has_reached(own), _is_unread(own, place), ~muted)
    )


def _of_account() -> Select[Any]:
    """The conversations of which a message has reached the account, with when the last one came;
    those of which a message has all words, or that have unread ones, if that is asked for."""
    own, message, place = table(Conversation), table(Message), table(ConversationPlace)
    reached = (
        select(
            message.c.conversation_id,
            func.max(message.c.sent_at).label("last_at"),
            func.bool_or(_is_unread(message, place)).label("unread"),
            func.bool_or(_has_words(message)).label("found"),
        )
        .outerjoin(place, _own_place(message, place))
        .where(message.c.school_id == SCHOOL, _has_reached(message))
        .group_by(message.c.conversation_id)
        .subquery("reached")
    )
    return (
        select(*columns(Conversation), reached.c.last_at)
        .join(reached, reached.c.conversation_id == own.c.id)
        .where(
            own.c.school_id == SCHOOL,
            reached.c.found,
            where_asked(flag("unread"), reached.c.unread),
        )
    )


@statement(Conversation)
def conversations_of_account() -> ClauseElement:
    return paged(_of_account(), LATEST)


@statement(Conversation)
def conversations_counted_of_account() -> ClauseElement:
    return counted_by(_of_account())


@statement(Message)
def accounts_to_notice() -> ClauseElement:
    """Whom each message has reached, but for its author and those who mute its conversation."""
    own, place = table(Message), table(ConversationPlace)
    to = func.unnest(own.c.account_ids).table_valued("account_id", name="to").render_derived()
    muted = exists().where(
        place.c.school_id == SCHOOL,
        place.c.conversation_id == own.c.conversation_id,
        place.c.account_id == to.c.account_id,
        place.c.muted,
    )
    return (
        select(own.c.id, to.c.account_id)
        .select_from(own.join(to, true()))
        .where(
            own.c.school_id == SCHOOL,
            among(own.c.id),
            to.c.account_id != own.c.author_id,
            ~muted,
        )
    )


@statement(ConversationPlace)
def places_of_conversations() -> ClauseElement:
    """What the account keeps of them."""
    place = table(ConversationPlace)
    return select(*columns(ConversationPlace)).where(
        place.c.school_id == SCHOOL, among(place.c.conversation_id), place.c.account_id == ACCOUNT
    )


@statement(ConversationPlace)
def people_of_conversations() -> ClauseElement:
    """Who is in them by name, and until when each has read; of who has blocked the account, what
    they had read until then. Where answers are private, only who started it knows of the others."""
    own, place, account = table(Conversation), table(ConversationPlace), table(Account)
    block = table(MessageBlock)
    blocked_at = (
        select(block.c.at)
        .where(
            block.c.school_id == SCHOOL,
            block.c.account_id == account.c.id,
            block.c.blocked_id == ACCOUNT,
        )
        .scalar_subquery()
    )
    others = (account.c.id != ACCOUNT) & place.c.read_at.is_not(None)
    known = or_(
        own.c.answers == "ALL",
        own.c.author_id == ACCOUNT,
        account.c.id == own.c.author_id,
        account.c.id == ACCOUNT,
    )
    return (
        select(
            own.c.school_id,
            own.c.id.label("conversation_id"),
            account.c.display_name.label("name"),
            case((others, func.least(place.c.read_at, blocked_at))).label("read_at"),
            (account.c.id == own.c.author_id).label("starter"),
            (account.c.id == ACCOUNT).label("own"),
        )
        .join(account, account.c.id == any_(own.c.account_ids))
        .outerjoin(
            place,
            (place.c.school_id == own.c.school_id)
            & (place.c.conversation_id == own.c.id)
            & (place.c.account_id == account.c.id),
        )
        .where(own.c.school_id == SCHOOL, among(own.c.id), known)
        .order_by(account.c.display_name, account.c.id)
    )


@statement(ConversationDraft)
def draft_of_account() -> ClauseElement:
    """What the account has begun to start a conversation with."""
    draft = table(ConversationDraft)
    return select(*columns(ConversationDraft)).where(
        draft.c.school_id == SCHOOL, draft.c.account_id == ACCOUNT
    )


@statement(MessageBlock)
def blocks_of_account() -> ClauseElement:
    """Whom the account has blocked, the first before the second."""
    block, account = table(MessageBlock), table(Account)
    return (
        select(*columns(MessageBlock), account.c.display_name.label("name"))
        .join(account, account.c.id == block.c.blocked_id)
        .where(block.c.school_id == SCHOOL, block.c.account_id == ACCOUNT)
        .order_by(block.c.id)
    )


@statement(MessageBlock)
def blocking_account() -> ClauseElement:
    """Which of the `accounts` have blocked it, and are not of the office today."""
    block, held = table(MessageBlock), table(Membership)
    of_office = exists().where(
        held.c.school_id == SCHOOL,
        held.c.account_id == block.c.account_id,
        held.c.role == OFFICE,
        holds_on_day(held),
    )
    return select(block.c.school_id, block.c.account_id).where(
        block.c.school_id == SCHOOL,
        block.c.blocked_id == ACCOUNT,
        block.c.account_id == ACCOUNTS,
        ~of_office,
    )


@statement(MessageRest)
def rests_of_accounts() -> ClauseElement:
    """The hours of rest of the accounts, in the school's zone."""
    rest, school = table(MessageRest), table(School)
    return (
        select(*columns(MessageRest), school.c.time_zone)
        .join(school, school.c.school_id == rest.c.school_id)
        .where(rest.c.school_id == SCHOOL, rest.c.account_id == ACCOUNTS)
    )


@statement(Message)
def schools_with_messages_due() -> ClauseElement:
    """The schools in which a message waits for somebody whose rest is over."""
    own = table(Message)
    return select(own.c.school_id).where(own.c.due_at <= NOW).distinct()


@statement(Message)
def next_message_due() -> ClauseElement:
    """One of a school, held until the transaction ends; another process leaves it out."""
    own = table(Message)
    return (
        select(*columns(Message))
        .where(own.c.school_id == SCHOOL, own.c.due_at <= NOW)
        .order_by(own.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
