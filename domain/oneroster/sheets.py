"""Parses a file into rows, each with its first line.

Every line is part of a row, blank, or reported as bad; `Tally` checks that none is lost.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.oneroster.findings import Findings, UnreadableRoster
from domain.oneroster.saying import Said, Saying
from domain.oneroster.text import lines, not_text

__all__ = ["Row", "Tally", "not_text", "rows"]

MOST_LINES_OF_A_ROW = 200
MOST_CELLS = 2_000
Row = tuple[int, list[str]]


@dataclass(slots=True)
class Tally:
    """What became of the lines of a file.

    `above` counts lines up to the header, `joined` the further lines of rows with several lines.
    """

    lines: int
    above: int = 0
    blank: int = 0
    joined: int = 0
    read: int = 0
    bad: int = 0

    def check(self, file: str) -> None:
        """Raise if a line is lost, which would be a fault of the parser."""
        accounted = self.above + self.blank + self.joined + self.read + self.bad
        if accounted != self.lines:
            raise UnreadableRoster(
                Saying.LINES_LOST(name=file, count=self.lines, accounted=accounted)
            )


def rows(
    file: str,
    data: bytes,
    findings: Findings,
    *,
    delimiter: str = ",",
    header: Sequence[str] = (),
    after: int = 0,
    tally: Tally | None = None,
) -> Iterator[Row]:
    """The rows by RFC 4180, the header first; `data` is UTF-8.

    A quotation mark inside an unquoted cell is an ordinary character. A malformed row is reported,
    and parsing continues at the next line. If the header is known, a quoted cell does not extend
    over lines that may be rows. Lines up to `after` are skipped.
    """
    lexer = _Lexer(data, delimiter, header)
    tally = tally or Tally(0)
    while (line := lexer.next_line()) is not None:
        at = lexer.at
        if at <= after:
            tally.above += 1
            continue
        if isinstance(line, str) and not line.strip():
            tally.blank += 1
            continue
        cells, fault = lexer.cells(line)
        tally.joined += lexer.at - at
        if fault is not None:
            tally.bad += 1
            findings.bad(file, at, "", fault)
        elif cells is not None:
            yield at, cells


class _TooLong:
    """Stands for a line that is too long."""


TOO_LONG = _TooLong()


class _Lexer:
    """`at` is the current line, `next_row` the line that ended a search for a closing quotation
    mark."""

    def __init__(self, data: bytes, delimiter: str, header: Sequence[str]) -> None:
        self.source, self.delimiter = lines(data), delimiter
        self.ahead: deque[str | _TooLong] = deque()
        self.at = self.next_row = 0
        self.width = len(header)
        self.named_first = bool(header) and header[0].strip().lower() == "sourcedid"

    def next_line(self) -> str | _TooLong | None:
        if self.ahead:
            self.at += 1
            return self.ahead.popleft()
        for line in self.source:
            self.at += 1
            return TOO_LONG if line is None else line
        return None

    def put_back(self, consumed: list[str | _TooLong]) -> None:
        self.at -= len(consumed)
        self.ahead.extendleft(reversed(consumed))

    def cells(self, line: str | _TooLong) -> tuple[list[str], None] | tuple[None, Said]:
        """The cells of the row that starts with the line, or the reason why there are none."""
        if isinstance(line, _TooLong):
            return None, Saying.LINE_TOO_LONG()
        if line.count(self.delimiter) >= MOST_CELLS:
            return None, Saying.TOO_MANY_CELLS(most=MOST_CELLS)
        if '"' not in line:
            return line.split(self.delimiter), None
        self.next_row = 0
        consumed: list[str | _TooLong] = []
        try:
            reader = csv.reader(
                self._lines_of_cell(line, consumed), delimiter=self.delimiter, strict=True
            )
            return next(reader), None
        except csv.Error as reason:
            self.put_back(consumed)
            if str(reason) == "unexpected end of data":
                if self.next_row:
                    return None, Saying.QUOTE_OPEN_BEFORE(line=self.next_row)
                return None, Saying.QUOTE_OPEN()
            return None, Saying.QUOTES(why=reason)

    def _lines_of_cell(self, line: str, consumed: list[str | _TooLong]) -> Iterator[str]:
        yield line + "\n"
        size = len(line)
        first = len(next(csv.reader([line], delimiter=self.delimiter))) == 1
        while len(consumed) < MOST_LINES_OF_A_ROW:
            following = self.next_line()
            if following is None:
                return
            consumed.append(following)
            if isinstance(following, _TooLong):
                return
            if self._may_be_row(following, first):
                self.next_row = self.at
                return
            size += len(following)
            if size > csv.field_size_limit():
                return
            yield following + "\n"

    def _may_be_row(self, line: str, first: bool) -> bool:
        """Whether the line has the cells of a row, so that the end of a quoted cell is uncertain.

        A line break in a sourcedId leaves such a line too. That row is bad in any case and reported
        as one row.
        """
        if not self.width or line.count(self.delimiter) + 1 < self.width:
            return False
        broken_name = first and self.named_first and self.delimiter not in line.split('"')[0]
        return not (broken_name and '"' in line)
