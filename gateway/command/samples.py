"""Sample values for an operation's variables. Only their types matter for its plan."""

from datetime import date, timedelta
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    get_operation_ast,
    is_required_input_field,
    type_from_ast,
    visit,
)

from domain import clock
from domain.ids import uuid7
from resolvers import global_id

SCHOOL = 1
"""The first school of the demo database."""


def samples(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, given: dict[str, Any]
) -> dict[str, Any]:
    """A value for each required variable that is not given: an id in the form of the demo school's,
    the days of this week, the first value of an enum.

    Raises GraphQLError for a type without a sample.
    """
    operation = get_operation_ast(document, name)
    nouns = _nouns(schema, document)
    found: dict[str, Any] = {}
    for definition in (operation.variable_definitions or ()) if operation else ():
        variable = definition.variable.name.value
        type_: Any = type_from_ast(schema, definition.type)
        needed = isinstance(type_, GraphQLNonNull) and definition.default_value is None
        if not needed or variable in given:
            continue
        try:
            found[variable] = _sample(type_, variable, nouns.get(variable))
        except LookupError as error:
            raise GraphQLError(
                f"There is no sample for ${variable}, as {error.args[0]} is a type of its own:"
                f" give one with --variables '{{\"{variable}\": …}}'."
            ) from None
    return found


def _sample(type_: GraphQLInputType, name: str, noun: str | None = None) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _sample(type_.of_type, name, noun)
    if isinstance(type_, GraphQLList):
        return [_sample(type_.of_type, name, noun)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        fields = type_.fields.items()
        return {key: _sample(f.type, key) for key, f in fields if is_required_input_field(f)}
    if type_.name == "ID":
        return _id(noun or _noun_named(name) or "Student")
    return _scalar(type_.name, name)


def _scalar(type_: str, name: str) -> Any:
    today = clock.today("UTC")
    return {
        "Int": 1,
        "Float": 1.0,
        "String": "text",
        "Boolean": True,
        "Decimal": "1",
        "DateTime": clock.now().isoformat(),
        "Date": _day(today, name).isoformat(),
    }[type_]


def _day(today: date, name: str) -> date:
    """Monday or Sunday of this week for the ends of a span; today for other days."""
    monday = today - timedelta(days=today.weekday())
    return {"from": monday, "to": monday + timedelta(days=6)}.get(name, today)


def _id(noun: str) -> str:
    return global_id.make(noun, SCHOOL, global_id.NIL if noun == "School" else uuid7())


def _noun_named(name: str) -> str | None:
    """The noun that an argument such as `classGroups` is named after."""
    for noun in (name[:1].upper() + name[1:], name[:1].upper() + name[1:].removesuffix("s")):
        if noun in global_id.CODES:
            return noun
    return None


def _nouns(schema: GraphQLSchema, document: DocumentNode) -> dict[str, str]:
    """The noun of each variable that is an id: by the argument's name, or by the field's type if
    the argument is `id`."""
    info = TypeInfo(schema)
    found: dict[str, str] = {}

    class Uses(Visitor):
        def enter_variable(
            self, node: VariableNode, _key: object, parent: object, _path: object, ancestors: Any
        ) -> None:
            named = parent.name.value if isinstance(parent, ArgumentNode | ObjectFieldNode) else ""
            of_field = any(isinstance(one, FieldNode) for one in ancestors)
            answered = get_named_type(info.get_type()) if of_field else None
            noun = _noun_named(named) or (answered.name if answered is not None else "")
            if noun in global_id.CODES:
                found.setdefault(node.name.value, noun)

    visit(document, TypeInfoVisitor(info, Uses()))
    return found
