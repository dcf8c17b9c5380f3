"""A sheet of access codes over HTTP, for whoever has just made them.

The codes come with the request, because nothing else has them: whoever does not hold them gets no
sheet, nor does anybody who may not know of them.
"""

import asyncio
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from db.reading.access_codes import open_codes_by_hash
from db.reading.invitations import Invited, people_to_invite
from db.reading.schools import schools_by_id
from db.writing.audit import note
from domain.access_codes import Mistyped, hash_of, read
from domain.audit import AuditKind
from domain.clock import now
from domain.errors import Code, Problem
from domain.ties import TieName
from gateway.errors import RequestError, internal
from gateway.http import check_content, read_body, refusal, reply
from gateway.media_types import JSON
from gateway.operations import read_json
from gateway.refused_requests import count_refusal
from gateway.sheets.pdf import as_pdf
from gateway.sheets.slips import Sheet, sheet_of
from gateway.sheets.table import as_csv
from resolvers import global_id
from resolvers.context import Context
from resolvers.global_id import NIL
from resolvers.relations import may_know
from resolvers.viewer import Rights

PATH = "/access-codes/sheet"
MOST_SLIPS = 300
"""Each takes ten milliseconds to draw."""
FORMATS = {"pdf": ("application/pdf", as_pdf), "csv": ("text/csv; charset=utf-8", as_csv)}
NO_CODE = RequestError(404, "There is no such open code.", Code.NOT_FOUND)


def route() -> Route:
    return Route(PATH, sheet, methods=["POST"])


async def sheet(request: Request) -> Response:
    """The sheet of `codes` of the `school`, as `pdf` or `csv`."""
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
    gateway = request.app.state.gateway
    check_content(request.headers)
    asked = read_json(await read_body(request, gateway.settings.max_body_bytes))
    school, codes, language = _asked(asked)
    context: Context = await gateway.contexts(request)()
    if context.viewer is None:
        raise RequestError(401, "Sign in first.", Code.UNAUTHENTICATED)
    try:
        context.signed_in()
    except Problem as problem:  # who has a temporary password, or lacks a second factor
        raise RequestError(403, problem.message, problem.code) from None
    media, draw = FORMATS[asked.get("format", "pdf")]
    made = await _sheet(context, gateway.settings.address, school, codes, language)
    async with context.store.transaction() as reader:  # before it is answered
        exported = "School", NIL, None, "access_codes"
        await note(reader, school, context.viewer.account.id, AuditKind.EXPORTED.value, exported)
    body = await asyncio.to_thread(draw, made)
    name = f"access-codes.{asked.get('format', 'pdf')}"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type=media, headers=headers)


def _asked(asked: Any) -> tuple[int, list[str], str | None]:
    """The school, the codes as they are looked up, and the language of the slips."""
    given: dict[str, Any] = asked if isinstance(asked, dict) else {}
    codes: Any = given.get("codes")
    language, school = given.get("language"), given.get("school")
    form = given.get("format", "pdf")
    texts = isinstance(codes, list) and all(isinstance(each, str) for each in codes)
    if not texts or not isinstance(school, str) or not isinstance(language, str | None):
        raise RequestError(400, "Send {school, codes, language, format} as JSON.")
    if not isinstance(form, str) or form not in FORMATS:
        raise RequestError(400, f"The format is one of {', '.join(FORMATS)}.")
    if not 0 < len(codes) <= MOST_SLIPS:
        raise RequestError(400, f"A sheet has 1 to {MOST_SLIPS} codes.")
    try:
        return global_id.parse(school, "School")[0], [read(each) for each in codes], language
    except Problem as problem:
        raise RequestError(400, problem.message) from None
    except Mistyped as mistyped:
        raise RequestError(400, f"{mistyped}.") from None


async def _sheet(
    context: Context, address: str, school: int, codes: list[str], language: str | None
) -> Sheet:
    viewer = context.signed_in()
    rights: Rights | None = viewer.schools.get(school)
    if rights is None:
        raise NO_CODE
    hashes = {hash_of(code): code for code in codes}
    rows = await context.store.fetch(
        open_codes_by_hash, school=school, hashes=list(hashes), now=now()
    )
    known = [row for row in rows if may_know(viewer, "AccessCode", row)]
    if len(known) < len(hashes):
        raise NO_CODE
    of = {row.student_id or row.guardian_id or row.teacher_id: row for row in known}
    people = cast(
        "list[Invited]",
        await context.store.fetch(
            people_to_invite,
            school=school,
            day=rights.today,
            people=list(of),
            children=None if rights.office else list(rights.of_today[TieName.STUDENT_LED]),
        ),
    )
    (told,) = await context.store.fetch(schools_by_id, schools=[school])
    slips = [hashes[of[each.id].code_hash] for each in people]
    ends = min(row.expires_at for row in known) - timedelta(microseconds=1)
    until = ends.astimezone(ZoneInfo(told.time_zone)).date()
    return sheet_of(told.name, address, (language, told.language), until, people, slips)
