"""Notices of what concerns the viewer, and how they are told."""

from datetime import datetime, time
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.notice_kinds import NoticeKind, NoticeMail
from resolvers.context import Context
from resolvers.courses import CourseById
from resolvers.cursors import places_of
from resolvers.declarations.noun import NOUNS
from resolvers.feed.topics import topics
from resolvers.notices.noun import NOTICE, TIED, ReadingByNotice
from resolvers.notices.push import key_of, public_of
from resolvers.notices.reading import NEWEST, notices_of, unread_by
from resolvers.notices.settings import devices_of, settings_of
from resolvers.notices.texts import path_of, text_of
from resolvers.readings import Items, LoadArguments
from resolvers.relations import may_know
from resolvers.students import StudentById
from resolvers.viewer import Viewer
from schema.connections import After, First, PageWindow, connection_of, page_of
from schema.declare import asking, column, computed, computing, loaded, resolver, tell
from schema.node import Node, id_of, school_of
from schema.nouns import CourseRef, SchoolRef, StudentRef
from schema.permissions import viewer_may

tell(NoticeKind)
tell(NoticeMail)
Language = Annotated[str, strawberry.argument(description="The language, by BCP 47: `en` or `ru`.")]
Unread = Annotated[bool, strawberry.argument(description="Only those that are not read.")]
SAYING = ("topic", "kind", "change", "student_name", "subject_name", "author_name")
READ = "Whether the viewer has read it."


@strawberry.type(
    description="Something was done that concerns the viewer, or is about to be due. It tells "
    "nothing of the record itself, which is shown to whoever may read it."
)
class Notice(Node):
    id: strawberry.ID = id_of("Notice", TIED)
    school: SchoolRef | None = school_of(TIED)
    viewer_may = viewer_may()
    kind: NoticeKind = column(TIED, "What it is about.")
    at: datetime = column(TIED, "When it happened.")
    path: str = computed(
        TIED, "The screen of the diary that shows it, from the gateway's address on.", path_of
    )
    student: StudentRef | None = loaded(
        TIED, "Whom it is about; null where it is about no one student.", StudentById, "student_id"
    )
    course: CourseRef | None = loaded(
        TIED, "In which course; null where in none.", CourseById, "course_id"
    )

    @computing(TIED, "What happened, in a sentence.", str, SAYING)
    def text(record: Any, language: Language = "en") -> str:
        return text_of(record, language)

    @asking(TIED, READ, bool, ReadingByNotice, "id", ("id",))
    def read(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments({"account": viewer.account.id}, lambda row: row is not None)

    @resolver(
        TIED,
        "The record that it is of; null where the viewer may not know of it, or no more.",
        Node | None,
        needs=("school_id", "topic", "ref"),
    )
    async def record(record: Any, context: Context) -> Any:
        noun = NOUNS[topics()[record.topic].noun]
        found = await context.loaders.of(noun.by_id).load((record.school_id, record.ref))
        return found if found is not None and may_know(context.viewer, noun.name, found) else None


@strawberry.type(description="How the viewer is told of notices of a kind.")
class NoticeWay:
    kind: NoticeKind = column(ANYONE, "The kind.")
    in_app: bool = column(ANYONE, "Whether they stand in `Viewer.notices`.")
    mail: NoticeMail = column(ANYONE, "When they are mailed to the account's address.")
    push: bool = column(ANYONE, "Whether they are pushed to the viewer's devices.")


@strawberry.type(description="A browser of the viewer's to which notices are pushed.")
class PushDevice:
    id: strawberry.ID = computed(ANYONE, "Names it for `removePushDevice`.", str, "id")
    name: str | None = column(ANYONE, "What it is called; null where it has no name.")
    added_at: datetime = column(ANYONE, "Since when.")
    failing: bool = computed(
        ANYONE, "Whether the last message could not be handed over.", bool, "failures"
    )


@strawberry.type(description="How the viewer is told of notices.")
class NoticeSettings:
    ways: list[NoticeWay] = column(ANYONE, "For each kind.", items=Items(len(NoticeKind)))
    quiet_from: time | None = column(
        ANYONE,
        "From when on nothing is mailed or pushed at once; null where there are no quiet hours.",
    )
    quiet_until: time | None = column(ANYONE, "Until when; null where there are no quiet hours.")

    @resolver(ANYONE, "Where they are pushed to.", list[PushDevice], items=Items(2))
    async def devices(record: Any, context: Context) -> Any:
        return await devices_of(context.store, context.signed_in().account.id)

    @resolver(ANYONE, "The key with which a browser subscribes (VAPID).", str)
    async def push_key(record: Any, context: Context) -> str:
        return public_of(await key_of(context.store))


@resolver(
    ANYONE,
    "What concerns the viewer, the newest first, of every school; kept for two months.",
    connection_of(NOTICE),
)
async def notices(
    record: Any, context: Context, first: First = 50, after: After = None, unread: Unread = False
) -> Any:
    viewer, window = context.signed_in(), PageWindow.of(first, after)
    places = await places_of(context, "notices", viewer.account.id)
    before = NEWEST if after is None else places.of(after)[1]
    rows = await notices_of(context.store, viewer, first + 1, before=before, unread=unread)
    return page_of(rows, window, lambda row: places.cursor(row.id))


@resolver(ANYONE, "How many notices the viewer has not read; a hundred at most.", int)
async def unread_notices(record: Any, context: Context) -> int:
    return await unread_by(context.store, context.signed_in())


@resolver(ANYONE, "How the viewer is told of notices.", NoticeSettings)
async def notice_settings(record: Any, context: Context) -> Any:
    return await settings_of(context.store, context.signed_in().account.id)
