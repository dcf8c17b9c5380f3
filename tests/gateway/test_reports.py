"""Reports and charts over HTTP, for exactly those to whom the schema shows what is in them."""

import asyncio
import csv
from datetime import timedelta
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest

from domain import clock
from domain.reports import ALWAYS_LONG, REPORTS
from gateway.reports import MADE
from gateway.reports.turns import Turns
from resolvers.own_data import Exports
from resolvers.throttle import Allowance, Throttle
from resolvers.viewers import viewers_of
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import TODAY
from tests.gateway.test_authorization import (
    CLASS_TEACHER,
    CLASSMATE,
    COURSE_TEACHER,
    DEPUTY,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_HEAD,
    OTHER_TEACHER,
    SECRETARY,
    STUDENT,
)

WHO = (
    GUARDIAN, STUDENT, COURSE_TEACHER, CLASS_TEACHER, HEAD, DEPUTY, SECRETARY, CLASSMATE,
    OTHER_GUARDIAN, OTHER_TEACHER, OTHER_HEAD,
)  # fmt: skip
SPAN = {"from": str(TODAY - timedelta(7)), "to": str(TODAY + timedelta(7))}
READ, DENIED, NONE = 200, 403, 404


async def get(door: FrontDoor, who: str | None, path: str, **asked: str) -> Any:
    door.http.cookies.clear()
    if who is not None and who not in door.tokens:
        door.tokens[who] = await door.token(who)
    headers = {} if who is None else {"Authorization": f"Bearer {door.tokens[who]}"}
    return await door.http.get(path, params=asked or None, headers=headers)


def allowed(*readers: str, denied: tuple[str, ...] = ()) -> list[int]:
    """The status for each of WHO: what is known and may not be read is denied."""
    return [READ if who in readers else DENIED if who in denied else NONE for who in WHO]


OF_CHILD = (GUARDIAN, STUDENT, CLASS_TEACHER, HEAD, DEPUTY)
CONCERNED = (*OF_CHILD, COURSE_TEACHER)
MEMBERS = tuple(who for who in WHO if who != OTHER_HEAD)
LEADS = (CLASS_TEACHER, HEAD, DEPUTY)
CASES: tuple[tuple[str, str, dict[str, str], list[int]], ...] = (
    ("/reports/report-card.csv", "Student", {}, allowed(*CONCERNED, denied=(SECRETARY,))),
    ("/reports/diary-week.csv", "Student", {}, allowed(*CONCERNED, SECRETARY)),
    ("/reports/class-register.csv", "ClassGroup", {}, allowed(*MEMBERS)),
    ("/reports/attendance-sheet.csv", "ClassGroup", SPAN, allowed(*LEADS, denied=MEMBERS)),
    ("/reports/class-report.csv", "ClassGroup", {}, allowed(*LEADS, denied=MEMBERS)),
    ("/reports/journal.csv", "Course", SPAN, allowed(*LEADS, COURSE_TEACHER, denied=MEMBERS)),
    ("/charts/progress.svg", "Student", SPAN, allowed(*CONCERNED)),
    ("/charts/progress.svg", "Student", SPAN | {"by": "SUBJECT"}, allowed(*OF_CHILD)),
    ("/charts/attendance.svg", "Student", SPAN, allowed(*CONCERNED)),
    ("/charts/attendance.svg", "ClassGroup", SPAN, allowed(*LEADS, denied=MEMBERS)),
    ("/charts/distribution.svg", "ClassGroup", {}, allowed(*LEADS, denied=MEMBERS)),
    ("/charts/distribution.svg", "Course", {}, allowed(*LEADS, COURSE_TEACHER, denied=MEMBERS)),
)  # fmt: skip


async def test_a_report_or_chart_is_for_those_who_may_read_its_fields(door: FrontDoor) -> None:
    for path, noun, asked, expected in CASES:
        of = door.small.id(noun)
        answers = [await get(door, who, path, of=of, **asked) for who in WHO]
        found = [each.status_code for each in answers]
        assert found == expected, (path, asked, dict(zip(WHO, found, strict=True)))
        assert (await get(door, None, path, of=of, **asked)).status_code == 401
        assert (await get(door, HEAD, path, of="nonsense", **asked)).status_code in (400, 404)
    noted = await door.pool.fetch(
        "SELECT what FROM audit_note WHERE change = 'EXPORTED' UNION ALL"
        " SELECT what FROM audit_entry WHERE change = 'EXPORTED'"
    )
    staff = {"report_card": 4, "diary_week": 5, "class_report": 3, "journal": 4}
    whats = [row["what"] for row in noted]
    assert {what: whats.count(what) for what in staff} == staff


