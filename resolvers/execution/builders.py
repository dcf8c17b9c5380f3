"""The function that makes an object of the answer of a record, written as Python text."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from graphql import (
    Executor,
    GraphQLEnumType,
    GraphQLNonNull,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
)

from domain.audience import HEAD, HEADS, MEMBER, OFFICE, PRESENT, STAFF, Audience
from resolvers.execution.plan import Field, Plan, Position, is_everyones
from resolvers.readings import Bound, Column, Computed, Loaded
from resolvers.relations import RELATIONS, Tie

AS_THEY_ARE = {("String", str), ("ID", str), ("Int", int), ("Boolean", bool), ("Date", date),
               ("DateTime", datetime)}  # fmt: skip
"""Pairs of a scalar and the Python type of a column whose value stands in the answer unchanged."""
CLASSES = {"String": "str", "ID": "str", "Boolean": "bool"}
"""By scalar, the class whose values stand in the answer unchanged."""


@dataclass(slots=True)
class Script:
    """Python text, and the values of the names in it."""

    plan: Plan
    lines: list[str] = dataclasses.field(default_factory=list)
    names: dict[str, Any] = dataclasses.field(default_factory=dict)

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def name(self, name: str, value: Any) -> str:
        self.names[name] = value
        return name


def parents(position: Position) -> str:
    """The name of the list of records whose fields are read at the next level."""
    return f"at_{position.name}"


def field_name(script: Script, field: Field) -> str:
    return script.name(f"F{field.number}_{field.key}", field)


class Builder:
    """Writes the function that makes the objects of one position.

    `before` and `after` are lines around the object's expression. Where one of the conditions in
    `checks` holds, `slow_object` makes the object instead.
    """

    def __init__(self, script: Script, position: Position) -> None:
        self.script = script
        self.position = position
        self.checks: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.guards: dict[Audience, str] = {}

    def write(self) -> None:
        position, add = self.position, self.script.add
        items = [f"{field.key!r}: {self.value(field)}" for field in position.fields]
        add(1, f"def {position.name}(r):")
        place = self.script.name(f"P{position.number}", position)
        add(2, "try:")
        for line in self.before:
            add(3, line)
        if self.checks:
            add(3, f"if {' or '.join(self.checks)}:")
            add(4, "raise Unusual")
        self._write_object(items)
        add(2, "except Exception:")
        again = parents(position) if position.pending else None
        add(3, f"return slow_object(run, {place}, r, {again})")
        for line in self.after:
            add(2, line)
        if position.pending:
            add(2, f"{parents(position)}.append((r, d))")
        add(2, "return d")

    def _write_object(self, items: list[str]) -> None:
        add = self.script.add
        one_line = f"d = {{{', '.join(items)}}}"
        if len(one_line) < 88:
            add(3, one_line)
            return
        add(3, "d = {")
        for item in items:
            add(4, f"{item},")
        add(3, "}")

    def value(self, field: Field) -> str:
        """The expression of the field's value in the new object."""
        if field.name == "__typename":
            return repr(self.position.type.name)
        if field.is_introspection:
            return f"run.introspected[{field.number}]"
        if field.is_event:
            return self._completed(field, "r")
        if field.loads:  # its audience is checked where it is read, a level below
            return "None"
        value = self.inline(field) if field.inline else self._read(field)
        if field.bound is not None and field.bound.sensitive is not None:
            self._note(field, field.bound)
        if not field.guarded:
            return value
        name = field_name(self.script, field)
        self.after.append(f"if not {self.guard(field)}: run.checks.deny({name}, d)")
        return f"({value}) if {self.guard(field)} else None"

    def _note(self, field: Field, bound: Bound) -> None:
        """Note for the audit that the field is read, where the viewer may read it."""
        name = self.script.name(f"B{field.number}", bound)
        noted = f"run.note({name}, {self.column('school_id')}, {self.column('id')})"
        self.after.append(f"if {self.guard(field)}: {noted}" if field.guarded else noted)

    def guard(self, field: Field) -> str:
        assert field.bound is not None
        audience = field.bound.audience
        if audience not in self.guards:
            name = self.guards[audience] = f"may_{int(audience)}"
            test = tested(field.bound.noun, audience, self.column)
            self.before.append(f"{name} = {test}")
        return self.guards[audience]

    def column(self, name: str) -> str:
        return column_of(self.position, name)

    def inline(self, field: Field) -> str:
        """The object of a record that is joined to the row, or null where there is none."""
        (child,) = field.below.values()
        assert child.projection is not None
        exists = f"r[{child.projection.exists}]"
        test = f"{exists} is not None"
        noun = child.type.name
        if field.filtered and not is_everyones(noun):
            known = RELATIONS[noun].visible_to
            test += f" and {tested(noun, known, lambda name: column_of(child, name))}"
        return f"{self._in_place(child, exists) or f'{child.name}(r)'} if {test} else None"

    def _in_place(self, child: Position, exists: str) -> str | None:
        """The child's object as one expression; None where its fields need more lines."""
        inner = Builder(self.script, child)
        items = [f"{field.key!r}: {inner.value(field)}" for field in child.fields]
        if child.pending or inner.before or inner.after:
            return None
        if inner.checks:
            self.checks.append(f"{exists} is not None and ({' or '.join(inner.checks)})")
        return f"{{{', '.join(items)}}}"

    def _read(self, field: Field) -> str:
        assert field.bound is not None
        reading = field.bound.reading
        if isinstance(reading, Column):
            value = self.column(reading.name)
        else:
            assert isinstance(reading, Computed)
            value = self._computed(field, reading)
        if field.is_leaf and not is_list_type(bare(field.type)):
            return self._leaf(field, reading, value)
        return self._completed(field, value)

    def _computed(self, field: Field, reading: Computed) -> str:
        function = self.script.name(f"f{field.number}_{field.key}", reading.function)
        if reading.of is not None:
            return f"{function}({', '.join(self.column(name) for name in reading.of)})"
        given = f", **run.checks.arguments({field_name(self.script, field)})"
        return f"{function}(r{given if field.has_arguments else ''})"

    def _leaf(self, field: Field, reading: Column | Computed, value: str) -> str:
        required = is_non_null_type(field.type)
        type_ = self._column_type(reading) if isinstance(reading, Column) else None
        if (field.named.name, type_) in AS_THEY_ARE:
            if required:
                self.checks.append(f"{value} is None")
            return value
        temporary = f"v{field.number}"
        self.before.append(f"{temporary} = {value}")
        converted = self._converted(field, type_, temporary)
        if required:
            self.checks.append(f"{temporary} is None")
            return converted
        return f"None if {temporary} is None else {converted}"

    def _converted(self, field: Field, type_: type | None, value: str) -> str:
        named = field.named
        if named.name == "Decimal" and type_ is Decimal:
            return f"str({value})"
        if isinstance(named, GraphQLEnumType) and type_ is str:
            known = {member.value: name for name, member in named.values.items()}
            return f"{self.script.name(f'names_{named.name}', known)}[{value}]"
        leaf = self.script.name(f"leaf_{named.name}", partial(Executor.complete_leaf_value, named))
        if named.name in CLASSES:
            return f"{value} if {value}.__class__ is {CLASSES[named.name]} else {leaf}({value})"
        return f"{leaf}({value})"

    def _column_type(self, reading: Column) -> type | None:
        """The Python type of the column, where the record is a row."""
        projection = self.position.projection
        return None if projection is None else projection.types.get(reading.name)

    def _completed(self, field: Field, value: str) -> str:
        """The expression of a value that is an object or a list, or needs `Completion`."""
        name = field_name(self.script, field)
        child = _list_of_objects(field)
        if child is not None:
            known = visibility_test(child, field)
            self._add_list(field, child, known)
            return f"{_list_name(field)}({value})"
        if _single_object(field):
            (child,) = field.below.values()
            known = visibility_test(child, field)
            temporary = f"v{field.number}"
            self.before.append(f"{temporary} = {value}")
            test = f"{temporary} is None" + (f" or not {known(temporary)}" if known else "")
            if is_non_null_type(field.type):
                self.checks.append(test)
            return f"None if {test} else {child.name}({temporary})"
        temporary = f"v{field.number}"
        self.before.append(f"{temporary} = {value}")
        self.after.append(
            f"d[{field.key!r}] = run.completion.visible_value({name}, {temporary}, d)"
        )
        return "None"

    def _add_list(self, field: Field, child: Position, known: Callable[[str], str] | None) -> None:
        add = self.script.add
        add(1, f"def {_list_name(field)}(found):")
        add(2, "if found.__class__ is not list:")
        add(3, "raise Unusual")
        test = f" if {known('x')}" if known else ""
        add(2, f"made = [None if x is None else {child.name}(x) for x in found{test}]")
        add(2, "if None in made:")
        add(3, "raise Unusual")
        add(2, "return made")


