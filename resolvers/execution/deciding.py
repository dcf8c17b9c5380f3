"""What of a viewer's rights decides what an operation answers, as its plan says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.audience import Audience
from domain.ties import TieName
from resolvers.execution.plan import Plan
from resolvers.noted_reads import OWN
from resolvers.readings import Loaded, Reading, Resolved, Told
from resolvers.relations import RELATIONS, Relation
from resolvers.viewer import NOBODY, DaysById, Rights

OF_FAMILY = (
    (TieName.STUDENT, TieName.CHILD),
    (TieName.COURSE_OF_SELF, TieName.COURSE_OF_CHILD),
    (TieName.CLASS_OF_SELF, TieName.CLASS_OF_CHILD),
)
"""What is tied to a student, and what is tied to a guardian by their child."""
NO_DAYS: DaysById = {}
Shape = tuple[str, bool, str | None, str | None]
BY_ID: frozenset[Shape] = frozenset({("id", False, None, None)})
"""How it is found out whose reads are not noted."""
Ids = tuple[frozenset[UUID], Mapping[UUID, object]]
Decided = tuple[object, ...]
"""Equal for viewers to whom an operation answers the same, as far as rights decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Deciding:
    """The ties that decide. Of a pair it does not matter which of the two leads to a record: every
    test of the operation asks for both, by the same columns."""

    alone: tuple[TieName, ...]
    pairs: tuple[tuple[TieName, TieName], ...]

    def of(self, rights: Rights) -> Decided:
        return (
            rights.today,
            rights.everywhere,
            *(_tied(rights, name) for name in self.alone),
            *(_tied_by_either(rights, *pair) for pair in self.pairs),
        )


def deciding_of(plan: Plan) -> Deciding | None:
    """None where any of the viewer's rights may decide: where a field's arguments are made of the
    viewer; and where a resolver asks for more of the viewer than their day.

    Where a read is noted for the audit, it matters too who is of the own family, whose reads are
    not.
    """
    bounds = [field.bound for field in plan.fields if field.bound is not None]
    if any(_is_of_viewer(bound.reading) for bound in bounds):
        return None
    shapes: dict[TieName, list[frozenset[Shape]]] = {}
    tests = list(_tests(plan))
    noted = sorted({bound.noun for bound in bounds if bound.sensitive})
    names = sorted(
        {tie.name for relation, audience in tests for tie in relation.leading_to(audience)}
        | {name for noun in noted for name in OWN.get(noun, ())}
    )
    for name in names:
        shapes[name] = [
            *(_shapes(relation, audience, name) for relation, audience in tests),
            *(BY_ID if name in OWN.get(noun, ()) else frozenset[Shape]() for noun in noted),
        ]
    pairs = tuple(pair for pair in OF_FAMILY if shapes.get(pair[0]) == shapes.get(pair[1], ()))
    paired = {name for pair in pairs for name in pair}
    return Deciding(tuple(name for name in names if name not in paired), pairs)


def is_for_one_account(plan: Plan) -> bool:
    """Whether the viewer as such is asked for: with their account, and in all of their schools."""
    readings = (field.bound.reading for field in plan.fields if field.bound is not None)
    return any(isinstance(each, Resolved) and each.told is Told.VIEWER for each in readings)


def _is_of_viewer(reading: Reading | None) -> bool:
    if isinstance(reading, Loaded):
        return reading.of_viewer or reading.in_context
    return isinstance(reading, Resolved) and reading.told is not Told.DAY


def _tests(plan: Plan) -> Iterator[tuple[Relation, Audience]]:
    """Whose record it has to be for the viewer to be shown a record, or a field of one."""
    for position in plan.positions:
        if (relation := RELATIONS.get(position.type.name)) is not None:
            yield relation, relation.visible_to
    for field in plan.fields:
        if field.filtered is not None:
            yield RELATIONS[field.filtered], RELATIONS[field.filtered].visible_to
        if field.guarded and field.bound is not None:
            yield RELATIONS[field.bound.noun], field.bound.audience


def _shapes(relation: Relation, audience: Audience, name: TieName) -> frozenset[Shape]:
    return frozenset(
        (tie.column, tie.many, tie.day, tie.unless)
        for tie in relation.leading_to(audience)
        if tie.name is name
    )


def _tied(rights: Rights, name: TieName) -> Ids:
    return rights.ties.get(name, NOBODY), rights.days.get(name, NO_DAYS)


def _tied_by_either(rights: Rights, one: TieName, other: TieName) -> Ids:
    ids, days = _tied(rights, one)
    more_ids, more_days = _tied(rights, other)
    if not ids and not days:
        return more_ids, more_days
    if not more_ids and not more_days:
        return ids, days
    merged: dict[UUID, object] = dict(days)
    for id_, spans in more_days.items():
        merged[id_] = (days[id_], spans) if id_ in days else spans
    return ids | more_ids, merged
