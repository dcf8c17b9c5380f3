"""`GET /calendar/SECRET.ics`: the calendar to whoever knows its address, as long as its account is
somebody to the student or teacher; to everybody else there is nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from db.reading.calendars import AccountOfCalendar, account_by_calendar
from db.writing.calendars import note_reading
from domain import clock
from domain.errors import Code, Problem
from gateway.calendar.documents import HOMEWORK, MORE_EVENTS, OF_STUDENT, OF_TEACHER
from gateway.calendar.writing import written
from gateway.errors import internal
from gateway.execution import Answer
from gateway.gateway import Gateway
from gateway.http import WAIT, reply
from gateway.media_types import JSON
from gateway.operations import Operation
from gateway.revalidation import knows
from resolvers import global_id
from resolvers.calendars import is_tied
from resolvers.context import Context
from resolvers.sessions import hash_of
from resolvers.throttle import key_of, network_of
from resolvers.viewer import Viewer, load_viewer

if TYPE_CHECKING:
    from gateway.process import Process

BEFORE, AHEAD = timedelta(days=28), timedelta(days=120)
"""How much of the past is in it, and of what is to come."""
MOST_PAGES = 20
FORMAT = b"3"
"""Another where the same records are written otherwise."""
WAITING = {"Retry-After": WAIT}
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="calendar.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Calendars:
    def __init__(self, process: "Process") -> None:
        self.process = process

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except HTTPException:
            raise
        except Exception as error:
            return reply(internal(error), JSON, 500)

    async def _answer(self, request: Request) -> Response:
        gateway: Gateway = request.app.state.gateway
        secret_hash = hash_of(request.path_params["secret"])
        store, throttle = self.process.store, self.process.throttle
        account: Any = await store.first(account_by_calendar, secret_hash=secret_hash)
        viewer = None if account is None else await load_viewer(store, account)
        whose = None if viewer is None else _whose(viewer, cast(AccountOfCalendar, account))
        try:
            if viewer is None or whose is None:
                network = network_of(gateway.address_of(request))
                await throttle.unknown_calendars.take(store, key_of("calendars", network))
                raise HTTPException(404)
            await throttle.calendars.take(store, key_of("calendar", secret_hash.hex()))
        except Problem as problem:
            raise HTTPException(429, problem.message, WAITING) from None
        read = await self._read(gateway, viewer, *whose)
        digest = sha256(FORMAT + orjson.dumps(read, option=orjson.OPT_SORT_KEYS)).digest()
        second = clock.now().replace(microsecond=0)  # as HTTP tells it
        noted: Any = await store.first(
            note_reading, secret_hash=secret_hash, new_digest=digest, since=second
        )
        if noted is None:  # renewed or revoked meanwhile
            raise HTTPException(404)
        changed_at: datetime = noted.changed_at
        headers = HEADERS | {
            "ETag": f'"{digest.hex()[:32]}"',
            "Last-Modified": format_datetime(changed_at, usegmt=True),
        }
        if _is_known(request, headers["ETag"], changed_at):
            return Response(status_code=304, headers=headers)
        content = await asyncio.to_thread(written, *read, changed_at)
        return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")

    async def _read(
        self, gateway: Gateway, viewer: Viewer, noun: str, school: int, id_: Any
    ) -> tuple[dict[str, Any], list[Any]]:
        """The person, with their school's events, and the homework that they have to do."""
        today = viewer.schools[school].today
        given: dict[str, Any] = {
            "id": global_id.make(noun, school, id_),
            "from": str(today - BEFORE),
            "to": str(today + AHEAD),
        }
        ask = partial(self._asked, gateway, viewer)
        person = await ask(OF_STUDENT if noun == "Student" else OF_TEACHER, given)

        async def events(after: dict[str, Any]) -> Any:
            return (await ask(MORE_EVENTS, given | after))["school"]["events"]

        async def homework(after: dict[str, Any]) -> Any:
            return (await ask(HOMEWORK, given | after))["homework"]

        person["school"]["events"] = await _nodes(person["school"]["events"], events)
        due = await _nodes(await homework({}), homework) if noun == "Student" else []
        return person, due

    async def _asked(
        self, gateway: Gateway, viewer: Viewer, document: str, variables: dict[str, Any]
    ) -> dict[str, Any]:
        """The person, as an operation of the viewer's answers them."""
        prepared = gateway.engine.prepare(Operation(document, variables))
        context = Context(self.process.store, viewer, "", feed=self.process.feed)
        answer: Answer = await gateway.engine.run(prepared, context)
        if (errors := answer.get("errors")) and errors[0]["extensions"]["code"] != Code.FORBIDDEN:
            raise HTTPException(503, headers=WAITING)
        person = answer["data"]["person"]
        if person is None:
            raise HTTPException(404)
        found: dict[str, Any] = orjson.loads(orjson.dumps(person))
        return found


async def _nodes(page: Any, then: Callable[[dict[str, Any]], Awaitable[Any]]) -> list[Any]:
    """The nodes of a page, and of those that follow it."""
    nodes: list[Any] = []
    for _ in range(MOST_PAGES):
        if page is None:
            break
        nodes += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = await then({"after": page["pageInfo"]["endCursor"]})
    return nodes


def _whose(viewer: Viewer, calendar: AccountOfCalendar) -> tuple[str, int, Any] | None:
    """The student or teacher, if they are the viewer's own today."""
    noun = "Student" if calendar.student_id is not None else "Teacher"
    id_ = calendar.student_id or calendar.teacher_id
    if id_ is None or not is_tied(viewer, noun, (calendar.of_school, id_)):
        return None
    return noun, calendar.of_school, id_


def _is_known(request: Request, tag: str, changed_at: datetime) -> bool:
    """Whether the client has it as it is (RFC 9110, 13.2.2)."""
    if "if-none-match" in request.headers:
        return knows(request, tag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return changed_at <= since
    except (ValueError, TypeError):
        return False
