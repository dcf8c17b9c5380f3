"""Which fields of a plan have parts that are the same for many (`resolvers/answers/parts.py`)."""

from db.dependencies import Dependency
from resolvers.execution.plan import Field, PlannedLoad, Position, is_everyones
from resolvers.loaders import DAYS
from resolvers.readings import Column, Computed, Loaded

FIRST_LEVEL = 3
"""The level from which on it pays: above are the records that an operation asks for by itself, and
lists of theirs, which are kept with their answers."""


def is_shared(load: PlannedLoad, field: Field, dependency: Dependency) -> bool:
    """Whether the field's answer follows from the record's id, from rows that name it, and from
    which of these the viewer may know of: by nothing of the viewer, the arguments, the record or
    the day besides."""
    bound = field.bound
    if load.level < FIRST_LEVEL or bound is None or not isinstance(bound.reading, Loaded):
        return False
    reading, statement = bound.reading, load.projection.narrowed_statement()
    plain = reading.then is None and reading.arguments is None and reading.given is None
    if not plain or not load.loader.many or reading.matching or field.has_arguments:
        return False
    if field.guarded or bound.sensitive is not None or len(field.below) != 1:
        return False
    if dependency.of_courses or not {*DAYS}.isdisjoint(statement.parameters):
        return False
    return all(_is_of_rows(below) for below in field.below.values())


def _is_of_rows(position: Position) -> bool:
    """Whether objects are made of the columns of their rows alone."""
    return position.projection is not None and all(map(_is_of_row, position.fields))


def _is_of_row(field: Field) -> bool:
    bound = field.bound
    if field.is_introspection or field.loads or field.guarded:
        return False
    if bound is None:
        return True  # the name of its type
    if bound.sensitive is not None or field.has_arguments:
        return False
    if field.inline:
        child = field.named.name
        known = field.filtered is None or is_everyones(child)
        return known and all(_is_of_rows(below) for below in field.below.values())
    return isinstance(bound.reading, Column | Computed) and not field.below
