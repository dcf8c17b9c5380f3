"""Failed sign-ins and refused requests, counted by account and hour for the audit.

A process counts in memory and writes every few seconds, so that a try costs as much whatever there
is, and an attack adds two entries an hour to a school's audit and not thousands. The owner is told
by mail, once a day, when many have failed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from db.reading.accounts import account_by_id
from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.audit import note
from db.writing.mail import NewMail, queue
from db.writing.tallies import (
    MemberOf,
    TallyRow,
    add_to_tallies,
    drop_told_tallies,
    schools_of_accounts,
    tell_tallies,
)
from domain.audit import Tally
from domain.clock import now
from domain.origin import ORIGIN
from resolvers.mail import letter

FAILED_SIGN_INS = letter("failed_sign_ins")
MANY = {Tally.WRONG_PASSWORD: 10, Tally.WRONG_CODE: 3}
"""How many in an hour the owner is told of: a wrong code follows a right password."""
MOST = 10_000
"""Accounts and tallies that a process counts at a time."""


class Tallies:
    """What one process has counted of a store's accounts, and not written yet."""

    def __init__(self) -> None:
        self._counted: dict[tuple[UUID, Tally], tuple[int, str | None]] = {}

    def count(self, account: UUID, tally: Tally) -> None:
        key = account, tally
        number, _ = self._counted.get(key, (0, None))
        if number or len(self._counted) < MOST:
            self._counted[key] = number + 1, ORIGIN.get()

    async def write(self, store: Store) -> None:
        """Add what was counted, and tell the audit and owners; nothing is lost if that fails."""
        counted, self._counted = self._counted, {}
        try:
            await _write(store, counted)
        except BaseException:
            for key, (number, origin) in counted.items():
                more, last = self._counted.get(key, (0, origin))
                self._counted[key] = number + more, last
            raise


_of_stores: WeakKeyDictionary[Store, Tallies] = WeakKeyDictionary()


def tallies_of(store: Store) -> Tallies:
    return _of_stores.setdefault(store, Tallies())


async def _write(store: Store, counted: dict[tuple[UUID, Tally], tuple[int, str | None]]) -> None:
    time = now()
    hour = time.replace(minute=0, second=0, microsecond=0)
    async with store.transaction() as transaction:
        if counted:
            await _add(transaction, counted, hour)
        told = cast("list[TallyRow]", await transaction.fetch(tell_tallies, hour_now=hour))
        if told:
            await _tell(transaction, told)
        await transaction.run(drop_told_tallies, hour_now=hour)


async def _add(
    transaction: Reader, counted: dict[tuple[UUID, Tally], tuple[int, str | None]], hour: datetime
) -> None:
    ordered = sorted(counted.items())
    rows = await transaction.fetch(
        add_to_tallies,
        account_id=[account for (account, _), _ in ordered],
        tally=[tally.value for (_, tally), _ in ordered],
        hour=[hour for _ in ordered],
        number=[number for _, (number, _) in ordered],
        origin=[origin for _, (_, origin) in ordered],
    )
    for row in cast("list[TallyRow]", rows):
        tally = Tally(row.tally)
        most = MANY.get(tally)
        if most is not None and row.number - counted[row.account_id, tally][0] < most <= row.number:
            await _tell_owner(transaction, row, tally)


async def _tell(transaction: Reader, told: Iterable[TallyRow]) -> None:
    """Note it for each school that the account is anybody in."""
    told = list(told)
    members = await transaction.fetch(
        schools_of_accounts, ids=sorted({row.account_id for row in told})
    )
    schools: dict[UUID, list[int]] = defaultdict(list)
    for member in cast("list[MemberOf]", members):
        schools[member.account_id].append(member.school_id)
    for row in told:
        tally = Tally(row.tally)
        subject = "Account", row.account_id, None, tally.what(row.number)
        before = ORIGIN.set(row.origin)
        try:
            for school in schools[row.account_id]:
                await note(transaction, school, row.account_id, tally.kind.value, subject)
        finally:
            ORIGIN.reset(before)


async def _tell_owner(transaction: Reader, row: TallyRow, tally: Tally) -> None:
    account = cast("Account | None", await transaction.first(account_by_id, account=row.account_id))
    if account is None or account.email is None or account.email_confirmed_at is None:
        return
    data: dict[str, Any] = {
        "login": account.login,
        "number": row.number,
        "code": tally is Tally.WRONG_CODE,
    }
    mail = NewMail(
        f"{FAILED_SIGN_INS.name}:{account.id}:{tally}:{row.hour:%Y-%m-%d}",
        FAILED_SIGN_INS.name,
        account.email,
        account.language or "en",
        data,
        account.id,
        row.hour + timedelta(days=1),
    )
    await queue(transaction, mail)
