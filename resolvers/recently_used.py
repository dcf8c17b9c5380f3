"""A cache of what was used last, limited by bytes."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator, KeysView
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class RecentlyUsed(Generic[K, V]):
    """Values with their sizes; those that were not used for longest make room for new ones."""

    most_bytes: int
    bytes: int = 0
    _kept: OrderedDict[K, tuple[V, int]] = field(default_factory=OrderedDict)

    def get(self, key: K) -> V | None:
        if (found := self._kept.get(key)) is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def add(self, key: K, value: V, size: int) -> list[V]:
        """Keep the value, unless it is larger than all may be; returns those that are not kept."""
        dropped = [one for one in (self.take(key),) if one is not None]
        if size > self.most_bytes:
            return [*dropped, value]
        self._kept[key] = value, size
        self.bytes += size
        while self.bytes > self.most_bytes:
            _, (last, its_size) = self._kept.popitem(last=False)
            self.bytes -= its_size
            dropped.append(last)
        return dropped

    def take(self, key: K) -> V | None:
        """The value, which is not kept any more."""
        if (found := self._kept.pop(key, None)) is None:
            return None
        self.bytes -= found[1]
        return found[0]

    def keys(self) -> KeysView[K]:
        return self._kept.keys()

    def items(self) -> Iterator[tuple[K, V]]:
        return ((key, value) for key, (value, _) in self._kept.items())

    def __len__(self) -> int:
        return len(self._kept)
