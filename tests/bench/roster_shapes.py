"""`python -m tests.bench.roster_shapes`: what the worst files of a roster cost to read.

Each shape is a zip that a process of its own reads; told are its seconds of CPU and the most
memory that it held beyond what it starts with.
"""

import multiprocessing
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Annotated
from zipfile import ZIP_DEFLATED, ZipFile

import typer

from db.roster.archive import read_files
from domain.oneroster import UnreadableRoster, read_roster
from domain.oneroster.text import MOST_LINES

HEADER = (
    b"sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,"
    b"scoreDate,comment\n"
)
RESULT = b"r%d,,,l%d,s%d,fully graded,3.5,2025-01-01,fine\n"
UNDATED = b"r%d,,junk%d,l1,s%d,fully graded,3.5,2025-01-01,fine\n"
LINES = MOST_LINES - 10
SHAPES: dict[str, Callable[[int], bytes]] = {
    "zeros": lambda size: b"\0" * size,
    "blank lines": lambda size: HEADER + b"\n" * min(size, LINES),
    "one line of commas": lambda size: HEADER + b"," * size,
    "lines of commas": lambda size: HEADER + (b"," * 1_999 + b"\n") * (size // 2_000),
    "one giant cell": lambda size: HEADER + b'"' + b"a" * size,
    "lines of quoted blanks": lambda size: HEADER + b'""\n' * min(size // 3, LINES),
    "cells opened in every line": lambda size: HEADER + b'a,"\n' * min(size // 4, LINES),
    "cells of 200 lines": lambda size: (
        HEADER + (b'x,"\n' + b'y""\n' * 199) * min(size // 800, LINES // 200)
    ),
    "a header of thousands": lambda size: b"sourcedId,title" + b",x" * (size // 2),
    "blank lines of UTF-16": lambda size: (HEADER.decode() + "\n" * min(size // 2, LINES)).encode(
        "utf-16"
    ),
    "semicolons": lambda size: HEADER.replace(b",", b";") + b"a;b;c;d;e;f;1;2;x\n" * (size // 18),
    "sound results": lambda size: (
        HEADER + b"".join(RESULT % (n, n % 99, n % 999) for n in range(size // 50))
    ),
    "a notice for each": lambda size: (
        HEADER + b"".join(UNDATED % (n, n, n % 999) for n in range(size // 60))
    ),
}


def main(mebibytes: Annotated[int, typer.Option(min=1, max=512)] = 64) -> None:
    """Read a file of each shape, of so many MiB."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in SHAPES.items():
            path = Path(folder, "roster.zip")
            with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr("results.csv", make(mebibytes << 20))
            child = context.Process(target=read, args=(name, path))
            child.start()
            child.join()


def read(name: str, path: Path) -> None:
    before, begun = _memory(), process_time()
    try:
        roster = read_roster(read_files(path))
        became = f"{len(roster.sheets['results'].records)} read"
        became += f", {len(roster.findings.bad_rows)} bad"
    except UnreadableRoster as error:
        became = str(error)[:60]
    typer.echo(f"{name}: {process_time() - begun:.1f} s, {_memory() - before} MB ({became})")


def _memory() -> int:
    """The peak of this process alone; getrusage would tell its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


if __name__ == "__main__":
    typer.run(main)
