"""The server's life: started for one owner, stopped by it or by its death."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

from db.embedded.binaries import programs
from db.embedded.cluster import NAME, address, prepare
from db.embedded.errors import EmbeddedServerError
from db.embedded.ownership import own
from db.embedded.user import User, server_user

STARTS_WITHIN = 60.0
STOPS_WITHIN = 30.0
LONGEST_SOCKET = 103
"""Bytes of a Unix socket's path on macOS; Linux has four more."""
SHORT = Path("/tmp")  # noqa: S108  the folder made in it is private
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url_at(sockets: Path) -> str:
    """The address of the server whose socket is in the folder."""
    return f"postgresql://{NAME}@/{NAME}?host={quote(str(sockets))}"


class EmbeddedServer:
    """A PostgreSQL server on one data directory; it listens on a private socket alone."""

    def __init__(self, data: Path, *, durable: bool = True, shared_buffers: str = "256MB") -> None:
        self.data = data.absolute()
        self.durable = durable
        self.log = self.data.with_name(f"{data.name}.log")
        self._settings = SETTINGS | {"shared_buffers": shared_buffers}
        self._settings |= {} if durable else CARELESS
        self._sockets: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        assert self._sockets is not None
        return url_at(self._sockets)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        if sys.platform == "linux" and threading.current_thread() != threading.main_thread():
            # The kernel ends the server with the thread that started it.
            raise EmbeddedServerError("The embedded server has to be started by the main thread.")
        user = server_user()
        try:
            self._sockets = _socket_folder(user)
            self._process = self._launch(user, self._sockets)
            self._await()
        except OSError as error:
            self.stop()
            raise EmbeddedServerError(f"The server could not be set up: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Disconnect everybody and end the server, with a checkpoint if there is time for it."""
        if self._process is not None:
            for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self._process.send_signal(ending)
                try:
                    self._process.wait(STOPS_WITHIN)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def _launch(self, user: User, sockets: Path) -> "subprocess.Popen[bytes]":
        self.data.parent.mkdir(parents=True, exist_ok=True)
        lock = own(self.data, sockets)
        try:
            binaries = programs(user)
            prepare(self.data, binaries, durable=self.durable)
            settings = self._settings | {"unix_socket_directories": f'"{sockets}"'}
            options = [part for name in settings for part in ("-c", f"{name}={settings[name]}")]
            command = (binaries / "postgres", "-D", address(self.data, user), *options)
            with self.log.open("wb") as log:
                return user.run(
                    command, cwd=self.data, stdin=subprocess.DEVNULL, output=log, keeps=(lock,)
                )
        finally:
            os.close(lock)  # from here on the server holds it

    def _await(self) -> None:
        assert self._process is not None
        end = time.monotonic() + STARTS_WITHIN
        while not self._is_ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > end:
                tail = self.log.read_text(errors="replace")[-2000:]
                raise EmbeddedServerError(f"The server does not start:\n{tail}")
            time.sleep(0.005)

    def _is_ready(self, pid: int) -> bool:
        """Whether the pid file is this server's and its eighth line says so."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _socket_folder(user: User) -> Path:
    """A new folder that only the server's user and root may enter, with a short name."""
    for parent in (Path(tempfile.gettempdir()), SHORT):
        if user.may_enter(parent):
            folder = Path(tempfile.mkdtemp(prefix="gradebook-", dir=parent))
            if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
                user.take(folder)
                return folder
            folder.rmdir()
    raise EmbeddedServerError("There is no folder with a short name for the server's socket.")
