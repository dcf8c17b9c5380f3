"""The function that makes an object of the answer from a record, as text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from graphql import (
    Executor,
    GraphQLEnumType,
    GraphQLNonNull,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
)

from domain.audience import HEAD, MEMBER, OFFICE, STAFF, Audience
from resolvers.execution.plan import Field, Plan, Position, is_everyones
from resolvers.readings import Column, Computed
from resolvers.relations import RELATIONS

AS_THEY_ARE = {("String", str), ("ID", str), ("Int", int), ("Boolean", bool), ("Date", date),
               ("DateTime", datetime)}  # fmt: skip
"""What PostgreSQL holds in a column of this type is what the answer holds, or orjson writes it."""
CLASSES = {"String": "str", "ID": "str", "Boolean": "bool"}
"""A value of this class is what the answer holds."""


@dataclass(slots=True)
class Source:
    """Python text, and the values that it names."""

    plan: Plan
    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def name(self, name: str, value: Any) -> str:
        self.names[name] = value
        return name


def waiting(position: Position) -> str:
    """The list of the records whose fields are read at the next level."""
    return f"at_{position.name}"


def field_name(made: Source, each: Field) -> str:
    return made.name(f"F{each.number}_{each.key}", each)


class Builder:
    """Writes the function that makes an object of the answer from a record."""

    def __init__(self, made: Source, position: Position) -> None:
        self.made = made
        self.position = position
        self.checks: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.guards: dict[Audience, str] = {}

    def write(self) -> None:
        position, add = self.position, self.made.add
        items = [f"{each.key!r}: {self.field(each)}" for each in position.fields]
        add(1, f"def {position.name}(r):")
        place = self.made.name(f"P{position.number}", position)
        add(2, "try:")
        for line in self.before:
            add(3, line)
        if self.checks:
            add(3, f"if {' or '.join(self.checks)}:")
            add(4, "raise Unusual")
        self._write_object(items)
        add(2, "except Exception:")
        add(3, f"return run.slow({place}, r, {waiting(position) if position.pending else None})")
        for line in self.after:
            add(2, line)
        if position.pending:
            add(2, f"{waiting(position)}.append((r, d))")
        add(2, "return d")

    def _write_object(self, items: list[str]) -> None:
        add = self.made.add
        one_line = f"d = {{{', '.join(items)}}}"
        if len(one_line) < 88:
            add(3, one_line)
            return
        add(3, "d = {")
        for item in items:
            add(4, f"{item},")
        add(3, "}")

    def field(self, each: Field) -> str:
        """The expression of the field's value in a new object."""
        if each.name == "__typename":
            return repr(self.position.type.name)
        if each.is_introspection:
            return f"run.introspected[{each.number}]"
        if each.is_event:
            return self._completed(each, "r")
        if each.loads:  # it is denied where it is read, a level below
            return "None"
        value = self.inline(each) if each.inline else self._read(each)
        if not each.guarded:
            return value
        name = field_name(self.made, each)
        self.after.append(f"if not {self.guard(each)}: run.deny({name}, d)")
        return f"({value}) if {self.guard(each)} else None"

    def guard(self, each: Field) -> str:
        assert each.bound is not None
        audience = each.bound.audience
        if audience not in self.guards:
            name = self.guards[audience] = f"may_{int(audience)}"
            test = tested(each.bound.noun, audience, self.column)
            self.before.append(f"{name} = {test}")
        return self.guards[audience]

    def column(self, name: str) -> str:
        return column_of(self.position, name)

    def inline(self, each: Field) -> str:
        """A record that stands in the same row, or null where there is none."""
        (child,) = each.below.values()
        assert child.wanted is not None
        exists = f"r[{child.wanted.exists}]"
        test = f"{exists} is not None"
        noun = child.type.name
        if each.filtered and not is_everyones(noun):
            known = RELATIONS[noun].visible_to
            test += f" and {tested(noun, known, lambda name: column_of(child, name))}"
        return f"{self._in_place(child, exists) or f'{child.name}(r)'} if {test} else None"

    def _in_place(self, child: Position, exists: str) -> str | None:
        """The child's object as an expression, where its fields are columns as they are."""
        inner = Builder(self.made, child)
        items = [f"{each.key!r}: {inner.field(each)}" for each in child.fields]
        if child.pending or inner.before or inner.after:
            return None
        if inner.checks:
            self.checks.append(f"{exists} is not None and ({' or '.join(inner.checks)})")
        return f"{{{', '.join(items)}}}"

    def _read(self, each: Field) -> str:
        assert each.bound is not None
        reading = each.bound.reading
        if isinstance(reading, Column):
            value = self.column(reading.name)
        else:
            assert isinstance(reading, Computed)
            value = self._computed(each, reading)
        if each.is_leaf and not is_list_type(bare(each.type)):
            return self._leaf(each, reading, value)
        return self._completed(each, value)

    def _computed(self, each: Field, reading: Computed) -> str:
        function = self.made.name(f"f{each.number}_{each.key}", reading.function)
        if reading.of is not None:
            return f"{function}({', '.join(self.column(name) for name in reading.of)})"
        given = f", **run.arguments({field_name(self.made, each)})"
        return f"{function}(r{given if each.has_arguments else ''})"

    def _leaf(self, each: Field, reading: Column | Computed, value: str) -> str:
        required = is_non_null_type(each.type)
        type_ = self._column_type(reading) if isinstance(reading, Column) else None
        if (each.named.name, type_) in AS_THEY_ARE:
            if required:
                self.checks.append(f"{value} is None")
            return value
        temporary = f"v{each.number}"
        self.before.append(f"{temporary} = {value}")
        converted = self._converted(each, type_, temporary)
        if required:
            self.checks.append(f"{temporary} is None")
            return converted
        return f"None if {temporary} is None else {converted}"

    def _converted(self, each: Field, type_: type | None, value: str) -> str:
        named = each.named
        if named.name == "Decimal" and type_ is Decimal:
            return f"str({value})"
        if isinstance(named, GraphQLEnumType) and type_ is str:
            known = {member.value: name for name, member in named.values.items()}
            return f"{self.made.name(f'names_{named.name}', known)}[{value}]"
        leaf = self.made.name(f"leaf_{named.name}", leaf_of(named))
        if named.name in CLASSES:
            return f"{value} if {value}.__class__ is {CLASSES[named.name]} else {leaf}({value})"
        return f"{leaf}({value})"

    def _column_type(self, reading: Column) -> type | None:
        """What PostgreSQL holds in the column, where the record is a row."""
        wanted = self.position.wanted
        return None if wanted is None else wanted.types.get(reading.name)

    def _completed(self, each: Field, value: str) -> str:
        """Objects, and whatever else needs to be completed with its own place in the answer."""
        name = field_name(self.made, each)
        child = _list_of_objects(each)
        if child is not None:
            known = known_test(child, each)
            self._add_list(each, child, known)
            return f"{_list_name(each)}({value})"
        if _single_object(each):
            (child,) = each.below.values()
            known = known_test(child, each)
            temporary = f"v{each.number}"
            self.before.append(f"{temporary} = {value}")
            test = f"{temporary} is None" + (f" or not {known(temporary)}" if known else "")
            if is_non_null_type(each.type):
                self.checks.append(test)
            return f"None if {test} else {child.name}({temporary})"
        temporary = f"v{each.number}"
        self.before.append(f"{temporary} = {value}")
        self.after.append(f"d[{each.key!r}] = run.complete_known({name}, {temporary}, d)")
        return "None"

    def _add_list(self, each: Field, child: Position, known: Callable[[str], str] | None) -> None:
        add = self.made.add
        add(1, f"def {_list_name(each)}(found):")
        add(2, "if found.__class__ is not list:")
        add(3, "raise Unusual")
        test = f" if {known('x')}" if known else ""
        add(2, f"made = [None if x is None else {child.name}(x) for x in found{test}]")
        add(2, "if None in made:")
        add(3, "raise Unusual")
        add(2, "return made")


