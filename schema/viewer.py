"""Who is signed in, and where a client starts from."""

from typing import Any

import strawberry

from db.reading.school import schools_by_id
from domain.audience import ANYONE
from resolvers.context import Context
from resolvers.loaders import StudentById, TeacherById
from resolvers.viewer import Viewer as ViewerRecord
from schema.declare import column, computed, resolver
from schema.nouns import SchoolRef, StudentRef, TeacherRef


@strawberry.type(description="A login.")
class Account:
    login: str = column(ANYONE, "What is typed to sign in.")
    display_name: str = column(ANYONE, "The name to greet with.")


def _ids(viewer: ViewerRecord, of: Any) -> list[Any]:
    return [(school, id_) for school, rights in viewer.schools.items() for id_ in of(rights)]


async def _all(context: Context, loader: Any, keys: list[Any]) -> list[Any]:
    found = await context.loaders.of(loader).load_many(keys)
    return [record for record in found if record is not None]


@strawberry.type(description="The account that asks, and who it is in its schools.")
class Viewer:
    account: Account = computed(ANYONE, "The login.", lambda viewer: viewer.account)

    @resolver(ANYONE, "The children whose guardian the viewer is today.", list[StudentRef])
    async def children(record: Any, context: Context) -> list[Any]:
        found = await _all(context, StudentById, _ids(record, lambda rights: rights["CHILD"]))
        return sorted(found, key=lambda child: (child.given_name, child.family_name, child.id))

    @resolver(ANYONE, "The student whom the viewer is.", StudentRef | None)
    async def student(record: Any, context: Context) -> Any:
        return next(
            iter(await _all(context, StudentById, _ids(record, lambda r: r.students))), None
        )

    @resolver(ANYONE, "The teacher whom the viewer is.", TeacherRef | None)
    async def teacher(record: Any, context: Context) -> Any:
        return next(
            iter(await _all(context, TeacherById, _ids(record, lambda r: r.teachers))), None
        )

    @resolver(ANYONE, "The schools that the viewer belongs to.", list[SchoolRef])
    async def schools(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(schools_by_id, schools=list(record.schools)))
