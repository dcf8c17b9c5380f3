"""Posts on pages, comments on them and reactions to them; and the feed of what a viewer follows."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.reading.posts import posts_counted_of_feed, posts_of_feed
from domain.audience import ANYONE, AUTHOR, HEADS, PRESENT
from domain.markdown import html_of
from domain.pages import READERS, Reaction
from resolvers.context import Context
from resolvers.pages import PageById, asked_by
from resolvers.posts import (
    COMMENT,
    POST,
    CommentsByPost,
    CommentsCountedByPost,
    PostById,
    ReactionsByPost,
)
from resolvers.readings import Items, LoadArguments, Told
from resolvers.viewer import Viewer
from schema.connections import (
    After,
    Before,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
)
from schema.declare import asking, column, loaded, resolver, tell
from schema.files import File, files_of
from schema.histories import revision_of
from schema.moderation import case_of, moderated_text
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CommentRevisionRef,
    ModerationCaseRef,
    PageRef,
    PostRef,
    PostRevisionRef,
    SchoolRef,
)
from schema.ordered_lists import OrderedList
from schema.pages import PostConnection
from schema.permissions import viewer_may
from schema.site_pages import SAFE

tell(Reaction)
SEEN = READERS | AUTHOR
KEPT = AUTHOR | HEADS
CommentConnection = connection_of(COMMENT, counted=True)
COMMENTS = OrderedList("comments on a post", {"written_at": datetime})
FEED = OrderedList("the feed", {"posted_at": datetime})


@strawberry.type(description="A reaction to a post, and how many accounts had it.")
class ReactionCount:
    reaction: Reaction = column(ANYONE, "What they think of it.", name="kind")
    count: int = column(ANYONE, "How many think so.", name="number")
    mine: bool = column(ANYONE, "Whether the viewer is one of them.")


@strawberry.type(
    description="Something written on a page. Once it is withdrawn or hidden, it has no pictures."
)
class Post(Node):
    id: strawberry.ID = id_of("Post", SEEN)
    school: SchoolRef | None = school_of(SEEN)
    viewer_may = viewer_may()
    text: str | None = moderated_text(SEEN, "What it says, in Markdown.", "text")
    html: str | None = moderated_text(SEEN, f"The same {SAFE}.", "text", html_of)
    by: str = column(SEEN, "Who wrote it.", name="author_name")
    files: list[File] = files_of(POST, "Its pictures, in order; none once withdrawn or hidden.")
    posted_at: datetime = column(SEEN, "When it was written.")
    hidden: bool = column(SEEN, "Whether moderation has hidden it.")
    withdrawn: bool = column(SEEN, "Whether it was taken back.")
    version: int = column(SEEN, "Grows by one with every change.")
    page: PageRef | None = loaded(
        SEEN, "The page it stands on; null where the viewer may not know of it.", PageById,
        "page_id",
    )  # fmt: skip

    @asking(
        SEEN, "What was thought of it, the most frequent first.", list[ReactionCount],
        ReactionsByPost, "id", ("kind", "number", "mine"), items=Items(3),
    )  # fmt: skip
    def reactions(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments({"reader": viewer.account.id})

    @COMMENTS.paging(
        SEEN, "What was said to it, the oldest first; none of one that is withdrawn or hidden.",
        CommentConnection | None, CommentsByPost, CommentsCountedByPost,
    )  # fmt: skip
    def comments(record: Any, context: Context) -> dict[str, object]:
        return {}

    moderation: ModerationCaseRef | None = case_of()
    history: list[PostRevisionRef] | None = loaded(
        KEPT, "What was done to it, in order.", POST.revisions, "id", items=Items(2)
    )


PostRevision = revision_of(Post, POST, "One step of the history of a post.")


@strawberry.type(description="Something said to a post.")
class Comment(Node):
    id: strawberry.ID = id_of("Comment", SEEN)
    school: SchoolRef | None = school_of(SEEN)
    viewer_may = viewer_may()
    text: str | None = moderated_text(SEEN, "What it says.", "text")
    by: str = column(SEEN, "Who wrote it.", name="author_name")
    written_at: datetime = column(SEEN, "When it was written.")
    hidden: bool = column(
        SEEN, "Whether moderation has hidden it, or its post is hidden or withdrawn."
    )
    withdrawn: bool = column(SEEN, "Whether it was taken back.")
    version: int = column(SEEN, "Grows by one with every change.")
    post: PostRef | None = loaded(
        SEEN, "The post it is on; null where the viewer may not know of it.", PostById, "post_id"
    )
    moderation: ModerationCaseRef | None = case_of()
    history: list[CommentRevisionRef] | None = loaded(
        KEPT, "What was done to it, in order.", COMMENT.revisions, "id", items=Items(2)
    )


CommentRevision = revision_of(Comment, COMMENT, "One step of the history of a comment.")
Everything = Annotated[
    bool,
    strawberry.argument(
        description="Of all pages that the viewer may read, and not only of those they follow."
    ),
]


@resolver(
    PRESENT,
    "What was written on the pages that the viewer follows, the oldest first: ask for the `last` "
    "ones, and `before` the first of these for more.",
    PostConnection | None,
    told=Told.RIGHTS,
)
async def feed(
    record: Any,
    context: Context,
    first: FirstUnlessLast = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    everything: Everything = False,
) -> Any:
    window = PageWindow.of(first, after, last, before)
    asked = {"school": record.school_id, **asked_by(context.viewer, record.school_id)}
    if everything:
        asked["everything"] = True
    statements = posts_of_feed, posts_counted_of_feed
    return await FEED.read(context, record.school_id, window, statements, asked)
