"""Attacks that would find out which logins, addresses, codes, people and schools there are.

Whatever is asked without a right to the answer is answered byte by byte alike, and by the same
statements in the same order, whether it exists or not: statements stand in for the time, which on
a busy machine says nothing.
"""

import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from domain.access_codes import new_code, shown
from domain.ids import uuid7
from resolvers import global_id, passwords
from resolvers.declarations.mutation import MUTATIONS
from resolvers.declarations.naming import snake
from resolvers.declarations.noun import NOUNS
from schema.build import schema
from tests.gateway.front_door import OTHER, PASSWORD, RESPONSE, FrontDoor
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY

GUARDIAN, STUDENT, HEAD, CLASSMATE = (
    "guardian of this child", "the student", "the head", "a classmate",
)  # fmt: skip
STRANGERS = (None, "a head of another school", "guardian of another")
NOWHERE = 99
ID = re.compile(rb"'[\w-]{20,}'")
"""An id, where it is told that it is of the wrong kind."""
ASKED: ContextVar[list[str] | None] = ContextVar("asked", default=None)
"""The statements of the request that is under way, and of nothing that runs beside it."""


@dataclass(frozen=True)
class Seen:
    """All that somebody outside sees of an answer, and what it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    statements: tuple[str, ...]


OF_REQUEST = {"x-request-id", "traceparent"}
"""Headers that are drawn anew for every request."""


async def seen(door: FrontDoor, query: str, token: str | None = None, **variables: Any) -> Seen:
    """Asked without a network between, so that its statements are known from those beside it."""
    if note not in door.store.watchers:
        door.store.watchers.append(note)
    headers = RESPONSE | ({"Authorization": f"Bearer {token}"} if token else {})
    transport = httpx.ASGITransport(door.app, client=("192.0.2.1", 1))
    names: list[str] = []
    asked = ASKED.set(names)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{door.host}") as http:
            json = {"query": query, "variables": variables}
            response = await http.post("/graphql", json=json, headers=headers)
    finally:
        ASKED.reset(asked)
    body = ID.sub(b"ID", response.content)
    told = {name: each for name, each in response.headers.items() if name not in OF_REQUEST}
    return Seen(response.status_code, told, body, tuple(names))


def note(statement: str) -> None:
    names = ASKED.get()
    if names is not None:
        names.append(statement)


async def forget_tries(door: FrontDoor) -> None:
    await door.pool.execute("DELETE FROM sign_in_tries")


SIGN_IN = """
  mutation ($login: String!, $password: String!) {
    signIn(input: {login: $login, password: $password}) {
      token sessionEndsAt mustChangePassword mustSetUpSecondFactor deviceToken hints
      secondFactor { challenge expiresAt } viewer { account { login } }
      errors { code message path } } }
"""


async def test_a_failed_sign_in_is_the_same_whatever_there_is(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known, unknown, closed, shared, with a second factor, and with a password that is over."""
    await door.pool.execute("UPDATE account SET active = false WHERE login = 'a classmate'")
    await door.pool.execute("UPDATE account SET second_factor_at = now() WHERE login = 'the head'")
    await door.pool.execute(
        "UPDATE account SET temporary_until = now() - interval '1 day' WHERE login = 'the student'"
    )
    await door.pool.execute(
        "UPDATE account SET email = 'shared@mail.example' WHERE login LIKE 'a secret%'"
        " OR login LIKE 'a deputy%'"
    )
    hashed: list[str] = []
    verified = passwords._verified

    def watch(stored: str, password: str) -> bool:
        hashed.append(stored.rpartition("$")[0].rpartition("$")[0])
        return verified(stored, password)

    monkeypatch.setattr(passwords, "_verified", watch)
    logins = (
        GUARDIAN, HEAD, STUDENT, CLASSMATE, "nobody", "guardian.of.this.child@mail.example",
        "the.head@mail.example", "nobody@mail.example", "shared@mail.example",
    )  # fmt: skip
    for password in ("wrong password", ""):
        found = set()
        for login in logins:
            await forget_tries(door)
            found.add(str(await seen(door, SIGN_IN, login=login, password=password)))
        assert len(found) == 1
    # The right password of an account that is closed, or whose password is over, tells nothing too.
    found = set()
    for login in (STUDENT, CLASSMATE, "shared@mail.example", "nobody"):
        await forget_tries(door)
        found.add(str(await seen(door, SIGN_IN, login=login, password=PASSWORD)))
    assert len(found) == 1
    assert len(hashed) == len(logins) * 2 + 4
    assert len(set(hashed)) == 1


