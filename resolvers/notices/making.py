"""Notices made of the outbox's rows: by one process at a time for each school, each once."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid5

from db.reading.audit import RECORDED, StepRow
from db.reading.feed import FeedRow
from db.reading.horizon import horizon_to_give
from db.reading.notices import (
    PlaceRow,
    ToldRow,
    accounts_to_tell,
    accounts_told,
    homework_due_on,
    places_behind,
    places_to_look_ahead,
    rows_to_notice,
)
from db.store import Store
from db.writing.audit import note_ids
from db.writing.notices import (
    GIVEN,
    begin_places,
    claim_place,
    drop_old_notices,
    make_notices,
    release_place,
)
from db.writing.versioned import as_text
from domain import clock
from domain.addressees import Part, part_of
from domain.ids import uuid7
from domain.notice_kinds import FAMILY, NoticeKind, Readers, next_digest
from resolvers.declarations.noticing import DUE, NOTICED, TODAY, Noticed, School
from resolvers.feed.cursor import Position
from resolvers.notices.push import Push
from resolvers.notices.screens import shown_by
from resolvers.notices.telling import Telling
from resolvers.upkeep import Looking, hourly

log = logging.getLogger(__name__)
CAUSES = UUID("0193b0a4-5c1e-7d2a-9a57-5b1f0c6f2e22")
BATCH = 500
"""Rows of the outbox that are looked at together."""
LEASE = timedelta(seconds=60)
GATHERED = timedelta(seconds=60)
"""How long what happens is gathered before it is mailed or pushed at once."""
TOLD_WITHIN = timedelta(days=3)
"""What is older when it is looked at, as after a restore, is not told any more."""
KEPT = timedelta(days=60)
HOUR_AHEAD = 15
"""The hour of the school's day from which homework for tomorrow is told of."""
POLL, APART = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done to a record, and by whom; `today` is the school's day when it is told."""

    change: str
    version: int
    at: datetime
    author: UUID | None = None
    today: date | None = None


