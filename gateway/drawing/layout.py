"""A document before it is written: its heading, tables and closing lines, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None
"""Text; or a number, which stays one in a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are those of the columns, to each other. The first `fixed` columns are repeated
    where the others don't fit on one page; headings are written upwards where `upright` says so."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]
    title: str = ""
    fixed: int = 0
    upright: bool = False
    centred: bool = False
    """Whether what is in the columns after the fixed ones stands in their middle."""


@dataclass(frozen=True, slots=True)
class Report:
    """`columns` are those in which the tables stand beside each other, as days in a paper diary.
    Each of `parts` is as if it were a document of its own, with a page of its own."""

    title: str
    lines: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    language: str = "en"
    school: str = ""
    made: str = ""
    made_at: str = ""
    """The same, as ISO 8601."""
    closing: Sequence[str] = ()
    columns: int = 1
    landscape: bool = False
    parts: Sequence["Report"] = ()


def report_of(data: Mapping[str, Any]) -> Report:
    """The report, as JSON has it."""
    own = dict(data)
    own["tables"] = [Table(**each) for each in data["tables"]]
    own["parts"] = [report_of(each) for each in data.get("parts", ())]
    own["lines"] = [(name, value) for name, value in data["lines"]]
    return Report(**own)


def documents_of(report: Report) -> Sequence[Report]:
    """What stands on pages of its own."""
    return report.parts or [report]
