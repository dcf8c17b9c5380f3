"""Values of arguments: mostly what the schema and the school have, sometimes what they do not."""

import json
from dataclasses import dataclass, field, is_dataclass
from datetime import timedelta
from typing import Any, cast, get_args

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from resolvers import global_id
from resolvers.declarations.inputs import Field, GlobalId, Reference, Text, fields_of
from resolvers.declarations.mutation import MUTATIONS, Mutation
from resolvers.declarations.naming import pascal
from resolvers.declarations.noun import NOUNS
from schema.build import schema
from tests.store.differential.knowledge import Knowledge

__all__ = ["schema"]  # with it all nouns and mutations are declared
BY_NAME = {
    name: noun
    for noun in {"School", *NOUNS}
    for name in (noun[0].lower() + noun[1:], f"{noun[0].lower()}{noun[1:]}s")
}
"""Of what an argument, or a field by id, names the id."""


def inputs() -> dict[str, tuple[Mutation[Any], tuple[Field, ...]]]:
    """By the names of inputs, the mutation that takes each, and the fields it is declared with."""
    found = {}
    for mutation in MUTATIONS.values():
        found[f"{pascal(mutation.name)}Input"] = mutation, fields_of(mutation.input)
        for each in fields_of(mutation.input):
            for below in filter(is_dataclass, get_args(each.of)):
                found[cast("type", below).__name__] = mutation, fields_of(cast("type", below))
    return found


INPUTS = inputs()
TEXTS = {
    "name": ("A", "S", "", "Zz"),
    "gradeLevel": ("5", "6"),
    "login": ("head", "nobody at all"),
    "code": ("7KQ4-M2XD-HW9P-3TRVZ", "", "R3JhZGU6MQ=="),
    "password": ("demo", "wrong"),
    "marks": ("5", "3", "no mark"),
    "value": ("3", "5", "4+", "none such"),
    "idempotencyKey": ("key", "other key"),
}
SCALE = [
    {"mark": "5", "number": "5", "share": "1"},
    {"mark": "3", "number": "3", "share": "0.5"},
    {"mark": "2", "number": "2", "share": "0", "passing": False},
]
SOUND: dict[str, dict[str, Any]] = {"GradeScaleToCreate": {"marks": SCALE}}
"""By inputs, fields that have to fit together, whatever the school is."""
OWN_IDS = (
    "0190f3b0-0000-7000-8000-000000000001",
    "0190f3b0-0000-7000-8000-000000000002",
    "no uuid",
)
GARBAGE = ("garbage", "", "R3JhZGU6MQ==")
NOTHING = object()
"""An argument that is left out."""


def noun_of_input(owner: str, name: str) -> str | None:
    """Of what a field of an input names the id."""
    mutation, fields = INPUTS.get(owner, (None, ()))
    for each in fields:
        if each.client_name == name and each.marker(Reference) and mutation is not None:
            return mutation.noun.name
        if each.client_name == name and (named := each.marker(GlobalId)) is not None:
            return named.noun
    return None


class Choices:
    """Choices read off bytes, one byte each: drawing them one by one costs more than what they are
    for. Zeros, and whatever comes after the end, choose what is simplest."""

    def __init__(self, drawn: bytes) -> None:
        self._bytes = iter(drawn)

    def below(self, count: int) -> int:
        return next(self._bytes, 0) * count >> 8

    def of(self, options: Any) -> Any:
        return options[self.below(len(options))]

    def percent(self, chance: int) -> bool:
        return self.below(100) >= 100 - chance


