"""Reports of one student: the report card, and a week of the diary."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from gateway.drawing.layout import Cell, Report, Table
from gateway.reports.asking import Data
from gateway.reports.parts import (
    SCHOOL,
    Making,
    day_of,
    mark,
    number,
    report,
    together,
    words_of,
    written,
)
from gateway.reports.texts import Words

CARD = f"""query ($of: ID!, $year: ID) {{ of: student(id: $of) {{
  displayName {SCHOOL} classGroups(year: $year) {{ name classTeacher {{ displayName }} }}
  reportCard(year: $year) {{
    academicYear {{ name startsOn endsOn }}
    rows {{ course {{ title }} results {{
      periodName average value proposal grade {{ state overridden }} period {{ id }} }} }}
    totals {{ period {{ id }} average gpa }}
    transferred {{ value number elsewhere subject {{ name }} period {{ name }} }} }} }} }}"""
MISSED = """query ($of: ID!, $from: Date!, $to: Date!) { of: student(id: $of) {
  attendanceCounts(from: $from, to: $to, by: WHOLE) {
    count { lessons absences absent excused ill latenesses } } } }"""
WEEK = f"""query ($of: ID!, $from: Date!, $to: Date!) {{ of: student(id: $of) {{
  displayName {SCHOOL} classGroups {{ name }}
  diary(from: $from, to: $to) {{ date lessons {{
    lesson {{ slot status topic room course {{ title }} subject {{ name }}
      homeworkDue {{ text withdrawn }} }}
    grades {{ value state excused }} attendance {{ token }} }} }}
  remarks(from: $from, to: $to) {{ date text }}
  diarySignatures(from: $from, to: $to) {{ by }} }} }}"""
WEEK_DAYS = 6
"""A week in a paper diary has no Sunday; one with lessons has."""


async def report_card(making: Making) -> Report:
    asked = making.asked
    found = await making.ask(CARD, "reportCard", of=asked.of, year=asked.year)
    words, card = words_of(asked, found["school"]), found["reportCard"]
    year = card["academicYear"]
    first, last = day_of(year["startsOn"]), day_of(year["endsOn"])
    missed = await making.ask(MISSED, of=asked.of, **{"from": str(first), "to": str(last)})
    tables = [_grades(words, card)]
    if card["transferred"]:
        tables.append(_transferred(words, card["transferred"]))
    tables += _missed(words, missed["attendanceCounts"])
    groups = found["classGroups"]
    leaders = (group["classTeacher"] for group in groups)
    return report(
        words,
        found["school"],
        f"{words('REPORT_CARD')}: {found['displayName']}",
        [
            (words("class"), ", ".join(group["name"] for group in groups)),
            (words("year"), year["name"]),
            (
                words("class_teacher"),
                ", ".join(each["displayName"] for each in leaders if each is not None),
            ),
        ],
        tables,
        closing=[
            words("in_brackets"),
            *(words(each) for each in ("sign_class_teacher", "sign_head", "sign_guardians")),
        ],
    )


def _grades(words: Words, card: Data) -> Table:
    names: dict[str, str] = {}
    for row in card["rows"]:
        for result in row["results"]:
            names.setdefault(result["period"]["id"], result["periodName"])
    order = [each["period"]["id"] for each in card["totals"] or ()] or list(names)
    rows: list[list[Cell]] = []
    for row in card["rows"]:
        of = {result["period"]["id"]: result for result in row["results"]}
        rows.append([row["course"]["title"], *(_grade(words, of.get(each)) for each in order)])
    for key, label in (("average", "all"), ("gpa", "gpa")):
        totals = [each[key] for each in card["totals"] or ()]
        if any(each is not None for each in totals):
            rows.append([words(label), *map(number, totals)])
    headings = [words("course"), *(names.get(each, "") for each in order)]
    return Table(headings, rows, [4, *[1.4] * len(order)], fixed=1, centred=True)


def _grade(words: Words, result: Data | None) -> Cell:
    """The mark that was decided, or why there is none; the average in brackets before that."""
    if result is None:
        return None
    if result["value"] is not None:
        return mark(result["value"])
    grade = result["grade"]
    if grade is not None:
        return words(grade["state"]) if grade["state"] in ("NOT_ATTESTED", "EXEMPT") else None
    if result["average"] is None:
        return None
    average = str(result["average"])
    return f"({average.replace('.', ',') if words.language == 'ru' else average})"


def _transferred(words: Words, grades: list[Data]) -> Table:
    rows = [
        [(each["subject"] or {}).get("name"), each["period"]["name"], mark(each["value"]),
         each["elsewhere"]]
        for each in grades
    ]  # fmt: skip
    headings = [words("course"), words("period"), words("mark"), words("elsewhere")]
    return Table(headings, rows, [4, 2, 1, 4], words("elsewhere"))


def _missed(words: Words, counts: list[Any]) -> Iterator[Table]:
    if not counts:
        return
    count = counts[0]["count"]
    keys = ("lessons", "absences", "absent", "excused", "ill", "latenesses")
    headings = [words(each) for each in (*keys[:-1], "late")]
    yield Table(headings, [[count[each] for each in keys]], [1] * 6, words("attendance"))


async def diary_week(making: Making) -> Report:
    asked = making.asked
    first = asked.first or await _today(making)
    monday = first - timedelta(first.weekday())
    sunday = monday + timedelta(6)
    found = await making.ask(WEEK, of=asked.of, **{"from": str(monday), "to": str(sunday)})
    words = words_of(asked, found["school"])
    days = {day_of(each["date"]): each["lessons"] for each in found["diary"]}
    length = WEEK_DAYS + (sunday in days)
    tables = [
        _day(words, monday + timedelta(at), days.get(monday + timedelta(at), ()))
        for at in range(length)
    ]
    closing = [f"{words('remarks')}: " * (not place) + _remark(words, each)
               for place, each in enumerate(found["remarks"])]  # fmt: skip
    signed = [each["by"] for each in found["diarySignatures"] or ()]
    if signed:
        closing.append(words("signed", names=", ".join(signed)))
    closing += [words("sign_class_teacher"), words("sign_guardians")]
    return report(
        words,
        found["school"],
        f"{words('DIARY_WEEK')}: {found['displayName']}",
        [
            (words("class"), ", ".join(group["name"] for group in found["classGroups"])),
            (words("week"), words.span(monday, monday + timedelta(length - 1))),
        ],
        tables,
        columns=2,
        closing=closing,
    )


async def _today(making: Making) -> date:
    query = "query ($of: ID!) { of: student(id: $of) { school { today } } }"
    return day_of((await making.ask(query, of=making.asked.of))["school"]["today"])


def _remark(words: Words, remark: Data) -> str:
    return f"{words.short(day_of(remark['date']))} {remark['text'] or ''}"


def _day(words: Words, day: date, entries: Any) -> Table:
    rows: list[list[Cell]] = [_lesson(words, each) for each in entries]
    headings = [words.weekday(day), words("task"), words("mark")]
    return Table(headings, rows or [[words("none"), None, None]], [3.4, 5, 1.3], fixed=2,
                 centred=True)  # fmt: skip


def _lesson(words: Words, entry: Data) -> list[Cell]:
    lesson = entry["lesson"] or {}
    title = (lesson.get("subject") or {}).get("name") or (lesson.get("course") or {}).get("title")
    slot = lesson.get("slot")
    name = f"{slot}. {title}" if slot is not None else title
    if lesson.get("status") == "CANCELLED":
        name = f"{name} ({words('cancelled')})"
    tasks = [each["text"] for each in lesson.get("homeworkDue", ()) if not each["withdrawn"]]
    token = (entry["attendance"] or {}).get("token")
    marks = together([*(written(each) for each in entry["grades"]), token])
    return [name, "\n".join(each for each in tasks if each), marks]
