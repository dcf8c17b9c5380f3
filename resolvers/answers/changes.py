"""What has changed since when, school by school, as far as kept answers ask for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import SQLModel

from db.reading.changes import ChangeRow
from db.tables.feed import RIGHTS
from db.telling import EVERYTHING, EVERYWHERE, TOLD_COLUMNS, UNTOLD
from resolvers.global_id import NIL
from resolvers.viewers import Viewers

MOST_IDS = 200_000
"""Ids that are kept of all schools' changes, which take some 150 bytes each; beyond them everything
counts as changed in the school that has the most."""
Keyed = dict[str, frozenset[UUID]]
"""By table, the ids of which a record has to name one to matter."""


@dataclass(slots=True, eq=False)
class Basis:
    """What an answer depends on: records of one school that name certain ids, and any records of
    the tables `whole`. It holds as of the look with the `number`."""

    school: int
    number: int
    keyed: Keyed
    whole: frozenset[str]


@dataclass(slots=True)
class SchoolChanges:
    """The number of the look that found the last change: of all, of a table, of records that name
    an id, and of a table where no ids are known."""

    newest: int = 0
    everything: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    without_ids: dict[str, int] = field(default_factory=dict)
    ids: dict[str, dict[UUID, int]] = field(default_factory=lambda: defaultdict(dict))
    count: int = 0

    def note(self, number: int, table: str, concerns: Iterable[UUID] | None) -> None:
        self.newest = self.tables[table] = number
        if concerns is None:
            self.without_ids[table] = number
            return
        found = self.ids[table]
        before = len(found)
        found.update(dict.fromkeys(concerns, number))
        self.count += len(found) - before

    def forget_ids(self, number: int) -> None:
        self.ids.clear()
        self.count = 0
        self.note_everything(number)

    def note_everything(self, number: int) -> None:
        self.newest = self.everything = number

    def concern(self, basis: Basis) -> bool:
        """Whether any of it came after the basis and matters to it."""
        since = basis.number
        if self.newest <= since:
            return False
        tables = self.tables
        if self.everything > since or any(tables.get(each, 0) > since for each in basis.whole):
            return True
        for table, ids in basis.keyed.items():
            if tables.get(table, 0) <= since:
                continue
            if self.without_ids.get(table, 0) > since:
                return True
            found = self.ids[table]
            if any(found.get(id_, 0) > since for id_ in ids):
                return True
        return False


class Changes:
    """What looks have found. `number` counts the looks, and `generation` what made all of it void:
    another database, or more changes than can be told apart."""

    def __init__(self, viewers: Viewers) -> None:
        self.number = 0
        self.generation = 0
        self._anew = 0
        """The number of the look at which all began anew; what was read before holds no more."""
        self.viewers = viewers
        self._schools: dict[int, SchoolChanges] = defaultdict(SchoolChanges)
        self._ids = 0
        """How many ids are kept of all of them."""

    def apply(self, rows: Iterable[ChangeRow]) -> None:
        """Note what a look has found; viewers whose rights have changed are forgotten at once."""
        number = self.number + 1
        for row in rows:
            if row.school_id is None:
                continue
            changes = self._schools[row.school_id]
            if row.topic == RIGHTS:
                assert row.ref is not None
                self.viewers.rights_changed(row.school_id, row.ref)
                if row.ref == NIL:
                    changes.note_everything(number)
            elif row.name is not None:
                if row.name == EVERYTHING:
                    changes.note_everything(number)
                    self._forget_viewers(row.school_id)
                else:
                    changes.note(number, row.name, None)
                    if row.name in TOLD_COLUMNS:  # as an account, which is a part of its viewers
                        self._forget_viewers(row.school_id)
            else:
                self._note_topic(changes, number, row)
        self.number = number

    def _forget_viewers(self, school: int) -> None:
        if school == EVERYWHERE:
            self.viewers.forget_all()
        else:
            self.viewers.forget_school(school)

    def _note_topic(self, changes: SchoolChanges, number: int, row: ChangeRow) -> None:
        table = (row.topic or "").lower()
        if table in UNTOLD:
            return
        if table not in SQLModel.metadata.tables:
            changes.note_everything(number)
            return
        before = changes.count
        for each in (table, f"{table}_revision"):
            changes.note(number, each, row.concerns)
        self._ids += changes.count - before
        if self._ids > MOST_IDS:
            most = max(self._schools.values(), key=lambda school: school.count)
            self._ids -= most.count
            most.forget_ids(number)

    def begin_anew(self) -> None:
        """Nothing that was read before is known to hold."""
        self._anew = self.number = self.number + 1
        self.generation += 1
        self._schools.clear()
        self._ids = 0
        self.viewers.forget_all()

    def is_quiet(self, schools: Iterable[int], number: int) -> bool:
        """Whether nothing was found in the schools since the look with the number."""
        return number >= self._anew and all(
            changes.newest <= number
            for school in (*schools, EVERYWHERE)
            if (changes := self._schools.get(school)) is not None
        )

    def still_holds(self, basis: Basis) -> bool:
        """Whether nothing that matters to the basis was found since; it is as of now then."""
        if basis.number == self.number:
            return True
        if basis.number < self._anew:
            return False
        for school in (basis.school, EVERYWHERE):
            changes = self._schools.get(school)
            if changes is not None and changes.concern(basis):
                return False
        basis.number = self.number
        return True
