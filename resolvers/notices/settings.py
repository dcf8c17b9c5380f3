"""What an account has read, and how it is told: its kinds, quiet hours and devices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from db.reading.notices import devices_of_account, ways_of_account
from db.reading.schools import schools_by_id
from db.store import Store
from db.tables.notices import NoticeWays, PushDevice
from db.writing import notices as writing
from domain.addresses import Network
from domain.ids import uuid7
from domain.notice_kinds import NoticeKind, NoticeMail
from domain.refusals import Refused, UserErrorCode, refused
from resolvers.declarations.inputs import record_id
from resolvers.declarations.parsing import text_or_none
from resolvers.mutations.webhooks import url_of
from resolvers.notices.push import BadKey, browser_keys
from resolvers.viewer import Viewer

Code = UserErrorCode
MOST_MARKED = 200
MOST_DEVICES = 20
LONGEST_NAME = 100
DEFAULT_ZONE = "UTC"
NO_SERVICE = "The address of a push service is one on the public internet."


@dataclass(frozen=True, slots=True)
class Way:
    """How an account is told of a kind."""

    kind: NoticeKind
    in_app: bool = True
    mail: NoticeMail = NoticeMail.NEVER
    push: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    ways: Sequence[Way]
    quiet_from: time | None
    quiet_until: time | None


async def settings_of(store: Store, account: UUID) -> Settings:
    ways = await store.first(ways_of_account, account=account)
    return _settings(ways)


def _settings(ways: NoticeWays | None) -> Settings:
    if ways is None:
        return Settings([Way(kind) for kind in NoticeKind], None, None)
    return Settings([_way(ways, kind) for kind in NoticeKind], ways.quiet_from, ways.quiet_until)


def _way(ways: NoticeWays, kind: NoticeKind) -> Way:
    mail = NoticeMail.NEVER
    for when in (NoticeMail.AT_ONCE, NoticeMail.DAILY, NoticeMail.WEEKLY):
        if kind in getattr(ways, when.lower()):
            mail = when
    return Way(kind, kind not in ways.hidden, mail, kind not in ways.unpushed)


async def set_(store: Store, viewer: Viewer, changed: Iterable[Way], quiet: Any) -> None:
    """Set the ways of some kinds; `quiet` is the hours from and until, or None to keep them."""
    account = viewer.account.id
    before = await settings_of(store, account)
    ways: Mapping[NoticeKind, Way] = {way.kind: way for way in (*before.ways, *changed)}
    begins, ends = (before.quiet_from, before.quiet_until) if quiet is None else quiet
    if (begins is None) != (ends is None):
        missing = "begins" if begins is None else "ends"
        message = "Quiet hours have a beginning and an end."
        raise refused(Code.BAD_INPUT, message, "quietHours", missing)
    await store.fetch(
        writing.set_ways,
        account=account,
        begins=uuid7(),
        new_hidden=[way.kind.value for way in ways.values() if not way.in_app],
        new_unpushed=[way.kind.value for way in ways.values() if not way.push],
        **{
            f"new_{when.lower()}": [way.kind.value for way in ways.values() if way.mail is when]
            for when in (NoticeMail.AT_ONCE, NoticeMail.DAILY, NoticeMail.WEEKLY)
        },
        new_quiet_from=begins,
        new_quiet_until=ends,
        new_time_zone=await _zone(store, viewer),
    )


async def _zone(store: Store, viewer: Viewer) -> str:
    """That of the first school."""
    schools = await store.fetch(schools_by_id, schools=sorted(viewer.schools)[:1])
    return schools[0].time_zone if schools else DEFAULT_ZONE


async def mark(store: Store, viewer: Viewer, ids: Sequence[str]) -> None:
    """Mark notices as read; what is none of the viewer's leaves no trace."""
    if not 1 <= len(ids) <= MOST_MARKED:
        raise refused(Code.BAD_INPUT, f"Name from 1 to {MOST_MARKED} notices.", "ids")
    by_school: dict[int, list[UUID]] = {}
    for place, id_ in enumerate(ids):
        school, own = _key(id_, viewer, "ids", str(place))
        by_school.setdefault(school, []).append(own)
    for school, of in by_school.items():
        await store.fetch(writing.mark_notices, school=school, account=viewer.account.id, ids=of)


async def mark_all(store: Store, viewer: Viewer, up_to: str) -> None:
    """Mark all notices up to one as read, of every school."""
    _, id_ = _key(up_to, viewer, "upTo")
    for school in viewer.schools:
        await store.fetch(writing.read_up_to, school=school, account=viewer.account.id, up_to=id_)


def _key(id_: str, viewer: Viewer, *path: str) -> tuple[int, UUID]:
    school, own = record_id(id_, "Notice", *path)
    if school not in viewer.schools:
        raise refused(Code.NOT_FOUND, "There is no such notice.", *path)
    return school, own


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A browser's subscription, as it tells it."""

    endpoint: str
    p256dh: str
    auth: str
    name: str | None = None


async def devices_of(store: Store, account: UUID) -> list[PushDevice]:
    return await store.fetch(devices_of_account, account=account)


async def add_device(
    store: Store, viewer: Viewer, new: NewDevice, networks: Iterable[Network]
) -> PushDevice:
    """Push to a browser from now on. Its endpoint is an address that a stranger may have typed: it
    is looked at here, and again wherever its name leads when it is connected to."""
    try:
        endpoint = url_of(new.endpoint, networks, refusal=NO_SERVICE)
    except Refused as refusal:
        raise refused(Code.BAD_INPUT, refusal.errors[0].message, "endpoint") from None
    try:
        p256dh, auth = browser_keys(new.p256dh, new.auth)
    except BadKey:
        raise refused(Code.BAD_INPUT, "These are no keys of a browser.", "p256dh") from None
    account = viewer.account.id
    if await store.first(ways_of_account, account=account) is None:
        await set_(store, viewer, (), None)
    name = text_or_none((new.name or "").strip()[:LONGEST_NAME], LONGEST_NAME, "name")
    async with store.transaction() as reader:
        await reader.run(writing.hold_ways, account=account)
        known = [each.endpoint for each in await reader.fetch(devices_of_account, account=account)]
        if len(known) >= MOST_DEVICES and endpoint not in known:
            message = f"You have {MOST_DEVICES} devices: remove one."
            raise refused(Code.TOO_MANY, message, "endpoint")
        added = await reader.first(
            writing.add_device,
            account=account,
            ref=uuid7(),
            new_endpoint=endpoint,
            new_p256dh=p256dh,
            new_auth=auth,
            new_name=name,
        )
    if added is None:
        raise RuntimeError("A device that is added has a row.")
    return added


async def remove_device(store: Store, account: UUID, id_: UUID) -> None:
    if await store.first(writing.remove_device, account=account, ref=id_) is None:
        raise refused(Code.NOT_FOUND, "You have no such device.", "id")
