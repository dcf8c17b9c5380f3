"""A whole roster: its manifest and files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from domain.oneroster.findings import Findings, UnreadableRoster
from domain.oneroster.headers import places
from domain.oneroster.layout import layout
from domain.oneroster.reading import Sheet, read
from domain.oneroster.records import FILES, Record
from domain.oneroster.saying import Said, Saying
from domain.oneroster.sheets import Tally, rows
from domain.oneroster.text import as_utf8, count_lines
from domain.oneroster.values import shown

R = TypeVar("R", bound=Record)
VERSIONS = ("1.1", "1.2", "1.2.1")
MANIFEST = "manifest.csv"
SUFFIXES = (".csv", ".txt", ".tsv")
"""The suffixes of files that are read if they have a name of the format."""
END_DAYS = "gradebook.endDays"
"""This project's own property: whether the roster's ends are exclusive or inclusive."""


@dataclass(slots=True)
class Roster:
    """The sheets by noun, and `end_days` if the manifest has it."""

    findings: Findings = field(default_factory=Findings)
    sheets: dict[str, Sheet[Any]] = field(default_factory=dict)
    end_days: str | None = None

    def sheet(self, noun: str, record: type[R]) -> Sheet[R]:
        """The noun's sheet, or an empty one that is not bulk."""
        found = self.sheets.get(noun)
        if found is None:
            return Sheet(noun, f"{noun}.csv", bulk=False)
        return cast("Sheet[R]", found)


def read_roster(files: Mapping[str, bytes], delimiter: str | None = None) -> Roster:
    """Read the files. Their names, such as `users.csv`, may be in any case.

    `delimiter` separates the cells of files for which it is not certain.
    """
    roster = Roster()
    findings = roster.findings
    by_name = _by_name(files)
    modes = _manifest(files, by_name, delimiter, findings)
    roster.end_days = modes.pop(END_DAYS, None)
    manifest_is_sound = not findings.bad_rows
    if not manifest_is_sound:
        findings.notice(MANIFEST, Saying.BAD_MANIFEST())
    for noun, record in FILES.items():
        name = by_name.get(f"{noun}.csv".lower())
        if name is None:
            continue
        if modes.get(noun) == "absent":
            findings.notice(MANIFEST, Saying.CALLED_ABSENT(file=name))
            continue
        if name != f"{noun}.csv":
            findings.notice(name, Saying.READ_AS_FILE(meant=f"{noun}.csv"))
        bulk = manifest_is_sound and modes.get(noun, "bulk") == "bulk"
        roster.sheets[noun] = read(noun, name, files[name], record, bulk, findings, delimiter)
    _others(files, by_name, findings)
    return roster


def _by_name(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files to read, by the format's name in lower case."""
    wanted = {f"{noun}.csv".lower() for noun in FILES} | {MANIFEST}
    found: dict[str, str] = {}
    for name in sorted(files):
        plain = named(name)
        if plain not in wanted:
            continue
        if plain in found:
            raise UnreadableRoster(Saying.TWO_NAMES(name=found[plain], twin=name))
        found[plain] = name
    return found


def named(name: str) -> str:
    """The name in lower case, with .csv instead of another suffix for text."""
    lower = name.lower()
    for suffix in SUFFIXES:
        if lower.endswith(suffix):
            return lower.removesuffix(suffix) + ".csv"
    return lower


def _manifest(
    files: Mapping[str, bytes],
    by_name: Mapping[str, str],
    delimiter: str | None,
    findings: Findings,
) -> dict[str, str]:
    """The mode of each file (bulk, delta or absent) by noun."""
    name = by_name.get(MANIFEST)
    if name is None:
        findings.notice(MANIFEST, Saying.NO_MANIFEST())
        return {}
    properties: dict[str, tuple[int, str]] = {}
    modes: dict[str, str] = {}
    nouns = {noun.lower(): noun for noun in FILES}
    for line, key, value in _properties(name, files[name], delimiter, findings):
        first, before = properties.setdefault(key, (line, value))
        if before != value:
            reason = Saying.TOLD_TWICE(value=shown(key), before=before, first=first)
            findings.bad(name, line, "value", reason)
            continue
        if key == "oneroster.version" and value not in VERSIONS:
            reason = Saying.OTHER_VERSION(value=shown(value), among=", ".join(VERSIONS))
            findings.bad(name, line, "value", reason)
        if key == END_DAYS.lower() and value in ("exclusive", "inclusive"):
            modes[END_DAYS] = value
        noun = nouns.get(key.removeprefix("file.")) if key.startswith("file.") else None
        if noun is not None:
            _mode(name, line, noun, value, by_name, modes, findings)
    for noun in FILES:
        if f"{noun}.csv".lower() in by_name and f"file.{noun}".lower() not in properties:
            findings.notice(name, _assumed_bulk(noun))
    return modes


def _properties(
    name: str, data: bytes, delimiter: str | None, findings: Findings
) -> Iterator[tuple[int, str, str]]:
    """The lines of a manifest, each with its property and value in lower case."""
    text = as_utf8(name, data, findings)
    found = layout("manifest", name, text, delimiter, findings) if text is not None else None
    if text is None or found is None:
        return
    at = places("manifest", name, found.header, findings, found.line)
    if not {"propertyName", "value"} <= at.keys():
        reason = Saying.MANIFEST_WITHOUT_COLUMNS()
        findings.bad(name, found.line, "propertyName", reason)
        return
    tally = Tally(count_lines(text))
    widths = {len(found.names), len(found.header)}
    for line, cells in rows(
        name,
        text,
        findings,
        delimiter=found.delimiter,
        header=found.names,
        after=found.line,
        tally=tally,
    ):
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            tally.blank += 1
        elif len(cells) not in widths or any(cells[len(found.names) :]):
            tally.bad += 1
            reason = Saying.CELLS(count=len(cells), most=len(found.names))
            findings.bad(name, line, "", reason)
        else:
            tally.read += 1
            yield line, cells[at["propertyName"]].lower(), cells[at["value"]].lower()
    tally.check(name)


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
            reason = Saying.NAMED_AND_NOT_THERE(file=f"{noun}.csv", value=value)
            findings.bad(name, line, "value", reason)
    elif value == "absent":
        modes[noun] = value
    elif value:
        reason = Saying.NONE_OF(value=shown(value), among="absent, bulk, delta")
        findings.bad(name, line, "value", reason)
    elif there:
        findings.notice(name, _assumed_bulk(noun))


def _assumed_bulk(noun: str) -> Said:
    return Saying.TAKEN_FOR_BULK(file=f"{noun}.csv")


def _others(files: Mapping[str, bytes], by_name: Mapping[str, str], findings: Findings) -> None:
    mine = {files[name]: name for name in by_name.values()}
    for name in sorted(files.keys() - set(by_name.values())):
        twin = mine.get(files[name])
        findings.notice(name, Saying.REPEATS(twin=twin) if twin else Saying.NOT_READ())
