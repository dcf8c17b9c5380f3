"""What drawn operations should ask for more often: fields of which no answer had anything yet."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from schema.build import schema


@dataclass(eq=False)
class Guidance:
    """Fields, as `Type.name`, that were not reached yet.

    It has to stay as it is while a case that fails is made simpler, for the case depends on it.
    """

    never: frozenset[str] = frozenset()
    drawn: Counter[str] = field(default_factory=Counter)

    def note(self, target: str, never: Iterable[str]) -> None:
        """`target` was drawn, and `never` was not reached since."""
        self.drawn[target] += 1
        self.never = frozenset(never)

    def targets(self, root: str, deepest: int) -> list[str]:
        """The fields at so many steps from the root at most that were drawn least often."""
        there = [
            each
            for each in sorted(self.never)
            if steps_to(each.partition(".")[0]).get(root, deepest) < deepest
        ]
        least = min((self.drawn[each] for each in there), default=0)
        return [each for each in there if self.drawn[each] == least]


@cache
def below() -> Mapping[tuple[str, str], str]:
    """By a field's type and name, the object or interface that it leads to."""
    return {
        (type_.name, name): inner.name
        for type_ in schema._schema.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        and not type_.name.startswith("__")
        for name, of in type_.fields.items()
        if hasattr(inner := get_named_type(of.type), "fields")
    }


@cache
def above() -> Mapping[str, set[str]]:
    """By a type, those whose fields lead to it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (owner, _), inner in below().items():
        found[inner].add(owner)
    return found


@cache
def steps_to(type_: str) -> Mapping[str, int]:
    """By the types that lead to this one, over how many fields they do."""
    found, nearest = {type_: 0}, {type_}
    while nearest:
        steps = max(found.values()) + 1
        nearest = {owner for name in nearest for owner in above().get(name, ())} - found.keys()
        found |= dict.fromkeys(nearest, steps)
    return found


def leads(owner: str, name: str, target: str, deeper: int) -> bool:
    """Whether the field is the target, or on a shortest way to it over so many fields at most."""
    type_, _, last = target.partition(".")
    if owner == type_:
        return name == last
    steps = steps_to(type_)
    left = steps.get(below().get((owner, name), ""), deeper + 1)
    return left <= deeper and left < steps[owner]
