"""A sheet as CSV, for a mail merge."""

import csv
from io import StringIO

from domain import own_data
from gateway.sheets.slips import Sheet

HEADER = (
    "class", "role", "given_name", "family_name", "children", "code", "link", "valid_until",
)  # fmt: skip


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it. All cells are quoted."""
    text = StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow(HEADER)
    for slip in sheet.slips:
        cells = (
            slip.class_name, slip.role, slip.given_name, slip.family_name, slip.children, slip.code,
            sheet.link(slip), sheet.until.isoformat(),
        )  # fmt: skip
        rows.writerow(cell(each or "") for each in cells)
    return text.getvalue().encode("utf-8-sig")


def cell(text: str) -> str:
    """The text in one line, as `domain.own_data.cell` has it."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return own_data.cell(line)
