"""Exports of a student's data: what is in them, for whom, and how far they are."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest

from db.own_data.erasing import ELSEWHERE, KEPT, tables_erased
from db.own_data.parts import LEFT_OUT, PARTS, TABLES, insist_on_texts, naming_students
from db.tables import metadata
from db.tables.remarks import Remark
from domain import clock
from domain.audience import Audience
from domain.ids import uuid7
from domain.own_data import ExportState, cell
from domain.own_data_texts import heading_of, title_of
from resolvers.feed import Feed
from resolvers.own_data import Exports
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import delivered, listening
from tests.store.office_room import SCHOOL, act, ask, done
from tests.store.staff_room import (
    CLASS_TEACHER,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)

FOLLOW = "subscription { dataExportChanged { dataExport { state done parts address } } }"


def test_every_table_that_names_students_is_exported_or_says_why_not() -> None:
    """A new one stands in db/own_data/parts.py: as a part, or in LEFT_OUT with the reason."""
    assert set(naming_students()) == (TABLES - {"student"}) | set(LEFT_OUT)
    assert {part.statement.source for part in PARTS}
    for part in PARTS:
        for language in ("en", "ru"):
            assert title_of(part.name, language)
            assert all(heading_of(column, language) for column in part.columns)


def test_no_cell_becomes_a_formula_and_numbers_stay_numbers() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\n=1", "＝1", "|calc", "%0"):
        assert cell(text) == f"'{text}"
    # Where semicolons part cells, the quotes around one that holds them are of no use.
    for text, written in (
        ("a;=1+1;b", "a;'=1+1;b"), ("a; \t-1", "a; \t'-1"), ("a\n =1", "a\n' =1"),
        ("a\r\n\n@x", "a\r\n\n'@x"), (";＝1", ";'＝1"), ("=1;=2", "'=1;'=2"),
        ("a; b\nc = d, -1", "a; b\nc = d, -1"),
    ):  # fmt: skip
        assert cell(text) == written
    assert [cell(value) for value in ("5-", "a=b", "", None, True, -1, TODAY)] == [
        "5-", "a=b", "", "", "yes", "-1", str(TODAY),
    ]  # fmt: skip


async def exported(room: StaffRoom, who: str, **more: str) -> dict[str, Any]:
    """The files of an archive that somebody asked for."""
    given = {"student": room.id("Student"), **more}
    answer = await act(room, "exportStudentData", "id state", who, **given)
    assert answer["errors"] == []
    await Exports(room.store).look()
    (row,) = await room.rows("DELETE FROM data_export_archive RETURNING content")
    with ZipFile(BytesIO(row["content"])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table_of(files: dict[str, Any], part: str) -> list[list[str]]:
    return list(csv.reader(StringIO(files[f"{part}.csv"].decode("utf-8-sig"))))


def test_an_export_without_a_title_or_a_heading_is_refused_before_it_is_made() -> None:
    part = PARTS[0]
    with pytest.raises(TypeError, match="An export has surveys: say in PARTS of domain"):
        insist_on_texts([replace(part, name="surveys")])
    with pytest.raises(TypeError, match="has the columns survey_id: add their Russian headings"):
        insist_on_texts([replace(part, columns=("name", "survey_id_before"))])


async def test_an_export_has_all_of_the_child_and_nothing_of_others(room: StaffRoom) -> None:
    remark: dict[str, Any] = {"school_id": HERE, "kind": "PRAISE"}
    remark["student_id"] = room.small.records["Student"]
    author = room.small.accounts[TEACHER]
    await room.add(
        Remark(**remark, author_id=author, day=TODAY, text='=HYPERLINK("http://x")'),
        Remark(**remark, author_id=author, day=TODAY, text="Another child's", withdrawn=True),
    )
    files = await exported(room, STUDENT, language="ru-RU")
    of_guardians = {"diary_signatures.csv"}  # which the child never sees
    every = {"about.txt", "data.json", *(f"{part.name}.csv" for part in PARTS)}
    assert set(files) == every - of_guardians
    data = json.loads(files["data.json"])
    assert data["student"] == "student Adler"
    parts = data["parts"]
    assert parts["person"][0]["family_name"] == "Adler"
    assert parts["contacts"] == [{"email": "student@example.org", "phone": "+49 30 1"}]
    assert [each["guardian"] for each in parts["guardians"]] == ["guardian Sommer"]
    assert [(each["course"], each["value"], each["work_type"]) for each in parts["grades"]] == [
        ("Maths 7B", "4", "Test")
    ]
    texts = {each["text"] for each in parts["remarks"]}
    assert '=HYPERLINK("http://x")' in texts
    assert None in texts
    everything = b"".join(files.values()).decode()
    for absent in ("Another child's", "classmate", "other_student", "$argon2", "Dismissed"):
        assert absent not in everything
    heading, *rows = table_of(files, "remarks")
    assert "текст" in heading
    assert [row[heading.index("текст")] for row in rows if "HYPER" in str(row)] == [
        '\'=HYPERLINK("http://x")'
    ]
    assert "grades.csv: Отметки (строк: 1)" in files["about.txt"].decode("utf-8-sig")


async def test_a_restricted_guardian_gets_what_they_may_see_and_strangers_nothing(
    room: StaffRoom,
) -> None:
    whole = await exported(room, GUARDIAN)
    assert "contacts.csv" in whole
    writings = {"messages", "forum_topics", "forum_answers", "posts", "comments"}
    assert not writings & {name.removesuffix(".csv") for name in whole}  # see Student.writings
    assert await exported(room, HEAD) != {}
    order = {"student": room.id("Student"), "guardian": room.id("Guardian"), "reason": "A court"}
    await done(room, "restrictGuardianship", **order, restriction="NO_CONTACTS")
    less = await exported(room, GUARDIAN)
    missing = {
        "contacts",
        "guardians",
        "accounts",
        "audit",
        "diary_signatures",
        "enrolment_history",
    }
    assert set(less) == set(whole) - {f"{each}.csv" for each in missing}
    assert b"student@example.org" not in b"".join(less.values())
    for who, code in (
        (TEACHER, "FORBIDDEN"), (CLASS_TEACHER, "FORBIDDEN"), (OTHER_GUARDIAN, "NOT_FOUND"),
        (STRANGER, "NOT_FOUND"),
    ):  # fmt: skip
        answer = await act(room, "exportStudentData", "id", who, student=room.id("Student"))
        assert [error["code"] for error in answer["errors"]] == [code]
    # Rights that end before it is made end it.
    answer = await act(room, "exportStudentData", "id", GUARDIAN, student=room.id("Student"))
    await done(room, "restrictGuardianship", **order, restriction="NOTHING_SEEN")
    await Exports(room.store).look()
    states = await room.rows("SELECT state FROM data_export ORDER BY asked_at DESC LIMIT 1")
    assert [row["state"] for row in states] == [ExportState.FAILED.value]


async def test_who_asked_is_told_how_far_it_is_and_nobody_else(room: StaffRoom, feed: Feed) -> None:
    async with (
        listening(room, feed, GUARDIAN, FOLLOW) as guardian,
        listening(room, feed, HEAD, FOLLOW) as head,
    ):
        given = {"student": room.id("Student")}
        answer = await act(room, "exportStudentData", "id parts", GUARDIAN, **given)
        id_ = answer["found"]["id"]
        again = await act(room, "exportStudentData", "id", GUARDIAN, **given)
        assert [error["code"] for error in again["errors"]] == ["ALREADY_THERE"]
        await Exports(room.store).look()
        await delivered(room, feed)
    told = [event["dataExport"] for event in guardian.events]
    theirs = [each for each in PARTS if each.audience & (Audience.GUARDIAN | Audience.CUSTODIAN)]
    assert {each.name for each in PARTS} - {each.name for each in theirs} == {
        "messages", "forum_topics", "forum_answers", "posts", "comments", "survey_answers",
    }  # fmt: skip
    whole = {"state": "READY", "done": len(theirs), "parts": len(theirs)}
    assert told[-1] == {**whole, "address": f"/data-exports/{id_}"}
    assert head.events == []
    versions = await room.rows("SELECT version FROM outbox WHERE topic = 'DATA_EXPORT' ORDER BY 1")
    assert [row["version"] for row in versions] == list(range(1, len(theirs) + 4))
    mine = "query ($id: ID!) { student(id: $id) { dataExports { state } } }"
    for who, states in ((GUARDIAN, [{"state": "READY"}]), (STUDENT, []), (HEAD, [])):
        found = await ask(room, who, mine, id=room.id("Student"))
        assert found["student"]["dataExports"] == states
    with clock.at(clock.now() + timedelta(days=8)):
        await Exports(room.store).drop_old()
    assert await room.rows("SELECT FROM data_export_archive") == []
    found = await ask(room, GUARDIAN, mine, id=room.id("Student"))
    assert found["student"]["dataExports"] == [{"state": "EXPIRED"}]


async def test_what_a_process_left_behind_is_made_by_another(room: StaffRoom) -> None:
    await act(room, "exportStudentData", "id", GUARDIAN, student=room.id("Student"))
    await room.rows(
        "UPDATE data_export SET state = 'RUNNING', lease_holder = $1, lease_until = $2",
        uuid7(), clock.now() + timedelta(minutes=1),
    )  # fmt: skip
    await Exports(room.store).look()
    assert await room.rows("SELECT FROM data_export_archive") == []
    with clock.at(clock.now() + timedelta(minutes=2)):
        await Exports(room.store).look()
    assert len(await room.rows("SELECT FROM data_export_archive")) == 1


PLAN = """query ($id: ID!) { student(id: $id) { erasurePlan { erasableFrom fingerprint
    items { kind table erased kept why } }
    erasures { by reason items { kind table erased kept why } } } }"""


async def whole(room: StaffRoom, *without: str) -> dict[str, list[str]]:
    """Every row of every table, but for some."""
    tables = [each.name for each in metadata.sorted_tables if each.name not in without]
    return await room.rows_of(tables)


async def plan_of(room: StaffRoom) -> Any:
    return (await ask(room, HEAD, PLAN, id=room.id("Student")))["student"]


def test_every_table_that_names_students_is_erased_or_says_why_not() -> None:
    """A new one stands in db/own_data/erasing.py: in ACTIONS, KEPT or ELSEWHERE."""
    assert set(naming_students()) == {
        name for name in tables_erased() | set(KEPT) | set(ELSEWHERE) if name in NAMING
    }
    assert not NAMING - (tables_erased() | set(KEPT) | set(ELSEWHERE))


NAMING = set(naming_students())


async def test_what_is_kept_of_who_has_left_is_erased_once_the_terms_are_over(
    room: StaffRoom,
) -> None:
    ada, now = room.small.records["Student"], clock.now()
    terms = [{"kind": "REMARKS", "years": 9, "reason": "The archive law"}]
    await done(room, "changeSchool", school=SCHOOL, keepingYears=3, legalTerms=terms)
    await act(room, "exportStudentData", "id", GUARDIAN, student=room.id("Student"))
    # The guardian has this child alone; the mark, with a comment, counts in the average of 7B.
    ends = {"id": room.id("Student"), "endsOn": str(TODAY)}
    await done(room, "setStudentLeaving", **ends)
    early = await plan_of(room)
    assert early["erasurePlan"]["items"] == []
    assert early["erasurePlan"]["fingerprint"] is None
    given = {"student": room.id("Student"), "fingerprint": "x"}
    answer = await act(room, "eraseStudent", "id", HEAD, **given)
    assert [error["code"] for error in answer["errors"]] == ["TOO_EARLY"]
    with clock.at(now + timedelta(days=366 * 3 + 2)):
        await _erased_after_the_term(room, ada)
    with clock.at(now + timedelta(days=366 * 9 + 3)):
        plan = (await plan_of(room))["erasurePlan"]
        assert {"kind": "REMARKS", "table": "remark", "erased": 1, "kept": 0, "why": None} in plan[
            "items"
        ]


async def _erased_after_the_term(room: StaffRoom, ada: Any) -> None:
    before = await whole(room, "audit_note", "audit_entry", "audit_chain", "outbox", "receipt")
    plan = (await plan_of(room))["erasurePlan"]
    assert await whole(room, "audit_note", "audit_entry", "audit_chain", "outbox", "receipt") == (
        before
    )
    items = {(each["kind"], each["table"]): each for each in plan["items"]}
    assert items["PERSON", "student"]["erased"] == 1
    assert items["GUARDIANS", "guardian"]["erased"] == 1
    assert items["MARKS", "grade"]["erased"] == 1
    assert (items["REMARKS", "remark"]["erased"], items["REMARKS", "remark"]["kept"]) == (0, 1)
    assert items["REMARKS", "remark"]["why"] == "The archive law (9)"
    assert items["LOGINS", "account"]["erased"] == 2
    assert "averages of classes" in items[None, "grade"]["why"]
    for who, given in (
        (CLASS_TEACHER, plan["fingerprint"]), (HEAD, "stale"), (HEAD, plan["fingerprint"]),
    ):  # fmt: skip
        answer = await act(
            room, "eraseStudent", "displayName", who, student=room.id("Student"),
            fingerprint=given, reason="The term is over",
        )  # fmt: skip
        codes = [error["code"] for error in answer["errors"]]
        assert codes == {CLASS_TEACHER: ["FORBIDDEN"]}.get(who, ["CONFLICT"] * (given == "stale"))
    assert answer["found"]["displayName"].strip() == "—"
    after = await whole(room)
    everything = str(after)
    for gone in (",student@example.org,", ",guardian@example.org,", "Well done", "Thirds?"):
        assert gone not in everything
    for name in ("classmate", "other_student"):
        rows = [row for row in before["student"] if name in str(row)]
        assert rows
        assert all(row in after["student"] for row in rows)
    for untouched in ("enrolment", "lesson", "course", "class_group", "teacher", "homework"):
        assert after[untouched] == before[untouched]
    marks = "SELECT student_id, value, number, weight, day, comment FROM grade ORDER BY id"
    mine = [row for row in await room.rows(marks) if row["student_id"] == ada]
    assert [(row["value"], row["comment"]) for row in mine] == [("4", None)]
    assert await room.rows("SELECT FROM guardianship WHERE student_id = $1", ada) == []
    assert await room.rows("SELECT FROM membership WHERE student_id = $1", ada) == []
    closed = await room.rows("SELECT login FROM account WHERE NOT active AND login LIKE 'erased %'")
    assert len(closed) == 2
    (report,) = (await plan_of(room))["erasures"]
    assert (report["by"], report["reason"]) == (HEAD, "The term is over")
    assert report["items"] == plan["items"]
    notes = await room.rows("SELECT what FROM audit_note WHERE change = 'ERASED'")
    assert [row["what"] for row in notes] == [
        "ATTENDANCE CONTACTS GUARDIANS HOMEWORK LOGINS MARKS NOTICES PAGES PERSON WRITINGS"
    ]


async def test_a_guardian_with_another_child_and_an_account_that_is_more_stay(
    room: StaffRoom,
) -> None:
    other = await room.student("classmate")
    await done(room, "beginGuardianship", student=other, guardian=room.id("Guardian"))
    ends = {"id": room.id("Student"), "endsOn": str(TODAY)}
    await done(room, "setStudentLeaving", **ends)
    with clock.at(clock.now() + timedelta(days=366 * 6)):
        items = (await plan_of(room))["erasurePlan"]["items"]
    erased = {(each["kind"], each["table"]): each["erased"] for each in items}
    assert erased["GUARDIANS", "guardian"] == 0
    assert erased["GUARDIANS", "guardianship"] == 1
    assert erased["LOGINS", "account"] == 1
