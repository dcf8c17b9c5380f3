"""Reads rows as records, column by column, and reports all faults of a row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from domain.oneroster.findings import Findings
from domain.oneroster.headers import places
from domain.oneroster.instants import Moment, mark_days
from domain.oneroster.layout import Layout, layout
from domain.oneroster.records import Column, Dated, Record, columns
from domain.oneroster.saying import Said, Saying
from domain.oneroster.sheets import Row, Tally, rows
from domain.oneroster.text import as_utf8, count_lines, not_text
from domain.oneroster.values import BadValue, Notice, day, instant, one_of, shown

R = TypeVar("R", bound=Record)
STATUS = one_of("active", "inactive", "tobedeleted", also={"deleted": "tobedeleted"})


@dataclass(slots=True)
class Sheet(Generic[R]):
    """The records of a file. `listed` has every sourcedId, including those of bad rows.

    `whole` is false if the sourcedId of some row could not be read: then absent records are not
    known to be absent. `tally` counts what became of each line.
    """

    noun: str
    file: str
    bulk: bool
    records: list[R] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    bad: dict[str, int] = field(default_factory=dict)
    whole: bool = True
    tally: Tally | None = None

    @property
    def listed(self) -> set[str]:
        return self.lines.keys() | self.bad.keys()

    def drop(self, record: R, findings: Findings, column: str, reason: Said) -> None:
        """Mark the record's row as bad because of a reference."""
        findings.bad(self.file, record.line, column, reason)
        self.bad.setdefault(record.sourced_id, record.line)


def read(
    noun: str,
    file: str,
    data: bytes,
    record: type[R],
    bulk: bool,
    findings: Findings,
    delimiter: str | None = None,
) -> Sheet[R]:
    """Read the file's records; none if its header can't be read."""
    sheet: Sheet[R] = Sheet(noun, file, bulk)
    text = as_utf8(file, data, findings)
    if text is None:
        return _unread(sheet, findings)
    found = layout(noun, file, text, delimiter, findings)
    if found is None:
        return _unread(sheet, findings)
    before = len(findings.bad_rows)
    at = places(noun, file, found.header, findings, found.line)
    missing = [each for each in columns(record) if each.needed and each.name not in at]
    for name in ["sourcedId"] * ("sourcedId" not in at) + [each.name for each in missing]:
        findings.bad(file, found.line, name, Saying.COLUMN_MISSING())
    if len(findings.bad_rows) > before:
        return _unread(sheet, findings)
    sheet.tally = Tally(count_lines(text))
    reader = _Reader(sheet, record, at, _widths(file, text, found), findings)
    reader.read(
        rows(
            file,
            text,
            findings,
            delimiter=found.delimiter,
            header=found.names,
            after=found.line,
            tally=sheet.tally,
        )
    )
    sheet.tally.check(file)
    _mark_days(sheet, record, findings)
    return sheet


def _unread(sheet: Sheet[R], findings: Findings) -> Sheet[R]:
    sheet.whole = False
    findings.notice(sheet.file, Saying.NO_ROW_READ())
    return sheet


def _widths(file: str, text: bytes, found: Layout) -> tuple[int, int]:
    """The number of cells of a row, and how many of them have a name.

    Unnamed columns at the header's end are either in all rows or in none; the majority decides.
    """
    named, whole = len(found.names), len(found.header)
    if named == whole:
        return whole, named
    below = rows(
        file, text, Findings(), delimiter=found.delimiter, header=found.names, after=found.line
    )
    seen = Counter(len(cells) for _, cells in below)
    return (named if seen[named] > seen[whole] else whole), named


def _mark_days(sheet: Sheet[R], record: type[R], findings: Findings) -> None:
    """Report how instants in columns of dates are read."""
    for each in columns(record):
        if each.read is not day:
            continue
        found = (getattr(row, each.attribute) for row in sheet.records)
        moments = [value for value in found if isinstance(value, Moment)]
        days = mark_days(moments)
        meaning = Saying.INSTANTS_AS_DAYS if days else Saying.INSTANTS_IN_ZONE
        for _ in moments:
            findings.notice(sheet.file, meaning(column=each.name))


