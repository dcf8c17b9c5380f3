"""Reports of a course: its journal."""

from collections import defaultdict
from typing import Any

from gateway.drawing.layout import Cell, Report, Table
from gateway.reports.asking import Data
from gateway.reports.of_classes import _months
from gateway.reports.parts import (
    SCHOOL,
    Making,
    day_of,
    listed_name,
    number,
    report,
    together,
    words_of,
    written,
)
from gateway.reports.texts import Words

JOURNAL = f"""query ($of: ID!, $from: Date!, $to: Date!) {{ of: course(id: $of) {{
  title {SCHOOL} classGroup {{ name }} academicYear {{ name }} teachers {{ displayName }}
  journal(from: $from, to: $to) {{
    lessons {{ id date slot topic status homework {{ text withdrawn }} }}
    rows {{ student {{ familyName givenName }}
      grades {{ lesson {{ id }} value state excused }} attendance {{ lesson {{ id }} token }}
      average {{ value }} }} }} }} }}"""


async def journal(making: Making) -> Report:
    """For each month of the span its marks, and then what was taught."""
    first, last, name = await making.span()
    months = list(_months(first, last))
    tables: list[Table] = []
    taught: list[list[Cell]] = []
    for done, (begins, ends) in enumerate(months):
        days = {"from": str(begins), "to": str(ends)}
        found = await making.ask(JOURNAL, "journal", of=making.asked.of, **days)
        words, own = words_of(making.asked, found["school"]), found["journal"]
        lessons = [each for each in own["lessons"] if each["status"] != "CANCELLED"]
        tables.append(_marks(words, words.month(begins), lessons, own["rows"]))
        taught += [_lesson(words, each) for each in own["lessons"]]
        await making.told(done + 1, len(months))
    headings = [words(each) for each in ("date", "topic", "task")]
    tables.append(Table(headings, taught, [1.2, 4, 4], words("taught")))
    return report(
        words,
        found["school"],
        f"{words('JOURNAL')}: {found['title']}",
        [
            (words("class"), (found["classGroup"] or {}).get("name")),
            (words("teachers"), ", ".join(each["displayName"] for each in found["teachers"])),
            (words("period"), name),
            (words("span"), words.span(first, last)),
        ],
        tables,
        landscape=True,
    )


def _marks(words: Words, title: str, lessons: list[Data], rows: list[Any]) -> Table:
    lines: list[list[Cell]] = []
    for place, row in enumerate(rows, 1):
        cells: dict[str, list[str | None]] = defaultdict(list)
        for grade in row["grades"]:
            cells[grade["lesson"]["id"]].append(written(grade))
        for entry in row["attendance"]:
            cells[entry["lesson"]["id"]].append(entry["token"])
        average = number((row["average"] or {}).get("value"))
        name = listed_name(row["student"]) if row["student"] else None
        lines.append([
            place, name, *(together(cells[each["id"]]) or None for each in lessons), average,
        ])  # fmt: skip
    days = [words.short(day_of(each["date"])) for each in lessons]
    return Table(
        ["№", words("name"), *days, words("average")],
        lines,
        [2, 14, *[2.4] * len(days), 3],
        title,
        fixed=2,
        upright=True,
        centred=True,
    )


def _lesson(words: Words, lesson: Data) -> list[Cell]:
    day = words.short(day_of(lesson["date"]))
    topic = lesson["topic"] or ""
    if lesson["status"] == "CANCELLED":
        topic = f"({words('cancelled')}) {topic}".strip()
    tasks = [each["text"] for each in lesson["homework"] if each["text"] and not each["withdrawn"]]
    return [day, topic, "\n".join(tasks)]