async def test_a_report_holds_what_its_reader_may_see_and_no_more(door: FrontDoor) -> None:
    of_class = {"of": door.small.id("ClassGroup")}

    async def rows(who: str, path: str, **asked: str) -> list[list[str]]:
        answer = await get(door, who, path, **asked)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
        return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))

    register = "/reports/class-register.csv"
    whole = await rows(CLASS_TEACHER, register, **of_class, language="ru")
    assert ["1", "Adler student"] in [row[:2] for row in whole]
    assert any("guardian@example.org" in cell for row in whole for cell in row)
    taught = await rows(COURSE_TEACHER, register, **of_class)
    assert any("Adler" in cell for row in taught for cell in row)
    assert not any("@example.org" in cell or "+49" in cell for row in taught for cell in row)
    strangers = await rows(OTHER_GUARDIAN, register, **of_class)
    assert not any("Adler" in cell for row in strangers for cell in row)
    child = {"of": door.small.id("Student")}
    card = await rows(GUARDIAN, "/reports/report-card.csv", **child, language="ru-RU")
    assert ["Предмет", "Quarter", "Year"] in card
    assert any(row[:1] == ["Maths 7B"] and row[2] == "5" for row in card)
    diary = await rows(STUDENT, "/reports/diary-week.csv", **child, **{"from": str(TODAY)})
    assert any(row[0].startswith("2. Mathematics") and row[2] == "4, I" for row in diary if row)
    journal = await rows(HEAD, "/reports/journal.csv", of=door.small.id("Course"), **SPAN)
    assert any("4, I" in row for row in journal)
    assert any("Fractions" in row and "Page 12" in row for row in journal)
    sheet = await rows(HEAD, "/reports/attendance-sheet.csv", **of_class, **SPAN)
    assert any("I" in row for row in sheet)


async def test_reports_are_written_in_three_formats_and_two_languages(door: FrontDoor) -> None:
    of = door.small.id("Student")
    for form, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        answer = await get(door, GUARDIAN, f"/reports/report-card.{form}", of=of, language="ru")
        assert answer.content.startswith(begins)
    pdf = (await get(door, GUARDIAN, "/reports/report-card.pdf", of=of, language="ru")).content
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        text = page.get_textpage().get_text_bounded()
        page.close()
    assert "Табель успеваемости: student Adler" in text
    for path in ("/reports/report-card.doc", "/reports/nothing.pdf", "/charts/nothing.svg"):
        assert (await get(door, GUARDIAN, path, of=of)).status_code == 404
    assert set(MADE) == set(REPORTS)


async def test_every_short_report_is_written_in_every_format(door: FrontDoor) -> None:
    written = set()
    for path, noun, asked, _ in CASES:
        if not path.startswith("/reports/"):
            continue
        for form, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
            at = path.removesuffix("csv") + form
            answer = await get(door, HEAD, at, of=door.small.id(noun), language="ru", **asked)
            assert answer.status_code == 200, (at, answer.text)
            assert answer.content.startswith(begins), at
            written.add(at)
    names = set(REPORTS) - ALWAYS_LONG
    assert {at.removeprefix("/reports/").split(".")[0] for at in written} == {
        name.lower().replace("_", "-") for name in names
    }
    assert len(written) == 3 * len(names)


async def test_what_is_long_or_asked_wrongly_is_refused(door: FrontDoor) -> None:
    of = {"of": door.small.id("Course")}
    year = {"from": str(TODAY), "to": str(TODAY + timedelta(100))}
    for path, asked, status, code in (
        ("/reports/journal.pdf", of | year, 413, "LIMIT_EXCEEDED"),
        ("/reports/journal.pdf", of | year | {"period": "x"}, 400, "BAD_INPUT"),
        ("/reports/journal.pdf", of, 400, "BAD_INPUT"),
        ("/reports/journal.pdf", of | {"from": "yesterday", "to": "today"}, 400, "BAD_INPUT"),
        ("/reports/journal.pdf", {"of": door.small.id("Student")}, 404, "NOT_FOUND"),
        ("/reports/dıary-week.csv", {"of": door.small.id("Student")}, 404, "NOT_FOUND"),
        ("/reports/DIARY_WEEK.csv", {"of": door.small.id("Student")}, 404, "NOT_FOUND"),
        ("/reports/report-cards.pdf", {"of": door.small.id("ClassGroup")}, 413, "LIMIT_EXCEEDED"),
        ("/reports/journal.pdf", of | {"from": "9999-12-30", "to": "9999-12-31"}, 400,
         "BAD_INPUT"),
        ("/reports/diary-week.pdf", {"of": door.small.id("Student"), "from": "9999-12-31"}, 400,
         "BAD_INPUT"),
        ("/charts/progress.svg", {"of": door.small.id("Student")}, 400, "BAD_INPUT"),
        ("/charts/progress.svg", {"of": door.small.id("Student"), **SPAN, "window": "٣"}, 400,
         "BAD_INPUT"),
        ("/charts/progress.png", {"of": door.small.id("Student"), **SPAN, "by": "X"}, 400,
         "BAD_INPUT"),
    ):  # fmt: skip
        answer = await get(door, HEAD, path, **asked)
        assert answer.status_code == status, (path, answer.text)
        assert answer.json()["errors"][0]["extensions"]["code"] == code
    site = {"Sec-Fetch-Site": "cross-site", "Authorization": f"Bearer {door.tokens[HEAD]}"}
    crossed = await door.http.get("/charts/progress.svg", params=of, headers=site)
    assert crossed.status_code == 403


