"""PostgreSQL's own programs `pg_dump` and `pg_restore`, of a version that can do the work."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from db.address import libpq_address
from db.backup.errors import BackupError
from db.embedded.binaries import installed_programs
from db.embedded.errors import EmbeddedServerError

ELSEWHERE = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
"""Where systems keep the programs of each version besides the PATH."""
TOLD = 2_000
"""Characters of a program's errors that are passed on."""


@dataclass(frozen=True, slots=True)
class Program:
    path: Path
    major: int
    """The version of PostgreSQL."""


def program(name: str, at_least: int) -> Program:
    """The program, of this major version or a newer one: the embedded server's if it is new
    enough, or else the system's."""
    found = []
    for path in _candidates(name):
        if (major := _major(path)) is not None:
            if major >= at_least:
                return Program(path, major)
            found.append(str(major))
    there = f"Found: version {', '.join(sorted(set(found)))}." if found else "There is none here."
    raise BackupError(
        f"This takes {name} of PostgreSQL {at_least} or newer. {there} Install the client programs"
        f" of PostgreSQL {at_least}, such as the package postgresql-client-{at_least}, or put their"
        " folder on the PATH"
    )


def _candidates(name: str) -> Iterator[Path]:
    with suppress(EmbeddedServerError):  # its package is not installed
        yield installed_programs() / name
    if on_path := shutil.which(name):
        yield Path(on_path)
    for pattern in ELSEWHERE:
        yield from sorted(Path("/").glob(f"{pattern[1:]}/{name}"), reverse=True)


def _major(path: Path) -> int | None:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(version[1]) if version else None


def connection_of(url: str) -> tuple[str, dict[str, str]]:
    """The address for libpq, and an environment with the password."""
    address, password = libpq_address(url)
    environment = os.environ | {"LC_ALL": "C"}
    if password is not None:
        environment["PGPASSWORD"] = password
    return address, environment


@asynccontextmanager
async def running(
    command: list[str], environment: dict[str, str] | None = None
) -> AsyncIterator[asyncio.StreamReader]:
    """Run the program and yield its output; raises BackupError if it fails. It ends with the
    block."""
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
        )
        assert process.stdout is not None
        try:
            yield process.stdout
            failed = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if failed:
            errors.seek(0)
            told = errors.read().decode(errors="replace").strip()[-TOLD:]
            raise BackupError(f"{Path(command[0]).name} failed: {told or failed}")
