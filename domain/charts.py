"""Charts as Vega-Lite specs, with what they show in words.

They are read in black and white too, and by people who don't see colours well: lines differ by
dashes and shapes, bars by how light they are and by their numbers. Colours are of Okabe and Ito.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.languages import LANGUAGES

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
BLACK, ORANGE, BLUE = "#000000", "#E69F00", "#0072B2"
SHADES = ("#F2F2F2", "#BBD7EC", "#E8B04A", "#5FA3CE", "#B3622A", "#0F4C75", "#000000")
"""From light to dark, so that they differ in grey too."""
MOST_PANELS = 24
"""Courses that a chart shows at most, one panel each."""
CONFIG: Mapping[str, Any] = {
    "font": "DejaVu Sans",
    "background": "white",
    "axis": {"labelFontSize": 11, "titleFontSize": 11, "labelLimit": 220},
    "title": {"anchor": "start", "fontSize": 14},
    "header": {"labelFontSize": 12, "title": None, "labelLimit": 240},
    "legend": {
        "title": None,
        "orient": "bottom",
        "labelFontSize": 11,
        "columns": 4,
        "labelLimit": 320,
    },
}
Texts = Mapping[str, tuple[str, str]]
TEXTS: Texts = {
    "progress": ("Progress: {name}", "Успеваемость: {name}"),
    "distribution": ("Marks: {name}, {period}", "Отметки: {name}, {period}"),
    "attendance": ("Attendance: {name}", "Посещаемость: {name}"),
    "answers": ("Answers: {name}", "Ответы: {name}"),
    "people": ("Answers", "Ответов"),
    "average": ("Average of the marks", "Средний балл"),
    "moving": ("Average of the last {window} marks", "Среднее последних отметок ({window})"),
    "whole": ("All courses", "Все предметы"),
    "date": ("Date", "Дата"),
    "students": ("Students", "Учеников"),
    "missed": ("Lessons missed, in whole or in part", "Пропущено уроков, целиком или частично"),
    "of_progress": (
        "{name}: {count} marks from {first} to {last}, the average is {average}{trend}.",
        "{name}: отметок — {count}, с {first} по {last}, средний балл — {average}{trend}.",
    ),
    "BETTER": (", and gets better", ", улучшается"),
    "WORSE": (", and gets worse", ", ухудшается"),
    "STEADY": (", and stays as it is", ", не меняется"),
    "nothing": ("nothing", "ничего"),
    "present": ("present", "присутствие"),
    "late": ("late", "опоздание"),
    "left_early": ("left early", "ушёл раньше"),
    "elsewhere": ("elsewhere for the school", "по делам школы"),
    "excused": ("excused", "по уважительной причине"),
    "ill": ("ill", "по болезни"),
    "absent": ("unexcused", "без причины"),
}
KINDS = ("present", "late", "left_early", "elsewhere", "excused", "ill", "absent")
"""What attendance is, from the lightest to the darkest."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, what it is called, and what it shows in words."""

    title: str
    description: str
    spec: dict[str, Any]
    language: str


def text(key: str, language: str, **told: object) -> str:
    found = TEXTS[key][LANGUAGES.index(language)]
    return found.format(**told) if told else found


