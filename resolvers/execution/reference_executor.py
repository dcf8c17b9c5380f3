"""graphql-core's executor, made deterministic: answers do not depend on what was ready first."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfoHelpers,
    Node,
    VariableNode,
)
from graphql.execution.executor import CollectedErrors, Executor
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, Undefined, gather_with_cancel

from domain.errors import Code
from resolvers.execution.limits import (
    MOST_FIELDS,
    LimitExceeded,
    RecordCount,
    TooManyFields,
    TooManyRecords,
)

T = TypeVar("T")


class ReferenceExecutor(ExecutorThrowingOnIncremental):
    """graphql-core's executor, with rules for what the specification leaves open.

    All siblings are executed; of those that failed, the first one in the order of the response
    makes their parent null. A null that a failure causes has exactly one error. Errors are in the
    order of their nulls in the response. The compiled executor follows the same rules.

    Any below stands for what graphql-core's own signatures leave open.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.collected_errors = Nulls()
        self.extent = Extent()

    @classmethod
    def build(cls, *arguments: Any, **options: Any) -> Any:
        """As in graphql-core, but `@skip` and `@include` with null are errors of the request
        and not of a field."""
        built = super().build(*arguments, **options)
        if isinstance(built, ReferenceExecutor):
            return null_conditions(built.switches(), built.variable_values) or built
        return built

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """Made for each call: helpers that were kept and the executor would hold each other."""
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _: GraphQLResolveInfoHelpers) -> None:
        pass

    def switches(self) -> tuple[str, ...]:
        """The variables that the directives of the operation and its fragments read."""
        waiting: list[Node] = [self.operation]
        waiting += [details.definition for details in self.fragments.values()]
        seen: dict[str, None] = {}
        while waiting:
            node = waiting.pop()
            for directive in getattr(node, "directives", None) or ():
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        seen[argument.value.name.value] = None
            selections = getattr(node, "selection_set", None)
            if selections is not None:
                waiting.extend(selections.selections)
        return tuple(seen)

    def build_per_event_executor(self, payload: Any) -> Executor[None]:
        executor = super().build_per_event_executor(payload)
        executor.collected_errors = Nulls()
        cast(ReferenceExecutor, executor).extent = Extent()
        return cast("Executor[None]", executor)

    def build_response(self, data: dict[str, Any] | None) -> ExecutionResult:
        self.run_async_work_finished_hook()
        if self.extent.exceeded is not None:
            return refused(self.extent.exceeded)
        return ExecutionResult(data, cast(Nulls, self.collected_errors).in_order(data) or None)

    def execute_fields(
        self,
        parent_type: Any,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Any,
        position_context: None,
    ) -> Any:
        if self.extent.is_exceeded_by_fields(grouped_field_set):
            return {}
        outcomes: dict[str, Any] = {}
        for name, details in grouped_field_set.items():
            place = Path(path, name, parent_type.name)
            try:
                outcome = self.execute_field(
                    parent_type, source_value, details, place, position_context
                )
            except Exception as error:
                outcome = Failed(error)
            if outcome is not Undefined:
                outcomes[name] = outcome
        return self._settled(outcomes)

    def _settled(self, outcomes: dict[str, Any]) -> Any:
        coming = [name for name, outcome in outcomes.items() if self.is_awaitable(outcome)]
        if not coming:
            return unless_failed(outcomes, outcomes.values())

        async def settle() -> dict[str, Any]:
            if len(coming) == 1:
                outcomes[coming[0]] = await attempt(outcomes[coming[0]])
            else:
                arrived = await gather_with_cancel(*(attempt(outcomes[name]) for name in coming))
                outcomes.update(zip(coming, arrived, strict=True))
            return unless_failed(outcomes, outcomes.values())

        return settle()

    def complete_list_value(self, *arguments: Any) -> Any:
        completed = super().complete_list_value(*arguments)
        if not self.is_awaitable(completed):
            items = cast("list[Any]", completed)
            return unless_failed(items, items)

        async def settle() -> list[Any]:
            items = await completed
            return unless_failed(items, items)

        return settle()

    def complete_list_item_value(
        self, item: Any, complete_results: list[Any], *arguments: Any
    ) -> bool:
        if self.extent.is_exceeded_by_record() and not self.is_awaitable(item):
            complete_results.append(None)
            return False
        try:
            is_coming = super().complete_list_item_value(item, complete_results, *arguments)
        except Exception as error:
            complete_results.append(Failed(error))
            return False
        if is_coming:
            complete_results[-1] = attempt(complete_results[-1])
        return is_coming

    def complete_awaitable_list_item_value(self, *arguments: Any) -> Coroutine[Any, Any, Any]:
        return attempt(super().complete_awaitable_list_item_value(*arguments))


