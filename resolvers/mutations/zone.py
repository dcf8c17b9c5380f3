"""Moving a school to another time zone, by its head."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.reading.school import schools_by_id
from db.store import Reader, Store
from db.writing.zones import set_zone
from domain.periods import UnknownZone, time_zone
from domain.refusals import Fault, refused
from resolvers import global_id
from resolvers.mutations.attempt import Outcome, attempt, tell_of
from resolvers.mutations.given import record_id, rights_in
from resolvers.mutations.receipts import Request, earlier
from resolvers.viewer import Viewer

EVERYBODY = UUID(int=0)
"""Stands in the feed for an account: what it is now in the whole school is another day."""


@dataclass(frozen=True, slots=True)
class Zone:
    """`school` is a global id."""

    school: str
    time_zone: str


async def set_time_zone(
    store: Store, viewer: Viewer, asked: Zone, key: str | None = None
) -> Outcome:
    async def act(reader: Reader) -> list[Any]:
        school, _ = record_id(asked.school, "School", "school")
        if not rights_in(viewer, school, "school", "school").head:
            message = "Only the school's administration moves it to another time zone."
            raise refused(Fault.FORBIDDEN, message, "school")
        zone = _zone(asked.time_zone)
        request = Request("setTimeZone", asked, key)
        if await earlier(reader, viewer, school, request, [global_id.NIL]) is None:
            moved = await set_zone(reader, school, zone)
            if moved is not None:
                await tell_of(reader, "RIGHTS", "CHANGED", school, [(EVERYBODY, 1)])
        return await reader.fetch(schools_by_id, schools=[school])

    return await attempt(store, viewer, "School", act)


def _zone(text: str) -> str:
    try:
        time_zone(text)
    except UnknownZone as error:
        raise refused(Fault.BAD_INPUT, f"{error}.", "timeZone") from None
    return text
