"""The archive of an export: JSON, a table for spreadsheets for each part, and what is what."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from db.own_data.parts import Part
from domain.own_data import cell
from domain.own_data_texts import heading_of, text, title_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """What was read of a student, by parts, and for whom it is written."""

    school: str
    student: str
    made_at: datetime
    language: str
    parts: Sequence[tuple[Part, Sequence[Row]]]


def archive_of(export: Export) -> bytes:
    """A zip archive of `data.json`, `about.txt` and a CSV file for each part."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        _add(archive, export, "about.txt", about(export).encode("utf-8-sig"))
        _add(archive, export, "data.json", as_json(export))
        for part, rows in export.parts:
            _add(archive, export, f"{part.name}.csv", as_csv(part, rows, export.language))
    return made.getvalue()


def _add(archive: ZipFile, export: Export, name: str, content: bytes) -> None:
    at = export.made_at
    info = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = ZIP_DEFLATED
    archive.writestr(info, content)


def about(export: Export) -> str:
    language = export.language
    told = {"school": export.school, "student": export.student, "day": f"{export.made_at:%Y-%m-%d}"}
    lines = [text("title", language).format(**told), "", text("files", language), ""]
    for part, rows in export.parts:
        counted = text("rows", language).format(number=len(rows))
        number = counted if rows else text("none", language)
        lines.append(f"{part.name}.csv: {title_of(part.name, language)} ({number})")
    return "\r\n".join([*lines, "", text("apostrophe", language), ""])


def as_json(export: Export) -> bytes:
    data = {
        "school": export.school,
        "student": export.student,
        "madeAt": export.made_at,
        "parts": {
            part.name: [{name: row[name] for name in part.columns} for row in rows]
            for part, rows in export.parts
        },
    }
    return orjson.dumps(data, _plain, option=orjson.OPT_INDENT_2)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"An export has no {type(value).__name__}.")


def as_csv(part: Part, rows: Sequence[Row], language: str) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it. All cells are quoted."""
    written = StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(heading_of(name, language) for name in part.columns)
    for row in rows:
        table.writerow(cell(row[name]) for name in part.columns)
    return written.getvalue().encode("utf-8-sig")
