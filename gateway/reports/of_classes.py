"""Reports of a class group: who is in it, who missed what, what came of a period."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from gateway.drawing.layout import Cell, Report, Table
from gateway.reports.asking import Data
from gateway.reports.of_students import report_card
from gateway.reports.parts import (
    SCHOOL,
    Making,
    day_of,
    listed_name,
    mark,
    number,
    report,
    too_long,
    words_of,
)
from gateway.reports.texts import Words

GROUP = f"name gradeLevel {SCHOOL} academicYear {{ name }} classTeacher {{ displayName }}"
REGISTER = f"""query ($of: ID!) {{ of: classGroup(id: $of) {{ {GROUP}
  courses {{ title teachers {{ displayName }} }}
  students {{ familyName givenName bornOn email phone
    guardians {{ displayName phone email }} }} }} }}"""
SHEET = f"""query ($of: ID!, $from: Date!, $to: Date!) {{ of: classGroup(id: $of) {{ {GROUP}
  timetable(from: $from, to: $to) {{ date }}
  attendanceCounts(from: $from, to: $to, by: STUDENT) {{
    student {{ id familyName givenName attendance(from: $from, to: $to) {{ date token }} }}
    count {{ lessons absences absent excused ill latenesses }} }} }} }}"""
RESULTS = f"""query ($of: ID!, $period: ID) {{ of: classGroup(id: $of) {{ {GROUP}
  figures(period: $period) {{ students graded notAttested average success quality
    course {{ title }} distribution {{ mark count }} }}
  courses {{ title results(period: $period) {{
    student {{ id familyName givenName }}
    result {{ periodName average value proposal grade {{ state }} }} }} }} }} }}"""
MEMBERS = "query ($of: ID!) { of: classGroup(id: $of) { name school { name language timeZone } students { id } } }"  # noqa: E501
COUNTED = ("lessons", "absences", "absent", "excused", "ill", "latenesses")


def _lines(words: Words, group: Data) -> list[tuple[str, str | None]]:
    return [
        (words("year"), (group["academicYear"] or {}).get("name")),
        (words("class_teacher"), (group["classTeacher"] or {}).get("displayName")),
    ]


async def class_register(making: Making) -> Report:
    found = await making.ask(REGISTER, of=making.asked.of)
    words = words_of(making.asked, found["school"])
    rows: list[list[Cell]] = []
    for place, each in enumerate(found["students"], 1):
        born = words.day(day_of(each["bornOn"])) if each["bornOn"] else None
        guardians = [_reached(one["displayName"], one) for one in each["guardians"] or ()]
        reached = "\n".join(one for one in (each["phone"], each["email"]) if one)
        rows.append([place, listed_name(each), born, reached, "\n".join(guardians)])
    headings = ["№", *(words(each) for each in ("name", "born", "contact", "guardians"))]
    courses: list[list[Cell]] = [
        [each["title"], ", ".join(one["displayName"] for one in each["teachers"])]
        for each in found["courses"]
    ]
    return report(
        words,
        found["school"],
        f"{words('CLASS_REGISTER')} {found['name']}",
        _lines(words, found),
        [
            Table(headings, rows, [0.6, 3, 1.6, 3, 5], words("people"), fixed=2),
            Table([words("course"), words("teachers")], courses, [1, 2], words("by_course")),
        ],
        closing=[words("sign_class_teacher")],
        landscape=True,
    )


def _reached(name: str, person: Data) -> str:
    return ", ".join(each for each in (name, person["phone"], person["email"]) if each)


async def attendance_sheet(making: Making) -> Report:
    """A table for each month of the span."""
    first, last, name = await making.span()
    months = list(_months(first, last))
    tables: list[Table] = []
    for done, (begins, ends) in enumerate(months):
        days = {"from": str(begins), "to": str(ends)}
        found = await making.ask(SHEET, "attendanceCounts", of=making.asked.of, **days)
        words = words_of(making.asked, found["school"])
        tables.append(_sheet(words, words.month(begins), found))
        await making.told(done + 1, len(months))
    return report(
        words,
        found["school"],
        f"{words('ATTENDANCE_SHEET')} {found['name']}",
        [*_lines(words, found), (words("period"), name), (words("span"), words.span(first, last))],
        tables,
        closing=[words("sign_class_teacher")],
        landscape=True,
    )


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        following = (first.replace(day=1) + timedelta(32)).replace(day=1)
        yield first, min(last, following - timedelta(1))
        first = following


def _sheet(words: Words, title: str, found: Data) -> Table:
    days = [each["date"] for each in found["timetable"] or ()]
    counted = [each for each in found["attendanceCounts"] if each["student"] is not None]
    counted.sort(key=lambda each: _order(each["student"]))
    rows: list[list[Cell]] = []
    for place, each in enumerate(counted, 1):
        student, tokens = each["student"], defaultdict[str, list[str]](list)
        for entry in student["attendance"]:
            tokens[entry["date"]].append(entry["token"])
        rows.append([
            place, listed_name(student), *(_of_day(tokens[day]) for day in days),
            *(each["count"][key] for key in COUNTED),
        ])  # fmt: skip
    labels = [words(key) for key in (*COUNTED[:-1], "late")]
    return Table(
        ["№", words("name"), *(words.short(day_of(day)) for day in days), *labels],
        rows,
        [2, 14, *[2] * len(days), *[2.4] * len(COUNTED)],
        title,
        fixed=2,
        upright=True,
        centred=True,
    )


def _order(student: Data) -> tuple[str, str]:
    return student["familyName"].casefold(), student["givenName"].casefold()


def _of_day(tokens: list[str]) -> Cell:
    """What was entered on a day: a token, with how often where that is more than once."""
    often: dict[str, int] = {}
    for each in tokens:
        often[each] = often.get(each, 0) + 1
    found = [token if count == 1 else f"{token}{count}" for token, count in often.items()]
    return mark(found[0]) if len(found) == 1 else " ".join(found) or None


async def class_report(making: Making) -> Report:
    asked = making.asked
    found = await making.ask(RESULTS, "figures", of=asked.of, period=asked.period)
    words = words_of(asked, found["school"])
    results = [one for each in found["courses"] for one in each["results"] or ()]
    period = results[0]["result"]["periodName"] if results else None
    return report(
        words,
        found["school"],
        f"{words('CLASS_REPORT')} {found['name']}",
        [*_lines(words, found), (words("period"), period)],
        [_figures(words, found["figures"]), _by_student(words, found["courses"])],
        closing=[words("proposed_in_brackets"), words("sign_class_teacher"), words("sign_head")],
        landscape=True,
    )


def _figures(words: Words, figures: list[Data]) -> Table:
    rows: list[list[Cell]] = [
        [
            each["course"]["title"], each["students"], each["graded"], each["notAttested"],
            number(each["average"]), words.percent(each["success"]), words.percent(each["quality"]),
            ", ".join(f"{one['mark']}: {one['count']}" for one in each["distribution"]),
        ]
        for each in figures
    ]  # fmt: skip
    labels = ("course", "students", "graded", "not_attested", "average", "success", "quality",
              "distribution")  # fmt: skip
    headings = [words(each) for each in labels]
    return Table(headings, rows, [4, 1.4, 1.4, 1.5, 1.3, 1.7, 1.4, 4], words("by_course"), fixed=1)


def _by_student(words: Words, courses: list[Data]) -> Table:
    """The marks of each student, or what is proposed in brackets."""
    people: dict[str, Data] = {}
    marks: dict[tuple[str, int], Cell] = {}
    for place, course in enumerate(courses):
        for each in course["results"] or ():
            if (student := each["student"]) is not None:
                people[student["id"]] = student
                marks[student["id"], place] = _result(words, each["result"])
    ordered = sorted(people.values(), key=_order)
    rows: list[list[Cell]] = [
        [place, listed_name(each), *(marks.get((each["id"], at)) for at in range(len(courses)))]
        for place, each in enumerate(ordered, 1)
    ]
    headings = ["№", words("name"), *(each["title"] for each in courses)]
    widths = [1, 7, *[1.4] * len(courses)]
    return Table(headings, rows, widths, words("by_student"), fixed=2, upright=True, centred=True)


def _result(words: Words, result: Data) -> Cell:
    if result["value"] is not None:
        return mark(result["value"])
    grade = result["grade"]
    if grade is not None:
        return words(grade["state"]) if grade["state"] in ("NOT_ATTESTED", "EXEMPT") else None
    return f"({result['proposal']})" if result["proposal"] is not None else None


async def report_cards(making: Making) -> Report:
    """That of each student who has one, on a page of its own."""
    if making.at_once:
        raise too_long()
    found = await making.ask(MEMBERS, of=making.asked.of)
    words = words_of(making.asked, found["school"])
    parts: list[Any] = []
    for done, student in enumerate(found["students"], 1):
        own = replace(making, asked=replace(making.asked, of=student["id"]))
        parts.append(await report_card(own))
        await making.told(done, len(found["students"]))
    title = f"{words('REPORT_CARDS')} {found['name']}"
    return report(words, found["school"], title, [], [], parts=parts)
