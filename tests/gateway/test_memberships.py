"""Who the viewer is in each school, so that a client knows which page to open."""

from typing import Any

from graphql import execute, parse

from db.tables.accounts import Membership
from resolvers.context import Context
from resolvers.execution.compiled_executor import CompiledExecutor
from schema.build import schema
from tests.gateway.small_school import ELSEWHERE
from tests.store.staff_room import GUARDIAN, HEAD, STUDENT, TEACHER, StaffRoom

QUERY = """
  { viewer { memberships { school { name } roles student { givenName } teacher { givenName }
    guardian { givenName } } } }
"""


async def memberships(room: StaffRoom, kind: str) -> Any:
    answer: Any = execute(
        schema._schema,
        parse(QUERY),
        context_value=Context(room.store, await room.viewer(kind)),
        executor_class=CompiledExecutor,
    )
    return (await answer).formatted["data"]["viewer"]["memberships"]


def of(roles: list[str], **people: str) -> dict[str, Any]:
    named = {of: name and {"givenName": name} for of, name in people.items()}
    nobody = {"student": None, "teacher": None, "guardian": None}
    return {"school": {"name": "Here"}, "roles": roles} | nobody | named


async def test_a_viewer_is_told_their_part_in_a_school(room: StaffRoom) -> None:
    assert await memberships(room, STUDENT) == [of(["STUDENT"], student="student")]
    assert await memberships(room, GUARDIAN) == [of(["GUARDIAN"], guardian="guardian")]
    assert await memberships(room, TEACHER) == [of(["TEACHER"], teacher="course_teacher")]
    assert await memberships(room, HEAD) == [of(["HEAD"])]


async def test_a_teacher_who_heads_another_school_is_told_both(room: StaffRoom) -> None:
    account = room.small.accounts[TEACHER]
    await room.add(Membership(school_id=ELSEWHERE, account_id=account, role="HEAD"))
    here, elsewhere = await memberships(room, TEACHER)
    assert here == of(["TEACHER"], teacher="course_teacher")
    assert elsewhere == of(["HEAD"]) | {"school": {"name": "Elsewhere"}}