MAILS = {
    "requestPasswordCode": "login",
    "requestLogins": "email",
}


async def test_a_request_for_mail_is_the_same_whatever_there_is(door: FrontDoor) -> None:
    await door.pool.execute("UPDATE account SET email_confirmed_at = NULL WHERE login = 'the head'")
    await door.pool.execute("UPDATE account SET active = false WHERE login = 'a classmate'")
    for mutation, name in MAILS.items():
        input_ = mutation[0].upper() + mutation[1:] + "Input"
        query = f"""mutation ($input: {input_}!) {{
          {mutation}(input: $input) {{ errors {{ code message path }} }} }}"""
        for language in (None, "ru", "xx"):
            found = set()
            for typed in (
                GUARDIAN, "guardian.of.this.child@mail.example", HEAD, "the.head@mail.example",
                CLASSMATE, "nobody", "nobody@mail.example", "x" * 300, "'; --",
            ):  # fmt: skip
                await forget_tries(door)
                given = {name: typed, "language": language}
                found.add(str(await seen(door, query, input=given)))
            assert len(found) == 1, found
    limits = []
    for typed in (GUARDIAN, "nobody", "nobody@mail.example"):
        await forget_tries(door)
        answers = [await door.do("requestPasswordCode", "", login=typed) for _ in range(5)]
        limits.append([[error["code"] for error in each["errors"]] for each in answers])
    assert limits == [[[], [], [], ["RATE_LIMITED"], ["RATE_LIMITED"]]] * 3


CODE = shown(new_code())
GUESSES = {
    "registrationByCode": ("query", "code: $guess", "givenName classGroup", CODE),
    "register": ("mutation", f'input: {{code: $guess, password: "{OTHER}"}}', "login token", CODE),
    "confirmEmail": ("mutation", "input: {code: $guess}", "", "x" * 43),
    "setPassword": (
        "mutation", f'input: {{code: $guess, newPassword: "{OTHER}"}}', "", "a" * 26,
    ),
    "signInWithCode": (
        "mutation", 'input: {challenge: $guess, code: "000000"}', "token deviceToken", "x" * 43,
    ),
}  # fmt: skip
"""What somebody without a session guesses at, and a guess that is well written."""


def guessing(name: str) -> str:
    kind, given, shows, _ = GUESSES[name]
    shows += " errors { code message path }"
    return f"{kind} ($guess: String!) {{ {name}({given}) {{ {shows} }} }}"


async def test_guesses_are_told_apart_by_nothing_and_count_together_by_network_and_each_by_itself(
    door: FrontDoor,
) -> None:
    """Aliases count each; what one way in has used up is used up for the others. A second guess of
    the same kind is answered as the first."""
    for name, (_, _, _, guess) in GUESSES.items():
        found = set()
        for typed in (guess, shown(new_code()) if guess == CODE else guess[1:] + "b"):
            await forget_tries(door)
            found.add(str(await seen(door, guessing(name), guess=typed)))
        assert len(found) == 1, name
    await forget_tries(door)
    many = " ".join(
        f'a{n}: signIn(input: {{login: "nobody{n}", password: $p}}) {{ errors {{ code }} }}'
        for n in range(99)
    )
    answers = await door.ask(f"mutation ($p: String!) {{ {many} }}", p="x" * 2_000)
    told = {each["errors"][0]["code"] for each in answers.values()}
    assert told == {"UNAUTHENTICATED"}
    more = " ".join(
        f'b{n}: registrationByCode(code: "{shown(new_code())}") {{ errors {{ code }} }}'
        for n in range(30)
    )
    codes = [each["errors"][0]["code"] for each in (await door.ask(f"{{ {more} }}")).values()]
    assert codes[-1] == "RATE_LIMITED"
    await door.pool.execute("UPDATE sign_in_tries SET full_at = full_at + interval '1 hour'")
    for name, (_, _, _, guess) in GUESSES.items():
        (answer,) = (await door.ask(guessing(name), guess=guess)).values()
        assert [error["code"] for error in answer["errors"]] == ["RATE_LIMITED"], name
    for mutation, name in MAILS.items():
        asked = await door.do(mutation, "", **{name: GUARDIAN})
        assert [error["code"] for error in asked["errors"]] == ["RATE_LIMITED"]
    assert (await door.sign_in(GUARDIAN))["errors"][0]["code"] == "RATE_LIMITED"
    batch = await door.http.post("/graphql", json=[{"query": "{ __typename }"}])
    assert batch.status_code == 400  # there are none that could be counted as one


