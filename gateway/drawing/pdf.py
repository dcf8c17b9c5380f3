"""A report as PDF on A4, with a font that has Latin and Cyrillic letters."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fpdf import FPDF

from gateway.drawing.layout import Cell, Report, Table, documents_of
from gateway.sheets.pdf import FONT, font_file

logging.getLogger("fontTools").setLevel(logging.ERROR)
MARGIN, BOTTOM, GAP = 12.0, 14.0, 5.0
SIZE, SMALL, LINE = 8.5, 7.0, 0.42
"""Sizes of letters in points; the height of a line is so many millimetres a point."""
PADDING = 1.0
NARROWEST = 6.0
"""Millimetres of a column; of more columns than fit, the rest is on pages of its own."""
LONGEST_TEXT = 1_500
MOST_LINES = 30
"""Of a cell: a longer text is cut off."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
GREY, PALE = 120, 238
TALLEST_HEADING = 42.0


def as_pdf(report: Report) -> bytes:
    pages = Pages(report)
    for each in documents_of(report):
        pages.write(each)
    return bytes(pages.output())


class Pages(FPDF):
    """The pages of a report, each with its number and the school below."""

    def __init__(self, report: Report) -> None:
        super().__init__(unit="mm", format="A4")
        self.report = report
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.set_title(report.title)
        self.set_author(report.school)
        self.set_lang(report.language)
        if report.made_at:
            self.set_creation_date(datetime.fromisoformat(report.made_at))
        self.add_font(FONT, fname=font_file())
        self.set_font(FONT, size=SIZE)
        self.set_line_width(0.15)

    def footer(self) -> None:
        self.set_xy(MARGIN, self.h - BOTTOM + 3)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(GREY)
        told = " · ".join(each for each in (self.report.school, self.report.made) if each)
        self.cell(self.epw / 2, 4, clean(told))
        self.cell(self.epw / 2, 4, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)

    @property
    def bottom(self) -> float:
        return self.h - BOTTOM

    def write(self, report: Report, *_: Any) -> None:  # type: ignore[override]
        """A document, from a new page on."""
        self.turn(landscape=report.landscape)
        self._heading(report)
        if report.columns > 1:
            self._beside(report)
        else:
            for table in report.tables:
                for part in parts_of(table, self.epw):
                    self._table(part, MARGIN, self.epw, landscape=report.landscape)
                    self.y += GAP
        self._closing(report)

    def turn(self, *, landscape: bool) -> None:
        self.add_page(orientation="L" if landscape else "P")
        self.set_font(FONT, size=SIZE)

    def _heading(self, report: Report) -> None:
        self.set_font(FONT, size=14)
        self.multi_cell(self.epw, 7, clean(report.title), new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=SIZE)
        for label, value in report.lines:
            told = clean(f"{label}: {value}" if label else value)
            self.multi_cell(self.epw, 4.2, told, new_x="LMARGIN", new_y="NEXT")
        self.y += 2

    def _beside(self, report: Report) -> None:
        """The tables in columns, the first of them on the left, as in a paper diary."""
        columns = report.columns
        width = (self.epw - GAP * (columns - 1)) / columns
        each = -(-len(report.tables) // columns)
        top, lowest = self.y, self.y
        first = self.page
        for column in range(columns):
            self.page, self.y = first, top
            for table in report.tables[column * each : (column + 1) * each]:
                self._table(table, MARGIN + column * (width + GAP), width, landscape=False)
                self.y += 2.5
            lowest = max(lowest, self.y) if self.page == self.pages_count else self.y
        self.page, self.y = self.pages_count, lowest

    def _closing(self, report: Report) -> None:
        for line in report.closing:
            if self.y + 8 > self.bottom:
                self.turn(landscape=report.landscape)
            self.set_font(FONT, size=SIZE)
            self.set_x(MARGIN)
            self.y += 2
            self.multi_cell(self.epw, 5, clean(line), new_x="LMARGIN", new_y="NEXT")

    def _table(self, table: Table, x: float, width: float, *, landscape: bool) -> None:
        widths = [width * each / sum(table.widths) for each in table.widths]
        if table.title:
            self._room(12, landscape)
            self.set_font(FONT, size=10)
            self.set_xy(x, self.y)
            self.multi_cell(width, 5, clean(table.title), new_x="LMARGIN", new_y="NEXT")
            self.set_font(FONT, size=SIZE)
        headed = any(table.headings)
        height = self._heading_height(table, widths) if headed else 0.0
        first = self._lines(table.rows[0], widths) if table.rows else []
        self._room(height + self._height(first), landscape)
        if headed:
            self._headings(table, x, widths, height)
        for row in table.rows:
            lines = self._lines(row, widths)
            if self.y + self._height(lines) > self.bottom:
                self._room(self.h, landscape)
                if headed:
                    self._headings(table, x, widths, height)
            self._row(table, lines, row, x, widths)

    def _room(self, height: float, landscape: bool) -> None:
        """Go on to the next page, which there is where another column has needed it, unless there
        is so much room."""
        if self.y + height <= self.bottom or self.y <= MARGIN:
            return
        if self.page < self.pages_count:
            self.page += 1
            self.set_font(FONT, size=SIZE)
            self.y = MARGIN
        else:
            self.turn(landscape=landscape)

    def _heading_height(self, table: Table, widths: Sequence[float]) -> float:
        """That of upright headings is their length."""
        self.set_font(FONT, size=SMALL)
        flat = table.headings[: table.fixed] if table.upright else table.headings
        height = self._height(self._lines(flat, widths))
        if table.upright:
            long = (self.get_string_width(clean(each)) for each in table.headings[table.fixed :])
            height = max([height, *(min(each + 3, TALLEST_HEADING) for each in long)])
        self.set_font(FONT, size=SIZE)
        return height

    def _headings(self, table: Table, x: float, widths: Sequence[float], height: float) -> None:
        self.set_font(FONT, size=SMALL)
        self.set_fill_color(PALE)
        at = x
        for place, (text, width) in enumerate(zip(table.headings, widths, strict=True)):
            self.rect(at, self.y, width, height, style="DF")
            if table.upright and place >= table.fixed:
                self._upright(clean(text), at, width, height)
            else:
                self._text(self._cell_lines(text, width), at, self.y, width, "L")
            at += width
        self.y += height
        self.set_font(FONT, size=SIZE)

    def _upright(self, text: str, x: float, width: float, height: float) -> None:
        while len(text) > 1 and self.get_string_width(text) > height - 2:
            text = f"{text[:-2]}…"
        foot = x + width / 2 + SMALL * 0.12, self.y + height - 1.5
        with self.rotation(90, *foot):
            self.text(*foot, text)

    def _row(
        self,
        table: Table,
        lines: Sequence[Sequence[str]],
        row: Sequence[Cell],
        x: float,
        widths: Sequence[float],
    ) -> None:
        height, at = self._height(lines), x
        for place, (own, width) in enumerate(zip(lines, widths, strict=True)):
            self.rect(at, self.y, width, height)
            number = isinstance(row[place], int | float)
            middle = place >= table.fixed and table.centred
            self._text(own, at, self.y, width, "C" if middle else "R" if number else "L")
            at += width
        self.y += height

    def _text(self, lines: Sequence[str], x: float, y: float, width: float, align: str) -> None:
        step = self.font_size_pt * LINE
        for place, line in enumerate(lines):
            beyond = width - 2 * PADDING - self.get_string_width(line)
            shift = {"L": 0.0, "C": beyond / 2, "R": beyond}[align]
            at = y + PADDING + step * (place + 0.78)
            self.text(x + PADDING + max(shift, 0), at, line)

    def _height(self, lines: Sequence[Sequence[str]]) -> float:
        most = max((len(each) for each in lines), default=1)
        return max(most, 1) * self.font_size_pt * LINE + 2 * PADDING

    def _lines(self, row: Sequence[Cell], widths: Sequence[float]) -> list[list[str]]:
        return [
            self._cell_lines(shown(each, self.report.language), width)
            for each, width in zip(row, widths, strict=False)
        ]

    def _cell_lines(self, text: str, width: float) -> list[str]:
        text, room = clean(text), width - 2 * PADDING
        text = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
        if not text:
            return []
        if "\n" not in text and self.get_string_width(text) <= room:
            return [text]
        found = [line for part in text.split("\n") for line in self._wrapped(part, room)]
        return found if len(found) <= MOST_LINES else [*found[: MOST_LINES - 1], "…"]

    def _wrapped(self, text: str, room: float) -> Iterator[str]:
        """Broken between words; within one where it alone is too long."""
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.get_string_width(longer) <= room:
                line = longer
                continue
            if line:
                yield line
            while len(word) > 1 and self.get_string_width(word) > room:
                size = len(word)
                while size > 1 and self.get_string_width(word[:size]) > room:
                    size -= 1
                yield word[:size]
                word = word[size:]
            line = word
        yield line


def clean(text: str) -> str:
    """Without what a font has no letter for and a page no use."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def shown(value: Cell, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", "," if language == "ru" else ".")
    return str(value)


def parts_of(table: Table, width: float) -> list[Table]:
    """The table; in parts, each with the fixed columns, where its columns would be too narrow."""
    whole = sum(table.widths)
    narrow = min(table.widths[table.fixed :], default=whole) / whole * width
    if narrow >= NARROWEST or len(table.widths) - table.fixed < 2:
        return [table]
    # A column is as narrow as it may be; the fixed ones have what is left of a third.
    unit = NARROWEST / min(table.widths[table.fixed :])
    fixed = sum(table.widths[: table.fixed])
    scale = min(unit, width / 3 / fixed) if fixed else unit
    room = width - fixed * scale
    parts: list[list[int]] = [[]]
    used = 0.0
    for place in range(table.fixed, len(table.widths)):
        own = table.widths[place] * unit
        if parts[-1] and used + own > room + 0.01:
            parts.append([])
            used = 0.0
        parts[-1].append(place)
        used += own
    return [_part(table, places, unit, room, scale) for places in parts]


def _part(table: Table, places: list[int], unit: float, room: float, scale: float) -> Table:
    own = [*range(table.fixed), *places]
    widths = [table.widths[at] * (scale if at < table.fixed else unit) for at in own]
    rest = room - sum(widths[table.fixed :])
    if rest > 0:  # the fixed columns have it, so that columns are alike on all pages
        grown = sum(widths[: table.fixed]) or 1.0
        widths = [
            each * (1 + rest / grown) if place < table.fixed else each
            for place, each in enumerate(widths)
        ]
    return replace(
        table,
        headings=[table.headings[at] for at in own],
        rows=[[row[at] if at < len(row) else None for at in own] for row in table.rows],
        widths=widths,
    )
