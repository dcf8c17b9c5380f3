"""What others do to an account: kept, and told to its owner."""

from uuid import UUID

from db.reading.viewer import memberships_of_account
from db.store import Reader
from db.tables.accounts import Account, AccountStep
from db.writing.accounts import add_account_step
from db.writing.audit import note as note_in_audit
from db.writing.mail import NewMail, queue
from domain.account_steps import AccountChange
from domain.ids import uuid7
from resolvers.mail import Letter


async def note(
    transaction: Reader,
    account: UUID,
    change: AccountChange,
    by: UUID | None,
    *,
    reason: str | None = None,
    school: int | None = None,
    role: str | None = None,
    person: UUID | None = None,
) -> None:
    """Note it with the transaction; `by` is None where whoever runs the gateway does it."""
    step = AccountStep(
        account_id=account,
        change=change.value,
        by_account=by,
        reason=reason,
        of_school=school,
        role=role,
        person_id=person,
    )
    await transaction.run(add_account_step, **step.model_dump())


async def note_own(transaction: Reader, account: UUID, change: str) -> None:
    """Note for the audits of its schools what an owner has done to the ways into an account."""
    held = await transaction.fetch(memberships_of_account, account=account)
    subject = "Account", account, None, ""
    for school in sorted({row.school_id for row in held}):
        await note_in_audit(transaction, school, account, change, subject)


async def tell_owner(transaction: Reader, account: Account, letter: Letter, **data: object) -> None:
    """Mail it with the transaction, where the account has a confirmed address."""
    if account.email is None or account.email_confirmed_at is None:
        return
    mail = NewMail(
        f"{letter.name}:{uuid7()}",
        letter.name,
        account.email,
        account.language or "en",
        {"login": account.login, **data},
        account.id,
    )
    await queue(transaction, mail)