def _day(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "ru" else f"{day:%Y-%m-%d}"


def _number(value: Decimal, language: str) -> str:
    return str(value).replace(".", ",") if language == "ru" else str(value)


def _chart(title: str, told: Sequence[str], spec: Mapping[str, Any], language: str) -> Chart:
    description = " ".join(told) or text("nothing", language)
    whole = {
        "$schema": SCHEMA,
        "title": title,
        "description": description,
        "config": dict(CONFIG),
        **spec,
    }
    return Chart(title, description, whole, language)


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    day: date
    average: Decimal
    moving: Decimal | None


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A course or subject, or all of them where it has no name."""

    name: str | None
    points: Sequence[ProgressPoint]
    count: int
    average: Decimal
    direction: str | None
    best_is_lowest: bool = False


def progress_chart(name: str, lines: Sequence[ProgressLine], window: int, language: str) -> Chart:
    """A panel for each line, of the same days."""
    average = text("average", language)
    moving = text("moving", language, window=window)
    told, values = [], list[dict[str, Any]]()
    for line in lines[:MOST_PANELS]:
        called = line.name or text("whole", language)
        told.append(_of_progress(called, line, language))
        for point in line.points:
            day = point.day.isoformat()
            values.append(
                {"of": called, "day": day, "what": average, "value": float(point.average)}
            )
            if point.moving is not None:
                values.append(
                    {"of": called, "day": day, "what": moving, "value": float(point.moving)}
                )
    kinds = {"domain": [average, moving]}
    reverse = any(line.best_is_lowest for line in lines)
    panel = {
        "mark": {"type": "line", "point": {"filled": True, "size": 40}, "strokeWidth": 2},
        "width": 240 if len(lines) > 1 else 560,
        "height": 110 if len(lines) > 1 else 300,
        "encoding": {
            "x": {
                "field": "day",
                "type": "temporal",
                "title": None,
                "axis": {"format": "%d.%m", "tickCount": 6, "labelOverlap": True},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": None,
                "scale": {"zero": False, "nice": True, "reverse": reverse},
                "axis": {"tickCount": 5},
            },
            "color": {"field": "what", "scale": kinds | {"range": [BLUE, ORANGE]}},
            "strokeDash": {"field": "what", "scale": kinds | {"range": [[1, 0], [6, 3]]}},
            "shape": {"field": "what", "scale": kinds | {"range": ["circle", "triangle-up"]}},
        },
    }
    spec: dict[str, Any] = {"data": {"values": values}, **panel}
    if len(lines) > 1:
        sized = {"data": {"values": values}, "columns": 2, "spec": panel}
        names = list(dict.fromkeys(each["of"] for each in values))
        facet = {"field": "of", "type": "nominal", "sort": names}
        spec = sized | {"facet": facet, "resolve": {"scale": {"x": "shared"}}}
    return _chart(text("progress", language, name=name), told, spec, language)


def _of_progress(name: str, line: ProgressLine, language: str) -> str:
    return text(
        "of_progress",
        language,
        name=name,
        count=line.count,
        first=_day(line.points[0].day, language),
        last=_day(line.points[-1].day, language),
        average=_number(line.average, language),
        trend="" if line.direction is None else text(line.direction, language),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """Of a course or a student: how often there is what, by its name."""

    name: str
    counts: Sequence[tuple[str, int]]


def distribution_chart(
    name: str, period: str, bars: Sequence[Bar], order: Sequence[str], language: str
) -> Chart:
    """How many students have which mark, from the best on the left; a bar for each course."""
    told = [_of_bar(bar, language) for bar in bars]
    title = text("distribution", language, name=name, period=period)
    return _chart(title, told, _bars(bars, order, text("students", language)), language)


def answers_chart(name: str, bar: Bar, language: str) -> Chart:
    """How often each answer to a question was chosen, in the order of the choices."""
    title = text("answers", language, name=name)
    order = [what for what, _ in bar.counts]
    drawn = _bars([bar], order, text("people", language))
    return _chart(title, [_of_bar(bar, language)], drawn, language)


def attendance_chart(name: str, bars: Sequence[Bar], language: str) -> Chart:
    """How many lessons were missed, and for what reason. Those that were attended are told in words
    alone: there are so many that the rest would not be seen."""
    named = [
        Bar(bar.name, [(text(kind, language), count) for kind, count in bar.counts if count])
        for bar in bars
    ]
    told = [_of_bar(bar, language) for bar in named]
    there = text("present", language)
    missed = [Bar(bar.name, [each for each in bar.counts if each[0] != there]) for bar in named]
    kinds = {kind for bar in missed for kind, _ in bar.counts}
    order = [text(kind, language) for kind in KINDS if text(kind, language) in kinds]
    title = text("attendance", language, name=name)
    return _chart(title, told, _bars(missed, order, text("missed", language)), language)


def _of_bar(bar: Bar, language: str) -> str:
    counts = ", ".join(f"{what} — {count}" for what, count in bar.counts)
    return f"{bar.name}: {counts or text('nothing', language)}."


def shades(count: int) -> list[str]:
    """So many shades, from light to dark, as far from each other as they can be."""
    if count <= 1:
        return [SHADES[2]] * count
    last = len(SHADES) - 1
    found = [SHADES[round(place * last / (count - 1))] for place in range(count)]
    return found if len(set(found)) == count else [_grey(place, count) for place in range(count)]


def _grey(place: int, count: int) -> str:
    light = round(242 - 242 * place / (count - 1))
    return f"#{light:02x}{light:02x}{light:02x}"


def _is_dark(shade: str) -> bool:
    red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
    return 299 * red + 587 * green + 114 * blue < 128_000


def _apart(bars: Sequence[Bar]) -> list[Bar]:
    """Each with a name of its own, as of two students who are called the same."""
    often: dict[str, int] = {}
    found = []
    for bar in bars:
        often[bar.name] = number = often.get(bar.name, 0) + 1
        found.append(bar if number == 1 else Bar(f"{bar.name} ({number})", bar.counts))
    return found


def _bars(bars: Sequence[Bar], order: Sequence[str], title: str) -> dict[str, Any]:
    """Bars of parts that stand beside each other, each with its number."""
    colours = dict(zip(order, shades(len(order)), strict=True))
    bars = _apart(bars)
    values: list[dict[str, Any]] = []
    for bar in bars:
        at = 0
        for name, count in bar.counts:
            values.append({
                "of": bar.name, "what": name, "count": count, "from": at, "to": at + count,
                "middle": at + count / 2, "ink": "white" if _is_dark(colours[name]) else "black",
            })  # fmt: skip
            at += count
    rows = [bar.name for bar in bars]
    names = {"field": "of", "type": "nominal", "scale": {"domain": rows}, "title": None}
    scale = {"domain": list(order), "range": [colours[name] for name in order]}
    across = {"type": "quantitative", "title": title, "axis": {"format": "d", "tickMinStep": 1}}
    return {
        "data": {"values": values},
        "width": 520,
        "height": {"step": 24},
        "encoding": {"y": names},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": BLACK, "strokeWidth": 0.7, "height": 18},
                "encoding": {
                    "x": across | {"field": "from"},
                    "x2": {"field": "to"},
                    "color": {"field": "what", "type": "nominal", "scale": scale, "sort": None},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {
                    "x": across | {"field": "middle"},
                    "text": {"field": "count", "type": "quantitative"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
    }
