"""The data directory: created completely or not at all, and owned by the server's user."""

import pwd
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from db.embedded.errors import EmbeddedServerError
from db.embedded.user import SystemUser, initdb_user, server_user

NAME = "gradebook"
HERE = "/proc/self/cwd"
"""The current folder. Linux lets a process enter it even if a folder above is closed to it."""
LAYOUT = (
    *("--username", NAME, "--auth-local=trust", "--auth-host=reject", "--data-checksums"),
    *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    *("--no-sync", "--no-instructions"),
)


def address(data: Path, user: SystemUser) -> str:
    """The path of the data directory for a program that the user runs in it."""
    if user.may_enter(data.parent):
        return str(data)
    if sys.platform != "linux":
        raise EmbeddedServerError(f"Root's server runs as another user, who can't enter {data}.")
    return HERE


def prepare(data: Path, programs: Path, *, durable: bool) -> None:
    """Create the data directory if there is none."""
    if data.exists() and any(data.iterdir()):
        _claim(data)
        return
    making = data.with_name(f"{data.name}.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    try:
        _make(making, programs, durable)
        making.rename(data)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _claim(data: Path) -> None:
    """Change the owner of data that root's server created to the server's user. Data of other
    people is refused."""
    user = server_user()
    owner = data.stat().st_uid
    if not (data / "PG_VERSION").exists():
        raise EmbeddedServerError(f"{data} holds something else than PostgreSQL's data.")
    if user.uid in (-1, owner):
        return
    if owner not in (0, initdb_user().uid):
        raise EmbeddedServerError(f"{data} belongs to {_name(owner)}, who has to start its server.")
    user.chown(data)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _make(making: Path, programs: Path, durable: bool) -> None:
    first, later = initdb_user(), server_user()
    first.chown(making)
    place = ("-D", address(making, first))
    _run(first, (programs / "initdb", *place, *LAYOUT), making)
    alone = (programs / "postgres", "--single", "-F", *place, "postgres")
    _run(first, alone, making, f"CREATE DATABASE {NAME}\n")
    if durable:
        _run(first, (programs / "initdb", *place, "--sync-only"), making)
    later.chown(making)


def _run(user: SystemUser, command: Iterable[object], cwd: Path, text: str = "") -> None:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as input_:
        input_.write(text.encode())
        input_.seek(0)
        if user.run(command, cwd=cwd, stdin=input_, output=output).wait():
            output.seek(0)
            words = output.read().decode(errors="replace")[-2000:]
            raise EmbeddedServerError(f"The data directory could not be made:\n{words}")