def _list_name(each: Field) -> str:
    return f"list_{each.number}"


def bare(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _list_of_objects(each: Field) -> Position | None:
    outer = bare(each.type)
    if not is_list_type(outer) or len(each.below) != 1 or is_abstract_type(each.named):
        return None
    if is_list_type(bare(outer.of_type)):
        return None
    (child,) = each.below.values()
    return child


def _single_object(each: Field) -> bool:
    return (
        len(each.below) == 1
        and not is_abstract_type(each.named)
        and not is_list_type(bare(each.type))
    )


def leaf_of(named: Any) -> Callable[[Any], Any]:
    return lambda value: Executor.complete_leaf_value(named, value)


def column_of(position: Position, name: str, record: str = "r") -> str:
    """The expression of a column of the record."""
    if position.wanted is not None:
        place = position.wanted.places.get(name)
        return "None" if place is None else f"{record}[{place}]"
    return f"{record}.{name}"


def known_test(child: Position, each: Field) -> Callable[[str], str] | None:
    """Whether the viewer may know of a record; None where that goes without saying."""
    noun = each.filtered
    if noun is None:
        return None

    def test(record: str) -> str:
        def column(name: str) -> str:
            return column_of(child, name, record)

        return tested(noun, RELATIONS[noun].visible_to, column)

    return test


ROLES = {"head": HEAD, "office": OFFICE, "staff": STAFF}
"""Roles in the school, by the names that a viewer's rights have for them."""


def tested(noun: str, audience: Audience, column: Callable[[str], str]) -> str:
    """Whether the viewer is any of the audience to the record."""
    school = column("school_id")
    if audience & MEMBER:
        return f"({school} in schools)"
    either = [f"s.{name}" for name, role in ROLES.items() if audience & role]
    for tie in RELATIONS[noun].leading_to(audience):
        ids, tied = column(tie.column), f"s.ties[{tie.name.value!r}]"
        either.append(f"not {tied}.isdisjoint({ids})" if tie.many else f"{ids} in {tied}")
    return f"((s := schools.get({school})) is not None and ({' or '.join(either) or 'False'}))"
