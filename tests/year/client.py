"""What accounts ask and do over HTTP, each in a session of its own."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from tests.year.model.world import Account, School
from tests.year.served import Served

SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) {
    token notice { code } errors { code } } }
"""
LAST = timedelta(days=30)
"""What has not been asked for so long is not tried with the old session."""
Step = tuple[str, dict[str, Any], str]
"""A mutation, its input, and what of its payload is asked for."""


class Refused(AssertionError):
    """A mutation that should have been done was refused, or the other way round."""

    def __init__(self, account: Account, what: str) -> None:
        super().__init__(f"{account} {what}")
        self.account = account


class Clients:
    def __init__(self, gateway: Served, is_somebody: Callable[[Account], bool]) -> None:
        """`is_somebody` says whether an account is anybody in a school today: who is not is told so
        when they sign in."""
        self.gateway = gateway
        self.is_somebody = is_somebody
        # A stranger has no cookie: who they are stands in each request, or does not.
        none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self.http = httpx.AsyncClient(base_url=f"http://{gateway.host}", timeout=60, cookies=none)
        self._tokens: dict[Account, str] = {}
        self._since: dict[Account, date] = {}
        self.requests = 0

    async def close(self) -> None:
        await self.http.aclose()

    async def ask(
        self, account: Account | None, query: str, variables: dict[str, Any]
    ) -> dict[str, Any]:
        """The whole answer. Who has no session, or has one no longer, signs in first."""
        if account is None:
            return await self._post(query, variables, None)
        if account in self._tokens and self.gateway.today - self._since[account] < LAST:
            answer = await self._post(query, variables, self._tokens[account])
            if not _session_is_over(answer):
                return answer
        await self.sign_in(account)
        return await self._post(query, variables, self._tokens[account])

    async def sign_in(self, account: Account) -> None:
        given = {"input": {"login": account.login, "password": account.password}}
        answer = await self._post(SIGN_IN, given, None)
        payload = answer["data"]["signIn"]
        if payload["errors"]:
            raise Refused(account, f"may not sign in: {payload['errors']}")
        told = payload["notice"] and payload["notice"]["code"]
        if told != (None if self.is_somebody(account) else "NO_SCHOOL"):
            raise Refused(account, f"signs in, and is told {told}")
        self._tokens[account] = payload["token"]
        self._since[account] = self.gateway.today

    async def is_kept_out(self, account: Account, password: str) -> None:
        """Try to sign in with a password that is no longer theirs."""
        given = {"input": {"login": account.login, "password": password}}
        payload = (await self._post(SIGN_IN, given, None))["data"]["signIn"]
        if [error["code"] for error in payload["errors"]] != ["UNAUTHENTICATED"]:
            raise Refused(account, "signs in with a password that they have changed")

    async def do(self, account: Account, *steps: Step, refused: str | None = None) -> list[Any]:
        """Mutations in one request, in order: their payloads. `refused` is the code with which each
        has to be refused; without one, each has to be done."""
        answer = await self.ask(
            account, _document(steps), {f"i{n}": given for n, (_, given, _) in enumerate(steps)}
        )
        if answer.get("errors"):
            raise Refused(account, f"did {steps[0][0]}: {answer['errors'][:3]}")
        payloads = [answer["data"][f"m{n}"] for n, _ in enumerate(steps)]
        for (name, given, _), payload in zip(steps, payloads, strict=True):
            codes = [error["code"] for error in payload["errors"]]
            if codes != ([] if refused is None else [refused]):
                wanted = f"refused with {refused}" if refused else "done"
                what = f"did {name}, which should be {wanted}: {payload['errors']}\n  {given}"
                raise Refused(account, what)
        return payloads

    async def upload(
        self, account: Account, school: School, use: str, name: str, content: bytes
    ) -> dict[str, Any]:
        """The file, as the gateway has it."""
        headers = await self._signed_in(account) | {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        asked = {"school": school.id, "use": use}
        self.requests += 1
        answer = await self.http.post("/files", content=content, headers=headers, params=asked)
        if answer.status_code != 201:
            raise Refused(account, f"uploaded {name}: {answer.text}")
        file: dict[str, Any] = answer.json()["file"]
        return file

    async def downloads(self, account: Account, url: str, content: bytes) -> None:
        answer = await self._get(account, url)
        if (answer.status_code, answer.content) != (200, content):
            raise Refused(account, f"is not given {url}: {answer.status_code}")

    async def finds_nothing(self, account: Account | None, url: str) -> None:
        answer = await self._get(account, url)
        if answer.status_code not in (401, 403, 404):
            raise Refused(account, f"is given {url}: {answer.status_code}")  # type: ignore[arg-type]

    async def _get(self, account: Account | None, url: str) -> httpx.Response:
        headers = {} if account is None else await self._signed_in(account)
        self.requests += 1
        return await self.http.get(url, headers=headers)

    async def _signed_in(self, account: Account) -> dict[str, str]:
        """The headers of a session that has not ended."""
        await self.ask(account, "{ viewer { account { login } } }", {})
        return {"Authorization": f"Bearer {self._tokens[account]}"}

    async def _post(
        self, query: str, variables: dict[str, Any], token: str | None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.requests += 1
        asked = {"query": query, "variables": variables}
        response = await self.http.post("/graphql", json=asked, headers=headers)
        found: dict[str, Any] = response.json()
        return found


def _session_is_over(answer: dict[str, Any]) -> bool:
    codes = [error.get("extensions", {}).get("code") for error in answer.get("errors", [])]
    return codes == ["UNAUTHENTICATED"]


def _document(steps: Sequence[Step]) -> str:
    heads, fields = [], []
    for place, (name, _, selection) in enumerate(steps):
        type_ = f"{name[0].upper()}{name[1:]}Input!"
        heads.append(f"$i{place}: {type_}")
        fields.append(
            f"m{place}: {name}(input: $i{place}) {{ errors {{ code message path }} {selection} }}"
        )
    return f"mutation ({', '.join(heads)}) {{ {' '.join(fields)} }}"
