"""Second factors that are taken from people who have lost theirs: by the office or a class teacher,
and by whoever runs the gateway. Each is kept, and told to the account's owner by mail."""

from uuid import UUID

from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.passkeys import drop_passkeys
from db.writing.sessions import end_other_sessions
from domain.account_steps import AccountChange
from domain.refusals import UserErrorCode, refused
from resolvers.account_steps import note, tell_owner
from resolvers.credentials import NOBODYS_TOKEN
from resolvers.mail import letter
from resolvers.second_factors import remove
from resolvers.sessions import tell_of_change
from resolvers.temporary_passwords import account_in_care, note_of
from resolvers.throttle import Throttle, key_of
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

Code = UserErrorCode
SECOND_FACTOR_TAKEN = letter("second_factor_taken")
ELSEWHERE = (
    "This account's second factor can't be taken away here: its holder uses a recovery code, or "
    "who runs the gateway helps."
)
OWN = "End your own second factor with `endSecondFactor`."


async def reset(
    store: Store, viewer: Viewer, person: str, throttle: Throttle | None = None
) -> None:
    """Take the second factor of the person's account away, and end its sessions; by whoever may
    hand out a password to them, and of a deputy by the head. Raises `Refused`, or `Problem` where
    there were too many."""
    if throttle is not None:
        await throttle.hand_outs.take(store, key_of("hand out", str(viewer.account.id)))
    account = await account_in_care(store, viewer, person, ELSEWHERE, deputies=True)
    if account.id == viewer.account.id:
        raise refused(Code.FORBIDDEN, OWN, "person")
    async with store.transaction() as transaction:
        if not await take(transaction, account, viewer.account.id):
            raise refused(Code.NOT_THERE, "The person has no second factor.", "person")
        await note_of(transaction, viewer, person, "SECOND_FACTOR_RESET")
    viewers_of(store).forget(account.id)


async def take(
    transaction: Reader, account: Account, by: UUID | None, reason: str | None = None
) -> bool:
    """Take the second factor away, with all passkeys, since a device was lost; False if there is
    none. `by` is None for who runs the
    gateway."""
    passkeys = await transaction.fetch(drop_passkeys, account=account.id)
    if not await remove(transaction, account.id) and not passkeys:
        return False
    await transaction.run(end_other_sessions, account=account.id, token_hash=NOBODYS_TOKEN)
    await tell_of_change(transaction, account.id)
    change = AccountChange.SECOND_FACTOR_TAKEN
    await note(transaction, account.id, change, by, reason=reason)
    await tell_owner(transaction, account, SECOND_FACTOR_TAKEN)
    return True