class Notices:
    """`run` makes notices, mails and pushes them until it is cancelled; as many processes may run
    as there are."""

    def __init__(
        self,
        store: Store,
        push: Push | None = None,
        *,
        gathered: timedelta = GATHERED,
        wake_post: Any = lambda: None,
    ) -> None:
        self._store = store
        self._gathered = gathered
        self._looking = Looking(POLL, APART)
        self._told = Looking(POLL, APART)
        self._telling = Telling(store, push or Push(store), wake_post)

    def wake(self) -> None:
        """There may be something to tell."""
        self._looking.wake()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._looking.run("Notices", self.make))
            begin = partial(self._telling.begin, group)
            group.create_task(self._told.run("Accounts to tell", begin))
            group.create_task(hourly("notices", self.drop_old))

    async def drop_old(self) -> None:
        """Drop what is old; and begin with schools that are new."""
        await self._store.fetch(begin_places)
        await self._store.fetch(drop_old_notices, before=clock.now() - KEPT)

    async def look(self) -> None:
        """Make what there is to make, and tell who is to be told."""
        await self.make()
        await self._telling.tell()

    async def make(self) -> None:
        """Make what there is to make, for every school."""
        horizon = await horizon_to_give(self._store)
        behind = await self._store.fetch(places_behind, horizon=horizon)
        for row in cast("list[PlaceRow]", behind):
            await self._take(row, self._follow)
        ahead = await self._store.fetch(places_to_look_ahead, hour=HOUR_AHEAD)
        for row in cast("list[PlaceRow]", ahead):
            await self._take(row, self._look_ahead)
        self._told.wake()

    async def _take(self, row: PlaceRow, act: Any) -> None:
        where = {"school": row.school_id, "holder": uuid7()}
        place = await self._store.first(claim_place, **where, lease=LEASE)
        if place is None:
            return
        try:
            await act(row, place, where)
        finally:
            await self._store.fetch(release_place, **where)

    async def _follow(self, row: PlaceRow, place: Any, where: dict[str, Any]) -> None:
        """Read on in the outbox, to its end."""
        position = Position(place.xid, place.seq)
        while True:
            rows = cast(
                "list[FeedRow]",
                await self._store.fetch(
                    rows_to_notice,
                    school=row.school_id,
                    xid=str(position.xid),
                    seq=position.seq,
                    horizon=await horizon_to_give(self._store),
                    limit=BATCH,
                ),
            )
            if not rows:
                return
            position = Position(rows[-1].xid, rows[-1].seq)
            found = await self._of_rows(row, rows)
            if not await self._make(row, found, position, place.due_on, where):
                return

    async def _look_ahead(self, row: PlaceRow, place: Any, where: dict[str, Any]) -> None:
        """What homework is due on the day that comes."""
        day = cast(date, row.due_on)
        records = await self._store.fetch(homework_due_on, school=row.school_id, day=day)
        found = [
            notice
            for each in NOTICED.get("HOMEWORK", ())
            if DUE in each.texts
            for record in records
            for notice in _notices(each, record, Happened(DUE, day.toordinal(), clock.now()))
        ]
        await self._make(row, found, Position(place.xid, place.seq), day, where)

    async def _of_rows(self, place: PlaceRow, rows: Sequence[FeedRow]) -> list[dict[str, Any]]:
        oldest, today = clock.now() - TOLD_WITHIN, clock.today(place.time_zone)
        told = [
            (row, each)
            for row in rows
            if row.at >= oldest
            for each in NOTICED.get(row.topic, ())
            if row.change in each.texts
        ]
        records, authors = await self._records(place.school_id, told)
        of_each = [
            (row, each, record)
            for row, each in told
            if (record := records.get((row.topic, row.ref))) is not None
            and each.when(record, today)
        ]
        named = await self._named(School(place.school_id, today), of_each)
        shown = await shown_by(self._store, [(row.topic, record) for row, _, record in of_each])
        found: list[dict[str, Any]] = []
        for row, each, record in of_each:
            author = authors.get((row.topic, row.ref, row.version))
            happened = Happened(row.change, row.version, row.at, author, today)
            accounts = named.pop((each.kind, row.ref), ())
            if each.naming is None or accounts:
                found += _notices(each, record, happened, accounts, shown[row.topic, row.ref])
        return found

    async def _named(
        self, school: School, of_each: Iterable[tuple[FeedRow, Noticed, Any]]
    ) -> dict[tuple[NoticeKind, UUID], Iterable[UUID]]:
        """Whom notices of records name, by kind and record, but for those who were told before."""
        asked: dict[int, tuple[Noticed, dict[UUID, Any]]] = {}
        changes: dict[UUID, str] = {}
        for row, each, record in of_each:
            if each.naming is not None:
                asked.setdefault(id(each), (each, {}))[1][row.ref] = record
                changes[row.ref] = row.change
        found: dict[tuple[NoticeKind, UUID], Iterable[UUID]] = {}
        for each, records in asked.values():
            assert each.naming is not None
            named = await each.naming.find(self._store, school, list(records.values()))
            told = await self._store.fetch(accounts_told, school=school.id, ids=list(records))
            before = {
                (row.ref, row.account_id)
                for row in cast("list[ToldRow]", told)
                if _is_told(row, each.naming.again, changes[row.ref])
            }
            for ref, accounts in named.items():
                found[each.kind, ref] = [one for one in accounts if (ref, one) not in before]
        return found

    async def _records(
        self, school: int, told: Iterable[tuple[FeedRow, Noticed]]
    ) -> tuple[dict[tuple[str, UUID], Any], dict[tuple[str, UUID, int], UUID]]:
        """The records as they are now, and who took each step."""
        refs: dict[str, set[UUID]] = {}
        loaders = {}
        for row, each in told:
            refs.setdefault(row.topic, set()).add(row.ref)
            loaders[row.topic] = each.noun.by_id
        records: dict[tuple[str, UUID], Any] = {}
        authors: dict[tuple[str, UUID, int], UUID] = {}
        for topic, ids in refs.items():
            keys = [(school, id_) for id_ in ids]
            loaded = await loaders[topic].load(self._store, None, keys)
            records |= {(topic, id_): each for (_, id_), each in loaded.items() if each is not None}
            if topic in RECORDED:
                steps = await self._store.fetch(RECORDED[topic].steps, school=school, ids=list(ids))
                for step in cast("list[StepRow]", steps):
                    authors[topic, step.ref, step.version] = step.account_id
        return records, authors

    async def _make(
        self,
        place: PlaceRow,
        found: list[dict[str, Any]],
        position: Position,
        due_on: date | None,
        where: dict[str, Any],
    ) -> bool:
        """Write them and the place; False where somebody else does by now."""
        for notice, id_ in zip(found, note_ids(len(found)), strict=True):
            notice["id"] = id_
        tell: list[Any] = []
        if found:
            ids, staff_ids, parts = _told(found)
            tell = await self._store.fetch(
                accounts_to_tell,
                school=place.school_id,
                ids=ids,
                staff_ids=staff_ids,
                parts=parts,
            )
        time = clock.now()
        made = await self._store.first(
            make_notices,
            **where,
            **{name: [as_text(notice[name]) for notice in found] for name in GIVEN},
            lease=LEASE,
            new_xid=str(position.xid),
            new_seq=position.seq,
            new_due_on=due_on,
            tell=[row.account_id for row in tell],
            soon=time + self._gathered,
            evening=next_digest(time, place.time_zone),
            sunday=next_digest(time, place.time_zone, weekly=True),
        )
        return made is not None


