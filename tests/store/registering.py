"""Codes as people hold them, and requests of somebody at the door."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from db.store import Store
from db.tables.access_codes import AccessCode
from domain.access_codes import hash_of, new_code, shown
from domain.clock import now
from domain.ids import uuid7
from resolvers.context import Context
from resolvers.sessions import viewer_of
from resolvers.throttle import Throttle
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import HERE
from tests.store.staff_room import StaffRoom

PASSWORD = "correct horse battery"
REGISTER = """
  mutation ($input: RegisterInput!) { register(input: $input) {
    login token errors { code message path } viewer { account { login displayName }
      memberships { roles } children { givenName } } } }
"""
ADD = """
  mutation ($input: AddByCodeInput!) { addByCode(input: $input) {
    errors { code message path } viewer { children { givenName } memberships { roles } } } }
"""
LOOK_UP = """
  query ($code: String!) { registrationByCode(code: $code) {
    givenName classGroup errors { code message path } } }
"""


async def code_for(
    room: StaffRoom, kind: str, id_: UUID | None = None, school: int = HERE, **more: Any
) -> str:
    """An open code of the person of this kind whom the small school's viewers look at."""
    code = new_code()
    person = id_ or room.small.records[kind.title()]
    made: dict[str, Any] = {"expires_at": now() + timedelta(60), "code_hash": hash_of(code)}
    made |= {f"{kind}_id": person} | more
    await room.add(AccessCode(school_id=school, id=uuid7(), **made))
    return shown(code)


async def nobody_registered(room: StaffRoom) -> None:
    await room.rows("DELETE FROM access_code")
    await room.rows("DELETE FROM membership WHERE role IN ('STUDENT', 'GUARDIAN')")


async def at_the_door(
    store: Store,
    query: str,
    token: str | None = None,
    throttle: Throttle | None = None,
    address: str = "192.0.2.1",
    **variables: Any,
) -> Any:
    """What somebody is answered who has the session of the token, or none."""
    viewer = await viewer_of(store, token) if token else None
    context = Context(store, viewer, address, token, throttle=throttle)
    answer = await graphql(schema._schema, query, context_value=context, variable_values=variables)
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    (found,) = answer.data.values()
    return found


async def register(store: Store, code: str, **given: Any) -> Any:
    how = {name: given.pop(name) for name in ("throttle", "token", "address") if name in given}
    input_ = {"code": code, "password": PASSWORD} | given
    return await at_the_door(store, REGISTER, **how, input=input_)
