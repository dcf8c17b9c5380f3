"""The compiled executor: an operation becomes one Python function, made once and kept."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    Node,
    VariableNode,
)

from domain.errors import Code
from resolvers.execution.plan import NotCompiled, Plan
from resolvers.execution.planner import plan
from resolvers.execution.run import Run, TooLarge, Unusual
from resolvers.execution.settled import Nulls, ReferenceExecutor
from resolvers.execution.settling import Settling
from resolvers.execution.source import function_name, source_of
from resolvers.execution.variables import Variables

MOST_OPERATIONS = 1_000
"""How many compiled operations are kept."""
MOST_VARIANTS = 16
"""How many of one operation, by what its directives skip and include."""


@dataclass(frozen=True, slots=True)
class Compiled:
    plan: Plan
    text: str
    function: Any  # of a Run and the root's record, to the data


@dataclass(frozen=True, slots=True)
class Kept:
    """One operation of a document, by whose identity it is found; `blank` is an executor of it
    that no request has filled in yet."""

    document: DocumentNode
    blank: "CompiledExecutor"
    variables: Variables
    switches: tuple[str, ...]
    """The variables by which its directives skip and include."""
    compiled: dict[tuple[Any, ...], Compiled | None] = field(default_factory=dict)


class CompiledExecutor(ReferenceExecutor):
    """Executes what declarations describe as a compiled function, and leaves the rest, such as
    introspection, to graphql-core."""

    cache: ClassVar[OrderedDict[tuple[int, int, str | None], Kept]] = OrderedDict()
    kept: Kept

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *arguments: Any,
        **options: Any,
    ) -> "list[GraphQLError] | CompiledExecutor":
        """As graphql-core's, but for what is the same for every request of a document."""
        key = (id(schema), id(document), operation_name)
        kept = cls.cache.get(key)
        if kept is None or kept.document is not document:
            first = super().build(
                schema, document, None, None, dict(raw_variable_values or {}), operation_name
            )
            if isinstance(first, list):
                return first
            kept = cls._keep(key, document, cast(CompiledExecutor, first))
        else:
            cls.cache.move_to_end(key)
        variables = kept.variables.coerced(raw_variable_values or {})
        if isinstance(variables, list):
            return variables
        made = cls.__new__(cls)
        made.__dict__.update(kept.blank.__dict__)
        made.kept = kept
        made.root_value = root_value
        made.context_value = context_value
        made.variable_values = variables
        made.collected_errors = Nulls()
        return made

    @classmethod
    def _keep(
        cls, key: tuple[int, int, str | None], document: DocumentNode, blank: "CompiledExecutor"
    ) -> Kept:
        variables = Variables(blank.schema, blank.operation)
        kept = cls.cache[key] = Kept(document, blank, variables, tuple(blank._switches()))
        if len(cls.cache) > MOST_OPERATIONS:
            cls.cache.popitem(last=False)
        return kept

    def execute_operation(self, serially: bool | None = None) -> Any:
        compiled = self.compiled()
        if compiled is None:
            return self._interpreter().execute_operation(serially)
        return self._run(compiled)

    def _interpreter(self) -> ReferenceExecutor:
        return ReferenceExecutor(
            self.schema,
            self.fragment_definitions,
            self.fragments,
            self.root_value,
            self.context_value,
            self.operation,
            self.variable_values,
            self.field_resolver,
            self.type_resolver,
            self.subscribe_field_resolver,
        )

    async def _run(self, compiled: Compiled) -> ExecutionResult:
        run = Run(self)
        try:
            data = await compiled.function(run, self.root_value)
        except TooLarge as error:
            problem = GraphQLError(str(error), extensions={"code": Code.LIMIT_EXCEEDED})
            return ExecutionResult(None, [problem])
        finally:
            await run.end()
        if not run.failures:
            return ExecutionResult(data, None)
        settling = Settling(run.failures)
        settled = settling.data(compiled.plan.root, data)
        return ExecutionResult(settled, settling.errors or None)

    def compiled(self) -> Compiled | None:
        """The operation's function; None where it can't be compiled."""
        kept = self.kept
        coerced = self.variable_values.coerced
        variant = tuple(coerced.get(name) for name in kept.switches)
        if variant not in kept.compiled:
            if len(kept.compiled) >= MOST_VARIANTS:
                kept.compiled.clear()
            kept.compiled[variant] = self._compile()
        return kept.compiled[variant]

    def _compile(self) -> Compiled | None:
        try:
            return compile_plan(
                plan(self.schema, self.operation, self.fragments, self.variable_values)
            )
        except (NotCompiled, GraphQLError):
            return None

    def _switches(self) -> Iterator[str]:
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
        return iter(seen)


def compile_plan(made: Plan) -> Compiled:
    source = source_of(made)
    text = "\n".join(source.lines) + "\n"
    names = {**source.names, "Unusual": Unusual}
    exec(compile(text, f"<compiled {made.name}>", "exec"), names)  # noqa: S102, our own text and no client's
    return Compiled(made, text, names[function_name(made)])
