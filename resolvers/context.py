"""What the resolvers of one request see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from db.statement import Statement
from db.store import Store
from domain.audit import Tally
from domain.errors import Code, Problem
from domain.relying_party import LOCAL, RelyingParty
from domain.sealing import Seal
from domain.session_limits import USUAL, SessionLimits
from resolvers.answers.rows import TIMELESS, KeptRows, Timed
from resolvers.feed import Feed
from resolvers.loaders import Loaders
from resolvers.mail import Post
from resolvers.noted_reads import Reads
from resolvers.openid.providers import Providers
from resolvers.permissions import Permissions
from resolvers.relations import may_know
from resolvers.searching import Searching
from resolvers.tallies import tallies_of
from resolvers.throttle import Throttle
from resolvers.translation.translator import Translator
from resolvers.viewer import Viewer
from resolvers.webhooks import Webhooks

WITHOUT_SESSION = frozenset(
    {
        "signIn",
        "signInWithCode",
        "beginPasskeySignIn",
        "signInWithPasskey",
        "pendingIdentity",
        "signOut",
        "checkPassword",
        "requestPasswordCode",
        "requestLogins",
        "setPassword",
        "register",
        "registrationByCode",
        "confirmEmail",
        "publicEvents",
        "publicPages",
    }
)
"""Fields that need no session, and that work even if the token's session has ended."""
WITH_TEMPORARY_PASSWORD = WITHOUT_SESSION | {"changePassword"}
"""What the holder of a temporary password may do: nothing but choose one of their own."""
WITHOUT_SECOND_FACTOR = WITH_TEMPORARY_PASSWORD | {
    "beginSecondFactor",
    "confirmSecondFactor",
    "beginPasskey",
    "addPasskey",
    "requirePasskey",
}
"""What a member of the staff may do before they have the second factor that is required."""
UNPROTECTED = (
    "Your school requires a second factor: set it up with `beginSecondFactor` or `beginPasskey`."
)
TEMPORARY = "This password was given to you for a while: choose your own with `changePassword`."


class CameBy(Enum):
    """How a request over HTTP has brought its session's token."""

    COOKIE = "COOKIE"
    HEADER = "HEADER"


