"""Events of security, on a logger of their own: who failed to sign in or was held up, and whose
secrets and roles have changed. No line has a login, a password or a code."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from domain.origin import ACTOR, ORIGIN
from domain.refusals import UserErrorCode

log = logging.getLogger("gradebook.security")
SIGN_INS = frozenset({"sign_in", "sign_in_with_code", "sign_in_with_passkey"})
SECRETS = frozenset(
    {
        "change_password", "set_password", "give_temporary_password", "begin_second_factor",
        "confirm_second_factor", "renew_recovery_codes", "end_second_factor",
        "reset_second_factor", "require_second_factor", "add_passkey", "remove_passkey",
        "require_passkey", "link_identity", "unlink_identity", "change_email", "register",
        "undo_registration",
    }
)  # fmt: skip
GUESSES = frozenset(
    {"add_by_code", "registration_by_code", "confirm_email", "request_password_code"}
)
ROLES = frozenset({"grant_role", "end_role"})
WATCHED = SIGN_INS | SECRETS | GUESSES | ROLES
WRONG = frozenset(
    {
        UserErrorCode.UNAUTHENTICATED,
        UserErrorCode.CODE_MISTYPED,
        UserErrorCode.CODE_EXPIRED,
        UserErrorCode.NOT_FOUND,
    }
)
"""Codes of a wrong password or code, or of a guess."""


def note(event: str, level: int = logging.WARNING, **more: object) -> None:
    """Log an event of the request's client."""
    account = ACTOR.get()
    fields = {"event": event, "address": ORIGIN.get() or "", **more}
    if account is not None:
        fields.setdefault("account", account)
    log.log(level, event, extra={"fields": fields})


def note_outcome(name: str, outcome: Any) -> None:
    """Log what a watched mutation came to; its outcome has `errors`."""
    codes = {error.code for error in outcome.errors}
    if UserErrorCode.RATE_LIMITED in codes:
        note("throttled", by=name)
    elif name in SIGN_INS:
        if codes & WRONG:
            note("sign_in_failed", by=name)
        elif not codes and (viewer := getattr(outcome, "viewer", None)) is not None:
            note("signed_in", logging.INFO, by=name, account=viewer.account.id)
    elif UserErrorCode.FORBIDDEN in codes:
        note("refused", by=name)
    elif codes & WRONG and name not in ROLES:
        note("guess_failed" if name in GUESSES else "proof_failed", by=name)
    elif not codes and name in SECRETS | ROLES:
        note("role_changed" if name in ROLES else "secret_changed", logging.INFO, by=name)


def watched(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The mutation's function; of a watched one, its outcome is logged."""
    if function.__name__ not in WATCHED:
        return function

    @wraps(function)
    async def call(*arguments: Any, **options: Any) -> Any:
        outcome = await function(*arguments, **options)
        note_outcome(function.__name__, outcome)
        return outcome

    return call
