"""The layout of a file: its delimiter and the line of its header."""

import csv
from dataclasses import dataclass

from domain.oneroster.findings import Findings
from domain.oneroster.headers import KNOWN, plain
from domain.oneroster.saying import Saying
from domain.oneroster.sheets import MOST_CELLS, rows
from domain.oneroster.text import lines

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
OPTION_VALUES = {";": '";"', "\t": "tab", "|": '"|"', ",": '","'}
"""The value of --delimiter for each delimiter."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`line` is the header's line; `names` is the header without unnamed columns at its end."""

    delimiter: str
    line: int
    header: list[str]

    @property
    def names(self) -> list[str]:
        last = max((at for at, name in enumerate(self.header, 1) if name), default=0)
        return self.header[:last]


def layout(
    noun: str, file: str, data: bytes, given: str | None, findings: Findings
) -> Layout | None:
    """The layout of the file; None and a finding if it is not certain."""
    line, written, declared = _top(data)
    given = declared or given
    if written is None:
        findings.bad(file, 1, "", Saying.NO_HEADER())
        return None
    if max(map(written.count, DELIMITERS)) >= MOST_CELLS:
        findings.bad(file, line, "", Saying.HEADER_TOO_LONG(most=MOST_CELLS))
        return None
    sure = [each for each in DELIMITERS if _is_header(noun, _cells(written, each))]
    if not sure and not _cells(written, given or ","):
        findings.bad(file, line, "", Saying.HEADER_QUOTES())
        return None
    if given in sure:
        return Layout(given, line, _cells(written, given))
    if "," in sure or (not sure and given in (None, ",")):
        if given not in (None, ","):
            findings.notice(file, Saying.COMMAS_INSTEAD(delimiter=DELIMITERS[given]))
        return Layout(",", line, _cells(written, ","))
    return _guessed(file, data, line, written, sure, given, findings)


def _guessed(
    file: str,
    data: bytes,
    line: int,
    written: str,
    sure: list[str],
    given: str | None,
    findings: Findings,
) -> Layout | None:
    """The layout with the only delimiter that fits both the header and the rows."""
    if not sure:
        reason = Saying.HEADER_NOT_SEPARATED(delimiter=DELIMITERS[given or ","])
        findings.bad(file, line, "", reason)
        return None
    delimiter = sure[0]
    found = Layout(delimiter, line, _cells(written, delimiter))
    if len(sure) == 1 and _even(file, data, found):
        findings.notice(file, Saying.SEPARATED_BY(delimiter=DELIMITERS[delimiter]))
        return found
    uneven = Saying.SEPARATED_UNEVENLY(
        delimiter=DELIMITERS[delimiter], option=OPTION_VALUES[delimiter]
    )
    findings.bad(file, line, "", uneven)
    return None


def _top(data: bytes) -> tuple[int, str | None, str | None]:
    """The header's line number and text, and the delimiter that a spreadsheet declared above it."""
    declared = None
    for line, written in enumerate(lines(data), 1):
        if written is None:
            return line, None, declared
        text = written.strip()
        if declared is None and text.lower().startswith("sep=") and text[4:] in DELIMITERS:
            declared = text[4:]
        elif declared is None and written.lower() == "sep=\t":
            declared = "\t"
        elif text:
            return line, written, declared
    return 1, None, declared


def _cells(written: str, delimiter: str) -> list[str]:
    """The header's names; empty if its quotation marks are wrong."""
    try:
        found = next(csv.reader([written], delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return [cell.strip() for cell in found]


def _is_header(noun: str, cells: list[str]) -> bool:
    """Whether the cells are columns of the noun: the common column and at least one more."""
    known = set(map(plain, KNOWN[noun]))
    found = set(map(plain, cells)) & known
    key = "propertyname" if noun == "manifest" else "sourcedid"
    return key in found and len(found) > 1


def _even(file: str, data: bytes, found: Layout) -> bool:
    """Whether every row has as many cells as the header, so that the delimiter is certain."""
    ignored = Findings()
    widths = {len(found.names), len(found.header)}
    below = rows(
        file, data, ignored, delimiter=found.delimiter, header=found.names, after=found.line
    )
    return all(len(cells) in widths for _, cells in below) and not ignored.bad_rows
