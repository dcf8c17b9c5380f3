"""Registering by an access code: once, for one person, and telling nobody more than they hold."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from db.tables.guardians import Guardian, Guardianship
from db.tables.students import Student
from domain.access_codes import new_code, shown
from domain.clock import now
from domain.errors import Problem
from domain.ids import uuid7
from domain.logins import BadLogin, login_of, of_names, suggested
from domain.mail import MailState
from resolvers.addresses import UNDELIVERED
from resolvers.sessions import sign_in
from resolvers.throttle import Allowance, Throttle
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY
from tests.store.office_room import refusals
from tests.store.registering import (
    ADD,
    LOOK_UP,
    PASSWORD,
    at_the_door,
    code_for,
    nobody_registered,
    register,
)
from tests.store.staff_room import StaffRoom

GUARDIAN = "guardian of this child"
TABLES = ("account", "membership", "session", "access_code", "outbox")


@pytest.fixture
async def door(room: StaffRoom) -> StaffRoom:
    """The small school, where no family has registered yet."""
    await nobody_registered(room)
    await room.rows("DELETE FROM outbox")
    return room


async def written(room: StaffRoom) -> dict[str, list[str]]:
    return await room.rows_of(TABLES)


async def test_a_code_tells_the_given_name_and_the_class_and_nothing_else(
    door: StaffRoom,
) -> None:
    for kind, name in (("student", "student"), ("guardian", "guardian")):
        found = await at_the_door(door.store, LOOK_UP, code=await code_for(door, kind))
        assert found == {"givenName": name, "classGroup": "7B", "errors": []}
    teacher = await code_for(door, "teacher")
    found = await at_the_door(door.store, LOOK_UP, code=teacher)
    assert found == {"givenName": "course_teacher", "classGroup": None, "errors": []}


async def test_a_parent_registers_and_is_signed_in_at_once(door: StaffRoom) -> None:
    code = await code_for(door, "guardian")
    made = await register(door.store, code.lower(), name=" Maria\r\n S. ")
    assert made["errors"] == []
    assert made["viewer"] == {
        "account": {"login": made["login"], "displayName": "Maria S."},
        "memberships": [{"roles": ["GUARDIAN"]}],
        "children": [{"givenName": "student"}],
    }
    again = await sign_in(door.store, made["login"], PASSWORD)
    assert list(again.viewer.schools) == [HERE]
    (row,) = await door.rows("SELECT c.used_by, a.login FROM access_code c, account a"
                             " WHERE a.id = c.used_by")  # fmt: skip
    assert row["login"] == made["login"]
    assert await door.events() == [(1, "RIGHTS", "CHANGED", 1)]
    stored = str([tuple(each) for each in await door.rows("SELECT * FROM account")])
    assert PASSWORD not in stored


@pytest.mark.parametrize(("kind", "role"), [("student", "STUDENT"), ("teacher", "TEACHER")])
async def test_students_and_teachers_register_the_same_way(
    door: StaffRoom, kind: str, role: str
) -> None:
    await door.rows("DELETE FROM membership WHERE role = 'TEACHER'")
    made = await register(door.store, await code_for(door, kind))
    assert made["viewer"]["memberships"] == [{"roles": [role]}]


async def test_two_tabs_at_once_make_one_account_and_the_other_is_told(door: StaffRoom) -> None:
    code = await code_for(door, "guardian")
    accounts = await door.rows("SELECT id FROM account")
    answers = await asyncio.gather(*(register(door.store, code, login="maria") for _ in range(5)))
    assert sorted(refusals(each) for each in answers) == [[], *[[("CODE_USED", "code")]] * 4]
    assert [each["viewer"] for each in answers].count(None) == 4
    assert len(await door.rows("SELECT id FROM account")) == len(accounts) + 1
    assert len(await door.rows("SELECT FROM membership WHERE role = 'GUARDIAN'")) == 1
    begun = "SELECT FROM session WHERE account_id = (SELECT used_by FROM access_code)"
    assert len(await door.rows(begun)) == 1


async def test_a_code_that_lets_nobody_in_has_one_clear_message_and_changes_nothing(
    door: StaffRoom,
) -> None:
    at, gone = now(), TODAY - timedelta(1)
    left = Student(school_id=HERE, given_name="Gone", family_name="Away", ends_on=gone)
    put_away = Student(school_id=HERE, given_name="Put", family_name="Away", active=False)
    disabled = Student(school_id=HERE, given_name="Dis", family_name="Abled", enabled=False)
    await door.add(left, put_away, disabled)
    mistyped = await code_for(door, "student")
    cases = {
        "CODE_MISTYPED": [mistyped[:-1] + ("2" if mistyped[-1] != "2" else "3"), "", "0" * 17],
        "NOT_FOUND": [shown(new_code())],
        "CODE_USED": [await code_for(door, "student", used_at=at)],
        "CODE_REVOKED": [await code_for(door, "student", revoked_at=at)],
        "CODE_EXPIRED": [await code_for(door, "student", expires_at=at)],
        "NOT_THERE": [
            await code_for(door, "student", each.id) for each in (left, put_away, disabled)
        ],
    }
    (other,) = await door.rows("SELECT id FROM student WHERE given_name = 'classmate'")
    token = (await register(door.store, await code_for(door, "student", other["id"])))["token"]
    before = await written(door)
    for why, typed in cases.items():
        for code in typed:
            added = await at_the_door(door.store, ADD, token, input={"code": code})
            assert refusals(added) == [(why, "code")]
            seen = await at_the_door(door.store, LOOK_UP, code=code)
            tried = await register(door.store, code)
            assert refusals(seen) == refusals(tried) == [(why, "code")]
            assert seen["errors"] == tried["errors"] == added["errors"]
            assert (seen["givenName"], seen["classGroup"]) == (None, None)
            assert (tried["viewer"], tried["token"], tried["login"]) == (None, None, None)
    assert await written(door) == before


async def test_what_is_malformed_is_told_where_before_the_code_is_looked_up(
    door: StaffRoom,
) -> None:
    code = await code_for(door, "guardian")
    before = await written(door)
    for given, where in (
        ({"password": "1234567"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"login": "a"}, "login"),
        ({"login": "a b"}, "login"),
        ({"login": "maria@example.org"}, "login"),
        ({"login": "x" * 61}, "login"),
        ({"name": "x" * 201}, "name"),
    ):
        assert refusals(await register(door.store, code, **given)) == [("BAD_INPUT", where)], given
        assert refusals(await register(door.store, shown(new_code()), **given)) == [
            ("BAD_INPUT", where)
        ]
    for password in ("Sommer2024", "guardian!", "password1", "gfhjkm123"):
        why = refusals(await register(door.store, code, password=password))
        assert why == [("BAD_INPUT", "password")], password
    assert await written(door) == before


async def test_a_login_of_ones_own_is_answered_alike_whether_another_has_it(
    door: StaffRoom,
) -> None:
    await door.rows("UPDATE account SET login = 'taken' WHERE login = 'the head'")
    (other,) = await door.rows("SELECT id FROM student WHERE given_name = 'classmate'")
    first = await register(door.store, await code_for(door, "student"), login="Taken")
    second = await register(door.store, await code_for(door, "student", other["id"]), login="Free")
    assert first["login"].rpartition("-")[0] == "taken"
    assert second["login"].rpartition("-")[0] == "free"
    tails = [each["login"].rpartition("-")[2] for each in (first, second)]
    assert [(len(tail), tail.isdigit()) for tail in tails] == [(4, True)] * 2


async def test_without_a_login_it_is_the_rosters_or_one_made_of_the_name(door: StaffRoom) -> None:
    await door.rows("UPDATE student SET username = 'Ada.Adler' WHERE given_name = 'student'")
    assert (await register(door.store, await code_for(door, "student")))["login"] == "ada.adler"
    twin = Student(school_id=ELSEWHERE, given_name="Ada", family_name="Ё", username="ada.adler")
    named = Guardian(school_id=HERE, given_name="Мария", family_name="Зоммер-Öl")
    await door.add(twin, named)
    code = await code_for(door, "student", twin.id, ELSEWHERE)
    assert (await register(door.store, code, login="ADA.ADLER"))["login"].startswith("ada.adler-")
    made = await register(door.store, await code_for(door, "guardian", named.id))
    assert made["login"].startswith("maria.zommerol-")


CONFIRM = """
  mutation ($input: ConfirmEmailInput!) { confirmEmail(input: $input) {
    errors { code message path } } }
