"""Posts and comments: who they are visible to, and how they are loaded, changed and told of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from db.reading import posts
from db.reading.pages import followers_of_pages
from db.store import Store
from db.tables.posts import POST_WITHDRAWAL, Comment, Post
from db.writing.posts import COMMENTS, POSTS
from domain.audience import AUTHOR, HEADS, PRESENT, SELF
from domain.history import Step
from domain.media import FileUse
from domain.moderation import Activity
from domain.notice_kinds import NoticeKind, Said
from domain.pages import MOST_PICTURES, READERS
from domain.roles import LEADING
from domain.ties import TieName
from resolvers.addressees import reached
from resolvers.declarations.noticing import Naming, School, is_shown, noticed
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.moderation import moderated
from resolvers.pages import whose
from resolvers.relations import Tie, author

POST = Noun(
    Post,
    code="Po",
    visible_to=READERS | AUTHOR,
    ties=(*whose(), *author()),
    read=posts.posts_by_id,
    whole=posts.posts_to_change,
    withdrawal=POST_WITHDRAWAL,
    written=POSTS,
    history=History("Pr", AUTHOR | HEADS),
    attached=Attachments(FileUse.POST, by=PRESENT, read_by=READERS | AUTHOR, most=MOST_PICTURES),
    event=Event(
        "A post that was written, changed, withdrawn, hidden or shown again.",
        "Posts on pages that are written, changed or withdrawn",
        "Posts on pages of people, class groups and subjects: `post.added` etc.",
    ),
)
# Who has written a comment keeps it, though they only read the page.
COMMENT = Noun(
    Comment,
    code="Ym",
    visible_to=READERS | AUTHOR,
    ties=(*whose(), *author(), Tie(SELF, TieName.ACCOUNT, "author_id")),
    read=posts.comments_by_id,
    whole=posts.comments_to_change,
    written=COMMENTS,
    history=History("Yq", AUTHOR | HEADS),
    event=Event(
        "A comment that was written, withdrawn, hidden or shown again.",
        "Comments on posts that are written or withdrawn",
        "Comments on posts: `comment.added` etc.",
    ),
)
moderated(POST, Activity.POSTS, "text", markdown=True, instant="posted_at")
moderated(COMMENT, Activity.POSTS, "text")
PostById = POST.by_id
PostsByPage = Loader("PostsByPage", posts.posts_of_pages, "page_id", many=True)
PostsCountedByPage = Loader("PostsCountedByPage", posts.posts_counted_of_pages, "page_id")
CommentsByPost = Loader("CommentsByPost", posts.comments_of_posts, "post_id", many=True)
CommentsCountedByPost = Loader("CommentsCountedByPost", posts.comments_counted_of_posts, "post_id")
ReactionsByPost = Loader("ReactionsByPost", posts.reactions_of_posts, "post_id", many=True)


async def _followers(
    store: Store, school: School, records: Sequence[Any]
) -> Mapping[UUID, Iterable[UUID]]:
    """Who follows the page of each post, and still reads it."""
    pages = list({post.page_id for post in records})
    rows: list[Any] = list(await store.fetch(followers_of_pages, school=school.id, ids=pages))
    found: dict[UUID, Iterable[UUID]] = {}
    for post in records:
        following = {row.account_id for row in rows if row.page_id == post.page_id}
        following -= {post.author_id}
        if following:
            found[post.id] = await reached(store, school, following, post.readers, LEADING)
    return found


async def _authors(
    store: Store, school: School, records: Sequence[Any]
) -> Mapping[UUID, Iterable[UUID]]:
    """Who wrote the post that was commented on, unless they did so themselves."""
    ids = [each.post_id for each in records]
    rows: list[Any] = list(await store.fetch(posts.authors_of_posts, school=school.id, ids=ids))
    authors = {row.id: row.author_id for row in rows}
    return {each.id: {authors[each.post_id]} - {each.author_id} for each in records}


noticed(
    POST,
    NoticeKind.POST,
    dict.fromkeys((Step.ADDED, Step.SHOWN), Said("A new post", "Новая запись")),
    Naming(_followers),
    when=is_shown,
)
noticed(
    COMMENT,
    NoticeKind.POST,
    dict.fromkeys(
        (Step.ADDED, Step.SHOWN), Said("Your post was commented on", "Комментарий к вашей записи")
    ),
    Naming(_authors),
    when=is_shown,
)
