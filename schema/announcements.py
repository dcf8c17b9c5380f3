"""Announcements to a school, a class group or a course, and who has read them."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.reading.announcements import (
    announcements_counted,
    announcements_of_school,
    withdrawn_announcements_counted,
    withdrawn_announcements_of_school,
)
from domain.audience import ANYONE, MEMBER, OFFICE, Audience
from resolvers.addressees import KEEPERS, READERS, asked_by
from resolvers.announcements import (
    ANNOUNCEMENT,
    AuthorByAnnouncement,
    ReadingByAnnouncement,
    ReadingsByAnnouncement,
    ReadingsCountedByAnnouncement,
)
from resolvers.context import Context
from resolvers.loaders import Loader
from resolvers.readings import Items, LoadArguments
from resolvers.viewer import Viewer
from schema.addressees import (
    author_of,
    class_group_of_addressees,
    course_of_addressees,
    to_families,
    to_staff,
    to_students,
)
from schema.connections import connection_of
from schema.declare import asking, column, loaded
from schema.files import File, files_of
from schema.finding import words_in, words_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import AnnouncementRevisionRef, ClassGroupRef, CourseRef, SchoolRef
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may

AnnouncementConnection = connection_of(ANNOUNCEMENT, counted=True)
IN_ORDER = OrderedList("announcements", {"published_at": datetime})
READINGS = OrderedList("readings of an announcement", {"at": datetime})
Search = Annotated[str | None, words_in("titles and texts")]
Unread = Annotated[
    bool,
    strawberry.argument(
        description="Only those that the viewer has neither read nor written themselves."
    ),
]


def asked_of(context: Context, school_id: int, search: str | None, unread: bool) -> dict[str, Any]:
    """The parameters of a list of announcements that the viewer may know of."""
    asked = asked_by(context.viewer, school_id) | words_of(search)
    if unread:
        asked |= {"unread": True, "reader": context.account}
    return asked


@IN_ORDER.of_school(
    MEMBER,
    "What is announced to the viewer, or by them, the oldest first; to the office, all that is "
    "announced in the school.",
    AnnouncementConnection,
    (announcements_of_school, announcements_counted),
)
def announcements(
    record: Any, context: Context, search: Search = None, unread: Unread = False
) -> dict[str, object]:
    return asked_of(context, record.school_id, search, unread)


@IN_ORDER.of_school(
    OFFICE,
    "The announcements in the school that were withdrawn, as they were, the oldest first, for the "
    "office, which may restore them.",
    AnnouncementConnection | None,
    (withdrawn_announcements_of_school, withdrawn_announcements_counted),
)
def withdrawn_announcements(record: Any, context: Context) -> dict[str, object]:
    return {}


def announcements_by(
    audience: Audience, loader: Loader, counted: Loader
) -> Any:  # stands as a field
    """Those of each of many class groups or courses; `counted` counts them."""
    prose = "What was announced to it, as far as the viewer may know of it, the oldest first."

    @IN_ORDER.paging(audience, prose, AnnouncementConnection | None, loader, counted)
    def of_each(
        record: Any, context: Context, search: Search = None, unread: Unread = False
    ) -> dict[str, object]:
        return asked_of(context, record.school_id, search, unread)

    return of_each


@strawberry.type(description="Somebody has read an announcement.")
class AnnouncementReading:
    by: str = column(ANYONE, "Who has read it.", name="account_name")
    at: datetime = column(ANYONE, "When they said so first.")


def _readings(audience: Audience) -> Any:  # stands as a field
    prose = "Who has said that they have read it, the earliest first."
    of = connection_of(AnnouncementReading, "reading", counted=True) | None

    @READINGS.paging(
        audience,
        prose,
        of,
        ReadingsByAnnouncement,
        ReadingsCountedByAnnouncement,
        reads=("id", "at", "account_name"),
    )
    def readings(record: Any, context: Context) -> dict[str, object]:
        return {}

    return readings


@strawberry.type(
    description="Something that is announced to the students, the families or the staff of a "
    "school, a class group or a course. Once it is withdrawn, its title and text are null to all "
    "who ask for it."
)
class Announcement(Node):
    id: strawberry.ID = id_of("Announcement", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    title: str | None = column(READERS, "What it is about, in a few words; null once withdrawn.")
    text: str | None = column(READERS, "What is announced; null once withdrawn.")
    files: list[File] = files_of(
        ANNOUNCEMENT, "What is attached to it, in order; none once withdrawn."
    )
    class_group: ClassGroupRef | None = class_group_of_addressees()
    course: CourseRef | None = course_of_addressees()
    to_students: bool = to_students()
    to_families: bool = to_families()
    to_staff: bool = to_staff()
    by: str | None = author_of(AuthorByAnnouncement)
    published_at: datetime = column(READERS, "When it was announced.")
    withdrawn: bool = column(READERS, "Whether it was taken back.")
    version: int = column(READERS, "Grows by one with every change.")

    @asking(
        READERS,
        "When the viewer said first that they have read it; null where they have not.",
        datetime | None,
        ReadingByAnnouncement,
        "id",
        ("at",),
    )
    def read_at(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments(
            {"reader": viewer.account.id}, lambda row: None if row is None else row.at
        )

    readings = _readings(KEEPERS)
    history: list[AnnouncementRevisionRef] | None = loaded(
        KEEPERS, "What was done to it, in order.", ANNOUNCEMENT.revisions, "id", items=Items(2)
    )


AnnouncementRevision = revision_of(
    Announcement, ANNOUNCEMENT, "One step of an announcement's history."
)
