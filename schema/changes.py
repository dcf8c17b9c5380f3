"""Changes of the diary: an interface, and a type for each topic of the feed."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.rows import noun_of
from domain.audience import ANYONE
from domain.errors import bad_input
from domain.history import Step
from resolvers.context import Context
from resolvers.feed import Change, Page, Topic, change_type, diary
from resolvers.relations import may_know
from resolvers.sessions import viewer_anew
from resolvers.viewer import Viewer
from schema import nouns
from schema.connections import LONGEST_PAGE
from schema.declare import column, resolver
from schema.following import After, ClassGroups, Courses, Students, subscription_filter
from schema.node import Node

First = Annotated[
    int,
    strawberry.argument(description=f"How many changes at most, from 1 to {LONGEST_PAGE}."),
]


NODE = "The record as it is now, of whatever kind."


def _node(record: Change, context: Context) -> Any:
    noun = noun_of(record.record)
    return record.record if may_know(context.viewer, noun, record.record) else None


@strawberry.interface(
    description="A change of something in the diary. Further kinds of records will come, each with "
    "a type of its own: read what is common to all, and what you know of the rest."
)
class DiaryChange:
    change: Step = column(ANYONE, "What was done.")
    cursor: str = column(ANYONE, "Given as `after`, it has the feed go on from here.")
    version: int = column(ANYONE, "The version that the change made; it never runs backwards.")
    at: datetime = column(ANYONE, "When it was done.")

    node: Node | None = resolver(ANYONE, NODE, Node | None)(_node)


def _type_of(topic: Topic) -> type:
    """The GraphQL type of a topic's changes: `GradeChange`, whose `grade` is the record, and whose
    `node` is a grade: an operation that asks for the node of all changes asks for each noun once,
    and not for each in each."""
    record = column(ANYONE, "The record as it is now.", name="record")
    field = topic.noun[0].lower() + topic.noun[1:]
    if not hasattr(nouns, f"{topic.noun}Ref"):
        raise TypeError(
            f"{topic.noun} is no noun of the schema yet: give it a type, name that as "
            f"{topic.noun}Ref in schema/nouns.py, and its history as {topic.noun}RevisionRef."
        )
    of = getattr(nouns, f"{topic.noun}Ref") | None
    node = resolver(ANYONE, NODE, of)(_node)
    fields = {field: record, "node": node}
    body = {"__annotations__": dict.fromkeys(fields, of), **fields, "__module__": __name__}
    made = type(change_type(topic).__name__, (DiaryChange,), body)
    return strawberry.type(made, description=topic.description)


nouns.types()  # all nouns are declared then
TYPES: dict[Topic, type] = {topic: _type_of(topic) for topic in diary()}


@strawberry.type(description="Changes of the diary, a page at a time.")
class DiaryChanges:
    changes: list[DiaryChange] = column(ANYONE, "The changes in their order.")
    cursor: str = column(ANYONE, "`after` this the next page begins, even if there is no change.")
    has_more: bool = column(ANYONE, "Whether to ask for the next page at once.")


@resolver(
    ANYONE,
    "What `diaryChanged` tells, for clients that ask now and then. Without a cursor it is empty "
    "and gives the one of now: ask for that first, then load the diary, then go on from it.",
    DiaryChanges,
)
async def changes(
    record: Any,
    context: Context,
    students: Students = None,
    courses: Courses = None,
    class_groups: ClassGroups = None,
    after: After = None,
    first: First = 50,
) -> Page:
    if not 1 <= first <= LONGEST_PAGE:
        raise bad_input(f"A page has from 1 to {LONGEST_PAGE} changes.")
    filter_ = await subscription_filter(context, diary(), students, courses, class_groups)
    store, token, limits = context.store, context.token or "", context.session_limits

    async def reload_viewer() -> Viewer | None:
        """The page's records are shown by the same rights as the page itself."""
        viewer = await viewer_anew(store, token, limits)
        context.become(viewer)
        return viewer

    return await context.live_feed().page(context.signed_in(), reload_viewer, filter_, after, first)
