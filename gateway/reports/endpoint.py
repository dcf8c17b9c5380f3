"""`GET /reports/report-card.pdf?of=ID`: a report made at once, for whoever is signed in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from db.writing.audit import note
from domain.audit import AuditKind
from domain.errors import Code, Problem
from domain.reports import ALWAYS_LONG, MEDIA, REPORTS
from gateway.drawing import Busy, CannotDraw
from gateway.errors import RequestError
from gateway.gateway import Gateway
from gateway.reports import MADE
from gateway.reports.asking import Asking, ReportRequest
from gateway.reports.parts import Making, TooLong, too_long
from gateway.reports.turns import Full
from resolvers import global_id
from resolvers.context import Context
from resolvers.noted_reads import is_own
from resolvers.throttle import key_of

if TYPE_CHECKING:
    from gateway.process import Process

PATH = "/reports/{name}.{format}"
NAMES = {name.replace("_", "-").lower(): name for name in MADE}
"""The names of reports, as addresses spell them."""
TOO_BUSY = "Too much is being drawn: try again in a moment."
ALWAYS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-site",
    "Vary": "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who asks, and what they ask it with."""

    context: Context
    ask: Asking


async def who_asks(request: Request, gateway: Gateway) -> Drawn:
    """Raises where nobody is signed in far enough, or a page of another site asks."""
    site = request.headers.get("sec-fetch-site", "none")
    named = request.headers.get("origin") in gateway.origins.texts
    if site not in ("same-origin", "none") and not named:
        raise RequestError(403, "Ask for it from the diary itself.", Code.FORBIDDEN)
    client = gateway.contexts(request)
    context: Any = await client()
    context.signed_in()
    return Drawn(context, Asking(gateway.engine, client))


def asked_of(parameters: Mapping[str, str]) -> ReportRequest:
    return ReportRequest(
        parameters.get("of", ""),
        parameters.get("language"),
        parameters.get("year"),
        parameters.get("period"),
        _day(parameters, "from"),
        _day(parameters, "to"),
    )


def _day(parameters: Mapping[str, str], name: str) -> date | None:
    text = parameters.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise RequestError(400, f"`{name}` is a day, written YYYY-MM-DD.") from None


@asynccontextmanager
async def in_turn(process: "Process") -> AsyncIterator[None]:
    try:
        async with process.turns.turn():
            yield
    except Full:
        raise RequestError(503, TOO_BUSY, Code.RATE_LIMITED) from None


async def drawn(process: "Process", job: Mapping[str, Any]) -> bytes:
    try:
        return await process.drawer.draw(job)
    except Busy:
        raise RequestError(503, TOO_BUSY, Code.RATE_LIMITED) from None
    except CannotDraw as failed:
        raise RuntimeError("Something could not be drawn") from failed


class Reports:
    methods = ("GET",)

    def __init__(self, process: "Process") -> None:
        self.process = process

    async def answer(self, request: Request, gateway: Gateway) -> Response:
        told, form = request.path_params["name"], request.path_params["format"]
        name = NAMES.get(told)
        if name is None or form not in MEDIA:
            raise RequestError(404, "There is no such report.", Code.NOT_FOUND)
        by = await who_asks(request, gateway)
        asked = asked_of(request.query_params)
        try:
            school, id_ = global_id.parse(asked.of, REPORTS[name])
        except Problem:
            raise RequestError(404, "There is no such record.", Code.NOT_FOUND) from None
        account = by.context.signed_in().account.id
        allowance = self.process.throttle.reports
        await allowance.take(self.process.store, key_of("reports", account.hex))
        try:
            if name in ALWAYS_LONG:
                raise too_long()
            async with in_turn(self.process):
                made = await MADE[name](Making(by.ask, asked))
        except TooLong as long:
            raise RequestError(413, f"{long}", Code.LIMIT_EXCEEDED) from None
        content = await drawn(self.process, {"draw": "report", "format": form, "report": made})
        await self._note(by, REPORTS[name], (school, id_), name)
        headers = ALWAYS | {"Content-Disposition": f'attachment; filename="{told}.{form}"'}
        return Response(content, media_type=MEDIA[form], headers=headers)

    async def _note(self, by: Drawn, noun: str, of: tuple[int, Any], name: str) -> None:
        """For the audit, unless it is of the own family."""
        viewer, (school, id_) = by.context.signed_in(), of
        if is_own(viewer, noun, school, id_):
            return
        subject = noun, id_, id_ if noun == "Student" else None, name.lower()
        async with self.process.store.transaction() as reader:
            await note(reader, school, viewer.account.id, AuditKind.EXPORTED.value, subject)