def _told(found: Iterable[Mapping[str, Any]]) -> tuple[list[UUID], list[UUID], list[int]]:
    """Whom the notices are for: ids of accounts, and of students, courses and class groups whose
    students and families are told; ids of those whose staff is told; and parts of the school."""
    ids: set[UUID] = set()
    staff_ids: set[UUID] = set()
    parts: set[int] = set()
    for notice in found:
        to, whom = notice["to_id"], Readers(notice["to_whom"])
        if whom & Readers.NAMED:
            ids.update(notice["account_ids"])
            continue
        if whom & Readers.ADDRESSED:
            part, place = part_of(to)
            if isinstance(place, int):
                parts.add(part)
                continue
            to, whom = place, Readers.STAFF if part is Part.STAFF else FAMILY
        if whom & Readers.STAFF:
            staff_ids.add(to)
        if whom & ~Readers.STAFF:
            ids.add(to)
    return list(ids), list(staff_ids), list(parts)


def _is_told(told: ToldRow, again: timedelta | None, change: str) -> bool:
    """Whether who has this notice is told of no other one."""
    return again is None or (told.change == change and told.at > clock.now() - again)


def _notices(
    declared: Noticed,
    record: Any,
    what: Happened,
    accounts: Iterable[UUID] = (),
    shown: tuple[str, UUID] | None = None,
) -> Iterable[dict[str, Any]]:
    topic = declared.noun.topic
    for to in declared.to(record):
        cause = f"{declared.kind} {topic} {what.change} {record.id} {what.version} {to.id}"
        student = getattr(record, "student_id", None)
        yield {
            "kind": declared.kind.value,
            "topic": topic,
            "change": what.change,
            "ref": record.id,
            "to_id": to.id,
            "to_whom": int(to.whom),
            "student_id": student,
            "course_id": getattr(record, "course_id", None),
            "day": _day(declared, record, what),
            "author_id": what.author,
            "account_ids": list(accounts),
            "shown": shown and shown[0],
            "shown_id": shown and shown[1],
            "cause": uuid5(CAUSES, cause),
            "at": what.at,
        }


def _day(declared: Noticed, record: Any, what: Happened) -> date | None:
    if declared.day is None:
        return None
    return what.today if declared.day == TODAY else cast("date | None", record[declared.day])
