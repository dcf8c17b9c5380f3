"""The files of an export, in a folder or a zip."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile

from domain.oneroster.headers import KNOWN
from domain.oneroster.records import FILES
from domain.oneroster.roster import END_DAYS

OF_1_1 = {"orgSourcedIds", "role", "gradingPeriodSourcedId"}
LEFT_OUT = {"users": OF_1_1 | {"resourceSourcedIds"}, "lineItems": OF_1_1}
RARE = {"metadata.besideOthers"}
"""Columns that a file has only if some line has a value for them."""
ABSENT = (
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "scoreScales",
    "userProfiles",
    "userResources",
)
Line = dict[str, object]


class WriteFile(Protocol):
    def __call__(self, name: str, text: str) -> None: ...


@contextmanager
def target(path: Path) -> Iterator[WriteFile]:
    """Yield a function that writes a file: to a zip if the path ends in .zip, or else to a
    folder."""
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        yield lambda name, text: _write(path / name, text)
        return
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        yield lambda name, text: archive.writestr(name, text)


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def columns(noun: str) -> list[str]:
    return [name for name in KNOWN[noun] if name not in LEFT_OUT.get(noun, ())]


def sheet(noun: str, lines: Iterable[Line]) -> str:
    """The CSV text of lines, which are dicts by column; missing values are blank."""
    lines = list(lines)
    rare = RARE - {name for line in lines for name in RARE & line.keys()}
    names = [name for name in columns(noun) if name not in rare]
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(line.get(name)) for name in names] for line in lines)
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split("\n")).replace("\r", "").strip()


def manifest() -> str:
    modes = {**dict.fromkeys(FILES, "bulk"), **dict.fromkeys(ABSENT, "absent")}
    rows = [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.2"),
        *((f"file.{noun}", modes[noun]) for noun in sorted(modes)),
        ("source.systemName", "Gradebook"),
        (END_DAYS, "inclusive"),
    ]
    return "".join(f"{name},{value}\r\n" for name, value in rows)
