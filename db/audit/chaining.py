"""New entries, made of notes and of rows of the outbox, in the order of their transactions."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from db.audit.pruning import prune
from db.reading.audit import (
    RECORDED,
    StepRow,
    chains_behind,
    children_of_guardians,
    notes_until,
    places_of_chains,
    rows_until,
)
from db.reading.horizon import read_horizon
from db.store import Reader, Store
from db.writing.audit import (
    add_entries,
    arrays_of,
    begin_chains,
    claim_chain,
    date_notes_back,
    release_chain,
    restart_chain,
)
from domain.audit import Entry
from domain.ids import uuid7

log = logging.getLogger(__name__)
BATCH = 500
"""Rows of each source that are read at once."""
LEASE = timedelta(seconds=30)
NOBODY = UUID(int=0)
"""The account of what no account has done."""
Source = Any
"""A note, or a row of the outbox: a light record."""


class Chainer:
    """Adds entries for all schools; as many processes may do so as there are."""

    def __init__(self, store: Store, batch: int = BATCH) -> None:
        self._store = store
        self._batch = batch

    async def look(self) -> None:
        """Add what there is for every school that nobody else is adding to."""
        horizon = await read_horizon(self._store)
        behind: list[Any] = list(await self._store.fetch(chains_behind, horizon=horizon))
        for row in behind:
            if row.anew:
                await self._restart_chain(row.school_id)
            await self._add(row.school_id, horizon)

    async def begin(self) -> None:
        """Begin a chain for new schools."""
        await self._store.fetch(begin_chains)

    async def prune(self) -> None:
        """Remove entries that are older than their schools keep them."""
        await self.begin()
        await prune(self._store)

    async def _restart_chain(self, school: int) -> None:
        """Numbers of transactions are those of another database, from which it was restored."""
        async with self._store.transaction() as reader:
            if await reader.first(restart_chain, school=school) is not None:
                await reader.run(date_notes_back, school=school)

    async def _add(self, school: int, horizon: str) -> None:
        where = {"school": school, "holder": uuid7()}
        chain = await self._store.first(claim_chain, **where, lease=LEASE)
        while chain is not None:
            chain = await self._add_some(chain, where, horizon)
        await self._store.fetch(release_chain, **where)

    async def _add_some(self, chain: Any, where: dict[str, Any], horizon: str) -> Any:
        """Add a batch; returns where the chain stands then if there may be more."""
        school = chain.school_id
        of_school: dict[str, Any] = {"school": school, "horizon": horizon, "limit": self._batch}
        notes: list[Source] = await self._store.fetch(notes_until, **of_school)
        rows: list[Source] = await self._store.fetch(
            rows_until, **of_school, xid=str(chain.xid), seq=chain.seq
        )
        more = len(notes) == self._batch or len(rows) == self._batch
        notes, rows = whole_part(notes, rows, self._batch)
        if not notes and not rows:
            return None
        place = (rows[-1].xid, rows[-1].seq) if rows else (chain.xid, chain.seq)
        entries = await self._entries(school, notes, rows)
        entries = [
            replace(each, number=number) for number, each in enumerate(entries, chain.number + 1)
        ]
        digests, digest = [], chain.digest
        for each in entries:
            digest = each.digest(digest)
            digests.append(digest)
        number = chain.number + len(entries)
        added = await self._store.first(
            add_entries,
            **where,
            **arrays_of(entries, digests),
            expected=chain.number,
            ids=[each.id for each in notes],
            noted_until=str(notes[-1].xid) if notes else "0",
            new_number=number,
            new_digest=digest,
            new_xid=str(place[0]),
            new_seq=place[1],
        )
        if added is None or not more:
            return None
        return _Chain(school, number, digest, *place)

    async def _entries(
        self, school: int, notes: Sequence[Source], rows: Sequence[Source]
    ) -> list[Entry]:
        told = await entries_told(self._store, school, rows)
        made = [(note.xid, 0, place, _of_note(note)) for place, note in enumerate(notes)]
        made += [(row.xid, 1, row.seq, each) for row, each in zip(rows, told, strict=True) if each]
        ordered = [each for *_, each in sorted(made, key=lambda placed: placed[:3])]
        return await self._of_children(school, ordered)

    async def _of_children(self, school: int, entries: Iterable[Entry]) -> list[Entry]:
        """What is of a guardian is of each of their children."""
        entries = list(entries)
        guardians = {each.ref for each in entries if each.noun == "Guardian"}
        if not guardians:
            return entries
        children: dict[UUID, list[UUID]] = defaultdict(list)
        ties: list[Any] = await self._store.fetch(
            children_of_guardians, school=school, ids=list(guardians)
        )
        for tie in ties:
            children[tie.guardian_id].append(tie.student_id)
        found: list[Entry] = []
        for each in entries:
            of = children.get(each.ref, []) if each.noun == "Guardian" else []
            found += [replace(each, student_id=child, id=uuid7()) for child in of] or [each]
        return found


async def entries_told(
    reader: Reader | Store, school: int, rows: Sequence[Source]
) -> list[Entry | None]:
    """An entry for each row of the outbox that tells of a record, with who took the step."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.topic in RECORDED:
            ids[row.topic].add(row.ref)
    steps: dict[tuple[str, UUID, int], StepRow] = {}
    for topic, of in ids.items():
        found = await reader.fetch(RECORDED[topic].steps, school=school, ids=list(of))
        for step in cast("list[StepRow]", found):
            steps[topic, step.ref, step.version] = step
    return [
        _of_row(row, steps.get((row.topic, row.ref, row.version)))
        if row.topic in RECORDED
        else None
        for row in rows
    ]


