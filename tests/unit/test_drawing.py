"""Documents and charts as they are drawn: on pages, in spreadsheets, and as pictures."""

import asyncio
import csv
import re
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pypdfium2
import pytest

from domain.charts import (
    Bar,
    Chart,
    ProgressLine,
    ProgressPoint,
    attendance_chart,
    distribution_chart,
    progress_chart,
    shades,
)
from gateway.drawing import Busy, CannotDraw, Drawer
from gateway.drawing.layout import Cell, Report, Table
from gateway.drawing.pdf import as_pdf
from gateway.drawing.writers import as_csv
from gateway.drawing.xlsx import as_xlsx

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "%0", "|calc")


def report(rows: list[list[Cell]], **more: Any) -> Report:
    columns = range(len(rows[0]))
    headings = [f"Столбец {place}" for place in columns]
    widths = [14.0 if place == 1 else 3.0 for place in columns]
    table = Table(headings, rows, widths, "Таблица", **more)
    return Report("Отчёт: Öl", [("Класс", "7Б")], [table], "ru", "Лицей № 5")


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        found = []
        for page in document:
            found.append(page.get_textpage().get_text_bounded())
            page.close()
    return found


def cells(workbook: bytes) -> tuple[list[str], str]:
    """The texts of a workbook, and its first sheet as XML."""
    with ZipFile(BytesIO(workbook)) as archive:
        strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    return ["".join(each.itertext()) for each in strings], sheet


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_report_becomes_a_formula(text: str) -> None:
    made = report([[text, 5]])
    rows = list(csv.reader(StringIO(as_csv(made).decode("utf-8-sig"))))
    assert rows[1] == [f"'{text}", "5"]
    texts, sheet = cells(as_xlsx(made))
    assert text in texts
    assert "<f>" not in sheet
    with ZipFile(BytesIO(as_xlsx(made))) as archive:
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()


def test_a_workbook_has_a_sheet_for_each_table_and_numbers_stay_numbers() -> None:
    table = Table(["a"], [[4], [4.5], ["4-"]], [1], "7Б: [алгебра]/'x'" * 3)
    made = as_xlsx(Report("Журнал", [], [table, table], parts=()))
    texts, sheet = cells(made)
    assert "4-" in texts
    assert re.search(r"<v>4\.5</v>", sheet)
    with ZipFile(BytesIO(made)) as archive:
        names = re.findall(r'<sheet name="([^"]*)"', archive.read("xl/workbook.xml").decode())
    assert len(names) == len({name.casefold() for name in names}) == 2
    assert all(len(name.replace("&apos;", "'")) <= 31 and "[" not in name for name in names)


def test_a_long_table_repeats_its_headings_on_pages_of_a4_and_a_wide_one_its_names() -> None:
    rows: list[list[Cell]] = [[place, f"Щукина Ада {place}", *["5"] * 60] for place in range(60)]
    made = as_pdf(report(rows, fixed=2, upright=True, centred=True))
    found = pages(made)
    assert len(found) > 4
    for text in found:
        assert "Столбец 1" in text
        assert "Щукина Ада" in text
        assert "Лицей № 5" in text
    assert "Щукина Ада 59" in found[-1]
    assert "Отчёт: Öl" in found[0]
    with pypdfium2.PdfDocument(made) as document:
        page = document[0]
        assert [round(each) for each in page.get_size()] == [595, 842]
        page.close()


def test_days_stand_beside_each_other_and_none_is_lost_where_they_need_more_pages() -> None:
    long = "Повторить правило и решить задачи " * 12
    days = [Table([f"День {day}", "Задание"], [["Алгебра", long]] * 6, [1, 3]) for day in range(6)]
    found = pages(as_pdf(Report("Дневник", [], days, "ru", columns=2, closing=["Подпись"])))
    assert len(found) > 1
    whole = "\n".join(found)
    assert all(f"День {day}" in whole for day in range(6))
    assert whole.count("Алгебра") == 36
    assert "Подпись" in found[-1]


def test_a_word_longer_than_its_cell_is_broken_and_a_text_without_end_is_cut() -> None:
    (text, *_) = pages(as_pdf(report([["Щ" * 150, "слово " * 20_000], [None, ""]])))
    assert text.count("Щ") == 150
    assert "…" in text


