"""The viewers whom a process remembers, so that not every request asks for their rights anew."""

from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
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
FRESH_WITH_LOOKS = 3_600.0
"""The same where looks tell whether rights have changed: whoever is older than the other two is
used after a look alone, which has begun after they were asked for."""
CAUGHT_UP_FOR = 3.0
"""Seconds for which a feed that has read the whole outbox is taken to be at work."""
NOTED_EVERY = timedelta(minutes=5)
"""How often it is written down that a session is used."""
MOST_VIEWERS = 20_000


@dataclass(slots=True)
class Known:
    """When the viewer was `read`, and last known to be right at `since`; and when it was `noted`
    that their session is used."""

    viewer: Viewer
    read: float
    since: float
    noted: float


def _is_noted(known: Known, time: float) -> bool:
    return time - known.noted < NOTED_EVERY.total_seconds()


class Viewers:
    """The viewers of one store by their token's hash, those that were used last."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._known: OrderedDict[bytes, Known] = OrderedDict()
        self._of_accounts: defaultdict[UUID, set[bytes]] = defaultdict(set)
        self._clock = clock
        self._caught_up_at = -inf
        self.age = 0
        """Grows whenever rights may have changed: what was being read then is not kept."""
        self.look: Callable[[], Awaitable[bool]] | None = None
        """Looks at what was committed before it was called, and applies every change of rights
        there; answers whether it could. None where nothing looks."""
        self.watchers: list[Callable[[UUID], object]] = []
        """Told of each account whose rights or sessions may have changed."""

    def get(self, token_hash: bytes) -> Viewer | None:
        """The viewer, unless their rights may have changed; some end with a day, without a row."""
        known = self._known.get(token_hash)
        if known is None or known.viewer.until <= now():
            return None
        time = self._clock()
        caught_up = time - self._caught_up_at < CAUGHT_UP_FOR
        if time - known.since >= (FRESH_WITH_FEED if caught_up else FRESH_FOR):
            return None
        self._known.move_to_end(token_hash)
        return known.viewer

    async def renewed(self, token_hash: bytes) -> Viewer | None:
        """Have a look whether a viewer who is remembered is still right; if so, `get` returns them
        again too."""
        known, began = self._known.get(token_hash), self._clock()
        if self.look is None or known is None or not self._may_be_renewed(known, began):
            return None
        if not await self.look() or self._known.get(token_hash) is not known:
            return None
        known.since = began
        return self.get(token_hash)

    def after_a_look(self, token_hash: bytes) -> Viewer | None:
        """The viewer, for whoever has had a look that has begun after they were asked for; None if
        they have to be read anew, or it is to be noted again that the session is used."""
        known, time = self._known.get(token_hash), self._clock()
        if known is None or not _is_noted(known, time) or not self._may_be_renewed(known, time):
            return None
        self._known.move_to_end(token_hash)
        return known.viewer

    @staticmethod
    def _may_be_renewed(known: Known, time: float) -> bool:
        viewer = known.viewer
        return (
            viewer.until > now()
            and time - known.read < FRESH_WITH_LOOKS
            and bool(viewer.schools or viewer.held)  # of nobody else are changes told
        )

    def is_to_be_noted(self, token_hash: bytes) -> bool:
        """Whether it was not noted for some time that the session is used; it is then."""
        known, time = self._known.get(token_hash), self._clock()
        if known is None or _is_noted(known, time):
            return False
        known.noted = time
        return True

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
        self._drop([token_hash])
        time = self._clock()
        self._known[token_hash] = Known(viewer, time, time, time)
        self._of_accounts[viewer.account.id].add(token_hash)
        if len(self._known) > MOST_VIEWERS:
            self._drop([next(iter(self._known))])

    def drop(self, token_hash: bytes) -> None:
        self.age += 1
        self._drop([token_hash])

    def forget(self, account_id: UUID) -> None:
        self.age += 1
        self._drop(list(self._of_accounts.get(account_id, ())))
        for watcher in self.watchers:
            watcher(account_id)

    def forget_school(self, school_id: int) -> None:
        self.age += 1
        known = self._known.items()
        self._drop([key for key, each in known if each.viewer.belongs_to(school_id)])

    def forget_all(self) -> None:
        self.age += 1
        self._known.clear()
        self._of_accounts.clear()

    def rights_changed(self, school_id: int, account_id: UUID) -> None:
        """Forget the viewer of one account, or those of a whole school if the id is nil."""
        if account_id == NIL:
            self.forget_school(school_id)
        else:
            self.forget(account_id)

    def _drop(self, keys: Iterable[bytes]) -> None:
        for key in keys:
            if (known := self._known.pop(key, None)) is None:
                continue
            of_account = self._of_accounts[known.viewer.account.id]
            of_account.discard(key)
            if not of_account:
                del self._of_accounts[known.viewer.account.id]


_of_stores: WeakKeyDictionary[Store, Viewers] = WeakKeyDictionary()


def viewers_of(store: Store) -> Viewers:
    if (known := _of_stores.get(store)) is None:
        known = _of_stores[store] = Viewers()
    return known
