"""The process that becomes the server: it drops root's rights and ends with its owner.

It runs as a script in an interpreter of its own, because Python code between fork and exec may
deadlock if the owner has threads: `child_process.py OWNER SIGNAL UID GID COMMAND...`. UID -1 keeps
the user.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(owner: int, ends_with: int) -> None:
    """Have the kernel send this process the signal when its parent, the owner, ends."""
    if sys.platform == "linux":
        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, ends_with, 0, 0, 0):
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
        if os.getppid() != owner:  # it ended before prctl was called
            sys.exit("The owner is gone.")


def become(owner: int, ends_with: int, uid: int, gid: int, command: list[str]) -> None:
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    end_with_parent(owner, ends_with)  # after setuid, which would undo it
    os.umask(0o077)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    owner, ends_with, uid, gid, *command = sys.argv[1:]
    become(int(owner), int(ends_with), int(uid), int(gid), command)
