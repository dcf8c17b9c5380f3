"""The user that the server runs as, since PostgreSQL refuses to run as root."""

import os
import pwd
import signal
import stat
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHILD = Path(__file__).with_name("child_process.py")
OWN_UID = 59018
"""A user id without an account, so that nobody else on the machine uses it."""
DEATH_SIGNAL = signal.SIGQUIT
"""The signal that the kernel sends the server when its owner dies: an immediate shutdown."""


@dataclass(frozen=True, slots=True)
class SystemUser:
    """A user to run programs as; uid -1 is the user of this process."""

    uid: int = -1
    gid: int = -1

    def run(
        self,
        command: Iterable[object],
        *,
        cwd: Path,
        stdin: int | IO[bytes],
        output: IO[bytes],
        pass_fds: tuple[int, ...] = (),
    ) -> "subprocess.Popen[bytes]":
        """Start a program in a session of its own; it ends when this process does."""
        owner = (os.getpid(), int(DEATH_SIGNAL), self.uid, self.gid)
        return subprocess.Popen(
            [sys.executable, "-I", "-S", CHILD, *map(str, owner), *map(str, command)],
            stdin=stdin,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            pass_fds=pass_fds,
            start_new_session=True,
        )

    def chown(self, folder: Path) -> None:
        """Change the owner of the folder and everything in it."""
        if self.uid == -1:
            return
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(place, name), self.uid, self.gid, follow_symlinks=False)
        os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def may_enter(self, folder: Path) -> bool:
        """Whether the user may enter the folder and every folder above it."""
        return self.uid == -1 or all(
            self._may_search(place.stat()) for place in (folder, *folder.parents)
        )

    def _may_search(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_user() -> SystemUser:
    return SystemUser(OWN_UID, OWN_UID) if os.geteuid() == 0 else SystemUser()


def initdb_user() -> SystemUser:
    """As `server_user`, but with an account, which initdb requires."""
    if os.geteuid() != 0:
        return SystemUser()
    nobody = pwd.getpwnam("nobody")
    return SystemUser(nobody.pw_uid, nobody.pw_gid)
