"""An export is downloaded over HTTP: once, by who asked for it, with a session."""

import asyncio
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tests.gateway.front_door import front_door
from tests.gateway.test_authorization import GUARDIAN, STUDENT


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
