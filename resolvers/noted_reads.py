"""Reads of sensitive fields, collected while an operation runs and noted for the audit after it.

What a family reads of its own child, and anybody of themselves, is not noted.
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from db.store import Store
from db.writing.audit import note
from domain.audit import AuditKind
from domain.ties import TieName
from resolvers.readings import Bound
from resolvers.viewer import Viewer

OWN: dict[str, tuple[TieName, ...]] = {
    "Student": (TieName.STUDENT, TieName.CHILD),
    "Guardian": (TieName.GUARDIAN, TieName.GUARDIAN_OF_SELF, TieName.GUARDIAN_OF_CHILD),
}
"""By noun, the ties of a viewer to a record of the own family."""
Subject = tuple[UUID, int, str, UUID]
"""Whose account read of which record: the school, the noun and the id."""


class Reads:
    """What one operation has read; nothing as a rule, and then it costs nothing."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: dict[Subject, set[str]] | None = None

    def note(self, viewer: Viewer | None, bound: Bound, school_id: int, id_: UUID) -> None:
        if viewer is None or is_own(viewer, bound.noun, school_id, id_):
            return
        if self.found is None:
            self.found = defaultdict(set)
        assert bound.sensitive is not None
        self.found[viewer.account.id, school_id, bound.noun, id_].add(bound.sensitive.value)

    async def keep(self, store: Store) -> None:
        """Note them in one transaction, in batches; raises if that can't be done, and then nothing
        of what was read may be answered."""
        if self.found is None:
            return
        async with store.transaction() as reader:
            for (account, school), subjects in self._by_school():
                await note(reader, school, account, AuditKind.READ.value, *subjects)
        self.found = None

    def _by_school(
        self,
    ) -> Iterator[tuple[tuple[UUID, int], list[tuple[str, UUID, UUID | None, str]]]]:
        grouped: dict[tuple[UUID, int], list[tuple[str, UUID, UUID | None, str]]] = {}
        for (account, school, noun, id_), what in (self.found or {}).items():
            student = id_ if noun == "Student" else None
            subject = noun, id_, student, " ".join(sorted(what))
            grouped.setdefault((account, school), []).append(subject)
        yield from sorted(grouped.items())


def is_own(viewer: Viewer, noun: str, school_id: int, id_: UUID) -> bool:
    rights = viewer.schools.get(school_id)
    if rights is None:
        return False
    for tie in OWN.get(noun, ()):  # noqa: SIM110, asked with every sensitive field that is read
        if id_ in rights.ties[tie]:
            return True
    return False
