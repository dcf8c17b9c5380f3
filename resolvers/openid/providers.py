"""The providers that the settings name, each by its name in addresses."""

from collections.abc import Iterable
from functools import cached_property
from urllib.parse import urlencode

from domain.openid import Claimed, Provider, challenge_of, nonce_of, verifier_of
from resolvers.http import Http
from resolvers.openid.failures import Failed, Reason
from resolvers.openid.remote import Remote
from resolvers.openid.tokens import claimed, signed_out

BACK = "/sign-in/from/"
"""Where a provider sends browsers back: each has its own address, so that none is another."""


class Providers:
    """`address` is the gateway's own, as browsers know it."""

    def __init__(self, providers: Iterable[Provider] = (), address: str = "") -> None:
        self.named = {each.name: each for each in providers}
        self.address = address
        self._http = Http()

    def of_issuer(self, issuer: str) -> Provider | None:
        return next((each for each in self.named.values() if each.issuer == issuer), None)

    async def close(self) -> None:
        await self._http.close()

    @cached_property
    def _remotes(self) -> dict[str, Remote]:
        return {name: Remote(each, self._http) for name, each in self.named.items()}

    def _remote(self, name: str) -> Remote:
        remote = self._remotes.get(name)
        if remote is None:
            raise Failed(Reason.OVER, f"there is no provider {name!r}")
        return remote

    async def way_to(self, name: str, browser: str, state: str, language: str) -> str:
        """The address at which the provider asks somebody who they are."""
        remote = self._remote(name)
        metadata = await remote.metadata()
        asked = {
            "response_type": "code",
            "client_id": remote.provider.client_id,
            "redirect_uri": self._back(name),
            "scope": remote.provider.scope,
            "state": state,
            "nonce": nonce_of(browser, state),
            "code_challenge": challenge_of(verifier_of(browser, state)),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with(metadata.authorization_endpoint, asked)

    async def whom(
        self, name: str, browser: str, state: str, code: str, issuer: str | None
    ) -> Claimed:
        """Whom the provider names for the code; raises Failed."""
        remote = self._remote(name)
        metadata = await remote.metadata()
        if (issuer is not None or metadata.tells_issuer) and issuer != remote.provider.issuer:
            raise Failed(Reason.UNTRUSTED, f"{issuer!r} has sent the browser back")
        token = await remote.token_of(code, verifier_of(browser, state), self._back(name))
        return await claimed(remote, token, nonce_of(browser, state))

    async def way_out(self, issuer: str, id_token: str) -> str | None:
        """The address at which the provider's own session ends; None if it has none."""
        provider = self.of_issuer(issuer)
        if provider is None:
            return None
        try:
            metadata = await self._remote(provider.name).metadata()
        except Failed:
            return None
        if metadata.end_session_endpoint is None:
            return None
        asked = {
            "id_token_hint": id_token,
            "client_id": provider.client_id,
            "post_logout_redirect_uri": f"{self.address}/sign-in",
        }
        return _with(metadata.end_session_endpoint, asked)

    async def signed_out(self, name: str, token: str) -> tuple[str, str | None, str | None]:
        """The issuer, and of whom or of which session a logout token says that it has ended."""
        remote = self._remote(name)
        return remote.provider.issuer, *await signed_out(remote, token)

    def _back(self, name: str) -> str:
        return f"{self.address}{BACK}{name}"


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
