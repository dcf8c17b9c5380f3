"""Requests beside GraphQL that were refused to somebody, as the audit counts them."""

from starlette.requests import Request

from domain.audit import Tally
from domain.origin import ACTOR
from resolvers.tallies import tallies_of

REFUSING = (403, 404)


def count_refusal(request: Request, status: int) -> None:
    """Count it if whoever asks is signed in: the request's context knows them by now."""
    account = ACTOR.get()
    process = getattr(request.app.state, "process", None)
    if status in REFUSING and account is not None and process is not None:
        tallies_of(process.store).count(account, Tally.DENIED)
