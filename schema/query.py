"""Where queries start."""

from typing import Annotated, Any

import strawberry

from db.reading.schools import schools_by_id
from domain import clock
from domain.audience import ANYONE
from domain.errors import bad_input
from resolvers import global_id
from resolvers.class_groups import CLASS_GROUP
from resolvers.context import Context
from resolvers.courses import COURSE
from resolvers.declarations.noun import NOUNS, Noun
from resolvers.global_id import Key
from resolvers.grades import GRADE
from resolvers.lessons import LESSON
from resolvers.readings import Items, Per, Told
from resolvers.relations import may_know
from resolvers.students import STUDENT
from schema.changes import changes
from schema.declare import named, resolver
from schema.events import MOST_PUBLIC, PublicEvent, public_events_of
from schema.mutations.identities import pending_identity
from schema.node import Node
from schema.nouns import (
    ClassGroupRef,
    CourseRef,
    GradeRef,
    LessonRef,
    SchoolRef,
    StudentRef,
)
from schema.previews import preview_grade_scale
from schema.registration import registration_by_code
from schema.site_pages import preview_markdown, public_pages
from schema.viewer import Viewer

MOST_NODES = 100
GlobalId = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]


async def _node(context: Context, text: str) -> Any:
    """The record with this global id; None where the viewer may not know of it."""
    noun, school_id, id_ = global_id.read(text)
    if noun not in NOUNS:
        return None
    found = await context.loaders.of(NOUNS[noun].by_id).load((school_id, id_))
    return found if found is not None and may_know(context.viewer, noun, found) else None


async def _school(context: Context, school_id: int) -> Any:
    return next(iter(await context.store.fetch(schools_by_id, schools=[school_id])), None)


def _by_id(noun: Noun[Any], of: object, description: str) -> Any:  # stands as a field of the query
    def keys(record: Any, id: GlobalId) -> Key:  # noqa: A002
        return global_id.parse(id, noun.name)

    return named(ANYONE, description, of, noun.by_id)(keys)


@strawberry.type(description="Where queries start.")
class Query:
    student: StudentRef | None = _by_id(STUDENT, StudentRef | None, "A student by id.")
    class_group: ClassGroupRef | None = _by_id(
        CLASS_GROUP, ClassGroupRef | None, "A class group by id."
    )
    course: CourseRef | None = _by_id(COURSE, CourseRef | None, "A course by id.")
    lesson: LessonRef | None = _by_id(LESSON, LessonRef | None, "A lesson by id.")
    grade: GradeRef | None = _by_id(GRADE, GradeRef | None, "A grade by id.")
    changes = changes
    preview_grade_scale = preview_grade_scale
    preview_markdown = preview_markdown
    public_pages = public_pages
    registration_by_code = registration_by_code
    pending_identity = pending_identity

    @resolver(ANYONE, "Who is signed in; null where nobody is.", Viewer | None, told=Told.VIEWER)
    def viewer(record: Any, context: Context) -> Any:
        return context.viewer

    @resolver(
        ANYONE,
        "A school by id; without one, the first of the viewer's.",
        SchoolRef | None,
        told=Told.DAY,
    )
    async def school(
        record: Any,
        context: Context,
        id: Annotated[  # noqa: A002
            strawberry.ID | None, strawberry.argument(description="A global id.")
        ] = None,
    ) -> Any:
        if id is not None:
            return await _school(context, global_id.parse(id, "School")[0])
        if context.viewer is None or not context.viewer.schools:
            return None
        clock.now()  # has the answer not be kept: which school is the first changes with the day
        return await _school(context, min(context.viewer.schools))

    @resolver(
        ANYONE,
        "The next events that a school has made public, by time, for whoever asks: those of a "
        "year, 100 at most.",
        list[PublicEvent],
        items=Items(20),
    )
    async def public_events(
        record: Any,
        context: Context,
        school: Annotated[
            strawberry.ID, strawberry.argument(description="The school, by global id.")
        ],
        first: Annotated[
            int, strawberry.argument(description="How many at most, from 1 to 100.")
        ] = 20,
    ) -> Any:
        if not 1 <= first <= MOST_PUBLIC:
            raise bad_input(f"Ask for 1 to {MOST_PUBLIC} events.")
        return await public_events_of(context, global_id.parse(school, "School")[0], first)

    @resolver(ANYONE, "Whatever has this global id.", Node | None, told=Told.RIGHTS)
    async def node(record: Any, context: Context, id: GlobalId) -> Any:  # noqa: A002
        return await _node(context, id)

    @resolver(
        ANYONE,
        f"Whatever has these global ids, in their order; at most {MOST_NODES}.",
        list[Node | None],
        items=Items(1, Per.ID),
    )
    async def nodes(
        record: Any,
        context: Context,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids.")],
    ) -> list[Any]:
        if len(ids) > MOST_NODES:
            raise bad_input(f"At most {MOST_NODES} nodes at once.")
        return [_node(context, id_) for id_ in ids]
