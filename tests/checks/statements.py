"""Calls that run a statement name just the parameters that it has."""

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from db.statement import Statement

ROOT = Path(__file__).parents[2]
PACKAGES = ("db", "resolvers", "schema", "gateway")
RUNS = frozenset({"fetch", "first", "run", "fetch_over"})
OF_FETCH_OVER = frozenset({"by"})


def wrong_calls(paths: Iterable[Path] | None = None) -> list[str]:
    """A line for each call that names a parameter its statement does not have, or omits one."""
    found = []
    for path in paths if paths is not None else _sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = import_module(name)
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call):
                where = f"{path.relative_to(ROOT)}:{call.lineno}"
                found += [f"{where}: {each}" for each in _wrong(module, call)]
    return found


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if not {"migrations", "source", "node_modules"} & set(parts):
                yield path


def _wrong(module: ModuleType, call: ast.Call) -> Iterator[str]:
    statement = _statement(module, call)
    if statement is None:
        return
    named = {each.arg for each in call.keywords if each.arg is not None} - OF_FETCH_OVER
    for name in sorted(named - set(statement.parameters)):
        yield f"{statement.name} has no parameter {name}"
    whole = all(each.arg is not None for each in call.keywords)
    for name in sorted(statement.needed - named if whole else ()):
        yield f"{statement.name} needs the parameter {name}"


def _statement(module: ModuleType, call: ast.Call) -> Statement[object] | None:
    """The statement that the call runs, where its name leads to one of the module."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in RUNS or not call.args:
        return None
    argument = call.args[1 if call.func.attr == "fetch_over" and len(call.args) > 1 else 0]
    found: object = module
    for name in ast.unparse(argument).split("."):
        found = getattr(found, name, None)
    return found if isinstance(found, Statement) else None
