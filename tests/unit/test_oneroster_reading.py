"""How the files of a roster are taken apart: no line of them vanishes or shifts in silence."""

import csv
import tracemalloc
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.oneroster import Findings, Sheet, UnreadableRoster, findings, read_roster, text
from domain.oneroster.reading import read
from domain.oneroster.records import LineItem, User
from domain.oneroster.saying import Saying
from domain.oneroster.sheets import Tally
from tests.store.small_roster import Roster, written

ITEMS = ["sourcedId", "title", "classSourcedId", "description"]
USERS = ["sourcedId", "status", "givenName", "familyName", "email"]


def items(content: str | bytes, delimiter: str | None = None) -> tuple[Sheet[LineItem], Findings]:
    found = Findings()
    data = content if isinstance(content, bytes) else content.encode()
    return read("lineItems", "lineItems.csv", data, LineItem, True, found, delimiter), found


def titles(sheet: Sheet[LineItem]) -> dict[str, str]:
    return {each.sourced_id: each.title for each in sheet.records}


def said(found: Findings) -> list[str]:
    return [str(each) for each in found.bad_rows]


def test_a_quotation_mark_within_an_unquoted_cell_is_a_character() -> None:
    sheet, found = items(
        'sourcedId,title,classSourcedId\nl1,Ruler 12",k1\nl2,Maps,k1\nl3,Ruler 6",k1\n'
    )
    assert titles(sheet) == {"l1": 'Ruler 12"', "l2": "Maps", "l3": 'Ruler 6"'}
    assert (said(found), sheet.whole) == ([], True)
    assert sheet.tally == Tally(lines=4, above=1, read=3)


@pytest.mark.parametrize("closing", ['l3,Ruler 6",k1', 'l3,",k1', 'l3,"Ruler 6",k1', "l3,Ruler,k1"])
def test_a_quoted_cell_that_swallows_rows_is_bad_and_they_are_read(closing: str) -> None:
    sheet, found = items(
        f'sourcedId,title,classSourcedId\nl1,"Ruler 12,k1\nl2,Maps,k1\n{closing}\nl4,Globe,k1\n'
    )
    assert said(found)[0] == (
        "lineItems.csv, line 2: a quotation mark is opened and never closed before line 3, which"
        " may be a row"
    )
    assert {"l2": "Maps", "l4": "Globe"}.items() <= titles(sheet).items()
    assert {each.line for each in found.bad_rows} | set(sheet.lines.values()) == {2, 3, 4, 5}
    assert not sheet.whole


def test_a_cell_of_several_lines_is_read_where_none_of_them_may_be_a_row() -> None:
    sheet, found = items(
        'sourcedId,title,classSourcedId,description\nl1,Maps,k1,"One,\n\ntwo, or\nthree"\n'
        "l2,Globe,k1,\n"
    )
    assert [each.description for each in sheet.records] == ["One,\n\ntwo, or\nthree", None]
    assert sheet.tally == Tally(lines=6, above=1, joined=3, read=2)
    assert said(found) == []


def test_a_name_that_runs_over_a_line_hides_no_row() -> None:
    sheet, found = items('sourcedId,title,classSourcedId\n"l1,Maps,k1\nl2",Globe,k1\nl3,Atlas,k1\n')
    assert said(found) == [
        "lineItems.csv, line 2, sourcedId: 'l1,Maps,k1\\nl2' holds a character that is not seen",
        "lineItems.csv, line 3: is read as part of the row on line 2",
    ]
    assert (titles(sheet), sheet.whole) == ({"l3": "Atlas"}, False)
    assert sheet.tally == Tally(lines=4, above=1, read=1, bad=2)


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("s1,,Kid, Jr.,a@b.c,", True),
        ("s1,,Kid,Doe", True),
        ("s1,,Kid,Doe,a@b.c,s2,,Kid,Roe,", False),
    ],
)
def test_a_row_of_other_than_the_header_s_cells_is_bad(row: str, names: bool) -> None:
    """Two rows run together hide a name: then nobody can say what the file leaves out."""
    found = Findings()
    text = "\n".join([",".join(USERS), row, "s3,,Kid,Foe,"])
    sheet = read("users", "users.csv", text.encode(), User, True, found)
    cells = row.count(",") + 1
    assert said(found) == [f"users.csv, line 2: has {cells} cells where the header has 5"]
    assert ([each.sourced_id for each in sheet.records], sheet.whole) == (["s3"], names)
    assert sheet.bad == ({"s1": 2} if names else {})


