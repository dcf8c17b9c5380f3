"""Second factors that the office, or a class teacher, takes from people who have lost theirs."""

from db.store import Store
from db.writing.sessions import end_other_sessions
from domain.refusals import UserErrorCode, refused
from resolvers.credentials import NOBODYS_TOKEN
from resolvers.second_factors import remove, tell_of_change
from resolvers.temporary_passwords import account_in_care, note_of
from resolvers.throttle import Throttle, key_of
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

Code = UserErrorCode
ELSEWHERE = (
    "This account's second factor can't be taken away here: its holder uses a recovery code, or "
    "the head helps."
)
OWN = "End your own second factor with `endSecondFactor`."


async def reset(
    store: Store, viewer: Viewer, person: str, throttle: Throttle | None = None
) -> None:
    """Take the second factor of the person's account away, and end its sessions; by whoever may
    hand out a password to them. Raises `Refused`, or `Problem` where there were too many."""
    if throttle is not None:
        await throttle.hand_outs.take(store, key_of("hand out", str(viewer.account.id)))
    account = await account_in_care(store, viewer, person, ELSEWHERE)
    if account.id == viewer.account.id:
        raise refused(Code.FORBIDDEN, OWN, "person")
    async with store.transaction() as transaction:
        if not await remove(transaction, account.id):
            raise refused(Code.NOT_THERE, "The person has no second factor.", "person")
        await note_of(transaction, viewer, person, "SECOND_FACTOR_RESET")
        await transaction.run(end_other_sessions, account=account.id, token_hash=NOBODYS_TOKEN)
        await tell_of_change(transaction, account.id)
    viewers_of(store).forget(account.id)
