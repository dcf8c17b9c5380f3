"""Boards, topics and answers of the forum: made, changed, withdrawn, pinned, locked, accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.forum import boards_of_school
from db.tables.forum import ForumAnswer, ForumBoard, ForumTopic
from db.tables.schools import School
from db.writing.versioned import Row
from domain.addressees import addresses
from domain.audience import AUTHOR, HEADS, OFFICE
from domain.history import Step
from domain.names import LONGEST_NAME, changed_text_key, text_key
from domain.refusals import UserError, UserErrorCode, refused
from resolvers.addressees import ToWhom
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import GlobalId, OwnId, Parsed, Text
from resolvers.declarations.office import sets_up
from resolvers.declarations.parsing import LONGEST_TEXT, not_found
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import standing, withdraws
from resolvers.forum import FORUM_ANSWER, FORUM_BOARD, FORUM_TOPIC, READERS
from resolvers.moderation import edited, posted

Code = UserErrorCode
LONGEST_TITLE = 200
MOST_BOARDS = 100
OWN_ID = "A UUID version 7 of the client's, so that writing it is safe to retry."


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumBoardToCreate(ToWhom):
    """One of many boards. Whom it is for, it is for good."""

    name: Annotated[str, "Its name.", Text(LONGEST_NAME)]
    description: Annotated[str | None, "What it is for.", Text(LONGEST_TEXT)] = None


@dataclass(frozen=True, slots=True)
class CreateForumBoards:
    """Boards to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    forum_boards: Annotated[list[ForumBoardToCreate], "The boards, at most 200."]


@sets_up(
    FORUM_BOARD,
    "Create boards of the school's forum, all of them or none, after those that are there.",
    Code.TOO_MANY,
    items="forum_boards",
)
async def create_forum_boards(
    transaction: Transaction, given: Parsed[CreateForumBoards], school: School
) -> Sequence[Row]:
    there = await transaction.reader.fetch(boards_of_school, school=school.school_id, all=True)
    drafts = given.items["forum_boards"]
    if len(there) + len(drafts) > MOST_BOARDS:
        raise refused(Code.TOO_MANY, f"A forum has at most {MOST_BOARDS} boards.", "forumBoards")
    rank = max((each.rank for each in there), default=0)
    return [
        {
            "id": each.id,
            **each.columns(),
            "rank": rank + place,
            "addressed": addresses(
                school.school_id,
                None,
                None,
                students=each.given.to_students,
                families=each.given.to_families,
                staff=each.given.to_staff,
            ),
        }
        for place, each in enumerate(drafts, 1)
    ]


