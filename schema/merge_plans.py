"""What would become of two records of one person, before they are made one."""

from typing import Annotated

import strawberry

from db.tables.schools import School as SchoolRecord
from domain.audience import ANYONE, HEADS
from domain.merging import MergeObstacle
from resolvers import global_id
from resolvers.context import Context
from resolvers.guardians import GUARDIAN
from resolvers.merge_plans import MergePlan as PlanRecord
from resolvers.merge_plans import plan_of
from resolvers.readings import Items
from resolvers.relations import may_know
from resolvers.students import STUDENT
from resolvers.teachers import TEACHER
from schema.declare import column, resolver, tell
from schema.spans import id_in

tell(MergeObstacle)
PEOPLE = {noun.name: noun for noun in (STUDENT, GUARDIAN, TEACHER)}


@strawberry.type(description="What would be another's: how many records of one type.")
class MergeMove:
    noun: str = column(ANYONE, "The type of the records, such as Grade.")
    count: int = column(ANYONE, "How many they are.")


@strawberry.type(
    description="What making two records of one person one would do. Nothing is done yet."
)
class MergePlan:
    moves: list[MergeMove] = column(
        ANYONE, "What hangs on the duplicate, by type; empty where nothing does.", items=Items(10)
    )
    obstacles: list[MergeObstacle] = column(
        ANYONE, "What is in the way; empty where it can be done.", items=Items(2)
    )


@resolver(
    HEADS,
    "What would move if two records of one student, guardian or teacher were made one; nothing is "
    "written. Null where there is no such person.",
    MergePlan | None,
    needs=("school_id",),
)
async def merge_plan(
    record: SchoolRecord,
    context: Context,
    kept: Annotated[strawberry.ID, strawberry.argument(description="Who stays, by global id.")],
    duplicate: Annotated[
        strawberry.ID,
        strawberry.argument(description="The same person once more, by global id."),
    ],
) -> PlanRecord | None:
    noun = PEOPLE.get(global_id.read(kept)[0], STUDENT)
    school = record.school_id
    one, other = (id_in(school, id_, noun.name) for id_ in (kept, duplicate))
    keys = [(school, one), (school, other)]
    found = await noun.by_id.load(context.store, context.viewer, keys)
    people = [found[key] for key in keys]
    known = all(each and may_know(context.viewer, noun.name, each) for each in people)
    if one == other or not known:
        return None
    return await plan_of(context.store, school, noun.model, one, other)
