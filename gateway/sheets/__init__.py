"""Sheets of access codes: a slip for each person, to be printed and cut, or a table of them."""

from gateway.sheets.pdf import as_pdf
from gateway.sheets.slips import Sheet, Slip, sheet_of
from gateway.sheets.table import as_csv

__all__ = ["Sheet", "Slip", "as_csv", "as_pdf", "sheet_of"]
