"""Whoever asks before they are known by more than what they hold: a code, or a link."""

from dataclasses import dataclass, field
from uuid import UUID

from db.store import Store
from domain.errors import Problem
from domain.refusals import UserErrorCode, refused
from domain.session_limits import USUAL, SessionLimits
from resolvers.sessions import Device
from resolvers.throttle import Throttle, key_of_account, key_of_code


@dataclass(frozen=True, slots=True)
class Asking:
    """Whoever asks: from where, and how often they may."""

    address: str = ""
    throttle: Throttle | None = None
    account: UUID | None = None
    device: Device = field(default_factory=Device)
    limits: SessionLimits = USUAL

    async def count(self, store: Store, code_hash: bytes) -> None:
        """Count one try of the network, of the account and of the code, whether there is such a
        code or not; refused where there were too many."""
        if self.throttle is None:
            return
        try:
            await self.throttle.admit(store, self.address)
            if self.account is not None:
                await self.throttle.logins.take(store, key_of_account(self.account))
            await self.throttle.logins.take(store, key_of_code(code_hash))
        except Problem as problem:
            raise refused(UserErrorCode(problem.code.value), problem.message, "code") from None
