"""Where queries start."""

from typing import Annotated, Any

import strawberry

from db.reading.school import schools_by_id
from domain.audience import ANYONE
from domain.errors import bad_input
from resolvers import global_id
from resolvers.context import Context
from resolvers.loaders import (
    AcademicYearById,
    ClassGroupById,
    CourseById,
    GradeById,
    GradeRevisionById,
    GradeScaleById,
    GuardianById,
    HomeworkById,
    HomeworkRevisionById,
    Key,
    LessonById,
    LessonRevisionById,
    Loader,
    PeriodById,
    StudentById,
    SubjectById,
    TeacherById,
    WebhookById,
    WebhookDeliveryById,
    WorkTypeById,
)
from resolvers.readings import Items, Per
from resolvers.relations import may_know
from schema.changes import changes
from schema.declare import named, resolver
from schema.node import Node
from schema.nouns import (
    ClassGroupRef,
    CourseRef,
    GradeRef,
    LessonRef,
    SchoolRef,
    StudentRef,
)
from schema.viewer import Viewer

BY_ID: dict[str, Loader] = {
    "AcademicYear": AcademicYearById,
    "ClassGroup": ClassGroupById,
    "Course": CourseById,
    "Grade": GradeById,
    "GradeRevision": GradeRevisionById,
    "HomeworkRevision": HomeworkRevisionById,
    "LessonRevision": LessonRevisionById,
    "GradeScale": GradeScaleById,
    "Guardian": GuardianById,
    "Homework": HomeworkById,
    "Lesson": LessonById,
    "Period": PeriodById,
    "Student": StudentById,
    "Subject": SubjectById,
    "Teacher": TeacherById,
    "Webhook": WebhookById,
    "WebhookDelivery": WebhookDeliveryById,
    "WorkType": WorkTypeById,
}
MOST_NODES = 100
GlobalId = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]


async def _node(context: Context, text: str) -> Any:
    """The record with this global id; None where the viewer may not know of it."""
    noun, school_id, id_ = global_id.read(text)
    if noun == "School":
        found = await _school(context, school_id)
    elif noun in BY_ID:
        found = await context.loaders.of(BY_ID[noun]).load((school_id, id_))
    else:
        return None
    return found if found is not None and may_know(context.viewer, noun, found) else None


async def _school(context: Context, school_id: int) -> Any:
    return next(iter(await context.store.fetch(schools_by_id, schools=[school_id])), None)


def _by_id(noun: str, of: object, description: str) -> Any:  # stands as a field of the query
    def keys(record: Any, id: GlobalId) -> Key:  # noqa: A002
        return global_id.parse(id, noun)

    return named(ANYONE, description, of, BY_ID[noun])(keys)


@strawberry.type(description="Where queries start.")
class Query:
    student: StudentRef | None = _by_id("Student", StudentRef | None, "A student by id.")
    class_group: ClassGroupRef | None = _by_id(
        "ClassGroup", ClassGroupRef | None, "A class group by id."
    )
    course: CourseRef | None = _by_id("Course", CourseRef | None, "A course by id.")
    lesson: LessonRef | None = _by_id("Lesson", LessonRef | None, "A lesson by id.")
    grade: GradeRef | None = _by_id("Grade", GradeRef | None, "A grade by id.")
    changes = changes

    @resolver(ANYONE, "Who is signed in; null where nobody is.", Viewer | None)
    def viewer(record: Any, context: Context) -> Any:
        return context.viewer

    @resolver(ANYONE, "A school by id; without one, the first of the viewer's.", SchoolRef | None)
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
        return await _school(context, min(context.viewer.schools))

    @resolver(ANYONE, "Whatever has this global id.", Node | None)
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
