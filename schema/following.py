"""The arguments of subscriptions and pages: students, courses, class groups and a cursor."""

from typing import Annotated

import strawberry

from domain.errors import Code, Problem, bad_input
from resolvers import global_id
from resolvers.class_groups import ClassGroupById
from resolvers.context import Context
from resolvers.courses import CourseById
from resolvers.feed import SubscriptionFilter, Topic
from resolvers.global_id import Key
from resolvers.loaders import Loader
from resolvers.relations import may_know
from resolvers.students import StudentById

MOST_NAMED = 100
Ids = list[strawberry.ID] | None
Students = Annotated[Ids, strawberry.argument(description="Only what concerns these students.")]
Courses = Annotated[Ids, strawberry.argument(description="Or what is of these courses.")]
ClassGroups = Annotated[
    Ids,
    strawberry.argument(
        description="Or what concerns these class groups: their courses and their students."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor of the last change that was seen; at first that which `changes` "
        "gave before the diary was loaded, so that nothing is missed."
    ),
]


async def subscription_filter(
    context: Context, topics: tuple[Topic, ...], students: Ids, courses: Ids, class_groups: Ids
) -> SubscriptionFilter:
    """Raises NOT_FOUND if the viewer may not know of what is named."""
    context.signed_in()
    return SubscriptionFilter(
        await _known(context, StudentById, "Student", students),
        await _known(context, CourseById, "Course", courses),
        await _known(context, ClassGroupById, "ClassGroup", class_groups),
        topics,
    )


async def _known(context: Context, loader: Loader, noun: str, ids: Ids) -> frozenset[Key] | None:
    if ids is None:
        return None
    if len(ids) > MOST_NAMED:
        raise bad_input(f"At most {MOST_NAMED} ids of a {noun} at once.")
    keys = [global_id.parse(id_, noun) for id_ in ids]
    for record in await context.loaders.of(loader).load_many(keys):
        if record is None or not may_know(context.viewer, noun, record):
            raise Problem(Code.NOT_FOUND, f"There is no such {noun}.")
    return frozenset(keys)
