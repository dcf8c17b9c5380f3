"""The owner of a data directory: a lock that lives as long as the server, and a note of its owner.

The server inherits the lock, so the kernel releases it when the last process of the server ends,
however that happens.
"""

import fcntl
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from db.embedded.errors import EmbeddedServerInUse
from db.embedded.user import DEATH_SIGNAL

ORPHAN_ENDS_WITHIN = 15.0


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that started the server, and the folder of the server's socket."""

    pid: int
    since: float
    sockets: Path

    def lives(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            return process.create_time() == self.since and process.status() != "zombie"
        except psutil.NoSuchProcess:
            return False


def acquire_lock(data: Path, sockets: Path) -> int:
    """Lock the data directory and return the lock's descriptor; the files of a dead owner are
    removed."""
    lock = os.open(
        data.with_name(f"{data.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600
    )
    try:
        _lock(lock, data)
        before = _read_owner(lock)
        if before is not None and before.sockets != sockets:  # else this owner starts it again
            shutil.rmtree(before.sockets, ignore_errors=True)
        me = psutil.Process()
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{me.pid}\n{me.create_time()!r}\n{sockets}\n".encode(), 0)
        _remove_stale_pid_file(data)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _lock(lock: int, data: Path) -> None:
    end = time.monotonic() + ORPHAN_ENDS_WITHIN
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Read the server before the note. An owner writes the note before it starts a server,
            # so a server beside a dead owner's note belongs to that owner.
            server = postmaster(data)
            owner = _read_owner(lock)
            if (owner is not None and owner.lives()) or time.monotonic() > end:
                who = f"process {owner.pid}" if owner else "another process"
                message = f"{data} is in use by the server of {who}."
                raise EmbeddedServerInUse(message, owner.sockets if owner else None) from None
            if server is not None and owner is not None:
                server.send_signal(DEATH_SIGNAL)
            time.sleep(0.05)
        else:
            return


def _read_owner(lock: int) -> Owner | None:
    try:
        pid, since, sockets = os.pread(lock, 4096, 0).decode().splitlines()
        return Owner(int(pid), float(since), Path(sockets))
    except ValueError:
        return None


def end_remaining_processes(data: Path) -> int:
    """Send the death signal to the processes that remain of a killed server; returns how many there
    are."""
    remains = [each for each in psutil.process_iter(["name"]) if _is_of(each, data)]
    for each in remains:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(DEATH_SIGNAL)
    return len(remains)


def _is_of(process: psutil.Process, data: Path) -> bool:
    try:
        if process.info["name"] != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return Path(process.cwd()).samefile(data)
    except (OSError, psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _remove_stale_pid_file(data: Path) -> None:
    """Remove the pid file of a dead server: another process may have its number by now."""
    server = postmaster(data)
    if server is not None:
        raise EmbeddedServerInUse(f"{data} is in use by a server of unknown origin ({server.pid}).")
    (data / "postmaster.pid").unlink(missing_ok=True)


def postmaster(data: Path) -> psutil.Process | None:
    """The running server that the pid file names, if it runs on this data."""
    try:
        server = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
        if server.name() != "postgres" or server.status() == "zombie":
            return None
        return server if Path(server.cwd()).samefile(data) else None
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None
    except psutil.AccessDenied:
        return server
