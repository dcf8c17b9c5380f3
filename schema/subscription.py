"""What may be followed live."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.errors import Code, Problem, bad_input
from resolvers import global_id
from resolvers.context import Context
from resolvers.feed import GradeChange as ChangeRecord
from resolvers.feed import Wanted
from resolvers.loaders import CourseById, Loader, StudentById
from resolvers.relations import may_know
from resolvers.sessions import viewer_of
from schema.declare import column, followed
from schema.nouns import GradeRef

MOST_NAMED = 100


@strawberry.enum(description="What was done to a grade.")
class GradeChangeKind(Enum):
    GIVEN = strawberry.enum_value("GIVEN", description="It was given.")
    REVISED = strawberry.enum_value("REVISED", description="It was changed.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="It was taken back.")
    RESTORED = strawberry.enum_value("RESTORED", description="Its withdrawal was undone.")


@strawberry.type(description="A grade that was given, revised, withdrawn or restored.")
class GradeChange:
    change: GradeChangeKind = column(ANYONE, "What was done.")
    cursor: str = column(ANYONE, "`after` this the subscription resumes.")
    version: int = column(ANYONE, "The version that the change made; it never runs backwards.")
    grade: GradeRef | None = column(ANYONE, "The grade as it is now.")


Students = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="Only of these students.")
]
Courses = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="Or of these courses.")
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor of the last change that was seen.")
]


@strawberry.type(description="What may be followed live.")
class Subscription:
    @followed(
        "Grades that are given, revised or withdrawn, to those who may see them: of the students "
        "or courses named, or of all that concern the viewer.",
        GradeChange,
    )
    async def grade_changed(
        context: Context,
        students: Students = None,
        courses: Courses = None,
        after: After = None,
    ) -> AsyncGenerator[ChangeRecord, None]:
        context.signed_in()
        wanted = Wanted(
            await _known(context, StudentById, "Student", students),
            await _known(context, CourseById, "Course", courses),
        )

        async def viewer() -> Any:
            return await viewer_of(context.store, context.token or "")

        async with aclosing(context.followed().follow(viewer, wanted, after)) as changes:
            async for change in changes:
                yield change


async def _known(
    context: Context, loader: Loader, noun: str, ids: list[strawberry.ID] | None
) -> frozenset[Any] | None:
    """The records named, if any are; NOT_FOUND where the viewer may not know of one."""
    if ids is None:
        return None
    if len(ids) > MOST_NAMED:
        raise bad_input(f"At most {MOST_NAMED} ids of a {noun} at once.")
    keys = [global_id.parse(id_, noun) for id_ in ids]
    for record in await context.loaders.of(loader).load_many(keys):
        if record is None or not may_know(context.viewer, noun, record):
            raise Problem(Code.NOT_FOUND, f"There is no such {noun}.")
    return frozenset(keys)
