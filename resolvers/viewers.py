"""The viewers whom a process remembers, so that not every request asks for their rights anew."""

from collections import OrderedDict
from collections.abc import Callable
from math import inf
from time import monotonic
from uuid import UUID
from weakref import WeakKeyDictionary

from db.store import Store
from domain.clock import now
from resolvers.global_id import NIL
from resolvers.viewer import Viewer

FRESH_FOR = 10.0
"""Seconds after which a viewer's rights are read anew."""
FRESH_WITH_FEED = 60.0
"""The same while a feed applies every change of rights within a second of its commit."""
CAUGHT_UP_FOR = 3.0
"""Seconds for which a feed that has read the whole outbox is taken to be at work."""
MOST_VIEWERS = 20_000


class Viewers:
    """The viewers of one store by their token's hash, each for a short while."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._known: OrderedDict[bytes, tuple[float, Viewer]] = OrderedDict()
        self._clock = clock
        self._caught_up_at = -inf
        self.age = 0
        """Grows whenever rights may have changed: what was being read then is not kept."""
        self.watchers: list[Callable[[UUID], object]] = []
        """Told of each account whose rights or sessions may have changed."""

    def get(self, token_hash: bytes) -> Viewer | None:
        """The viewer, unless their rights may have changed; some end with a day, without a row."""
        since, viewer = self._known.get(token_hash, (0.0, None))
        if viewer is None or viewer.until <= now():
            return None
        time = self._clock()
        caught_up = time - self._caught_up_at < CAUGHT_UP_FOR
        return viewer if time - since < (FRESH_WITH_FEED if caught_up else FRESH_FOR) else None

    def feed_caught_up(self) -> None:
        """A feed has applied every change of rights up to this moment."""
        self._caught_up_at = self._clock()

    def feed_failed(self) -> None:
        """The feed could not be read, so rights may have changed without its notice."""
        self._caught_up_at = -inf

    def keep(self, token_hash: bytes, viewer: Viewer, age: int) -> None:
        """Keep the viewer, unless rights have changed since `age`, at which reading them began."""
        if age != self.age:
            return
        self._known[token_hash] = (self._clock(), viewer)
        self._known.move_to_end(token_hash)
        if len(self._known) > MOST_VIEWERS:
            self._known.popitem(last=False)

    def drop(self, token_hash: bytes) -> None:
        self.age += 1
        self._known.pop(token_hash, None)

    def forget(self, account_id: UUID) -> None:
        self._forget(lambda viewer: viewer.account.id == account_id)
        for watcher in self.watchers:
            watcher(account_id)

    def forget_school(self, school_id: int) -> None:
        self._forget(lambda viewer: viewer.belongs_to(school_id))

    def forget_all(self) -> None:
        self._forget(lambda _: True)

    def rights_changed(self, school_id: int, account_id: UUID) -> None:
        """Forget the viewer of one account, or those of a whole school if the id is nil."""
        if account_id == NIL:
            self.forget_school(school_id)
        else:
            self.forget(account_id)

    def _forget(self, matches: Callable[[Viewer], bool]) -> None:
        self.age += 1
        for key in [key for key, (_, viewer) in self._known.items() if matches(viewer)]:
            del self._known[key]


_of_stores: WeakKeyDictionary[Store, Viewers] = WeakKeyDictionary()


def viewers_of(store: Store) -> Viewers:
    if (known := _of_stores.get(store)) is None:
        known = _of_stores[store] = Viewers()
    return known
