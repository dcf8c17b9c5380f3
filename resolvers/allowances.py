"""How much an account says to others, so that nobody floods them: counted in the database, by all
processes together. What is refused counts nothing."""

from datetime import timedelta

from domain.errors import Problem
from domain.refusals import UserErrorCode, refused
from resolvers.declarations.transaction import Transaction
from resolvers.throttle import Allowance, key_of

WRITING = Allowance(100, timedelta(seconds=6), "texts")
"""Messages, posts, comments, and what is written in the forum, and changes of these."""
REPORTING = Allowance(20, timedelta(minutes=2), "reports")
ANNOUNCING = Allowance(40, timedelta(minutes=1), "announcements, events and surveys")
"""What is addressed to many, of whom each is told."""


async def take(transaction: Transaction, of: Allowance) -> None:
    """Count one more; RATE_LIMITED where none is left. The account's other transactions wait for
    the end of this one."""
    key = key_of(of.what, str(transaction.school_id), str(transaction.account_id))
    try:
        await of.take(transaction.reader, key)
    except Problem as problem:
        raise refused(UserErrorCode.RATE_LIMITED, problem.message) from None
