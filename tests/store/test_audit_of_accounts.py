"""What the audit has of accounts: sign-ins, those that failed, and requests that were refused."""

from datetime import timedelta
from typing import Any

import pytest

from db.audit import chain_all
from domain import clock
from domain.audit import Tally
from domain.errors import Problem
from domain.origin import ORIGIN
from resolvers.credentials import change_password
from resolvers.sessions import sign_in, viewer_of
from resolvers.tallies import tallies_of
from resolvers.viewers import viewers_of
from tests.gateway.front_door import OTHER, PASSWORD, hashed
from tests.gateway.small_school import HERE
from tests.store.office_room import SCHOOL, ask
from tests.store.staff_room import GUARDIAN, HEAD, STRANGER, TEACHER, StaffRoom


@pytest.fixture
async def house(room: StaffRoom) -> StaffRoom:
    """Whose people have the password, and a confirmed address."""
    await room.rows(
        "UPDATE account SET password_hash = $1, temporary_until = NULL, language = NULL,"
        " email_confirmed_at = created_at, email = replace(login, ' ', '.') || '@mail.example'",
        hashed(),
    )
    return room


async def entries(room: StaffRoom, school: int = HERE) -> list[tuple[Any, ...]]:
    """What is told of accounts: whose it is, what was done, how or how often, and from where."""
    await tallies_of(room.store).write(room.store)
    await chain_all(room.store)
    names = {id_: kind for kind, id_ in room.small.accounts.items()}
    rows = await room.rows(
        "SELECT account_id, change, what, origin, ref, student_id FROM audit_entry"
        " WHERE school_id = $1 AND noun = 'Account' ORDER BY number", school,
    )  # fmt: skip
    assert all((row["ref"], row["student_id"]) == (row["account_id"], None) for row in rows)
    return [(names[row["account_id"]], *list(row.values())[1:4]) for row in rows]


async def fails(room: StaffRoom, login: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Problem):
            await sign_in(room.store, login, "wrong")


async def test_sign_ins_have_an_entry_and_failed_ones_two_an_hour_whatever_was_tried(
    house: StaffRoom,
) -> None:
    noon = clock.now().replace(minute=10) + timedelta(hours=1)
    origin = ORIGIN.set("192.0.2.7")
    try:
        with clock.at(noon):
            await sign_in(house.store, GUARDIAN, PASSWORD)
            await fails(house, GUARDIAN, 3)
            await fails(house, "nobody")
            first = [
                (GUARDIAN, "SIGNED_IN", "PASSWORD", "192.0.2.7"),
                (GUARDIAN, "SIGN_IN_FAILED", "3 WRONG_PASSWORD", "192.0.2.7"),
            ]
            assert await entries(house) == first
            ORIGIN.set("192.0.2.8")
            await fails(house, GUARDIAN, 4)
            assert await entries(house) == first
        with clock.at(noon + timedelta(hours=1)):
            whole = (GUARDIAN, "SIGN_IN_FAILED", "7 WRONG_PASSWORD", "192.0.2.8")
            assert await entries(house) == [*first, whole]
            assert await house.rows("SELECT * FROM account_tally") == []
            await fails(house, GUARDIAN)
            assert (await entries(house))[3:] == [
                (GUARDIAN, "SIGN_IN_FAILED", "1 WRONG_PASSWORD", "192.0.2.8")
            ]
    finally:
        ORIGIN.reset(origin)
    query = """query ($school: ID!) { node(id: $school) { ... on School {
        audit(first: 5, where: {kinds: [SIGN_IN_FAILED]}) {
        edges { node { kind by noun what recordId } } } } } }"""
    found, account = await ask(house, HEAD, query, school=SCHOOL), house.small.accounts[GUARDIAN]
    assert found["node"]["audit"]["edges"][0]["node"] == {
        "kind": "SIGN_IN_FAILED", "by": GUARDIAN, "noun": "Account",
        "what": ["1", "WRONG_PASSWORD"], "recordId": house.id("Account", account),
    }  # fmt: skip


