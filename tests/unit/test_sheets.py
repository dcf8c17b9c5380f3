"""Sheets of access codes: what is on a slip, and what a spreadsheet makes of a table."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from domain.access_codes import new_code, shown
from domain.languages import language_of
from gateway.sheets import Sheet, Slip, as_csv, as_pdf
from gateway.sheets.table import cell

ADDRESS = "https://gradebook.example"


def slips(count: int, **more: Any) -> list[Slip]:
    usual = {
        "role": "GUARDIAN",
        "given_name": "Мария",
        "family_name": "Щукина-Öl",
        "class_name": "7Б",
        "children": "Ада Щукина",
    }
    return [Slip(**(usual | more), code=shown(new_code())) for _ in range(count)]


def sheet(people: list[Slip], language: str = "ru") -> Sheet:
    return Sheet("Лицей № 5", ADDRESS, language, date(2027, 1, 31), people)


def pages(pdf: bytes) -> list[tuple[str, set[str]]]:
    """The text of each page, and what its QR codes hold."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            codes = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
            text = page.get_textpage().get_text_bounded()
            found.append((text, {code.text for code in codes}))
            page.close()
    return found


def test_each_person_has_a_slip_with_name_code_square_and_instructions() -> None:
    people = slips(12)
    made = pages(as_pdf(sheet(people)))
    assert [len(codes) for _, codes in made] == [10, 2]
    assert set().union(*(codes for _, codes in made)) == {
        f"{ADDRESS}/register#{slip.code}" for slip in people
    }
    text = made[1][0]
    for expected in (
        "Лицей № 5", "Мария Щукина-Öl", "ребёнок: Ада Щукина, класс 7Б", people[11].code,
        "1. Откройте gradebook.example/register", "2. Введите код", "3. Уже есть учётная запись?",
        "до 31.01.2027",
    ):  # fmt: skip
        assert expected in text


def test_a_slip_is_in_the_familys_language() -> None:
    (text, _), = pages(as_pdf(sheet(slips(1, children=None), "en")))  # fmt: skip
    assert "class 7Б" in text
    assert "1. Open gradebook.example/register or scan the square." in text
    assert "until 31 January 2027" in text
    wanted = (("ru-RU",), ("lv", "ru"), ("lv",), (None, "en-GB"))
    assert [language_of(*tags) for tags in wanted] == ["ru", "ru", "en", "en"]


def test_a_long_name_is_made_to_fit_its_slip() -> None:
    long = slips(1, given_name="Hubert Blaine", family_name="Wolfeschlegelstein" * 6)
    ((text, codes),) = pages(as_pdf(sheet(long)))
    assert "Hubert Blaine Wolfe" in text
    assert "…" in text
    assert len(codes) == 1


def test_a_sheet_of_nobody_is_an_empty_page() -> None:
    assert pages(as_pdf(sheet([]))) == [("", set())]


def test_the_table_holds_a_line_for_each_person_with_the_link() -> None:
    people = slips(2)
    content = as_csv(sheet(people))
    assert content.startswith(b"\xef\xbb\xbf")
    header, first, _ = csv.reader(StringIO(content.decode("utf-8-sig")))
    assert dict(zip(header, first, strict=True)) == {
        "class": "7Б",
        "role": "GUARDIAN",
        "given_name": "Мария",
        "family_name": "Щукина-Öl",
        "children": "Ада Щукина",
        "code": people[0].code,
        "link": f"{ADDRESS}/register#{people[0].code}",
        "valid_until": "2027-01-31",
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49", "'+49"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'=1"),
        (" \r\n=1", "'=1"),
        ("＝1", "'＝1"),
        ("\u200b=1", "'=1"),
        ("%x", "'%x"),
        ("O'Neill =1", "O'Neill =1"),
        ('a\nb;c,"d', 'a b;c,"d'),
        ("a;\n=1;b", "a;' =1;b"),
    ],
)
def test_no_cell_becomes_a_formula_or_a_second_line(text: str, written: str) -> None:
    assert cell(text) == written
    made = as_csv(sheet(slips(1, given_name=text)))
    (_, row) = csv.reader(StringIO(made.decode("utf-8-sig")))
    assert row[2] == written
