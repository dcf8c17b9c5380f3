"""What moderators look after: texts that may be hidden, cases, and what guardians keep children
from."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from db.reading.moderation import cases_counted, cases_of_school
from db.tables.schools import School as SchoolRecord
from domain.audience import ANYONE, FAMILY, HEADS, Audience
from domain.markdown import html_of
from domain.moderation import Activity, ModerationState
from domain.ties import TieName
from resolvers import global_id
from resolvers.context import Context
from resolvers.moderation import (
    CHILD_RESTRICTION,
    MODERATED,
    MODERATION_CASE,
    TOLD,
    ModerationCaseById,
    RestrictionsByStudent,
)
from resolvers.readings import Items, Told
from resolvers.students import StudentById
from schema.connections import connection_of
from schema.declare import column, computed, loaded, resolver, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    ChildRestrictionRef,
    ChildRestrictionRevisionRef,
    ModerationCaseRevisionRef,
    SchoolRef,
    StudentRef,
)
from schema.ordered_lists import OrderedList
from schema.permissions import viewer_may

tell(ModerationState)
tell(Activity)
RESTRICTED_BY = FAMILY | HEADS
IN_ORDER = OrderedList("moderation", {"opened_at": datetime})


def moderated_text(
    audience: Audience,
    description: str,
    name: str,
    rendered: Callable[[str], str] | None = None,
) -> Any:  # stands as a field
    """The text in a column of a moderated noun, or what it is `rendered` as: null to others than
    its author and the moderators while it is hidden."""

    def text(record: Any, context: Context) -> str | None:
        if not record.hidden or _sees_hidden(record, context):
            found: str | None = getattr(record, name)
            return found if rendered is None or found is None else rendered(found)
        return None

    prose = f"{description} Null once withdrawn; and while hidden, to all but its author and the "
    prose += "head and the deputies."
    needs = ("school_id", "author_id", "hidden", name)
    shows = name if rendered is None else None
    return resolver(audience, prose, str | None, needs=needs, shows=shows, told=Told.RIGHTS)(text)


def _sees_hidden(record: Any, context: Context) -> bool:
    viewer = context.viewer
    rights = None if viewer is None else viewer.schools.get(record.school_id)
    if rights is None:
        return False
    return rights.leads or record.author_id in rights[TieName.ACCOUNT]


def case_of() -> Any:  # stands as a field
    """What moderators did with a record of a moderated noun."""
    prose = (
        "What moderators did with it, for them and for its author, who is told of decisions; null "
        "to others, and where it was neither reported nor held back."
    )
    return loaded(ANYONE, prose, ModerationCaseById, "id")


async def _written(record: Any, context: Context) -> str | None:
    of = MODERATED.get(record.noun)
    if of is None:
        return None
    found = await context.loaders.of(of.written).load((record.school_id, record.id))
    return None if found is None else found.written


async def _rendered(record: Any, context: Context) -> str | None:
    text = await _written(record, context)
    of = MODERATED.get(record.noun)
    return html_of(text) if text is not None and of is not None and of.markdown else None


async def _steps(record: Any, context: Context) -> list[Any] | None:
    if record.author_id == context.account:
        return None
    steps = context.loaders.of(MODERATION_CASE.revisions)
    return list(await steps.load((record.school_id, record.id)))


@strawberry.type(
    description="What moderators do with one thing that somebody has written. Its author is told of"
    " what was held back or decided, and not of who reported it."
)
class ModerationCase(Node):
    id: strawberry.ID = id_of("ModerationCase", TOLD)
    school: SchoolRef | None = school_of(TOLD)
    viewer_may = viewer_may()
    record: strawberry.ID = computed(
        TOLD, "What was written, by global id.", global_id.make, "noun", "school_id", "id"
    )
    text: str | None = resolver(
        TOLD,
        "What was written, as it is now.",
        str | None,
        needs=("school_id", "id", "noun"),
        told=Told.RIGHTS,
    )(_written)
    html: str | None = resolver(
        TOLD,
        "The same as HTML that is safe to show, of what is written in Markdown; null of the rest.",
        str | None,
        needs=("school_id", "id", "noun"),
        told=Told.RIGHTS,
    )(_rendered)
    author: str = column(TOLD, "Who wrote it.", name="author_name")
    state: ModerationState = column(TOLD, "How it stands.")
    reports: int | None = column(HEADS, "How often it was reported.")
    restricted_until: date | None = column(
        TOLD, "Until the end of which day its author writes nothing; null where they may."
    )
    appeal: str | None = column(
        TOLD, "What its author says against the decision; null where nothing."
    )
    opened_at: datetime = column(TOLD, "When it was first reported or held back.")
    version: int = column(TOLD, "Grows by one with every step.")
    history: list[ModerationCaseRevisionRef] | None = resolver(
        HEADS,
        "What was done, in order: who reported it, and why. Null to its author, even to a "
        "head or a deputy.",
        list[ModerationCaseRevisionRef] | None,
        needs=("school_id", "id", "author_id"),
        items=Items(3),
    )(_steps)


ModerationCaseRevision = revision_of(ModerationCase, MODERATION_CASE, "One step of moderation.")


@strawberry.type(description="What a guardian keeps a child from.")
class ChildRestriction(Node):
    id: strawberry.ID = id_of("ChildRestriction", RESTRICTED_BY)
    school: SchoolRef | None = school_of(RESTRICTED_BY)
    viewer_may = viewer_may()
    student: StudentRef | None = loaded(
        RESTRICTED_BY,
        "The child; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    activity: Activity = column(RESTRICTED_BY, "In what it does not take part.")
    by: str = column(RESTRICTED_BY, "Who keeps it from that.", name="author_name")
    withdrawn: bool = column(RESTRICTED_BY, "Whether it may take part again.")
    written_at: datetime = column(RESTRICTED_BY, "Since when.")
    version: int = column(RESTRICTED_BY, "Grows by one with every change.")
    history: list[ChildRestrictionRevisionRef] = loaded(
        RESTRICTED_BY,
        "What was done to it, in order.",
        CHILD_RESTRICTION.revisions,
        "id",
        items=Items(2),
    )


ChildRestrictionRevision = revision_of(
    ChildRestriction, CHILD_RESTRICTION, "One step of what a guardian keeps a child from."
)
restrictions: list[ChildRestrictionRef] | None = loaded(
    RESTRICTED_BY,
    "What its guardians keep it from today, as long as it is younger than the school says.",
    RestrictionsByStudent,
    "id",
    items=Items(1),
)
Waiting = Annotated[
    bool, strawberry.argument(description="Only what waits for a moderator's decision.")
]


@IN_ORDER.of_school(
    HEADS,
    "What was reported or held back, in order, a page at a time.",
    connection_of(MODERATION_CASE, counted=True) | None,
    (cases_of_school, cases_counted),
)
def moderation(
    record: SchoolRecord, context: Context, waiting: Waiting = True
) -> dict[str, object]:
    return {"waits": True} if waiting else {}