async def test_guesses_of_one_mailed_code_count_from_wherever(door: FrontDoor) -> None:
    tried = [
        (await door.do("setPassword", "", code="a" * 26, newPassword=OTHER))["errors"][0]["code"]
        for _ in range(12)
    ]
    assert tried == ["NOT_FOUND"] * 10 + ["RATE_LIMITED"] * 2


def noun_of(name: str, of: str) -> str:
    """The noun whose id an argument of the name takes; `of` unless it says."""
    for word in (name, name.removesuffix("s")):
        if (noun := word[:1].upper() + word[1:]) in NOUNS:
            return noun
    return {"person": "Guardian", "people": "Guardian", "children": "Student"}.get(name, of)


SAMPLES = {
    "Int": 1, "Float": 1.0, "Boolean": True, "String": "Something", "Decimal": "1",
    "Date": TODAY.isoformat(), "Time": "09:00:00",
    "DateTime": datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC).isoformat(),
}  # fmt: skip


class Ids:
    """Ids that a made-up request names, each by what it is of."""

    def __init__(self, door: FrontDoor, school: int, *, exist: bool) -> None:
        self.door, self.school, self.exist = door, school, exist
        self.nouns: set[str] = set()

    def __call__(self, noun: str) -> str:
        self.nouns.add(noun)
        if noun == "School":
            return global_id.make("School", self.school, global_id.NIL)
        id_ = self.door.small.records[noun] if self.exist else uuid7()
        return global_id.make(noun, self.school, id_)