def test_columns_without_a_name_are_there_in_the_rows_as_in_most_of_them() -> None:
    head = "sourcedId,title,classSourcedId,,\n"
    sheet, found = items(head + "l1,Maps,k1\nl2,Globe,k1\nl3,Atlas,k1,,\nl4, Jr.,Globe,k1\n")
    assert titles(sheet) == {"l1": "Maps", "l2": "Globe"}
    assert said(found) == [
        "lineItems.csv, line 4: has 5 cells where the header has 3",
        "lineItems.csv, line 5: has 4 cells where the header has 3",
    ]
    sheet, found = items(head + "l1,Maps,k1,,\nl2,Globe,k1,,\n")
    assert (titles(sheet), said(found)) == ({"l1": "Maps", "l2": "Globe"}, [])


def test_rows_of_blank_cells_are_blank_lines() -> None:
    sheet, found = items("sourcedId,title,classSourcedId\nl1,Maps,k1\n,,\n \n,,,,\n")
    assert (titles(sheet), said(found), sheet.whole) == ({"l1": "Maps"}, [], True)
    assert sheet.tally == Tally(lines=5, above=1, blank=3, read=1)
    assert found.notices == ["lineItems.csv: a row of blank cells is not read (2 times)"]


DELIMITED = 'sourcedId{0}title{0}classSourcedId\nl1{0}Maps, old{0}k1\nl2{0}"Globe{0} new"{0}k1\n'


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_what_separates_the_cells_is_seen_where_every_row_agrees(delimiter: str, name: str) -> None:
    text = DELIMITED.format(delimiter)
    sheet, found = items(text)
    assert titles(sheet) == {"l1": "Maps, old", "l2": f"Globe{delimiter} new"}
    assert found.notices == [f"lineItems.csv: is separated by {name}; it is read so"]
    sheet, found = items(text, delimiter)
    assert (len(sheet.records), found.notices, said(found)) == (2, [], [])


def test_where_the_rows_do_not_agree_the_delimiter_is_asked_for() -> None:
    text = "sourcedId\ttitle\tclassSourcedId\nl1\tMaps\tk1\nl2\tGlobe\told\tk1\n"
    sheet, found = items(text)
    assert (sheet.records, sheet.whole) == ([], False)
    assert said(found) == [
        (
            "lineItems.csv, line 1: is separated by tabs, it seems, but not every row has as many"
            " cells as the header: give --delimiter tab"
        )
    ]
    sheet, found = items(text, "\t")
    assert titles(sheet) == {"l1": "Maps"}
    assert said(found) == ["lineItems.csv, line 3: has 4 cells where the header has 3"]


def test_a_file_of_commas_is_read_as_such_whatever_delimiter_is_given() -> None:
    sheet, found = items("sourcedId,title,classSourcedId\nl1,Maps; old,k1\n", ";")
    assert titles(sheet) == {"l1": "Maps; old"}
    assert found.notices == ["lineItems.csv: is separated by commas, not by semicolons"]


def test_the_delimiter_that_a_spreadsheet_writes_above_the_header_is_taken() -> None:
    sheet, found = items("sep=;\r\nsourcedId;title;classSourcedId\r\nl1;Maps;k1\r\nl2;Globe\r\n")
    assert titles(sheet) == {"l1": "Maps"}
    assert said(found) == ["lineItems.csv, line 4: has 2 cells where the header has 3"]
    assert sheet.tally == Tally(lines=4, above=2, read=1, bad=1)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_a_byte_order_mark_and_without(codec: str) -> None:
    text = "sourcedId,title,classSourcedId\r\nl1,Ёлки 🎄 ਊ,k1\r\n"
    sheet, found = items(text.encode(codec))
    assert titles(sheet) == {"l1": "Ёлки 🎄 ਊ"}
    assert found.notices == ["lineItems.csv: is in UTF-16; it is read so"]


def test_half_a_character_of_utf_16_makes_the_row_bad() -> None:
    text = "sourcedId,title,classSourcedId\r\nl1,Map\ud800s,k1\r\nl2,Maps,k1\r\n"
    sheet, found = items(text.encode("utf-16-le", "surrogatepass"))
    assert titles(sheet) == {"l2": "Maps"}
    assert [(each.line, each.column) for each in found.bad_rows] == [(2, "title")]


def test_columns_in_other_writing_are_taken_before_those_that_are_only_like_them() -> None:
    sheet, found = items("sourcedIds,SOURCED_ID,Title,class sourced id\nx,l1,Maps,k1\n")
    assert titles(sheet) == {"l1": "Maps"}
    assert found.notices == [
        "lineItems.csv: the column SOURCED_ID is read as sourcedId",
        "lineItems.csv: the column Title is read as title",
        "lineItems.csv: the column class sourced id is read as classSourcedId",
        "lineItems.csv: the column sourcedIds is not of the format and is not read",
    ]


