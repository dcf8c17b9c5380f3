"""Values of arguments: mostly what the schema and the school have, sometimes what they do not."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

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
from tests.store.differential.knowledge import Knowledge

NOUNS = {
    "student": "Student",
    "students": "Student",
    "course": "Course",
    "courses": "Course",
    "period": "Period",
    "subject": "Subject",
    "workType": "WorkType",
    "lesson": "Lesson",
    "dueLesson": "Lesson",
    "classGroup": "ClassGroup",
    "grade": "Grade",
    "school": "School",
    "classGroups": "ClassGroup",
}
"""Of what an argument, or a field by id, names the id."""
OF_INPUT = {"Grade": "Grade", "Homework": "Homework", "Webhook": "Webhook"}
TEXTS = {
    "name": ("A", "S", "", "Zz"),
    "gradeLevel": ("5", "6"),
    "login": ("head", "nobody at all"),
    "password": ("demo", "wrong"),
    "value": ("3", "5", "4+", "none such"),
    "idempotencyKey": ("key", "other key"),
}
OWN_IDS = (
    "0190f3b0-0000-7000-8000-000000000001",
    "0190f3b0-0000-7000-8000-000000000002",
    "no uuid",
)
GARBAGE = ("garbage", "", "R3JhZGU6MQ==")
NOTHING = object()
"""An argument that is left out."""


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
            return self._id(NOUNS.get(name) or self._noun_of_input(owner))
        if type_ == "Int":
            if name == "first":
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
        if name == "after":
            return choices.of(self.knowledge.cursors) if choices.percent(80) else "garbage"
        return choices.of(TEXTS.get(name, ("A text", "")))

    def _noun_of_input(self, owner: str) -> str | None:
        return next((noun for word, noun in OF_INPUT.items() if word in owner), None)

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
        likely = self._likely(type_.name) if self.choices.percent(75) else {}
        values = {name: value for name, value in likely.items() if name in type_.fields}
        for name, of in type_.fields.items():
            if name in values:
                continue
            if is_required_input_field(of) or self.choices.percent(20):
                values[name] = self._value(of.type, name, type_.name)
        return values

    def _likely(self, input_name: str) -> dict[str, Any]:
        """The part of a mutation's input that has to fit together, so that it may succeed."""
        choices, knowledge = self.choices, self.knowledge
        if input_name in ("GiveGradeInput", "GradeToGive"):
            pairs = knowledge.gradable[self.viewer]
            if not pairs:
                return {}
            lesson, student, kind = choices.of(pairs)
            return {
                "lesson": lesson, "student": student, "workType": kind, "value": choices.of("354"),
            }  # fmt: skip
        if input_name in ("SetHomeworkInput", "SetLessonTopicInput"):
            pairs = knowledge.gradable[self.viewer]
            lesson = choices.of(pairs)[0] if pairs else self._id("Lesson")
            if input_name == "SetLessonTopicInput":
                return {"lesson": lesson, "expectedVersion": knowledge.versions.get(lesson, 1)}
            due = knowledge.today + timedelta(1 + choices.below(5))
            return {"lesson": lesson, "text": "Read", "dueOn": due.isoformat()}
        noun = self._noun_of_input(input_name)
        if noun is None or not input_name.startswith(("Revise", "Change", "Withdraw", "Restore")):
            return {}
        own = knowledge.taught[self.viewer].get(noun)
        id_ = choices.of(own) if own and choices.percent(80) else self._id(noun)
        version = knowledge.versions.get(id_, 1)
        changed = {"text": "Read more"} if input_name == "ChangeHomeworkInput" else {}
        return {"id": id_, "expectedVersion": version, "reason": "A slip", **changed}

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
