"""What the schema's text says, as the pages show it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListValueNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    TypeNode,
    parse,
    print_ast,
)

ROOTS = ("Query", "Mutation", "Subscription")


@dataclass(frozen=True)
class Kind:
    """A type as it is written, and the name of what it is made of."""

    written: str
    name: str


@dataclass(frozen=True)
class Argument:
    name: str
    kind: Kind
    text: str
    default: str


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind | None
    text: str
    arguments: tuple[Argument, ...] = ()
    audience: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True)
class Type:
    name: str
    sort: str
    text: str
    fields: tuple[Field, ...] = ()
    interfaces: tuple[str, ...] = ()
    used_by: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reference:
    types: dict[str, Type]
    possible_types: dict[str, list[str]]

    @property
    def roots(self) -> list[Type]:
        return [self.types[name] for name in ROOTS if name in self.types]

    def of_sort(self, sort: str) -> list[Type]:
        return [
            one
            for name, one in sorted(self.types.items())
            if one.sort == sort and name not in ROOTS
        ]


SORTS: dict[type[DefinitionNode], str] = {
    ObjectTypeDefinitionNode: "type",
    InterfaceTypeDefinitionNode: "interface",
    InputObjectTypeDefinitionNode: "input",
    EnumTypeDefinitionNode: "enum",
    ScalarTypeDefinitionNode: "scalar",
}


def read(sdl: str) -> Reference:
    types, possible = dict[str, Type](), defaultdict[str, list[str]](list)
    for node in parse(sdl, no_location=True).definitions:
        if type(node) in SORTS:
            one = _type(node)
            types[one.name] = one
            for interface in one.interfaces:
                possible[interface].append(one.name)
    for one in types.values():
        for each in one.fields:
            names = [each.kind.name] if each.kind else []
            names += [argument.kind.name for argument in each.arguments]
            for name in names:
                if name in types:
                    types[name].used_by.append(f"{one.name}.{each.name}")
    return Reference(types, {name: sorted(found) for name, found in sorted(possible.items())})


def _type(node: DefinitionNode) -> Type:
    fields: Iterable[Field] = ()
    interfaces: tuple[str, ...] = ()
    if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        fields = map(_field, node.fields or ())
        interfaces = tuple(one.name.value for one in node.interfaces or ())
    elif isinstance(node, InputObjectTypeDefinitionNode):
        fields = (
            Field(one.name, one.kind, one.text, default=one.default)
            for one in map(_argument, node.fields or ())
        )
    elif isinstance(node, EnumTypeDefinitionNode):
        fields = (Field(one.name.value, None, _text(one.description)) for one in node.values or ())
    return Type(
        node.name.value,  # type: ignore[attr-defined]
        SORTS[type(node)],
        _text(node.description),  # type: ignore[attr-defined]
        tuple(fields),
        interfaces,
    )


def _field(node: FieldDefinitionNode) -> Field:
    return Field(
        node.name.value,
        _kind(node.type),
        _text(node.description),
        tuple(map(_argument, node.arguments or ())),
        _values(node.directives or (), "audience"),
        _values(node.directives or (), "errors"),
    )


def _argument(node: InputValueDefinitionNode) -> Argument:
    default = print_ast(node.default_value) if node.default_value else ""
    return Argument(node.name.value, _kind(node.type), _text(node.description), default)


def _kind(node: TypeNode) -> Kind:
    written = print_ast(node)
    return Kind(written, written.strip("[]!"))


def _text(node: StringValueNode | None) -> str:
    return node.value if node else ""


def _values(directives: Iterable[ConstDirectiveNode], name: str) -> tuple[str, ...]:
    """The names in the list that the directive has as its argument."""
    for one in directives:
        if one.name.value == name:
            for argument in one.arguments or ():
                if isinstance(argument.value, ListValueNode):
                    return tuple(print_ast(each) for each in argument.value.values)
    return ()
