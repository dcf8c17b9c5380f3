"""Objects made field by field, where a compiled function met a record that it does not handle."""

from typing import Any

from resolvers.execution.plan import TYPENAME, Field, Position
from resolvers.execution.records import Parents, View, view
from resolvers.execution.run import Run
from resolvers.readings import Column, Computed
from resolvers.relations import may_know


class Unusual(Exception):
    """The compiled function leaves the record to `slow_object`."""


def slow_object(
    run: Run, position: Position, record: Any, parents: Parents | None
) -> dict[str, Any]:
    """An object of the answer, made of the record; a field that fails does not end the others.

    The record is added to `parents` where fields are read of it at the next level.
    """
    target: dict[str, Any] = {}
    seen = view(position, record)
    for field in position.fields:
        target[field.key] = None
        if not field.loads:
            _write_field(run, field, position, record, seen, target)
    if parents is not None:
        parents.append((record, target))
    return target


def _write_field(
    run: Run, field: Field, position: Position, record: Any, seen: Any, target: dict[str, Any]
) -> None:
    if field.name == TYPENAME:
        target[field.key] = position.type.name
        return
    if field.is_introspection:
        target[field.key] = run.introspected[field.number]
        return
    if run.checks.begin(field, position, record, target) is None:
        return
    if field.bound is not None and field.bound.sensitive is not None:
        run.note(field.bound, seen.school_id, seen.id)
    try:
        if field.inline:
            target[field.key] = _inline(run, field, record)
            return
        value = record if field.is_event else _read(run, field, record, seen)
    except Exception as error:
        run.failures.fail(field, target, error)
        return
    run.completion.visible_value(field, value, target)


def _read(run: Run, field: Field, record: Any, seen: Any) -> Any:
    assert field.bound is not None
    match field.bound.reading:
        case Column(name):
            return getattr(seen, name)
        case Computed() as computed:
            whole = seen if computed.of is not None else record
            return computed.read(whole, run.checks.arguments(field) if field.has_arguments else {})
    raise TypeError(f"{field.parent}.{field.name} is not read from its record")


def _inline(run: Run, field: Field, row: Any) -> Any:
    """The object of a record that is joined to its parent's row."""
    (child,) = field.below.values()
    assert child.projection is not None
    if row[child.projection.exists] is None:
        return None
    noun = field.filtered
    if noun and not may_know(run.context.viewer, noun, View(row, child.projection.places)):
        return None
    return run.completion.builders[child.number](row)
