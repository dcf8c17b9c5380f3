"""A school's office at work: mutations as a client sends them, and what they left."""

from typing import Any

from db.reading.parts import table
from resolvers import global_id
from resolvers.context import Context
from resolvers.declarations.mutation import MUTATIONS
from resolvers.declarations.naming import camel, pascal, snake
from resolvers.declarations.noun import Noun
from schema.build import schema
from schema.mutations.derivation import plural
from tests.asking import graphql
from tests.gateway.small_school import HERE
from tests.store.staff_room import HEAD, StaffRoom

SCHOOL = global_id.make("School", HERE, global_id.NIL)
TABLES = (
    "school", "academic_year", "period", "day_off", "subject", "work_type", "grade_scale",
    "academic_year_revision", "period_revision", "day_off_revision", "subject_revision",
    "work_type_revision", "grade_scale_revision", "school_revision", "outbox", "receipt",
)  # fmt: skip


async def ask(room: StaffRoom, kind: str | None, query: str, **variables: Any) -> Any:
    context = Context(room.store, await room.viewer(kind) if kind else None)
    answer = await graphql(schema._schema, query, context_value=context, variable_values=variables)
    assert answer.errors is None, answer.errors
    return answer.data


async def act(
    room: StaffRoom, name: str, fields: str = "id", kind: str = HEAD, /, **given: Any
) -> Any:
    """What the mutation answers; of its record or records, the fields."""
    mutation = MUTATIONS[snake(name)]
    answer = field_of(mutation.noun.name)
    answer = plural(answer) if mutation.many else answer
    document = (
        f"mutation ($input: {pascal(snake(name))}Input!) {{ it: {name}(input: $input) {{"
        f" found: {answer} {{ {fields} }} errors {{ code path }} }} }}"
    )
    return (await ask(room, kind, document, input=given))["it"]


async def done(room: StaffRoom, name: str, fields: str = "id", /, **given: Any) -> Any:
    """The record or records that it was done to."""
    return await done_by(room, HEAD, name, fields, **given)


async def done_by(room: StaffRoom, who: str, name: str, fields: str = "id", /, **given: Any) -> Any:
    """The same, by another than the head."""
    answer = await act(room, name, fields, who, **given)
    assert answer["errors"] == [], answer
    return answer["found"]


async def why(
    room: StaffRoom, name: str, kind: str = HEAD, /, **given: Any
) -> list[tuple[str, str]]:
    """Codes and paths of what was refused; nothing was changed."""
    noun = MUTATIONS[snake(name)].noun
    before = await written(room, noun)
    answer = await act(room, name, "id", kind, **given)
    assert await written(room, noun) == before
    return refusals(answer)


def refusals(answer: Any) -> list[tuple[str, str]]:
    """Codes and paths of what was refused."""
    return [(error["code"], ".".join(error["path"])) for error in answer["errors"]]


def field_of(noun: str) -> str:
    """The field of an input or payload that is named for the noun."""
    return camel(snake(noun))


def placed(room: StaffRoom, place: str, to: str) -> dict[str, Any]:
    """The part of an input that says at which school, class group or course something is, and for
    whom: `students families staff`."""
    parts = {f"to{part.capitalize()}": True for part in to.split()}
    return {field_of(place): room.id(place), **parts}


async def written(room: StaffRoom, noun: Noun[Any]) -> dict[str, list[str]]:
    """Everything that the office may touch, and the noun's records with their history."""
    own = table(noun.model).name
    names = {*TABLES, own} if noun.written is None else {*TABLES, own, f"{own}_revision"}
    return await room.rows_of(names)