class Extent:
    """How far an execution has gone: the records that it has met, and the fields that were selected
    of them.

    Nothing more is executed once it is `exceeded`, but what was begun is awaited: graphql-core's
    coroutines would warn otherwise.
    """

    __slots__ = ("_fields", "_groups", "_records", "exceeded")

    def __init__(self) -> None:
        self.exceeded: LimitExceeded | None = None
        self._records = RecordCount()
        self._fields = 0
        self._groups: dict[int, Any] = {}

    def is_exceeded_by_record(self) -> bool:
        """Count a record."""
        if self.exceeded is None:
            try:
                self._records.add(1)
            except TooManyRecords as error:
                self.exceeded = error
        return self.exceeded is not None

    def is_exceeded_by_fields(self, group: Mapping[str, Any]) -> bool:
        """Count a set of fields once; graphql-core collects it once for all records of a place."""
        if self.exceeded is None and id(group) not in self._groups:
            self._groups[id(group)] = group
            self._fields += len(group)
            if self._fields > MOST_FIELDS:
                self.exceeded = TooManyFields(MOST_FIELDS)
        return self.exceeded is not None


def refused(error: BaseException) -> ExecutionResult:
    return ExecutionResult(
        None, [GraphQLError(str(error), extensions={"code": Code.LIMIT_EXCEEDED})]
    )


def null_conditions(switches: Iterable[str], variables: VariableValues) -> list[GraphQLError]:
    """An error for each variable that is null and that `@skip` or `@include` reads. Validation lets
    null pass for variables with a default."""
    return [
        GraphQLError(f"Variable '${name}' may not be null: a directive reads it.")
        for name in switches
        if name in variables.sources and variables.coerced.get(name) is None
    ]


@dataclass(frozen=True, slots=True)
class Failed:
    """Takes the place of a value that failed until all its siblings are executed."""

    error: Exception


async def attempt(coming: Any) -> Any:
    try:
        return await coming
    except Exception as error:
        return Failed(error)


def unless_failed(settled: T, outcomes: Iterable[Any]) -> T:
    """The siblings; raises the error of the first outcome that failed."""
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            raise outcome.error
    return settled


class Nulls(CollectedErrors):
    """The errors, each by the path of the null that it caused."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[Path | None, GraphQLError] = {}

    @property
    def errors(self) -> list[GraphQLError]:
        """The errors in the order in which they happened, without those below another null."""
        return [error for _, error in self._outermost()]

    def add(self, error: GraphQLError, path: Path | None) -> None:
        self._found.setdefault(path, error)

    def has_nulled_position(self, start_path: Path | None) -> bool:
        return start_path in self._found or self._is_below(start_path)

    def in_order(self, data: dict[str, Any] | None) -> list[GraphQLError]:
        """The errors in the order of their nulls in the response's data, depth first."""
        found = self._outermost()
        if len(found) > 1:
            rank = ranks(data)
            found.sort(key=lambda one: rank(one[0]))
        return [error for _, error in found]

    def _outermost(self) -> list[tuple[Path | None, GraphQLError]]:
        return [one for one in self._found.items() if not self._is_below(one[0])]

    def _is_below(self, path: Path | None) -> bool:
        """Whether another null is above."""
        while path is not None:
            path = path.prev
            if path in self._found:
                return True
        return False


def ranks(data: Any) -> Callable[[Path | None], list[int]]:
    """A function that tells the order of paths in the data."""
    places: dict[int, dict[str, int]] = {}

    def rank(path: Path | None) -> list[int]:
        ranked, value = [], data
        for key in path.as_list() if path is not None else ():
            if isinstance(key, int):
                ranked.append(key)
            else:
                names = places.get(id(value))
                if names is None:
                    names = places[id(value)] = {name: n for n, name in enumerate(value)}
                ranked.append(names[key])
            value = value[key]
        return ranked

    return rank
