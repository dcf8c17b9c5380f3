"""Passkeys (WebAuthn): what an authenticator is asked, and what it answers.

A challenge is told once, stored as a hash, and signed once: whoever answers uses it up.
"""

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from db.store import Store
from db.tables.accounts import Account
from db.writing.passkeys import keep_passkey_challenge, take_passkey_challenge
from domain.clock import now
from domain.relying_party import RelyingParty

log = logging.getLogger(__name__)
NAME = "Gradebook"
WITHIN = timedelta(minutes=5)
LONGEST = 16_384
"""The most characters of what an authenticator answers."""


class Unproven(Exception):
    """The answer shows nothing; why is for the log alone."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """What a passkey has signed: its count, and whether its user was verified."""

    sign_count: int
    synced: bool
    user_verified: bool


async def ask_for_new(
    store: Store, party: RelyingParty, account: Account, existing: Sequence[bytes]
) -> str:
    """What `navigator.credentials.create` takes, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=account.id.bytes,
        user_name=account.login,
        user_display_name=account.display_name,
        challenge=await _challenge(store, account.id),
        timeout=int(WITHIN.total_seconds() * 1_000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(each) for each in existing],
    )
    return options_to_json(options)


async def ask_to_sign(
    store: Store, party: RelyingParty, existing: Sequence[bytes] | None = None
) -> str:
    """What `navigator.credentials.get` takes, as JSON: of the account's passkeys after its
    password, or of any that a device has, whose user is then verified."""
    alone = existing is None
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=await _challenge(store, None),
        timeout=int(WITHIN.total_seconds() * 1_000),
        allow_credentials=[PublicKeyCredentialDescriptor(each) for each in existing or ()],
        user_verification=(
            UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
        ),
    )
    return options_to_json(options)


async def made(store: Store, party: RelyingParty, account: UUID, answer: str) -> Made:
    """The new passkey; raises Unproven."""
    credential = _read(answer)
    challenge = await _use_challenge(store, party, credential, account)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=_client_data(credential).origin,
        )
    except Exception as error:  # its parsers raise errors of many kinds at what is malformed
        raise Unproven(str(error)) from error
    return Made(
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        verified.credential_backed_up,
    )


def id_of(answer: str) -> bytes:
    """Which passkey has answered, by its own word."""
    told = _read(answer).get("rawId")
    try:
        return base64url_to_bytes(told if isinstance(told, str) else "")
    except ValueError as error:
        raise Unproven(str(error)) from error


async def signed(
    store: Store, party: RelyingParty, answer: str, public_key: bytes, sign_count: int
) -> Signed:
    """What the passkey with the key has signed; raises Unproven, also where its count says that it
    was copied."""
    credential = _read(answer)
    challenge = await _use_challenge(store, party, credential, None)
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=_client_data(credential).origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
        )
    except Exception as error:
        raise Unproven(str(error)) from error
    return Signed(verified.new_sign_count, verified.credential_backed_up, verified.user_verified)


async def _challenge(store: Store, account: UUID | None) -> bytes:
    challenge = secrets.token_bytes(32)
    await store.fetch(
        keep_passkey_challenge,
        challenge_hash=sha256(challenge).digest(),
        new_account_id=account,
        new_expires_at=now() + WITHIN,
    )
    return challenge


async def _use_challenge(
    store: Store, party: RelyingParty, credential: dict[str, Any], account: UUID | None
) -> bytes:
    """The challenge that was signed, if it was told for this; on a page of ours."""
    told = _client_data(credential)
    if not party.takes(told.origin) or told.cross_origin:
        raise Unproven(f"signed on a page of {told.origin}")
    used = await store.first(
        take_passkey_challenge,
        challenge_hash=sha256(told.challenge).digest(),
        new_account_id=account,
    )
    if used is None:
        raise Unproven("no such challenge waits")
    challenge: bytes = told.challenge
    return challenge


def _client_data(credential: dict[str, Any]) -> Any:  # webauthn's CollectedClientData
    try:
        text = credential["response"]["clientDataJSON"]
        return parse_client_data_json(base64url_to_bytes(text))
    except Exception as error:
        raise Unproven(str(error)) from error


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unproven("no JSON object")
    return found
