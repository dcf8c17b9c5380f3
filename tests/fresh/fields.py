"""Each field of each type as a question of its own, so that no change of another field hides that
one is old."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from graphql import GraphQLField, get_named_type, is_leaf_type, is_object_type, is_required_argument

from resolvers.declarations.naming import camel, snake
from resolvers.readings import BOUND, Resolved
from tests.fresh.people import MORE
from tests.fresh.questions import VIEWERS, Question
from tests.gateway.small_school import TODAY, SmallSchool
from tests.gateway.test_authorization import (
    ARGUMENTS,
    FEWER,
    RECORDS,
    REQUIRED,
    SHOWN,
    object_types,
    selection,
)

ROOTS = ("Student", "Course", "ClassGroup", "Lesson", "Grade", "School")
"""The nouns that are asked for by themselves. `node` has a resolver of its own, and is not kept."""
LISTS = ("Connection", "Edge")
"""Ends of the names of types that only lead to records."""


@dataclass(frozen=True, slots=True)
class FieldAsked:
    root: str
    """The noun of the record that is asked for by its id."""
    types: frozenset[str]
    """On the way to the field, and what it leads to."""
    query: str


@cache
def fields_asked() -> tuple[FieldAsked, ...]:
    return tuple(_fields())


def questions_of(
    asked: FieldAsked, small: SmallSchool, viewers: Iterable[str]
) -> Iterator[Question]:
    given = {"id": small.id(asked.root)} | ({"day": str(TODAY)} if "$day" in asked.query else {})
    for viewer in viewers:
        yield Question(viewer, asked.query, given)


def who_may_know(root: str) -> Iterator[str]:
    """Of the record at the root."""
    return (viewer for viewer in VIEWERS if viewer in SHOWN[root] or viewer in MORE)


def _fields() -> Iterator[FieldAsked]:
    types = object_types()
    queue: deque[tuple[str, str, tuple[str, ...], frozenset[str]]] = deque(
        (root, root, (), frozenset({root})) for root in ROOTS
    )
    reached = {*ROOTS}
    while queue:
        root, owner, path, on_the_way = queue.popleft()
        leaves: list[str] = []
        for name, field in types[owner].fields.items():
            of = get_named_type(field.type)
            if not _can_be_asked(field):
                continue
            if is_leaf_type(of) and f"{owner}.{name}" not in FEWER:
                leaves.append(selection(name, field))
                continue
            inner = "" if is_leaf_type(of) else f" {{ {_leaves(of.name)} }}"
            known = on_the_way | {of.name}
            yield FieldAsked(root, known, _query(root, path, selection(name, field) + inner))
            if is_object_type(of) and of.name not in reached:
                reached.add(of.name)
                queue.append((root, of.name, (*path, selection(name, field)), known))
        if leaves:
            yield FieldAsked(root, on_the_way, _query(root, path, " ".join(leaves)))


def _can_be_asked(field: GraphQLField) -> bool:
    """Whether it needs no arguments but dates, and an answer with it may be kept."""
    reading = field.extensions[BOUND].reading
    told = not isinstance(reading, Resolved) or reading.told is not None
    return told and not any(
        is_required_argument(of) and arg not in ARGUMENTS.keys() | REQUIRED
        for arg, of in field.args.items()
    )


def _leaves(type_: str) -> str:
    """The type's fields that lead no further, but for those that fewer may read."""
    fields = object_types()[type_].fields if type_ in object_types() else {}
    found = [
        selection(name, field)
        for name, field in fields.items()
        if is_leaf_type(get_named_type(field.type))
        and f"{type_}.{name}" not in FEWER
        and _can_be_asked(field)
    ]
    for name, field in fields.items():
        below = get_named_type(field.type).name
        if type_.endswith(LISTS) and (below.endswith(LISTS) or below in RECORDS):
            found.append(f"{name} {{ {_leaves(below)} }}")
    return " ".join(found) or "__typename"


def _query(root: str, path: tuple[str, ...], inner: str) -> str:
    text = " { ".join((*path, inner)) + " }" * len(path)
    day = ", $day: Date!" if "$day" in text else ""
    return f"query ($id: ID!{day}) {{ {camel(snake(root))}(id: $id) {{ {text} }} }}"
