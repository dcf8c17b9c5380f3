"""Who is signed in, and where a client starts from."""

from functools import partial
from typing import Any

import strawberry

from db.reading.school import schools_by_id
from domain.audience import ANYONE
from resolvers.context import Context
from resolvers.loaders import Key, StudentById, TeacherById
from resolvers.readings import Items
from resolvers.viewer import Viewer as ViewerRecord
from schema.declare import column, keyed, resolver
from schema.nouns import SchoolRef, StudentRef, TeacherRef


@strawberry.type(description="A login.")
class Account:
    login: str = column(ANYONE, "What is typed to sign in.")
    display_name: str = column(ANYONE, "The name to greet with.")


def _tied(tie: str, viewer: ViewerRecord) -> list[Key]:
    return [(school, id_) for school, rights in viewer.schools.items() for id_ in rights[tie]]


def _by_name(people: list[Any]) -> list[Any]:
    return sorted(people, key=lambda one: (one.given_name, one.family_name, one.id))


def _first(people: list[Any]) -> Any:
    return people[0] if people else None


@strawberry.type(description="The account that asks, and who it is in its schools.")
class Viewer:
    account: Account = column(ANYONE, "The login.")

    children: list[StudentRef] = keyed(
        ANYONE,
        "The children whose guardian the viewer is today.",
        StudentById,
        partial(_tied, "CHILD"),
        items=Items(3),
        then=_by_name,
        reads=("given_name", "family_name", "id"),
    )
    student: StudentRef | None = keyed(
        ANYONE,
        "The student whom the viewer is.",
        StudentById,
        partial(_tied, "STUDENT"),
        then=_first,
    )
    teacher: TeacherRef | None = keyed(
        ANYONE,
        "The teacher whom the viewer is.",
        TeacherById,
        partial(_tied, "TEACHER"),
        then=_first,
    )

    @resolver(ANYONE, "The schools that the viewer belongs to.", list[SchoolRef], items=Items(2))
    async def schools(record: Any, context: Context) -> list[Any]:
        return list(await context.store.fetch(schools_by_id, schools=list(record.schools)))
