"""The embedded server: its owner starts it, and it ends when the owner stops it or dies."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from db.embedded.binaries import programs
from db.embedded.cluster import NAME, address, prepare
from db.embedded.errors import EmbeddedServerError, EmbeddedServerInUse
from db.embedded.ownership import acquire_lock, end_remaining_processes
from db.embedded.user import SystemUser, server_user

START_TIMEOUT = 60.0
STOP_TIMEOUT = 30.0
STABLE = 60.0
"""Seconds of service after which an earlier failure no longer delays a restart."""
SHORTEST, LONGEST = 0.5, 30.0
"""The shortest and longest delay, in seconds, before a failing server is restarted."""
LONGEST_SOCKET = 103
"""Bytes of a Unix socket's path on macOS; Linux has four more."""
SHORT = Path("/tmp")  # noqa: S108  the folder made in it is private
log = logging.getLogger("gradebook")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NO_SETTINGS: Mapping[str, str] = {}


def url_at(sockets: Path) -> str:
    """The address of the server whose socket is in the folder."""
    return f"postgresql://{NAME}@/{NAME}?host={quote(str(sockets))}"


class EmbeddedServer:
    """A PostgreSQL server on one data directory; it listens on a private socket alone."""

    def __init__(
        self, data: Path, *, durable: bool = True, settings: Mapping[str, str] = NO_SETTINGS
    ) -> None:
        self.data = data.absolute()
        self.durable = durable
        self.log = self.data.with_name(f"{data.name}.log")
        self._settings = {**SETTINGS, **({} if durable else NOT_DURABLE), **settings}
        self._sockets: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._is_running = True
        self._restart_at: float | None = None
        """The time of the next start, once the server has ended."""
        self._failures = 0
        """How often it has ended by itself since it last ran for a while."""

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

    def restart_if_ended(self) -> None:
        """Restart the server if it has ended by itself. The thread that started it calls this
        regularly; it never blocks for long.

        The address stays the same. The delay grows if the server fails again and again.
        """
        if self._sockets is None or self._process is None:
            return
        if self._process.poll() is None:
            if not self._is_running and self._is_ready(self._process.pid):
                self._is_running = True
                log.warning("PostgreSQL is back")
            elif self._is_running and time.monotonic() - self._started_at > STABLE:
                self._failures = 0
            return
        if self._restart_at is None:
            self._restart_at = time.monotonic() + self._delay()
            self._failures += 1
            self._is_running = False
            log.error(
                "PostgreSQL has ended with %s and is started again; %s may say why",
                self._process.returncode,
                self.log,
            )
        if time.monotonic() >= self._restart_at:
            self._restart(self._sockets)

    def _restart(self, sockets: Path) -> None:
        if end_remaining_processes(self.data):  # they still hold the lock
            return
        try:
            user = server_user()
            if sockets.lstat().st_uid != (os.geteuid() if user.uid == -1 else user.uid):
                raise EmbeddedServerError(f"{sockets} is no longer ours.")
            for left in sockets.iterdir():
                left.unlink(missing_ok=True)
            self._process = self._launch(user, sockets, again=True)
        except EmbeddedServerInUse:
            return
        except (OSError, EmbeddedServerError) as error:
            log.error("PostgreSQL could not be started again: %s", error)
            self._restart_at = time.monotonic() + self._delay()
            self._failures += 1
            return
        self._restart_at = None

    def _delay(self) -> float:
        """Zero for the first failure."""
        again = SHORTEST * 2.0 ** (self._failures - 1) if self._failures else 0.0
        return min(LONGEST, again)

    def stop(self) -> None:
        """Disconnect all clients and stop the server, with a checkpoint if there is time for it."""
        if self._process is not None:
            for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self._process.send_signal(ending)
                try:
                    self._process.wait(STOP_TIMEOUT)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None

    def _launch(
        self, user: SystemUser, sockets: Path, *, again: bool = False
    ) -> "subprocess.Popen[bytes]":
        self.data.parent.mkdir(parents=True, exist_ok=True)
        lock = acquire_lock(self.data, sockets)
        try:
            binaries = programs(user)
            if again and not (self.data / "PG_VERSION").exists():
                raise EmbeddedServerError(f"{self.data} is no longer there.")
            prepare(self.data, binaries, durable=self.durable)
            settings = self._settings | {"unix_socket_directories": f'"{sockets}"'}
            options = [part for name in settings for part in ("-c", f"{name}={settings[name]}")]
            command = (binaries / "postgres", "-D", address(self.data, user), *options)
            with self.log.open("ab" if again else "wb") as output:
                self._started_at = time.monotonic()
                return user.run(
                    command,
                    cwd=self.data,
                    stdin=subprocess.DEVNULL,
                    output=output,
                    pass_fds=(lock,),
                )
        finally:
            os.close(lock)  # from here on the server holds it

    def _await(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_TIMEOUT
        while not self._is_ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > end:
                tail = self.log.read_text(errors="replace")[-2000:]
                raise EmbeddedServerError(f"The server does not start:\n{tail}")
            time.sleep(0.005)

    def _is_ready(self, pid: int) -> bool:
        """Whether the pid file is this server's and its eighth line says `ready`."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _socket_folder(user: SystemUser) -> Path:
    """A new folder that only the server's user and root may enter, with a short name."""
    for parent in (Path(tempfile.gettempdir()), SHORT):
        if user.may_enter(parent):
            folder = Path(tempfile.mkdtemp(prefix="gradebook-", dir=parent))
            if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
                user.chown(folder)
                return folder
            folder.rmdir()
    raise EmbeddedServerError("There is no folder with a short name for the server's socket.")
