"""The command `gradebook invite`, and sheets over HTTP."""

import asyncio
import csv
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
import pytest
from typer.testing import CliRunner, Result

from db.store import Store
from db.tables.accounts import Account
from domain.access_codes import hash_of, new_code, read, shown
from gateway.command import app
from gateway.process import build_app
from gateway.settings import Settings
from resolvers.asking import Asking
from resolvers.registration import NewAccount, register
from resolvers.sessions import begin, sign_in
from tests.complaints import complaints
from tests.gateway.test_command import sql
from tests.gateway.toy import running
from tests.store.staff_room import StaffRoom
from tests.store.test_access_codes import without_accounts

PASSWORD = "correct horse battery"


def gradebook(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def school(school_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demo school, where no guardian has an account."""
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", school_url)
    monkeypatch.setenv("GRADEBOOK_PUBLIC_URL", "https://gradebook.example")
    sql(school_url, "DELETE FROM membership WHERE role = 'GUARDIAN' AND school_id = 1")
    return school_url


def table(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.read_text("utf-8-sig"))))


def test_guardians_of_a_class_are_invited_by_a_table_whose_codes_are_nowhere_else(
    school: str, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    result = gradebook("invite", "--school", "1", "--class", "5A", "--to", str(file))
    assert (result.exit_code, complaints(result)) == (0, "")
    rows = table(file)
    assert result.stdout == (
        f"Made {len(rows)} codes of Lindenhof School. They are in {file} and nowhere else.\n"
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert {(row["class"], row["role"]) for row in rows} == {("5A", "GUARDIAN")}
    assert all(row["children"] for row in rows)
    assert rows[0]["link"] == f"https://gradebook.example/register#{rows[0]['code']}"
    stored = {row["code_hash"] for row in sql(school, "SELECT code_hash FROM access_code")}
    assert stored == {hash_of(read(row["code"])) for row in rows}
    assert sql(school, "SELECT FROM access_code WHERE created_by IS NOT NULL") == []


def test_codes_that_name_an_address_of_this_machine_alone_are_told_to(
    school: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADEBOOK_PUBLIC_URL")
    asked = ("invite", "--school", "1", "--class", "5A", "--to")
    told = gradebook(*asked, str(tmp_path / "codes.csv"))
    assert told.exit_code == 0
    assert complaints(told).startswith("They name http://127.0.0.1:8000, which only this machine")
    named = gradebook(*asked, str(tmp_path / "more.csv"), "--address", "https://g.example")
    assert (named.exit_code, complaints(named)) == (0, "")


def test_a_sheet_in_russian_is_printed_of_several_roles(school: str, tmp_path: Path) -> None:
    sql(school, "DELETE FROM membership WHERE role = 'STUDENT' AND school_id = 1")
    file = tmp_path / "sheet.PDF"
    result = gradebook(
        "invite", "--school", "Lindenhof School", "--class", "5A", "--role", "STUDENT", "--role",
        "GUARDIAN", "--language", "ru", "--to", str(file),
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    with pypdfium2.PdfDocument(file) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert "класс 5A" in text
    assert "Введите код" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "codes.txt"), "codes.txt is neither a .pdf nor a .csv."),
        (("--to", "a.csv", "--language", "lv"), "Slips are written in en or ru."),
        (
            ("--to", "a.csv", "--role", "TEACHER", "--class", "5A"),
            "Teachers are of the school, not of a class: leave --class out.",
        ),
        (
            ("--to", "a.csv", "--class", "99Z"),
            "Lindenhof School has no open class groups 99Z.",
        ),
        (("--to", "missing/a.csv"), "missing/a.csv cannot be written: No such file or directory."),
        (("--to", "there.csv"), "there.csv is there already: name a new file. No code is made."),
    ],
)
def test_what_can_not_be_done_is_said_and_makes_no_code(
    school: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("kept")
    result = gradebook("invite", "--school", "1", *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert sql(school, "SELECT FROM access_code") == []
    assert [each.name for each in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "kept"


def test_where_everybody_has_an_account_no_file_is_written(
    school_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", school_url)
    file = tmp_path / "codes.csv"
    result = gradebook("invite", "--school", "1", "--class", "5A", "--to", str(file))
    assert result.stdout == (
        "Everybody there has an account: no code is made in Lindenhof School.\n"
    )
    assert not file.exists()


async def test_everybody_of_a_class_gets_in_with_what_the_table_holds(
    school: str, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    arguments = ("invite", "--school", "1", "--class", "5A", "--to", str(file))
    assert (await asyncio.to_thread(gradebook, *arguments)).exit_code == 0
    store = await Store.connect(school, connections=4)
    try:
        for row in table(file)[:5]:
            made = await register(store, NewAccount(row["code"], PASSWORD), Asking())
            viewer = (await sign_in(store, made.login, PASSWORD)).viewer
            assert viewer.account.display_name == f"{row['given_name']} {row['family_name']}"
            assert list(viewer.schools) == [1]
    finally:
        await store.close()


CREATE = """
  mutation ($input: CreateAccessCodesInput!) { createAccessCodes(input: $input) {
    accessCodes { code } errors { code } } }
"""


class Office:
    """Somebody with a session, over HTTP."""

    def __init__(self, client: httpx.AsyncClient, room: StaffRoom) -> None:
        self.client, self.room = client, room

    async def sign_in(self, kind: str) -> None:
        account = Account(
            id=self.room.small.accounts[kind], login=kind, password_hash="-", display_name=kind
        )  # fmt: skip
        token = (await begin(self.room.store, account, b"place")).token
        self.client.headers["Authorization"] = f"Bearer {token}"

    async def codes(self) -> list[str]:
        given = {
            "school": self.room.id("School"),
            "roles": ["STUDENT", "GUARDIAN"],
            "classGroup": self.room.id("ClassGroup"),
        }
        asked = {"query": CREATE, "variables": {"input": given}}
        answer = (await self.client.post("/graphql", json=asked)).json()
        return [each["code"] for each in answer["data"]["createAccessCodes"]["accessCodes"]]

    async def sheet(self, codes: Any, **more: Any) -> httpx.Response:
        asked = {"school": self.room.id("School"), "codes": codes} | more
        return await self.client.post("/access-codes/sheet", json=asked)


@pytest.fixture
async def office(room: StaffRoom, room_url: str) -> Any:
    async with (
        running(build_app(Settings(), room_url)) as address,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
    ):
        await without_accounts(room)
        yield Office(client, room)


async def test_who_has_made_codes_prints_their_sheet_over_http(office: Office) -> None:
    await office.sign_in("the class teacher")
    codes = await office.codes()
    made = await office.sheet(codes, language="ru")
    assert made.status_code == 200
    assert made.headers["content-type"] == "application/pdf"
    assert made.headers["cache-control"] == "no-store"
    assert made.headers["content-disposition"] == 'attachment; filename="access-codes.pdf"'
    with pypdfium2.PdfDocument(made.content) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert all(code in text for code in codes)
    listed = await office.sheet(codes, format="csv")
    assert [
        row["code"] for row in csv.DictReader(StringIO(listed.content.decode("utf-8-sig")))
    ] == (codes)


async def test_a_sheet_is_in_the_language_of_the_school_unless_another_is_asked_for(
    office: Office,
) -> None:
    await office.room.rows("UPDATE school SET language = 'ru'")
    await office.sign_in("the class teacher")
    codes = await office.codes()
    for more, instructions in (({}, "Введите код"), ({"language": "en"}, "Type the code")):
        made = await office.sheet(codes, **more)
        with pypdfium2.PdfDocument(made.content) as document:
            text = document[0].get_textpage().get_text_bounded()
        assert text.count(instructions) == len(codes), more


async def test_a_sheet_is_for_nobody_else_and_of_open_codes_alone(office: Office) -> None:
    await office.sign_in("the class teacher")
    codes = await office.codes()
    for kind, status in (
        ("the course's teacher", 404),
        ("guardian of this child", 404),
        ("a head of another school", 404),
        ("the head", 200),
    ):
        await office.sign_in(kind)
        assert (await office.sheet(codes)).status_code == status, kind
    unknown = await office.sheet([*codes, shown(new_code())])
    assert (unknown.status_code, unknown.json()["errors"][0]["extensions"]) == (
        404, {"code": "NOT_FOUND"},
    )  # fmt: skip
    await office.room.rows("UPDATE access_code SET revoked_at = now() WHERE student_id IS NULL")
    assert (await office.sheet(codes)).status_code == 404
    for less in (
        "UPDATE account SET temporary_until = now() + interval '1 day'",
        "UPDATE account SET temporary_until = NULL, second_factor_at = NULL",
    ):
        await office.room.rows(less)
        await office.room.rows("UPDATE school SET second_factor_required = true")
        await office.sign_in("the head")
        limited = await office.sheet(codes)
        assert (limited.status_code, limited.json()["errors"][0]["extensions"]) == (
            403, {"code": "FORBIDDEN"},
        )  # fmt: skip
    del office.client.headers["Authorization"]
    assert (await office.sheet(codes)).status_code == 401


@pytest.mark.parametrize(
    ("codes", "more"),
    [
        ([], {}), ("x", {}), ([1], {}), (["x"], {}), ([shown(new_code())] * 301, {}),
        ([shown(new_code())], {"format": "exe"}), ([shown(new_code())], {"school": "garbage"}),
        ([shown(new_code())], {"language": 1}), ([shown(new_code())], {"format": ["pdf"]}),
    ],
)  # fmt: skip
async def test_what_is_no_request_for_a_sheet_is_refused(
    office: Office, codes: Any, more: dict[str, Any]
) -> None:
    await office.sign_in("the head")
    assert (await office.sheet(codes, **more)).status_code == 400
    form = await office.client.post("/access-codes/sheet", data={"codes": "x"})
    assert form.status_code == 415  # as a page of another site could send it
    assert (await office.client.get("/access-codes/sheet")).status_code == 405


def test_the_demo_prints_the_sheet_of_a_class(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_DATABASE_URL", database_url)
    monkeypatch.setenv("GRADEBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    made = gradebook("demo", "--students", "30")
    assert made.exit_code == 0, made.stderr
    (command,) = [line for line in made.stdout.splitlines() if "gradebook invite" in line]
    printed = gradebook(*command.split()[1:])
    assert printed.stdout.startswith("Made 6 codes of Lindenhof School."), printed.stderr
    with pypdfium2.PdfDocument(tmp_path / "sheet.pdf") as document:
        text = document[0].get_textpage().get_text_bounded()
    assert text.count("class 5A") == 6
    _the_files_of_the_demo_are_compared_with_what_is_kept(tmp_path / "data" / "files")


def _the_files_of_the_demo_are_compared_with_what_is_kept(kept: Path) -> None:
    """Of the same school, as making one takes a while."""
    there = gradebook("check-files")
    assert there.exit_code == 0, there.output
    assert re.fullmatch(r"[1-9]\d* files in .*/data/files: 0 lack their bytes\.\n", there.stdout)
    first, second = sorted(kept.glob("1/????????-????-????-????-????????????"))[:2]
    first.unlink()
    second.write_bytes(b"cut")
    for name in ("old", "new"):
        (kept / name).write_bytes(b"of nothing")
    os.utime(kept / "old", (1, 1))
    lacking = gradebook("check-files", "--remove-strays")
    assert lacking.exit_code == 1
    assert ": 2 lack their bytes." in lacking.stdout
    assert f"  1/{first.name} (" in lacking.stdout
    assert "Bytes of 1 files that nothing knows of were deleted.\n  old\n" in lacking.stdout
    assert ((kept / "old").exists(), (kept / "new").exists()) == (False, True)
