"""`POST /rosters?school=ID`: a OneRoster archive of one school, tried or imported, for its head
and deputies.

The body is the archive. Unless `apply=1`, nothing is written, and the answer says what would be;
`skipBadRows=1` and `allowDeletions=1` are as with `gradebook import-roster`. Its type has to be
`application/octet-stream`, which a form of another site can't send.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from db.address import asyncpg_parameters
from db.roster import Report, import_roster
from db.roster.archive import check_directory
from domain.errors import Code
from domain.oneroster import BadRow, Refusal, Said, Saying
from gateway.errors import RequestError
from gateway.files.endpoint import viewer_of
from gateway.files.upload import expect_bytes
from gateway.gateway import Gateway
from gateway.http import read_body, reply
from gateway.media_types import JSON
from resolvers import global_id

if TYPE_CHECKING:
    from gateway.process import Process

PATH = "/rosters"
LARGEST, LARGEST_UNPACKED = 32 * 1024 * 1024, 256 * 1024 * 1024
MOST_TOLD = 500
"""Bad rows and notices in an answer; how many there are is told beside them."""


class Rosters:
    """One at a time, as each reads a whole school."""

    methods = ("POST",)

    def __init__(self, process: "Process") -> None:
        self.process = process
        self.turn = asyncio.Lock()

    async def answer(self, request: Request, gateway: Gateway) -> Response:
        expect_bytes(request)
        viewer = await viewer_of(request, gateway)
        school, _ = global_id.parse(request.query_params.get("school", ""), "School")
        rights = viewer.schools.get(school)
        if rights is None:
            raise RequestError(404, "There is no such school.", Code.NOT_FOUND)
        if not rights.leads:
            message = "The head and the deputies import rosters."
            raise RequestError(403, message, Code.FORBIDDEN)
        if self.turn.locked():
            message = "Another roster is being read: try again in a minute."
            raise RequestError(503, message, Code.RATE_LIMITED)
        body = await read_body(request, LARGEST)
        async with self.turn:
            chosen = {name for name, value in request.query_params.items() if value == "1"}
            # In a loop of its own: reading and comparing a school keeps a loop busy for seconds.
            work = _imported(self.process.database_url, school, body, chosen)
            report = await asyncio.to_thread(asyncio.run, work)
        return reply(_told(report), JSON, 200)


async def _imported(url: str, school: int, body: bytes, chosen: set[str]) -> Report:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster.zip"
        path.write_bytes(body)
        try:
            check_directory(path)
            _check_size(path)
            connection = await asyncpg.connect(**asyncpg_parameters(url))
            try:
                return await import_roster(
                    connection,
                    path,
                    dry_run="apply" not in chosen,
                    skip_bad_rows="skipBadRows" in chosen,
                    allow_deletions="allowDeletions" in chosen,
                    only=school,
                )
            finally:
                await connection.close()
        except Refusal as error:
            raise _refused(422, error.said) from None


def _check_size(path: Path) -> None:
    """An archive says how large its files are, and is not unpacked beyond that."""
    try:
        with ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise _refused(422, Saying.NO_ARCHIVE(archive=path.name, why=error)) from None
    if size > LARGEST_UNPACKED:
        larger = Saying.ALL_LARGER(archive=path.name, most=LARGEST_UNPACKED >> 20)
        raise _refused(413, larger, Code.FILE_TOO_LARGE)


def _refused(status: int, said: Said, code: Code = Code.BAD_INPUT) -> RequestError:
    """That nothing of a roster is imported, and why, in English and by the code that a client says
    it by in another language."""
    why = {"code": said.code, "values": said.values}
    return RequestError(status, f"This is not imported: {said}.", code, said=why)


def _told(report: Report) -> dict[str, object]:
    return {
        "written": report.written,
        "changes": [
            {
                "noun": noun,
                "created": each.created,
                "changed": each.changed,
                "madeInactive": each.made_inactive,
                "ended": each.ended,
                "unchanged": each.unchanged,
            }
            for noun, each in report.changes.items()
            if each.rows
        ],
        "badRowCount": len(report.bad_rows),
        "badRows": [_bad_row(each) for each in report.bad_rows[:MOST_TOLD]],
        "notices": [_said(each) for each in report.notices[:MOST_TOLD]],
        "refusals": [_said(each) for each in report.refusals],
    }


def _bad_row(row: BadRow) -> dict[str, object]:
    return {"file": row.file, "line": row.line, "column": row.column, **_said(row.reason)}


def _said(said: Said) -> dict[str, object]:
    """A sentence in English, and what a client says it by in another language."""
    return {"text": said, "code": said.code, "values": said.values}
