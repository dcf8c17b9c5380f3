"""Files uploaded, attached and downloaded over HTTP, by each kind of viewer."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from domain import clock
from domain.errors import Problem
from domain.media import FileUse
from gateway.files.ranges import NoSuchRange, part_of
from resolvers import global_id
from resolvers.declarations.noun import ATTACHED
from resolvers.files import file_shown_to
from resolvers.sessions import viewer_of
from resolvers.viewer import load_viewer
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY
from tests.gateway.test_authorization import CLASS, CONCERNED, KEEPERS, VIEWERS
from tests.gateway.uploads import document, jpeg, pdf

TEACHER, STUDENT, GUARDIAN = "the course's teacher", "the student", "guardian of this child"
SCHOOL = global_id.make("School", HERE, global_id.NIL)
FILES = "files { id name size mediaType url thumbnailUrl }"
LIMITS = {"HOMEWORK": {"bytes": 60_000}, "ABSENCE_NOTICE": {"types": ["application/pdf"]}}


@pytest.fixture(scope="module")
async def door(
    server: Any, empty_template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontDoor]:
    folder = tmp_path_factory.mktemp("files") / "kept"
    settings: dict[str, Any] = {"files": str(folder), "file_limits": LIMITS, "loose_files": 8}
    async with (
        server.copy(empty_template) as url,
        front_door(url, **settings, loose_file_bytes=300_000) as door,
    ):
        for who in door.small.accounts:
            door.tokens[who] = await door.token(who)
        yield door


@pytest.fixture(autouse=True)
async def nothing_loose(door: FrontDoor) -> None:
    await door.pool.execute("DELETE FROM file WHERE record_id IS NULL OR detached_at IS NOT NULL")


def folder_of(door: FrontDoor) -> Path:
    return Path(door.app.state.process.settings.files)


def auth(door: FrontDoor, who: str) -> dict[str, str]:
    door.http.cookies.clear()
    return {"Authorization": f"Bearer {door.tokens[who]}"} if who in door.tokens else {}


async def upload(
    door: FrontDoor,
    who: str,
    content: Any,
    name: str = "a file.pdf",
    use: str = "HOMEWORK",
    **headers: str,
) -> Any:
    """The response to an upload."""
    given = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
    }
    given |= auth(door, who) | {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.http.post(
        "/files", params={"school": SCHOOL, "use": use}, content=content, headers=given
    )


async def uploaded(door: FrontDoor, who: str, content: bytes, **how: str) -> Any:
    answer = await upload(door, who, content, **how)
    assert answer.status_code == 201, answer.text
    file = answer.json()["file"]
    assert answer.headers["location"] == file["url"]
    return file


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


async def get(door: FrontDoor, who: str, path: str, **headers: str) -> Any:
    given = auth(door, who) | {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.http.get(path, headers=given)


async def readers(door: FrontDoor, path: str) -> set[str]:
    """Who may download it; to all others there is no such file."""
    found: set[str] = set()
    missing = path.replace("/files/", f"/files/{global_id.make('File', HERE, global_id.NIL)}x")
    for who in VIEWERS:
        answer = await get(door, who, path)
        if answer.status_code == 200:
            found.add(who)
        elif who == "nobody":
            assert code_of(answer) == (401, "UNAUTHENTICATED")
        else:
            assert answer.status_code == 404
            assert answer.content == (await get(door, who, missing)).content
    return found


async def statements(door: FrontDoor, who: str, path: str) -> list[str]:
    """The statements that a download runs; the process has others that run at any time."""
    names: list[str] = []
    store = door.app.state.process.store
    await get(door, who, path)  # whose session is remembered then
    store.watchers.append(names.append)
    try:
        await get(door, who, path)
    finally:
        store.watchers.remove(names.append)
    records = {noun.read.name for noun in ATTACHED.values()}
    return [name for name in names if name.startswith("files_") or name in records]


async def set_homework(door: FrontDoor, *files: Any, **more: Any) -> Any:
    payload = await door.do(
        "setHomework",
        f"homework {{ id version {FILES} }}",
        door.tokens[TEACHER],
        lesson=door.small.id("Lesson"),
        text="See the worksheet.",
        dueOn=str(TODAY + timedelta(2)),
        files=[file["id"] for file in files],
        **more,
    )
    assert payload["errors"] == []
    return payload["homework"]


async def hand_in(door: FrontDoor, who: str, homework: Any, **given: Any) -> Any:
    return await door.do(
        "handInHomework",
        f"homeworkStatus {{ id text {FILES} }}",
        door.tokens[who],
        homework=homework["id"],
        student=door.small.id("Student"),
        **given,
    )


async def test_a_file_is_its_uploaders_until_it_hangs_on_a_record_and_its_readers_then(
    door: FrontDoor,
) -> None:
    content = pdf() * 300
    name = "Задание «Дроби» №1.pdf"
    file = await uploaded(door, TEACHER, content, name=name)
    assert file | {"id": "", "url": "", "uploadedAt": ""} == {
        "id": "", "name": name, "size": len(content), "mediaType": "application/pdf",
        "url": "", "thumbnailUrl": None, "uploadedAt": "",
    }  # fmt: skip
    assert await readers(door, file["url"]) == {TEACHER}
    none = f"/files/{global_id.make('File', HERE, global_id.NIL)}"
    run = await statements(door, STUDENT, none)
    assert run == ["files_by_id", "homeworks_by_id", "files_of_homeworks"]
    assert run == await statements(door, STUDENT, file["url"])  # which is hidden from them
    other = await uploaded(door, TEACHER, b"To be read aloud.", name="read.html")
    homework = await set_homework(door, other, file)
    shown = [{key: each[key] for key in homework["files"][0]} for each in (other, file)]
    assert homework["files"] == shown
    assert (other["name"], other["mediaType"]) == ("read.html", "text/plain")
    assert await readers(door, file["url"]) == CLASS
    answer = await get(door, STUDENT, file["url"])
    assert answer.content == content
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == (
        "inline; filename=\"No1.pdf\"; filename*=UTF-8''" + quote(name, safe="")
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-cache"
    again = await get(door, STUDENT, file["url"], If_None_Match=headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    page = await get(door, STUDENT, other["url"])
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.headers["content-disposition"].startswith('attachment; filename="read.html"')
    assert "sandbox" in page.headers["content-security-policy"]


async def test_a_part_of_a_file_is_answered_where_a_range_is_asked_for(door: FrontDoor) -> None:
    content = bytes(range(32, 127)) * 30
    file = await uploaded(door, TEACHER, content, name="long.txt")

    async def part(asked: str, **more: str) -> tuple[int, bytes, str | None]:
        answer = await get(door, TEACHER, file["url"], Range=asked, **more)
        assert int(answer.headers["content-length"]) == len(answer.content)
        return answer.status_code, answer.content, answer.headers.get("content-range")

    size = len(content)
    assert await part("bytes=10-19") == (206, content[10:20], f"bytes 10-19/{size}")
    assert await part("bytes=2000-") == (206, content[2000:], f"bytes 2000-{size - 1}/{size}")
    assert await part("bytes=-5") == (206, content[-5:], f"bytes {size - 5}-{size - 1}/{size}")
    assert await part(f"bytes={size}-") == (416, b"", f"bytes */{size}")
    assert await part("bytes=0-1,5-6") == (200, content, None)
    assert await part("bytes=0-1", If_Range='"another"') == (200, content, None)
    head = await door.http.head(file["url"], headers=auth(door, TEACHER))
    assert (head.status_code, head.content) == (200, b"")
    assert (head.headers["content-length"], head.headers["accept-ranges"]) == (str(size), "bytes")


def test_ranges_are_read_as_the_standard_has_them() -> None:
    for header, found in {
        "bytes=0-": (0, 10), "bytes=3-3": (3, 4), "bytes=-20": (0, 10), "bytes=5-99": (5, 10),
        "bytes=5-4": None, "bytes=-": None, "lines=1-2": None, "": None,
    }.items():  # fmt: skip
        assert part_of(header, 10) == found, header
    for header in ("bytes=10-", "bytes=10-12", "bytes=-0"):
        with pytest.raises(NoSuchRange):
            part_of(header, 10)


async def test_a_student_hands_files_in_and_replaces_them(door: FrontDoor) -> None:
    homework = await set_homework(door)
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ada"
    raw = jpeg(900, 600, exif=exif)
    photo = await uploaded(door, STUDENT, raw, name="IMG_1.jpg", use="HAND_IN")
    essay = await uploaded(door, STUDENT, document("docx"), name="Эссе.docx", use="HAND_IN")
    payload = await hand_in(door, STUDENT, homework, files=[photo["id"], essay["id"]])
    assert payload["errors"] == []
    status = payload["homeworkStatus"]
    assert [file["id"] for file in status["files"]] == [photo["id"], essay["id"]]
    assert status["text"] is None
    assert await readers(door, essay["url"]) == CONCERNED
    kept = (await get(door, TEACHER, photo["url"])).content
    assert (b"Camera of Ada" in raw, b"Camera of Ada" in kept) == (True, False)
    assert len(kept) == photo["size"]
    assert await readers(door, photo["thumbnailUrl"]) == CONCERNED
    small = await get(door, TEACHER, photo["thumbnailUrl"])
    assert small.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(small.content)) as image:
        assert image.size == (320, 213)
    assert (await get(door, TEACHER, f"{essay['url']}/thumbnail")).status_code == 404
    assert (await get(door, TEACHER, f"{photo['url']}/other")).status_code == 404
    better = await uploaded(door, STUDENT, pdf(), use="HAND_IN")
    payload = await hand_in(door, STUDENT, homework, text="Better", files=[better["id"]])
    assert [file["id"] for file in payload["homeworkStatus"]["files"]] == [better["id"]]
    assert await readers(door, photo["url"]) == {STUDENT}
    payload = await hand_in(door, STUDENT, homework, text="A word more")  # its files stay
    assert [file["id"] for file in payload["homeworkStatus"]["files"]] == [better["id"]]
    payload = await hand_in(door, GUARDIAN, homework, files=[photo["id"], better["id"]])
    assert [file["id"] for file in payload["homeworkStatus"]["files"]] == [
        photo["id"], better["id"],
    ]  # fmt: skip
    nothing: tuple[dict[str, Any], ...] = ({}, {"text": " "}, {"files": []})
    for given in nothing:
        refused = await hand_in(door, STUDENT, homework, **given)
        assert [error["code"] for error in refused["errors"]] == ["BAD_INPUT"]


async def test_what_is_not_ones_own_to_attach_is_not_there(door: FrontDoor) -> None:
    homework = await set_homework(door)
    mine = await uploaded(door, STUDENT, pdf(), use="HAND_IN")
    guardians = await uploaded(door, GUARDIAN, pdf(), use="HAND_IN")
    for_absence = await uploaded(door, STUDENT, pdf(), use="ABSENCE_NOTICE")
    there = await door.pool.fetch("SELECT * FROM file ORDER BY id")

    async def refused(*ids: str) -> list[tuple[str, list[str]]]:
        payload = await hand_in(door, STUDENT, homework, text="x", files=list(ids))
        assert payload["homeworkStatus"] is None
        return [(error["code"], error["path"]) for error in payload["errors"]]

    none = global_id.make("File", HERE, global_id.NIL)
    elsewhere = global_id.make("File", ELSEWHERE, global_id.NIL)
    assert await refused(mine["id"], guardians["id"], none) == [
        ("NOT_FOUND", ["files", "1"]), ("NOT_FOUND", ["files", "2"]),
    ]  # fmt: skip
    assert await refused(elsewhere) == [("NOT_FOUND", ["files", "0"])]
    assert await refused(for_absence["id"]) == [("BAD_INPUT", ["files", "0"])]
    assert await refused(mine["id"], mine["id"]) == [("BAD_INPUT", ["files", "1"])]
    assert await refused(homework["id"]) == [("BAD_INPUT", ["files", "0"])]
    assert await refused(*[mine["id"]] * 11) == [("BAD_INPUT", ["files"])]
    assert await door.pool.fetch("SELECT * FROM file ORDER BY id") == there
    taken = await uploaded(door, TEACHER, pdf())
    await set_homework(door, taken)
    payload = await door.do(
        "setHomework", "homework { id }", door.tokens[TEACHER], lesson=door.small.id("Lesson"),
        text="Another", dueOn=str(TODAY), files=[taken["id"]],
    )  # fmt: skip
    assert [(each["code"], each["path"]) for each in payload["errors"]] == [
        ("NOT_FOUND", ["files", "0"])
    ]


async def test_what_hangs_on_homework_changes_with_it_and_is_hidden_once_it_is_withdrawn(
    door: FrontDoor,
) -> None:
    first, second = [await uploaded(door, TEACHER, pdf()) for _ in range(2)]
    own = {"id": "019316b5-7c00-7000-8000-000000000001"}
    homework = await set_homework(door, first, **own)
    assert await set_homework(door, first, **own) == homework  # a retry
    payload = await door.do(
        "setHomework", "homework { id }", door.tokens[TEACHER], lesson=door.small.id("Lesson"),
        text="See the worksheet.", dueOn=str(TODAY + timedelta(2)), files=[second["id"]], **own,
    )  # fmt: skip
    assert [error["code"] for error in payload["errors"]] == ["CONFLICT"]

    async def change(name: str, **given: Any) -> Any:
        payload = await door.do(
            name, f"homework {{ version {FILES} history {{ version }} }}", door.tokens[TEACHER],
            id=homework["id"], reason="A slip", **given,
        )  # fmt: skip
        assert payload["errors"] == []
        return payload["homework"]

    changed = await change("changeHomework", expectedVersion=1, files=[second["id"]])
    assert [file["id"] for file in changed["files"]] == [second["id"]]
    assert [step["version"] for step in changed["history"]] == [1, 2]
    assert await readers(door, first["url"]) == {TEACHER}
    changed = await change("changeHomework", expectedVersion=2, text="See both.")
    assert [file["id"] for file in changed["files"]] == [second["id"]]
    withdrawn = await change("withdrawHomework", expectedVersion=3)
    assert withdrawn["files"] == []
    assert await readers(door, second["url"]) == set()
    restored = await change("restoreHomework", expectedVersion=4)
    assert [file["id"] for file in restored["files"]] == [second["id"]]
    assert await readers(door, second["url"]) == CLASS


async def test_a_guardian_attaches_a_note_to_an_absence(door: FrontDoor) -> None:
    note = await uploaded(door, GUARDIAN, pdf(), name="Справка.pdf", use="ABSENCE_NOTICE")
    payload = await door.do(
        "announceAbsence", f"absenceNotice {{ id {FILES} }}", door.tokens[GUARDIAN],
        student=door.small.id("Student"), because="ILLNESS", files=[note["id"]],
        **{"from": str(TODAY), "to": str(TODAY)},
    )  # fmt: skip
    assert payload["errors"] == []
    assert [file["name"] for file in payload["absenceNotice"]["files"]] == ["Справка.pdf"]
    assert await readers(door, note["url"]) == KEEPERS | {STUDENT, GUARDIAN}
    payload = await door.do(
        "changeAbsence", f"absenceNotice {{ {FILES} }}", door.tokens[GUARDIAN],
        id=payload["absenceNotice"]["id"], expectedVersion=1, reason="Not this one", files=[],
    )  # fmt: skip
    assert payload["absenceNotice"]["files"] == []
    assert await readers(door, note["url"]) == {GUARDIAN}


async def state(door: FrontDoor) -> tuple[Any, ...]:
    """Every row and every byte that an upload may have left."""
    folder = folder_of(door)
    return (
        await door.pool.fetchval("SELECT count(*) FROM file"),
        await door.pool.fetchval("SELECT count(*) FROM stray_bytes"),
        sorted(each.name for each in folder.rglob("*") if each.is_file()),
    )


async def test_a_bad_upload_has_a_clear_code_and_leaves_nothing(door: FrontDoor) -> None:
    before = await state(door)

    async def code(content: Any, who: str = TEACHER, use: str = "HOMEWORK", **headers: str) -> Any:
        answer = code_of(await upload(door, who, content, use=use, **headers))
        assert await state(door) == before
        return answer

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield bytes(1_000)

    assert await code(bytes(60_001)) == (413, "FILE_TOO_LARGE")
    assert await code(chunks()) == (413, "FILE_TOO_LARGE")
    assert await code(b"") == (400, "BAD_INPUT")
    assert await code(b"MZ" + bytes(200)) == (415, "FILE_TYPE_REFUSED")
    assert await code(jpeg(), GUARDIAN, "ABSENCE_NOTICE") == (415, "FILE_TYPE_REFUSED")
    assert await code(jpeg(100, 100)[:-200]) == (422, "FILE_DAMAGED")
    assert await code(document("docx")[:-9]) == (422, "FILE_DAMAGED")
    assert await code(document("docx", {"word/vbaProject.bin": b"x"})) == (422, "FILE_UNSAFE")
    wrong = base64.b64encode(sha256(b"something else").digest()).decode()
    assert await code(pdf(), Content_Digest=f"sha-256=:{wrong}:") == (422, "FILE_DAMAGED")
    assert await code(pdf(), Content_Digest="sha-256=:?:") == (400, "BAD_INPUT")
    assert await code(pdf(), use="NOTHING") == (400, "BAD_INPUT")
    assert await code(pdf(), Content_Disposition="attachment") == (400, "BAD_INPUT")
    right = base64.b64encode(sha256(pdf()).digest()).decode()
    answer = await upload(door, TEACHER, pdf(), Content_Digest=f"sha-256=:{right}:")
    assert answer.status_code == 201


async def test_an_upload_that_is_cut_off_leaves_nothing(door: FrontDoor) -> None:
    before = await state(door)
    host, port = door.host.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /files?school={SCHOOL}&use=HOMEWORK HTTP/1.1\r\nHost: {door.host}\r\n"
        f"Authorization: Bearer {door.tokens[TEACHER]}\r\nContent-Length: 50000\r\n"
        "Content-Type: application/octet-stream\r\n"
        "Content-Disposition: attachment; filename=cut.pdf\r\n\r\n"
    )
    writer.write(head.encode() + pdf())
    await writer.drain()
    quota = door.app.state.gateway.connection_limits.uploads
    async with asyncio.timeout(20):
        while not quota.holders():
            await asyncio.sleep(0.01)
        writer.close()
        while quota.holders():
            await asyncio.sleep(0.01)
    assert await state(door) == before


async def test_only_who_may_use_a_file_uploads_one_and_no_other_site_has_them_do_it(
    door: FrontDoor,
) -> None:
    assert code_of(await upload(door, "nobody", pdf())) == (401, "UNAUTHENTICATED")
    assert code_of(await upload(door, STUDENT, pdf())) == (403, "FORBIDDEN")
    stranger = "a head of another school"
    assert code_of(await upload(door, stranger, pdf())) == (403, "FORBIDDEN")
    for simple in ("text/plain", "multipart/form-data; boundary=x", ""):
        answer = await upload(door, TEACHER, pdf(), Content_Type=simple)
        assert code_of(answer) == (415, "BAD_INPUT")
    answer = await upload(door, TEACHER, pdf(), Content_Encoding="gzip")
    assert code_of(answer) == (415, "BAD_INPUT")
    answer = await door.http.get("/files", headers=auth(door, TEACHER))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    file = await uploaded(door, TEACHER, pdf())
    answer = await door.http.delete(file["url"], headers=auth(door, TEACHER))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_who_has_left_reads_on_and_uploads_nothing(door: FrontDoor) -> None:
    file = await uploaded(door, STUDENT, pdf(), use="HAND_IN")
    account = (await viewer_of(door.store, door.tokens[STUDENT])).account  # type: ignore[union-attr]
    files = door.app.state.process.files
    key = global_id.parse(file["id"], "File")
    left, gone = TODAY - timedelta(20), "UPDATE student SET ends_on = $1 WHERE id = $2"
    try:
        await door.pool.execute(gone, left, door.small.records["Student"])
        viewer = await load_viewer(door.store, account)
        assert HERE in viewer.schools
        with pytest.raises(Problem) as caught:
            await files.admit(viewer, HERE, FileUse.HAND_IN)
        assert caught.value.code == "FORBIDDEN"
        assert await file_shown_to(door.store, viewer, key) is not None
    finally:
        await door.pool.execute(gone, None, door.small.records["Student"])


async def test_uploads_are_bounded_for_an_account_and_for_a_school(door: FrontDoor) -> None:
    gate = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield pdf()
        await gate.wait()

    uploads = [asyncio.create_task(upload(door, GUARDIAN, slow(), use="HAND_IN")) for _ in range(3)]
    quota = door.app.state.gateway.connection_limits.uploads
    async with asyncio.timeout(20):
        while quota._counts.get(door.small.accounts[GUARDIAN], 0) < 3:
            await asyncio.sleep(0.01)
    assert code_of(await upload(door, GUARDIAN, pdf(), use="HAND_IN")) == (429, "LIMIT_EXCEEDED")
    assert (await upload(door, STUDENT, pdf(), use="HAND_IN")).status_code == 201
    gate.set()
    assert {(await each).status_code for each in uploads} == {201}
    assert quota.holders() == 0
    for _ in range(5):
        await uploaded(door, GUARDIAN, pdf(), use="HAND_IN")
    before = await state(door)
    assert code_of(await upload(door, GUARDIAN, pdf(), use="HAND_IN")) == (429, "LIMIT_EXCEEDED")
    large = b"a" * 200_000
    await uploaded(door, STUDENT, large, use="HAND_IN")
    assert code_of(await upload(door, STUDENT, large, use="HAND_IN")) == (429, "LIMIT_EXCEEDED")
    files = door.app.state.process.files
    usual = files.limits
    own = "UPDATE school SET file_mebibytes = $1 WHERE school_id = $2"
    await door.pool.execute(own, None, HERE)
    try:
        files.limits = type(usual)(usual.uses, 250_000, usual.loose_bytes, usual.loose_files)
        await door.pool.execute("UPDATE file SET size = 0 WHERE size < 200000")
        answer = await upload(door, TEACHER, b"b" * 60_000)
        assert code_of(answer) == (507, "QUOTA_EXCEEDED")

        async def unannounced() -> AsyncIterator[bytes]:
            yield b"b" * 60_000

        answer = await upload(door, TEACHER, unannounced())
        assert code_of(answer) == (507, "QUOTA_EXCEEDED")
        # A school may have a limit of its own, above that of the others or below it.
        await door.pool.execute(own, 1, HERE)
        assert (await upload(door, TEACHER, b"b" * 60_000)).status_code == 201
        files.limits = usual
        await door.pool.execute(own, 0, HERE)
        answer = await upload(door, TEACHER, b"b" * 60_000)
        assert code_of(answer) == (507, "QUOTA_EXCEEDED")
        await door.pool.execute(own, None, HERE)
    finally:
        files.limits = usual
    assert (await state(door))[1] == before[1]
    assert len((await state(door))[2]) == len(before[2]) + 2


async def test_what_hangs_on_nothing_is_removed_after_a_day_and_so_are_stray_bytes(
    door: FrontDoor,
) -> None:
    files = door.app.state.process.files
    photo = await uploaded(door, STUDENT, jpeg(), name="a.jpg", use="HAND_IN")
    kept = await uploaded(door, TEACHER, pdf())
    homework = await set_homework(door, kept)
    (folder_of(door) / str(HERE) / "begun").write_bytes(b"of an upload that never ended")
    await door.pool.execute(
        "INSERT INTO stray_bytes VALUES ($1, $2)", f"{HERE}/begun", clock.now() + timedelta(hours=6)
    )
    with clock.at(clock.now() + timedelta(hours=5)):
        await files.remove_old()
    assert (await get(door, STUDENT, photo["url"])).status_code == 200
    assert (folder_of(door) / str(HERE) / "begun").exists()
    later = clock.now() + timedelta(days=1, minutes=1)
    with clock.at(later):
        await files.remove_old()
    assert (await get(door, STUDENT, photo["url"])).status_code == 404
    left = {each.name for each in folder_of(door).rglob("*") if each.is_file()}
    id_ = str(global_id.parse(photo["id"], "File")[1])
    assert not left & {id_, f"{id_}.thumbnail", "begun"}
    assert await door.pool.fetchval("SELECT count(*) FROM stray_bytes") == 0
    assert (await get(door, TEACHER, kept["url"])).content == pdf()
    payload = await door.do(
        "changeHomework", "homework { version }", door.tokens[TEACHER],
        id=homework["id"], expectedVersion=1, reason="Not needed", files=[],
    )  # fmt: skip
    assert payload["errors"] == []
    with clock.at(later):
        await files.remove_old()
    assert (await get(door, TEACHER, kept["url"])).status_code == 404


async def test_a_storage_that_fails_leaves_nothing(door: FrontDoor) -> None:
    before = await state(door)
    folder = folder_of(door) / str(HERE)
    aside = folder.rename(folder.with_name("aside"))
    folder.write_bytes(b"")  # where a folder should be
    try:
        answer = await upload(door, TEACHER, pdf())
        assert code_of(answer) == (500, "INTERNAL")
    finally:
        folder.unlink()
        aside.rename(folder)
    await door.pool.execute("UPDATE stray_bytes SET due_at = now()")
    await door.app.state.process.files.remove_old()
    assert await state(door) == before
