"""A sheet as PDF: ten slips on a page of A4, to be cut along the lines."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno

from gateway.sheets.slips import Sheet, Slip

if TYPE_CHECKING:
    from fpdf import FPDF

COLUMNS, ROWS = 2, 5
WIDTH, HEIGHT = 95.0, 55.0
LEFT, TOP = 10.0, 11.0
PADDING = 4.0
SQUARE = 27.0
FONT = "DejaVu"
QR_MODULE = 6
"""Pixels of a module of the QR code, which is drawn as an image."""


def as_pdf(sheet: Sheet) -> bytes:
    """The slips in their order, row by row."""
    from fpdf import FPDF  # takes a second to import, and most processes draw no sheet

    page = FPDF(unit="mm", format="A4")
    page.set_auto_page_break(False)
    page.set_title(f"{sheet.school}: {sheet.title}")
    page.add_font(FONT, fname=font_file())
    for place, slip in enumerate(sheet.slips):
        row, column = divmod(place % (COLUMNS * ROWS), COLUMNS)
        if row == column == 0:
            page.add_page()
        _draw(page, sheet, slip, LEFT + column * WIDTH, TOP + row * HEIGHT)
    if not sheet.slips:
        page.add_page()
    return bytes(page.output())


@cache
def font_file() -> str:
    """DejaVu Sans, which has Latin, Cyrillic and Greek letters."""
    return str(files("ziafont") / "fonts" / "DejaVuSans.ttf")


def _draw(page: "FPDF", sheet: Sheet, slip: Slip, x: float, y: float) -> None:
    page.set_draw_color(170)
    page.set_dash_pattern(1, 1)
    page.rect(x, y, WIDTH, HEIGHT)
    page.set_dash_pattern()
    beside = WIDTH - 2 * PADDING - SQUARE - 1
    left, top = x + PADDING, y + PADDING
    _line(page, left, top, 7, sheet.school, beside)
    _line(page, left, top + 4, 11, slip.name, beside)
    _line(page, left, top + 9.5, 7, sheet.about(slip), beside)
    _line(page, left, top + 15, 12, slip.code, beside)
    _line(page, left, top + 21, 6.5, sheet.title, beside)
    page.image(_square(sheet.link(slip)), x + WIDTH - PADDING - SQUARE, y + 2, SQUARE, SQUARE)
    for place, text in enumerate((*sheet.steps, sheet.expiry)):
        _line(page, left, top + 28.5 + 4.6 * place, 7, text, WIDTH - 2 * PADDING)


def _line(page: "FPDF", x: float, y: float, size: float, text: str, width: float) -> None:
    """One line of text; one that is too long is written smaller, and cut off at half its size."""
    page.set_font(FONT, size=size)
    needed = page.get_string_width(text)
    if needed > width:
        page.set_font(FONT, size=max(0.99 * size * width / needed, size / 2))
        while len(text) > 1 and page.get_string_width(text) > width:
            text = f"{text[:-2]}…"
    page.text(x, y + size * 0.3528, text)


def _square(link: str) -> BytesIO:
    """The QR code of the link; a quarter of it may be unreadable."""
    made: Any = BytesIO()
    segno.make(link, error="q", boost_error=False, micro=False).save(
        made, kind="png", scale=QR_MODULE, border=4
    )
    made.seek(0)
    return BytesIO(made.read())
