"""A sign-in with a provider, from the button to the account, or to an identity that is none."""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from db.reading.identities import IdentifiedAccount, account_by_identity
from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.identities import (
    SignInUnderWay,
    add_identity,
    begin_provider_sign_in,
    keep_pending_identity,
    keep_provider_session,
    take_provider_sign_in,
    touch_identity,
)
from domain.clock import now
from domain.errors import Problem
from domain.ids import uuid7
from domain.openid import Claimed
from resolvers.asking import Asking
from resolvers.openid.failures import Failed, Reason
from resolvers.openid.providers import Providers
from resolvers.sessions import CodeNeeded, SignedIn, enter, hash_of
from resolvers.throttle import key_of_place

log = logging.getLogger(__name__)
WITHIN = timedelta(minutes=15)
"""How long somebody may take at the provider."""
PENDING_FOR = timedelta(minutes=30)
"""And then to register, or to add the identity to an account."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a provider has sent a browser back with."""

    provider: str
    browser: str
    state: str
    code: str | None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An account has signed in."""

    begun: SignedIn
    remembered: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """No account is who the provider has named; the browser has the identity for a while.

    `linking` is whether it was to be added to the account that is signed in.
    """

    linking: bool


async def begin(
    store: Store,
    providers: Providers,
    name: str,
    browser: str,
    *,
    account: UUID | None,
    remembered: bool,
    language: str,
    asking: Asking,
    device_token: str | None = None,
) -> str:
    """The address to take the browser to. With an account, the identity is only to be added."""
    try:
        if asking.throttle is not None:
            await asking.throttle.admit(store, asking.address)
    except Problem as problem:
        raise Failed(Reason.BUSY, problem.message) from None
    state = secrets.token_urlsafe(32)
    way = await providers.way_to(name, browser, state, language)
    await store.fetch(
        begin_provider_sign_in,
        browser_hash=hash_of(browser),
        new_state_hash=hash_of(state),
        new_provider=name,
        new_account_id=account,
        new_remembered=remembered,
        new_device_hash=hash_of(device_token) if device_token else None,
        new_expires_at=now() + WITHIN,
    )
    return way


async def finish(
    store: Store, providers: Providers, back: Returned, asking: Asking, *, account: UUID | None
) -> Known | Unknown:
    """What has become of a sign-in whose browser is back. Raises Failed, or CodeNeeded where the
    account has a second factor. `account` is whose session the browser has."""
    under_way = await store.first(
        take_provider_sign_in,
        state_hash=hash_of(back.state),
        browser_hash=hash_of(back.browser),
        provider=back.provider,
    )
    if under_way is None:
        raise Failed(Reason.OVER)
    if back.code is None:
        raise Failed(Reason.CANCELLED)
    begun = cast("SignInUnderWay", under_way)
    claimed = await providers.whom(
        back.provider, back.browser, back.state, back.code, back.issuer
    )  # fmt: skip
    found: Any = await store.first(
        account_by_identity, issuer=claimed.issuer, subject=claimed.subject
    )
    if begun.account_id is not None:
        if begun.account_id != account:
            raise Failed(Reason.SIGNED_OUT)
        if found is not None:
            raise Failed(Reason.TAKEN)
    if found is None:
        await _keep(store, back.browser, claimed)
        return Unknown(begun.account_id is not None)
    device = replace(asking.device, remembered=begun.remembered, method="PROVIDER")
    asking = replace(asking, device=device)
    entered = await _enter(store, found, claimed, asking, begun.device_hash)
    return Known(entered, begun.remembered)


async def _enter(
    store: Store, found: Account, claimed: Claimed, asking: Asking, device_hash: bytes | None
) -> SignedIn:
    place = key_of_place(asking.address)
    try:
        begun = await enter(
            store,
            found,
            place,
            asking.device,
            asking.limits,
            two_factors=claimed.two_factors,
            device_hash=device_hash,
        )
    except Problem as problem:
        raise Failed(Reason.CLOSED, problem.message) from None
    except CodeNeeded as needed:
        await keep_session(store, needed.challenge, found.id, claimed)
        raise
    await keep_session(store, begun.token, found.id, claimed)
    await store.fetch(touch_identity, ref=cast("IdentifiedAccount", found).identity_id)
    return begun


async def keep_session(reader: Reader | Store, token: str, account: UUID, claimed: Any) -> None:
    """Keep what ends the session there, or from there; of a challenge, until it is a session."""
    await reader.fetch(
        keep_provider_session,
        account=account,
        new_token_hash=hash_of(token),
        new_issuer=claimed.issuer,
        new_subject=claimed.subject,
        new_sid=claimed.sid,
        new_id_token=claimed.id_token,
    )


async def _keep(store: Store, browser: str, claimed: Claimed) -> None:
    await store.fetch(
        keep_pending_identity,
        browser_hash=hash_of(browser),
        new_issuer=claimed.issuer,
        new_subject=claimed.subject,
        new_name=claimed.name,
        new_sid=claimed.sid,
        new_id_token=claimed.id_token,
        new_expires_at=now() + PENDING_FOR,
    )


async def give(reader: Reader, account: UUID, pending: Any) -> bool:
    """Give the account the identity; False if another has it."""
    added = await reader.first(
        add_identity,
        ref=uuid7(),
        account=account,
        new_issuer=pending.issuer,
        new_subject=pending.subject,
        new_name=pending.name,
    )
    return added is not None