async def test_the_owner_is_told_once_a_day_when_many_have_failed(house: StaffRoom) -> None:
    told = "SELECT recipient, data FROM mail WHERE template = 'failed_sign_ins'"
    noon = clock.now().replace(hour=12, minute=10)
    with clock.at(noon):
        await fails(house, GUARDIAN, 9)
        await entries(house)
        assert await house.rows(told) == []
        await fails(house, GUARDIAN)
        await entries(house)
        (row,) = await house.rows(told)
        assert row["recipient"] == "guardian.of.this.child@mail.example"
        assert row["data"] == {"login": GUARDIAN, "number": 10, "code": False}
    with clock.at(noon + timedelta(hours=1)):
        await fails(house, GUARDIAN, 12)
        await entries(house)
        assert len(await house.rows(told)) == 1


async def test_wrong_codes_after_a_right_password_are_told_sooner_and_changed_passwords_noted(
    house: StaffRoom,
) -> None:
    account, begun = house.small.accounts[GUARDIAN], await sign_in(house.store, GUARDIAN, PASSWORD)
    for _ in range(3):
        tallies_of(house.store).count(account, Tally.WRONG_CODE)
    await change_password(
        house.store, begun.viewer.account, begun.token, PASSWORD, OTHER, throttle=None, address=""
    )
    assert [each[1:3] for each in await entries(house)] == [
        ("SIGNED_IN", "PASSWORD"), ("PASSWORD_CHANGED", ""), ("SIGN_IN_FAILED", "3 WRONG_CODE"),
    ]  # fmt: skip
    (row,) = await house.rows("SELECT data FROM mail WHERE template = 'failed_sign_ins'")
    assert row["data"] == {"login": GUARDIAN, "number": 3, "code": True}


async def test_a_session_is_of_no_use_once_its_account_is_closed(house: StaffRoom) -> None:
    token = (await sign_in(house.store, GUARDIAN, PASSWORD)).token
    assert await viewer_of(house.store, token) is not None
    await house.rows("UPDATE account SET active = false WHERE login = $1", GUARDIAN)
    viewers_of(house.store).forget(house.small.accounts[GUARDIAN])
    assert await viewer_of(house.store, token) is None


async def test_what_is_refused_is_counted_for_the_schools_of_whoever_asked(
    house: StaffRoom,
) -> None:
    """Whether they lack the right or may not know of the record; a stranger's is of no school that
    they are nobody in."""
    mutation = """mutation ($id: ID!, $school: ID!) {
        changeStudent(input: {id: $id, phone: "1"}) { errors { code } }
        resignAsHead(input: {school: $school}) { errors { code } } }"""
    given = {"id": house.id("Student"), "school": SCHOOL}
    refused = await ask(house, TEACHER, mutation, **given)
    assert {each["errors"][0]["code"] for each in refused.values()} == {"FORBIDDEN"}
    unknown = await ask(house, STRANGER, mutation, **given)
    assert {each["errors"][0]["code"] for each in unknown.values()} == {"NOT_FOUND"}
    assert await entries(house) == [(TEACHER, "DENIED", "2", None)]
    others = await house.rows("SELECT school_id FROM school WHERE school_id <> $1", HERE)
    assert await entries(house, others[0]["school_id"]) == [(STRANGER, "DENIED", "2", None)]


async def test_what_could_not_be_written_is_written_later(house: StaffRoom) -> None:
    await fails(house, GUARDIAN, 2)
    await house.rows("ALTER TABLE account_tally RENAME TO elsewhere")
    with pytest.raises(Exception, match="account_tally"):
        await tallies_of(house.store).write(house.store)
    await house.rows("ALTER TABLE elsewhere RENAME TO account_tally")
    await fails(house, GUARDIAN)
    assert [each[2] for each in await entries(house)] == ["3 WRONG_PASSWORD"]
