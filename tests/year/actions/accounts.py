"""Accounts: a guardian registers by the code that the office made, and somebody changes their
password."""

from typing import Any

from tests.year.actions.cast import family_name, ordinary
from tests.year.actions.people import add_guardian
from tests.year.actions.scenes import Scene
from tests.year.calendar import Played
from tests.year.model.world import Account
from tests.year.stage import Stage

REGISTER = """
  mutation ($input: RegisterInput!) { register(input: $input) {
    login errors { code path } } }
"""
CHANGE = """
  mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
    errors { code path } } }
"""


def scenes(stage: Stage, played: Played) -> list[Scene]:
    if played.year.school is not stage.world.schools[0]:
        return []
    return [
        Scene(played.at(0.2), lambda: registration(stage)),
        Scene(played.at(0.7), lambda: change_password(stage)),
    ]


async def registration(stage: Stage) -> None:
    """A code works once, and nobody else is let in by it."""
    child = stage.chance.choice(ordinary(stage))
    guardian = await add_guardian(stage, [child], "Rita", "GUARDIAN")
    school = child.school
    given = {"school": school.id, "people": [guardian.id]}
    [payload] = await stage.office(school, ("createAccessCodes", given, "accessCodes { code }"))
    password = f"a long way from {family_name(stage)}"
    asked = {"code": payload["accessCodes"][0]["code"], "password": password}
    made = await register(stage, asked)
    assert made["errors"] == [], made
    account = Account(made["login"], people=[guardian], password=password)
    stage.world.accounts.append(account)
    stage.tell(f"{guardian} registers as {account}", guardian, child, turns=True)
    again = await register(stage, asked)
    assert [each["code"] for each in again["errors"]] == ["CODE_USED"], again


async def register(stage: Stage, asked: dict[str, str]) -> dict[str, Any]:
    answer = await stage.clients.ask(None, REGISTER, {"input": asked})
    found: dict[str, Any] = answer["data"]["register"]
    return found


async def change_password(stage: Stage) -> None:
    """The old one no longer lets anybody in."""
    account = stage.chance.choice(
        [each for each in stage.world.accounts if stage.clients.is_somebody(each)]
    )
    new = f"not {family_name(stage)} this time, {stage.today}"
    asked = {"oldPassword": account.password, "newPassword": new}
    answer = await stage.clients.ask(account, CHANGE, {"input": asked})
    assert answer["data"]["changePassword"]["errors"] == [], answer
    old, account.password = account.password, new
    await stage.clients.is_kept_out(account, old)
    await stage.clients.sign_in(account)
    stage.tell(f"{account} has another password", *account.people)