def _list_name(field: Field) -> str:
    return f"list_{field.number}"


def bare(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _list_of_objects(field: Field) -> Position | None:
    outer = bare(field.type)
    if not is_list_type(outer) or len(field.below) != 1 or is_abstract_type(field.named):
        return None
    if is_list_type(bare(outer.of_type)):
        return None
    (child,) = field.below.values()
    return child


def _single_object(field: Field) -> bool:
    return (
        len(field.below) == 1
        and not is_abstract_type(field.named)
        and not is_list_type(bare(field.type))
    )


def column_of(position: Position, name: str, record: str = "r") -> str:
    """The expression of a column of the record."""
    if position.projection is not None:
        place = position.projection.places.get(name)
        return "None" if place is None else f"{record}[{place}]"
    return f"{record}.{name}"


def visibility_test(child: Position, field: Field) -> Callable[[str], str] | None:
    """The test whether a record is visible to the viewer; None where all of them are."""
    noun = field.filtered
    if noun is None:
        return None

    def test(record: str) -> str:
        def column(name: str) -> str:
            return column_of(child, name, record)

        return tested(noun, RELATIONS[noun].visible_to, column)

    return test


def list_visibility_test(child: Position, field: Field) -> Callable[[str], str] | None:
    """The test whether what a record has in common with all others of its list makes them visible:
    the viewer's roles, and ties by the columns that are equal in the list. None where nothing may.

    What is of a student on a day is visible by that day; but most lists are of one's own child or
    course, where the first record answers for all of them.
    """
    reading, noun = field.bound and field.bound.reading, field.filtered
    if noun is None or not isinstance(reading, Loaded) or not reading.loader.many:
        return None
    equal = {"school_id", reading.loader.by, *reading.matching}
    audience = RELATIONS[noun].visible_to
    ties = [tie for tie in RELATIONS[noun].leading_to(audience) if {*tie.columns} <= equal]
    if not ties and not _roles(audience) and not audience & MEMBER:
        return None

    def test(record: str) -> str:
        def column(name: str) -> str:
            return column_of(child, name, record)

        return by_ties(ties, audience, column)

    return test


ROLES = {
    "head": HEAD, "deputy": Audience.DEPUTY_HEAD, "office": OFFICE, "staff": STAFF,
    "present": PRESENT,
}  # fmt: skip
"""Roles in the school, by the attributes of a viewer's rights."""


def tested(noun: str, audience: Audience, column: Callable[[str], str]) -> str:
    """The expression that tells whether the viewer is of the audience of a record: flags, and one
    look-up for each tie."""
    return by_ties(RELATIONS[noun].leading_to(audience), audience, column)


def by_ties(ties: Iterable[Tie], audience: Audience, column: Callable[[str], str]) -> str:
    """The expression that tells whether the viewer is of the audience by their roles, or by one of
    the ties."""
    school = column("school_id")
    if audience & MEMBER:
        return f"({school} in schools)"
    either = [f"s.{name}" for name in _roles(audience)]
    either += [_tied(tie, column) for tie in ties]
    return f"((s := schools.get({school})) is not None and ({' or '.join(either) or 'False'}))"


def _roles(audience: Audience) -> list[str]:
    """Those of `ROLES` that make one of the audience. Whoever leads is in the office too."""
    if audience & OFFICE:
        audience &= ~HEADS
    elif HEADS in audience:
        return [*_roles(audience & ~HEADS), "leads"]
    return [name for name, role in ROLES.items() if audience & role]


def _tied(tie: Tie, column: Callable[[str], str]) -> str:
    """The expression that tells whether the tie leads to the record."""
    tied = _leads(tie, column)
    if tie.unless is None or (unless := column(tie.unless)) == "None":
        return tied
    return f"({unless} is None and {tied})"


def _leads(tie: Tie, column: Callable[[str], str]) -> str:
    ids, name = column(tie.column), repr(tie.name.value)
    if tie.many:
        ids = f"({ids} or ())"
    if tie.day is None:
        tied = f"s.ties.get({name}, NOBODY)"
        return f"not {tied}.isdisjoint({ids})" if tie.many else f"{ids} in {tied}"
    if (day := column(tie.day)) == "None":  # the records have no such column
        return "False"
    if tie.many:
        return f"any(holds_on(s.days.get({name}), id_, {day}) for id_ in {ids})"
    return f"holds_on(s.days.get({name}), {ids}, {day})"