@dataclass
class Arguments:
    """Draws arguments of one operation, and collects its variables."""

    choices: Choices
    knowledge: Knowledge
    viewer: str
    definitions: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    named: str = ""
    """The noun of the last id that might have been of any."""

    def text(self, owner: str, name: str, arguments: dict[str, GraphQLArgument]) -> str:
        """`(from: "2026-01-01", to: $v1)`, or nothing where the field takes none."""
        values = self._values(owner, name, arguments)
        if not values:
            return ""
        written = [
            f"{key}: {self._written(arguments[key], value)}" for key, value in values.items()
        ]
        return f"({', '.join(written)})"

    def boolean(self) -> str:
        """What a directive's `if` says."""
        if not self.choices.percent(50):
            return "true" if self.choices.percent(50) else "false"
        value = self.choices.percent(50)
        if self.choices.percent(30):
            # A default lets the variable be nullable, and null is then an error of the field.
            default = "true" if self.choices.percent(50) else "false"
            given = None if self.choices.percent(4) else value
            return self._variable(f"Boolean = {default}", given, may_be_absent=True)
        return self._variable("Boolean!", value)

    def _values(
        self, owner: str, name: str, arguments: dict[str, GraphQLArgument]
    ) -> dict[str, Any]:
        spans = self._span(arguments) if "from" in arguments else {}
        values: dict[str, Any] = {}
        for key, argument in arguments.items():
            required = isinstance(argument.type, GraphQLNonNull) and argument.default is None
            if key in ("from", "to", "period"):
                value = spans.get(key, NOTHING)
            elif required or self.choices.percent(40):
                value = self._value(argument.type, name if key in ("id", "ids") else key, owner)
            else:
                value = NOTHING
            if value is not NOTHING:
                values[key] = value
        return values

    def _span(self, arguments: dict[str, GraphQLArgument]) -> dict[str, Any]:
        today = self.knowledge.today
        first = today - timedelta(self.choices.below(9))
        last = today + timedelta(self.choices.below(5))
        if self.choices.percent(3):
            first, last = last + timedelta(1), first
        if self.choices.percent(2):
            first = today.replace(year=today.year - 3, day=1)
        found = {"from": first.isoformat(), "to": last.isoformat()}
        if "period" in arguments:
            if self.choices.percent(15):
                found = {"period": self._id("Period")}
            elif self.choices.percent(4):
                found["period"] = self._id("Period")
            elif self.choices.percent(4):
                del found["to"]
        return found

    def _value(self, type_: Any, name: str, owner: str) -> Any:
        if not isinstance(type_, GraphQLNonNull) and self.choices.percent(6):
            return None
        type_ = get_nullable_type(type_)
        if is_list_type(type_):
            items = [self._value(type_.of_type, name, owner)]
            while len(items) < 4 and self.choices.percent(50):
                items.append(self._value(type_.of_type, name, owner))
            return [] if self.choices.percent(4) else items
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        if isinstance(type_, GraphQLEnumType):
            return self.choices.of(sorted(type_.values))
        return self._scalar(type_.name, name, owner)

    def _scalar(self, type_: str, name: str, owner: str) -> Any:
        choices = self.choices
        if type_ == "ID":
            return self._id(BY_NAME.get(name) or noun_of_input(owner, name))
        if type_ == "Int":
            if name in ("first", "last"):
                return choices.of((2, 1, 3, 50, 0, 201)) if choices.percent(80) else 2
            return choices.of((1, 2, 5, -1))
        if type_ == "Boolean":
            return choices.percent(50)
        if type_ == "Decimal":
            return choices.of(("1.5", "2", "0", "100.01"))
        if type_ == "DateTime":
            return f"{self.knowledge.today}T00:00:00+00:00"
        if type_ == "Date":
            return (self.knowledge.today + timedelta(choices.below(6) - 1)).isoformat()
        if name == "id":
            return choices.of(OWN_IDS)
        if name in ("after", "before"):
            return choices.of(self.knowledge.cursors) if choices.percent(80) else "garbage"
        return choices.of(TEXTS.get(name, ("A text", "")))

    def _id(self, noun: str | None) -> str:
        choices, knowledge = self.choices, self.knowledge
        if noun is None:
            met = [noun for noun, ids in knowledge.known[self.viewer].items() if ids]
            of = met if met and not choices.percent(15) else knowledge.ids
            # Nothing else leads to a webhook.
            noun = self.named = choices.of([*sorted(of), *["Webhook"] * (3 * ("Webhook" in met))])
        luck = choices.below(100)
        if luck < 78:
            return str(choices.of(knowledge.of(self.viewer, noun)))
        if luck < 90:
            return str(choices.of(knowledge.ids[noun]))
        if luck < 94:
            return str(choices.of(knowledge.ids[choices.of(sorted(knowledge.ids))]))
        if luck < 97:
            return global_id.make(noun, 1, global_id.NIL)
        return str(choices.of(GARBAGE))

    def _object(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        likely = self._likely(type_) if self.choices.percent(75) else {}
        values = {name: value for name, value in likely.items() if name in type_.fields}
        for name, of in type_.fields.items():
            if name in values:
                continue
            if is_required_input_field(of) or self.choices.percent(8 if likely else 20):
                values[name] = self._value(of.type, name, type_.name)
        return values

    def _likely(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        """The part of a mutation's input that has to fit together, so that it may succeed."""
        _, fields = INPUTS.get(type_.name, (None, ()))
        found: dict[str, Any] = {}
        for each in fields:
            noun = noun_of_input(type_.name, each.client_name)
            if noun is not None and (each.marker(Reference) or not each.nullable):
                found[each.client_name] = self._own(noun)
            if each.marker(Reference):
                found["expectedVersion"] = self.knowledge.versions.get(found[each.client_name], 1)
            if each.marker(Text) and not each.nullable and not each.optional:
                found[each.client_name] = "A text"
        if optional := [each for each in fields if each.optional]:
            name = (chosen := self.choices.of(optional)).client_name
            value = self._value(type_.fields[name].type, name, type_.name)
            found[name] = "Another text" if chosen.marker(Text) else value
        return found | self._fitting(type_) | SOUND.get(type_.name, {})

    def _fitting(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        """A lesson of the viewer's own, with a student who learns there and a day to come."""
        pairs = self.knowledge.gradable[self.viewer]
        if "lesson" not in type_.fields or not pairs:
            return {}
        lesson, student, kind = self.choices.of(pairs)
        due = self.knowledge.today + timedelta(1 + self.choices.below(5))
        found = {
            "lesson": lesson, "student": student, "workType": kind,
            "value": self.choices.of("354"), "dueOn": due.isoformat(),
            "rows": [{"student": student, "kind": self.choices.of(("ABSENT", "ILL", "PRESENT"))}],
            "expectedVersion": self.knowledge.versions.get(lesson, 1),
        }  # fmt: skip
        if "student" in type_.fields:
            del found["dueOn"]
        return found

    def _own(self, noun: str) -> str:
        """One of those that the viewer may change, or of those they know."""
        own = self.knowledge.own[self.viewer].get(noun)
        return str(self.choices.of(own)) if own and self.choices.percent(80) else self._id(noun)

    def _written(self, argument: Any, value: Any) -> str:
        """The value as a literal, or as a variable that is given it."""
        if not self.choices.percent(30):
            return self._literal(argument.type, value)
        declared = str(argument.type)
        if not isinstance(argument.type, GraphQLNonNull):
            if self.choices.percent(15) and value is not None:
                declared += "!"
                return self._variable(declared, value)
            if self.choices.percent(30):
                declared += f" = {self._constant(argument.type, value)}"
            if self.choices.percent(10):
                value = None
            return self._variable(declared, value, may_be_absent=True)
        if self.choices.percent(30) or argument.default is not None:
            declared = declared.removesuffix("!")
            if argument.default is None:
                declared += f" = {self._constant(argument.type, value)}"
            if self.choices.percent(6):
                value = None
            return self._variable(declared, value, may_be_absent=True)
        return self._variable(declared, value)

    def _variable(self, declared: str, value: Any, may_be_absent: bool = False) -> str:
        name = f"v{len(self.definitions) + 1}"
        self.definitions[name] = declared
        if self.choices.percent(1):
            value = {"not": "this"}
        if not (may_be_absent and self.choices.percent(20)):
            self.given[name] = value
        return f"${name}"

    def _literal(self, type_: Any, value: Any) -> str:
        if isinstance(value, dict):
            of = get_named_type(type_).fields
            parts = [f"{name}: {self._part(of[name], inner)}" for name, inner in value.items()]
            return "{" + ", ".join(parts) + "}"
        return self._constant(type_, value)

    def _part(self, of: Any, value: Any) -> str:
        """A field of an input object; it may be a variable too."""
        if value is not None and self.choices.percent(10):
            declared = str(of.type).removesuffix("!") + "!"
            return self._variable(declared, value)
        return self._literal(of.type, value)

    def _constant(self, type_: Any, value: Any) -> str:
        if isinstance(value, dict):
            of = get_named_type(type_).fields
            return (
                "{"
                + ", ".join(
                    f"{name}: {self._constant(of[name].type, inner)}"
                    for name, inner in value.items()
                )
                + "}"
            )
        if isinstance(value, list):
            return "[" + ", ".join(self._constant(type_, item) for item in value) + "]"
        if isinstance(get_named_type(type_), GraphQLEnumType) and value is not None:
            return str(value)
        return json.dumps(value, ensure_ascii=False)