def test_files_go_by_their_names_in_any_case_and_two_of_one_noun_are_refused() -> None:
    files = {name: text.encode() for name, text in Roster().texts().items()}
    files["Orgs.CSV"] = files.pop("orgs.csv")
    files["USERS.txt"] = files.pop("users.csv")
    roster = read_roster(files)
    assert (len(roster.sheets["orgs"].records), len(roster.sheets["users"].records)) == (1, 5)
    assert roster.findings.notices == [
        "Orgs.CSV: is read as orgs.csv",
        "USERS.txt: is read as users.csv",
    ]
    with pytest.raises(UnreadableRoster, match=r"both Orgs\.CSV and orgs\.csv are there"):
        read_roster(files | {"orgs.csv": b""})


def test_a_roster_bent_as_those_from_the_field_are_is_read_whole() -> None:
    """Misspelt and nameless columns, rows without the nameless ones, a file under two names."""
    texts = Roster().texts()
    texts["roles.csv"] = texts["roles.csv"].replace("dateLast", "dataLast")
    texts["roles.csv"] = texts["roles.csv"].replace("orgSourcedId\r", "orgSourcedId,,\r")
    texts["roles.csv"] = texts["roles.csv"].replace("r-t1,,", "r-t1,Active,2025-01-01")
    texts["demographics.csv"] = texts["demographics.csv"].replace("2013-05-01", "2013/5/1")
    texts["userprofiles.csv"] = texts["roles.csv"]
    roster = read_roster({name: content.encode() for name, content in texts.items()})
    assert said(roster.findings) == []
    assert roster.findings.notices == [
        "roles.csv: a column without a name is not read (2 times)",
        "roles.csv: the column dataLastModified is read as dateLastModified",
        "roles.csv: dateLastModified is a day and not an instant; nothing depends on it",
        "roles.csv: a bulk file leaves status and dateLastModified blank; they are read",
        "roles.csv: status Active is read as active",
        (
            "demographics.csv: birthDate days are written with the year first and strokes;"
            " they are read so"
        ),
        "userprofiles.csv: repeats roles.csv; it is not read",
    ]
    assert {noun: len(sheet.records) for noun, sheet in roster.sheets.items()} == {
        noun: len(rows) for noun, rows in Roster().files.items()
    }


def test_a_manifest_that_cannot_be_read_whole_makes_nothing_inactive() -> None:
    files = {name: text.encode() for name, text in Roster().texts().items()}
    assert read_roster(files).sheets["users"].bulk
    files["manifest.csv"] += b"source.systemName,Foo, Inc.\r\n"
    assert not read_roster(files).sheets["users"].bulk


def test_a_line_that_is_lost_refuses_the_roster() -> None:
    with pytest.raises(UnreadableRoster, match="has 3 lines, of which 2 are accounted for"):
        Tally(lines=3, above=1, read=1).check("users.csv")


CELLS = some.text(some.sampled_from("ab ,\"'é;\t"), max_size=5)
ROWS = some.lists(some.tuples(CELLS, CELLS), min_size=1, max_size=8)


