"""The subscriptions: a field for each topic of the feed, and one for all of them."""

from collections.abc import AsyncGenerator
from typing import Any

import strawberry

from resolvers.context import Context
from resolvers.declarations.naming import snake
from resolvers.feed import Change, Topic, diary
from resolvers.sessions import viewer_of
from schema.changes import TYPES, DiaryChange
from schema.declare import followed
from schema.following import After, ClassGroups, Courses, Students, subscription_filter

TO_WHOM = (
    ", to those who may see them: what concerns the students, courses or class groups named, or "
    "else whatever concerns the viewer. Where nothing is named, a stream lasts as long as its "
    "session: it is silent while the viewer has no right to anything, whether the last one has "
    "ended or there never was one, and goes on with the next. Where something is named, it ends as "
    "soon as all of it is out of the viewer's reach, just as it would not begin: with `NOT_FOUND`, "
    "or with `FORBIDDEN` where the viewer may know of it and see nothing that happens to it."
)


def _feed(topics: tuple[Topic, ...], of: object, description: str) -> Any:
    """Stands as a field of the subscription."""

    async def subscribe(
        context: Context,
        students: Students = None,
        courses: Courses = None,
        class_groups: ClassGroups = None,
        after: After = None,
    ) -> AsyncGenerator[Change, None]:
        filter_ = await subscription_filter(context, topics, students, courses, class_groups)
        store, token, limits = context.store, context.token or "", context.session_limits
        # A browser that reconnects repeats the operation as it began, with the cursor of then.
        newest = after if context.resume_after is None else context.resume_after
        begun = context.begun
        return context.live_feed().subscribe(
            lambda: viewer_of(store, token, limits), filter_, newest, begun
        )

    return followed(description + TO_WHOM, of)(subscribe)


def _feeds() -> dict[str, Any]:  # fields of any type
    feeds = {
        f"{snake(topic.noun)}_changed": _feed((topic,), TYPES[topic], topic.feed)
        for topic in diary()
    }
    return feeds | {"diary_changed": _feed(diary(), DiaryChange, "Whatever changes in the diary")}


Subscription = strawberry.type(
    type("Subscription", (), {"__module__": __name__, **_feeds()}),
    description="What may be followed live.",
)
