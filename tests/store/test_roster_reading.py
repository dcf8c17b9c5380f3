"""Rosters that are not as they should be: what is said of them, to the line and the column."""

from pathlib import Path
from typing import Any

import pytest

from tests.store.small_roster import Desk, Roster, Row, changes, put_files

STILL = "Nothing is written: {}. Mend them, or give --skip-bad-rows."


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


BAD: dict[str, tuple[str, str, dict[str, str], str]] = {
    "a blank name": ("users", "s2", {"familyName": ""}, "users.csv, line 5, familyName: is blank"),
    "a blank sourcedId": (
        "users",
        "s2",
        {"sourcedId": " "},
        "users.csv, line 5, sourcedId: is blank",
    ),
    "an id that is taken": (
        "users",
        "s2",
        {"sourcedId": "s1"},
        "users.csv, line 5, sourcedId: s1 is already on line 4",
    ),
    "a word that is none": (
        "roles",
        "r-s2",
        {"role": "pupil"},
        (
            "roles.csv, line 5, role: pupil is none of student, guardian, parent, relative,"
            " teacher, aide, proctor, counselor, administrator, principal, districtAdministrator,"
            " siteAdministrator, systemAdministrator"
        ),
    ),
    "a status that is none": (
        "users",
        "s2",
        {"status": "gone"},
        "users.csv, line 5, status: gone is none of active, inactive, tobedeleted",
    ),
    "a day of two meanings": (
        "demographics",
        "s1",
        {"birthDate": "03/04/2013"},
        (
            "demographics.csv, line 2, birthDate: 03/04/2013 may be 2013-03-04 or 2013-04-03:"
            " write the one that is meant"
        ),
    ),
    "a day of no calendar": (
        "lineItems",
        "l1",
        {"dueDate": "2025-02-30"},
        "lineItems.csv, line 2, dueDate: 2025-02-30 is not a day of the calendar",
    ),
    "days the wrong way round": (
        "academicSessions",
        "q1",
        {"endDate": "2025-08-01"},
        "academicSessions.csv, line 3, endDate: is before the startDate",
    ),
    "an enrolment that ends before it begins": (
        "enrollments",
        "e4",
        {"beginDate": "2025-10-01", "endDate": "2025-09-30"},
        "enrollments.csv, line 5, endDate: is before the beginDate",
    ),
    "no number": (
        "results",
        "x1",
        {"score": "1e3"},
        "results.csv, line 2, score: 1e3 is not a number",
    ),
    "a score of no scale": (
        "results",
        "x1",
        {"score": "100000"},
        "results.csv, line 2, score: is beyond 99999",
    ),
    "a score below its scale": (
        "results",
        "x1",
        {"score": "-1"},
        "results.csv, line 2, score: -1 is not from 0 to 20",
    ),
    "a grade without a mark": (
        "results",
        "x1",
        {"score": ""},
        "results.csv, line 2, score: is blank, though the result is fully graded",
    ),
    "an endless mark": (
        "results",
        "x1",
        {"score": "", "textScore": "most remarkably good"},
        (
            "results.csv, line 2, textScore: most remarkably good is no mark of at most 16"
            " characters: A mark is 1 to 16 characters, with no space around it"
        ),
    ),
    "a class of nowhere": (
        "enrollments",
        "e4",
        {"classSourcedId": "k9"},
        "enrollments.csv, line 5, classSourcedId: there is no class k9",
    ),
    "a user of nowhere": (
        "enrollments",
        "e4",
        {"userSourcedId": "s9"},
        "enrollments.csv, line 5, userSourcedId: there is no user s9",
    ),
    "a teacher as a student": (
        "enrollments",
        "e4",
        {"userSourcedId": "t1"},
        "enrollments.csv, line 5, userSourcedId: the user t1 is no student of the school",
    ),
    "an org of nowhere": (
        "roles",
        "r-s2",
        {"orgSourcedId": "o9"},
        "roles.csv, line 5, orgSourcedId: there is no org o9",
    ),
    "a line item of a homeroom": (
        "lineItems",
        "l1",
        {"classSourcedId": "h1"},
        "lineItems.csv, line 2, classSourcedId: a homeroom has no line items",
    ),
    "a category that is not there": (
        "lineItems",
        "l1",
        {"categorySourcedId": "a9"},
        "lineItems.csv, line 2, categorySourcedId: there is no category a9",
    ),
    "a range upside down": (
        "lineItems",
        "l1",
        {"resultValueMin": "20", "resultValueMax": "0"},
        (
            "lineItems.csv, line 2, resultValueMax: 20 to 0 is no scale:"
            " A scale's maximum is above its minimum"
        ),
    ),
    "a weight below nothing": (
        "categories",
        "a1",
        {"weight": "-0.01"},
        "categories.csv, line 2, weight: a weight is from 0 to 999.99",
    ),
    "a circle of sessions": (
        "academicSessions",
        "q1",
        {"parentSourcedId": "q1"},
        "academicSessions.csv, line 3, parentSourcedId: its parents go round in a circle",
    ),
    "an agent of nowhere": (
        "users",
        "s1",
        {"agentSourcedIds": "g1,g9"},
        "users.csv, line 4, agentSourcedIds: there is no user g9",
    ),
    "demographics of nobody": (
        "demographics",
        "s1",
        {"sourcedId": "s9"},
        "demographics.csv, line 2, sourcedId: there is no user s9",
    ),
    "a NUL": (
        "users",
        "s2",
        {"givenName": "B\0n"},
        "users.csv, line 5, givenName: holds a NUL character",
    ),
    "too long a comment": (
        "results",
        "x1",
        {"comment": "a" * 4001},
        "results.csv, line 2, comment: has 4001 characters, more than 4000",
    ),
    "a line break in a sourcedId": (
        "users",
        "s2",
        {"sourcedId": "s\n2"},
        "users.csv, line 5, sourcedId: 's\\n2' holds a character that is not seen",
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_row_is_named_and_nothing_is_written(desk: Desk, case: str) -> None:
    noun, row, said, line = BAD[case]
    before = await desk.tables()
    report = await desk.bring(Roster().put(noun, row, **said))
    assert not report.written
    assert report.lines()[0] == line
    assert report.lines()[-1].startswith("Nothing is written: ")
    assert await desk.tables() == before


async def test_every_fault_is_told_at_once(desk: Desk) -> None:
    roster = Roster().put("users", "s2", familyName="", givenName="")
    roster.put("results", "x1", score="-1")
    assert (await desk.bring(roster)).lines() == [
        "users.csv, line 5, givenName: is blank",
        "users.csv, line 5, familyName: is blank",
        "roles.csv, line 5, userSourcedId: the user s2 is itself a bad row (line 5)",
        "enrollments.csv, line 3, userSourcedId: the user s2 is itself a bad row (line 5)",
        "enrollments.csv, line 5, userSourcedId: the user s2 is itself a bad row (line 5)",
        "results.csv, line 2, score: -1 is not from 0 to 20",
        "results.csv, line 3, studentSourcedId: the user s2 is itself a bad row (line 5)",
        STILL.format("7 bad rows"),
    ]


async def test_the_sound_rows_are_taken_where_that_is_asked_for(desk: Desk) -> None:
    roster = Roster().put("results", "x1", score="-1").put("demographics", "s1", sex="yes")
    report = await desk.brought(roster, skip_bad_rows=True)
    assert report.lines()[:2] == [
        "demographics.csv, line 2, sex: yes is none of male, female, unspecified, other",
        "results.csv, line 2, score: -1 is not from 0 to 20",
    ]
    assert report.lines()[-1] == "Written, and 2 bad rows left out."
    assert await desk.rows("SELECT sourced_id FROM grade") == [("x2",)]
    assert changes(await desk.brought(Roster())) == {
        "demographics": (0, 1, 0),
        "grades": (1, 0, 0),
    }


FILES: dict[str, tuple[str, str | bytes, list[str]]] = {
    "no header": ("users.csv", "", ["users.csv, line 1: the file has no header"]),
    "a column missing": (
        "orgs.csv",
        "sourcedId,name\r\no1,Hill\r\n",
        ["orgs.csv, line 1, type: the column is missing"],
    ),
    "a column twice": (
        "orgs.csv",
        "sourcedId,name,type,name\r\no1,Hill,school,Hill\r\n",
        ["orgs.csv, line 1, name: the column is there twice"],
    ),
    "UTF-32": (
        "users.csv",
        "sourcedId".encode("utf-32"),
        ["users.csv, line 1: the file is in UTF-32: save it as UTF-8"],
    ),
    "half a character of UTF-16": (
        "users.csv",
        "sourcedId,givenName,familyName\r\n".encode("utf-16")[:-1],
        ["users.csv, line 1: the file is in UTF-16 and ends in the middle of a character"],
    ),
    "semicolons, and not in every row": (
        "orgs.csv",
        "sourcedId;name;type\r\no1;Hill;school\r\no2;Dale; upper;school\r\n",
        [
            (
                "orgs.csv, line 1: is separated by semicolons, it seems, but not every row has as"
                ' many cells as the header: give --delimiter ";"'
            )
        ],
    ),
    "a header with a quotation mark left open": (
        "orgs.csv",
        'sourcedId,"name,type\r\no1,Hill",school\r\n',
        ["orgs.csv, line 1: the quotation marks of the header are not in order"],
    ),
    "Latin-1": (
        "orgs.csv",
        "sourcedId,name,type\r\no1,Schüle,school\r\n".encode("latin-1"),
        ["orgs.csv, line 2, name: is not UTF-8 (byte 0xFC in 'Sch?le')"],
    ),
    "too few cells": (
        "orgs.csv",
        "sourcedId,name,type\r\no1,Hill\r\n",
        ["orgs.csv, line 2: has 2 cells where the header has 3"],
    ),
    "too many cells": (
        "orgs.csv",
        "sourcedId,name,type\r\no1,Hill,school,upper\r\n",
        ["orgs.csv, line 2: has 4 cells where the header has 3"],
    ),
    "a surplus cell that is blank": (
        "orgs.csv",
        "sourcedId,name,type\r\no1,Hill,school,\r\n",
        ["orgs.csv, line 2: has 4 cells where the header has 3"],
    ),
    "a value below a column without a name": (
        "orgs.csv",
        "sourcedId,name,type,\r\no1,Hill,school,\r\no2,Dale, upper,school\r\n",
        ["orgs.csv, line 3: has a value in a column without a name"],
    ),
    "a quotation mark within a quoted cell": (
        "orgs.csv",
        'sourcedId,name,type\r\no1,"Hill "upper"",school\r\n',
        ["orgs.csv, line 2: the quotation marks are not in order (',' expected after '\"')"],
    ),
    "a quotation mark left open": (
        "orgs.csv",
        'sourcedId,name,type\r\no1,"Hill,school\r\n',
        ["orgs.csv, line 2: a quotation mark is opened and never closed"],
    ),
    "an unknown version": (
        "manifest.csv",
        "propertyName,value\r\noneroster.version,2.0\r\n",
        ["manifest.csv, line 2, value: version 2.0 is none of 1.1, 1.2, 1.2.1"],
    ),
    "a property told twice": (
        "manifest.csv",
        "propertyName,value\r\nfile.orgs,bulk\r\nfile.orgs,delta\r\n",
        ["manifest.csv, line 3, value: file.orgs is bulk on line 2"],
    ),
    "a property of too many cells": (
        "manifest.csv",
        "propertyName,value\r\nsource.systemName,Foo, Inc.\r\n",
        ["manifest.csv, line 2: has 3 cells where the header has 2"],
    ),
    "a file called bulk that is not there": (
        "manifest.csv",
        "propertyName,value\r\nfile.orgs,bulk\r\nfile.results,sometimes\r\n",
        ["manifest.csv, line 3, value: sometimes is none of absent, bulk, delta"],
    ),
}


@pytest.mark.parametrize("case", FILES)
async def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(
    desk: Desk, case: str
) -> None:
    name, content, lines = FILES[case]
    before = await desk.tables()
    report = await desk.bring(put_files(desk.folder, {**Roster().texts(), name: content}))
    own = [line for line in report.lines() if line.startswith(f"{name}, ")]
    assert own == lines
    assert not report.written
    assert await desk.tables() == before


async def test_blank_lines_quotes_and_other_alphabets_are_read(desk: Desk) -> None:
    texts = Roster().put("users", "s2", familyName="Ługowój").texts()
    texts["users.csv"] = texts["users.csv"].replace("Ada", '"Ada ""A"" Ève, Zoë"')
    texts["users.csv"] = texts["users.csv"].replace("\r\n", "\r\n\r\n ,\r\n".replace(" ,", " "))
    report = await desk.brought(put_files(desk.folder, texts))
    assert report.bad_rows == []
    assert await desk.rows("SELECT given_name, family_name FROM student ORDER BY 1") == [
        ('Ada "A" Ève, Zoë', "Kern"),
        ("Ben", "Ługowój"),
    ]


async def test_a_line_break_within_a_cell_is_kept_and_later_lines_keep_their_numbers(
    desk: Desk,
) -> None:
    roster = Roster().put("results", "x1", comment="Careful,\nwell done")
    await desk.brought(roster)
    assert await desk.rows("SELECT comment FROM grade WHERE sourced_id = 'x1'") == [
        ("Careful,\nwell done",)
    ]
    report = await desk.bring(roster.put("results", "x2", scoreDate=""))
    assert report.lines()[0] == "results.csv, line 4, scoreDate: is blank"


async def test_a_quotation_mark_in_a_title_withdraws_no_mark_of_the_rows_below(desk: Desk) -> None:
    roster = Roster().add("lineItems", "l1", "l2", title="Maps").add("lineItems", "l1", "l3")
    roster.put("results", "x1", lineItemSourcedId="l2")
    await desk.brought(roster)
    texts = roster.put("lineItems", "l1", title="Ruler 12*").texts()
    texts["lineItems.csv"] = texts["lineItems.csv"].replace("Ruler 12*", 'Ruler 12"')
    texts["lineItems.csv"] = texts["lineItems.csv"].replace("l3,,,Forces", 'l3,,,Ruler 6"')
    assert changes(await desk.brought(put_files(desk.folder, texts))) == {"lessons": (0, 2, 0)}
    assert await desk.rows("SELECT topic FROM lesson ORDER BY sourced_id") == [
        ('Ruler 12"',),
        ("Maps",),
        ('Ruler 6"',),
    ]
    texts["lineItems.csv"] = texts["lineItems.csv"].replace('Ruler 12"', '"Ruler 12')
    report = await desk.brought(put_files(desk.folder, texts), skip_bad_rows=True)
    assert report.lines()[0] == (
        "lineItems.csv, line 2: a quotation mark is opened and never closed before line 3, which"
        " may be a row"
    )
    assert changes(report) == {}


async def test_a_surplus_comma_shifts_nothing_and_ends_no_tie(desk: Desk) -> None:
    roster = Roster().put("users", "s2", agentSourcedIds="g1")
    await desk.brought(roster)
    before = await desk.tables()
    texts = roster.texts()
    texts["users.csv"] = texts["users.csv"].replace("Ben,Lind", "Ben,Lind, Jr.")
    report = await desk.bring(put_files(desk.folder, texts))
    assert report.lines()[0] == "users.csv, line 5: has 11 cells where the header has 10"
    report = await desk.brought(put_files(desk.folder, texts), skip_bad_rows=True)
    assert (changes(report), await desk.tables()) == ({}, before)


def bent() -> Roster:
    """Bent as exports from the field are: spellings, dates, statuses, and records that lack."""
    roster = Roster().only("orgs", "academicSessions", "classes", "users", "roles", "enrollments")
    of_bulk = {"status": "active", "dateLastModified": "2025-05-01T18:25:43.511Z"}
    for noun in ("orgs", "academicSessions", "classes", "enrollments"):
        for row in roster.files[noun]:
            row.update(of_bulk)
    roster.put("orgs", "o1", type="department", parentSourcedId="district-9")
    roster.drop("academicSessions", "y1")
    roster.add("academicSessions", "q1", "y2", type="schoolYear", dateLastModified="2025-05-01")
    roster.put("classes", "k1", classType="Scheduled", termSourcedIds="y2")
    roster.put("classes", "h1", termSourcedIds="y2", status="tobedeleted")
    for number, row in enumerate(roster.files["users"]):
        row.update(status="active", dateLastModified=("1/05/2025", "2025-05-01", "")[number % 3])
        row["prefferedGivenName"] = ""
    roster.files["roles"] = [_with_misspelt_date(row) for row in roster.files["roles"]]
    roster.put("roles", "r-t2", role="siteAdministrator")
    roster.columns["roles"] = [*roster.row("roles", "r-t1"), "", ""]
    roster.put("enrollments", "e3", beginDate="15/09/2025", endDate="2026-06-15T00:00:00Z")
    return roster


def _with_misspelt_date(row: Row) -> Row:
    return {
        "sourcedId": row["sourcedId"],
        "status": "active",
        "dataLastModified": "2025-01-01",
    } | row


async def test_a_bent_roster_is_told_what_is_wrong_with_it_row_by_row(desk: Desk) -> None:
    texts = bent().texts()
    texts["userprofiles.csv"] = texts["roles.csv"]
    report = await desk.bring(put_files(desk.folder, texts))
    assert report.lines() == [
        "academicSessions.csv, line 2, parentSourcedId: there is no academicSession y1",
        "enrollments.csv, line 7, userSourcedId: the user t2 is no teacher of the school",
        "Notice: orgs.csv: a bulk file leaves status and dateLastModified blank; they are read",
        (
            "Notice: academicSessions.csv: a bulk file leaves status and dateLastModified"
            " blank; they are read (2 times)"
        ),
        (
            "Notice: academicSessions.csv: dateLastModified is a day and not an instant;"
            " nothing depends on it"
        ),
        (
            "Notice: classes.csv: a bulk file leaves status and dateLastModified blank; they"
            " are read (2 times)"
        ),
        "Notice: classes.csv: classType Scheduled is read as scheduled",
        "Notice: users.csv: the column prefferedGivenName is read as preferredGivenName",
        (
            "Notice: users.csv: dateLastModified is written like 1/05/2023, day or month"
            " first; nothing depends on it (2 times)"
        ),
        (
            "Notice: users.csv: a bulk file leaves status and dateLastModified blank; they"
            " are read (5 times)"
        ),
        (
            "Notice: users.csv: dateLastModified is a day and not an instant; nothing depends"
            " on it (2 times)"
        ),
        "Notice: roles.csv: a column without a name is not read (2 times)",
        "Notice: roles.csv: the column dataLastModified is read as dateLastModified",
        (
            "Notice: roles.csv: dateLastModified is a day and not an instant; nothing depends"
            " on it (5 times)"
        ),
        (
            "Notice: roles.csv: a bulk file leaves status and dateLastModified blank; they"
            " are read (5 times)"
        ),
        (
            "Notice: enrollments.csv: a bulk file leaves status and dateLastModified blank;"
            " they are read (6 times)"
        ),
        (
            "Notice: enrollments.csv: beginDate days are written with strokes; those that can"
            " only mean one day are taken"
        ),
        (
            "Notice: enrollments.csv: endDate instants are written where days belong; the day"
            " is taken"
        ),
        "Notice: userprofiles.csv: repeats roles.csv; it is not read",
        "Notice: orgs.csv: the department o1 is taken as a school",
        "Notice: orgs.csv: a school's parent district-9 is not in the file",
        (
            "Notice: classes.csv: the course of a class is in no file; its subject is told from"
            " the class"
        ),
        (
            "Notice: roles.csv: the role siteAdministrator is not taken; `gradebook"
            " create-admin` makes an administrator's account"
        ),
        "Notice: users.csv: a user without a role that is taken is not brought in",
        "Nothing is written: 2 bad rows. Mend them, or give --skip-bad-rows.",
    ]
    report = await desk.brought(put_files(desk.folder, texts), skip_bad_rows=True)
    assert changes(report) == {
        "schools": (1, 0, 0),
        "academic years": (1, 0, 0),
        "subjects": (1, 0, 0),
        "class groups": (1, 0, 0),
        "courses": (1, 0, 0),
        "students": (2, 0, 0),
        "teachers": (1, 0, 0),
        "guardians": (1, 0, 0),
        "guardianships": (1, 0, 0),
        "enrolments": (4, 0, 0),
        "teachings": (1, 0, 0),
    }
    assert report.lines()[-1] == "Written, and 2 bad rows left out."
    report = await desk.brought(put_files(desk.folder, texts), skip_bad_rows=True)
    assert changes(report) == {}
    assert report.lines()[-1] == "Nothing had to change, and 2 bad rows left out."
