"""The tokens of a provider: signed by its keys, for us, now, and for this sign-in."""

from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from domain.clock import now
from domain.openid import Claimed, Provider
from resolvers.openid.failures import Failed, Reason
from resolvers.openid.remote import Remote

ALGORITHMS = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
]  # fmt: skip
"""With public keys alone: a token without a signature, or by the client's secret, is none."""
LEEWAY = 60
"""Seconds by which the provider's clock may be off."""
LONGEST = 16_384
LONGEST_NAME = 200
LONGEST_ID = 255
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"


async def claimed(remote: Remote, token: str, nonce: str) -> Claimed:
    """Whom an ID token names; raises Failed where it can't be trusted."""
    claims = await _verified(remote, token, nonce={"essential": True, "value": nonce})
    provider = remote.provider
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if party != provider.client_id and (several or party is not None):
        raise Failed(Reason.UNTRUSTED, f"the token was made for {party!r}")
    name = claims.get("name")
    sid = claims.get("sid")
    return Claimed(
        provider.issuer,
        _subject(claims.get("sub")),
        name.strip()[:LONGEST_NAME] or None if isinstance(name, str) else None,
        sid if isinstance(sid, str) else None,
        token,
        provider.shows_two_factors(claims),
    )


async def signed_out(remote: Remote, token: str) -> tuple[str | None, str | None]:
    """Of whom, or of which session of theirs, a logout token says that it has ended."""
    claims = await _verified(remote, token)
    events = claims.get("events")
    if not isinstance(events, dict) or SIGNED_OUT not in events or "nonce" in claims:
        raise Failed(Reason.UNTRUSTED, "the token says nothing of an end")
    sub, sid = claims.get("sub"), claims.get("sid")
    if not any(isinstance(each, str) and each for each in (sub, sid)):
        raise Failed(Reason.UNTRUSTED, "the token names nobody")
    return sub if isinstance(sub, str) else None, sid if isinstance(sid, str) else None


async def _verified(remote: Remote, token: str, **options: Any) -> dict[str, Any]:
    if len(token) > LONGEST:
        raise Failed(Reason.UNTRUSTED, "the token is too long")
    provider: Provider = remote.provider
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        **options,
    )
    try:
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise Failed(Reason.UNTRUSTED, f"the token is signed by {header.get('alg')!r}")
        key = await remote.key(header.get("kid"))
        claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        registry.validate(claims)
    except (JoseError, ValueError) as error:
        raise Failed(Reason.UNTRUSTED, f"the token does not hold: {error}") from None
    return claims


def _subject(sub: Any) -> str:
    if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_ID:
        raise Failed(Reason.UNTRUSTED, "the token names nobody")
    return sub
