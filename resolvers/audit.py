"""The audit: to whom its entries are visible, how they are found, and who adds them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from db.audit import Chainer
from db.reading import audit
from db.reading.accounts import accounts_of_person
from db.statement import Statement
from db.store import Store
from db.tables.audit import AuditEntry
from domain.audience import HEAD, REACHING, Audience
from domain.audit import AuditKind
from domain.ties import TieName
from resolvers.declarations.noun import Noun
from resolvers.relations import Tie
from resolvers.tallies import tallies_of
from resolvers.upkeep import Looking, hourly

READERS = HEAD | REACHING
AUDIT_ENTRY = Noun(
    AuditEntry,
    code="Ae",
    visible_to=READERS,
    ties=(
        Tie(Audience.SELF, TieName.STUDENT, "student_id"),
        Tie(Audience.CUSTODIAN, TieName.CHILD_IN_CUSTODY, "student_id"),
    ),
    read=audit.audit_entries_by_id,
)
POLL = 2.0
"""Seconds between two looks: how long what is committed waits for its entry, as a rule."""


class Auditing:
    """Adds entries for what is committed, and removes what is too old. `run` does so until it is
    cancelled; as many processes may run as there are."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chainer = Chainer(store)
        self._looking = Looking(POLL, 0.0)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(hourly("entries of the audit", self._chainer.prune))
            group.create_task(self._looking.run("What the audit lacks", self._look))

    async def _look(self) -> None:
        await tallies_of(self._store).write(self._store)
        await self._chainer.look()

    async def stop(self) -> None:
        """Write what was counted last."""
        await tallies_of(self._store).write(self._store)


@dataclass(frozen=True, slots=True)
class AuditSelection:
    """Which entries are asked for: of any of the students and by any of the accounts, if these are
    not None; of the kinds; from an instant until another. Where accounts are asked for, reports
    of what the `reader` wrote are left out: they would tell them who reported it."""

    since: datetime
    until: datetime
    students: list[UUID] | None = None
    accounts: list[UUID] | None = None
    kinds: Iterable[AuditKind] = field(default=tuple(AuditKind))
    reader: UUID | None = None

    @property
    def statement(self) -> Statement[AuditEntry]:
        if self.students is not None and self.accounts is not None:
            return audit.audit_page_of_both
        if self.students is not None:
            return audit.audit_page_of_students
        return audit.audit_page if self.accounts is None else audit.audit_page_of_accounts

    @property
    def parameters(self) -> dict[str, Any]:
        ids = {"students": self.students, "accounts": self.accounts}
        reader = {} if self.accounts is None else {"reader": self.reader}
        return reader | {
            "kinds": [kind.value for kind in self.kinds],
            "since": self.since,
            "until": self.until,
            **{name: of for name, of in ids.items() if of is not None},
        }


async def accounts_of(store: Store, school: int, person: UUID) -> list[UUID]:
    found = await store.fetch(accounts_of_person, school=school, person=person)
    return [account.id for account in found]


async def with_duplicates(store: Store, school: int, student: UUID) -> list[UUID]:
    """The student, and the records that became one with theirs: each may have entries."""
    found = {student}
    new = [student]
    while new:
        rows = await store.fetch(audit.duplicates_of, school=school, ids=new)
        new = [id_ for row in rows if (id_ := UUID(row.what)) not in found]
        found.update(new)
    return sorted(found)