def value(of_type: GraphQLInputType, name: str, of: str, ids: Ids) -> Any:
    type_: Any = get_nullable_type(of_type)
    if isinstance(type_, GraphQLList):
        return [value(type_.of_type, name, of, ids)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return {
            field: value(found.type, field, of, ids)
            for field, found in type_.fields.items()
            if isinstance(found.type, GraphQLNonNull) or names_ids(found.type)
        }
    return ids(noun_of(name, of)) if type_.name == "ID" else SAMPLES[type_.name]


def names_ids(type_: GraphQLInputType, depth: int = 3) -> bool:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        return depth > 0 and any(names_ids(each.type, depth - 1) for each in named.fields.values())
    return named.name == "ID"


NO_NOUN = frozenset({
    "endSession", "distrustDevice", "removeProfile", "orderProfiles", "renewCalendar",
    "revokeCalendar",
})  # fmt: skip
"""What takes ids that are of the account alone: see below."""


def entries() -> Iterator[tuple[str, str, GraphQLField]]:
    """Every field at which an operation begins, and that takes an id."""
    for kind, type_ in (
        ("query", schema._schema.query_type),
        ("mutation", schema._schema.mutation_type),
    ):
        assert type_ is not None
        for name, field in type_.fields.items():
            if any(names_ids(each.type) for each in field.args.values()) and name not in NO_NOUN:
                yield kind, name, field


def document(kind: str, name: str, field: GraphQLField) -> str:
    given = {
        arg: each
        for arg, each in field.args.items()
        if isinstance(each.type, GraphQLNonNull) or names_ids(each.type)
    }
    declared = ", ".join(f"${arg}: {each.type}" for arg, each in given.items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in given)
    type_ = get_named_type(field.type)
    shows = ""
    if isinstance(type_, GraphQLObjectType) and "errors" in type_.fields:
        shows = "{ __typename errors { code message path } }"
    elif not is_leaf_type(type_):
        shows = "{ __typename }"
    return f"{kind} ({declared}) {{ it: {name}({passed}) {shows} }}"


def variables(name: str, field: GraphQLField, ids: Ids) -> dict[str, Any]:
    declared = MUTATIONS.get(snake(name))
    of = declared.noun.name if declared is not None else noun_of(name, "Student")
    return {
        arg: value(each.type, arg, of, ids)
        for arg, each in field.args.items()
        if isinstance(each.type, GraphQLNonNull) or names_ids(each.type)
    }


KEPT = {"publicEvents", "publicPages"}
"""What they find is kept for whoever asks next, also of a school that does not exist."""
KNOW_OF = "query ($id: ID!) { node(id: $id) { __typename } }"


@pytest.mark.parametrize("who", STRANGERS)
async def test_what_exists_is_answered_as_what_does_not_to_who_may_not_know_of_it(
    door: FrontDoor, who: str | None
) -> None:
    """Every query and mutation that takes an id: with those that exist, and with made-up ones."""
    token = await door.token(who) if who else None
    unknown = {
        noun
        for noun in NOUNS
        if (await door.ask(KNOW_OF, token, id=Ids(door, HERE, exist=True)(noun)))["node"] is None
    }
    assert {"Student", "Guardian", "Grade"} <= unknown
    asked = 0
    for kind, name, field in entries():
        known = Ids(door, HERE, exist=True)
        given = variables(name, field, known)
        if not known.nouns <= unknown:
            continue
        asked += 1
        made_up = variables(name, field, Ids(door, HERE, exist=False))
        query = document(kind, name, field)
        asked_of = [given, made_up]
        if "School" in known.nouns and token is None:
            asked_of.append(variables(name, field, Ids(door, NOWHERE, exist=False)))
        if name in KEPT:
            for each in asked_of:
                await seen(door, query, token, **each)
        there, *others = [await seen(door, query, token, **each) for each in asked_of]
        assert all(nowhere == there for nowhere in others), name
    assert asked > 20


async def test_what_is_of_another_account_is_answered_as_what_does_not_exist(
    door: FrontDoor,
) -> None:
    mine, other = await door.token(GUARDIAN), await door.token(STUDENT)
    session = await door.pool.fetchval(
        "SELECT id FROM session WHERE account_id = $1", door.small.accounts[STUDENT]
    )
    await door.do("saveProfile", token=other, name="Mine")
    profile = await door.pool.fetchval("SELECT id FROM profile")
    await door.do("openCalendar", token=other, of=await door.id_of(STUDENT))
    calendar = await door.pool.fetchval("SELECT id FROM calendar_feed")
    device = uuid7()
    await door.pool.execute(
        "INSERT INTO trusted_device (token_hash, account_id, id, created_at, expires_at)"
        " VALUES ('x', $1, $2, now(), now() + interval '1 day')",
        door.small.accounts[STUDENT],
        device,
    )
    for mutation, id_ in (
        ("endSession", session),
        ("distrustDevice", device),
        ("removeProfile", profile),
        ("renewCalendar", calendar),
        ("revokeCalendar", calendar),
    ):
        name = mutation[0].upper() + mutation[1:]
        query = f"""mutation ($input: {name}Input!) {{ {mutation}(input: $input)
          {{ errors {{ code message path }} }} }}"""
        ids: tuple[UUID, UUID] = (id_, uuid7())
        there, nowhere = [await seen(door, query, mine, input={"id": str(each)}) for each in ids]
        assert there == nowhere
        assert b"NOT_FOUND" in there.body


async def test_a_sheet_says_nothing_of_codes_or_schools_to_who_may_not_know_of_them(
    door: FrontDoor,
) -> None:
    codes = {}
    for token in (None, await door.token("a head of another school")):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for school in (HERE, ELSEWHERE, NOWHERE):
            asked = {
                "school": global_id.make("School", school, global_id.NIL),
                "codes": [shown(new_code())],
            }
            door.http.cookies.clear()
            answer = await door.http.post("/access-codes/sheet", json=asked, headers=headers)
            codes[token is None, school] = (answer.status_code, answer.content)
    assert len({found for (stranger, _), found in codes.items() if stranger}) == 1
    assert len({found for (stranger, _), found in codes.items() if not stranger}) == 1
