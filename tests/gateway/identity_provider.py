"""A provider of identities (OpenID Connect) to sign in with: Canaille, a program of its own.

Run as a script with a port, it serves one with the people of `PEOPLE`, whose password is theirs.
Clients register with it themselves. Each start has a key of its own, so that a new start rotates
it; the test knows the key.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx
from joserfc.jwk import RSAKey

from domain.clock import now

PEOPLE = {"anna": "Anna Adler", "boris": "Борис Орлов"}
PASSWORD = "swordfish and more"
CLIENT = "IDENTITY_PROVIDER_CLIENT"
KEY = "IDENTITY_PROVIDER_KEY"
CLIENT_COLUMNS = (
    "client_id", "client_secret", "client_name", "client_uri", "redirect_uris",
    "post_logout_redirect_uris", "grant_types", "response_types", "scope",
    "token_endpoint_auth_method",
)  # fmt: skip
SCRIPT = "tests.gateway.identity_provider"


@dataclass
class IdentityProvider:
    """At `issuer`, with a client whose browsers it sends back to `back`."""

    port: int
    server_name: str
    key: RSAKey | None = None
    process: asyncio.subprocess.Process | None = None
    client: dict[str, Any] = field(default_factory=dict)
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=60))

    @property
    def issuer(self) -> str:
        return f"http://{self.server_name}"

    async def start(self, known: dict[str, Any] | None = None) -> None:
        """Start it, with a new key, and with a client that it has known before."""
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        key = json.dumps(self.key.as_dict(private=True))
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", SCRIPT, str(self.port), self.server_name,
            env={**os.environ, KEY: key, CLIENT: json.dumps(known)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout is not None
        async with asyncio.timeout(120):
            assert (await self.process.stdout.readline()).strip() == b"up"

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            await self.process.wait()

    def pause(self) -> None:
        """Have it take connections and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    async def register(self, back: str, out: str, **more: Any) -> dict[str, Any]:
        """Register a client (RFC 7591), by which people need not consent."""
        wanted = {
            "client_name": "Gradebook",
            "client_uri": "http://127.0.0.1",
            "contacts": ["office@school.example"],
            "redirect_uris": [back],
            "post_logout_redirect_uris": [out],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "scope": "openid profile",
            "token_endpoint_auth_method": "client_secret_basic",
            **more,
        }
        answer = await self.http.post(f"{self.issuer}/oauth/register", json=wanted)
        assert answer.status_code == 201, answer.text
        self.client = answer.json()
        return self.client

    async def sign_in(self, way: str, who: str) -> str:
        """The address that a browser is sent back to, whose user signs in at the provider as they
        would by hand."""
        async with httpx.AsyncClient(timeout=60) as browser:
            answer = await browser.get(way)
            for name, value in (("login", who), ("password", PASSWORD), ("", "")):
                while answer.is_redirect:
                    onward = urljoin(str(answer.url), answer.headers["location"])
                    if not onward.startswith(self.issuer):
                        return onward
                    answer = await browser.get(onward)
                assert name, answer.text
                form = dict(re.findall(r'name="(csrf_token)"[^>]*value="([^"]+)"', answer.text))
                answer = await browser.post(str(answer.url), data=form | {name: value})
        raise AssertionError("The provider has sent the browser nowhere.")


@asynccontextmanager
async def identity_provider(port: int, host: str = "127.0.0.1") -> AsyncIterator[IdentityProvider]:
    provider = IdentityProvider(port, f"{host}:{port}")
    await provider.start()
    try:
        yield provider
    finally:
        await provider.stop()
        await provider.http.aclose()


def serve(port: int, server_name: str) -> None:
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from canaille.backends.memory.backend import MemoryBackend
    from werkzeug.serving import make_server

    whole = MemoryBackend.do_query

    def of_all(self: Any, model: Any, *args: Any, **wanted: Any) -> list[Any]:
        """What has all of the attributes; in memory Canaille 0.3 finds what has any of them."""
        found = whole(self, model, *args, **wanted)
        for name, value in wanted.items() if len(wanted) > 1 else ():
            those = {each.id for each in whole(self, model, **{name: value})}
            found = [each for each in found if each.id in those]
        return list(found)

    MemoryBackend.do_query = of_all
    app = create_app(
        {
            "SECRET_KEY": "of a test",
            "SERVER_NAME": server_name,
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {"DATABASE": "memory", "LOGGING": {"version": 1}},
            "CANAILLE_OIDC": {
                "DYNAMIC_CLIENT_REGISTRATION_OPEN": True,
                "ACTIVE_JWKS": [json.loads(os.environ[KEY])],
            },
        }
    )
    with app.app_context(), Backend.instance.session():
        for login, name in PEOPLE.items():
            given, family = name.split()
            person = models.User(
                user_name=login, given_name=given, family_name=family, formatted_name=name,
                emails=[f"{login}@mail.example"], password=PASSWORD,
            )  # fmt: skip
            Backend.instance.save(person)
        if known := json.loads(os.environ[CLIENT]):
            names = {name: known[name] for name in CLIENT_COLUMNS}
            client = models.Client(**names, client_id_issued_at=now())
            Backend.instance.save(client)
            client.audience = [client]
            Backend.instance.save(client)
    server = make_server("127.0.0.1", port, app, threaded=True)
    print("up", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
