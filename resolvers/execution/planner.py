"""How a plan is made: each field read off its declaration, with the columns that it needs."""

from collections.abc import Mapping, Sequence

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

from resolvers.execution.plan import (
    INTROSPECTION,
    MOST_FIELDS,
    TYPENAME,
    Branch,
    Field,
    NotCompiled,
    Plan,
    Position,
    Rows,
    Step,
    TooManyFields,
    is_everyones,
)
from resolvers.execution.wanted import Wanted
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
    """Raises NotCompiled where a field has no declaration, and TooManyFields. Of the variables only
    those are read by which directives skip and include."""
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
        """Whether declarations describe all of it."""

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
            for step in branch.steps.values():
                step.wanted.settle()
        return Plan(self.operation, top, branches, self.positions, self.fields)

    def _position(self, type_: GraphQLObjectType, level: int, wanted: Wanted | None) -> Position:
        made = Position(len(self.positions), type_, level, wanted)
        self.positions.append(made)
        return made

    def _add_fields(
        self, position: Position, grouped: Mapping[str, list[FieldDetails]], rows: Rows
    ) -> None:
        for key, details in grouped.items():
            definition = self.schema.get_field(position.type, details[0].node.name.value)
            if definition is None:
                continue
            nodes = [one.node for one in details]
            bound: Bound | None = definition.extensions.get(BOUND)
            made = Field(
                len(self.fields), key, nodes, definition.type, bound, position.type.name, definition
            )
            made.is_introspection = made.name in INTROSPECTION
            self.fields.append(made)
            position.fields.append(made)
            if len(self.fields) > MOST_FIELDS:
                raise TooManyFields(MOST_FIELDS)
            if bound is not None:
                self._read(position, made, bound, details, rows)
            elif not made.is_introspection and made.name != TYPENAME:
                self.described = False
                self._below(made, details, position.level, {})

    def _read(
        self,
        position: Position,
        made: Field,
        bound: Bound,
        details: list[FieldDetails],
        rows: Rows,
    ) -> None:
        wanted = position.wanted
        if made.guarded:
            _want_relation(wanted, bound.noun, bound)
        if self.operation.operation is OperationType.SUBSCRIPTION and position.number == 0:
            made.is_event = True
            self._below(made, details, position.level, {})
            return
        match bound.reading:
            case Column(name):
                _want(wanted, (name,))
                self._below(made, details, position.level, rows)
            case Computed(_, of, needs):
                _want(wanted, needs if of is None else of)
                self._below(made, details, position.level, rows)
            case Loaded() as loaded:
                self._load(position, made, loaded, details)
            case Keyed(loader, _, _, reads):
                _want(wanted, IDENTITY)
                step = self._step(position, made, loader, details)
                _want(step.wanted, ("school_id", loader.by))
                _want(step.wanted, reads)
            case Resolved():
                _want(wanted, IDENTITY)
                self.branch.calls.append((position, made))
                self._below(made, details, position.level + 1, {})

    def _load(
        self, position: Position, made: Field, loaded: Loaded, details: list[FieldDetails]
    ) -> None:
        if position.wanted is not None and self._joined(position, made, loaded, details):
            return
        own: Columns = ("school_id", loaded.key, *loaded.matching)
        _want(position.wanted, own)
        if loaded.ask is not None:
            _want(position.wanted, loaded.needs)
        if loaded.given is not None:
            _want(position.wanted, (loaded.given,))
        step = self._step(position, made, loaded.loader, details)
        _want(step.wanted, ("school_id", loaded.loader.by, *loaded.matching))
        _want(step.wanted, loaded.reads)

    def _joined(
        self, position: Position, made: Field, loaded: Loaded, details: list[FieldDetails]
    ) -> bool:
        """Whether the one record that the field leads to can be read from the parent's row: its
        columns are joined in, or carried by the row already."""
        source = loaded.loader.source
        if source is None or loaded.then is not None or loaded.ask is not None:
            return False
        grouped = self._grouped(made.named, details)
        if not self._is_plain(made.named, grouped):
            return False
        assert position.wanted is not None
        _want(position.wanted, ("school_id",))
        below = position.wanted.joined(loaded.key, source, loaded.carries)
        made.inline = True
        child = self._position(made.named, position.level, below)
        made.below[made.named.name] = child
        _want_relation(below, made.named.name, None)
        self._add_fields(child, grouped, {})
        return True

    def _is_plain(
        self, type_: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]
    ) -> bool:
        """Whether the fields need no more of a record than columns, and further single records."""
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
            elif not isinstance(reading, Loaded) or reading.ask or reading.given:
                return False
        return True

    def _step(
        self, position: Position, made: Field, loader: Loader, details: list[FieldDetails]
    ) -> Step:
        level = position.level + 1
        step = self.branch.steps.get((level, loader.name))
        if step is None:
            wanted = Wanted.of(loader.statement)
            step = Step(len(self.branch.steps), level, loader, wanted)
            self.branch.steps[level, loader.name] = step
        step.consumers.append((position, made))
        if made.filtered is not None and made.named.name == loader.noun:
            _want_relation(step.wanted, made.filtered, None)
        self._below(made, details, level, {loader.noun: step.wanted})
        return step

    def _below(self, made: Field, details: list[FieldDetails], level: int, rows: Rows) -> None:
        """The positions of the objects that the field leads to."""
        for type_ in self._possible(made):
            wanted = rows.get(type_.name)
            child = self._position(type_, level, wanted)
            made.below[type_.name] = child
            if type_.name in RELATIONS:
                _want_relation(wanted, type_.name, None)
            self._add_fields(child, self._grouped(type_, details), rows)

    def _possible(self, made: Field) -> Sequence[GraphQLObjectType]:
        named = made.named
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


def _want(wanted: Wanted | None, names: Columns | None) -> None:
    if wanted is not None:
        wanted.add(names)


def _want_relation(wanted: Wanted | None, noun: str, bound: Bound | None) -> None:
    """The columns by which it is found out whether the viewer may know of the record, or, where
    a field is told, whether they may read the field."""
    if wanted is None:
        return
    wanted.add(("school_id",))
    relation = RELATIONS[noun]
    audience = relation.visible_to if bound is None else bound.audience
    if is_everyones(noun) and bound is None:
        return
    wanted.add_known(tuple(tie.column for tie in relation.leading_to(audience)))
