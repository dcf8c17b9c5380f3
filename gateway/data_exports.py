"""The archive of an export over HTTP, once, for the session of who asked for it."""

from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from db.own_data.enclosed import Enclosed, enclosed, with_files
from db.own_data.parts import FILES, PARTS
from db.store import Reader
from db.writing.audit import note
from db.writing.own_data import note_download, take_archive
from domain.audit import AuditKind
from domain.errors import Code, Problem
from domain.own_data import ExportState
from gateway.errors import RequestError, internal
from gateway.http import reply
from gateway.media_types import JSON
from gateway.refused_requests import count_refusal
from resolvers import global_id
from resolvers.context import TEMPORARY, UNPROTECTED, Context
from resolvers.mutations.own_data import ASKERS
from resolvers.own_data import DATA_EXPORT, parts_for
from resolvers.relations import may_know, relation
from resolvers.students import STUDENT

(OF_FILES,) = (part for part in PARTS if part.name == FILES)
PATH = "/data-exports/{id}"
NONE = RequestError(404, "There is no such export to download.", Code.NOT_FOUND)
ONCE = "This export is gone: it is downloaded once, within a week."
GONE = RequestError(410, ONCE, Code.NOT_FOUND)
LESS = RequestError(409, "You may see less by now: ask for another export.", Code.CONFLICT)
NOT_YET = RequestError(409, "This export is not made yet.", Code.CONFLICT)


def route() -> Route:
    return Route(PATH, download, methods=["GET"])


async def download(request: Request) -> Response:
    try:
        return await _answered(request)
    except RequestError as refused:
        count_refusal(request, refused.status)
        return reply(refused.answer, JSON, refused.status)
    except ClientDisconnect:
        raise
    except Exception as error:
        return reply(internal(error), JSON, 500)


async def _answered(request: Request) -> Response:
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise RequestError(403, "Download it from the diary itself.", Code.FORBIDDEN)
    context: Context = await request.app.state.gateway.contexts(request)()
    viewer = context.viewer
    if viewer is None:
        raise RequestError(401, "Sign in first.", Code.UNAUTHENTICATED)
    if viewer.temporary or viewer.lacks_second_factor:
        raise RequestError(403, TEMPORARY if viewer.temporary else UNPROTECTED, Code.FORBIDDEN)
    try:
        school, id_ = global_id.parse(request.path_params["id"], DATA_EXPORT.name)
    except Problem:
        raise NONE from None
    async with context.store.transaction() as reader:
        content, files = await _taken(reader, viewer, school, id_)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="diary-export.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    if not files:
        return Response(content, media_type="application/zip", headers=headers)
    storage = request.app.state.process.files.storage
    pieces = with_files(content, files, storage)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def _taken(
    reader: Reader, viewer: Any, school: int, id_: Any
) -> tuple[bytes, list[Enclosed]]:
    """The archive, by the rights of this moment, which is there no longer; and its files."""
    export: Any = await reader.first(DATA_EXPORT.read, school=school, ids=[id_])
    if export is None or not may_know(viewer, "DataExport", export):
        raise NONE
    student = await reader.first(STUDENT.read, school=school, ids=[export.student_id])
    if student is None or not relation(viewer, "Student", student) & ASKERS:
        raise NONE
    if parts_for(viewer, student) < export.parts:
        raise LESS
    if export.state in (ExportState.QUEUED.value, ExportState.RUNNING.value):
        raise NOT_YET
    place, account = {"school": school, "ref": id_}, viewer.account.id
    noted = await reader.first(note_download, **place, account=account)
    archive: Any = await reader.first(take_archive, **place)
    if noted is None or archive is None:
        raise GONE
    taken = "Student", export.student_id, export.student_id, "downloaded"
    await note(reader, school, account, AuditKind.EXPORTED.value, taken)
    rows: list[Any] = await reader.fetch(
        OF_FILES.statement, school=school, student=export.student_id
    )
    if not relation(viewer, "Student", student) & OF_FILES.audience:
        rows = []
    return archive.content, enclosed(school, [dict(row.items()) for row in rows])