async def test_reports_and_charts_of_an_account_are_throttled(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = {"of": door.small.id("Student"), **SPAN}
    process = door.app.state.process
    one = Allowance(1, timedelta(hours=1))
    few = Throttle(reports=one, charts=one)
    monkeypatch.setattr(process, "throttle", few)
    for path in ("/reports/diary-week.csv", "/charts/attendance.svg"):
        assert (await get(door, GUARDIAN, path, **of)).status_code == 200
        refused = await get(door, GUARDIAN, path, **of)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert (await get(door, STUDENT, path, **of)).status_code == 200


async def test_a_chart_in_the_schema_is_what_its_picture_shows(door: FrontDoor) -> None:
    query = """query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
      progressChart(from: $from, to: $to, language: "ru") { title description spec svg png }
      attendanceChart(from: $from, to: $to) { title description } } }"""
    token = await door.token(GUARDIAN)
    found = (await door.ask(query, token, id=door.small.id("Student"), **SPAN))["student"]
    chart = found["progressChart"]
    day = f"{TODAY - timedelta(TODAY.weekday()):%d.%m.%Y}"
    assert chart["title"] == "Успеваемость: student Adler"
    assert chart["description"] == (
        f"Maths 7B: отметок — 1, с {day} по {day}, средний балл — 4,00."
    )
    assert [each["value"] for each in chart["spec"]["data"]["values"]] == [4.0, 4.0]
    assert chart["spec"]["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    assert found["attendanceChart"]["description"] == "Maths 7B: ill — 1."
    await door.pool.execute(r"UPDATE course SET title = E'Ma\x1bths\n<7B>'")  # as it was pasted
    drawn = await get(door, GUARDIAN, chart["svg"])
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    picture = ElementTree.fromstring(drawn.content)
    told = chart["description"].replace("Maths 7B", "Maths\n<7B>")
    assert [each.text for each in picture[:2]] == [chart["title"], told]
    assert (await get(door, GUARDIAN, chart["png"])).content.startswith(b"\x89PNG")


async def made(door: FrontDoor, who: str, mutation: str, **asked: Any) -> Any:
    """The export of a report, once it is made or has failed."""
    if who not in door.tokens:
        door.tokens[who] = await door.token(who)
    token = door.tokens[who]
    payload = await door.do(mutation, "dataExport { id }", token, **asked)
    assert payload["errors"] == [], payload
    shown = """query ($id: ID!) { node(id: $id) { ... on DataExport {
      kind format of state done parts size address student { id } } } }"""
    async with asyncio.timeout(60):
        while True:
            found = (await door.ask(shown, token, id=payload["dataExport"]["id"]))["node"]
            if found["state"] not in ("QUEUED", "RUNNING"):
                return found
            await asyncio.sleep(0.1)


async def test_a_long_report_is_made_in_the_background_and_kept_a_day_for_who_asked(
    door: FrontDoor,
) -> None:
    group, course = door.small.id("ClassGroup"), door.small.id("Course")
    asked = {"classGroup": group, "report": "REPORT_CARDS", "format": "CSV", "language": "ru"}
    cards = await made(door, CLASS_TEACHER, "exportClassReport", **asked)
    told = {"kind": "REPORT_CARDS", "format": "CSV", "of": group, "student": None}
    assert told.items() <= cards.items()
    assert (cards["state"], cards["done"], cards["parts"]) == ("READY", 2, 2)
    versions = await door.pool.fetchval("SELECT max(version) FROM outbox WHERE topic = $1",
                                        "DATA_EXPORT")  # fmt: skip
    assert versions == 5, "asked, begun, each of two students, made"
    for _ in range(2):
        got = await get(door, CLASS_TEACHER, cards["address"])
        assert got.headers["Content-Disposition"] == 'attachment; filename="report-cards.csv"'
        assert len(got.content) == cards["size"]
    rows = list(csv.reader(StringIO(got.content.decode("utf-8-sig"))))
    titles = [row[0] for row in rows if row and row[0].startswith("Табель успеваемости")]
    assert titles[0].startswith("Табель успеваемости: student Adler")
    assert (await get(door, HEAD, cards["address"])).status_code == 404
    year = {"firstDay": str(TODAY - timedelta(100)), "lastDay": str(TODAY + timedelta(100))}
    journal = await made(door, COURSE_TEACHER, "exportCourseReport", course=course, **year)
    assert journal["parts"] >= 7, "a part for each month"
    assert (await get(door, COURSE_TEACHER, journal["address"])).content.startswith(b"%PDF")
    card = await made(door, GUARDIAN, "exportStudentReport", student=door.small.id("Student"),
                      report="REPORT_CARD", format="XLSX")  # fmt: skip
    mine = "query ($id: ID!) { school(id: $id) { reports { kind state } } }"
    found = await door.ask(mine, door.tokens[GUARDIAN], id=door.small.id("School"))
    assert {"kind": "REPORT_CARD", "state": "READY"} in found["school"]["reports"]
    # Who is less to the record by now gets no report of before.
    assert (await get(door, GUARDIAN, card["address"])).content.startswith(b"PK")
    await door.pool.execute("UPDATE teaching SET ends_on = $1", TODAY - timedelta(1))
    viewers_of(door.app.state.process.store).forget_all()
    less = await get(door, COURSE_TEACHER, journal["address"])
    assert (less.status_code, less.json()["errors"][0]["extensions"]["code"]) == (409, "CONFLICT")
    with clock.at(clock.now() + timedelta(hours=25)):
        process: Any = door.app.state.process
        await Exports(process.store).drop_old()
    assert await door.pool.fetchval("SELECT count(*) FROM data_export_archive") == 0


async def test_a_report_is_refused_to_whom_it_is_not_for_and_there_are_not_too_many(
    door: FrontDoor,
) -> None:
    async def codes(who: str, mutation: str, **asked: Any) -> list[str]:
        door.tokens.setdefault(who, await door.token(who))
        payload = await door.do(mutation, "dataExport { id }", door.tokens[who], **asked)
        return [error["code"] for error in payload["errors"]]

    group = {"classGroup": door.small.id("ClassGroup"), "report": "CLASS_REPORT"}
    for who, code in (
        (COURSE_TEACHER, "FORBIDDEN"), (GUARDIAN, "FORBIDDEN"), (SECRETARY, "FORBIDDEN"),
        (OTHER_HEAD, "NOT_FOUND"),
    ):  # fmt: skip
        assert await codes(who, "exportClassReport", **group) == [code]
    child = {"student": door.small.id("Student"), "report": "DIARY_WEEK"}
    for who in (OTHER_GUARDIAN, OTHER_TEACHER, CLASSMATE):
        assert await codes(who, "exportStudentReport", **child) == ["NOT_FOUND"]
    course = {"course": door.small.id("Course")}
    assert await codes(GUARDIAN, "exportCourseReport", **course) == ["FORBIDDEN"]
    no_days = await made(door, HEAD, "exportCourseReport", **course)
    assert (no_days["state"], no_days["address"]) == ("FAILED", None)
    await door.pool.execute(
        "UPDATE data_export SET lease_until = now() + interval '1 day', state = 'RUNNING',"
        " author_id = $1", door.small.accounts[HEAD],
    )  # fmt: skip
    await door.pool.execute(
        "INSERT INTO data_export (school_id, id, author_id, kind, format, asked, state, language,"
        " done, parts, attempts, asked_at, expires_at, version, lease_until)"
        " SELECT school_id, gen_random_uuid(), author_id, kind, format, asked, state, language, 0,"
        " 1, 0, asked_at, expires_at, 1, lease_until FROM data_export, generate_series(1, 4)"
        " WHERE kind = 'JOURNAL'"
    )
    assert await codes(HEAD, "exportCourseReport", **course) == ["TOO_MANY"]


async def test_so_many_are_made_at_once_and_whoever_comes_when_it_is_full_is_told(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns(at_once=1, most_waiting=1)
    monkeypatch.setattr(door.app.state.process, "turns", turns)
    of = {"of": door.small.id("Student"), **SPAN}
    path = "/charts/attendance.svg"
    assert (await get(door, GUARDIAN, path, **of)).status_code == 200
    async with turns.turn():
        waiting = asyncio.create_task(get(door, GUARDIAN, path, **of))
        async with asyncio.timeout(20):
            while not turns._waiting:
                await asyncio.sleep(0.01)
        refused = await get(door, STUDENT, path, **of)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert (await waiting).status_code == 200