@dataclass(slots=True)
class Context:
    store: Store
    viewer: Viewer | None
    client_address: str = ""
    token: str | None = None
    """The session token that came with the request."""
    came_by: CameBy | None = None
    """How it came; None where the client can't be told of another, as over a WebSocket."""
    proves: bool = False
    """Whether a mutation of the request had somebody show again who they are."""
    new_session: str | None = None
    """A token that a sign-in made: the gateway sets the cookie."""
    session_ended: bool = False
    cookie_seconds: int | None = None
    """How long a browser keeps the new session's cookie; until it is closed if None."""
    user_agent: str = ""
    """What the client tells of itself."""
    browser: str | None = None
    """What the browser keeps while it goes to a provider and back."""
    providers: Providers = field(default_factory=Providers)
    """With which people sign in, as the settings name them."""
    translator: Translator = field(default_factory=Translator)
    """As the settings name it."""
    party: RelyingParty = LOCAL
    """For whom passkeys are made."""
    session_limits: SessionLimits = USUAL
    throttle: Throttle | None = None
    """Counts the tries to sign in, where somebody does."""
    feed: Feed | None = None
    resume_after: str | None = None
    """The cursor that a client named outside the operation, as a browser that reconnects does."""
    begun: Callable[[str], object] | None = None
    """To be told after which cursor a subscription begins."""
    webhooks: Webhooks | None = None
    """Sends to webhooks, in a process that serves."""
    public_address: str = ""
    """Where clients reach the gateway, for addresses that they keep."""
    post: Post | None = None
    """Sends mail, in a process that serves."""
    kept_rows: KeptRows | None = None
    """Rows that whoever asks may read, in a process that keeps them."""
    reads: Reads = field(init=False, default_factory=Reads)
    """Which sensitive fields were read of whom."""
    previews: int = field(init=False, default=0)
    """How many texts this request has had rendered that nobody has written yet."""
    searching: Searching = field(init=False, default_factory=Searching)
    """For how long this request may still search."""
    _loaders: Loaders | None = field(init=False, default=None)
    _written_to: Store | None = field(init=False, default=None)
    _seal: Seal | None = field(init=False, default=None)
    _permissions: Permissions | None = field(init=False, default=None)

    async def public_rows(
        self, statement: Statement[Any], school: int, timed: Timed = TIMELESS, **given: Any
    ) -> Sequence[Any]:
        """Rows that whoever asks may read: kept ones, in a process that keeps them. `timed` is what
        the statement is told of the time."""
        if self.kept_rows is None:
            return await self.store.fetch(statement, school=school, **timed.given, **given)
        return await self.kept_rows.read(statement, school, timed, **given)

    @property
    def loaders(self) -> Loaders:
        """The dataloaders of the request; the compiled executor does without them."""
        if self._loaders is None:
            self._loaders = Loaders(self.store, self.viewer)
        return self._loaders

    @property
    def seal(self) -> Seal | None:
        """The seal of cursors, once it is known: that of the feed's database."""
        return self._seal if self.feed is None else self.feed.seal or self._seal

    @seal.setter
    def seal(self, seal: Seal) -> None:
        self._seal = seal

    @property
    def permissions(self) -> Permissions:
        """What the viewer may do, as of what the request has read so far."""
        if self._permissions is None:
            self._permissions = Permissions(self.store, self.viewer)
        return self._permissions

    def become(self, viewer: Viewer | None) -> None:
        """Answer the rest of the request for another viewer."""
        self.viewer = viewer
        self._loaders = self._permissions = None

    def attend(self, event: Any) -> bool:  # a change of the feed, as every event is
        """Answer this event with reads that are shared with its other subscribers. Returns whether
        the viewer may still know of its record."""
        self._written_to = self._written_to or self.store
        self.store = event.reads
        self._loaders = self._permissions = None
        return may_know(self.viewer, event.topic.noun, event.record)

    def wake(self) -> None:
        """Have the feed and the post look at once for what was committed."""
        self.wake_feed()
        self.wake_post()

    def wake_feed(self) -> None:
        if self.feed is not None:
            self.feed.wake()

    def wake_post(self) -> None:
        if self.post is not None:
            self.post.wake()

    async def keep_reads(self) -> None:
        """Note for the audit what was read, before it is answered."""
        if self.reads.found is not None:
            await self.reads.keep(self._written_to or self.store)

    def count_refusal(self) -> None:
        """Count for the audit that the viewer was refused something."""
        if self.viewer is not None:
            store = self._written_to or self.store
            tallies_of(store).count(self.viewer.account.id, Tally.DENIED)

    @property
    def account(self) -> UUID | None:
        """Whose account it is; None for a stranger."""
        return None if self.viewer is None else self.viewer.account.id

    def live_feed(self) -> Feed:
        """The live feed; a process that serves has one."""
        if self.feed is None:
            raise Problem(Code.INTERNAL, "Nothing is live here.")
        return self.feed

    @property
    def limited_to(self) -> frozenset[str] | None:
        """The fields that may be asked for where an operation starts; None if all may."""
        if self.viewer is None:
            return None
        if self.viewer.temporary:
            return WITH_TEMPORARY_PASSWORD
        return WITHOUT_SECOND_FACTOR if self.viewer.lacks_second_factor else None

    @property
    def limited_until(self) -> str:
        """What the viewer has to do before more may be asked for."""
        if self.viewer is not None and self.viewer.temporary:
            return "you have changed your password"
        return "you have set up your second factor"

    def today(self, school_id: int) -> date:
        """The day in a school of which the viewer is a member."""
        return self.signed_in().schools[school_id].today

    def signed_in(self) -> Viewer:
        viewer = self.signed_in_to_set_up()
        if viewer.lacks_second_factor:
            raise Problem(Code.FORBIDDEN, UNPROTECTED)
        return viewer

    def signed_in_to_set_up(self) -> Viewer:
        """Also who has to set up a second factor before anything else."""
        viewer = self.signed_in_somehow()
        if viewer.temporary:
            raise Problem(Code.FORBIDDEN, TEMPORARY)
        return viewer

    def signed_in_somehow(self) -> Viewer:
        """Also who has signed in with a temporary password, and may do nothing but change it."""
        if self.viewer is None:
            raise Problem(Code.UNAUTHENTICATED, "Sign in first.")
        return self.viewer
