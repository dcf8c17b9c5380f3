"""Whether the audit of a school is as it was written, and where it is not."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.reading.audit import chain_of_school, entries_in_order, newest_pruning
from db.store import Store
from domain.audit import Entry, pruned_as

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at an entry's number."""

    number: int
    message: str


@dataclass(slots=True)
class Verdict:
    """`first` and `last` are the numbers of the entries that there are; `digest` is that of the
    last. `waiting` is how much is not in the chain yet."""

    school_id: int
    first: int = 0
    last: int = 0
    digest: bytes = b""
    waiting: int = 0
    faults: list[Fault] = field(default_factory=list)

    def note(self, number: int, message: str) -> None:
        self.faults.append(Fault(number, message))


async def verify(store: Store, school: int, noted: Mapping[int, bytes] | None = None) -> Verdict:
    """Read the whole chain; `noted` has digests that were noted elsewhere, by number."""
    chain: Any = await store.first(chain_of_school, school=school)
    if chain is None:
        return Verdict(school)
    walk = _Walk(chain, dict(noted or {}))
    await _check_anchor(store, walk.verdict, chain)
    async for row in _rows(store, school):
        walk.step(row)
    return walk.ended()


class _Walk:
    """Along the chain from its anchor; where an entry is missing, it goes on with the next one."""

    def __init__(self, chain: Any, noted: dict[int, bytes]) -> None:
        self.chain = chain
        self.noted = noted
        self.number, self.digest = chain.anchor_number, chain.anchor_digest
        self.verdict = Verdict(
            chain.school_id, first=chain.anchor_number + 1, waiting=chain.waiting
        )

    def step(self, row: Any) -> None:
        note = self.verdict.note
        if row.number <= self.chain.anchor_number:
            note(row.number, "is older than where the chain begins")
            return
        if row.number > self.number + 1:
            several = row.number > self.number + 2
            note(self.number + 1, f"to {row.number - 1} are missing" if several else "is missing")
        elif entry_of(row).digest(self.digest) != row.digest:
            note(row.number, "is not what was written after the entry before it")
        if self.noted.pop(row.number, row.digest) != row.digest:
            note(row.number, "has another digest than was noted")
        self.number, self.digest = row.number, row.digest

    def ended(self) -> Verdict:
        verdict, chain = self.verdict, self.chain
        if self.number != chain.number:
            verdict.note(self.number + 1, f"to {chain.number} are missing at the end")
        elif self.digest != chain.digest:
            verdict.note(self.number, "has another digest than the chain ends with")
        for absent in sorted(self.noted):
            if absent > chain.anchor_number:
                verdict.note(absent, "was noted, and is not there")
        verdict.last, verdict.digest = self.number, self.digest
        return verdict


async def _check_anchor(store: Store, verdict: Verdict, chain: Any) -> None:
    if chain.anchor_number == 0:
        return
    told: Any = await store.first(newest_pruning, school=chain.school_id)
    begins = pruned_as(chain.anchor_number, chain.anchor_digest)
    if told is None or told.what != begins:
        verdict.note(
            chain.anchor_number, "is said to be the last that was removed, and no entry says so"
        )


async def _rows(store: Store, school: int) -> AsyncIterator[Any]:
    after = -1
    while True:
        rows: list[Any] = await store.fetch(
            entries_in_order, school=school, after=after, limit=PAGE
        )
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        after = rows[-1].number


def entry_of(row: Any) -> Entry:
    return Entry(
        row.school_id, row.number, row.id, row.at, row.account_id, row.origin, row.change, row.noun,
        row.ref, row.version, row.student_id, row.what,
    )  # fmt: skip