LINES = [
    ProgressLine(
        name,
        [ProgressPoint(date(2026, 9, 7 * week), Decimal("4.5"), Decimal(4)) for week in (1, 2, 3)],
        7,
        Decimal("4.12"),
        "BETTER",
    )
    for name in ("Алгебра <&>", None)
]
CHARTS = (
    progress_chart("Ада Щукина", LINES, 5, "ru"),
    progress_chart("Ada", LINES[:1], 5, "en"),
    distribution_chart("7Б", "Q1", [Bar("Алгебра", [("5", 2), ("3", 9)])], ["5", "4", "3"], "ru"),
    attendance_chart("Ада", [Bar("Алгебра", [("present", 40), ("ill", 2), ("late", 0)])], "ru"),
)


async def test_charts_are_drawn_with_their_words_and_their_letters() -> None:
    drawer = Drawer()
    try:
        for chart in CHARTS:
            drawn = await drawer.draw(job(chart, "svg"))
            picture = ElementTree.fromstring(drawn)
            told = {each.tag.rpartition("}")[2]: each.text for each in picture[:2]}
            assert told == {"title": chart.title, "desc": chart.description}
            texts = " ".join(picture.itertext())
            assert "Алгебра" in texts or chart.language == "en"
            assert "DejaVu Sans" in drawn.decode()
            assert "NaN" not in drawn.decode()
        png = await drawer.draw(job(CHARTS[0], "png"))
        assert png.startswith(b"\x89PNG")
        whole = {"draw": "report", "format": "csv", "report": report([["Ада", 5]])}
        assert "Ада" in (await drawer.draw(whole)).decode()
    finally:
        drawer.close()


def job(chart: Chart, form: str) -> dict[str, Any]:
    told = {"title": chart.title, "description": chart.description, "language": chart.language}
    return {"draw": "chart", "format": form, "spec": chart.spec, **told}


def test_a_chart_says_in_words_what_it_shows() -> None:
    assert CHARTS[1].description == (
        "Алгебра <&>: 7 marks from 2026-09-07 to 2026-09-21, the average is 4.12, and gets better."
    )
    assert CHARTS[2].description == "Алгебра: 5 — 2, 3 — 9."
    assert CHARTS[3].description == "Алгебра: присутствие — 40, по болезни — 2."


@pytest.mark.parametrize("count", range(1, 13))
def test_shades_differ_in_black_and_white(count: int) -> None:
    greys = [
        0.299 * int(shade[1:3], 16) + 0.587 * int(shade[3:5], 16) + 0.114 * int(shade[5:], 16)
        for shade in shades(count)
    ]
    assert len(greys) == count
    assert all(light - dark > 15 for light, dark in pairwise(greys))


def test_two_of_one_name_have_a_bar_each_and_who_missed_nothing_an_empty_one() -> None:
    bars = [Bar("Ада", [("ill", 2)]), Bar("Ада", [("absent", 1)]), Bar("Ян", [("present", 9)])]
    drawn = attendance_chart("7Б", bars, "en")
    assert drawn.title == "Attendance: 7Б"
    layer = drawn.spec["encoding"]["y"]["scale"]["domain"]
    assert layer == ["Ада", "Ада (2)", "Ян"]
    values = [(each["of"], each["what"], each["count"]) for each in drawn.spec["data"]["values"]]
    assert values == [("Ада", "ill", 2), ("Ада (2)", "unexcused", 1)]
    assert "Ян: present — 9." in drawn.description


def test_lines_differ_by_dashes_and_shapes() -> None:
    spec = CHARTS[1].spec["encoding"]
    for channel in ("color", "strokeDash", "shape"):
        first, second = spec[channel]["scale"]["range"]
        assert first != second


async def test_a_drawing_that_fails_or_takes_too_long_takes_nothing_else_with_it() -> None:
    drawer = Drawer(seconds=30, most_waiting=2)
    good = {"draw": "report", "format": "csv", "report": report([["Ада", 5]])}
    try:
        with pytest.raises(CannotDraw):
            await drawer.draw({"draw": "chart", "format": "svg"})
        first = drawer._child
        assert await drawer.draw(good)
        assert drawer._child is first, "what fails by itself does not end the process"
        waiting = [asyncio.create_task(drawer.draw(good)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await drawer.draw(good)
        assert all(await asyncio.gather(*waiting))
        drawer._seconds = 0.0
        with pytest.raises(CannotDraw, match="too long"):
            await drawer.draw(good)
        drawer._seconds = 30.0
        assert await drawer.draw(good)
        assert first is not None
        assert await first.wait() != 0
    finally:
        drawer.close()
