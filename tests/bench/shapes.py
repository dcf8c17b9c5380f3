"""Documents made to be dear: every shape in which a little text asks a server for much work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Bomb:
    shape: str
    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return orjson.dumps({"query": self.query, "variables": self.variables})


Shape = Callable[[int], str]
"""From about how many bytes a document shall have to its text."""


def repeated(text: Callable[[int], str], size: int) -> str:
    """As many of them, each with its number, as have room."""
    return " ".join(text(n) for n in range(max(size // (len(text(100)) + 1), 1)))


def fields(size: int) -> str:
    return f"{{ {repeated(lambda n: 'viewer { __typename }', size)} }}"


def aliases(size: int) -> str:
    return f"{{ {repeated(lambda n: f'a{n}: viewer {{ __typename }}', size)} }}"


def unknown_fields(size: int) -> str:
    return f"{{ {repeated(lambda n: f'studnt{n}', size)} }}"


def conflicts(size: int) -> str:
    one = repeated(lambda n: f"a: node(id: {n}) {{ id }}", size)
    return f"{{ {one} }}"


def nested_conflicts(size: int) -> str:
    """Two spreads of the same deep fragments, whose fields all have to be compared."""
    some = repeated(
        lambda n: f"fragment F{n} on Query {{ viewer {{ __typename }} ...F{n + 1} }}", size
    )
    last = some.count("fragment")
    return f"{{ ...F0 ...F{last // 2} }} {some} fragment F{last} on Query {{ __typename }}"


def fragments(size: int) -> str:
    """All of them spread beside each other."""
    one = lambda n: f"...F{n} "  # noqa: E731
    some = max(size // 60, 1)
    made = " ".join(f"fragment F{n} on Query {{ viewer {{ __typename }} }}" for n in range(some))
    return f"{{ {''.join(map(one, range(some)))} }} {made}"


def doubling(size: int) -> str:
    """Each fragment spreads the next one twice."""
    made = repeated(
        lambda n: (
            f"fragment F{n} on Lesson {{ a: homework {{ lesson {{ ...F{n + 1} }} }}"
            f" b: homework {{ lesson {{ ...F{n + 1} }} }} }}"
        ),
        size,
    )
    last = made.count("fragment")
    return f'{{ node(id: "-") {{ ...F0 }} }} {made} fragment F{last} on Lesson {{ id }}'


def cycles(size: int) -> str:
    made = repeated(lambda n: f"fragment F{n} on Query {{ ...F{n + 1} ...F0 }}", size)
    return f"{{ ...F0 }} {made}"


def unused_fragments(size: int) -> str:
    return (
        f"{{ __typename }} {repeated(lambda n: f'fragment F{n} on Query {{ __typename }}', size)}"
    )


def directives(size: int) -> str:
    return f"{{ viewer {repeated(lambda n: '@include(if: true)', size)} {{ __typename }} }}"


def unknown_directives(size: int) -> str:
    return f"{{ viewer {repeated(lambda n: f'@d{n}', size)} {{ __typename }} }}"


def arguments(size: int) -> str:
    return f"{{ node({repeated(lambda n: f'a{n}: 1', size)}) {{ id }} }}"


def variables(size: int) -> str:
    return f"query ({repeated(lambda n: f'$v{n}: Int', size)}) {{ __typename }}"


def unknown_types(size: int) -> str:
    return f"query ({repeated(lambda n: f'$v{n}: Studnt{n}', size)}) {{ __typename }}"


def operations(size: int) -> str:
    """Each spreads the same fragment, so that its variables are looked for in all of it."""
    made = repeated(lambda n: f"query Q{n}($v: ID!) {{ ...F }}", size)
    return f"{made} fragment F on Query {{ node(id: $v) {{ id }} }}"


def list_of_values(size: int) -> str:
    return f"{{ nodes(ids: [{repeated(lambda n: str(n), size)}]) {{ id }} }}"


def objects_of_values(size: int) -> str:
    return f"{{ nodes(ids: [{repeated(lambda n: f'{{a{n}: 1}}', size)}]) {{ id }} }}"


def nested_lists(size: int) -> str:
    deep = min(size // 2, 500)
    return f"{{ nodes(ids: {'[' * deep}{']' * deep}) {{ id }} }}"


def deep(size: int) -> str:
    levels = max(size // 10, 1)
    return "{ viewer " + "{ ... on Viewer " * levels + "{ __typename }" + " }" * levels + " }"


def comments(size: int) -> str:
    return "#\n" * (size // 2) + "{ __typename }"


def blanks(size: int) -> str:
    return " ,\n" * (size // 3) + "{ __typename }"


def string(size: int) -> str:
    return f'{{ node(id: "{"a" * size}") {{ id }} }}'


def block_string(size: int) -> str:
    lines = " a\n" * (size // 3)
    return f'{{ node(id: """{lines}""") {{ id }} }}'


def escapes(size: int) -> str:
    written = "\\u0041" * (size // 6)
    return f'{{ node(id: "{written}") {{ id }} }}'


def number(size: int) -> str:
    return f"{{ changes(first: {'9' * size}) {{ after }} }}"


def long_name(size: int) -> str:
    """Compared with every name that it may have meant."""
    return f"{{ {'a' * size} }}"


def introspection(size: int) -> str:
    """Every level twice, by fragments; small, and it asks for the schema thousands of times."""
    levels = ["Schema", "Type", "Field", "InputValue", "Type", "Field", "InputValue", "Type"]
    leads = ["types", "fields", "args", "type", "fields", "args", "type"]
    made = ["{ a: __schema { ...F0 } b: __schema { ...F0 } }"]
    for number, (on, lead) in enumerate(zip(levels, [*leads, ""], strict=True)):
        twice = f"a: {lead} {{ ...F{number + 1} }} b: {lead} {{ ...F{number + 1} }}"
        made.append(f"fragment F{number} on __{on} {{ {twice if lead else 'name kind'} }}")
    return " ".join(made)


def whole_schema(size: int) -> str:
    """As much of the schema as may be asked for."""
    types = "types { name fields { name description args { name type { ...T } } type { ...T } } }"
    wrapped = "fragment T on __Type { kind name ofType { kind name ofType { kind name } } }"
    one = lambda n: f"a{n}: __schema {{ {types} }}"  # noqa: E731
    return f"{{ {' '.join(map(one, range(min(max(size // 100, 1), 4))))} }} {wrapped}"


def schema_beside(size: int) -> str:
    """The schema beside what has to be compiled."""
    return f"{{ __schema {{ queryType {{ name }} }} {aliases(min(size, 3_000))[1:]}"


def compiled(size: int) -> str:
    """As many fields as may be compiled, from little text."""
    wide, deep_ = 3, 5
    made = [f"fragment F{deep_} on Lesson {{ id }}"]
    for level in range(deep_):
        each = " ".join(f"a{n}: homework {{ lesson {{ ...F{level + 1} }} }}" for n in range(wide))
        made.append(f"fragment F{level} on Lesson {{ {each} }}")
    return " ".join(['{ node(id: "-") { ... on Lesson { ...F0 } } }', *made])


SHAPES: tuple[Shape, ...] = (
    fields, aliases, unknown_fields, conflicts, nested_conflicts, fragments, doubling, cycles,
    unused_fragments, directives, unknown_directives, arguments, variables, unknown_types,
    operations, list_of_values, objects_of_values, nested_lists, deep, comments, blanks, string,
    block_string, escapes, number, long_name, introspection, whole_schema, schema_beside, compiled,
)  # fmt: skip
MOST_VALUES = Settings().max_values
IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


def bombs(size: int) -> list[Bomb]:
    """One of each shape, of about so many bytes."""
    made = [Bomb(shape.__name__, shape(size)) for shape in SHAPES]
    many: list[Any] = ["a"] * min(size // 4, MOST_VALUES - 10)
    deep_: Any = 1
    for _ in range(min(size // 2, 200)):
        deep_ = [deep_]
    return [
        *made,
        Bomb("list in variables", IDS, {"ids": many}),
        Bomb("wrong list in variables", IDS, {"ids": [{}] * min(size // 3, MOST_VALUES - 10)}),
        Bomb("too many variables", IDS, {"ids": ["a"] * (size // 4)}),
        Bomb("nested list in variables", IDS, {"ids": deep_}),
        Bomb("unknown variables", "{ __typename }", {f"v{n}": n for n in range(size // 12)}),
        Bomb("string in variables", IDS, {"ids": ["a" * size]}),
        Bomb("misspelt enum in variables", MISSPELT, {"where": {"kind": "A" * size}}),
    ]


MISSPELT = """query ($where: GradeFilter) { student(id: "-") { grades(where: $where) { id } } }"""