"""


async def confirm(room: StaffRoom, link: str, **how: Any) -> list[tuple[str, str]]:
    return refusals(await at_the_door(room.store, CONFIRM, input={"code": link}, **how))


async def link_to(room: StaffRoom, address: str) -> str:
    """What the newest mail to the address confirms it with."""
    (row, *_) = await room.rows(
        "SELECT data FROM mail WHERE recipient = $1 ORDER BY created_at DESC", address
    )
    link: str = row["data"]["code"]
    return link


async def sign_in_with(room: StaffRoom, login: str) -> str:
    try:
        return (await sign_in(room.store, login, PASSWORD)).viewer.account.login
    except Problem as problem:
        return problem.message


async def test_an_address_is_confirmed_by_a_link_that_works_once(door: StaffRoom) -> None:
    await door.rows("UPDATE school SET language = 'ru'")
    made = await register(door.store, await code_for(door, "guardian"), email=" Maria@Example.ORG")
    (mail,) = await door.rows("SELECT * FROM mail")
    assert (mail["template"], mail["recipient"]) == ("confirm_email", "maria@example.org")
    assert (mail["language"], mail["state"], mail["data"]["hours"]) == ("ru", "QUEUED", 48)
    assert await sign_in_with(door, "maria@example.org") == "Login or password is wrong."
    link = await link_to(door, "maria@example.org")
    assert link not in str(await door.rows("SELECT * FROM email_confirmation"))
    assert await confirm(door, link) == []
    before = await written(door)
    assert await confirm(door, link) == [("CODE_USED", "code")]
    assert await confirm(door, link + "x") == [("NOT_FOUND", "code")]
    assert await written(door) == before
    assert await sign_in_with(door, "MARIA@example.org") == made["login"]


CHANGE = """
  mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) {
    errors { code message path } } }
