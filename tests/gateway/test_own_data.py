"""An export is downloaded over HTTP: once, by who asked for it, with a session."""

import asyncio
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from db.storage import key_of
from resolvers import global_id
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import TODAY, SmallSchool
from tests.gateway.test_authorization import GUARDIAN, STUDENT
from tests.gateway.test_files import auth, uploaded
from tests.gateway.uploads import pdf


async def test_an_export_is_downloaded_once_by_who_asked_for_it(database_url: str) -> None:
    async with front_door(database_url) as door:
        guardian, student = await door.token(GUARDIAN), await door.token(STUDENT)
        child = await door.id_of(STUDENT)
        payload = await door.do(
            "exportStudentData", "dataExport { id address }", guardian, student=child
        )
        assert payload["errors"] == []
        address = f"/data-exports/{payload['dataExport']['id']}"

        async def get(token: str | None, where: str = address, **more: str) -> Any:
            door.http.cookies.clear()
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return await door.http.get(where, headers=headers | more)

        state = "SELECT state FROM data_export ORDER BY asked_at DESC LIMIT 1"
        async with asyncio.timeout(60):
            while await door.pool.fetchval(state) != "READY":
                assert (await get(student)).status_code == 404
                await asyncio.sleep(0.1)
        for refused, status in (
            (await get(None), 401),
            (await get(student), 404),
            (await get(guardian, "/data-exports/nonsense"), 404),
            (await get(guardian, **{"Sec-Fetch-Site": "cross-site"}), 403),
        ):
            assert refused.status_code == status
        answers = await asyncio.gather(get(guardian), get(guardian))
        (once,) = [each for each in answers if each.status_code == 200]
        assert sorted(each.status_code for each in answers) == [200, 410]
        assert once.headers["Content-Type"] == "application/zip"
        assert once.headers["Cache-Control"] == "no-store"
        assert "diary-export.zip" in once.headers["Content-Disposition"]
        with ZipFile(BytesIO(once.content)) as archive:
            assert "data.json" in archive.namelist()
        assert (await get(guardian)).status_code == 410
        assert await door.pool.fetchval("SELECT count(*) FROM data_export_archive") == 0
        noted = await door.pool.fetch(
            "SELECT what FROM audit_note WHERE change = 'EXPORTED' UNION ALL"
            " SELECT what FROM audit_entry WHERE change = 'EXPORTED'"
        )
        assert sorted(row["what"] for row in noted) == ["asked", "downloaded", "made"]


async def test_an_export_has_the_bytes_of_what_was_handed_in_and_attached(
    small_url: str, small_school: SmallSchool, tmp_path: Path
) -> None:
    """As they are in the storage while it is downloaded; what is gone from there is left out."""
    async with front_door(small_url, small_school, files=str(tmp_path)) as door:
        door.tokens[GUARDIAN] = await door.token(GUARDIAN)
        await _exported_with_files(door, tmp_path)


async def _exported_with_files(door: FrontDoor, folder: Path) -> None:
    child, archives = await door.id_of(STUDENT), []
    notes = [
        await uploaded(door, GUARDIAN, pdf(), name=f"../a{n}/Справка.pdf", use="ABSENCE_NOTICE")
        for n in range(2)
    ]
    announced = await door.do(
        "announceAbsence", "absenceNotice { id }", door.tokens[GUARDIAN],
        student=child, because="ILLNESS", files=[each["id"] for each in notes],
        **{"from": str(TODAY + timedelta(5)), "to": str(TODAY + timedelta(5))},
    )  # fmt: skip
    assert announced["errors"] == []
    keys = [key_of(*global_id.parse(each["id"], "File")) for each in notes]
    for _ in range(2):
        asked = await door.do(
            "exportStudentData", "dataExport { id }", door.tokens[GUARDIAN], student=child
        )
        address = f"/data-exports/{asked['dataExport']['id']}"
        async with asyncio.timeout(60):
            while True:
                answer = await door.http.get(address, headers=auth(door, GUARDIAN))
                if answer.status_code != 409:
                    break
                await asyncio.sleep(0.1)
        assert answer.status_code == 200
        with ZipFile(BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            archives.append({name: archive.read(name) for name in archive.namelist()})
        (folder / keys[1]).unlink(missing_ok=True)
    told = json.loads(archives[0]["data.json"])["parts"]["files"]
    paths = [row["in_archive"] for row in told if row["name"].endswith("Справка.pdf")]
    assert [archives[0][path] for path in paths] == [pdf()] * 2
    assert all(path.count("/") == 1 and path.startswith("files/") for path in paths)
    assert archives[1][paths[0]] == pdf()
    assert paths[1] not in archives[1]
    assert "data.json" in archives[1]