@dataclass(frozen=True, slots=True)
class ChangeForumBoard(Edit):
    """What changes of a board."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    description: Annotated[
        str | UnsetType | None,
        "What it is for; as it is, if left out; null takes it away.",
        Text(LONGEST_TEXT),
    ] = UNSET
    rank: Annotated[int | UnsetType, "Its place: the lowest first; as it is, if left out."] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    FORUM_BOARD,
    "Change a board of the forum, or take back one that was put away.",
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_forum_board(
    _: Transaction, given: Parsed[ChangeForumBoard], board: ForumBoard
) -> Row:
    return given.columns(changes=True)


@edits(
    FORUM_BOARD,
    "Put a board out of use: nothing more is written there, and what was written stays.",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_forum_board(_: Transaction, given: Parsed[Edit], board: ForumBoard) -> Row:
    return {"active": False}


def in_use(board: ForumBoard) -> UserError | None:
    return None if board.active else UserError(Code.WRONG_STATE, "This board is out of use.")


def unlocked(topic: ForumTopic) -> UserError | None:
    return UserError(Code.WRONG_STATE, "This topic is locked.") if topic.locked else None


def seen(record: Any) -> UserError | None:
    """Refuse what others do not see."""
    return UserError(Code.WRONG_STATE, "It is hidden.") if record.hidden else None


@dataclass(frozen=True, slots=True)
class AddForumTopic:
    """A topic to begin."""

    board: Annotated[str, "The board, by global id.", GlobalId("ForumBoard")]
    title: Annotated[str, "What it is about.", Text(LONGEST_TITLE)]
    text: Annotated[str, "What is asked or said.", Text(LONGEST_TEXT)]
    id: Annotated[str | None, OWN_ID, OwnId()] = None


@creates(
    FORUM_TOPIC,
    "Begin a topic on a board of the forum. One with a word of the school's list is seen by a "
    "moderator before others see its text.",
    Code.WRONG_STATE,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    at=FORUM_BOARD,
    field="board",
    step=Step.ADDED,
    by=READERS,
    refusal="You may not write here.",
    requires=[in_use],
)
async def add_forum_topic(
    transaction: Transaction, given: Parsed[AddForumTopic], board: ForumBoard
) -> Row:
    new = given.given
    row = {
        "id": given.id,
        "board_id": board.id,
        "author_id": transaction.account_id,
        "addressed": board.addressed,
        "title": new.title,
        "text": new.text,
        "word_key": text_key(new.title, new.text),
        "accepted_id": None,
        "pinned": False,
        "locked": False,
    }
    return await posted(transaction, FORUM_TOPIC, row)


@dataclass(frozen=True, slots=True)
class ChangeForumTopic(Edit):
    """What changes of a topic."""

    title: Annotated[
        str | UnsetType, "What it is about; as it is, if left out.", Text(LONGEST_TITLE)
    ] = UNSET
    text: Annotated[
        str | UnsetType, "What is asked or said; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET


@edits(
    FORUM_TOPIC,
    "Change what one has written in a topic; what it was stays in its history.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    step=Step.CHANGED,
    by=AUTHOR,
    requires=[standing(FORUM_TOPIC), unlocked],
)
async def change_forum_topic(
    transaction: Transaction, given: Parsed[ChangeForumTopic], topic: ForumTopic
) -> Row:
    new = given.columns(changes=True)
    new["word_key"] = changed_text_key(topic, new, "title", "text")
    return await edited(transaction, FORUM_TOPIC, topic, new)


withdraw_forum_topic = withdraws(
    FORUM_TOPIC, "Take a topic back; it stays in the history.", by=AUTHOR | HEADS
)


@dataclass(frozen=True, slots=True)
class PinForumTopic(Edit):
    """Whether a topic is pinned."""

    pinned: Annotated[bool, "Whether it stands above the others of its board."]


@edits(
    FORUM_TOPIC,
    "Pin a topic above the others of its board, or no longer.",
    Code.WITHDRAWN,
    step=Step.PINNED,
    by=HEADS,
    requires=[standing(FORUM_TOPIC)],
)
async def pin_forum_topic(_: Transaction, given: Parsed[PinForumTopic], topic: ForumTopic) -> Row:
    return {"pinned": given.given.pinned}


@edits(
    FORUM_TOPIC,
    "Lock a topic: nothing more is written there.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    step=Step.LOCKED,
    by=HEADS,
    requires=[standing(FORUM_TOPIC), unlocked],
)
async def lock_forum_topic(_: Transaction, given: Parsed[Edit], topic: ForumTopic) -> Row:
    return {"locked": True}


def locked(topic: ForumTopic) -> UserError | None:
    return None if topic.locked else UserError(Code.WRONG_STATE, "This topic is not locked.")


@edits(
    FORUM_TOPIC,
    "Open a locked topic again.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    step=Step.UNLOCKED,
    by=HEADS,
    requires=[standing(FORUM_TOPIC), locked],
)
async def unlock_forum_topic(_: Transaction, given: Parsed[Edit], topic: ForumTopic) -> Row:
    return {"locked": False}


@dataclass(frozen=True, slots=True)
class AcceptForumAnswer(Edit):
    """Which answer is the right one."""

    answer: Annotated[
        str | None, "An answer of the topic, by global id; null for none.", GlobalId("ForumAnswer")
    ]


@edits(
    FORUM_TOPIC,
    "Say which answer to a topic is the right one.",
    Code.WITHDRAWN,
    step=Step.ANSWER_ACCEPTED,
    by=AUTHOR | HEADS,
    requires=[standing(FORUM_TOPIC)],
)
async def accept_forum_answer(
    transaction: Transaction, given: Parsed[AcceptForumAnswer], topic: ForumTopic
) -> Row:
    id_ = given.id_of("answer")
    if id_ is not None:
        answer = await transaction.known(FORUM_ANSWER, id_, "answer")
        if answer.topic_id != topic.id or answer.withdrawn or answer.hidden:
            raise not_found(FORUM_ANSWER.word, "answer")
    return {"accepted_id": id_}


@dataclass(frozen=True, slots=True)
class AddForumAnswer:
    """An answer to a topic."""

    topic: Annotated[str, "The topic, by global id.", GlobalId("ForumTopic")]
    text: Annotated[str, "What is answered.", Text(LONGEST_TEXT)]
    id: Annotated[str | None, OWN_ID, OwnId()] = None


@creates(
    FORUM_ANSWER,
    "Answer a topic of the forum. An answer with a word of the school's list is seen by a moderator"
    " before others see its text.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    at=FORUM_TOPIC,
    field="topic",
    step=Step.ADDED,
    by=READERS,
    refusal="You may not write here.",
    requires=[standing(FORUM_TOPIC), unlocked, seen],
)
async def add_forum_answer(
    transaction: Transaction, given: Parsed[AddForumAnswer], topic: ForumTopic
) -> Row:
    board = await transaction.known(FORUM_BOARD, topic.board_id, "topic")
    transaction.insist(in_use(board), "topic")
    row = {
        "id": given.id,
        "topic_id": topic.id,
        "author_id": transaction.account_id,
        "addressed": topic.addressed,
        "text": given.given.text,
    }
    return await posted(transaction, FORUM_ANSWER, row)


@dataclass(frozen=True, slots=True)
class ChangeForumAnswer(Edit):
    """What changes of an answer."""

    text: Annotated[
        str | UnsetType, "What is answered; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET


@edits(
    FORUM_ANSWER,
    "Change what one has answered; what it was stays in its history.",
    Code.WITHDRAWN,
    Code.WRONG_STATE,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    step=Step.CHANGED,
    by=AUTHOR,
    requires=[standing(FORUM_ANSWER)],
)
async def change_forum_answer(
    transaction: Transaction, given: Parsed[ChangeForumAnswer], answer: ForumAnswer
) -> Row:
    topic = await transaction.known(FORUM_TOPIC, answer.topic_id, "id")
    transaction.insist(unlocked(topic), "id")
    return await edited(transaction, FORUM_ANSWER, answer, given.columns(changes=True))


withdraw_forum_answer = withdraws(
    FORUM_ANSWER, "Take an answer back; it stays in the history.", by=AUTHOR | HEADS
)
