"""Posts written, changed and withdrawn; comments on them, and reactions to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.pages import Page
from db.tables.posts import Comment, Post
from db.writing.posts import react, take_reaction_back
from db.writing.versioned import Row
from domain.audience import AUTHOR, HEADS
from domain.history import Step
from domain.ids import uuid7
from domain.pages import READERS, REMOVERS, WRITERS, Reaction, standing_for_readers
from domain.refusals import UserError, UserErrorCode
from resolvers.declarations.creation import creates
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import FileIds, GlobalId, OwnId, Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import withdraws
from resolvers.moderation import edited, posted
from resolvers.pages import PAGE
from resolvers.posts import COMMENT, POST

Code = UserErrorCode
OWN_ID = "A UUID version 7 of the client's, so that writing it is safe to retry."
LONGEST_COMMENT = 1_000


def stands(record: Post | Comment) -> UserError | None:
    return standing_for_readers(record.withdrawn, record.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePost:
    """A post to write."""

    page: Annotated[str, "The page it stands on, by global id.", GlobalId("Page")]
    text: Annotated[str, "What it says, in Markdown.", Text(LONGEST_TEXT)]
    files: Annotated[
        Sequence[str] | None,
        "Its pictures, in order, by the ids that `POST /files` has answered.",
        FileIds(),
    ] = None
    id: Annotated[str | None, OWN_ID, OwnId()] = None


@creates(
    POST,
    "Write on a page: on one's own, on that of a class group that one leads or teaches, or on that "
    "of a subject that one teaches. With a word of the school's list it is seen by a moderator "
    "first.",
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    at=PAGE,
    field="page",
    step=Step.ADDED,
    by=WRITERS,
    refusal="You may not write on this page.",
)
async def write_post(transaction: Transaction, given: Parsed[WritePost], page: Page) -> Row:
    row = {"id": given.id, "page_id": page.id, "text": given.given.text}
    return await posted(transaction, POST, {**row, "author_id": transaction.account_id})


@dataclass(frozen=True, slots=True)
class ChangePost(Edit):
    """What changes of a post."""

    text: Annotated[
        str | UnsetType, "What it says, in Markdown; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET
    files: Annotated[
        Sequence[str] | UnsetType,
        "All its pictures from now on, by the ids of files; as they are, if left out.",
        FileIds(),
    ] = UNSET


@edits(
    POST,
    "Change a post; what it was stays in its history.",
    Code.WITHDRAWN,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    step=Step.CHANGED,
    by=AUTHOR,
    requires=[stands],
)
async def change_post(transaction: Transaction, given: Parsed[ChangePost], post: Post) -> Row:
    return await edited(transaction, POST, post, given.columns(changes=True))


@dataclass(frozen=True, slots=True)
class ReactToPost:
    """What the viewer thinks of a post."""

    post: Annotated[str, "The post, by global id.", Reference()]
    reaction: Annotated[
        Reaction | None, "What they think of it; null takes back what they thought before."
    ] = None


@edits(
    POST,
    "React to a post; each account has one reaction to it.",
    Code.WITHDRAWN,
    by=READERS,
    elsewhere=True,
    requires=[stands],
    answer="The post.",
)
async def react_to_post(transaction: Transaction, given: Parsed[ReactToPost], post: Post) -> Row:
    of = {"school": transaction.school_id, "account": transaction.account_id}
    if given.given.reaction is None:
        await transaction.reader.run(take_reaction_back, **of, ids=[post.id])
    else:
        kind = [given.given.reaction.value]
        await transaction.reader.run(react, **of, id=[uuid7()], post_id=[post.id], kind=kind)
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentOnPost:
    """A comment to write."""

    post: Annotated[str, "The post it is on, by global id.", GlobalId("Post")]
    text: Annotated[str, "What it says.", Text(LONGEST_COMMENT)]
    id: Annotated[str | None, OWN_ID, OwnId()] = None


@creates(
    COMMENT,
    "Comment on a post; by whoever reads it. With a word of the school's list it is seen by a "
    "moderator first.",
    Code.WITHDRAWN,
    Code.WRITING_RESTRICTED,
    Code.RATE_LIMITED,
    at=POST,
    field="post",
    step=Step.ADDED,
    by=READERS,
    refusal="You may not comment on this post.",
    requires=[stands],
)
async def comment_on_post(
    transaction: Transaction, given: Parsed[CommentOnPost], post: Post
) -> Row:
    row = {"id": given.id, "post_id": post.id, "text": given.given.text}
    return await posted(transaction, COMMENT, {**row, "author_id": transaction.account_id})


withdraw_post = withdraws(POST, "Take a post back; it stays in the history.", by=AUTHOR | HEADS)


withdraw_comment = withdraws(
    COMMENT,
    "Take a comment back; it stays in the history. By who wrote it, whose page it stands on, and "
    "the head and the deputies.",
    by=REMOVERS,
)
