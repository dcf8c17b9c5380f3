"""Nothing asks for the time but `domain/clock.py`: no other call in Python, and no SQL."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("db", "domain", "resolvers", "schema", "gateway")
THE_CLOCK = Path("domain/clock.py")
MEASURES = Path("tests/bench")
"""It measures servers of several makes, whose clocks nobody sets."""
IN_PYTHON = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
IN_SQL = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\b",
    re.IGNORECASE,
)


def other_clocks(paths: Iterable[Path] | None = None) -> list[str]:
    """A line for each place that asks another clock for the time."""
    found = []
    for path in paths if paths is not None else _sources():
        place = path.relative_to(ROOT)
        tree = ast.parse(path.read_text())
        kinds = [_of_python(tree)] if place.parts[0] == "tests" else [_of_python(tree), _sql(tree)]
        found += [f"{place}:{line}: {what}" for kind in kinds for line, what in kind]
    return found


def _sources() -> Iterator[Path]:
    for package in (*PACKAGES, "tests", "docker"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT)
            measures = place.is_relative_to(MEASURES)
            if place != THE_CLOCK and not measures and "node_modules" not in place.parts:
                yield path


def _of_python(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in IN_PYTHON:
            yield node.lineno, f"asks {_last_name(node.value)}.{node.attr} instead of the clock"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for name in node.names:
                if ("time", name.name) in IN_PYTHON:
                    yield node.lineno, f"asks time.{name.name} instead of the clock"


def _sql(tree: ast.Module) -> Iterator[tuple[int, str]]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            text = node.value
        if isinstance(node, ast.Attribute) and _last_name(node.value) == "func":
            text = f"{node.attr}()"
        if isinstance(node, ast.expr) and (said := IN_SQL.search(text)):
            yield node.lineno, f"{said[0]} in SQL: take the parameter `now`"


def _last_name(node: ast.expr) -> str:
    """`datetime` of both `datetime` and `datetime.datetime`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
