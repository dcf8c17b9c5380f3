"""Posts of pages and of a viewer's feed, comments on them, and reactions to them."""

from typing import Any

from sqlalchemy import ClauseElement, Select, func, or_, select

from db.reading.listing import counted_by, flag, paged, where_asked
from db.reading.pages import READER, is_allowed, is_followed, may_read, readers_of
from db.reading.parts import SCHOOL, among, table
from db.reading.writings import with_author
from db.statement import statement
from db.tables.history import Withdrawal
from db.tables.pages import OWNERS, Page
from db.tables.posts import Comment, Post, PostReaction
from db.tables.schools import School

POSTED = ("posted_at", "id")
WRITTEN = ("written_at", "id")
WITHDRAWN = Withdrawal(lambda own: own.c.withdrawn, hidden=("text",))


def _whose() -> list[Any]:
    """Of a post's page: whose it is, and who reads it."""
    page = table(Page)
    owners = [page.c[f"{owner}_id"] for owner in OWNERS]
    return [*owners, readers_of(page, table(School)).label("readers")]


def _posts(withdrawal: Withdrawal | None = WITHDRAWN) -> Select[Any]:
    post, page, school = table(Post), table(Page), table(School)
    return (
        with_author(Post, withdrawal)
        .add_columns(*_whose())
        .join(page, (page.c.school_id == post.c.school_id) & (page.c.id == post.c.page_id))
        .join(school, school.c.school_id == post.c.school_id)
        .where(is_allowed(page, school))
    )


@statement(Post)
def posts_by_id() -> ClauseElement:
    return _posts().where(among(table(Post).c.id))


@statement(Post)
def posts_to_change() -> ClauseElement:
    return _posts(withdrawal=None).where(among(table(Post).c.id))


def _of_pages() -> Select[Any]:
    post = table(Post)
    return _posts().where(among(post.c.page_id), ~post.c.withdrawn)


@statement(Post)
def posts_of_pages() -> ClauseElement:
    return paged(_of_pages(), POSTED, "page_id")


@statement(Post)
def posts_counted_of_pages() -> ClauseElement:
    return counted_by(_of_pages(), "page_id")


def _feed() -> Select[Any]:
    """The posts of the pages that the `reader` follows, as far as they may know of these; or of all
    pages that they may know of, if they ask for `everything`."""
    post, page, school = table(Post), table(Page), table(School)
    return _posts().where(
        ~post.c.withdrawn,
        ~post.c.hidden,
        may_read(page, readers_of(page, school)),
        where_asked(~flag("everything"), is_followed(page)),
    )


@statement(Post)
def posts_of_feed() -> ClauseElement:
    return paged(_feed(), POSTED)


@statement(Post)
def posts_counted_of_feed() -> ClauseElement:
    return counted_by(_feed())


def _comments(withdrawal: Withdrawal | None = WITHDRAWN) -> Select[Any]:
    """To readers a comment is hidden with its post."""
    comment, post, page, school = table(Comment), table(Post), table(Page), table(School)
    found = (
        with_author(Comment, withdrawal)
        .add_columns(post.c.page_id, *_whose())
        .join(post, (post.c.school_id == comment.c.school_id) & (post.c.id == comment.c.post_id))
        .join(page, (page.c.school_id == post.c.school_id) & (page.c.id == post.c.page_id))
        .join(school, school.c.school_id == comment.c.school_id)
        .where(is_allowed(page, school))
    )
    if withdrawal is None:
        return found
    hidden = or_(comment.c.hidden, post.c.hidden, post.c.withdrawn).label("hidden")
    shown = (hidden if each.key == "hidden" else each for each in found.selected_columns)
    return found.with_only_columns(*shown, maintain_column_froms=True)


@statement(Comment)
def comments_by_id() -> ClauseElement:
    return _comments().where(among(table(Comment).c.id))


@statement(Comment)
def comments_to_change() -> ClauseElement:
    return _comments(withdrawal=None).where(among(table(Comment).c.id))


def _of_posts() -> Select[Any]:
    """None of a post that is withdrawn or hidden."""
    comment, post = table(Comment), table(Post)
    return _comments().where(
        among(comment.c.post_id), ~comment.c.withdrawn, ~post.c.withdrawn, ~post.c.hidden
    )


@statement(Post)
def authors_of_posts() -> ClauseElement:
    post = table(Post)
    return select(post.c.id, post.c.author_id).where(post.c.school_id == SCHOOL, among(post.c.id))


@statement(Comment)
def comments_of_posts() -> ClauseElement:
    return paged(_of_posts(), WRITTEN, "post_id")


@statement(Comment)
def comments_counted_of_posts() -> ClauseElement:
    return counted_by(_of_posts(), "post_id")


@statement(PostReaction)
def reactions_of_posts() -> ClauseElement:
    """How many accounts had each reaction to a post, and whether the `reader` is one of them."""
    reaction = table(PostReaction)
    keys = (reaction.c.school_id, reaction.c.post_id, reaction.c.kind)
    found = (
        select(
            *keys,
            func.count().label("number"),
            func.bool_or(reaction.c.account_id == READER).label("mine"),
        )
        .where(reaction.c.school_id == SCHOOL, among(reaction.c.post_id))
        .group_by(*keys)
        .subquery("found")
    )
    return select(*found.c).order_by(found.c.number.desc(), found.c.kind)