class _Reader(Generic[R]):
    def __init__(
        self,
        sheet: Sheet[R],
        record: type[R],
        found: dict[str, int],
        widths: tuple[int, int],
        findings: Findings,
    ) -> None:
        self.sheet, self.record, self.findings, self.found = sheet, record, findings, found
        self.width, self.named = widths
        self.tally = sheet.tally or Tally(0)
        known = columns(record)
        self.blanks = [each.blank for each in known]
        self.columns: list[tuple[int, int, Column, Notice]] = [
            (index, found[each.name], each, partial(self.notice, each.name))
            for index, each in enumerate(known)
            if each.name in found
        ]

    def read(self, source: Iterable[Row]) -> None:
        before = len(self.findings.bad_rows)
        for row in source:
            if len(self.findings.bad_rows) > before:
                self.sheet.whole = False
            self.row(row)
            before = len(self.findings.bad_rows)
        if len(self.findings.bad_rows) > before:
            self.sheet.whole = False

    def row(self, row: Row) -> None:
        line, written = row
        cells = [cell.strip() for cell in written]
        if not any(cells):
            self.tally.blank += 1
            self.findings.notice(self.sheet.file, Saying.ROW_BLANK())
            return
        sourced_id = self.cell(cells, "sourcedId")
        before = len(self.findings.bad_rows)
        active = self.frame(line, cells, sourced_id)
        if len(self.findings.bad_rows) == before:
            values = self.values(line, cells)
            if len(self.findings.bad_rows) == before:
                record = self.record(line, sourced_id, active, *values)
                if isinstance(record, Dated):
                    self.order(record)
            if len(self.findings.bad_rows) == before:
                self.tally.read += 1
                self.sheet.records.append(record)
                self.sheet.lines[sourced_id] = line
                return
        self.tally.bad += 1
        if self.tells_name(cells, sourced_id):
            self.sheet.bad.setdefault(sourced_id, line)
        else:
            self.sheet.whole = False
            if "\n" in sourced_id:
                self.also_bad(line, sum(cell.count("\n") for cell in written))

    def also_bad(self, first: int, lines: int) -> None:
        """Report each line that a broken sourcedId runs over, since it may be a row of its own."""
        self.tally.joined -= lines
        self.tally.bad += lines
        for line in range(first + 1, first + 1 + lines):
            self.bad(line, "", Saying.PART_OF_ROW(first=first))

    def tells_name(self, cells: list[str], sourced_id: str) -> bool:
        """Whether the bad row's sourcedId is certain, and the row is only one row.

        In a row with too many or too few cells, only the first cell is certain.
        """
        if not sourced_id.isprintable() or not sourced_id or not_text(sourced_id):
            return False
        if len(cells) == self.width:
            return True
        return self.found["sourcedId"] == 0 and len(cells) < 2 * self.named - 1

    def frame(self, line: int, cells: list[str], sourced_id: str) -> bool:
        """Check what every row has; returns whether its status is active."""
        if len(cells) != self.width:
            self.bad(line, "", Saying.CELLS(count=len(cells), most=self.width))
        elif any(cells[self.named :]):
            self.bad(line, "", Saying.VALUE_WITHOUT_NAME())
        if not sourced_id:
            self.bad(line, "sourcedId", Saying.BLANK())
        elif (first := self.sheet.lines.get(sourced_id)) is not None:
            again = Saying.ALREADY_ON_LINE(value=shown(sourced_id), first=first)
            self.bad(line, "sourcedId", again)
        elif reason := not_text(sourced_id):
            self.bad(line, "sourcedId", reason)
        elif not sourced_id.isprintable():
            self.bad(line, "sourcedId", Saying.UNSEEN_CHARACTER(value=shown(sourced_id)))
        changed = self.cell(cells, "dateLastModified")
        if changed:
            instant(changed, partial(self.notice, "dateLastModified"))
        return self.status(line, self.cell(cells, "status"), changed)

    def status(self, line: int, status: str, changed: str) -> bool:
        if self.sheet.bulk and (status or changed):
            self.findings.notice(self.sheet.file, Saying.BULK_WITH_STATUS())
        if not status:
            return True
        try:
            return STATUS(status, partial(self.notice, "status")) == "active"
        except BadValue as error:
            self.bad(line, "status", error.reason)
            return True

    def values(self, line: int, cells: list[str]) -> list[Any]:
        found = list(self.blanks)
        for index, at, column, notice in self.columns:
            value = cells[at]
            if not value:
                if column.needed:
                    self.bad(line, column.name, Saying.BLANK())
            elif not value.isascii() and (reason := not_text(value)):
                self.bad(line, column.name, reason)
            elif "\0" in value:
                self.bad(line, column.name, Saying.NUL_CHARACTER())
            else:
                try:
                    found[index] = column.read(value, notice)
                except BadValue as error:
                    self.bad(line, column.name, error.reason)
        return found

    def order(self, record: Dated) -> None:
        first, last = record.begin_date, record.end_date
        if isinstance(first, Moment) or isinstance(last, Moment):
            return  # their days depend on the school's zone
        if first is not None and last is not None and last < first:
            self.bad(record.line, "endDate", Saying.END_BEFORE_BEGIN(first="beginDate"))

    def cell(self, cells: list[str], name: str) -> str:
        at = self.found.get(name, len(cells))
        return cells[at] if at < len(cells) else ""

    def bad(self, line: int, column: str, reason: Said) -> None:
        self.findings.bad(self.sheet.file, line, column, reason)

    def notice(self, column: str, text: Said) -> None:
        self.findings.notice(self.sheet.file, text.within(f"{column} {text}", of=column))
