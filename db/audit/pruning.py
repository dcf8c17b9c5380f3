"""Entries that are older than the term of the audit are removed, and the rest stays verifiable.

An entry says up to which number and digest others were removed; the chain has both as its anchor.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from db.reading.audit import newest_before, terms_of_audit
from db.store import Reader, Store
from db.writing.audit import (
    add_entries,
    anchor_chain,
    arrays_of,
    claim_chain,
    release_chain,
    remove_entries,
)
from domain.audit import AuditKind, Entry, pruned_as
from domain.clock import now
from domain.ids import uuid7
from domain.ties import kept_since

LEASE = timedelta(minutes=5)


async def prune(store: Store) -> None:
    """Remove what is older than each school keeps it."""
    for school in await store.fetch(terms_of_audit):
        since = kept_since(now().date(), school.audit_years)
        await _prune_school(store, school.school_id, datetime.combine(since, time(), UTC))


async def _prune_school(store: Store, school: int, before: datetime) -> None:
    if await store.first(newest_before, school=school, before=before) is None:
        return
    where = {"school": school, "holder": uuid7()}
    async with store.transaction() as reader:
        chain: Any = await reader.first(claim_chain, **where, lease=LEASE)
        if chain is None:  # another process is at it
            return
        last: Any = await reader.first(newest_before, school=school, before=before)
        if last is not None and last.number > chain.anchor_number:
            await _anchor(reader, chain, last, where)
        removed = True
        while removed and last is not None:
            removed = bool(await reader.fetch(remove_entries, school=school, number=last.number))
        await reader.run(release_chain, **where)


async def _anchor(reader: Reader, chain: Any, last: Any, where: dict[str, Any]) -> None:
    """Say in the chain where it begins from now on."""
    school, number = chain.school_id, chain.number + 1
    entry = Entry(
        school, number, uuid7(), now(), None, None, AuditKind.PRUNED.value, "AuditEntry", last.id,
        None, None, pruned_as(last.number, last.digest),
    )  # fmt: skip
    digest = entry.digest(chain.digest)
    added = await reader.first(
        add_entries,
        **where,
        **arrays_of([entry], [digest]),
        expected=chain.number,
        ids=[],
        noted_until="0",
        new_number=number,
        new_digest=digest,
        new_xid=str(chain.xid),
        new_seq=chain.seq,
    )
    assert added is not None
    await reader.run(anchor_chain, **where, new_number=last.number, new_digest=last.digest)
