"""A file of a roster: bytes in, rows out, each with the line that it starts on."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from io import StringIO

from domain.oneroster.findings import Findings

MOST_LINES_OF_A_ROW = 200
Row = tuple[int, list[str]]


def rows(file: str, data: bytes, findings: Findings) -> Iterator[Row]:
    """The rows of RFC 4180, the header first; bytes that are not UTF-8 stay, as surrogates.

    A row that cannot be taken apart is reported with line and reason, and the next line goes on.
    """
    if data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        findings.bad(file, 1, "", "the file is in UTF-16: save it as UTF-8")
        return
    text = data.removeprefix(BOM_UTF8).decode(errors="surrogateescape")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        cells, used, error = _row(lines, at)
        if cells is None:
            findings.bad(file, at + 1, "", error)
        else:
            yield at + 1, cells
        at += used


def _row(lines: list[str], at: int) -> tuple[list[str] | None, int, str]:
    """The cells of the row that starts at the line, and how many lines it takes."""
    if '"' not in lines[at]:
        return lines[at].split(","), 1, ""
    error = "a quotation mark is opened and never closed"
    written = lines[at]
    for used in range(1, MOST_LINES_OF_A_ROW + 1):
        if written.count('"') % 2 == 0:
            try:
                return next(csv.reader(StringIO(written, newline="\n"), strict=True)), used, ""
            except csv.Error as reason:
                error = f"the quotation marks are not in order ({reason})"
                break
        if at + used >= len(lines):
            break
        written += "\n" + lines[at + used]
    return None, 1, error


def not_text(value: str) -> str | None:
    """Why the value is no text that a database takes; None where it is."""
    if "\0" in value:
        return "holds a NUL character"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        byte = ord(value[error.start]) - 0xDC00
        return f"is not UTF-8 (byte 0x{byte:02X} in {value.encode(errors='replace').decode()!r})"
    return None
