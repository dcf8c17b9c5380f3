"""Pages of people, class groups and subjects; and their lists in a school."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.reading.pages import pages_counted, pages_of_school
from domain.audience import ACQUAINTED, HEADS, MEMBER, PRESENT, Audience
from domain.pages import READERS, PageKind, PageLevel, PageTheme
from resolvers.class_groups import ClassGroupById
from resolvers.context import Context
from resolvers.guardians import GuardianById
from resolvers.loaders import Loader
from resolvers.pages import PAGE, FollowByPage, asked_by
from resolvers.posts import POST, PostsByPage, PostsCountedByPage
from resolvers.readings import Items, LoadArguments, Told
from resolvers.schools import SubjectById
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from resolvers.viewer import Viewer
from schema.connections import (
    After,
    Before,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
)
from schema.declare import asking, column, computed, loaded, resolver, tell
from schema.files import File, files_of
from schema.finding import SearchNames, words_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    ClassGroupRef,
    GuardianRef,
    PageRevisionRef,
    SchoolRef,
    StudentRef,
    SubjectRef,
    TeacherRef,
)
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may
from schema.site_pages import SAFE, rendered

tell(PageKind)
tell(PageLevel)
tell(PageTheme)
PageConnection = connection_of(PAGE, counted=True)
PostConnection = connection_of(POST, counted=True)
PAGES = OrderedList("pages", {"begun_at": datetime})
POSTS = OrderedList("posts of a page", {"posted_at": datetime})
NOBODYS = "null where it is of another kind, or the viewer may not know of them."


@strawberry.type(
    description="The page of a person, a class group or a subject. Whom it is for follows from the "
    "school's setting and from who has to do with whom."
)
class Page(Node):
    id: strawberry.ID = id_of("Page", READERS)
    school: SchoolRef | None = school_of(READERS)
    viewer_may = viewer_may()
    kind: PageKind = column(READERS, "Whose it is.")
    name: str = column(READERS, "The name of whose it is.")
    about: str | None = column(
        READERS, "What it says of them, in Markdown; null where it says nothing."
    )
    html: str | None = computed(READERS, f"The same {SAFE}.", rendered, "about")
    theme: PageTheme = column(READERS, "What it looks like.")
    avatar: list[File] = files_of(PAGE, "Its picture, or none.")
    begun_at: datetime = column(READERS, "When it was begun.")
    version: int = column(READERS, "Grows by one with every change.")
    student: StudentRef | None = loaded(
        READERS, f"The student whose it is; {NOBODYS}", StudentById, "student_id"
    )
    teacher: TeacherRef | None = loaded(
        READERS, f"The teacher whose it is; {NOBODYS}", TeacherById, "teacher_id"
    )
    guardian: GuardianRef | None = loaded(
        READERS, f"The guardian whose it is; {NOBODYS}", GuardianById, "guardian_id"
    )
    class_group: ClassGroupRef | None = loaded(
        READERS, f"The class group whose it is; {NOBODYS}", ClassGroupById, "class_group_id"
    )
    subject: SubjectRef | None = loaded(
        READERS, f"The subject whose it is; {NOBODYS}", SubjectById, "subject_id"
    )

    @asking(
        READERS,
        "Whether the viewer follows it.",
        bool,
        FollowByPage,
        "id",
        ("id",),
    )
    def followed(record: Any, viewer: Viewer) -> LoadArguments:
        return LoadArguments({"reader": viewer.account.id}, lambda row: row is not None)

    @POSTS.paging(
        READERS, "What was written on it, the oldest first.", PostConnection | None, PostsByPage,
        PostsCountedByPage,
    )  # fmt: skip
    def posts(record: Any, context: Context) -> dict[str, object]:
        return {}

    history: list[PageRevisionRef] | None = loaded(
        HEADS, "What was done to it, in order.", PAGE.revisions, "id", items=Items(2)
    )


PageRevision = revision_of(Page, PAGE, "One step of the history of a page.")


def page_of(loader: Loader, audience: Audience = ACQUAINTED) -> Any:  # stands as a field
    """The page of a record that may have one."""
    prose = "Its page; null where none was begun, or the viewer may not read it."
    return loaded(audience, prose, loader, "id")


OfKind = Annotated[PageKind | None, strawberry.argument(description="Only those of a kind.")]
Followed = Annotated[bool, strawberry.argument(description="Only those that the viewer follows.")]


@resolver(
    PRESENT,
    "The pages of people, class groups and subjects that the viewer may read, in the order in "
    "which they were begun.",
    PageConnection | None,
    told=Told.RIGHTS,
)
async def pages(
    record: Any,
    context: Context,
    first: FirstUnlessLast = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: SearchNames = None,
    kind: OfKind = None,
    followed: Followed = False,
) -> Any:
    window = PageWindow.of(first, after, last, before)
    asked = {
        "school": record.school_id,
        **asked_by(context.viewer, record.school_id),
        **words_of(search),
    }
    if kind is not None:
        asked["kind"] = kind.value
    if followed:
        asked["followed"] = True
    statements = pages_of_school, pages_counted
    return await PAGES.read(context, record.school_id, window, statements, asked)


page_level = column(
    MEMBER, "How far it allows pages of people, class groups and subjects.", name="pages"
)
