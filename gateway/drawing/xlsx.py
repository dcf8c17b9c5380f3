"""A report as a workbook: a sheet for each table. Text is text, whatever it begins with."""

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from domain.own_data import FORMULA
from gateway.drawing.layout import Cell, Report, Table, documents_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook

LONGEST_SHEET = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST_TEXT = 32_000
WIDEST = 60
NARROWEST = 4


def as_xlsx(report: Report) -> bytes:
    from xlsxwriter import Workbook

    made = BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(made, safe)
    told: dict[str, Any] = {"title": report.title, "company": report.school}
    if report.made_at:
        told["created"] = datetime.fromisoformat(report.made_at).replace(tzinfo=None)
    book.set_properties(told)
    names: set[str] = set()
    for of in documents_of(report):
        for table in of.tables:
            title = of.title if len(of.tables) == 1 else table.title or of.title
            _sheet(book, _name(title, names), of, table)
    if not names:
        book.add_worksheet()
    book.close()
    return made.getvalue()


def _name(title: str, taken: set[str]) -> str:
    """A name of a sheet that no other has; Excel does not tell large letters from small ones."""
    bare = FORBIDDEN.sub(" ", title).strip(" '")[:LONGEST_SHEET] or "Sheet"
    name, number = bare, 1
    while name.casefold() in taken:
        number += 1
        end = f" {number}"
        name = f"{bare[: LONGEST_SHEET - len(end)]}{end}"
    taken.add(name.casefold())
    return name


def _sheet(book: "Workbook", name: str, of: Report, table: Table) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)  # A4
    if of.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    plain = {"text_wrap": True, "valign": "top", "border": 1}
    text, quoted = book.add_format(plain), book.add_format(plain | {"quote_prefix": True})
    exact = book.add_format(plain | {"num_format": "0.00"})
    sheet.write_string(0, 0, _text(of.title), book.add_format({"bold": True, "font_size": 14}))
    top = 1
    for label, told in of.lines:
        sheet.write_string(top, 0, _text(f"{label}: {told}"))
        top += 1
    if table.title and table.title != of.title:
        sheet.write_string(top, 0, _text(table.title), book.add_format({"bold": True}))
        top += 1
    for column, each in enumerate(table.headings):
        sheet.write_string(top, column, _text(each), heading)
    for row, cells in enumerate(table.rows, top + 1):
        for column, value in enumerate(cells):
            if isinstance(value, int | float):
                sheet.write_number(row, column, value, exact if isinstance(value, float) else text)
                continue
            words = _text(value or "")
            sheet.write_string(row, column, words, quoted if FORMULA.match(words) else text)
    sheet.freeze_panes(top + 1, table.fixed)
    sheet.repeat_rows(top)
    for column, width in enumerate(_widths(table)):
        sheet.set_column(column, column, width)


def _text(value: str) -> str:
    return CONTROL.sub("", value)[:LONGEST_TEXT]


def _widths(table: Table) -> Sequence[int]:
    columns: list[list[Cell]] = [
        [heading, *(row[place] for row in table.rows if place < len(row))]
        for place, heading in enumerate(table.headings)
    ]
    return [min(WIDEST, max(NARROWEST, *map(_longest, column)) + 1) for column in columns]


def _longest(value: Cell) -> int:
    return max(len(line) for line in str(value if value is not None else "").split("\n"))
