"""The planner: makes a plan of an operation, from the declarations of its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from resolvers.execution.limits import MOST_FIELDS, TooManyFields
from resolvers.execution.plan import (
    INTROSPECTION,
    TYPENAME,
    Branch,
    Field,
    NotCompiled,
    Plan,
    PlannedLoad,
    Position,
    Rows,
    is_everyones,
)
from resolvers.execution.projection import Projection
from resolvers.loaders import Loader
from resolvers.readings import (
    BOUND,
    IDENTITY,
    Bound,
    Column,
    Columns,
    Computed,
    Keyed,
    Loaded,
    Resolved,
)
from resolvers.relations import RELATIONS


def plan(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDetails],
    variables: VariableValues,
) -> Plan:
    """Raises NotCompiled where a field has no declaration, and TooManyFields. Only the variables
    that `@skip` and `@include` read matter to it."""
    return _Planner(schema, operation, fragments, variables).plan()


class _Planner:
    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variables: VariableValues,
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = fragments
        self.variables = variables
        self.positions: list[Position] = []
        self.fields: list[Field] = []
        self.branch: Branch
        self.described = True
        """Whether every field has a declaration."""

    def plan(self) -> Plan:
        root = self.schema.get_root_type(self.operation.operation)
        if root is None:
            raise NotCompiled
        grouped = collect_fields(
            self.schema, self.fragments, self.variables, root, self.operation
        ).grouped_field_set
        top = self._position(root, 0, None)
        branches = []
        serial = self.operation.operation is OperationType.MUTATION
        for group in [{name: each} for name, each in grouped.items()] if serial else [grouped]:
            self.branch = Branch(top)
            self._add_fields(top, group, {})
            branches.append(self.branch)
        if not self.described:
            raise NotCompiled
        for branch in branches:
            for load in branch.loads.values():
                load.projection.settle()
        return Plan(self.operation, top, branches, self.positions, self.fields)

    def _position(
        self, type_: GraphQLObjectType, level: int, projection: Projection | None
    ) -> Position:
        position = Position(len(self.positions), type_, level, projection)
        self.positions.append(position)
        return position

    def _add_fields(
        self, position: Position, grouped: Mapping[str, list[FieldDetails]], rows: Rows
    ) -> None:
        for key, details in grouped.items():
            definition = self.schema.get_field(position.type, details[0].node.name.value)
            if definition is None:
                continue
            nodes = [one.node for one in details]
            bound: Bound | None = definition.extensions.get(BOUND)
            field = Field(
                len(self.fields), key, nodes, definition.type, bound, position.type.name, definition
            )
            field.is_introspection = field.name in INTROSPECTION
            self.fields.append(field)
            position.fields.append(field)
            if len(self.fields) > MOST_FIELDS:
                raise TooManyFields(MOST_FIELDS)
            if bound is not None:
                self._read(position, field, bound, details, rows)
            elif not field.is_introspection and field.name != TYPENAME:
                self.described = False
                self._below(field, details, position.level, {})

    def _read(
        self,
        position: Position,
        field: Field,
        bound: Bound,
        details: list[FieldDetails],
        rows: Rows,
    ) -> None:
        projection = position.projection
        if field.guarded:
            _select_ties(projection, bound.noun, bound)
        if bound.sensitive is not None:
            _select(projection, IDENTITY)
        if self.operation.operation is OperationType.SUBSCRIPTION and position.number == 0:
            field.is_event = True
            self._below(field, details, position.level, {})
            return
        match bound.reading:
            case Column(name):
                _select(projection, (name,))
                self._below(field, details, position.level, rows)
            case Computed(_, of, needs, of_rows):
                _select(projection, needs if of is None else of)
                for loaded_rows in rows.values() if of_rows else ():
                    loaded_rows.add(of_rows)
                self._below(field, details, position.level, rows)
            case Loaded() as loaded:
                self._load(position, field, loaded, details)
            case Keyed(loader, _, _, reads, needs):
                _select(projection, needs)
                load = self._planned_load(position, field, loader, details)
                _select(load.projection, ("school_id", loader.by))
                _select(load.projection, reads)
            case Resolved(_, needs):
                _select(projection, needs)
                self.branch.calls.append((position, field))
                self._below(field, details, position.level + 1, {})

    def _load(
        self, position: Position, field: Field, loaded: Loaded, details: list[FieldDetails]
    ) -> None:
        if position.projection is not None:
            if self._derived(position, field, loaded):
                return
            if self._joined(position, field, loaded, details):
                return
        own: Columns = ("school_id", loaded.key, *loaded.matching)
        _select(position.projection, own)
        if loaded.arguments is not None or loaded.needs != IDENTITY:
            _select(position.projection, loaded.needs)
        if loaded.given is not None:
            _select(position.projection, (loaded.given,))
        load = self._planned_load(position, field, loaded.loader, details)
        _select(load.projection, ("school_id", loaded.loader.by, *loaded.matching))
        _select(load.projection, loaded.reads)

    def _derived(self, position: Position, field: Field, loaded: Loaded) -> bool:
        """Plan the field as a column of the record itself; False where that is not possible."""
        derived = loaded.loader.derived
        assert position.projection is not None
        assert field.bound is not None
        if derived is None or not position.projection.derive(derived):
            return False
        field.bound = replace(field.bound, reading=Column(derived.name))
        return True

    def _joined(
        self, position: Position, field: Field, loaded: Loaded, details: list[FieldDetails]
    ) -> bool:
        """Plan the field's single record as a join to the parent's row; False where that is not
        possible."""
        source = loaded.loader.source
        if source is None or loaded.then is not None or loaded.arguments is not None:
            return False
        grouped = self._grouped(field.named, details)
        if not self._is_plain(field.named, grouped):
            return False
        assert position.projection is not None
        _select(position.projection, ("school_id",))
        below = position.projection.joined(loaded.key, source, loaded.carries)
        field.inline = True
        child = self._position(field.named, position.level, below)
        field.below[field.named.name] = child
        _select_ties(below, field.named.name, None)
        self._add_fields(child, grouped, {})
        return True

    def _is_plain(
        self, type_: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]
    ) -> bool:
        """Whether the fields read columns and further single records only."""
        for details in grouped.values():
            name = details[0].node.name.value
            if name == TYPENAME:
                continue
            definition = self.schema.get_field(type_, name)
            bound = definition.extensions.get(BOUND) if definition else None
            if definition is None or bound is None:
                return False
            reading = bound.reading
            if isinstance(reading, Column) or (isinstance(reading, Computed) and reading.of):
                if not is_leaf_type(get_named_type(definition.type)):
                    return False
            elif (
                not isinstance(reading, Loaded)
                or reading.arguments
                or reading.given
                or reading.needs != IDENTITY  # read by names, which a join's columns do not have
            ):
                return False
        return True

    def _planned_load(
        self, position: Position, field: Field, loader: Loader, details: list[FieldDetails]
    ) -> PlannedLoad:
        level = position.level + 1
        load = self.branch.loads.get((level, loader.name))
        if load is None:
            projection = Projection.of(loader.statement)
            load = PlannedLoad(len(self.branch.loads), level, loader, projection)
            self.branch.loads[level, loader.name] = load
        load.consumers.append((position, field))
        if field.filtered is not None and field.named.name == loader.noun:
            _select_ties(load.projection, field.filtered, None)
        self._below(field, details, level, {loader.noun: load.projection})
        return load

    def _below(self, field: Field, details: list[FieldDetails], level: int, rows: Rows) -> None:
        """The positions of the objects that the field leads to."""
        for type_ in self._possible(field):
            projection = rows.get(type_.name)
            child = self._position(type_, level, projection)
            field.below[type_.name] = child
            if type_.name in RELATIONS:
                _select_ties(projection, type_.name, None)
            self._add_fields(child, self._grouped(type_, details), rows)

    def _possible(self, field: Field) -> Sequence[GraphQLObjectType]:
        named = field.named
        if is_object_type(named):
            return [named]
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return self.schema.get_possible_types(named)
        return []

    def _grouped(
        self, type_: GraphQLObjectType, details: list[FieldDetails]
    ) -> Mapping[str, list[FieldDetails]]:
        return collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, details
        ).grouped_field_set


def _select(projection: Projection | None, names: Columns | None) -> None:
    if projection is not None:
        projection.add(names)


def _select_ties(projection: Projection | None, noun: str, bound: Bound | None) -> None:
    """Select the columns that tell whether the record is visible to the viewer, or, with a field,
    whether the viewer may read the field."""
    if projection is None:
        return
    projection.add(("school_id",))
    relation = RELATIONS[noun]
    audience = relation.visible_to if bound is None else bound.audience
    if is_everyones(noun) and bound is None:
        return
    projection.add_existing(
        tuple(name for tie in relation.leading_to(audience) for name in tie.columns)
    )
