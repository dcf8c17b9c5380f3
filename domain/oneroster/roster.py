"""A whole roster: its manifest, and each of its files read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from domain.oneroster.findings import Findings
from domain.oneroster.headers import places
from domain.oneroster.reading import Sheet, read
from domain.oneroster.records import FILES, Record
from domain.oneroster.sheets import rows

R = TypeVar("R", bound=Record)
VERSIONS = ("1.1", "1.2", "1.2.1")
MANIFEST = "manifest.csv"
END_DAYS = "gradebook.endDays"
"""A property of this project's own: whether the roster's ends are exclusive or inclusive."""


@dataclass(slots=True)
class Roster:
    """The sheets of the files that are there, by noun; `end_days` if the manifest tells them."""

    findings: Findings = field(default_factory=Findings)
    sheets: dict[str, Sheet[Any]] = field(default_factory=dict)
    end_days: str | None = None

    def sheet(self, noun: str, record: type[R]) -> Sheet[R]:
        """The noun's sheet, or an empty one, which says nothing of what is absent."""
        found = self.sheets.get(noun)
        if found is None:
            return Sheet(noun, f"{noun}.csv", bulk=False)
        return cast("Sheet[R]", found)


def read_roster(files: Mapping[str, bytes]) -> Roster:
    """Read the files, which go by their names: `users.csv` and so on."""
    roster = Roster()
    findings = roster.findings
    by_name = {name.lower(): name for name in sorted(files)}
    modes = _manifest(files, by_name, findings)
    roster.end_days = modes.pop(END_DAYS, None)
    for noun, record in FILES.items():
        name = by_name.get(f"{noun}.csv".lower())
        if name is None:
            continue
        if modes.get(noun) == "absent":
            findings.notice(
                MANIFEST, f"{name} is there, though it is called absent; it is not read"
            )
            continue
        if name != f"{noun}.csv":
            findings.notice(name, f"is read as {noun}.csv")
        bulk = modes.get(noun, "bulk") == "bulk"
        roster.sheets[noun] = read(noun, name, files[name], record, bulk, findings)
    _others(files, findings)
    return roster


def _manifest(
    files: Mapping[str, bytes], by_name: Mapping[str, str], findings: Findings
) -> dict[str, str]:
    """Which files are bulk, delta or absent, by noun."""
    name = by_name.get(MANIFEST)
    if name is None:
        findings.notice(MANIFEST, "is missing; every file is taken for a bulk file")
        return {}
    source = rows(name, files[name], findings)
    header = next(source, None)
    found = places("manifest", name, header[1], findings) if header else {}
    if not {"propertyName", "value"} <= found.keys():
        findings.bad(name, 1, "propertyName", "the manifest has no propertyName and value")
        return {}
    modes: dict[str, str] = {}
    nouns = {noun.lower(): noun for noun in FILES}
    for line, cells in source:
        cells = [*map(str.strip, cells), "", ""]
        key, value = cells[found["propertyName"]].lower(), cells[found["value"]].lower()
        if key == "oneroster.version" and value not in VERSIONS:
            findings.bad(name, line, "value", f"version {value} is none of {', '.join(VERSIONS)}")
        if key == END_DAYS.lower() and value in ("exclusive", "inclusive"):
            modes[END_DAYS] = value
        noun = nouns.get(key.removeprefix("file.")) if key.startswith("file.") else None
        if noun is not None:
            _mode(name, line, noun, value, by_name, modes, findings)
    return modes


def _mode(
    name: str,
    line: int,
    noun: str,
    value: str,
    by_name: Mapping[str, str],
    modes: dict[str, str],
    findings: Findings,
) -> None:
    there = f"{noun}.csv".lower() in by_name
    if value in ("bulk", "delta"):
        modes[noun] = value
        if not there:
            findings.bad(name, line, "value", f"{noun}.csv is called {value} and is not there")
    elif value == "absent":
        modes[noun] = value
    elif value:
        findings.bad(name, line, "value", f"{value} is none of absent, bulk, delta")
    elif there:
        findings.notice(name, f"{noun}.csv is there without a word on it; it is taken for bulk")


def _others(files: Mapping[str, bytes], findings: Findings) -> None:
    known = {f"{noun}.csv".lower() for noun in FILES} | {MANIFEST}
    mine = {files[name]: name for name in sorted(files) if name.lower() in known}
    for name in sorted(files):
        if name.lower() in known:
            continue
        twin = mine.get(files[name])
        findings.notice(name, f"repeats {twin}; it is not read" if twin else "is not read")
