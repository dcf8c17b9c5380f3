"""The figures as tables: a row for each record, a column for each of its fields."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table


def show(title: str, rows: Sequence[Any]) -> None:  # records of any of the bench's dataclasses
    """Print nothing where there are no rows."""
    flat = figures(rows)
    if not flat:
        return
    table = Table(*(name.replace("_", " ") for name in flat[0]), title=title)
    for row in flat:
        table.add_row(
            *(f"{value:,}" if _is_number(value) else str(value) for value in row.values())
        )
    Console(width=150).print(table)


def figures(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The records as flat dictionaries: those of a record within stand beside its own."""
    return [_flat(asdict(row)) for row in rows]


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= _flat(value) if isinstance(value, dict) else {name: value}
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)
