"""Logins from a roster: suggested, ended with it, and never with a password of its own."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.roster import export_roster
from db.store import Store
from db.tables.access_codes import AccessCode
from domain.access_codes import hash_of, new_code
from domain.clock import now
from domain.ids import uuid7
from domain.refusals import Refused
from resolvers.asking import Asking
from resolvers.registration import NewAccount, for_whom, register
from resolvers.sessions import sign_in
from tests.gateway.small_school import insert
from tests.store.small_roster import Desk, Roster, changes, in_term

__all__ = ["in_term"]
pytestmark = pytest.mark.usefixtures("in_term")
PASSWORD = "correct horse battery"
NEVER_READ = (
    "users.csv: password is never taken over: people choose their own with an access code;"
    " delete the column, as whoever has the file can read it (5 times)"
)


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


@pytest.fixture
async def store(database_url: str) -> Any:
    store = await Store.connect(database_url, connections=4)
    yield store
    await store.close()


async def code_of(desk: Desk, kind: str, sourced_id: str) -> str:
    code = new_code()
    ((school, id_),) = await desk.rows(
        f"SELECT school_id, id FROM {kind} WHERE sourced_id = $1", sourced_id
    )
    made: dict[str, Any] = {f"{kind}_id": id_, "expires_at": now() + timedelta(9)}
    await insert(
        desk.connection,
        AccessCode(school_id=school, id=uuid7(), code_hash=hash_of(code), **made),
    )
    return code


async def schools_of(store: Store, login: str) -> list[int]:
    return list((await sign_in(store, login, PASSWORD)).viewer.schools)


async def test_the_username_is_the_login_that_is_suggested(desk: Desk, store: Store) -> None:
    await desk.brought(
        Roster().put("users", "s1", username="Ada.Kern").put("users", "s2", username="s2")
    )
    for sourced_id, login in (("s1", "ada.kern"), ("s2", "s2")):
        code = await code_of(desk, "student", sourced_id)
        made = await register(store, NewAccount(code, PASSWORD), Asking())
        assert made.login == login


async def test_who_is_disabled_or_put_away_has_no_part_in_the_school_until_they_are_back(
    desk: Desk, store: Store, tmp_path: Path
) -> None:
    await desk.brought(Roster())
    made = await register(
        store, NewAccount(await code_of(desk, "student", "s1"), PASSWORD), Asking()
    )
    assert await schools_of(store, made.login) == [1]
    disabled = Roster().put("users", "s1", enabledUser="false")
    await desk.connection.execute("DELETE FROM outbox")
    assert changes(await desk.brought(disabled)) == {"students": (0, 1, 0)}
    assert await desk.rows("SELECT topic, change FROM outbox") == [("RIGHTS", "CHANGED")]
    assert await schools_of(store, made.login) == []
    assert await desk.rows("SELECT active FROM student WHERE sourced_id = 's1'") == [(True,)]
    # What comes out goes in again, and changes nothing.
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert changes(await desk.brought(tmp_path / "out")) == {}
    # A roster that does not say leaves it as it is.
    silent = Roster()
    silent.columns["users"] = ["sourcedId", "username", "givenName", "familyName",
                               "agentSourcedIds", "grades", "email"]  # fmt: skip
    assert changes(await desk.brought(silent)) == {}
    assert await schools_of(store, made.login) == []
    await desk.brought(Roster())
    assert await schools_of(store, made.login) == [1]
    await desk.connection.execute("UPDATE student SET active = false WHERE sourced_id = 's1'")
    assert await schools_of(store, made.login) == []
    await desk.brought(Roster())
    assert await schools_of(store, made.login) == [1]


async def test_a_code_of_somebody_who_is_disabled_lets_nobody_in(desk: Desk, store: Store) -> None:
    await desk.brought(Roster().put("users", "g1", enabledUser="FALSE"))
    code = await code_of(desk, "guardian", "g1")
    with pytest.raises(Refused, match="not at the school any more"):
        await for_whom(store, code, Asking())


async def test_a_value_that_says_neither_is_noticed_and_is_no_bad_row(desk: Desk) -> None:
    report = await desk.brought(Roster().put("users", "s1", enabledUser="perhaps"))
    assert [each for each in report.notices if "neither" in each] == [
        "users.csv: enabledUser is neither true nor false, so it is not read"
    ]
    assert await desk.rows("SELECT DISTINCT enabled FROM student") == [(True,)]


async def test_a_password_column_is_never_read_and_is_said_not_to_be(
    desk: Desk, tmp_path: Path
) -> None:
    roster = Roster()
    for row in roster.files["users"]:
        row["password"] = "hunter2-secret"
    report = await desk.brought(roster)
    assert NEVER_READ in report.notices
    tables = await desk.connection.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for (name,) in tables:
        rows = await desk.connection.fetch(f"SELECT t::text FROM {name} t")
        assert "hunter2" not in str(rows), name
    assert "hunter2" not in "".join(report.lines())
    await export_roster(desk.connection, [1], tmp_path / "out")
    assert not any("hunter2" in file.read_text() for file in (tmp_path / "out").iterdir())
