"""How a report is written, by format."""

import csv
from collections.abc import Callable, Mapping
from io import StringIO

from domain.own_data import cell
from gateway.drawing.layout import Cell, Report, documents_of
from gateway.drawing.pdf import as_pdf
from gateway.drawing.xlsx import as_xlsx


def as_csv(report: Report) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it. All cells are quoted. Of several
    tables each has its title above it, and an empty line between it and the next."""
    written = StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    tables = [(of, table) for of in documents_of(report) for table in of.tables]
    for place, (of, table) in enumerate(tables):
        if place:
            written.write("\r\n")
        if len(tables) > 1:
            title = " — ".join(each for each in (of.title, table.title) if each)
            lines.writerow([cell(title)])
        lines.writerow(cell(each) for each in table.headings)
        lines.writerows([_cell(each) for each in row] for row in table.rows)
    return written.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str:
    return f"{value:.2f}" if isinstance(value, float) else cell(value)


WRITERS: Mapping[str, Callable[[Report], bytes]] = {"pdf": as_pdf, "xlsx": as_xlsx, "csv": as_csv}
