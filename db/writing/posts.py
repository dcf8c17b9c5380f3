"""Writing posts, comments and reactions."""

from typing import Any

from sqlalchemy import ClauseElement, delete

from db.reading.parts import NOW, SCHOOL, among, table
from db.statement import statement
from db.tables.posts import Comment, CommentRevision, Post, PostReaction, PostRevision
from db.writing.parts import ACCOUNT, insert_each
from db.writing.versioned import Versioned

POSTS = Versioned(Post, PostRevision, inserted_at="posted_at")
COMMENTS = Versioned(Comment, CommentRevision, inserted_at="written_at")
REACTED_BY = ("school_id", "post_id", "account_id")


@statement(PostReaction)
def react() -> ClauseElement:
    """Have the account's reaction to a post be this one, whatever it was."""
    noted = insert_each(PostReaction, ("id", "post_id", "kind"), {"account_id": ACCOUNT, "at": NOW})
    return noted.on_conflict_do_update(
        index_elements=REACTED_BY,
        set_={"kind": noted.excluded.kind, "at": noted.excluded.at},
    )


@statement(PostReaction)
def take_reaction_back() -> ClauseElement:
    reaction: Any = table(PostReaction)
    return delete(reaction).where(
        reaction.c.school_id == SCHOOL,
        among(reaction.c.post_id),
        reaction.c.account_id == ACCOUNT,
    )
