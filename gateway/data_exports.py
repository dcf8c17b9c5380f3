"""What an export has made over HTTP, for the session of who asked for it.

The archive of a student's data is downloaded once, a report for as long as it is kept.
"""

from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from db.own_data.enclosed import Enclosed, enclosed, with_files
from db.own_data.parts import FILES, PARTS
from db.reading.own_data import archive_of_report
from db.store import Reader
from db.writing.audit import note
from db.writing.own_data import note_download, take_archive
from domain.audit import AuditKind
from domain.errors import Code, Problem
from domain.own_data import ExportState
from domain.reports import MEDIA
from gateway.errors import RequestError, internal
from gateway.http import refusal, reply
from gateway.media_types import JSON
from gateway.refused_requests import count_refusal
from resolvers import global_id
from resolvers.context import TEMPORARY, UNPROTECTED, Context
from resolvers.mutations.own_data import ASKERS
from resolvers.own_data import DATA_EXPORT, is_report, parts_for, relation_to, subject_of
from resolvers.relations import may_know, relation
from resolvers.students import STUDENT

(OF_FILES,) = (part for part in PARTS if part.name == FILES)
PATH = "/data-exports/{id}"
NONE = RequestError(404, "There is no such export to download.", Code.NOT_FOUND)
ONCE = "This export is gone: it is downloaded once, within a week; a report is kept for a day."
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
        return refusal(refused)
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
        export: Any = await reader.first(DATA_EXPORT.read, school=school, ids=[id_])
        if export is None or not may_know(viewer, "DataExport", export):
            raise NONE
        files: list[Enclosed] = []
        if is_report(export):
            content = await _report(reader, viewer, export)
        else:
            content, files = await _taken(reader, viewer, export)
    name, media = _called(export)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    if not files:
        return Response(content, media_type=media, headers=headers)
    pieces = with_files(content, files, request.app.state.process.files.storage)
    return StreamingResponse(pieces, media_type=media, headers=headers)


def _called(export: Any) -> tuple[str, str]:
    if not is_report(export):
        return "diary-export.zip", "application/zip"
    form = export.format.lower()
    return f"{export.kind.replace('_', '-').lower()}.{form}", MEDIA[form]


async def _report(reader: Reader, viewer: Any, export: Any) -> bytes:
    """The report, while the viewer is to its record whatever they were when it was made."""
    if export.state in (ExportState.QUEUED.value, ExportState.RUNNING.value):
        raise NOT_YET
    place = {"school": export.school_id, "ref": export.id}
    found: Any = await reader.first(archive_of_report, **place)
    if found is None:
        raise GONE
    if found.rights & ~int(await relation_to(reader, viewer, export)):
        raise LESS
    kind, subject = AuditKind.EXPORTED.value, subject_of(export, "downloaded")
    await note(reader, export.school_id, viewer.account.id, kind, subject)
    content: bytes = found.content
    return content


async def _taken(reader: Reader, viewer: Any, export: Any) -> tuple[bytes, list[Enclosed]]:
    """The archive, by the rights of this moment, which is there no longer; and its files."""
    school, id_ = export.school_id, export.id
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
    await note(reader, school, account, AuditKind.EXPORTED.value, subject_of(export, "downloaded"))
    rows: list[Any] = await reader.fetch(
        OF_FILES.statement, school=school, student=export.student_id
    )
    if not relation(viewer, "Student", student) & OF_FILES.audience:
        rows = []
    return archive.content, enclosed(school, [dict(row.items()) for row in rows])