def of_rows(rows: list[tuple[str, str]], quoting: int) -> list[str]:
    """The lines of a sound file; titles are never blank."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerow(ITEMS)
    writer.writerows(
        [f"l{number}", f"t{title}", "k1", description.strip()]
        for number, (title, description) in enumerate(rows)
    )
    return out.getvalue().split("\n")[:-1]


@settings(max_examples=300)
@given(ROWS, some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), some.data())
def test_rows_beside_misplaced_quotation_marks_are_read_as_they_are(
    rows: list[tuple[str, str]], quoting: int, data: some.DataObject
) -> None:
    lines = of_rows(rows, quoting)
    sound, _ = items("\n".join(lines))
    numbers = some.integers(1, len(rows))
    for at in data.draw(some.lists(numbers, min_size=1, max_size=3, unique=True)):
        where = data.draw(some.integers(0, len(lines[at])))
        lines[at] = f'{lines[at][:where]}"{lines[at][where:]}'
        sound.records = [each for each in sound.records if each.line != at + 1]
    sheet, found = items("\n".join(lines))
    assert [each for each in sheet.records if each.line in {s.line for s in sound.records}] == (
        sound.records
    )
    told = {each.line for each in sheet.records} | {each.line for each in found.bad_rows}
    assert told == set(range(2, len(lines) + 1))


MANGLED = some.sampled_from([*(bytes([each]) for each in b'",\n\r;\t\0\xff\xc3l1'), b"\r\n", b'""'])


@settings(max_examples=300)
@given(ROWS, some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), some.data())
def test_whatever_bytes_are_mangled_every_line_is_accounted_for(
    rows: list[tuple[str, str]], quoting: int, data: some.DataObject
) -> None:
    lines = of_rows(rows, quoting)
    content = "\n".join(lines[1:]).encode()
    for _ in range(data.draw(some.integers(1, 8))):
        at = data.draw(some.integers(0, len(content)))
        until = at + data.draw(some.integers(0, 2))
        content = content[:at] + data.draw(MANGLED) + content[until:]
    sheet, found = items(lines[0].encode() + b"\n" + content)
    assert sheet.tally is not None
    of_data = content.splitlines()
    assert sheet.tally.lines == 1 + len(of_data)
    assert sheet.tally.read == len(sheet.records) == len(sheet.lines)
    told = {each.line for each in found.bad_rows}
    assert sheet.tally.bad == len(told)
    blank = [at for at, line in enumerate(of_data, 2) if not line.strip() and at not in told]
    assert sheet.tally.blank >= len(blank) - sheet.tally.joined


@given(some.binary(max_size=400))
def test_no_bytes_make_a_roster_fail_otherwise_than_by_saying_so(data: bytes) -> None:
    header = ",".join(ITEMS).encode()
    read_roster({"lineItems.csv": header + b"\n" + data, "users.csv": data, "manifest.csv": data})
    read_roster({"manifest.csv": "propertyName,value\n".encode("utf-16") + data})


def test_a_file_of_blank_lines_takes_no_memory_for_each() -> None:
    data = b"sourcedId,title,classSourcedId\n" + b"\n" * (1 << 19)
    tracemalloc.start()
    try:
        sheet, _ = items(data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sheet.tally == Tally(lines=1 + (1 << 19), above=1, blank=1 << 19)
    assert most < len(data)


def test_giant_lines_and_rows_of_thousands_of_cells_are_bad_and_the_next_is_read() -> None:
    sheet, found = items(
        "sourcedId,title,classSourcedId,description\n"
        f"l1,{'a' * 3_000_000},k1,\nl2,Maps,k1{',' * 5_000}\n"
        f'l3,Maps,k1,"{"a" * 200_000}"\nl4,Maps,k1,"{("a" * 999 + chr(10)) * 300}\nl5,Maps,k1,\n'
    )
    assert said(found)[:4] == [
        "lineItems.csv, line 2: the line is too long to be a row",
        "lineItems.csv, line 3: has more than 2000 cells",
        (
            "lineItems.csv, line 4: the quotation marks are not in order"
            " (field larger than field limit (131072))"
        ),
        "lineItems.csv, line 5: a quotation mark is opened and never closed",
    ]
    assert titles(sheet) == {"l5": "Maps"}


def test_a_header_of_thousands_of_columns_is_bad() -> None:
    _, found = items("sourcedId" + ",x" * 2_000 + "\nl1\n")
    assert said(found) == ["lineItems.csv, line 1: the header has more than 2000 columns"]


def test_a_file_of_too_many_lines_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text, "MOST_LINES", 3)
    for data in (b"\n" * 4, "\n\r\n\r\n\n".encode("utf-16")):
        with pytest.raises(UnreadableRoster, match=r"lineItems\.csv has more than 3 lines"):
            items(data)


def test_findings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MOST_BAD_ROWS", 3)
    monkeypatch.setattr(findings, "MOST_NOTICES", 2)
    with pytest.raises(UnreadableRoster, match="more than 3 rows are bad; the last is lineItems"):
        items("sourcedId,title,classSourcedId\n" + "l\n" * 4)
    found = Findings()
    for number in range(5):
        found.notice("users.csv", Saying.ROLE_NOT_TAKEN(role=number))
    assert found.notices == [
        "users.csv: the role 0 is not taken",
        "users.csv: the role 1 is not taken",
        "users.csv: there is more to notice, which is not listed (3 times)",
    ]
    last = found.notices[-1]
    told = {"file": "users.csv", "times": "3"}
    assert (last.code, last.values) == ("MORE_NOTICES", told)


def test_writing_and_reading_agree() -> None:
    assert (
        items(written([ITEMS, ["l1", 'a "b" c', "k1", "d,\ne"]]))[0].records[0].title == 'a "b" c'
    )