class _Chain:
    """Where a chain stands after a batch."""

    def __init__(self, school: int, number: int, digest: bytes, xid: int, seq: int) -> None:
        self.school_id = school
        self.number = number
        self.digest = digest
        self.xid = xid
        self.seq = seq


def whole_part(
    notes: Sequence[Source], rows: Sequence[Source], batch: int
) -> tuple[list[Source], list[Source]]:
    """What may be added now: where one source has more than was read, nothing of the other that
    comes after its end. Within a transaction notes come before rows."""
    if len(notes) == batch:
        last = notes[-1].xid
        rows = [row for row in rows if row.xid < last]
    if len(rows) == batch:
        last = rows[-1].xid
        notes = [note for note in notes if note.xid <= last]
    return list(notes), list(rows)


def _of_note(note: Source) -> Entry:
    """The entry has an id of its own: notes of an older release, or of a database that was
    restored, may have one that an entry has already."""
    return Entry(
        note.school_id, 0, uuid7(), note.at, _somebody(note.account_id), note.origin, note.change,
        note.noun, note.ref, note.version, note.student_id, note.what,
    )  # fmt: skip


def _of_row(row: Source, step: StepRow | None) -> Entry:
    account = None if step is None else _somebody(step.account_id)
    student = None if step is None else step.student_id
    at: datetime = row.at
    return Entry(
        row.school_id, 0, uuid7(), at, account, row.origin, row.change, RECORDED[row.topic].noun,
        row.ref, row.version, student, "",
    )  # fmt: skip


def _somebody(account: UUID | None) -> UUID | None:
    return None if account == NOBODY else account


EVER = str(2**64 - 1)
"""The number of no transaction: all of them are below."""


async def entries_ahead(reader: Reader) -> list[Entry]:
    """Of what a snapshot has: the entries that rows of the outbox are to become, and that are in no
    chain yet."""
    found: list[Entry] = []
    chains: list[Any] = list(await reader.fetch(places_of_chains))
    for chain in chains:
        place = (chain.xid, chain.seq)
        while rows := await reader.fetch(
            rows_until, school=chain.school_id, horizon=EVER, limit=BATCH,
            xid=str(place[0]), seq=place[1],
        ):  # fmt: skip
            told = await entries_told(reader, chain.school_id, rows)
            found += [each for each in told if each is not None]
            last: Any = rows[-1]
            place = (last.xid, last.seq)
    return found


async def chain_all(store: Store) -> None:
    """Add entries for everything that is committed, as before a verification or a backup."""
    chainer = Chainer(store)
    await chainer.begin()
    await chainer.look()
