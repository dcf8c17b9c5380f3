"""One mutation: a transaction that makes the whole change, or a refusal that makes none."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.reading.diary import grades_by_id, homework_by_id
from db.statement import Statement
from db.store import Reader, Store
from db.writing.feed import tell
from domain.refusals import Refusal, Refused
from resolvers.relations import may_know
from resolvers.viewer import Viewer

WITHDRAWABLE: Mapping[str, tuple[Callable[[Any], bool], Statement[Any]]] = {
    "Grade": (lambda grade: grade.state == "WITHDRAWN", grades_by_id),
    "Homework": (lambda work: bool(work.withdrawn), homework_by_id),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The records as they are now, in the order of the input; none where it was refused.

    After a conflict there is one: what stands instead.
    """

    records: list[Any] = field(default_factory=list)
    errors: list[Refusal] = field(default_factory=list)

    @property
    def record(self) -> Any:
        return self.records[0] if self.records else None


async def attempt(
    store: Store, viewer: Viewer, noun: str, act: Callable[[Reader], Awaitable[list[Any]]]
) -> Outcome:
    """Commit what `act` does, or roll it back where it raises `Refused`."""
    try:
        async with store.transaction() as reader:
            return Outcome([await _as_read(reader, noun, each) for each in await act(reader)])
    except Refused as refused:
        current = refused.current
        known = current is not None and may_know(viewer, noun, current)
        shown = [await _as_read(store, noun, current)] if known else []
        return Outcome(shown, list(refused.refusals))


async def _as_read(reader: Reader | Store, noun: str, record: Any) -> Any:
    """What whoever asks for the record sees of it: of one that was withdrawn, not what it was."""
    if noun not in WITHDRAWABLE:
        return record
    is_withdrawn, by_id = WITHDRAWABLE[noun]
    if not is_withdrawn(record):
        return record
    return await reader.first(by_id, school=record.school_id, ids=[record.id]) or record


async def tell_of(
    reader: Reader,
    topic: str,
    change: str,
    school: int,
    changed: Sequence[tuple[Any, int]],
) -> None:
    """Write the feed's row of each (id, version)."""
    await reader.run(
        tell,
        school=school,
        new_topic=topic,
        new_change=change,
        seq=list(range(len(changed))),
        ref=[id_ for id_, _ in changed],
        version=[version for _, version in changed],
    )
