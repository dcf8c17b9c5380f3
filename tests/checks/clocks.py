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
NAMED = re.compile(r"\.\s*(now|utcnow|today|time|time_ns)\b|\bfrom\s+time\s+import\b")
"""What stands in a file that asks for the time in Python; most need not be parsed."""
IN_SQL = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\b",
    re.IGNORECASE,
)
WORDS = re.compile(IN_SQL.pattern.replace(r"\s*\(\s*\)", r"\b"), re.IGNORECASE)
"""The same words: `func.now()` has no parentheses in its name."""


def other_clocks(paths: Iterable[Path] | None = None) -> list[str]:
    """A line for each place that asks another clock for the time."""
    found = []
    for path in paths if paths is not None else _sources():
        place, text = path.relative_to(ROOT), path.read_text()
        may_ask, may_be_sql = NAMED.search(text), WORDS.search(text)
        if place.parts[0] == "tests":
            may_be_sql = None
        if not (may_ask or may_be_sql):
            continue
        tree = ast.parse(text)
        kinds = [*([_of_python(tree)] if may_ask else ()), *([_sql(tree)] if may_be_sql else ())]
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
