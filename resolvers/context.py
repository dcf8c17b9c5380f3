"""What the resolvers of one request see."""

from dataclasses import dataclass, field

from db.store import Store
from domain.errors import Code, Problem
from resolvers.loaders import Loaders
from resolvers.viewer import Viewer


@dataclass(slots=True)
class Context:
    store: Store
    viewer: Viewer | None
    client_address: str = ""
    token: str | None = None
    """The session token that came with the request."""
    new_session: str | None = None
    """A token that a sign-in made: the gateway sets the cookie."""
    session_ended: bool = False
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.store, self.viewer)

    def signed_in(self) -> Viewer:
        if self.viewer is None:
            raise Problem(Code.UNAUTHENTICATED, "Sign in first.")
        return self.viewer
