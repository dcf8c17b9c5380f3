"""Calendars over HTTP, at addresses that nobody guesses: `GET /calendar/SECRET.ics`."""

from typing import TYPE_CHECKING

from starlette.routing import Route

from gateway.calendar.endpoint import Calendars
from schema.mutations.calendars import PATH

if TYPE_CHECKING:
    from gateway.process import Process


def route(process: "Process") -> Route:
    return Route(PATH, Calendars(process).answer, methods=["GET"])
