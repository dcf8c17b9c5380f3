"""One mutation: a transaction that makes the whole change, or a refusal that makes none."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.store import Reader, Store
from db.writing.feed import tell
from domain.refusals import Refusal, Refused
from resolvers.relations import may_know
from resolvers.viewer import Viewer


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
            return Outcome(await act(reader))
    except Refused as refused:
        current = refused.current
        shown = [current] if current is not None and may_know(viewer, noun, current) else []
        return Outcome(shown, list(refused.refusals))


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
