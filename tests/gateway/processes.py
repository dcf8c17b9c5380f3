"""The command `gradebook serve` as real processes, and how a client that means it talks to them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import psutil
from websockets import Subprotocol, connect
from websockets.exceptions import ConnectionClosed

GRADEBOOK = Path(sys.executable).with_name("gradebook")
SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) { token errors { code } } }
"""


@dataclass(frozen=True)
class Gateway:
    process: "subprocess.Popen[str]"
    host: str

    @property
    def parent(self) -> psutil.Process:
        return psutil.Process(self.process.pid)

    @property
    def workers(self) -> set[psutil.Process]:
        return {one for one in self.parent.children() if _works(one)}

    def stop(self, told_by: signal.Signals = signal.SIGTERM) -> int:
        """The command's exit code."""
        if self.process.poll() is None:
            self.process.send_signal(told_by)
        return self.process.wait(30)

    async def until_renewed(self, before: set[psutil.Process], count: int) -> None:
        """Until none of the processes lives, and so many others do."""
        async with asyncio.timeout(180):
            while len(now := self.workers) != count or before & now:
                await asyncio.sleep(0.2)  # a look reads of every process of the machine


@contextmanager
def serving(
    *arguments: str, log: IO[str] | None = None, command: Path = GRADEBOOK, **environment: str
) -> Iterator[Gateway]:
    """The command, once it has told its address; ended with the block, whatever happens in it.
    Its log goes to the file, or to where the tests' own goes."""
    process = subprocess.Popen(
        [command, "serve", "--port", "0", *arguments],
        env=os.environ | {f"GRADEBOOK_{name}": value for name, value in environment.items()},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = next(line for line in process.stdout if line.startswith("Gradebook: http://"))
        yield Gateway(process, line.split("/")[2])
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


class Client:
    """Somebody signed in, who asks again where a connection broke off."""

    def __init__(self, host: str, token: str = "", **headers: str) -> None:
        self.host = host
        self.headers = headers | ({"Authorization": f"Bearer {token}"} if token else {})
        self.http = httpx.AsyncClient(base_url=f"http://{host}", headers=self.headers, timeout=60)

    @classmethod
    @asynccontextmanager
    async def signed_in(
        cls, host: str, login: str, password: str = "demo", **headers: str
    ) -> AsyncIterator["Client"]:
        nobody = cls(host, **headers)
        async with nobody.http:
            payload = await nobody.ask(SIGN_IN, input={"login": login, "password": password})
        assert payload["signIn"]["errors"] == []
        somebody = cls(host, payload["signIn"]["token"], **headers)
        async with somebody.http:
            yield somebody

    async def ask(self, query: str, **variables: object) -> Any:
        """The answer's data; safe for what may be repeated."""
        while True:
            try:
                asked = {"query": query, "variables": variables}
                response = await self.http.post("/graphql", json=asked)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                await asyncio.sleep(0.05)
                continue
            answer = response.json()
            assert "errors" not in answer, answer
            return answer["data"]

    async def follow(self, query: str, after: str | None = None) -> AsyncGenerator[Any, None]:
        """The changes, resumed after the last cursor wherever the connection ends, and the code
        that it ended with."""
        while True:
            try:
                async with connect(
                    f"ws://{self.host}/graphql",
                    subprotocols=[Subprotocol("graphql-transport-ws")],
                    additional_headers=self.headers,
                ) as socket:
                    await socket.send(json.dumps({"type": "connection_init"}))
                    payload = {"query": query, "variables": {"after": after}}
                    asked = {"id": "1", "type": "subscribe", "payload": payload}
                    await socket.send(json.dumps(asked))
                    with suppress(ConnectionClosed):
                        async for text in socket:
                            message = json.loads(text)
                            if message["type"] == "next":
                                [change] = message["payload"]["data"].values()
                                after = change["cursor"]
                                yield change
                            else:
                                assert message == {"type": "connection_ack"}
                yield socket.close_code
            except OSError:
                await asyncio.sleep(0.05)


def _works(process: psutil.Process) -> bool:
    try:
        return "--multiprocessing-fork" in process.cmdline()
    except psutil.NoSuchProcess:  # it has just ended
        return False