"""
ACCOUNT = "{ viewer { account { email emailConfirmedAt emailProblem } } }"


async def change(room: StaffRoom, token: str, email: str, password: str = PASSWORD) -> Any:
    given = {"email": email, "password": password}
    return refusals(await at_the_door(room.store, CHANGE, token, input=given))


async def account_of(room: StaffRoom, token: str) -> Any:
    return (await at_the_door(room.store, ACCOUNT, token))["account"]


async def test_a_link_that_is_too_old_does_nothing(door: StaffRoom) -> None:
    made = await register(door.store, await code_for(door, "guardian"), email="maria@example.org")
    link = await link_to(door, "maria@example.org")
    await door.rows("UPDATE email_confirmation SET expires_at = now()")
    assert await confirm(door, link) == [("CODE_EXPIRED", "code")]
    account = await account_of(door, made["token"])
    assert account == {
        "email": "maria@example.org", "emailConfirmedAt": None, "emailProblem": None,
    }  # fmt: skip


async def test_an_address_is_changed_by_the_password_once_its_link_confirms_it(
    door: StaffRoom,
) -> None:
    made = await register(door.store, await code_for(door, "guardian"), email="maria@example.org")
    token, first = made["token"], await link_to(door, "maria@example.org")
    assert await change(door, token, "other@example.org", "wrong") == [
        ("UNAUTHENTICATED", "password")
    ]
    assert await change(door, token, "other@") == [("BAD_INPUT", "email")]
    assert await change(door, token, "other@example.org") == []
    assert await confirm(door, first) == [("NOT_FOUND", "code")]
    assert (await account_of(door, token))["email"] == "maria@example.org"
    assert await confirm(door, await link_to(door, "other@example.org")) == []
    account = await account_of(door, token)
    assert account["email"] == "other@example.org"
    assert account["emailConfirmedAt"] is not None


async def test_an_address_that_is_no_longer_the_accounts_is_told_so(door: StaffRoom) -> None:
    made = await register(door.store, await code_for(door, "guardian"), email="maria@example.org")
    assert await confirm(door, await link_to(door, "maria@example.org")) == []
    await door.rows("INSERT INTO password_code (code_hash, account_id, created_at, expires_at)"
                    " SELECT 'x', id, now(), now() + interval '1 hour' FROM account"
                    " WHERE login = $1", made["login"])  # fmt: skip
    for _ in range(2):  # the second confirms the address that there is: nobody is told
        assert await change(door, made["token"], "other@example.org") == []
        assert await confirm(door, await link_to(door, "other@example.org")) == []
    rows = await door.rows("SELECT recipient, data FROM mail WHERE template = 'email_changed'")
    assert [tuple(row) for row in rows] == [("maria@example.org", {"login": made["login"]})]
    assert await door.rows("SELECT * FROM password_code WHERE used_at IS NULL") == []


async def test_a_mail_that_bounced_is_told_and_another_may_be_sent(door: StaffRoom) -> None:
    made = await register(door.store, await code_for(door, "guardian"), email="maria@exmple.org")
    await door.rows("UPDATE mail SET state = 'BOUNCED'")
    account = await account_of(door, made["token"])
    assert account["emailProblem"] == UNDELIVERED[MailState.BOUNCED]
    assert account["emailConfirmedAt"] is None
    assert await change(door, made["token"], "maria@example.org") == []
    assert (await account_of(door, made["token"]))["emailProblem"] is None


async def test_an_address_is_answered_alike_whether_another_account_has_it(
    door: StaffRoom,
) -> None:
    (other,) = await door.rows("SELECT id FROM student WHERE given_name = 'classmate'")
    answers = []
    for code, name in (
        (await code_for(door, "student"), "one"),
        (await code_for(door, "student", other["id"]), "two"),
    ):
        made = await register(door.store, code, email="both@example.org", login=name)
        assert await confirm(door, await link_to(door, "both@example.org")) == []
        answers.append({each: made[each] is not None for each in ("login", "token", "viewer")})
        answers[-1]["errors"] = made["errors"]
        assert (await sign_in_with(door, made["login"])) == made["login"]
    assert answers[0] == answers[1]
    # One address of two accounts says of neither whose password it is.
    assert await sign_in_with(door, "both@example.org") == "Login or password is wrong."


async def test_nothing_is_mailed_where_nobody_is_registered(door: StaffRoom) -> None:
    used = await code_for(door, "student", used_at=now())
    await register(door.store, used, email="maria@example.org")
    bad = await register(door.store, await code_for(door, "student"), email="maria@")
    assert refusals(bad) == [("BAD_INPUT", "email")]
    assert await door.rows("SELECT FROM mail") == []


async def test_guesses_of_links_count_too(door: StaffRoom) -> None:
    two = throttle(networks=2)
    answers = [await confirm(door, f"guess{n}", throttle=two) for n in range(3)]
    assert answers == [[("NOT_FOUND", "code")]] * 2 + [[("RATE_LIMITED", "code")]]


async def test_with_an_account_a_further_child_in_any_school_is_added_by_its_code(
    door: StaffRoom,
) -> None:
    first = await register(door.store, await code_for(door, "guardian"))
    child = Student(school_id=ELSEWHERE, given_name="Second", family_name="Child")
    parent = Guardian(school_id=ELSEWHERE, given_name="M", family_name="S")
    tie = Guardianship(school_id=ELSEWHERE, student_id=child.id, guardian_id=parent.id)
    await door.add(child, parent, tie)
    code = await code_for(door, "guardian", parent.id, ELSEWHERE)
    added = await at_the_door(door.store, ADD, first["token"], input={"code": code})
    assert added["errors"] == []
    names = [each["givenName"] for each in added["viewer"]["children"]]
    assert sorted(names) == ["Second", "student"]
    again = await at_the_door(door.store, ADD, first["token"], input={"code": code})
    assert refusals(again) == [("CODE_USED", "code")]
    later = await sign_in(door.store, first["login"], PASSWORD)
    assert sorted(later.viewer.schools) == [HERE, ELSEWHERE]


async def test_one_code_is_not_shared_by_one_who_registers_and_one_who_adds_it(
    door: StaffRoom,
) -> None:
    first = await register(door.store, await code_for(door, "student"))
    code = await code_for(door, "guardian")
    answers = await asyncio.gather(
        register(door.store, code),
        at_the_door(door.store, ADD, first["token"], input={"code": code}),
        at_the_door(door.store, ADD, first["token"], input={"code": code}),
    )
    assert sorted(refusals(each) for each in answers) == [[], *[[("CODE_USED", "code")]] * 2]
    assert len(await door.rows("SELECT FROM membership WHERE role = 'GUARDIAN'")) == 1


async def test_a_person_who_has_an_account_is_in_no_second_one(door: StaffRoom) -> None:
    codes = [await code_for(door, "student") for _ in range(2)]
    assert refusals(await register(door.store, codes[0])) == []
    before = await written(door)
    assert refusals(await register(door.store, codes[1])) == [("ALREADY_THERE", "code")]
    assert await written(door) == before


async def test_nobody_adds_a_code_without_a_session(door: StaffRoom) -> None:
    with pytest.raises(AssertionError, match="Sign in first"):
        await at_the_door(door.store, ADD, input={"code": await code_for(door, "student")})


def throttle(codes: int = 100, networks: int = 100) -> Throttle:
    hour = timedelta(hours=1)
    return Throttle(Allowance(codes, hour), Allowance(networks, hour))


async def test_look_ups_and_registrations_count_by_network_each_alias_for_itself(
    door: StaffRoom,
) -> None:
    code = await code_for(door, "student")
    three = throttle(networks=3)
    query = "query ($a: String!, $b: String!) {"
    query += " ".join(
        f"n{n}: registrationByCode(code: ${'ab'[n % 2]}) {{ errors {{ code }} }}" for n in range(5)
    )
    given = {"a": code, "b": shown(new_code())}
    with pytest.raises(ValueError, match="too many values"):
        await at_the_door(door.store, query + "}", throttle=three, **given)
    tried = await register(door.store, code, throttle=three)
    assert refusals(tried) == [("RATE_LIMITED", "code")]
    elsewhere = await register(door.store, code, throttle=three, address="198.51.100.7")
    assert refusals(elsewhere) == []


async def test_tries_of_one_code_count_from_everywhere_whether_it_exists_or_not(
    door: StaffRoom,
) -> None:
    two = throttle(codes=2)
    for code, why in ((await code_for(door, "student"), []), (shown(new_code()), ["NOT_FOUND"])):
        for place in range(3):
            seen = await at_the_door(
                door.store, LOOK_UP, throttle=two, address=f"192.0.2.{place}", code=code
            )
            expected = why if place < 2 else ["RATE_LIMITED"]
            assert [error["code"] for error in seen["errors"]] == expected


async def test_tries_count_by_account_whatever_the_code(door: StaffRoom) -> None:
    first = await register(door.store, await code_for(door, "student"))
    two = throttle(codes=2)
    answers = [
        refusals(
            await at_the_door(
                door.store, ADD, first["token"], two, f"192.0.2.{place}",
                input={"code": shown(new_code())},
            )
        )
        for place in range(3)
    ]  # fmt: skip
    assert answers == [[("NOT_FOUND", "code")]] * 2 + [[("RATE_LIMITED", "code")]]


async def test_a_typing_error_costs_no_try(door: StaffRoom) -> None:
    one = throttle(networks=1)
    for _ in range(3):
        seen = await at_the_door(door.store, LOOK_UP, throttle=one, code="7KQ4")
        assert refusals(seen) == [("CODE_MISTYPED", "code")]


def test_the_rosters_login_is_suggested_and_its_id_only_where_it_reads_as_one() -> None:
    assert suggested("Ada.Adler ", "S1") == "ada.adler"
    assert suggested(None, "s1024") == "s1024"
    assert suggested(None, str(uuid7())) is None
    assert suggested(None, "gradebook:1") is None
    assert suggested("ada@example.org", None) is None
    assert suggested("a b", "S7") == "s7"


def test_logins_of_names_are_of_latin_letters() -> None:
    assert of_names("Елена", "Щукина") == "elena.sukina"
    assert of_names("Jürgen", "Groß") == "jurgen.gross"
    assert of_names("!", "?") == "reader"
    assert of_names("A" * 90, "B" * 90) == f"{'a' * 20}.{'b' * 20}"


@pytest.mark.parametrize("typed", ["a", "a b", "a\u200bb", "x" * 61, "a@b", "a\0\tb"])
def test_what_is_no_login_is_refused(typed: str) -> None:
    with pytest.raises(BadLogin):
        login_of(typed)
